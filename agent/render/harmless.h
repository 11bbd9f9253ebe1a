/*
 * Text from outside, made harmless: one grapheme at a time, so that a cut never splits one.
 *
 * What a terminal could obey or hide is replaced by something one column wide that shows: C0 controls and
 * DEL by their pictures (U+2400 block), everything else by U+FFFD: C1 controls, bidirectional controls,
 * line and paragraph separators, invisible format characters and fillers, marks without a base, bytes
 * that are not UTF-8. Joiners stay inside a grapheme, where scripts and emoji need them; at most
 * four marks stay on one base. Sources: Unicode 15, UAX #29 (grapheme clusters) and UTR #36 (security).
 */
#ifndef TACHO_HARMLESS_H
#define TACHO_HARMLESS_H

#include "../../shm/tacho.h"
#include <stdbool.h>

#define GRAPHEME_BYTES_MAX 64

struct grapheme {
    char bytes[GRAPHEME_BYTES_MAX]; /* UTF-8, not yet in any surface's syntax */
    uint32_t size;
    uint32_t columns; /* never 0; never less than what a terminal gives it */
    size_t taken;     /* bytes of the source it stands for */
};

/*
 * Takes the first grapheme of a text and makes it harmless; with `ascii`, what is not ASCII becomes '?'.
 * Returns false at the text's end.
 */
bool harmless_next(struct grapheme *grapheme, const char *bytes, size_t size, bool ascii);

/* The columns of a whole text once it is harmless. */
uint32_t harmless_columns(const char *bytes, size_t size, bool ascii);

/*
 * How a surface writes an ASCII character that means something in its syntax (render.h, "Surfaces"), or
 * NULL: as it is. Adds no columns.
 */
const char *harmless_escape(enum tacho_surface surface, char character, bool ascii);

#endif
