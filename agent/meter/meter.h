/*
 * Events → numbers. A meter holds every entry once (DESIGN.md §5) and keeps, as copies arrive in any
 * order, the sums that lines show: by session, by local day, in all, and the active five-hour block.
 *
 * The result does not depend on the order of batches. What was counted stays counted; entries themselves may
 * leave memory once a ledger has them (keep.h), the rows of history never. The loop thread's, or a command's;
 * no locks.
 */
#ifndef TACHO_METER_H
#define TACHO_METER_H

#include "../ingest/batch.h"
#include "prices.h"

struct meter;
struct price_book;
struct weights;

struct sums {
    unsigned __int128 cost_pusd;
    uint64_t tokens[TOKEN_KINDS];
    uint64_t weighted;
    uint64_t entries;
};

enum cost_mode { COST_AUTO, COST_CALCULATE, COST_DISPLAY };

/* One counted API message, as reports see it. */
struct entry_view {
    int64_t when_us;
    const uint32_t *tokens; /* [TOKEN_KINDS] */
    const char *
        model; /* NUL-terminated, as the texts below; model and session come from outside and may hold NULs */
    const char *session;
    const char *path; /* of the file that is its home */
    size_t model_size, session_size;
    const struct price *price; /* NULL: not priced */
    uint64_t usd_pusd;         /* 0 unless has_usd */
    bool has_usd, fast;
};

/* One row of history, as reports see it: see rollups.h. */
struct rollup_view {
    int64_t start_us;                                   /* of its quarter of an hour: decides the local day */
    int64_t first_us, last_us;                          /* of its entries */
    uint32_t session, project, model;                   /* numbers, dense from 0: see meter_names() */
    const char *session_id, *project_name, *model_name; /* from outside; may hold NULs; NUL-terminated */
    size_t session_size, project_size, model_size;
    bool fast;
    bool is_priced; /* its first and last entry are */
    unsigned weight;
    const uint64_t *tokens;         /* [TOKEN_KINDS] */
    uint64_t entries, without_usd;  /* all of them; those that do not state their cost */
    unsigned __int128 cost_pusd[3]; /* by enum cost_mode */
};

/* How many sessions, projects and models there are numbers of. */
struct meter_names {
    uint32_t sessions, projects, models;
};

struct meter_session {
    const char *id;
    size_t id_size;
    struct sums sums;
    int64_t first_us, last_us;
    const char *model;       /* of its newest entry on the main chain; NULL: none */
    const char *directory;   /* where it was last seen to work; NULL: unknown */
    uint64_t context_tokens; /* input, cache write and cache read of that entry */
    uint64_t context_size; /* that model's window by the price table, or 1,000,000 if its name or use says so;
                              0: unknown */
    uint64_t tool_calls;
    unsigned __int128 unlogged_pusd; /* what its status lines state beyond what its entries cost */
};

struct meter_block {
    bool active;
    int64_t start_us, end_us;  /* end = start + 5 h */
    int64_t first_us, last_us; /* of its entries */
    struct sums sums;
};

struct meter *meter_new(void);

/* A meter that does not look at tool calls, which only lines show: for reports. */
struct meter *meter_new_for_reports(void);
void meter_free(struct meter *meter);

/*
 * Sets the prices that entries cost by, in place of the meter's own book, which has the built-in table. Only
 * for a meter that is still empty; the book must outlive it.
 */
void meter_use_prices(struct meter *meter, struct price_book *prices);
struct price_book *meter_prices(const struct meter *meter);

/* Sets what models' tokens weigh, now and in all sums there are. At first it is weights_default(). */
void meter_set_weights(struct meter *meter, const struct weights *weights);

/*
 * Brings the prices up to date (price_book_renew()): what was counted before `now_us` keeps its cost. To be
 * called when the book has taken in what was charged before, and when overrides were read.
 */
void meter_renew_prices(struct meter *meter, int64_t now_us);

/*
 * Forgets what was charged: everything costs what table and overrides say. The ledger's records of prices are
 * to be deleted before the next snapshot is written.
 */
void meter_recalculate(struct meter *meter);

/*
 * Merges a batch. What provisional copies the file's batch before held is superseded: every batch of a file
 * must hold its unterminated last line, if it has one that counts, again.
 */
void meter_apply(struct meter *meter, const struct batch *batch);

/* A log file is gone: what was provisional in it stays. */
void meter_settle_file(struct meter *meter, const char *path);

/* Everything, in cost mode auto. */
struct sums meter_total(const struct meter *meter);

/* The local day (see base/zone.h) `when_us` lies in. */
struct sums meter_day(const struct meter *meter, int32_t day);

/* The block that is active at `now_us`; not active: all zero. Rules: ccusage's, `transcripts.md` "Blocks". */
struct meter_block meter_active_block(struct meter *meter, int64_t now_us);

/*
 * A session's numbers; false if it has no usage. One that so far only repeats another's messages (just
 * forked) has a context and no entries. Pointers last as long as the meter. Indexes are below
 * meter_session_limit(); not every one has usage.
 */
bool meter_find_session(const struct meter *meter, const char *id, size_t size,
                        struct meter_session *session);
bool meter_session_at(const struct meter *meter, size_t index, struct meter_session *session);
size_t meter_session_limit(const struct meter *meter);

/* How many sessions have entries: those that reports list. */
size_t meter_session_count(const struct meter *meter);

/* Tool calls of all sessions. */
uint64_t meter_tool_calls(const struct meter *meter);

uint64_t meter_entry_count(const struct meter *meter);
/* How many of so many copies were not the first of their entry. */
uint64_t meter_duplicate_count(const struct meter *meter, uint64_t copies);

/*
 * Entry `index` of those in memory (meter_entries_in_memory(), keep.h), in no particular order, which
 * meter_apply() may change. Without a ledger, or after meter_recall_all(), those are all.
 */
void meter_entry(const struct meter *meter, uint64_t index, struct entry_view *view);

/*
 * Rollup `index` of meter_rollup_count(), in no particular order; some are empty (no entries). Every entry is
 * in one, whether it is in memory or not.
 */
uint32_t meter_rollup_count(const struct meter *meter);
void meter_rollup(const struct meter *meter, uint32_t index, struct rollup_view *view);
struct meter_names meter_names(const struct meter *meter);

/*
 * Takes in a status line's total of a session: what the client says that it cost so far. Only when all logs
 * are accounted for: what is said before the log has anything of a session counts as spent elsewhere. Returns
 * whether that is news.
 */
bool meter_take_total(struct meter *meter, const char *session, size_t size, uint64_t cost_pusd);

/*
 * Usage that clients state and logs do not have (unlogged.h), a row a session and model, without entries. It
 * is dated by the session's last message, or, of a session without any, by the statement; what neither dates
 * is left out. Its cost is the stated one in every mode. Texts are the meter's. Free the rows with one call.
 */
struct unlogged_rows {
    struct rollup_view *list;
    struct unlogged_part *parts;
    size_t count;
};

void meter_unlogged_rows(const struct meter *meter, struct unlogged_rows *rows);
void unlogged_rows_free(struct unlogged_rows *rows);

/* The cost of an entry under a mode. *unpriced is set if the mode needed a price that is not known. */
unsigned __int128 entry_cost(const struct entry_view *entry, enum cost_mode mode, bool *unpriced);

/*
 * Sessions whose numbers changed since the last call, as indexes for meter_session_at(): returns how
 * many of them were written to `out` (at most `room`); the rest is kept for the next call.
 */
size_t meter_take_changed(struct meter *meter, uint32_t *out, size_t room);

#endif
