/*
 * The slots of a hash table with open addressing: numbers of things that are kept elsewhere, each with the
 * hash of its key, so that a search looks only at things whose hashes are equal and growing looks at none.
 */
#ifndef TACHO_SLOTS_H
#define TACHO_SLOTS_H

#include <stddef.h>
#include <stdint.h>

struct slot {
    uint32_t number; /* + 1; 0: free */
    uint32_t hash;
};

/* All zero: none. A key's slot, or the free one where it would be, is at or, in a ring, behind hash & (size -
 * 1). */
struct slots {
    struct slot *list;
    size_t size; /* 0, or a power of two */
};

/* Makes them twice as many, at least `least`, a power of two. */
void slots_grow(struct slots *slots, size_t least);

#endif
