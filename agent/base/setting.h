/*
 * A configuration file in git's syntax (git-config(1), "CONFIGURATION FILE"), for programs that are too small
 * for libgit2: entry by entry, with where each stands, or one value. Files that the file includes are not
 * looked at.
 */
#ifndef TACHO_SETTING_H
#define TACHO_SETTING_H

#include "text.h"

#include <stdbool.h>

enum setting_item {
    SETTING_END,
    SETTING_SECTION, /* `[section]` or `[section "subsection"]` */
    SETTING_VALUE,   /* `key = value` */
    SETTING_WRONG,   /* not the syntax; nothing behind it is read */
};

/*
 * What was read last is bytes[begin] to bytes[at - 1]: a section's brackets; a value from the blanks before
 * its key to the end of its line. Names are as git has them: `section.subsection`, the section and the key in
 * lower case. A key without a value has "true".
 */
struct setting_reader {
    const char *bytes;
    size_t begin, at, size;
    struct text section, key, value;
};

/* Starts at the beginning of a text, which must stay until setting_finish(). */
void setting_begin(struct setting_reader *reader, const char *bytes, size_t size);
enum setting_item setting_next(struct setting_reader *reader);
void setting_finish(struct setting_reader *reader);

/* Whether the value read last is called so: `section.key` or `section.subsection.key`. */
bool setting_is(const struct setting_reader *reader, const char *name);

/* The number of the line at a place in the text, from 1. */
unsigned setting_line(const struct setting_reader *reader, size_t at);

/*
 * Finds a value by its name; of several the last counts; what stands before a mistake applies. Adds it to
 * `value`, which must be empty. False if there is none.
 */
bool setting_find(const char *bytes, size_t size, const char *name, struct text *value);

/* Adds what a file holds to `content`; false, with errno, if it cannot be read. */
bool setting_load(const char *path, struct text *content);

/* setting_find() in a file; false also if it cannot be read. */
bool setting_read(const char *path, const char *name, struct text *value);

#endif
