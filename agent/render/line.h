/*
 * Building a line: pieces with their leads, columns, ranks and colours, written into a rendering. A piece
 * is opened, given text, and closed; one for which there is no room, or that got no text, leaves no trace.
 * All text, Tacho's own too, goes the one way through harmless.h into the surface's syntax.
 */
#ifndef TACHO_LINE_H
#define TACHO_LINE_H

#include "theme.h"

struct gradient;
struct segment_options;

/* What separates a piece from the one before it. */
enum lead {
    LEAD_SPACE, /* belongs to what stands before */
    LEAD_DOT,   /* another of its kind */
    LEAD_BAR,   /* something else */
    LEAD_OWN,   /* what the caller puts between piece_open() and piece_body() */
};

struct line {
    struct rendering *rendering;
    const struct look *look;
    const struct segment_options *options; /* of the segment that is drawn; NULL: none */
    const struct ground *ground;           /* the background; NULL: the terminal's */
    const struct gradient *gradient;       /* what the text is coloured by; NULL: its role alone */
    const struct colour *shade;            /* of it, the one that is on; NULL: the role's colour is */
    uint32_t shaded_from, shaded_columns;  /* where it begins, and how long it is */
    enum tacho_surface surface;
    enum tacho_depth depth;
    enum role role;      /* whose colour is on; ROLE_COUNT: none */
    uint32_t columns;    /* written since the part began */
    uint32_t most;       /* columns that the part may take */
    uint32_t part_start; /* where it began in the rendering's text */
    uint8_t row;
    bool full;
    bool cut; /* something did not fit `most` */
    bool bold;
    bool linked; /* within a link */
    bool has_number;
    double number;           /* that the segment shows, as conditions see it */
    int64_t number_until_us; /* when it changes by the clock alone */
};

/* Starts an empty rendering. */
void line_begin(struct line *line, struct rendering *rendering, const struct look *look,
                enum tacho_surface surface, enum tacho_depth depth);

void piece_open(struct line *line, uint8_t rank, enum lead lead);
void piece_close(struct line *line);

/* For LEAD_OWN: the lead is written, the body begins. */
void piece_body(struct line *line);

/* The same as piece_close() with flags (enum tacho_piece_flags); with TACHO_ENDS a body may be empty. */
void piece_close_flagged(struct line *line, uint8_t flags);

/* Begins the open piece's body again; takes all of it back, so that closing leaves no trace. */
void piece_again(struct line *line);

/* Adds a person's own words, from the configuration. */
void piece_given(struct line *line, enum role role, const char *text);

/* Adds Tacho's own symbols in whatever colours are on. */
void piece_raw(struct line *line, const char *text);

/* Ends a lead's colours. */
void line_end_part(struct line *line);

/* Adds Tacho's own words and numbers; `ascii` is the form for an ASCII look, where it differs. */
void piece_text(struct line *line, enum role role, const char *text);
void piece_symbol(struct line *line, enum role role, const char *symbol, const char *ascii);

/* Adds text from outside, cut to `columns` at a grapheme, with an ellipsis. */
void piece_outside(struct line *line, enum role role, const char *bytes, size_t size, uint32_t columns);

/* A decimal number. */
void piece_count(struct line *line, enum role role, int64_t count);

/* What is written between the two leads to `url` where the surface can (OSC 8); an odd one is left out. */
void piece_link(struct line *line, struct fact_text url);
void piece_link_end(struct line *line);

/* What was drawn changes by the clock alone at this instant. */
void piece_valid_until(struct line *line, int64_t when_us);

/*
 * The number that conditions compare, where it is not simply the first one in the text, or changes by the
 * clock alone at `until_us` (INT64_MAX: it does not). The first one told counts.
 */
void piece_number(struct line *line, double number, int64_t until_us);

/* Colour escapes of grounds: see edges.h. Nothing where the line is not coloured. */
bool line_is_coloured(const struct line *line);
void line_ground(struct line *line, const struct colour *colour); /* NULL: the terminal's */
void line_ink(struct line *line, const struct colour *colour);
void line_plain(struct line *line); /* neither, nor bold */

#endif
