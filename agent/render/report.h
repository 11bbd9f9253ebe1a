/*
 * Usage → the rows of a report: by day, week, month or session, as five-hour blocks, or all in one; what
 * each model had in them; and single messages where those are asked for. A report is made for one document,
 * in the order in which it is shown, and thrown away.
 *
 * There are two makers, one for each set of counting rules. report_build() folds a meter's rollups by
 * Tacho's; report_build_ccusage() reads the logs by ccusage's. What is written from a report does not ask
 * which it was, but for money: Tacho's is exact, ccusage's is the floating sum that ccusage itself prints.
 */
#ifndef TACHO_REPORT_H
#define TACHO_REPORT_H

#include "../meter/interned.h"
#include "document.h"

/* Which of them holds is the report's `rules`: `pusd` is picodollars (Tacho), `usd` dollars (ccusage). */
union money {
    unsigned __int128 pusd;
    double usd;
};

/* A text that lives as long as the report: the meter's, or one of the report's `strings`. Not terminated. */
struct report_text {
    const char *bytes;
    size_t size;
};

struct report_sums {
    union money cost;
    uint64_t tokens[TOKEN_KINDS]; /* ccusage does not tell cache writes apart in its sums: all at 5 m */
    uint64_t weighted;            /* Tacho's rules only */
    uint64_t entries;
};

/* What one model had in a row. */
struct report_model {
    struct report_sums sums;
    int64_t first_us; /* of its first entry in the row (Tacho's rules) */
    uint32_t name;    /* number among the report's `models` */
    bool is_unpriced;
};

/*
 * The part of a row that only blocks have. The maker sets start, end, gap, active and limit reset;
 * report_finish_blocks() the rest.
 */
struct report_block {
    int64_t start_us, end_us;
    int64_t
        limit_reset_us; /* when the vendor's limit ends, as a message in the block said; 0: none said so */
    bool is_gap;        /* nothing happened: from the length of a block after the last entry to the next */
    bool is_active;
    bool has_burn_rate;
    double tokens_per_minute;           /* all tokens, from the first entry to the last */
    double tokens_per_minute_indicator; /* input and output only */
    double dollars_per_hour;
    bool has_projection; /* what it comes to at its end, at that rate */
    uint64_t projected_tokens;
    double projected_dollars; /* whole cents */
    uint64_t remaining_minutes;
    bool has_limit; /* a token limit was given, or found, and the block is projected */
};

struct report_row {
    struct report_sums sums;
    int32_t day;               /* since 1970: the local day, the first day of the week, or of the month */
    int64_t first_us, last_us; /* of its entries */
    struct report_text session, project;
    struct report_model *models; /* dearest first; <synthetic> is in the sums and not here */
    uint32_t *used;              /* the same models' names in the order of their first use */
    size_t model_count, model_room;
    struct report_block block;
};

/* One message, for `session --id`. */
struct report_entry {
    struct report_text model;
    struct report_text timestamp; /* as it was written; ccusage's rules only */
    union money cost;
    uint64_t tokens[TOKEN_KINDS];
    int64_t when_us;
};

struct report {
    enum document_kind kind;
    enum document_rules rules;
    struct report_row *rows; /* in the order in which they are shown */
    size_t row_count, row_room;
    struct report_entry *entries; /* only of kind DOCUMENT_SESSION with an id */
    size_t entry_count, entry_room;
    struct report_sums total;
    struct report_sums unlogged; /* what the logs do not have of what was asked for (Tacho's rules): in rows
                                    and total if the request is with it, else only worked out for tables */
    uint64_t token_limit;        /* of blocks; TOKEN_LIMIT_NONE if none was given or found */
    struct interned models;      /* names of models, with -fast in fast mode */
    struct interned unpriced;    /* models whose price was needed and is not known */
    struct interned strings;     /* texts that the report keeps itself */
};

/* Makes the report of a kind that a request asks for. In use: the zone that the request names. */
void report_build(struct report *report, const struct meter *meter, enum document_kind kind,
                  const struct document_request *request);

/*
 * Makes `count` reports, one of each of `kinds`, in one reading of the logs, by ccusage 20.0.24's
 * rules. In use: the zone that the request names. Rows, totals and
 * order are as ccusage has them (an empty sum of money is -0.0), for the request's claude or unified form;
 * blocks are to be finished by report_finish_blocks(). Returns 0, or -1 with a reason in `why`. Free each
 * report either way.
 */
int report_build_ccusage(struct report *reports, const enum document_kind *kinds, size_t count,
                         const struct document_logs *logs, const struct document_request *request,
                         struct text *why);

/* Sets what follows from a report of all blocks, in order of time: limit, burn rates, projections; then
 * leaves out the blocks that the request does not ask for. */
void report_finish_blocks(struct report *report, const struct document_request *request);

/* Whether a request for blocks can be answered from rollups: their borders lie where those of rollups
 * do. */
bool report_is_light(const struct document_request *request);

/* What is "now" for a request, in Unix µs. */
int64_t report_now(const struct document_request *request);

void report_free(struct report *report);

/* ---- for makers ---------------------------------------------------------------------------------------- */

/* Adds a row, all zero. It moves when the next one is added. */
struct report_row *report_add_row(struct report *report);

/* Adds a model to a row, all zero; its `used` is the caller's to set, or report_order_models()'s. */
struct report_model *report_add_model(struct report_row *row);

/* Keeps a text in the report's `strings`. */
struct report_text report_keep(struct report *report, const char *bytes, size_t size);

/* Puts a row's models in order of cost, and fills `used` in order of first use, then of name. */
void report_order_models(const struct report *report, struct report_row *row);

/* The first day of the week that a day is in, and of the month. */
int32_t report_week(int32_t day, enum document_weekday first);
int32_t report_month(int32_t day);

/* ---- for writers --------------------------------------------------------------------------------------- */

/* All tokens. */
uint64_t report_tokens(const struct report_sums *sums);

/* Money as dollars, rounded once. */
double report_dollars(const struct report *report, union money money);

/* The numbers of a set of strings in order of their code points. The caller frees it. */
uint32_t *report_sorted(const struct interned *strings);

#endif
