/*
 * Where the strings of a JSON text end, found ahead of the walk a piece of 4 KiB at a time, by bit masks, so
 * that the walk jumps over a string whatever its length. What a string may not hold (a raw control byte, an
 * escape that is none, a byte that is not UTF-8) is found in the same pass, and a string that has it has no
 * end. Most strings are short and have no escapes: for these one look at one mask is enough.
 *
 * Outside strings the masks mean nothing: there the walk looks at every byte.
 */
#ifndef TACHO_STRING_MARKS_H
#define TACHO_STRING_MARKS_H

#include "kernels.h"

#include <string.h>

struct string_marks {
    const struct kernels *kernels;
    const char *begin; /* of the text */
    const char *end;
    const char *from; /* of the piece that is marked */
    size_t size;      /* of it; 0: none is */
    bool any_bytes;   /* bytes above 0x7f need not be UTF-8; set before the first string_end() */
    bool is_escaped;  /* the first byte behind the piece follows a backslash that begins an escape */
    bool is_wide;     /* the last block of the piece has a byte above 0x7f */
    bool is_broken;   /* nothing further is marked: the text is not UTF-8 there */
    /* A mask for each 64 bytes, and one that is 0. */
    uint64_t stops[BLOCKS_MAX + 1];   /* quotes that no backslash escapes, what no string may hold, escapes */
    uint64_t escapes[BLOCKS_MAX + 1]; /* of them, the backslashes that begin an escape */
};

static inline void string_marks_start(struct string_marks *marks, const struct kernels *kernels,
                                      const char *begin, const char *end)
{
    marks->kernels = kernels;
    marks->begin = marks->from = begin;
    marks->end = end;
    marks->size = 0;
    marks->any_bytes = marks->is_escaped = marks->is_wide = marks->is_broken = false;
}

/* Marks the first piece, for those who look at once for a string that is near. */
void string_marks_begin(struct string_marks *marks);

/* At least 57 of the bits that begin at one of a mask. */
static inline uint64_t bits_from(const uint64_t *masks, size_t bit)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    uint64_t bits;
    memcpy(&bits, (const char *)masks + bit / 8, sizeof bits);
    return bits >> bit % 8;
#else
    const uint64_t *mask = &masks[bit / 64];
    return *mask >> bit % 64 | mask[1] << 1 << (63 - bit % 64);
#endif
}

/*
 * The closing quote of the string whose inside begins at `at`, or NULL. Says whether an escape stands before
 * it. From one call to the next `at` does not go back.
 */
const char *string_end(struct string_marks *marks, const char *at, bool *has_escapes);

/*
 * The first byte from `at` on that is not simply a string's: its closing quote, or the beginning of an
 * escape, or what no string may hold; NULL if it is not within the next 57 bytes, or not marked yet.
 */
static inline const char *string_stop_near(const struct string_marks *marks, const char *at)
{
    const size_t offset = (size_t)(at - marks->from);
    if (__builtin_expect(offset >= marks->size, 0))
        return NULL;
    const uint64_t stops = bits_from(marks->stops, offset);
    return stops ? at + (unsigned)__builtin_ctzll(stops) : NULL;
}

#endif
