/* The worker: order, lanes, stopping. Run under TSan as well as under ASan. */
#include "suite.h"

#include "../../agent/base/worker.h"

#include <ev.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>

enum { MANY = 2000 };

struct task {
    struct job job;
    int number;
    int result;
    bool ran, done;
};

/* Loop-thread state of a test. */
static struct {
    struct ev_loop *loop;
    struct worker *worker;
    int order[MANY];
    int done, expected;
    sem_t gate;
    pthread_t loop_thread;
} test;

static void task_run(struct job *job)
{
    struct task *task = (struct task *)job;
    task->ran = true;
    task->result = task->number * 2;
}

static void task_done(struct job *job)
{
    struct task *task = (struct task *)job;
    ck_assert(pthread_equal(pthread_self(), test.loop_thread));
    task->done = true;
    test.order[test.done++] = task->number;
    if (test.done == test.expected)
        ev_break(test.loop, EVBREAK_ALL);
}

static void gate_run(struct job *job)
{
    (void)job;
    while (sem_wait(&test.gate))
        continue;
}

static void gate_done(struct job *job)
{
    (void)job;
}

static void begin(int expected)
{
    test.loop = ev_loop_new(EVFLAG_AUTO);
    test.loop_thread = pthread_self();
    test.done = 0;
    test.expected = expected;
    sem_init(&test.gate, 0, 0);
    test.worker = worker_start(test.loop);
    ck_assert_ptr_nonnull(test.worker);
}

static void finish(void)
{
    ev_loop_destroy(test.loop);
    sem_destroy(&test.gate);
}

START_TEST(jobs_come_back_in_order)
{
    static struct task tasks[MANY];
    begin(MANY);
    for (int i = 0; i < MANY; i++) {
        tasks[i] = (struct task){.job = {task_run, task_done, NULL}, .number = i};
        worker_submit(test.worker, &tasks[i].job, false);
    }
    ev_run(test.loop, 0);
    for (int i = 0; i < MANY; i++) {
        ck_assert_int_eq(test.order[i], i);
        ck_assert_int_eq(tasks[i].result, i * 2);
    }
    ck_assert(!worker_is_stopping(test.worker));
    worker_stop(test.worker);
    finish();
}
END_TEST

START_TEST(urgent_jobs_go_first)
{
    struct job gate = {gate_run, gate_done, NULL};
    struct task tasks[6];
    begin(6);
    worker_submit(test.worker, &gate, false);
    for (int i = 0; i < 6; i++) {
        tasks[i] = (struct task){.job = {task_run, task_done, NULL}, .number = i};
        worker_submit(test.worker, &tasks[i].job, i % 2);
    }
    sem_post(&test.gate);
    ev_run(test.loop, 0);
    static const int order[] = {1, 3, 5, 0, 2, 4};
    for (int i = 0; i < 6; i++)
        ck_assert_int_eq(test.order[i], order[i]);
    worker_stop(test.worker);
    finish();
}
END_TEST

static void again_done(struct job *job)
{
    struct task *task = (struct task *)job;
    if (task->number-- > 0 && !worker_is_stopping(test.worker))
        worker_submit(test.worker, job, false);
    else
        ev_break(test.loop, EVBREAK_ALL);
}

START_TEST(a_job_may_be_submitted_again_when_done)
{
    struct task task = {.job = {task_run, again_done, NULL}, .number = 100};
    begin(0);
    worker_submit(test.worker, &task.job, false);
    ev_run(test.loop, 0);
    ck_assert_int_eq(task.number, -1);
    worker_stop(test.worker);
    finish();
}
END_TEST

static void patient_run(struct job *job)
{
    struct task *task = (struct task *)job;
    sem_post(&test.gate);
    while (!worker_is_stopping(test.worker))
        continue;
    task->ran = true;
}

START_TEST(stopping_ends_the_running_job_and_drops_the_others)
{
    struct task running = {.job = {patient_run, task_done, NULL}, .number = -1}, waiting[10];
    begin(-1);
    worker_submit(test.worker, &running.job, false);
    while (sem_wait(&test.gate))
        continue;
    for (int i = 0; i < 10; i++) {
        waiting[i] = (struct task){.job = {task_run, task_done, NULL}, .number = i};
        worker_submit(test.worker, &waiting[i].job, i % 2);
    }
    worker_stop(test.worker);
    ck_assert(running.ran && running.done);
    for (int i = 0; i < 10; i++)
        ck_assert(!waiting[i].ran && waiting[i].done);
    ck_assert_int_eq(test.done, 11);
    finish();
}
END_TEST

static void signals_run(struct job *job)
{
    sigset_t blocked;
    pthread_sigmask(SIG_SETMASK, NULL, &blocked);
    ((struct task *)job)->result = sigismember(&blocked, SIGTERM) && sigismember(&blocked, SIGCHLD);
}

START_TEST(signals_are_the_loop_threads)
{
    struct task task = {.job = {signals_run, task_done, NULL}};
    begin(1);
    worker_submit(test.worker, &task.job, false);
    ev_run(test.loop, 0);
    ck_assert_int_eq(task.result, 1);
    sigset_t blocked;
    pthread_sigmask(SIG_SETMASK, NULL, &blocked);
    ck_assert(!sigismember(&blocked, SIGTERM));
    worker_stop(test.worker);
    finish();
}
END_TEST

START_TEST(an_idle_worker_stops)
{
    begin(0);
    worker_stop(test.worker);
    finish();
}
END_TEST

SUITE_MAIN("worker", jobs_come_back_in_order, urgent_jobs_go_first, a_job_may_be_submitted_again_when_done,
           stopping_ends_the_running_job_and_drops_the_others, signals_are_the_loop_threads,
           an_idle_worker_stops)
