/* Interned strings: see interned.h. */
#include "interned.h"

#include "../base/memory.h"

#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

static uint32_t hash_of(const char *bytes, size_t size)
{
    return (uint32_t)XXH3_64bits(bytes, size);
}

/* The place of a string in the index: where it is, or the free one where it would be. */
static struct slot *slot_of(const struct interned *strings, uint32_t hash, const char *bytes, size_t size)
{
    size_t mask = strings->index.size - 1, at = hash & mask;
    for (; strings->index.list[at].number; at = (at + 1) & mask) {
        if (strings->index.list[at].hash != hash)
            continue;
        const struct interned_string *name = &strings->list[strings->index.list[at].number - 1];
        if (name->size == size && !memcmp(name->bytes, bytes, size))
            break;
    }
    return &strings->index.list[at];
}

uint32_t interned_take(struct interned *strings, const char *bytes, size_t size)
{
    if (strings->count * 2 >= strings->index.size)
        slots_grow(&strings->index, 16);
    uint32_t hash = hash_of(bytes, size);
    struct slot *slot = slot_of(strings, hash, bytes, size);
    if (!slot->number) {
        strings->list = memory_grow(strings->list, strings->count, &strings->room, sizeof *strings->list);
        strings->list[strings->count++] = (struct interned_string){memory_string(bytes, size), size};
        *slot = (struct slot){(uint32_t)strings->count, hash};
    }
    return slot->number - 1;
}

uint32_t interned_find(const struct interned *strings, const char *bytes, size_t size)
{
    if (!strings->index.size)
        return INTERNED_NONE;
    uint32_t found = slot_of(strings, hash_of(bytes, size), bytes, size)->number;
    return found ? found - 1 : INTERNED_NONE;
}

int interned_compare(const struct interned *strings, uint32_t a, uint32_t b)
{
    if (a == b)
        return 0;
    const struct interned_string *x = &strings->list[a], *y = &strings->list[b];
    int order = memcmp(x->bytes, y->bytes, x->size < y->size ? x->size : y->size);
    return order ? order : (x->size > y->size) - (x->size < y->size);
}

void interned_free(struct interned *strings)
{
    for (size_t i = 0; i < strings->count; i++)
        free(strings->list[i].bytes);
    free(strings->list);
    free(strings->index.list);
    *strings = (struct interned){0};
}
