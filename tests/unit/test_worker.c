/* The worker: order, lanes, stopping. Run under TSan as well as under ASan. */
#include "suite.h"

#include "../../agent/base/cores.h"
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

static void begin(int expected, unsigned threads)
{
    test.loop = ev_loop_new(EVFLAG_AUTO);
    test.loop_thread = pthread_self();
    test.done = 0;
    test.expected = expected;
    sem_init(&test.gate, 0, 0);
    test.worker = worker_start(test.loop, threads);
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
    begin(MANY, 1);
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
    begin(6, 1);
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
    begin(0, 1);
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
    begin(-1, 1);
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
    begin(1, 1);
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

/* ---- several threads ---------------------------------------------------------------------------------- */

static pthread_barrier_t together;

/* Ends only when another job runs at the same time. */
static void together_run(struct job *job)
{
    pthread_barrier_wait(&together);
    task_run(job);
}

START_TEST(several_threads_run_jobs_beside_each_other)
{
    enum { THREADS = 2, TASKS = 400 };
    static struct task tasks[TASKS];
    pthread_barrier_init(&together, NULL, THREADS);
    begin(TASKS, THREADS);
    ck_assert_uint_eq(worker_threads(test.worker), THREADS);
    for (int i = 0; i < TASKS; i++) {
        tasks[i] = (struct task){.job = {together_run, task_done, NULL}, .number = i};
        worker_submit(test.worker, &tasks[i].job, false);
    }
    ev_run(test.loop, 0);
    for (int i = 0; i < TASKS; i++)
        ck_assert(tasks[i].ran && tasks[i].done && tasks[i].result == i * 2);
    worker_stop(test.worker);
    pthread_barrier_destroy(&together);
    finish();
}
END_TEST

static int turns;

static void count_turn(struct ev_loop *loop, struct ev_check *check, int events)
{
    (void)loop, (void)check, (void)events;
    turns++;
}

START_TEST(one_job_comes_back_a_turn)
{
    enum { TASKS = 50 };
    static struct task tasks[TASKS];
    struct ev_check check;
    begin(TASKS, 1);
    ev_check_init(&check, count_turn);
    ev_check_start(test.loop, &check);
    for (int i = 0; i < TASKS; i++) {
        tasks[i] = (struct task){.job = {task_run, task_done, NULL}, .number = i};
        worker_submit(test.worker, &tasks[i].job, false);
    }
    ev_run(test.loop, 0);
    ck_assert_int_ge(turns, TASKS);
    ev_check_stop(test.loop, &check);
    worker_stop(test.worker);
    finish();
}
END_TEST

START_TEST(stopping_ends_all_running_jobs)
{
    struct task running[3], waiting = {.job = {task_run, task_done, NULL}, .number = 9};
    begin(-1, 3);
    for (int i = 0; i < 3; i++) {
        running[i] = (struct task){.job = {patient_run, task_done, NULL}, .number = i};
        worker_submit(test.worker, &running[i].job, false);
    }
    for (int i = 0; i < 3; i++)
        while (sem_wait(&test.gate))
            continue;
    worker_submit(test.worker, &waiting.job, true);
    worker_stop(test.worker);
    for (int i = 0; i < 3; i++)
        ck_assert(running[i].ran && running[i].done);
    ck_assert(!waiting.ran && waiting.done);
    finish();
}
END_TEST

START_TEST(as_many_threads_as_are_worth_it)
{
    begin(0, 0);
    ck_assert_uint_ge(worker_threads(test.worker), 1);
    ck_assert_uint_le(worker_threads(test.worker), CORES_MOST);
    worker_stop(test.worker);
    finish();
}
END_TEST

START_TEST(an_idle_worker_stops)
{
    begin(0, 1);
    worker_stop(test.worker);
    finish();
}
END_TEST

static sem_t begun;

static void hang_run(struct job *job)
{
    sem_post(&begun);
    gate_run(job);
}

/* What hangs is left behind, with the thread that runs it and what waits for that. */
START_TEST(stopping_does_not_wait_for_ever)
{
    static struct task hanging = {.job = {hang_run, task_done, NULL}},
                       waiting = {.job = {task_run, task_done, NULL}};
    static struct worker *left; /* the thread still uses it */
    begin(0, 1);
    ck_assert(worker_stop_within(test.worker, 10000));
    finish();
    sem_init(&begun, 0, 0);
    begin(0, 1);
    left = test.worker;
    worker_submit(left, &hanging.job, false);
    worker_submit(left, &waiting.job, false);
    while (sem_wait(&begun))
        continue;
    ck_assert(!worker_stop_within(left, 20));
    ck_assert_int_eq(sem_post(&test.gate), 0);
    ck_assert(!hanging.done && !waiting.ran && !waiting.done);
}
END_TEST

SUITE_MAIN("worker", jobs_come_back_in_order, urgent_jobs_go_first, a_job_may_be_submitted_again_when_done,
           stopping_ends_the_running_job_and_drops_the_others, signals_are_the_loop_threads,
           several_threads_run_jobs_beside_each_other, one_job_comes_back_a_turn,
           stopping_ends_all_running_jobs, stopping_does_not_wait_for_ever, as_many_threads_as_are_worth_it,
           an_idle_worker_stops)
