/*
 * A draft: what will become a copy of a slot, put together in the writer's own memory. The functions that
 * fill it are in writer.h; these are for the writer.
 */
#ifndef TACHO_DRAFT_H
#define TACHO_DRAFT_H

#include "writer.h"

#define DRAFT_BLOCKS_MAX 64

/* The fixed part of every copy: its head and all words. */
#define DRAFT_WORDS_AT  ((uint32_t)sizeof(struct tacho_copy))
#define DRAFT_WORDS_END (DRAFT_WORDS_AT + TACHO_WORD_COUNT * (uint32_t)sizeof(uint64_t))

struct segment_draft {
    struct tacho_copy *copy; /* `room` bytes, whole words */
    uint32_t room;
    uint64_t hash; /* of kind and key */
    struct tacho_block blocks[DRAFT_BLOCKS_MAX];
};

/* Empties the draft and gives it a key. Returns 0, or -1: the key is too long. */
int draft_start(struct segment_draft *draft, enum tacho_kind kind, const char *key, size_t key_size);

/* Appends the block table: afterwards the copy is whole but for its version. */
void draft_finish(struct segment_draft *draft);

#endif
