/*
 * What the editor shows: the preview, the fields, the rows of segments, what keys do; and the list that a
 * segment is picked from.
 */
#ifndef TACHO_EDITOR_SCREEN_H
#define TACHO_EDITOR_SCREEN_H

#include "draft.h"
#include "preview.h"

/* Where the cursor is: on a field, or behind them on a row's word. */
struct place {
    size_t line; /* FIELD_COUNT + row */
    size_t word;
};

enum { SCREEN_HITS_MAX = 160 };

struct screen {
    struct screen_hit { /* what was shown where, for the mouse */
        int y, x, columns;
        struct place place;
    } hits[SCREEN_HITS_MAX];
    size_t hit_count;
    int first, shift; /* where fields and rows begin; how many lines of them are above that, out of sight */
    int cursor;       /* the cursor's line, were none */
};

/* Columns that the client leaves the line. */
uint32_t screen_preview_columns(void);

void screen_show(struct screen *screen, const struct draft *draft, const struct preview *preview,
                 struct place at, const char *message);

/* The place that is shown at these coordinates of the last screen_show(); false: none. */
bool screen_find(const struct screen *screen, int y, int x, struct place *at);

/* Has the person pick a segment or group; NULL: none was picked. */
const char *screen_pick(void);

#endif
