/*
 * What the files of a report by ccusage's rules share. Internal to report_ccusage*.c.
 *
 * Sums of floating numbers depend on their order, so everything here is added up in ccusage's: entries as
 * they were read, days in order, weeks and months from days. Rows keep their models by cost, `used` by first
 * use.
 */
#ifndef TACHO_REPORT_CCUSAGE_H
#define TACHO_REPORT_CCUSAGE_H

#include "../meter/ccusage_entries.h"
#include "report.h"
#include "report_days.h"

struct ccusage_logs {
    const struct ccusage_files *files;
    const struct ccusage_entries *entries;
    const struct document_request *request;
    struct report_days *days; /* of the request's zone */
};

/* The local day of an instant, and of an entry. */
int32_t ccusage_day_at(const struct ccusage_logs *logs, int64_t when_ms);
int32_t ccusage_day(const struct ccusage_logs *logs, const struct ccusage_entry *entry);

/* Whether the request's days take an entry of this day. */
bool ccusage_takes_day(const struct ccusage_logs *logs, int32_t day);

/* Adds an entry to a row. */
void ccusage_row_add(struct report *report, struct report_row *row, const struct ccusage_logs *logs,
                     const struct ccusage_entry *entry);

/* Adds a row to another: what models had in the order in which the row has them now. */
void ccusage_row_merge(struct report_row *row, const struct report_row *more);

/* Puts a row's models in order of cost; where that is equal they stay as they are. */
void ccusage_row_sort_models(struct report_row *row);

/* Sets the report's total and its models without a price, from the rows. */
void ccusage_report_total(struct report *report);

void ccusage_sums_add(struct report_sums *sums, const struct report_sums *more);

/* Makes a report of its kind: one of the following. */
void ccusage_report_make(struct report *report, const struct ccusage_logs *logs);

/* Makes the rows of one kind of report. */
void ccusage_make_days(struct report *report, const struct ccusage_logs *logs);
void ccusage_make_sessions(struct report *report, const struct ccusage_logs *logs);
void ccusage_make_blocks(struct report *report, const struct ccusage_logs *logs);

/* A number for each file, the same for those of one session. The caller frees it. */
uint32_t *ccusage_number_sessions(const struct ccusage_files *files);

/* Fills in the messages of the session that the request asks for. */
void ccusage_make_entries(struct report *report, const struct ccusage_logs *logs);

#endif
