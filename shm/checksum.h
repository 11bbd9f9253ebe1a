/*
 * The checksum by which a reader knows a copy to be whole: 64 bits over everything but the checksum itself.
 * It tells mixtures of two copies from either of them; it is no defence against malice, and need not be,
 * because readers check all offsets as well.
 *
 * The words from `used` on are taken eight at a time, two to each of four lanes, by folded multiplication;
 * the last eight are filled up with zeros. The lanes and the version are then folded into one.
 */
#ifndef TACHO_CHECKSUM_H
#define TACHO_CHECKSUM_H

#include "tacho.h"
#include "words.h"

/* Multipliers: odd, with about as many ones as zeros. */
#define CHECKSUM_A UINT64_C(0x9e3779b97f4a7c15)
#define CHECKSUM_B UINT64_C(0xc2b2ae3d27d4eb4f)

static inline uint64_t checksum_fold(uint64_t a, uint64_t b)
{
    unsigned __int128 product = (unsigned __int128)(a ^ CHECKSUM_A) * (b ^ CHECKSUM_B);
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

/* The part that does not depend on the version. `used` is a multiple of 8 and at least the head's size. */
static inline uint64_t checksum_content(const struct tacho_copy *copy)
{
    const word_in_buffer *words = (const void *)&copy->used;
    size_t count = (copy->used - offsetof(struct tacho_copy, used)) / 8, i = 0;
    uint64_t a = 1, b = 2, c = 3, d = 4;
    for (; i + 8 <= count; i += 8) {
        a = checksum_fold(a ^ words[i], words[i + 1]);
        b = checksum_fold(b ^ words[i + 2], words[i + 3]);
        c = checksum_fold(c ^ words[i + 4], words[i + 5]);
        d = checksum_fold(d ^ words[i + 6], words[i + 7]);
    }
    for (; i < count; i++)
        a = checksum_fold(a ^ words[i], i);
    return checksum_fold(checksum_fold(a, b), checksum_fold(c, d));
}

static inline uint64_t checksum_whole(uint64_t content, uint64_t version)
{
    return checksum_fold(content, version);
}

#endif
