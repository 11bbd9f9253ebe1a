/*
 * The kernels for x86-64: SSE2, which every such processor has, and AVX2, asked for at run time.
 *
 * Both look for the needle by two of its seven bytes, `g` and the closing quote, which seldom stand two
 * apart by chance, and compare the rest only then. What remains at the end, less than a step, is scalar's.
 */
#ifdef __x86_64__

#include "kernels.h"

#include <immintrin.h>
#include <stdint.h>
#include <string.h>

#define AVX2 __attribute__((target("avx2")))

enum { NEEDLE_G = 4, NEEDLE_QUOTE = 6 };

/* Whether the needle stands at one of the positions whose bits are set. */
static bool needle_at(const char *at, uint32_t candidates)
{
    for (; candidates; candidates &= candidates - 1)
        if (memcmp(at + __builtin_ctz(candidates), USAGE_NEEDLE, sizeof USAGE_NEEDLE - 1) == 0)
            return true;
    return false;
}

/* The bits below the lowest one that is set; all, if none is. */
static uint32_t bits_before(uint32_t mask)
{
    return (mask & -mask) - 1;
}

static const char *line_end_sse2(const char *at, const char *end, bool *needle)
{
    const __m128i newline = _mm_set1_epi8('\n'), g = _mm_set1_epi8('g'), quote = _mm_set1_epi8('"');
    for (; end - at >= 16 + NEEDLE_QUOTE; at += 16) {
        __m128i ends = _mm_cmpeq_epi8(_mm_loadu_si128((const __m128i *)at), newline);
        __m128i gs = _mm_cmpeq_epi8(_mm_loadu_si128((const __m128i *)(at + NEEDLE_G)), g);
        __m128i quotes = _mm_cmpeq_epi8(_mm_loadu_si128((const __m128i *)(at + NEEDLE_QUOTE)), quote);
        __m128i hits = _mm_and_si128(gs, quotes);
        if (_mm_movemask_epi8(_mm_or_si128(ends, hits)) == 0)
            continue;
        uint32_t lines = (uint32_t)_mm_movemask_epi8(ends);
        if (!*needle)
            *needle = needle_at(at, (uint32_t)_mm_movemask_epi8(hits) & bits_before(lines));
        if (lines)
            return at + __builtin_ctz(lines);
    }
    return kernels_scalar.line_end(at, end, needle);
}

static const char *string_stop_sse2(const char *at, const char *end)
{
    for (; end - at >= 16; at += 16) {
        uint32_t stops = string_stops_16(at);
        if (stops)
            return at + __builtin_ctz(stops);
    }
    return kernels_scalar.string_stop(at, end);
}

AVX2 static const char *line_end_avx2(const char *at, const char *end, bool *needle)
{
    const __m256i newline = _mm256_set1_epi8('\n'), g = _mm256_set1_epi8('g'), quote = _mm256_set1_epi8('"');
    for (; end - at >= 32 + NEEDLE_QUOTE; at += 32) {
        __m256i ends = _mm256_cmpeq_epi8(_mm256_loadu_si256((const __m256i *)at), newline);
        __m256i gs = _mm256_cmpeq_epi8(_mm256_loadu_si256((const __m256i *)(at + NEEDLE_G)), g);
        __m256i quotes = _mm256_cmpeq_epi8(_mm256_loadu_si256((const __m256i *)(at + NEEDLE_QUOTE)), quote);
        __m256i hits = _mm256_and_si256(gs, quotes);
        if (_mm256_movemask_epi8(_mm256_or_si256(ends, hits)) == 0)
            continue;
        uint32_t lines = (uint32_t)_mm256_movemask_epi8(ends);
        if (!*needle)
            *needle = needle_at(at, (uint32_t)_mm256_movemask_epi8(hits) & bits_before(lines));
        if (lines)
            return at + __builtin_ctz(lines);
    }
    return line_end_sse2(at, end, needle);
}

AVX2 static const char *string_stop_avx2(const char *at, const char *end)
{
    const __m256i quote = _mm256_set1_epi8('"'), backslash = _mm256_set1_epi8('\\');
    const __m256i space = _mm256_set1_epi8(0x20);
    for (; end - at >= 32; at += 32) {
        __m256i bytes = _mm256_loadu_si256((const __m256i *)at);
        __m256i stops = _mm256_or_si256(_mm256_cmpgt_epi8(space, bytes), _mm256_cmpeq_epi8(bytes, quote));
        uint32_t mask =
            (uint32_t)_mm256_movemask_epi8(_mm256_or_si256(stops, _mm256_cmpeq_epi8(bytes, backslash)));
        if (mask)
            return at + __builtin_ctz(mask);
    }
    return string_stop_sse2(at, end);
}

const struct kernels *const *kernels_of_processor(void)
{
    static const struct kernels sse2 = {"sse2", line_end_sse2, string_stop_sse2};
    static const struct kernels avx2 = {"avx2", line_end_avx2, string_stop_avx2};
    static const struct kernels *const all[] = {&avx2, &sse2, NULL};
    return __builtin_cpu_supports("avx2") ? all : all + 1;
}

#endif
