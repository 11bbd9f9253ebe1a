/*
 * How many tokens a text has, about: a weighted count of its bytes by class, with no tokenizer at hand.
 *
 * The text is a JSON string's, still escaped. The weights are least squares over the answers of real logs
 * whose next request's size is known (bench/context_error.c measures what is left of the error); whoever
 * knows the true size of one session's texts multiplies by what the estimate was off.
 */
#ifndef TACHO_TOKEN_ESTIMATE_H
#define TACHO_TOKEN_ESTIMATE_H

#include <stddef.h>
#include <stdint.h>

/* Bytes by class; a word is a run of letters. */
struct byte_classes {
    uint64_t words, letters, digits, backslashes, spaces, wide, others; /* wide: above 0x7f */
};

/* Adds the bytes' classes, many bytes at a time. */
void byte_classes_add(struct byte_classes *classes, const char *bytes, size_t size);

/* The same, byte by byte: the plain statement of it. */
void byte_classes_add_plainly(struct byte_classes *classes, const char *bytes, size_t size);

/* Tokens of a text with these classes, rounded. */
uint64_t token_estimate(const struct byte_classes *classes);

#endif
