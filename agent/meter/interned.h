/*
 * Interned strings: equal strings get one number, from 0, in the order in which they were first met.
 */
#ifndef TACHO_INTERNED_H
#define TACHO_INTERNED_H

#include "../base/slots.h"

#include <stddef.h>
#include <stdint.h>

#define INTERNED_NONE UINT32_MAX

struct interned_string {
    char *bytes; /* NUL-terminated; may hold NULs */
    size_t size;
};

/* All zero: empty. */
struct interned {
    struct interned_string *list;
    size_t count, room;
    struct slots index;
};

/* The string's number, given to it now if it has none. */
uint32_t interned_take(struct interned *strings, const char *bytes, size_t size);

/* The string's number, or INTERNED_NONE. */
uint32_t interned_find(const struct interned *strings, const char *bytes, size_t size);

/* Compares two strings byte by byte; for UTF-8 that is by code point. */
int interned_compare(const struct interned *strings, uint32_t a, uint32_t b);

void interned_free(struct interned *strings);

#endif
