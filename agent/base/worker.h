/*
 * Background threads for what must not hold up the loop: scanning history, walking work trees. They run at
 * low priority and hand every job back to the loop thread, one a turn, so that questions are answered in
 * between. A job owns its inputs and outputs; the threads share nothing else.
 *
 * The jobs of a worker with one thread run, and come back, in the order in which they were submitted; those
 * of a worker with several run beside each other and come back as they end.
 */
#ifndef TACHO_WORKER_H
#define TACHO_WORKER_H

#include <stdbool.h>

struct ev_loop;
struct worker;

struct job {
    void (*run)(struct job *job);  /* on a thread of the worker */
    void (*done)(struct job *job); /* on the loop thread, afterwards; may free the job */
    struct job *next;              /* the queue's */
};

/*
 * Starts a worker of `threads` threads; 0: as many as are worth starting (cores.h). NULL
 * with errno set if none can be made; if only some can, those do the work. Keeps `loop` alive until it is
 * stopped.
 */
struct worker *worker_start(struct ev_loop *loop, unsigned threads);

unsigned worker_threads(const struct worker *worker);

/* Queues a job; an urgent one goes before all that are not. Loop thread only. */
void worker_submit(struct worker *worker, struct job *job, bool urgent);

/*
 * Lets the running jobs end, drops the others (their `done` is called, `run` is not), joins the threads and
 * frees the worker. A `done` may still submit: that job is dropped in the same way, so ask
 * worker_is_stopping() before going on for ever. Not to be called by a `done`.
 */
void worker_stop(struct worker *worker);

/*
 * The same, for jobs that may hang: waits no longer than `ms`. False: a thread is still at its job. Then it,
 * its job and the worker are left to the end of the process, and no `done` is called any more.
 */
bool worker_stop_within(struct worker *worker, unsigned ms);

/* For a long `run`, and for `done`: whether worker_stop() was called and the job should give up early. */
bool worker_is_stopping(const struct worker *worker);

#endif
