/* Growing a hash table: see slots.h. */
#include "slots.h"

#include "memory.h"

#include <stdlib.h>

/* No two keys are equal, so a free slot is all that is looked for. */
void slots_grow(struct slots *slots, size_t least)
{
    const struct slots old = *slots;
    slots->size = old.size ? old.size * 2 : least;
    slots->list = memory_zeroed(slots->size, sizeof *slots->list);
    for (size_t i = 0; i < old.size; i++) {
        size_t at = old.list[i].hash & (slots->size - 1);
        while (old.list[i].number && slots->list[at].number)
            at = (at + 1) & (slots->size - 1);
        if (old.list[i].number)
            slots->list[at] = old.list[i];
    }
    free(old.list);
}
