/*
 * Which known word a mistyped one may have been meant to be.
 */
#ifndef TACHO_SUGGEST_H
#define TACHO_SUGGEST_H

#include <stdbool.h>
#include <stddef.h>

/* How many edits (insert, delete, replace, swap) turn one word into the other. */
unsigned suggest_distance(const char *a, const char *b);

/* Whether `b` is near enough to `a` to be what was meant. */
bool suggest_is_near(const char *a, const char *b);

/* Of the words that `word_at` gives, up to a NULL, the nearest one that is near enough; NULL: none is. */
const char *suggest_nearest(const char *word, const char *(*word_at)(size_t index));

#endif
