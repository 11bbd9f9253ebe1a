/* Copies that may be taken back: see provisional.h. */
#include "provisional.h"

#include "../base/memory.h"

#include <stdlib.h>

static bool is_same(struct identity a, struct identity b)
{
    return a.low == b.low && a.high == b.high;
}

static struct settled_entry *find(const struct provisional *provisional, struct identity identity)
{
    for (size_t i = provisional->settled_count; i-- > 0;)
        if (is_same(provisional->settled[i].identity, identity))
            return &provisional->settled[i];
    return NULL;
}

void provisional_add(struct provisional *provisional, const struct entry *copy, bool main_chain,
                     const struct entry *entry)
{
    provisional->copies =
        memory_grow(provisional->copies, provisional->count, &provisional->room, sizeof *provisional->copies);
    provisional->copies[provisional->count++] = (struct provisional_copy){*copy, main_chain, false};
    if (entry && entry->provisional) {
        find(provisional, copy->identity)->copies++;
        return;
    }
    provisional->settled = memory_grow(provisional->settled, provisional->settled_count,
                                       &provisional->settled_room, sizeof *provisional->settled);
    struct settled_entry *settled = &provisional->settled[provisional->settled_count++];
    *settled = (struct settled_entry){.identity = copy->identity, .copies = 1, .exists = entry != NULL};
    if (entry)
        settled->entry = *entry;
}

void provisional_settle(struct provisional *provisional, const struct entry *copy,
                        const struct interned *paths, const struct interned *models)
{
    struct settled_entry *settled = find(provisional, copy->identity);
    if (settled->exists)
        entry_merge(&settled->entry, copy, paths, models);
    else
        settled->entry = *copy;
    settled->exists = true;
}

bool provisional_supersede(struct provisional *provisional, uint32_t path)
{
    bool any = false;
    for (size_t i = 0; i < provisional->count; i++) {
        if (provisional->copies[i].copy.path == path)
            any = provisional->copies[i].superseded = true;
    }
    return any;
}

bool provisional_take(struct provisional *provisional, struct provisional_copy *copy)
{
    for (size_t i = provisional->count; i-- > 0;) {
        if (!provisional->copies[i].superseded)
            continue;
        *copy = provisional->copies[i];
        provisional->copies[i] = provisional->copies[--provisional->count];
        return true;
    }
    return false;
}

bool provisional_rebuild(struct provisional *provisional, struct identity identity, struct entry *left,
                         const struct interned *paths, const struct interned *models)
{
    struct settled_entry *settled = find(provisional, identity);
    bool exists = settled->exists, provisional_still = --settled->copies > 0;
    *left = settled->entry;
    for (size_t i = 0; provisional_still && i < provisional->count; i++) {
        const struct entry *copy = &provisional->copies[i].copy;
        if (!is_same(copy->identity, identity))
            continue;
        if (exists)
            entry_merge(left, copy, paths, models);
        else
            *left = *copy;
        exists = true;
    }
    left->provisional = provisional_still;
    if (!provisional_still)
        *settled = provisional->settled[--provisional->settled_count];
    return exists;
}

void provisional_free(struct provisional *provisional)
{
    free(provisional->copies);
    free(provisional->settled);
    *provisional = (struct provisional){0};
}
