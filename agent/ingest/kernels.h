/*
 * The loops over bytes that ingest spends its time in, once per instruction set.
 *
 * All give identical results; `scalar` is the plain statement of what the others do in steps of 16 or 32
 * bytes. None reads outside [at, end).
 */
#ifndef TACHO_KERNELS_H
#define TACHO_KERNELS_H

#include <stdbool.h>
#include <stdint.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

/* What a line must hold, byte for byte, to be looked at for usage (DESIGN.md §5, "Counting rules"). */
#define USAGE_NEEDLE "\"usage\""

struct kernels {
    const char *name;
    /* The first newline, or `end`. Sets *needle if USAGE_NEEDLE stands before it, else leaves it alone. */
    const char *(*line_end)(const char *at, const char *end, bool *needle);
    /*
     * The first byte that is not plain text in a JSON string: a quote, a backslash, below 0x20, or above
     * 0x7f; or `end`.
     */
    const char *(*string_stop)(const char *at, const char *end);
};

extern const struct kernels kernels_scalar;

/* "avx2", "sse2" or "scalar"; NULL if this build or this processor does not have it. */
const struct kernels *kernels_named(const char *name);

/*
 * The best that the processor has, or what TACHO_SIMD names. Decided at the first call and kept: the one
 * variable behind it is written once, with the same value by whoever comes first.
 */
const struct kernels *kernels_chosen(void);

/* For kernels.c: those of this processor family, best first, NULL-terminated; all supported here. */
const struct kernels *const *kernels_of_processor(void);

/*
 * Where string_stop() would stop in the 64 bytes at `at`: bit i for at[i]. Inline, because most strings are
 * so short that a call for each would cost more than the look; so it has only what every processor has.
 */
#ifdef __SSE2__
static inline uint32_t string_stops_16(const char *at)
{
    __m128i bytes = _mm_loadu_si128((const __m128i *)at);
    /* Signed: what is above 0x7f is below 0x20 too. */
    __m128i outside = _mm_cmplt_epi8(bytes, _mm_set1_epi8(0x20));
    __m128i quotes = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('"'));
    __m128i backslashes = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\'));
    return (uint32_t)_mm_movemask_epi8(_mm_or_si128(_mm_or_si128(quotes, backslashes), outside));
}

static inline uint64_t string_stops_64(const char *at)
{
    const uint64_t a = string_stops_16(at), b = string_stops_16(at + 16);
    const uint64_t c = string_stops_16(at + 32), d = string_stops_16(at + 48);
    return a | b << 16 | c << 32 | d << 48;
}
#else
static inline uint64_t string_stops_64(const char *at)
{
    uint64_t stops = 0;
    for (int i = 0; i < 64; i++)
        stops |= (uint64_t)(at[i] == '"' || at[i] == '\\' || (signed char)at[i] < 0x20) << i;
    return stops;
}
#endif

#endif
