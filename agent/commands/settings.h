/*
 * Claude Code's settings.json as text: one member is changed and every other byte stays as it was.
 */
#ifndef TACHO_COMMAND_SETTINGS_H
#define TACHO_COMMAND_SETTINGS_H

#include "../base/text.h"

#include <stdbool.h>
#include <stddef.h>

/* A member of the outermost object, as byte offsets into the document. */
struct settings_member {
    bool found;
    size_t begin;       /* of the key's opening quote */
    size_t value_begin; /* of the value */
    size_t end;         /* behind the value */
};

/* Whether the document is one JSON object; a byte-order mark or nothing but blanks is an empty one. */
bool settings_is_object(const char *bytes, size_t size);

/* The same; if it is not, writes what is wrong, with the line, to `why` (settings_check.c). */
bool settings_check(const char *bytes, size_t size, struct text *why);

/* Finds a key, the last of that name; the document has been checked. */
struct settings_member settings_find(const char *bytes, size_t size, const char *key);

/*
 * Writes the document with the key's value replaced, or with the member added at the end, in the document's
 * own layout. `value` is JSON, laid out by the caller as settings_layout() says.
 */
void settings_set(const char *bytes, size_t size, const char *key, const struct text *value,
                  struct text *out);

/* Writes the document without the key: the opposite of what settings_set() adds. */
void settings_remove(const char *bytes, size_t size, const char *key, struct text *out);

/* Finds the elements of an array that is a document of its own; returns how many, of which `max` are written.
 */
size_t settings_elements(const char *bytes, size_t size, struct settings_member *elements, size_t max);

/*
 * Writes the array with an element added at its end, in the array's own layout; and the array without its
 * element `index`: the opposite.
 */
void settings_append(const char *bytes, size_t size, const struct text *value, struct text *out);
void settings_remove_element(const char *bytes, size_t size, size_t index, struct text *out);

/* How the document is laid out: what ends a line, and what indents a member. */
struct settings_layout {
    const char *newline; /* "" if the document is written on one line */
    char indent[32];
};

struct settings_layout settings_layout(const char *bytes, size_t size);

#endif
