/*
 * The kernels for AVX-512 (its parts F and BW): a block is one vector, and a comparison gives its mask at
 * once. TACHO_EMULATED is set by a test that has included what stands in for the intrinsics.
 */
#if defined __x86_64__ || defined TACHO_EMULATED

#include "kernels_vector.h"

#ifdef TACHO_EMULATED
#define AVX512
#else
#include <immintrin.h>
#define AVX512 __attribute__((target("avx512f,avx512bw")))
#endif

AVX512 static inline __m512i load(const char *at)
{
    return _mm512_loadu_si512((const void *)at);
}

AVX512 static inline uint64_t equal(__m512i bytes, char wanted)
{
    return _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8(wanted));
}

AVX512 static const char *line_end_avx512(const char *line, const char *end, unsigned *needles)
{
    const char *at = line;
    for (; end - at >= BLOCK_SIZE + NEEDLE_QUOTE; at += BLOCK_SIZE) {
        const uint64_t ends = equal(load(at), '\n');
        const uint64_t hits = equal(load(at + NEEDLE_G), 'g') & equal(load(at + NEEDLE_QUOTE), '"');
        if ((ends | hits) == 0)
            continue;
        *needles |= needles_at(line, at, hits & bits_before(ends));
        if (ends)
            return at + __builtin_ctzll(ends);
    }
    return line_end_rest(line, at, end, needles);
}

AVX512 static void look_avx512(const char *at, size_t count, struct line_look *look)
{
    uint64_t slashed = 0, wide = 0;
    for (size_t block = 0; block < count; block++) {
        const __m512i bytes = load(at + block * BLOCK_SIZE);
        const __m512i turned = _mm512_xor_si512(bytes, _mm512_set1_epi8(QUOTE_BIT));
        look->stops[block] = _mm512_cmple_epu8_mask(turned, _mm512_set1_epi8(0x20));
        look->backslashes[block] = equal(bytes, '\\');
        slashed |= (uint64_t)(look->backslashes[block] != 0) << block;
        wide |= (uint64_t)(_mm512_movepi8_mask(bytes) != 0) << block;
    }
    look->slashed = slashed;
    look->wide = wide;
}

/* A table of 16, for each quarter of a vector. */
#define TABLE(...) _mm512_broadcast_i32x4(_mm_setr_epi8(__VA_ARGS__))

/* A table's entries for the low halves of the bytes. */
AVX512 static inline __m512i low_half(__m512i table, __m512i bytes)
{
    return _mm512_shuffle_epi8(table, _mm512_and_si512(bytes, _mm512_set1_epi8(0x0f)));
}

AVX512 static inline __m512i high_half(__m512i table, __m512i bytes)
{
    return low_half(table, _mm512_srli_epi16(bytes, 4));
}

AVX512 static void escapable_avx512(const char *at, uint64_t blocks, struct escapable *masks)
{
    for (; blocks; blocks &= blocks - 1) {
        const size_t block = (size_t)__builtin_ctzll(blocks);
        const __m512i bytes = load(at + block * BLOCK_SIZE);
        masks[block].all = _mm512_test_epi8_mask(high_half(TABLE(ESCAPABLE_BY_HIGH), bytes),
                                                 low_half(TABLE(ESCAPABLE_BY_LOW), bytes));
        masks[block].u = equal(bytes, 'u');
    }
}

AVX512 static inline __m512i above(const char *at, char most)
{
    return _mm512_subs_epu8(load(at), _mm512_set1_epi8(most));
}

AVX512 static inline uint64_t misplaced_64(const char *at)
{
    const __m512i bytes = load(at), before = load(at - 1);
    const __m512i due = _mm512_or_si512(_mm512_or_si512(above(at - 1, (char)0xbf), above(at - 2, (char)0xdf)),
                                        above(at - 3, (char)0xef));
    const uint64_t continues = _mm512_cmplt_epi8_mask(bytes, _mm512_set1_epi8((char)0xc0));
    const __m512i sets = _mm512_and_si512(high_half(TABLE(WRONG_BY_HIGH_BEFORE), before),
                                          low_half(TABLE(WRONG_BY_LOW_BEFORE), before));
    return (_mm512_test_epi8_mask(due, due) ^ continues) |
           _mm512_test_epi8_mask(sets, high_half(TABLE(WRONG_BY_HIGH), bytes));
}

AVX512 static uint64_t misplaced_avx512(const char *at, uint64_t blocks)
{
    uint64_t found = 0;
    for (; blocks; blocks &= blocks - 1) {
        const size_t block = (size_t)__builtin_ctzll(blocks);
        found |= (uint64_t)(misplaced_64(at + block * BLOCK_SIZE) != 0) << block;
    }
    return found;
}

const struct kernels kernels_avx512 = {"avx512", line_end_avx512, look_avx512, escapable_avx512,
                                       misplaced_avx512};

#endif
