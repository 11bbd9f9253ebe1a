/*
 * A diff for people, of two texts that differ in one place.
 */
#ifndef TACHO_DIFF_H
#define TACHO_DIFF_H

#include "../base/text.h"

#include <stdbool.h>
#include <stddef.h>

/* Writes the lines that differ, with three lines around them; control bytes are shown as '?'. */
void diff_write(struct text *out, const char *before, size_t before_size, const char *after,
                size_t after_size, bool colour);

#endif
