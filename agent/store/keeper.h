/*
 * Keeping the ledger: what the meter learned is committed a moment later, by a worker, while the meter goes
 * on.
 *
 * A commit is a snapshot of the meter together with the positions in the logs that it came from, taken in one
 * go on the loop thread. One is written at a time; while that fails, it is kept, and tried again. Once it is
 * safe, entries that are old may leave memory. The keeper also lets the ledger learn which identities it
 * holds, and backs it up once a day. With no ledger it does nothing.
 */
#ifndef TACHO_KEEPER_H
#define TACHO_KEEPER_H

#include "restored.h"

struct ev_loop;
struct keeper;
struct worker;

struct keeper_events {
    void (*flushed)(void *data); /* nothing is left to be committed, or it cannot be */
    /* The ledger is damaged, and condemned, or could not be read: close everything and open it anew. Not
     * within a call. */
    void (*lost)(void *data);
    void *data;
};

/* `ledger` may be NULL. The worker has one thread. */
struct keeper *keeper_open(struct ev_loop *loop, struct worker *worker, struct ledger *ledger,
                           struct meter *meter, struct restored *restored, struct keeper_events events);

/* Begins to learn which entries the ledger holds, so that it need not be asked for others. It takes a while. */
void keeper_learn(struct keeper *keeper);

/* The tree whose positions are committed; before anything is read of it. */
void keeper_follow(struct keeper *keeper, struct log_tree *tree);

/* The meter changed. */
void keeper_changed(struct keeper *keeper);

/* A log is gone. */
void keeper_gone(struct keeper *keeper, const char *path);

/* All prices that the ledger has are to go with the next commit, which brings them anew. */
void keeper_drop_prices(struct keeper *keeper);

/* The tree is ready: what it has not met is gone. */
void keeper_ready(struct keeper *keeper);

/* Commits now, if there is something to commit; `flushed` is called when that is done. */
void keeper_flush(struct keeper *keeper);
bool keeper_is_flushed(const struct keeper *keeper);

/* Commits what is left, here and now, unless `lost`: the ledger was. After the worker was stopped or
 * idle. */
void keeper_close(struct keeper *keeper, bool lost);

/* Whether the worker has something of the keeper: it must not be closed. */
bool keeper_is_busy(const struct keeper *keeper);

/* How keeping goes. */
struct keeper_state {
    uint64_t unsaved;         /* entries that are to be written; not those that wait for their line's end */
    uint64_t commits;         /* made since the keeper was opened */
    int64_t committed_us;     /* when the last of them was made; 0: none was */
    int64_t failing_since_us; /* 0: it does not fail */
    const char *why;          /* it fails, for people; valid until the next turn of the loop */
};

struct keeper_state keeper_state(const struct keeper *keeper);

#endif
