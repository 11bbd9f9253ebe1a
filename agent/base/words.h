/*
 * A text as words: blanks set them apart, quotes of either kind hold one together. There is no shell in it.
 */
#ifndef TACHO_WORDS_H
#define TACHO_WORDS_H

#include <stddef.h>

/* The next word from *at on, which moves past it; NULL: there is none. */
const char *word_next(const char **at, size_t *size);

#endif
