/*
 * Waiting for events: a subscriber sleeps until something is written or the file is retired, with a mapping
 * and without one, and no wake-up is lost.
 */
#include "suite.h"
#include "support_segment.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#if SANITIZED
#define TURNS 2000
#else
#define TURNS 20000
#endif

static struct segment_place place;
static struct segment_writer *writer;

static void open_writer(void)
{
    place_make(&place);
    writer = segment_create(place.path, sizes_small(), "test");
    ck_assert_ptr_nonnull(writer);
}

static void close_writer(void)
{
    segment_close(writer, 0);
    place_remove(&place);
}

static void subscribe(struct tacho_segment *segment, struct tacho_cursor *cursor, bool mapped)
{
    ck_assert_int_eq(tacho_open(segment, place.path), TACHO_OK);
    if (mapped)
        ck_assert_int_eq(tacho_map(segment), TACHO_OK);
    ck_assert_int_eq(tacho_subscribe(segment, cursor), TACHO_OK);
}

/* A thread that waits until it is told what there is. */
struct waiter {
    pthread_t thread;
    struct tacho_segment segment;
    struct tacho_cursor cursor;
    int result;
    int waits; /* 1 from just before it waits on */
};

static void *waiter_run(void *data)
{
    struct waiter *waiter = data;
    __atomic_store_n(&waiter->waits, 1, __ATOMIC_RELEASE);
    waiter->result = tacho_wait(&waiter->segment, &waiter->cursor, -1);
    return NULL;
}

static void waiter_start(struct waiter *waiter, bool mapped)
{
    *waiter = (struct waiter){0};
    subscribe(&waiter->segment, &waiter->cursor, mapped);
    ck_assert_int_eq(pthread_create(&waiter->thread, NULL, waiter_run, waiter), 0);
    while (!__atomic_load_n(&waiter->waits, __ATOMIC_ACQUIRE))
        usleep(100);
    usleep(5000); /* most likely asleep by now; awake, the answer is the same */
}

static int waiter_result(struct waiter *waiter)
{
    pthread_join(waiter->thread, NULL);
    tacho_close(&waiter->segment);
    return waiter->result;
}

START_TEST(a_change_wakes_those_who_wait)
{
    struct waiter waiters[4];
    open_writer();
    for (int i = 0; i < 4; i++)
        waiter_start(&waiters[i], i % 2);
    payload_publish(writer, 0, 1, 10);
    segment_signal(writer);
    for (int i = 0; i < 4; i++)
        ck_assert_int_eq(waiter_result(&waiters[i]), 1);
    close_writer();
}
END_TEST

START_TEST(a_new_file_wakes_those_who_wait_on_the_old_one)
{
    struct waiter waiters[2];
    open_writer();
    for (int i = 0; i < 2; i++)
        waiter_start(&waiters[i], i % 2);
    struct segment_writer *second = segment_create(place.path, sizes_small(), "next");
    for (int i = 0; i < 2; i++)
        ck_assert_int_eq(waiter_result(&waiters[i]), TACHO_NO_SEGMENT);
    waiter_start(&waiters[0], true);
    segment_close(second, 1);
    ck_assert_int_eq(waiter_result(&waiters[0]), TACHO_NO_SEGMENT);
    close_writer();
}
END_TEST

START_TEST(waiting_ends_when_time_is_up)
{
    struct tacho_segment segment;
    struct tacho_cursor cursor;
    open_writer();
    for (int mapped = 0; mapped < 2; mapped++) {
        subscribe(&segment, &cursor, mapped);
        ck_assert_int_eq(tacho_wait(&segment, &cursor, 0), 0);
        ck_assert_int_eq(tacho_wait(&segment, &cursor, 5), 0);
        tacho_close(&segment);
    }
    close_writer();
}
END_TEST

START_TEST(what_is_there_already_is_not_waited_for)
{
    struct tacho_segment segment;
    struct tacho_cursor cursor;
    struct tacho_event event;
    uint64_t missed = 0;
    open_writer();
    subscribe(&segment, &cursor, false);
    payload_publish(writer, 0, 1, 10); /* not signalled: the writer is still at it */
    ck_assert_int_eq(tacho_wait(&segment, &cursor, -1), 1);
    segment_close(writer, 1);
    ck_assert_int_eq(tacho_wait(&segment, &cursor, -1), 1); /* first what is left of the old file */
    while (tacho_next(&segment, &cursor, &event, &missed) == 1)
        continue;
    ck_assert_int_eq(tacho_wait(&segment, &cursor, -1), TACHO_NO_SEGMENT);
    tacho_close(&segment);
    place_remove(&place);
}
END_TEST

/* An agent before minor version 2 wakes nobody: whoever waits for it looks again from time to time. */
START_TEST(an_old_agent_is_looked_at_again)
{
    struct tacho_segment segment;
    struct tacho_cursor cursor;
    const uint16_t minor = 1;
    open_writer();
    int descriptor = open(place.path, O_RDWR);
    ck_assert_int_eq(pwrite(descriptor, &minor, sizeof minor, offsetof(struct tacho_header, minor)), 2);
    close(descriptor);
    subscribe(&segment, &cursor, true);
    ck_assert_int_eq(tacho_wait(&segment, &cursor, -1), 0);
    tacho_close(&segment);
    close_writer();
}
END_TEST

static void ignore(int number)
{
    (void)number;
}

START_TEST(a_signal_handler_ends_the_wait)
{
    struct waiter waiter;
    struct sigaction action = {.sa_handler = ignore};
    open_writer();
    sigaction(SIGUSR1, &action, NULL);
    waiter_start(&waiter, true);
    pthread_kill(waiter.thread, SIGUSR1);
    segment_signal(writer); /* nothing was written: nobody is woken */
    payload_publish(writer, 0, 1, 10);
    segment_signal(writer); /* where the signal came before it slept */
    ck_assert_int_ge(waiter_result(&waiter), 0);
    close_writer();
}
END_TEST

/* Nobody may harm a program that waits by cutting the file short under it. */
START_TEST(a_file_cut_short_is_not_waited_for)
{
    struct tacho_segment segment;
    struct tacho_cursor cursor;
    open_writer();
    subscribe(&segment, &cursor, false);
    ck_assert_int_eq(truncate(place.path, 0), 0);
    ck_assert_int_eq(tacho_wait(&segment, &cursor, -1), TACHO_CORRUPT);
    tacho_close(&segment);
    segment_close(writer, 0);
    place_remove(&place);
}
END_TEST

/* Takes every event, asleep in between; ends with the payload of the last turn. */
static void *taker_run(void *data)
{
    struct waiter *taker = data;
    struct tacho_event event;
    uint64_t missed = 0, last = 0;
    while (last < TURNS) {
        int result = tacho_next(&taker->segment, &taker->cursor, &event, &missed);
        if (result == 1 && event.word == TACHO_WORD_INPUT)
            last = event.after / 1000;
        else if (result == 0)
            taker->result |= tacho_wait(&taker->segment, &taker->cursor, -1) < 0;
    }
    return NULL;
}

START_TEST(no_wake_up_is_lost)
{
    struct waiter takers[2] = {0};
    open_writer();
    for (int i = 0; i < 2; i++) {
        subscribe(&takers[i].segment, &takers[i].cursor, i % 2);
        ck_assert_int_eq(pthread_create(&takers[i].thread, NULL, taker_run, &takers[i]), 0);
    }
    uint64_t seed = 1;
    for (uint64_t turn = 1; turn <= TURNS; turn++) {
        payload_publish(writer, 0, turn, 10);
        segment_signal(writer);
        if (random_next(&seed) % 64 == 0)
            usleep((useconds_t)(random_next(&seed) % 100));
    }
    for (int i = 0; i < 2; i++)
        ck_assert_int_eq(waiter_result(&takers[i]), 0);
    close_writer();
}
END_TEST

SUITE_MAIN("ring", a_change_wakes_those_who_wait, a_new_file_wakes_those_who_wait_on_the_old_one,
           waiting_ends_when_time_is_up, what_is_there_already_is_not_waited_for,
           an_old_agent_is_looked_at_again, a_signal_handler_ends_the_wait,
           a_file_cut_short_is_not_waited_for, no_wake_up_is_lost)
