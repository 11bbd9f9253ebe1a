/*
 * Backgrounds: a colour, and the theme's roles made readable on it, with a contrast of at least 4.5
 * (WCAG 2.1, 1.4.3) at every depth that has more than the terminal's own 16 colours, and, of these, by
 * xterm's values.
 */
#ifndef TACHO_GROUND_H
#define TACHO_GROUND_H

#include "theme.h"

/* The nearest colours of every depth to a true one. */
struct colour colour_of(uint32_t rgb);

uint32_t colour_rgb(const struct colour *colour);

/* The background in a given colour. */
void ground_make(struct ground *ground, const struct theme *theme, uint32_t rgb);

/* A family's background in a theme; `shade`: the second of two, for neighbours. */
void ground_of_family(struct ground *ground, const struct theme *theme, enum family family, int shade);

/* A channel of sRGB, 0 to 255, as linear light, 0 to 1 (IEC 61966-2-1). */
double colour_linear(int value);

/* The contrast ratio of two colours, 1 to 21. */
double colour_contrast(uint32_t one, uint32_t other);

/* What a terminal shows for a colour at a depth; the 16 by xterm's values. */
uint32_t colour_shown(const struct colour *colour, enum tacho_depth depth);

#endif
