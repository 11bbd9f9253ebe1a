/*
 * Building a line: pieces with their leads, columns, ranks and colours, written into a rendering. A piece
 * is opened, given text, and closed; one for which there is no room, or that got no text, leaves no trace.
 * All text, Tacho's own too, goes the one way through harmless.h into the surface's syntax.
 */
#ifndef TACHO_LINE_H
#define TACHO_LINE_H

#include "theme.h"

/* What separates a piece from the one before it. */
enum lead {
    LEAD_SPACE, /* belongs to what stands before */
    LEAD_DOT,   /* another of its kind */
    LEAD_BAR,   /* something else */
};

struct line {
    struct rendering *rendering;
    const struct look *look;
    enum tacho_surface surface;
    enum tacho_depth depth;
    enum role role;      /* whose colour is on; ROLE_COUNT: none */
    uint32_t columns;    /* written since the part began */
    uint32_t part_start; /* where it began in the rendering's text */
    bool full;
};

/* Starts an empty rendering. */
void line_begin(struct line *line, struct rendering *rendering, const struct look *look,
                enum tacho_surface surface, enum tacho_depth depth);

void piece_open(struct line *line, uint8_t rank, enum lead lead);
void piece_close(struct line *line);

/* The same for a piece that is shown only on a line known to be stale. */
void piece_close_stale(struct line *line);

/* Adds Tacho's own words and numbers; `ascii` is the form for an ASCII look, where it differs. */
void piece_text(struct line *line, enum role role, const char *text);
void piece_symbol(struct line *line, enum role role, const char *symbol, const char *ascii);

/* Adds text from outside, cut to `columns` at a grapheme, with an ellipsis. */
void piece_outside(struct line *line, enum role role, const char *bytes, size_t size, uint32_t columns);

#endif
