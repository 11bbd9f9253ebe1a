/*
 * What the files of a report by Tacho's rules share. Internal to report*.c.
 *
 * A piece is what rows are made of: a rollup of the meter, or, for blocks whose borders may lie within a
 * rollup, a single entry in a rollup's form.
 */
#ifndef TACHO_REPORT_PARTS_H
#define TACHO_REPORT_PARTS_H

#include "report.h"

struct report_pieces {
    const struct meter *meter;
    size_t count;
    uint32_t models; /* their numbers are below this */
    struct single_pieces *singles; /* NULL: rollups */
};

/* Pieces of a meter; `single`: its entries. Close it afterwards. */
void report_pieces_open(struct report_pieces *pieces, const struct meter *meter, bool single);
void report_pieces_close(struct report_pieces *pieces);

/* Fills in a piece; false if there is nothing in it. Texts are the meter's; numbers last until closed. */
bool report_piece(const struct report_pieces *pieces, size_t index, struct rollup_view *piece);

/* Whether a request's days, project and session take a piece. */
bool report_takes(const struct document_request *request, const struct rollup_view *piece, int32_t day);

/* Whether a piece's cost under a mode needs a price that is not known. */
bool report_lacks_price(const struct rollup_view *piece, enum cost_mode mode);

/*
 * Makes a row for every block, and every gap between two, in order of time. Returns the row of each piece by
 * its index, to be freed.
 */
uint32_t *report_split_blocks(struct report *report, const struct report_pieces *pieces,
                              const struct document_request *request);

/* Fills in the entries that a request takes, in order of time. */
void report_take_entries(struct report *report, const struct meter *meter,
                         const struct document_request *request);

/* Puts the rows into the order in which they are shown, and each one's models. */
void report_order_rows(struct report *report, const struct document_request *request);

/* What a piece comes to under a mode. */
struct report_sums report_sums_of(const struct rollup_view *piece, enum cost_mode mode);
void report_add_sums(struct report_sums *sums, const struct report_sums *more);
void report_free_row(struct report_row *row);

#endif
