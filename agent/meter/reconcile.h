/*
 * Why Tacho's rules and ccusage's come to different sums over the same lines: every difference in messages,
 * tokens and cost, split until each part has one reason.
 *
 * Tacho's entries and ccusage's are paired by the lines they came from. What an entry of ccusage's has over
 * that of Tacho's with which it is paired is a chain of steps (another day, another copy, another reading of
 * the line, another price); one without a counterpart is a difference as a whole. So the differences and
 * Tacho's sums add up to ccusage's, but for the rounding of its sums.
 */
#ifndef TACHO_RECONCILE_H
#define TACHO_RECONCILE_H

#include "../ingest/both_rules.h"
#include "ccusage_entries.h"
#include "meter.h"

enum reconcile_reason {
    REASON_HISTORY, /* not in the logs; no difference over the same lines */
    /* ccusage leaves it out */
    REASON_NULL,
    REASON_MARKER,
    REASON_JSON,
    REASON_PROGRESS,
    REASON_MEMBER,
    REASON_TIMESTAMP,
    REASON_VERSION,
    REASON_EMPTY_NAME,
    REASON_ONLY_TACHO_READS,
    /* Tacho leaves it out */
    REASON_OTHER_LINE,
    REASON_MALFORMED,
    REASON_NOTHING_USED,
    REASON_ONLY_CCUSAGE_READS,
    REASON_ADVISOR, /* or ccusage */
    /* they differ in what is one message */
    REASON_NO_MESSAGE_ID,
    REASON_NO_REQUEST_ID,
    REASON_OTHER_REQUEST_ID,
    REASON_MERGED,
    REASON_SIDECHAIN,
    REASON_COPY,
    /* they read the line differently */
    REASON_PART,
    REASON_BREAKDOWN,
    /* they price it differently */
    REASON_STATED_COST,
    REASON_UNKNOWN_PRICE,
    REASON_PRICE,
    REASON_LONG_CONTEXT,
    REASON_FAST,
    /* they put it elsewhere, or add it up differently */
    REASON_DAY,
    REASON_EMPTY_SESSION,
    REASON_OVERFLOW,
    REASON_ROUNDING,
    REASONS
};

/* A reason's name for programs, and a sentence for people. */
const char *reconcile_reason_name(enum reconcile_reason reason);
const char *reconcile_reason_meaning(enum reconcile_reason reason);

/* The kinds of tokens that both sets of rules have. */
enum reconcile_kind { BOTH_INPUT, BOTH_OUTPUT, BOTH_CACHE_WRITE, BOTH_CACHE_READ, BOTH_KINDS };

/* An amount, or the difference of two. */
struct reconcile_amounts {
    int64_t messages;
    __int128 tokens[BOTH_KINDS];
    __int128 cost_pusd;
};

void reconcile_add(struct reconcile_amounts *sum, const struct reconcile_amounts *more);
void reconcile_subtract(struct reconcile_amounts *sum, const struct reconcile_amounts *less);
bool reconcile_is_nothing(const struct reconcile_amounts *amounts);

/* Dollars as picodollars, to the nearest; what is beyond ±RECONCILE_DOLLARS_MOST is cut off there. */
#define RECONCILE_DOLLARS_MOST 1e18
__int128 reconcile_pusd(double dollars);

/* ccusage's amounts less Tacho's, for one reason. */
struct reconcile_difference {
    enum reconcile_reason reason;
    struct reconcile_amounts amounts;
    int64_t when_us; /* whose day it changes */
    int64_t from_us; /* REASON_DAY: the amounts leave this instant's day for the other's */
    bool is_theirs;  /* the instant is an entry's of ccusage's, not one of Tacho's */
    uint32_t file;   /* an example: number among the files, and line in it, from 0 */
    uint64_t line;
};

struct reconcile;

/*
 * `meter` and `theirs` are new, and filled by reconcile_take(); theirs has its reading and its mode, which
 * counts for both. They are the caller's, and outlive it.
 */
struct reconcile *reconcile_new(struct meter *meter, struct ccusage_entries *theirs);
void reconcile_free(struct reconcile *reconcile);

/* Takes what both made of some lines. `reconcile` is a struct reconcile: for both_rules_scan(). */
void reconcile_take(void *reconcile, const struct both_batch *batch);

/* When all lines were taken: calls `each` for every difference. */
void reconcile_explain(struct reconcile *reconcile,
                       void (*each)(void *data, const struct reconcile_difference *difference), void *data);

#endif
