/*
 * Which sessions are shown, in what order, and which of them is selected. The selection is of a session, not
 * of a row: it stays with it when the order changes.
 */
#ifndef TACHO_CHOICE_H
#define TACHO_CHOICE_H

#include "watch.h"

/* Fills watch->rows anew from the segment's slots, and selects the first if the one selected is gone. */
void choice_update(struct watch *watch);

/* The selected row; row_count if there is none. */
size_t choice_selected(const struct watch *watch);

/* Selects the row so many further on, as far as there are rows. */
void choice_move(struct watch *watch, int by);
void choice_select(struct watch *watch, size_t row);

enum { SHORT_ID = 8 }; /* bytes */

/* A session's name as it is shown: the person's, else the beginning of its id. */
struct fact_text session_name(const struct tacho_copy *slot);

/* "activity", "cost", ... */
const char *sort_name(enum sort_key sort);

#endif
