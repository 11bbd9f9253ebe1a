/*
 * The kernels for x86-64's SSE2, which every such processor has, and AVX2; and the choice among these and
 * AVX-512 (kernels_avx512.c). What remains of a line at the end, less than a step, is scalar's.
 */
#ifdef __x86_64__

#include "kernels_vector.h"

#include <immintrin.h>

/* ---- SSE2 ---------------------------------------------------------------------------------------------- */

static const char *line_end_sse2(const char *line, const char *end, unsigned *needles)
{
    const __m128i newline = _mm_set1_epi8('\n'), g = _mm_set1_epi8('g'), quote = _mm_set1_epi8('"');
    const char *at = line;
    for (; end - at >= 16 + NEEDLE_QUOTE; at += 16) {
        __m128i ends = _mm_cmpeq_epi8(_mm_loadu_si128((const __m128i *)at), newline);
        __m128i gs = _mm_cmpeq_epi8(_mm_loadu_si128((const __m128i *)(at + NEEDLE_G)), g);
        __m128i quotes = _mm_cmpeq_epi8(_mm_loadu_si128((const __m128i *)(at + NEEDLE_QUOTE)), quote);
        __m128i hits = _mm_and_si128(gs, quotes);
        if (_mm_movemask_epi8(_mm_or_si128(ends, hits)) == 0)
            continue;
        uint32_t lines = (uint32_t)_mm_movemask_epi8(ends);
        *needles |= needles_at(line, at, (uint32_t)_mm_movemask_epi8(hits) & bits_before(lines));
        if (lines)
            return at + __builtin_ctz(lines);
    }
    return line_end_rest(line, at, end, needles);
}

static inline uint64_t stops_sse2(__m128i bytes)
{
    const __m128i turned = _mm_xor_si128(bytes, _mm_set1_epi8(QUOTE_BIT));
    return (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(_mm_min_epu8(turned, _mm_set1_epi8(0x20)), turned));
}

static inline uint64_t equal_sse2(__m128i bytes, char wanted)
{
    return (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, _mm_set1_epi8(wanted)));
}

static void look_sse2(const char *at, size_t count, struct line_look *look)
{
    uint64_t slashed = 0, wide = 0;
    for (size_t block = 0; block < count; block++, at += BLOCK_SIZE) {
        uint64_t stops = 0, backslashes = 0, high = 0;
        for (int i = 0; i < BLOCK_SIZE; i += 16) {
            const __m128i bytes = _mm_loadu_si128((const __m128i *)(at + i));
            stops |= stops_sse2(bytes) << i;
            backslashes |= equal_sse2(bytes, '\\') << i;
            high |= (uint32_t)_mm_movemask_epi8(bytes);
        }
        look->stops[block] = stops;
        look->backslashes[block] = backslashes;
        slashed |= (uint64_t)(backslashes != 0) << block;
        wide |= (uint64_t)(high != 0) << block;
    }
    look->slashed = slashed;
    look->wide = wide;
}

static void escapable_sse2(const char *at, uint64_t blocks, struct escapable *masks)
{
    static const char letters[] = "\"\\/bfnrt";
    for (; blocks; blocks &= blocks - 1) {
        const size_t block = (size_t)__builtin_ctzll(blocks);
        struct escapable found = {0};
        for (int i = 0; i < BLOCK_SIZE; i += 16) {
            const __m128i bytes = _mm_loadu_si128((const __m128i *)(at + block * BLOCK_SIZE + i));
            found.u |= equal_sse2(bytes, 'u') << i;
            for (size_t letter = 0; letter < sizeof letters - 1; letter++)
                found.all |= equal_sse2(bytes, letters[letter]) << i;
        }
        found.all |= found.u;
        masks[block] = found;
    }
}

/* SSE2 looks up no tables: what is not ASCII is scalar's. */
static uint64_t misplaced_sse2(const char *at, uint64_t blocks)
{
    return kernels_scalar.misplaced(at, blocks);
}

/* ---- AVX2 ---------------------------------------------------------------------------------------------- */

#define AVX2 __attribute__((target("avx2")))

AVX2 static inline __m256i load(const char *at)
{
    return _mm256_loadu_si256((const __m256i *)at);
}

AVX2 static inline uint64_t mask_of(__m256i bytes)
{
    return (uint32_t)_mm256_movemask_epi8(bytes);
}

AVX2 static inline __m256i equal_avx2(const char *at, char wanted)
{
    return _mm256_cmpeq_epi8(load(at), _mm256_set1_epi8(wanted));
}

/* Where a line ends, and where a needle's `g` stands as far before a quote as in a needle. */
AVX2 static inline __m256i ends_avx2(const char *at)
{
    return equal_avx2(at, '\n');
}

AVX2 static inline __m256i hits_avx2(const char *at)
{
    return _mm256_and_si256(equal_avx2(at + NEEDLE_G, 'g'), equal_avx2(at + NEEDLE_QUOTE, '"'));
}

/* The first block from `at` on, up to `last`, with anything of that kind. Without a call: all stays in
 * registers. */
AVX2 static inline const char *pass_avx2(const char *at, const char *last)
{
    for (; at <= last; at += BLOCK_SIZE) {
        const __m256i low = _mm256_or_si256(ends_avx2(at), hits_avx2(at));
        const __m256i high = _mm256_or_si256(ends_avx2(at + 32), hits_avx2(at + 32));
        if (mask_of(_mm256_or_si256(low, high)) != 0)
            break;
    }
    return at;
}

AVX2 static const char *line_end_avx2(const char *line, const char *end, unsigned *needles)
{
    const char *at = line;
    if (end - line < BLOCK_SIZE + NEEDLE_QUOTE)
        return line_end_rest(line, line, end, needles);
    const char *const last = end - BLOCK_SIZE - NEEDLE_QUOTE;
    for (; (at = pass_avx2(at, last)) <= last; at += BLOCK_SIZE) {
        const uint64_t ends = mask_of(ends_avx2(at)) | mask_of(ends_avx2(at + 32)) << 32;
        const uint64_t hits = mask_of(hits_avx2(at)) | mask_of(hits_avx2(at + 32)) << 32;
        *needles |= needles_at(line, at, hits & bits_before(ends));
        if (ends)
            return at + __builtin_ctzll(ends);
    }
    return line_end_rest(line, at, end, needles);
}

AVX2 static inline uint64_t stops_avx2(__m256i bytes)
{
    const __m256i turned = _mm256_xor_si256(bytes, _mm256_set1_epi8(QUOTE_BIT));
    return mask_of(_mm256_cmpeq_epi8(_mm256_min_epu8(turned, _mm256_set1_epi8(0x20)), turned));
}

AVX2 static uint64_t wide_avx2(const char *at, size_t count)
{
    uint64_t wide = 0;
    for (size_t block = 0; block < count; block++, at += BLOCK_SIZE)
        wide |= (uint64_t)(mask_of(_mm256_or_si256(load(at), load(at + 32))) != 0) << block;
    return wide;
}

AVX2 static void look_avx2(const char *at, size_t count, struct line_look *look)
{
    const __m256i backslash = _mm256_set1_epi8('\\');
    __m256i all = _mm256_setzero_si256();
    uint64_t slashed = 0;
    for (size_t block = 0; block < count; block++, at += BLOCK_SIZE) {
        const __m256i low = load(at), high = load(at + 32);
        const uint64_t backslashes =
            mask_of(_mm256_cmpeq_epi8(low, backslash)) | mask_of(_mm256_cmpeq_epi8(high, backslash)) << 32;
        look->stops[block] = stops_avx2(low) | stops_avx2(high) << 32;
        look->backslashes[block] = backslashes;
        slashed |= (uint64_t)(backslashes != 0) << block;
        all = _mm256_or_si256(all, _mm256_or_si256(low, high));
    }
    look->slashed = slashed;
    look->wide = mask_of(all) ? wide_avx2(at - count * BLOCK_SIZE, count) : 0; /* few pieces have any */
}

/* A table's entries for the low halves of the bytes. */
AVX2 static inline __m256i low_half(__m256i table, __m256i bytes)
{
    return _mm256_shuffle_epi8(table, _mm256_and_si256(bytes, _mm256_set1_epi8(0x0f)));
}

AVX2 static inline __m256i high_half(__m256i table, __m256i bytes)
{
    return low_half(table, _mm256_srli_epi16(bytes, 4));
}

AVX2 static inline uint64_t escapable_32(__m256i bytes)
{
    const __m256i by_high = _mm256_setr_epi8(ESCAPABLE_BY_HIGH, ESCAPABLE_BY_HIGH);
    const __m256i by_low = _mm256_setr_epi8(ESCAPABLE_BY_LOW, ESCAPABLE_BY_LOW);
    const __m256i sets = _mm256_and_si256(high_half(by_high, bytes), low_half(by_low, bytes));
    return mask_of(_mm256_cmpgt_epi8(sets, _mm256_setzero_si256()));
}

AVX2 static void escapable_avx2(const char *at, uint64_t blocks, struct escapable *masks)
{
    const __m256i u = _mm256_set1_epi8('u');
    for (; blocks; blocks &= blocks - 1) {
        const size_t block = (size_t)__builtin_ctzll(blocks);
        const __m256i low = load(at + block * BLOCK_SIZE), high = load(at + block * BLOCK_SIZE + 32);
        masks[block].all = escapable_32(low) | escapable_32(high) << 32;
        masks[block].u = mask_of(_mm256_cmpeq_epi8(low, u)) | mask_of(_mm256_cmpeq_epi8(high, u)) << 32;
    }
}

/* Not zero where a byte is misplaced. */
AVX2 static inline __m256i misplaced_32(const char *at)
{
    const __m256i by_high_before = _mm256_setr_epi8(WRONG_BY_HIGH_BEFORE, WRONG_BY_HIGH_BEFORE);
    const __m256i by_low_before = _mm256_setr_epi8(WRONG_BY_LOW_BEFORE, WRONG_BY_LOW_BEFORE);
    const __m256i by_high = _mm256_setr_epi8(WRONG_BY_HIGH, WRONG_BY_HIGH);
    const __m256i bytes = load(at), before = load(at - 1);
    const __m256i second = _mm256_subs_epu8(before, _mm256_set1_epi8((char)0xbf));
    const __m256i third = _mm256_subs_epu8(load(at - 2), _mm256_set1_epi8((char)0xdf));
    const __m256i fourth = _mm256_subs_epu8(load(at - 3), _mm256_set1_epi8((char)0xef));
    const __m256i due = _mm256_or_si256(second, _mm256_or_si256(third, fourth));
    const __m256i not_due = _mm256_cmpeq_epi8(due, _mm256_setzero_si256());
    const __m256i continues = _mm256_cmpgt_epi8(_mm256_set1_epi8((char)0xc0), bytes);
    const __m256i sets = _mm256_and_si256(high_half(by_high_before, before), low_half(by_low_before, before));
    return _mm256_or_si256(_mm256_cmpeq_epi8(not_due, continues),
                           _mm256_and_si256(sets, high_half(by_high, bytes)));
}

AVX2 static uint64_t misplaced_avx2(const char *at, uint64_t blocks)
{
    uint64_t found = 0;
    for (; blocks; blocks &= blocks - 1) {
        const size_t block = (size_t)__builtin_ctzll(blocks);
        const char *bytes = at + block * BLOCK_SIZE;
        const __m256i wrong = _mm256_or_si256(misplaced_32(bytes), misplaced_32(bytes + 32));
        found |= (uint64_t)(!_mm256_testz_si256(wrong, wrong)) << block;
    }
    return found;
}

/* ---- the choice ---------------------------------------------------------------------------------------- */

const struct kernels *const *kernels_of_processor(void)
{
    static const struct kernels sse2 = {"sse2", line_end_sse2, look_sse2, escapable_sse2, misplaced_sse2};
    static const struct kernels avx2 = {"avx2", line_end_avx2, look_avx2, escapable_avx2, misplaced_avx2};
    static const struct kernels *const all[] = {&kernels_avx512, &avx2, &sse2, NULL};
    if (__builtin_cpu_supports("avx512bw"))
        return all;
    return __builtin_cpu_supports("avx2") ? all + 1 : all + 2;
}

#endif
