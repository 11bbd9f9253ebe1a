/*
 * What the files of the reader share: reader.c (files, the directory, copies), fit.c, ring.c. Not installed.
 */
#ifndef TACHO_READER_H
#define TACHO_READER_H

#include "tacho.h"

/*
 * Copies `size` bytes at `offset`, as they are now; both, and the address of `out`, are multiples of 8.
 * Returns 0, or TACHO_CORRUPT if they do not lie within the file.
 */
int segment_fetch(const struct tacho_segment *segment, uint64_t offset, void *out, size_t size);

/* One word of the header, as it is now. */
static inline int segment_fetch_header(const struct tacho_segment *segment, size_t offset, uint64_t *word)
{
    return segment_fetch(segment, offset, word, sizeof *word);
}

/* A loop that the compiler does not turn into a call to memcpy, which may not be there. */
static inline char *bytes_put(char *out, const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        out[i] = text[i];
        __asm__ volatile("");
    }
    return out + size;
}

/* A block's pieces; the block is one that tacho_block_at() gave. */
static inline const struct tacho_piece *block_pieces(const struct tacho_copy *copy,
                                                     const struct tacho_block *block)
{
    return (const void *)((const uint8_t *)copy + block->piece_offset);
}

#endif
