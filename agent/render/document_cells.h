/*
 * Filling tables of reports: columns and cells that several tables share. Internal to document*.c.
 */
#ifndef TACHO_DOCUMENT_CELLS_H
#define TACHO_DOCUMENT_CELLS_H

#include "document_parts.h"
#include "table.h"

#define NARROWEST_LIST 18
#define NARROWEST_ID   9 /* the first eight characters of an id tell it from others */

/* A table that is being filled. */
struct filling {
    struct table table;
    const struct report *report;
    const struct document_request *request;
    unsigned before; /* how many columns come before those of numbers */
};

/* Whether cells are for programs: numbers as they are, names in full. */
bool is_for_programs(const struct filling *filling);

void add_column(struct filling *filling, struct table_column column);

/* The columns of numbers that tables end in, as many as the request wants; `before` is set. */
void add_number_columns(struct filling *filling);
void number_cells(struct filling *filling, const struct report_sums *sums);

void cell_number(struct filling *filling, uint64_t number);
void cell_money(struct filling *filling, union money money);
void cell_dollars(struct filling *filling, double dollars);
void cell_models(struct filling *filling, const struct report_row *row);
void cell_model(struct filling *filling, uint32_t name);
void cell_project(struct filling *filling, const struct report_row *row);

/* Day, hour and minute in the zone in use; for programs as in JSON. */
void cell_clock(struct filling *filling, int64_t when_us);

/* The sums of all rows under a rule. */
void total_row(struct filling *filling);

/* Tables of their own. */
void fill_blocks(struct filling *filling);
void fill_entries(struct filling *filling);

/* What there is to say of the active block, for `blocks --active`; false: there is none. */
bool document_write_active(const struct report *report, const struct document_request *request,
                           struct text *out);

#endif
