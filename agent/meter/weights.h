/*
 * What a model's tokens weigh in sums of weighted tokens: how rate limits have counted. A weight goes by a
 * word in the model's name; a model with none of the words weighs 1.
 */
#ifndef TACHO_WEIGHTS_H
#define TACHO_WEIGHTS_H

#include <stddef.h>
#include <stdint.h>

struct text;

enum { WEIGHTS_MAX = 16, WEIGHT_WORD_MAX = 31, WEIGHT_FACTOR_MAX = 1000 };

struct weight {
    char word[WEIGHT_WORD_MAX + 1]; /* in lower case */
    uint32_t factor;
};

struct weights {
    struct weight list[WEIGHTS_MAX];
    size_t count;
};

/* opus = 5: what the oracle of Tacho's rules has. */
struct weights weights_default(void);

/*
 * Reads "opus=5 fable=3": words and whole factors from 1 to 1000, in place of what was there; "" is none, and
 * all models weigh 1. Returns 0, or -1 with what is wrong in `why`: then the weights stay as they were.
 */
int weights_read(struct weights *weights, const char *text, struct text *why);

/* The factor of the first word that is in the model's name, in whatever case (ASCII); else 1. */
uint32_t weights_of(const struct weights *weights, const char *model, size_t size);

#endif
