/*
 * The event stream under load: one writer, as the agent is, and subscribers in threads.
 *
 *     stream flat DIRECTORY SUBSCRIBERS SECONDS
 *     stream paced DIRECTORY SUBSCRIBERS SECONDS RING EVENTS_PER_S TAKE_MS STALLED_PERCENT
 *     stream signal DIRECTORY
 *
 * flat: the writer writes as fast as it can while one thread polls all subscribers. paced: a thread for each
 * subscriber, asleep until it is woken, which spends TAKE_MS on what it took; the stalled ones take nothing
 * until the end. signal: what waking costs a turn of the writer's when nobody sleeps. Prints JSON by the
 * line.
 */
#include "../shm/writer.h"
#include "figures.h"

#include <pthread.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

/* The metrics that a publication changes: numbers, the first ones of the table. */
static const enum tacho_metric_word first = TACHO_WORD_INPUT, last = TACHO_WORD_BLOCK_TOKENS;
enum { METRICS = TACHO_WORD_BLOCK_TOKENS - TACHO_WORD_INPUT + 1 };
enum { SESSIONS = 32, AT_ONCE = 256, TIMES_MAX = 4096, SUBSCRIBERS_MAX = 1000, TURNS = 100000 };

struct consumer {
    pthread_t thread;
    struct tacho_subscriber subscriber;
    int take_ms;
    bool stalls;
    size_t time_count;
    int64_t times[TIMES_MAX]; /* from written to taken, of single events */
};

static char path[4096];
static struct segment_writer *writer;
static struct tacho_segment segment;
static int done;
static uint64_t written;

static bool is_done(void)
{
    return __atomic_load_n(&done, __ATOMIC_ACQUIRE);
}

static int64_t thread_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static void fail(const char *what)
{
    fprintf(stderr, "stream: %s\n", what);
    exit(EXIT_FAILURE);
}

static void open_segment(const char *directory, uint32_t ring)
{
    struct segment_sizes sizes = segment_sizes_default();
    if (ring)
        sizes.ring_count = ring;
    snprintf(path, sizeof path, "%s/stream", directory);
    writer = segment_create(path, sizes, "bench");
    if (!writer || tacho_open(&segment, path) || tacho_map(&segment))
        fail("cannot make a segment");
}

/* One publication, in which every metric is another: METRICS events. */
static void publish(void)
{
    char key[32];
    size_t size = (size_t)snprintf(key, sizeof key, "session-%u", (unsigned)(written / METRICS % SESSIONS));
    struct segment_draft *draft = segment_draft(writer, TACHO_SESSION, key, size);
    for (enum tacho_metric_word word = first; word <= last; word++)
        draft_number(draft, word, written + word);
    if (segment_publish(writer, draft) < 0)
        fail("cannot publish");
    written += METRICS;
}

static void subscribe(struct consumer *consumer)
{
    void *bits = malloc(tacho_subscriber_size(&segment));
    if (!bits || tacho_attach(&segment, &consumer->subscriber, bits, TACHO_FROM_NOW))
        fail("cannot subscribe");
}

/* Takes all there is; returns how many. */
static int64_t take(struct consumer *consumer)
{
    static _Thread_local uint64_t buffer[TACHO_COPY_MAX / 8];
    struct tacho_event events[AT_ONCE];
    int64_t count = tacho_take(&segment, &consumer->subscriber, events, AT_ONCE, buffer, sizeof buffer);
    if (count < 0)
        fail("the segment is damaged");
    for (int64_t i = 0; i < count && consumer->time_count < TIMES_MAX; i += 16)
        if (events[i].sequence)
            consumer->times[consumer->time_count++] = clock_ns() - events[i].monotonic_ns;
    return count;
}

/* ---- flat out -------------------------------------------------------------------------------------- */

struct poller {
    struct consumer *consumers;
    size_t count;
    uint64_t polls;
};

static void *poll_all(void *data)
{
    struct poller *poller = data;
    for (size_t i = 0; !is_done(); i = (i + 1) % poller->count, poller->polls++)
        take(&poller->consumers[i]);
    return NULL;
}

static int flat(size_t count, double seconds)
{
    struct poller poller = {.consumers = calloc(count, sizeof *poller.consumers), .count = count};
    pthread_t thread;
    for (size_t i = 0; i < count; i++)
        subscribe(&poller.consumers[i]);
    if (pthread_create(&thread, NULL, poll_all, &poller))
        fail("cannot start a thread");
    int64_t start = clock_ns(), cpu = thread_ns(), end = start + (int64_t)(seconds * 1e9);
    while (clock_ns() < end)
        for (int i = 0; i < 64; i++)
            publish();
    int64_t wall = clock_ns() - start;
    cpu = thread_ns() - cpu;
    __atomic_store_n(&done, 1, __ATOMIC_RELEASE);
    pthread_join(thread, NULL);
    printf("{\"name\":\"flat\",\"events\":%llu,\"wall_ns\":%lld,\"cpu_ns\":%lld,\"polls\":%llu}\n",
           (unsigned long long)written, (long long)wall, (long long)cpu, (unsigned long long)poller.polls);
    return 0;
}

/* ---- paced ----------------------------------------------------------------------------------------- */

static void *consume(void *data)
{
    struct consumer *consumer = data;
    while (!is_done()) {
        if (consumer->stalls)
            usleep(10000);
        else if (take(consumer) == 0)
            tacho_wait(&segment, &consumer->subscriber.cursor, 100);
        else if (consumer->take_ms)
            usleep((useconds_t)consumer->take_ms * 1000);
    }
    while (take(consumer) > 0)
        continue;
    return NULL;
}

/* Publishes in turns of a millisecond, each ended by a signal, as the agent's turns are. Returns CPU time. */
static int64_t write_paced(double seconds, double rate)
{
    int64_t start = clock_ns(), cpu = thread_ns(), end = start + (int64_t)(seconds * 1e9), now;
    while ((now = clock_ns()) < end) {
        while ((double)written < (double)(now - start) / 1e9 * rate)
            publish();
        segment_signal(writer);
        usleep(1000);
    }
    return thread_ns() - cpu;
}

static void sum_up(struct consumer *consumers, size_t count, int64_t cpu)
{
    uint64_t given = 0, conflated = 0, missed = 0;
    int64_t *times = malloc(count * TIMES_MAX * sizeof *times);
    size_t time_count = 0;
    for (size_t i = 0; i < count; i++) {
        const struct consumer *consumer = &consumers[i];
        if (consumer->stalls)
            continue;
        given += consumer->subscriber.given;
        conflated += consumer->subscriber.conflated;
        missed += consumer->subscriber.missed;
        memcpy(times + time_count, consumer->times, consumer->time_count * sizeof *times);
        time_count += consumer->time_count;
    }
    printf("{\"name\":\"paced\",\"events\":%llu,\"cpu_ns\":%lld,\"given\":%llu,\"conflated\":%llu,"
           "\"missed\":%llu}\n",
           (unsigned long long)written, (long long)cpu, (unsigned long long)given,
           (unsigned long long)conflated, (unsigned long long)missed);
    if (time_count)
        print_times("delay", times, time_count);
    free(times);
}

static int paced(size_t count, double seconds, double rate, int take_ms, int stalled_percent)
{
    struct consumer *consumers = calloc(count, sizeof *consumers);
    for (size_t i = 0; i < count; i++) {
        consumers[i].take_ms = take_ms;
        consumers[i].stalls = (int)(i * 100 / count) >= 100 - stalled_percent;
        subscribe(&consumers[i]);
        if (pthread_create(&consumers[i].thread, NULL, consume, &consumers[i]))
            fail("cannot start a thread");
    }
    int64_t cpu = write_paced(seconds, rate);
    __atomic_store_n(&done, 1, __ATOMIC_RELEASE);
    for (size_t i = 0; i < count; i++)
        pthread_join(consumers[i].thread, NULL);
    sum_up(consumers, count, cpu);
    return 0;
}

/* ---- the price of a signal ---------------------------------------------------------------------------- */

static int64_t turns(bool signals)
{
    int64_t start = thread_ns();
    for (int i = 0; i < TURNS; i++) {
        publish();
        if (signals)
            segment_signal(writer);
    }
    return (thread_ns() - start) / TURNS;
}

static int price_signal(void)
{
    turns(false); /* warms up */
    int64_t without = turns(false), with = turns(true);
    printf("{\"name\":\"signal\",\"without_ns\":%lld,\"with_ns\":%lld}\n", (long long)without,
           (long long)with);
    return 0;
}

int main(int argc, char **argv)
{
    const char *mode = argc > 2 ? argv[1] : "";
    size_t count = argc > 4 ? (size_t)atoi(argv[3]) : 1;
    int status = 2;
    if (count == 0 || count > SUBSCRIBERS_MAX)
        fail("1 to 1000 subscribers");
    if (argc > 2)
        open_segment(argv[2], strcmp(mode, "paced") == 0 && argc == 9 ? (uint32_t)atoi(argv[5]) : 0);
    if (strcmp(mode, "flat") == 0 && argc == 5)
        status = flat(count, atof(argv[4]));
    else if (strcmp(mode, "paced") == 0 && argc == 9)
        status = paced(count, atof(argv[4]), atof(argv[6]), atoi(argv[7]), atoi(argv[8]));
    else if (strcmp(mode, "signal") == 0 && argc == 3)
        status = price_signal();
    else
        fputs("usage: stream flat|paced|signal DIRECTORY ...: see the source\n", stderr);
    unlink(path);
    return status;
}
