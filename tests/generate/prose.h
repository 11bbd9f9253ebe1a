/*
 * Filler: what people, models and tools say in a transcript, as far as a scanner cares. A pool of made-up
 * text, written as the inside of a JSON string (escapes, UTF-8, quoted code), from which pieces of any
 * length are cut at words.
 */
#ifndef GENERATE_PROSE_H
#define GENERATE_PROSE_H

#include "../../agent/base/text.h"
#include "random.h"

struct prose {
    struct text pool;
};

void prose_make(struct prose *prose, uint64_t seed);
void prose_free(struct prose *prose);

/* Adds about `size` bytes. */
void prose_add(struct text *out, const struct prose *prose, struct random *random, size_t size);

/* Adds `size` bytes of base64, as images and signatures have. */
void prose_add_base64(struct text *out, struct random *random, size_t size);

#endif
