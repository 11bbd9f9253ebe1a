/*
 * What sets the sections of a row apart: separators, or, in styles with backgrounds, the edges of those.
 *
 * A reader drops pieces, so no piece knows which one will stand before it. Therefore a body ends with the
 * pen in the colour of its own background, and the lead that comes next, whichever it is, draws the edge
 * between the two with that pen.
 */
#ifndef TACHO_EDGES_H
#define TACHO_EDGES_H

#include "layout.h"

struct edges {
    const struct layout *layout;
    bool fills;      /* sections have backgrounds */
    bool has_before; /* a section stands before on this row */
    bool after_flex; /* what comes next stands behind flexible room */
    bool right;      /* behind the first of them: edges point to the left */
};

/* Starts a row. */
void edges_begin(struct edges *edges, const struct line *line, const struct layout *layout);

/* Writes the lead of a section (line->ground is its own already), and what its body begins with. */
void edges_lead(const struct edges *edges, struct line *line);
void edges_body(const struct edges *edges, struct line *line);

/* The lead of one that joins the section. */
void edges_join(struct line *line, enum join join);

/* Closes the last section; nothing if there is none. For the lead of what follows it. */
void edges_close(const struct edges *edges, struct line *line);

#endif
