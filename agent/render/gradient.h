/*
 * Gradients: a text's or a bar's colour, from column to column. They are mixed in OKLab (Björn Ottosson, "A
 * perceptual color space for image processing", 2020), so that the middle is as bright as the ends.
 */
#ifndef TACHO_GRADIENT_H
#define TACHO_GRADIENT_H

#include "../base/text.h"
#include "theme.h"

#define GRADIENT_STOPS_MAX 12
#define GRADIENT_SHADES    32

struct gradient {
    struct colour shades[GRADIENT_SHADES]; /* from the first stop to the last, evenly */
};

/*
 * A gradient's name, or at least two colours with blanks between them, each as for `color`. Returns 0, or -1
 * with why.
 */
int gradient_read(struct gradient *gradient, const char *text, const struct theme *theme, struct text *why);

/* The shade of a column of so many. */
const struct colour *gradient_at(const struct gradient *gradient, uint32_t column, uint32_t columns);

#endif
