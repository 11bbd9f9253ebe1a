/*
 * What the kernels that work on vectors have in common: the needles, and bytes told by tables. Nothing here
 * is a vector, so that each file compiles it for its own instruction set.
 */
#ifndef TACHO_KERNELS_VECTOR_H
#define TACHO_KERNELS_VECTOR_H

#include "byte_tables.h"
#include "kernels.h"

extern const struct kernels kernels_avx512;

/* A quote, with this bit turned, is 0x20; no other byte joins those below 0x20 so. */
#define QUOTE_BIT 0x02

/* Needles end in `g`, another byte and the closing quote, which seldom stand so by chance. */
enum { NEEDLE_G = 4, NEEDLE_QUOTE = 6 };

/* The needles among candidates: bit i is for one whose `g` is at[i + NEEDLE_G]. */
static inline unsigned needles_at(const char *line, const char *at, uint64_t candidates)
{
    unsigned needles = 0;
    for (; candidates; candidates &= candidates - 1)
        needles |= needles_ending(line, at + __builtin_ctzll(candidates) + NEEDLE_QUOTE);
    return needles;
}

/* The bits below the lowest one that is set; all, if none is. */
static inline uint64_t bits_before(uint64_t mask)
{
    return (mask & -mask) - 1;
}

#endif
