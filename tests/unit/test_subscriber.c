/*
 * Subscribers: what is followed is given change by change to one that keeps up, by newest values to one that
 * lags or was overrun, and no metric ever goes back.
 */
#include "suite.h"
#include "support_segment.h"

#include <pthread.h>
#include <string.h>
#include <unistd.h>

enum { ROOM = 512, SESSIONS = 6 };

static struct segment_place place;
static struct segment_writer *writer;
static struct tacho_segment segment;
static union copy_buffer buffer;
static struct tacho_event events[ROOM];

/* A subscriber and its bits. */
struct follower {
    struct tacho_subscriber subscriber;
    void *bits;
};

static void open_all(uint32_t ring_count)
{
    place_make(&place);
    writer = segment_create(place.path, (struct segment_sizes){8, 4096, ring_count}, "test");
    ck_assert_ptr_nonnull(writer);
    ck_assert_int_eq(tacho_open(&segment, place.path), TACHO_OK);
    ck_assert_int_eq(tacho_map(&segment), TACHO_OK);
}

static void close_all(void)
{
    tacho_close(&segment);
    segment_close(writer, 0);
    place_remove(&place);
}

/* `filter` may be NULL. */
static void follow(struct follower *follower, const struct tacho_filter *filter, uint32_t patience,
                   enum tacho_start start)
{
    *follower = (struct follower){.subscriber.patience = patience};
    if (filter)
        follower->subscriber.filter = *filter;
    follower->bits = malloc(tacho_subscriber_size(&segment));
    ck_assert_int_eq(tacho_attach(&segment, &follower->subscriber, follower->bits, start), TACHO_OK);
}

static int64_t take(struct follower *follower, size_t count)
{
    return tacho_take(&segment, &follower->subscriber, events, count, &buffer, segment.header.copy_size);
}

/* A session whose cost and use of a limit are as given. */
static void publish(const char *key, uint64_t cost, uint64_t limit)
{
    struct segment_draft *draft = segment_draft(writer, TACHO_SESSION, key, strlen(key));
    draft_number(draft, TACHO_WORD_COST, cost);
    draft_number(draft, TACHO_WORD_FIVE_HOUR_USED, limit);
    draft_text(draft, TACHO_WORD_MODEL_ID, "model", 5);
    ck_assert_int_ge(segment_publish(writer, draft), 0);
}

static void publish_directory(const char *key, uint64_t ahead)
{
    struct segment_draft *draft = segment_draft(writer, TACHO_DIRECTORY, key, strlen(key));
    draft_number(draft, TACHO_WORD_GIT_AHEAD, ahead);
    ck_assert_int_ge(segment_publish(writer, draft), 0);
}

static void expect(const struct tacho_event *event, enum tacho_metric_word word, uint64_t after, int flags)
{
    ck_assert_uint_eq(event->word, word);
    ck_assert_uint_eq(event->after, after);
    ck_assert_int_eq(event->flags, flags);
    ck_assert_int_gt(event->wall_ns + 1, 0);
}

START_TEST(one_that_keeps_up_gets_every_change)
{
    const int new = TACHO_EVENT_AFTER, both = TACHO_EVENT_BEFORE | TACHO_EVENT_AFTER;
    struct follower follower;
    open_all(64);
    follow(&follower, NULL, 0, TACHO_FROM_NOW);
    ck_assert_int_eq(take(&follower, ROOM), 0);
    publish("a", 1, 10);
    publish("a", 2, 10);
    ck_assert_int_eq(take(&follower, ROOM), 4);
    expect(&events[0], TACHO_WORD_COST, 1, new);
    expect(&events[1], TACHO_WORD_MODEL_ID, tacho_hash(0, "model", 5), new);
    expect(&events[2], TACHO_WORD_FIVE_HOUR_USED, 10, new);
    expect(&events[3], TACHO_WORD_COST, 2, both);
    ck_assert_uint_eq(events[3].kind, TACHO_SESSION);
    publish("a", 3, 11);
    publish("a", 4, 12);
    for (uint64_t i = 0; i < 4; i++) { /* no more than there is room for */
        ck_assert_int_eq(take(&follower, 1), 1);
        expect(&events[0], i % 2 ? TACHO_WORD_FIVE_HOUR_USED : TACHO_WORD_COST,
               i % 2 ? 11 + i / 2 : 3 + i / 2, both);
    }
    ck_assert_int_eq(take(&follower, ROOM), 0);
    ck_assert_uint_eq(follower.subscriber.given, 8);
    ck_assert_uint_eq(follower.subscriber.conflated + follower.subscriber.missed, 0);
    ck_assert_int_eq(tacho_take(&segment, &follower.subscriber, events, 1, &buffer, 64), TACHO_TOO_SMALL);
    free(follower.bits);
    close_all();
}
END_TEST

START_TEST(each_gets_what_it_follows)
{
    struct tacho_filter costs = {0}, of_b = {.key_count = 1}, directories = {.kinds = 1 << TACHO_DIRECTORY};
    struct follower cost, b, directory;
    open_all(64);
    ck_assert_int_eq(tacho_filter_metric(&segment, &costs, "nonsense"), 0);
    ck_assert_int_eq(tacho_filter_metric(&segment, &costs, "cos"), 0);
    ck_assert_int_ge(tacho_filter_metric(&segment, &costs, "cost"), 2); /* cost, cost.unlogged */
    ck_assert_int_ge(tacho_filter_metric(&segment, &costs, "limit"), 6);
    ck_assert_uint_eq(costs.words[0] >> TACHO_WORD_ENTRIES & 1, 0);
    of_b.keys[0] = tacho_hash(TACHO_SESSION, "b", 1);
    follow(&cost, &costs, 0, TACHO_FROM_NOW);
    follow(&b, &of_b, 0, TACHO_FROM_NOW);
    follow(&directory, &directories, 0, TACHO_FROM_NOW);
    publish("a", 1, 10);
    publish("b", 2, 20);
    publish_directory("/d", 3);
    ck_assert_int_eq(take(&cost, ROOM), 4);
    ck_assert_uint_eq(events[3].after, 20);
    ck_assert_int_eq(take(&b, ROOM), 3);
    ck_assert_uint_eq(events[0].key_hash, of_b.keys[0]);
    ck_assert_int_eq(take(&directory, ROOM), 1);
    expect(&events[0], TACHO_WORD_GIT_AHEAD, 3, TACHO_EVENT_AFTER);
    /* The same of newest values. */
    tacho_attach(&segment, &b.subscriber, b.bits, TACHO_FROM_VALUES);
    ck_assert_int_eq(take(&b, ROOM), 3);
    tacho_attach(&segment, &directory.subscriber, directory.bits, TACHO_FROM_VALUES);
    ck_assert_int_eq(take(&directory, ROOM), 1);
    free(cost.bits);
    free(b.bits);
    free(directory.bits);
    close_all();
}
END_TEST

START_TEST(one_that_lags_gets_newest_values_and_every_limit)
{
    struct follower follower;
    open_all(256);
    publish("a", 1, 10);
    publish_directory("/d", 1);
    follow(&follower, NULL, 20, TACHO_FROM_NOW);
    for (uint64_t i = 2; i <= 40; i++)
        publish("a", i, i <= 5 ? 10 + i : 15);
    publish_directory("/d", 2);
    publish_directory("/d", 3);
    ck_assert_int_eq(take(&follower, ROOM), 6);
    for (uint64_t i = 0; i < 4; i++)
        expect(&events[i], TACHO_WORD_FIVE_HOUR_USED, 12 + i, TACHO_EVENT_BEFORE | TACHO_EVENT_AFTER);
    expect(&events[4], TACHO_WORD_COST, 40, TACHO_EVENT_NEWEST | TACHO_EVENT_AFTER);
    expect(&events[5], TACHO_WORD_GIT_AHEAD, 3, TACHO_EVENT_NEWEST | TACHO_EVENT_AFTER);
    ck_assert_uint_eq(events[5].key_hash, tacho_hash(TACHO_DIRECTORY, "/d", 2));
    ck_assert_uint_eq(follower.subscriber.conflated, 39 + 2);
    publish("a", 41, 15); /* and then each again */
    ck_assert_int_eq(take(&follower, ROOM), 1);
    expect(&events[0], TACHO_WORD_COST, 41, TACHO_EVENT_BEFORE | TACHO_EVENT_AFTER);
    free(follower.bits);
    close_all();
}
END_TEST

START_TEST(what_is_no_more_is_told)
{
    struct follower follower;
    open_all(256);
    publish("a", 1, 10);
    follow(&follower, NULL, 1, TACHO_FROM_NOW);
    struct segment_draft *draft = segment_draft(writer, TACHO_SESSION, "a", 1);
    draft_number(draft, TACHO_WORD_FIVE_HOUR_USED, 10);
    segment_publish(writer, draft); /* two go */
    ck_assert_int_eq(take(&follower, ROOM), 2);
    expect(&events[0], TACHO_WORD_COST, 0, TACHO_EVENT_NEWEST);
    expect(&events[1], TACHO_WORD_MODEL_ID, 0, TACHO_EVENT_NEWEST);
    free(follower.bits);
    close_all();
}
END_TEST

START_TEST(one_that_is_overrun_is_told_what_it_missed)
{
    struct follower follower;
    open_all(64);
    publish("quiet", 7, 8);
    follow(&follower, NULL, 0, TACHO_FROM_NOW);
    for (uint64_t i = 1; i <= 1000; i++)
        publish("a", i, i);
    uint64_t written = 3 + 999 * 2;
    int64_t count = take(&follower, ROOM);
    ck_assert_uint_eq(events[0].flags, TACHO_EVENT_MISSED);
    ck_assert_uint_eq(events[0].after, follower.subscriber.missed);
    uint64_t limits = (written - follower.subscriber.missed) / 2; /* of what was left of the ring */
    ck_assert_int_eq(count, 1 + (int64_t)limits + 6);
    ck_assert_uint_eq(follower.subscriber.missed + follower.subscriber.conflated + limits, written);
    expect(&events[count - 6], TACHO_WORD_COST, 7, TACHO_EVENT_NEWEST | TACHO_EVENT_AFTER);
    expect(&events[count - 3], TACHO_WORD_COST, 1000, TACHO_EVENT_NEWEST | TACHO_EVENT_AFTER);
    expect(&events[count - 1], TACHO_WORD_FIVE_HOUR_USED, 1000, TACHO_EVENT_NEWEST | TACHO_EVENT_AFTER);
    ck_assert_int_eq(take(&follower, ROOM), 0);
    ck_assert_int_eq(tacho_wait(&segment, &follower.subscriber.cursor, 0), 0);
    free(follower.bits);
    close_all();
}
END_TEST

START_TEST(it_may_start_in_the_past)
{
    struct follower follower;
    open_all(64);
    publish("a", 1, 1);
    follow(&follower, NULL, 64, TACHO_FROM_OLDEST);
    ck_assert_int_eq(take(&follower, ROOM), 3);
    for (uint64_t i = 2; i <= 100; i++)
        publish("a", i, i);
    tacho_attach(&segment, &follower.subscriber, follower.bits, TACHO_FROM_OLDEST);
    ck_assert_int_eq(take(&follower, ROOM), 63);
    ck_assert_uint_eq(follower.subscriber.missed + follower.subscriber.conflated, 0);
    ck_assert_uint_eq(events[62].after, 100);
    free(follower.bits);
    close_all();
}
END_TEST

/* A slot that was given to another key tells of that one. */
START_TEST(a_slot_that_changed_hands_tells_of_its_new_key)
{
    struct tacho_filter of_a = {.key_count = 1, .keys = {tacho_hash(TACHO_SESSION, "a", 1)}};
    struct follower follower, all;
    open_all(256);
    follow(&follower, &of_a, 1, TACHO_FROM_NOW);
    follow(&all, NULL, 1, TACHO_FROM_NOW);
    publish("a", 1, 1);
    for (char key[] = "b"; key[0] < 'b' + 8; key[0]++)
        publish(key, 5, 5);
    ck_assert_int_eq(take(&follower, ROOM), 1); /* its limit; the rest is gone */
    ck_assert_int_eq(take(&all, ROOM), 9 + 8 * 2);
    for (int i = 9; i < 9 + 8 * 2; i++)
        ck_assert_uint_ne(events[i].key_hash, of_a.keys[0]);
    free(follower.bits);
    free(all.bits);
    close_all();
}
END_TEST

/* ---- whatever happens ------------------------------------------------------------------------------- */

/* What a follower has been told of a session's number; they only grow. */
struct told {
    uint64_t values[SESSIONS][TACHO_WORD_COUNT];
    bool wrong;
};

static void told_take(struct told *told, const struct tacho_event *event)
{
    char key[32];
    if (event->flags & TACHO_EVENT_MISSED || event->word == TACHO_WORD_MODEL_ID)
        return;
    for (uint32_t i = 0; i < SESSIONS; i++)
        if (event->key_hash == tacho_hash(TACHO_SESSION, key, key_name(key, i))) {
            told->wrong |= event->after < told->values[i][event->word];
            told->values[i][event->word] = event->after;
        }
}

static void check_told(const struct told *told, const uint64_t newest[SESSIONS])
{
    ck_assert(!told->wrong);
    for (uint32_t i = 0; i < SESSIONS; i++)
        if (newest[i])
            ck_assert_uint_eq(told->values[i][TACHO_WORD_COST], newest[i] * 1000 + TACHO_WORD_COST);
}

START_TEST(no_metric_goes_back_and_all_end_right)
{
    static struct told told[3];
    struct follower followers[3];
    uint64_t seed = 42, newest[SESSIONS] = {0}, number = 0;
    open_all(128);
    follow(&followers[0], NULL, 1, TACHO_FROM_NOW); /* impatient, usual, patient */
    follow(&followers[1], NULL, 0, TACHO_FROM_NOW);
    follow(&followers[2], NULL, 128, TACHO_FROM_NOW);
    for (int turn = 0; turn < 5000; turn++) {
        uint64_t bursts = random_next(&seed) % 100 == 0 ? 60 : random_next(&seed) % 4;
        for (uint64_t i = 0; i < bursts; i++) {
            uint32_t session = (uint32_t)(random_next(&seed) % SESSIONS);
            newest[session] = ++number;
            payload_publish(writer, session, number, 10);
        }
        size_t who = random_next(&seed) % 3;
        int64_t count = take(&followers[who], 1 + random_next(&seed) % 20);
        for (int64_t i = 0; i < count; i++)
            told_take(&told[who], &events[i]);
    }
    for (int who = 0; who < 3; who++) {
        int64_t count;
        while ((count = take(&followers[who], ROOM)) > 0)
            for (int64_t i = 0; i < count; i++)
                told_take(&told[who], &events[i]);
        ck_assert_int_eq(count, 0);
        check_told(&told[who], newest);
        ck_assert_uint_gt(followers[who].subscriber.conflated, 0);
        free(followers[who].bits);
    }
    close_all();
}
END_TEST

struct racer {
    pthread_t thread;
    struct follower follower;
    struct told told;
    int done;
    int64_t error;
};

/* Takes while the writer writes, and what is left when it is done. */
static void *race(void *data)
{
    struct racer *racer = data;
    static _Thread_local union copy_buffer copy;
    struct tacho_event taken[64];
    bool last = false;
    for (;;) {
        int64_t count = tacho_take(&segment, &racer->follower.subscriber, taken, 64, &copy, sizeof copy);
        for (int64_t i = 0; i < count; i++)
            told_take(&racer->told, &taken[i]);
        if (count < 0)
            racer->error = count;
        if (count <= 0 && last)
            return NULL;
        last = __atomic_load_n(&racer->done, __ATOMIC_ACQUIRE);
    }
}

START_TEST(a_busy_writer_leads_nobody_astray)
{
    static struct racer racer;
    uint64_t newest[SESSIONS] = {0};
    open_all(256);
    follow(&racer.follower, NULL, 0, TACHO_FROM_NOW);
    ck_assert_int_eq(pthread_create(&racer.thread, NULL, race, &racer), 0);
    for (uint64_t number = 1; number <= (SANITIZED ? 20000 : 200000); number++) {
        newest[number % SESSIONS] = number;
        payload_publish(writer, (uint32_t)(number % SESSIONS), number, 10);
    }
    __atomic_store_n(&racer.done, 1, __ATOMIC_RELEASE);
    pthread_join(racer.thread, NULL);
    ck_assert_int_eq(racer.error, 0);
    check_told(&racer.told, newest);
    free(racer.follower.bits);
    close_all();
}
END_TEST

SUITE_MAIN("subscriber", one_that_keeps_up_gets_every_change, each_gets_what_it_follows,
           one_that_lags_gets_newest_values_and_every_limit, what_is_no_more_is_told,
           one_that_is_overrun_is_told_what_it_missed, it_may_start_in_the_past,
           a_slot_that_changed_hands_tells_of_its_new_key, no_metric_goes_back_and_all_end_right,
           a_busy_writer_leads_nobody_astray)
