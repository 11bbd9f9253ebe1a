/*
 * The documents of document.h, one function each. Internal to document*.c.
 */
#ifndef TACHO_DOCUMENT_PARTS_H
#define TACHO_DOCUMENT_PARTS_H

#include "report.h"

/* shared/reference/count.py's document. */
void document_write_totals(const struct meter *meter, const struct log_tree_counts *counts,
                           const struct document_request *request, struct text *out);

/* ccusage 20's documents. */
void document_write_daily(const struct report *report, const struct document_request *request,
                          struct text *out);
void document_write_sessions(const struct report *report, const struct document_request *request,
                             struct text *out);

/* One session, entry by entry, as `session --id` gives it. */
void document_write_one_session(const struct meter *meter, const struct document_request *request,
                                struct text *out);

/* Tables for people. */
void document_write_table(const struct meter *meter, const struct log_tree_counts *counts,
                          const struct document_request *request, struct text *out);

/* An instant as YYYY-MM-DDTHH:MM:SS.mmmZ. */
void document_add_instant(struct text *out, int64_t when_us);

#endif
