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

#ifdef __SSE2__
/* Bit i: at[i] is not plain text in a JSON string. */
static inline uint32_t string_stops_16(const char *at)
{
    __m128i bytes = _mm_loadu_si128((const __m128i *)at);
    /* Signed: what is above 0x7f is below 0x20 too. */
    __m128i controls = _mm_cmplt_epi8(bytes, _mm_set1_epi8(0x20));
    __m128i quotes = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('"'));
    __m128i backslashes = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\'));
    return (uint32_t)_mm_movemask_epi8(_mm_or_si128(_mm_or_si128(controls, quotes), backslashes));
}
#endif

/*
 * As kernels->string_stop(). Most strings are shorter than 32 bytes, to which a call through a pointer is a
 * detour: where every processor has the instructions, the first bytes are looked at here.
 */
static inline const char *string_stop(const struct kernels *kernels, const char *at, const char *end)
{
#ifdef __SSE2__
    if (end - at >= 32) {
        uint32_t stops = string_stops_16(at) | string_stops_16(at + 16) << 16;
        if (stops)
            return at + __builtin_ctz(stops);
        at += 32;
    }
#endif
    return kernels->string_stop(at, end);
}

#endif
