/*
 * What no log line has: compaction requests, streams that were cut off or tried again (client.md).
 *
 * The client states what a session came to, in two ways: `cost-state` lines, written when it exits or clears,
 * with tokens and cost by model; and the status line's total, cost only. Both go on with `--continue` and
 * begin at 0 again after a client was killed. What is stated, less what the session's entries in the log
 * explain, is unlogged. Only statements are kept here; the difference is made when it is asked for, so that a
 * log line which comes late takes its share back. Nothing is recovered where that is in doubt:
 *
 * - A fork's statements go on from its parent's. A session that repeats another's messages has no unlogged
 *   usage, nor has what a session's first total says before the log has anything of it.
 * - Models may be named differently in logs and statements: never more is recovered from a session, kind by
 *   kind, than all that is stated exceeds all that is logged.
 * - A statement smaller than the one before it is another client's, that began at 0: both count. Those
 * without a time cannot be ordered: the largest counts.
 * - Totals come without a time, from clients that may run beside each other: each is taken as the next of the
 *   nearest one at or below it, and one that is less than half of all is a new client's.
 * - Less than a millionth of a dollar without tokens is the client's floating point.
 *
 * Sessions and models are numbers (interned.h). Statements may come in any order, and more than once.
 */
#ifndef TACHO_UNLOGGED_H
#define TACHO_UNLOGGED_H

#include "../ingest/batch.h"

struct unlogged;

enum unlogged_kind {
    UNLOGGED_STATE,   /* a cost-state line's part for one model */
    UNLOGGED_TOTAL,   /* how far one of the client's counts of the session has come; no model, no tokens */
    UNLOGGED_REPEATS, /* the session repeats another's messages; nothing else */
};

/* One statement, and a row in the ledger. Its key is session, kind, model, when_us; a row with a known key
 * replaces what was there. */
struct unlogged_row {
    uint32_t session;
    uint32_t model; /* INTERNED_NONE (interned.h): of none */
    enum unlogged_kind kind;
    int64_t when_us;              /* UNLOGGED_STATE: Unix time, 0 if not known; UNLOGGED_TOTAL: its number */
    uint64_t tokens[TOKEN_KINDS]; /* cache writes are not told apart: all in TOKENS_CACHE_WRITE_5M */
    uint64_t cost_pusd;
    uint64_t base_pusd; /* UNLOGGED_TOTAL: what of it was spent elsewhere */
};

struct unlogged *unlogged_new(void);
void unlogged_free(struct unlogged *unlogged);

/* Takes in a cost-state line's part for one model: what the whole session came to so far. */
void unlogged_state(struct unlogged *unlogged, uint32_t session, uint32_t model, int64_t when_us,
                    const uint64_t tokens[TOKEN_KINDS], uint64_t cost_pusd);

/*
 * Takes in a status line's total. `logged_any`: the log has entries of the session. Returns whether that
 * changed anything: a client repeats itself.
 */
bool unlogged_total(struct unlogged *unlogged, uint32_t session, uint64_t cost_pusd, bool logged_any);

/* A copy of a message is the session's, but its entry is another session's (it has an earlier copy). */
void unlogged_repeats(struct unlogged *unlogged, uint32_t session);

/* Takes in a row of the ledger. */
void unlogged_recall(struct unlogged *unlogged, const struct unlogged_row *row);

/* The rows that are new or changed since the last call. Returns an array to be freed; NULL and 0: none. */
struct unlogged_row *unlogged_news(struct unlogged *unlogged, size_t *count);

/* Whether anything is stated of a session: only then can it have unlogged usage. */
bool unlogged_has(const struct unlogged *unlogged, uint32_t session);

/* When a session was last stated to have used anything, by statements that have a time; 0: none has. */
int64_t unlogged_last_us(const struct unlogged *unlogged, uint32_t session);

/*
 * What status lines say a session spent, all its clients together, without what was spent elsewhere: 0 where
 * that is in doubt.
 */
unsigned __int128 unlogged_totals_pusd(const struct unlogged *unlogged, uint32_t session);

/* Whether anything is stated of any session. */
bool unlogged_is_empty(const struct unlogged *unlogged);

/* A session's usage of a model: what the log has of it, or what it has not. */
struct unlogged_part {
    uint32_t session, model;
    uint64_t tokens[TOKEN_KINDS];
    unsigned __int128 cost_pusd;
};

/* What the names of models say, whose numbers depend on what was read first: no sum may depend on that. */
struct unlogged_models {
    /* The model that a session uses at present, for cost of which nothing says what it was spent on. May be
     * INTERNED_NONE; so is then the part's. */
    uint32_t (*present)(void *data, uint32_t session);
    int (*compare)(void *data, uint32_t a, uint32_t b);
    void *data;
};

/*
 * Works out one entry a session and model. `logged` is what the log has of the sessions of which something is
 * stated (others do no harm), in any order and in as many parts as comes easy, its costs in mode auto; it
 * gets sorted. Returns an array to be freed, by session and model; NULL and 0: nothing is unlogged.
 */
struct unlogged_part *unlogged_work_out(struct unlogged *unlogged, struct unlogged_part *logged,
                                        size_t logged_count, const struct unlogged_models *models,
                                        size_t *count);

#endif
