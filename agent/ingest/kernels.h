/*
 * The loops over bytes that ingest spends its time in, once per instruction set.
 *
 * All give identical results; `scalar` is the plain statement of what the others do in steps of 16 or 32
 * bytes. None reads outside [at, end).
 */
#ifndef TACHO_KERNELS_H
#define TACHO_KERNELS_H

#include <stdbool.h>

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

#endif
