/*
 * The parts of making a look (look_build.h): rows out of words, options out of values.
 */
#ifndef TACHO_LOOK_PARTS_H
#define TACHO_LOOK_PARTS_H

#include "layout.h"

#define OPTIONS_MAX 64

/* Texts and more that a look keeps until it is freed. */
struct kept_string {
    struct kept_string *next;
    _Alignas(16) char text[];
};

struct string_store {
    struct kept_string *first;
};

/* What was set for segments, by name. */
struct options_list {
    struct segment_options list[OPTIONS_MAX];
    size_t count;
};

const struct segment_options *options_find(const struct options_list *options, const char *name, size_t size);

/* Adds a row's segments. Returns 0, or -1 if some are left out, with why. */
int layout_add_row(struct layout *layout, uint8_t row, const char *text, const struct options_list *options,
                   struct text *why);

/* Adds the mark of staleness, unless a row has it. */
void layout_add_stale(struct layout *layout);

/*
 * Sets one option: key as in the configuration ("icon", "color", ...). Texts are added to `strings`, which
 * must not move. Returns 0, or -1 with why.
 */
int options_set(struct segment_options *options, struct layout *layout, const struct theme *theme,
                struct string_store *strings, const char *key, const char *value, struct text *why);

/* A name of the theme's roles or of a basic colour, "#rrggbb" or 0 to 255. Returns 0, or -1 with why. */
int colour_read(struct colour *colour, const char *text, const struct theme *theme, struct text *why);

/* "1.50" dollars, "90s", "2m", "1h". Returns 0, or -1 with why. */
int amount_read(int64_t *pusd, const char *text, struct text *why);
int span_read(int64_t *span_us, const char *text, struct text *why);

/* 1 for true, yes, on, 1; 0 for their opposites; else -1. */
int flag_read(const char *value);

/* A copy of a text; room for something else, aligned for anything. */
const char *string_keep(struct string_store *strings, const char *text, size_t size);
void *string_room(struct string_store *strings, size_t size);

#endif
