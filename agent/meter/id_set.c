/* A set of 64-bit hashes: see id_set.h. */
#include "id_set.h"

#include "../base/memory.h"

#include <stdlib.h>

static size_t place_of(const struct id_set *set, uint64_t id)
{
    size_t mask = set->size - 1, at = (size_t)id & mask;
    while (set->slots[at] && set->slots[at] != id)
        at = (at + 1) & mask;
    return at;
}

static void grow(struct id_set *set)
{
    struct id_set larger = {.size = set->size ? set->size * 2 : 256, .count = set->count};
    larger.slots = memory_zeroed(larger.size, sizeof *larger.slots);
    for (size_t i = 0; i < set->size; i++)
        if (set->slots[i])
            larger.slots[place_of(&larger, set->slots[i])] = set->slots[i];
    free(set->slots);
    *set = larger;
}

bool id_set_add(struct id_set *set, uint64_t id)
{
    if (!id)
        id = 1; /* 0 means free; two ids in 2^64 share a place */
    if (set->count * 4 >= set->size * 3)
        grow(set);
    size_t at = place_of(set, id);
    if (set->slots[at])
        return false;
    set->slots[at] = id;
    set->count++;
    return true;
}

void id_set_free(struct id_set *set)
{
    free(set->slots);
    *set = (struct id_set){0};
}
