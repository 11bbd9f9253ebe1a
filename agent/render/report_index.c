/* Numbers for keys: open addressing, at most half full. */
#include "report_index.h"

#include "../base/memory.h"

#include <stdlib.h>

/* Keys are small numbers side by side: a multiplication spreads them (Knuth, TAOCP 3, section 6.4). */
static size_t slot_of(const struct report_index *index, uint64_t key)
{
    uint64_t hash = key * UINT64_C(0x9e3779b97f4a7c15);
    size_t at = (size_t)(hash ^ hash >> 32) & (index->size - 1);
    while (index->slots[at].number && index->slots[at].key != key)
        at = (at + 1) & (index->size - 1);
    return at;
}

static void grow(struct report_index *index)
{
    struct report_index larger = {.size = index->size ? index->size * 2 : 256, .count = index->count};
    larger.slots = memory_zeroed(larger.size, sizeof *larger.slots);
    for (size_t i = 0; i < index->size; i++)
        if (index->slots[i].number)
            larger.slots[slot_of(&larger, index->slots[i].key)] = index->slots[i];
    free(index->slots);
    *index = larger;
}

uint32_t report_index_take(struct report_index *index, uint64_t key)
{
    if ((size_t)index->count * 2 >= index->size)
        grow(index);
    struct report_index_slot *slot = &index->slots[slot_of(index, key)];
    if (!slot->number)
        *slot = (struct report_index_slot){key, ++index->count};
    return slot->number - 1;
}

void report_index_free(struct report_index *index)
{
    free(index->slots);
    *index = (struct report_index){0};
}
