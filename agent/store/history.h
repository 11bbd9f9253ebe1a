/*
 * History: the log tree, the meter it feeds, and the ledger that keeps what the meter knows.
 *
 * At start the meter is filled from the ledger, so its numbers are those of the last commit before anything
 * is read; then the tree reads what the logs have beyond. What changes is committed a moment later, on a
 * worker: a snapshot of the meter together with the positions in the files it came from. Logs that are
 * deleted or cut short take nothing away. Without a ledger (a read-only disk, a newer schema) everything
 * works and lasts as long as the agent.
 */
#ifndef TACHO_HISTORY_H
#define TACHO_HISTORY_H

#include "../ingest/log_tree.h"
#include "../meter/meter.h"
#include "keeper.h"

struct ev_loop;
struct history;
struct weights;

struct history_events {
    /* Numbers changed: look at history_meter(). */
    void (*changed)(void *data);
    /* All logs are accounted for, or the meter is another than before: everything may have changed. */
    void (*renewed)(void *data);
    /* What was asked for by history_flush() is in the ledger, or cannot be. */
    void (*flushed)(void *data);
    void *data;
};

/* Where a history lives; all must outlive it. */
struct history_place {
    struct ev_loop *loop;
    char *const *directories;       /* config directories */
    const char *ledger_path;        /* NULL: none is kept */
    const char *const *environment; /* where the person's own prices are */
    struct watcher *watcher;
    struct worker *scanners; /* reads logs */
    struct worker *keeper;   /* one thread: writes the ledger */
};

/* Fills the meter from the ledger and starts looking at the logs. What the meter says can be shown at once.
 */
struct history *history_open(const struct history_place *place, struct history_events events);

/* Learns how far the logs were read: after history_open(), before the loop runs. */
void history_start(struct history *history);

/* Commits what is not committed. Call after both workers were stopped, so that no batch arrives any more. */
void history_close(struct history *history);

/* Reads what was appended. */
void history_catch_up(struct history *history);

/* Somebody looks at this log: while not all are accounted for, it is read before others. */
void history_read_first(struct history *history, const char *log);

/* Whether all logs are accounted for. */
bool history_is_ready(const struct history *history);

/* Whether the scanners still hold something that was there at the last catch-up: `changed` will be called. */
bool history_is_behind(const struct history *history);

/* Commits now what is not committed, if anything is; `flushed` is called once it is. */
void history_flush(struct history *history);
bool history_is_flushed(const struct history *history);

/*
 * Reads the person's own prices again: they hold from now on. Returns -1 after saying why they cannot be
 * used: nothing has changed then.
 */
int history_reload_prices(struct history *history);

/* The same, and prices everything anew by them: also in the ledger, with the next commit. */
int history_recalculate(struct history *history);

/* A status line's total of a session (meter_take_total()). */
void history_take_total(struct history *history, const char *session, size_t size, uint64_t cost_pusd);

/* What tokens weigh. */
void history_set_weights(struct history *history, const struct weights *weights);

/* The meter that lines and reports use; valid until the next turn of the loop. */
struct meter *history_meter(struct history *history);
struct log_tree_counts history_counts(const struct history *history);

/* What is kept, and how that goes; texts are valid until the next turn of the loop. */
struct history_ledger {
    const char *path; /* NULL: there is no place for it */
    bool is_kept;     /* else numbers last as long as the agent */
    const char *why;  /* not, or why it was mended at the start; "" if all is as usual */
    uint64_t bytes;   /* of the database and its WAL */
    struct keeper_state state;
};

struct history_ledger history_ledger(const struct history *history);

#endif
