/*
 * The background threads, their queue, and the way back to the loop.
 *
 * Jobs go in under one mutex and come back on a list under the same; an ev_async wakes the loop, which
 * makes the `done` calls without the lock. Signals are the loop thread's: the worker's block them all.
 */
#include "worker.h"

#include "cores.h"
#include "memory.h"

#include <errno.h>
#include <ev.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define TRIM_AFTER_SECONDS 1
#define NICE               10 /* gives way to whatever a person is doing, and is not starved by it */
#define SLICE_NS           100000000

struct queue {
    struct job *first;
    struct job **end;
};

enum lane { URGENT, ORDINARY, LANES };

struct worker {
    struct ev_loop *loop;
    struct ev_async returned; /* wakes the loop */
    pthread_t threads[CORES_MOST];
    unsigned thread_count;
    pthread_mutex_t mutex; /* guards the queues */
    pthread_cond_t submitted;
    struct queue waiting[LANES];
    struct queue finished;
    atomic_bool stopping;
};

/* ---- queues ------------------------------------------------------------------------------------------ */

static void queue_init(struct queue *queue)
{
    queue->first = NULL;
    queue->end = &queue->first;
}

static void queue_put(struct queue *queue, struct job *job)
{
    job->next = NULL;
    *queue->end = job;
    queue->end = &job->next;
}

static struct job *queue_take(struct queue *queue)
{
    struct job *job = queue->first;
    if (job) {
        queue->first = job->next;
        if (!queue->first)
            queue->end = &queue->first;
    }
    return job;
}

/* ---- the worker's threads ---------------------------------------------------------------------------- */

/* sched_setattr(2), first version; glibc 2.36 declares neither it nor the call. */
struct scheduling {
    uint32_t size, policy;
    uint64_t flags;
    int32_t nice;
    uint32_t priority;
    uint64_t runtime, deadline, period; /* ns; runtime is an ordinary thread's slice since Linux 6.12 */
};

/*
 * Best effort: where the system refuses, they are ordinary threads. With a long slice a thread's deadline is
 * far off, so that one which wakes up, as the loop does for a line, need not wait for it (the slowest in a
 * hundred lines then takes 0.5 ms, not 5, while the ledger is written). Older kernels keep their own slice.
 */
static void lower_priority(void)
{
    const struct scheduling attributes = {
        .size = sizeof attributes, .policy = SCHED_BATCH, .nice = NICE, .runtime = SLICE_NS};
    int saved = errno;
    if (syscall(SYS_sched_setattr, 0, &attributes, 0))
        errno = saved;
}

/*
 * Sleeps until there may be a job. When none has come for a while, what the last ones freed is given back
 * once: only the thread that took memory can, and what the loop frees of it comes back to it in the meantime.
 */
static void wait_for_job(struct worker *worker, bool *is_trimmed)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += TRIM_AFTER_SECONDS;
    if (*is_trimmed) {
        pthread_cond_wait(&worker->submitted, &worker->mutex);
    } else if (pthread_cond_clockwait(&worker->submitted, &worker->mutex, CLOCK_MONOTONIC, &until) ==
               ETIMEDOUT) {
        pthread_mutex_unlock(&worker->mutex);
        memory_trim();
        pthread_mutex_lock(&worker->mutex);
        *is_trimmed = true;
    }
}

/* Waits for a job; NULL once the worker is to stop. */
static struct job *next_job(struct worker *worker)
{
    struct job *job = NULL;
    bool is_trimmed = false;
    pthread_mutex_lock(&worker->mutex);
    while (!atomic_load(&worker->stopping)) {
        job = queue_take(&worker->waiting[URGENT]);
        if (!job)
            job = queue_take(&worker->waiting[ORDINARY]);
        if (job)
            break;
        wait_for_job(worker, &is_trimmed);
    }
    pthread_mutex_unlock(&worker->mutex);
    return job;
}

static void *work(void *data)
{
    struct worker *worker = data;
    lower_priority();
    for (struct job *job; (job = next_job(worker));) {
        job->run(job);
        pthread_mutex_lock(&worker->mutex);
        queue_put(&worker->finished, job);
        pthread_mutex_unlock(&worker->mutex);
        if (!atomic_load(&worker->stopping)) /* else the loop may be gone */
            ev_async_send(worker->loop, &worker->returned);
    }
    return NULL;
}

/* ---- the loop's thread ------------------------------------------------------------------------------- */

/* One job a turn; what else is back wakes the loop again, after it has looked at its other events. */
static void take_back(struct ev_loop *loop, struct ev_async *returned, int events)
{
    (void)events;
    struct worker *worker = returned->data;
    pthread_mutex_lock(&worker->mutex);
    struct job *job = queue_take(&worker->finished);
    bool more = worker->finished.first;
    pthread_mutex_unlock(&worker->mutex);
    if (more)
        ev_async_send(loop, returned);
    if (job)
        job->done(job);
}

/* A thread starts with its maker's signal mask: all signals are blocked while it is made. */
static int start_threads(struct worker *worker, unsigned count)
{
    sigset_t all, before;
    int error = 0;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    while (worker->thread_count < count && !error) {
        error = pthread_create(&worker->threads[worker->thread_count], NULL, work, worker);
        worker->thread_count += !error;
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return worker->thread_count ? 0 : error;
}

static void worker_free(struct worker *worker)
{
    pthread_cond_destroy(&worker->submitted);
    pthread_mutex_destroy(&worker->mutex);
    free(worker);
}

struct worker *worker_start(struct ev_loop *loop, unsigned threads)
{
    if (!threads)
        threads = cores_to_use();
    struct worker *worker = memory_zeroed(1, sizeof *worker);
    worker->loop = loop;
    pthread_mutex_init(&worker->mutex, NULL);
    pthread_cond_init(&worker->submitted, NULL);
    for (int lane = 0; lane < LANES; lane++)
        queue_init(&worker->waiting[lane]);
    queue_init(&worker->finished);
    ev_async_init(&worker->returned, take_back);
    worker->returned.data = worker;
    ev_async_start(loop, &worker->returned);
    int error = start_threads(worker, threads < CORES_MOST ? threads : CORES_MOST);
    if (error) {
        ev_async_stop(loop, &worker->returned);
        worker_free(worker);
        errno = error;
        return NULL;
    }
    return worker;
}

void worker_submit(struct worker *worker, struct job *job, bool urgent)
{
    pthread_mutex_lock(&worker->mutex);
    queue_put(&worker->waiting[urgent ? URGENT : ORDINARY], job);
    pthread_cond_signal(&worker->submitted);
    pthread_mutex_unlock(&worker->mutex);
}

unsigned worker_threads(const struct worker *worker)
{
    return worker->thread_count;
}

bool worker_is_stopping(const struct worker *worker)
{
    return atomic_load(&worker->stopping);
}

/* The threads are gone, and the queues are the loop thread's alone. */
static struct job *next_left(struct worker *worker)
{
    struct job *job = queue_take(&worker->finished);
    for (int lane = 0; !job && lane < LANES; lane++)
        job = queue_take(&worker->waiting[lane]);
    return job;
}

static void tell_to_stop(struct worker *worker)
{
    pthread_mutex_lock(&worker->mutex);
    atomic_store(&worker->stopping, true);
    pthread_cond_broadcast(&worker->submitted);
    pthread_mutex_unlock(&worker->mutex);
    ev_async_stop(worker->loop, &worker->returned);
}

/* The threads have ended. */
static void end(struct worker *worker)
{
    for (struct job *job; (job = next_left(worker));)
        job->done(job);
    worker_free(worker);
}

void worker_stop(struct worker *worker)
{
    tell_to_stop(worker);
    for (unsigned i = 0; i < worker->thread_count; i++)
        pthread_join(worker->threads[i], NULL);
    end(worker);
}

bool worker_stop_within(struct worker *worker, unsigned ms)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += (long)(ms % 1000) * 1000000;
    until.tv_sec += ms / 1000 + until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    tell_to_stop(worker);
    for (unsigned i = 0; i < worker->thread_count; i++)
        if (pthread_clockjoin_np(worker->threads[i], NULL, CLOCK_MONOTONIC, &until) != 0)
            return false;
    end(worker);
    return true;
}
