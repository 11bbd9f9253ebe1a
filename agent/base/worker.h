/*
 * One background thread for what must not hold up the loop: scanning history, walking work trees. It
 * runs at low priority and hands every job back to the loop thread. A job owns its inputs and outputs;
 * the two threads share nothing else.
 */
#ifndef TACHO_WORKER_H
#define TACHO_WORKER_H

#include <stdbool.h>

struct ev_loop;
struct worker;

struct job {
    void (*run)(struct job *job);  /* on the worker thread */
    void (*done)(struct job *job); /* on the loop thread, afterwards; may free the job */
    struct job *next;              /* the queue's */
};

/* NULL with errno set if the thread cannot be made. Keeps `loop` alive until it is stopped. */
struct worker *worker_start(struct ev_loop *loop);

/* Queues a job; an urgent one goes before all that are not. Loop thread only. */
void worker_submit(struct worker *worker, struct job *job, bool urgent);

/*
 * Lets the running job end, drops the others (their `done` is called, `run` is not), joins the thread and
 * frees the worker. A `done` may still submit: that job is dropped in the same way, so ask
 * worker_is_stopping() before going on for ever. Not to be called by a `done`.
 */
void worker_stop(struct worker *worker);

/* For a long `run`, and for `done`: whether worker_stop() was called and the job should give up early. */
bool worker_is_stopping(const struct worker *worker);

#endif
