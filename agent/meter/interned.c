/* Interned strings: see interned.h. */
#include "interned.h"

#include "../base/memory.h"

#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

/* The place of a string in the index: where it is, or the free one where it would be. */
static size_t place_of(const struct interned *strings, const char *bytes, size_t size)
{
    size_t mask = strings->index_size - 1;
    size_t at = (size_t)XXH3_64bits(bytes, size) & mask;
    for (; strings->index[at]; at = (at + 1) & mask) {
        const struct interned_string *name = &strings->list[strings->index[at] - 1];
        if (name->size == size && !memcmp(name->bytes, bytes, size))
            break;
    }
    return at;
}

static void index_grow(struct interned *strings)
{
    free(strings->index);
    strings->index_size = strings->index_size ? strings->index_size * 2 : 16;
    strings->index = memory_zeroed(strings->index_size, sizeof *strings->index);
    for (size_t i = 0; i < strings->count; i++)
        strings->index[place_of(strings, strings->list[i].bytes, strings->list[i].size)] = (uint32_t)i + 1;
}

uint32_t interned_take(struct interned *strings, const char *bytes, size_t size)
{
    if (strings->count * 2 >= strings->index_size)
        index_grow(strings);
    size_t at = place_of(strings, bytes, size);
    if (!strings->index[at]) {
        strings->list = memory_grow(strings->list, strings->count, &strings->room, sizeof *strings->list);
        strings->list[strings->count++] = (struct interned_string){memory_string(bytes, size), size};
        strings->index[at] = (uint32_t)strings->count;
    }
    return strings->index[at] - 1;
}

uint32_t interned_find(const struct interned *strings, const char *bytes, size_t size)
{
    if (!strings->index_size)
        return INTERNED_NONE;
    uint32_t found = strings->index[place_of(strings, bytes, size)];
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
    free(strings->index);
    *strings = (struct interned){0};
}
