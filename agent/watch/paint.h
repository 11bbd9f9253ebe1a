/*
 * Painting a row of the screen from left to right, within bounds: text that is harmless and cut at a
 * grapheme, pieces that are shown whole or not at all, bars, sparklines; in the colours of the person's
 * theme.
 */
#ifndef TACHO_PAINT_H
#define TACHO_PAINT_H

#include "../render/facts.h"
#include "../render/theme.h"

/* Roles, and text in the terminal's own colour. */
#define ROLE_TEXT ROLE_COUNT

/* A part of a row: from `x` up to, not with, `end`. What is painted moves `x`. */
struct strip {
    int y, x, end;
    bool is_marked; /* in reverse */
    const struct look *look;
};

/* Sets up the colours of a look's theme, as many as the terminal has; none if NO_COLOR says so. */
void paint_begin(const struct look *look);

/* Text from anywhere, cut where there is no more room. */
void paint_text(struct strip *strip, int role, struct fact_text text);

/* The same, cut at its start: of a path the end tells more. */
void paint_tail(struct strip *strip, int role, struct fact_text text);

/* Our own text; nothing if it does not fit whole. Returns whether it did. */
bool paint_whole(struct strip *strip, int role, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Two spaces, a label, a space and what it is a label of: all of it or nothing; returns which. Either may be
 * "". */
bool paint_pair(struct strip *strip, const char *label, int role, const char *value);

/* Blanks up to column `x`, or as far as there is room. */
void paint_up_to(struct strip *strip, int x);

/* A bar of so many columns; hundredths of a percent. */
void paint_bar(struct strip *strip, int role, int columns, int64_t used_e2);

/* A column a value, the newest of them where there are fewer columns; the highest is as high as can be. */
void paint_sparkline(struct strip *strip, int role, int columns, const double *values, size_t count);

/* A string as text; NULL is unknown. */
struct fact_text text_of(const char *string);

#endif
