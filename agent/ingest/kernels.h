/*
 * The loops over bytes that ingest spends its time in, once per instruction set.
 *
 * All give identical results; `scalar` is the plain statement of what the others do in steps of 16 to 64
 * bytes. None reads outside the bytes it is given, but for misplaced(), which says what it needs.
 */
#ifndef TACHO_KERNELS_H
#define TACHO_KERNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* What a line must hold, byte for byte, to be looked at for usage (DESIGN.md §5, "Counting rules"). */
#define USAGE_NEEDLE "\"usage\""
/* The same for the client's own account of a session (cost_state.h). Both have their last two bytes. */
#define COSTS_NEEDLE "\"modelUsage\""

enum needle { NEEDLE_USAGE = 1, NEEDLE_COSTS = 2 };

/* A block is looked at in one step: bit i of a mask of it is its byte i. */
#define BLOCK_SIZE 64
#define BLOCKS_MAX 64

/* What `look` finds in up to BLOCKS_MAX blocks. */
struct line_look {
    uint64_t *stops;       /* a mask a block: quotes, and bytes below 0x20 */
    uint64_t *backslashes; /* likewise */
    uint64_t slashed;      /* bit i: block i has a backslash */
    uint64_t wide;         /* bit i: block i has a byte above 0x7f */
};

/* The bytes of a block that JSON lets follow a backslash, and the `u`s among them, which want four digits. */
struct escapable {
    uint64_t all, u;
};

struct kernels {
    const char *name;
    /* The first newline, or `end`. Adds to *needles those that stand before it. */
    const char *(*line_end)(const char *at, const char *end, unsigned *needles);
    /* Looks through `count` whole blocks. */
    void (*look)(const char *at, size_t count, struct line_look *look);
    /* For each block whose bit is set: what of it may follow a backslash. */
    void (*escapable)(const char *at, uint64_t blocks, struct escapable *masks);
    /*
     * Which of the blocks hold a byte that the three before it do not allow in UTF-8: a continuation where
     * none is due, none where one is due, or one that no character has there. (So a character that is cut off
     * is noticed in the byte after it.) Three bytes before each block are read.
     */
    uint64_t (*misplaced)(const char *at, uint64_t blocks);
};

extern const struct kernels kernels_scalar;

/* "avx512", "avx2", "sse2", "neon" or "scalar"; NULL if this build or this processor does not have it. */
const struct kernels *kernels_named(const char *name);

/*
 * The best that the processor has, or what TACHO_SIMD names. Decided at the first call and kept: the one
 * variable behind it is written once, with the same value by whoever comes first.
 */
const struct kernels *kernels_chosen(void);

/* misplaced() for one byte. */
bool is_misplaced(const char *byte);

/* For kernels.c: those of this processor family, best first, NULL-terminated; all supported here. */
const struct kernels *const *kernels_of_processor(void);

/* For the kernels: whether a needle ends in the closing quote at `quote`, in a line that begins at `line`. */
#define NEEDLE_ENDS(line, quote, needle)                                                                     \
    ((size_t)((quote) - (line)) >= sizeof(needle) - 2 &&                                                     \
     memcmp((quote) - sizeof(needle) + 2, (needle), sizeof(needle) - 1) == 0)

/* The needles that do. */
static inline unsigned needles_ending(const char *line, const char *quote)
{
    return NEEDLE_ENDS(line, quote, USAGE_NEEDLE)   ? NEEDLE_USAGE
           : NEEDLE_ENDS(line, quote, COSTS_NEEDLE) ? NEEDLE_COSTS
                                                    : 0;
}

/* What line_end() says of the rest of a line, from `at` on. */
const char *line_end_rest(const char *line, const char *at, const char *end, unsigned *needles);

#endif
