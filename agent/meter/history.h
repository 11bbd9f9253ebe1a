/*
 * History: the log tree and the meter it feeds, as one pass over all logs, and the next pass when the
 * present one no longer says what the disk says.
 *
 * Logs only grow, and as long as they do, so does the meter. When a log was truncated, replaced, renamed
 * or deleted, or events were lost, a new tree with a new meter is grown beside the present pair, which goes
 * on being read and shown; once the new pair has accounted for everything, it takes its place. So every
 * number ever shown is one of a whole pass, or is marked as still catching up.
 */
#ifndef TACHO_HISTORY_H
#define TACHO_HISTORY_H

#include "../ingest/log_tree.h"
#include "meter.h"

struct ev_loop;
struct history;

struct history_events {
    /* Numbers changed: look at history_meter(). */
    void (*changed)(void *data);
    /* Another meter has taken the place of the one before: everything may have changed. Also on first ready. */
    void (*renewed)(void *data);
    void *data;
};

/* Starts the first pass. `directories` must outlive the history. */
struct history *history_open(struct ev_loop *loop, char *const *directories, struct watcher *watcher,
                             struct worker *worker, struct history_events events);

/* Call after worker_stop(), so that no batch arrives for what is gone. */
void history_close(struct history *history);

/* Reads what was appended, in both passes if there are two. */
void history_catch_up(struct history *history);

/* Whether the meter accounts for all logs: false during the first pass. */
bool history_is_ready(const struct history *history);

/* Whether the worker still holds something that was there at the last catch-up: `changed` will be called. */
bool history_is_behind(const struct history *history);

/* The meter that lines and reports use; valid until the next call into this module or turn of the loop. */
struct meter *history_meter(struct history *history);
struct log_tree_counts history_counts(const struct history *history);

#endif
