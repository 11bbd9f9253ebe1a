/*
 * Differences between Tacho's rules and ccusage's → balances: Tacho's sums, what each reason adds or takes,
 * and ccusage's sums, in all and by day. Both sums come from the reports that people see, the reasons from
 * meter/reconcile.h; what is left between them must be nothing.
 */
#ifndef TACHO_RECONCILE_REPORT_H
#define TACHO_RECONCILE_REPORT_H

#include "../meter/reconcile.h"
#include "report.h"

struct reconcile_balance {
    int32_t day; /* since 1970 */
    struct reconcile_amounts ours, theirs;
    struct reconcile_amounts reasons[REASONS];
    uint64_t cases[REASONS];       /* differences */
    struct reconcile_amounts rest; /* without a reason */
    double dollars;                /* ccusage's cost, as it prints it */
};

struct reconcile_example {
    const char *path;
    uint64_t line; /* from 1 */
};

struct reconcile_report {
    struct reconcile_balance total;
    struct reconcile_balance *days; /* in order of time */
    size_t day_count, day_room;
    struct reconcile_example *examples[REASONS]; /* the first of each reason */
    size_t example_count[REASONS];
};

/* What the balances are made from. */
struct reconcile_source {
    struct reconcile *reconcile; /* that has taken all lines */
    const struct both_files *files;
    const struct meter *meter;             /* of the logs, as `reconcile` has it */
    const struct meter *history;           /* of logs and ledger; NULL: of no interest */
    const struct ccusage_entries *entries; /* in the reading that the request's kind needs */
    size_t examples;                       /* so many of each reason */
};

/* How ccusage reads for a report of this kind, asked for as `ccusage claude KIND`. */
enum ccusage_reading reconcile_reading(enum document_kind kind);

/*
 * Makes the balances for the request's kind (daily, weekly, monthly or session), mode and days. In use: the
 * zone that it names. Paths of examples are the source's.
 */
void reconcile_report_make(struct reconcile_report *report, const struct reconcile_source *source,
                           const struct document_request *request);
void reconcile_report_free(struct reconcile_report *report);

/* Whether all is explained. */
bool reconcile_report_is_whole(const struct reconcile_report *report);

/* Writes it as a table for people, with a table of the days if `days`, or as JSON. */
void reconcile_report_write(const struct reconcile_report *report, const struct document_request *request,
                            bool days, struct text *out);

#endif
