/*
 * The segment under fire: one writer, many readers, no torn copy.
 *
 * Threads share one mapping, and run under TSan as well. Processes then do it at full length, and a reader
 * that skips the checksum shows that there is something to catch: it is caught.
 */
#include "suite.h"
#include "support_segment.h"

#include <fcntl.h>
#include <pthread.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define READERS           5 /* two by pread, two in a mapping, one of events */
#define KEYS              16
#define BULK              24
#define THREAD_PUBLISHES  (SANITIZED ? 40000 : 400000)
#define PROCESS_PUBLISHES (SANITIZED ? 200000 : 10000000)

/* What a reader saw; in memory that all processes share. */
struct tally {
    uint64_t whole;
    uint64_t torn;
    uint64_t busy;
    uint64_t backwards; /* a number older than one that the reader had seen before */
    uint64_t errors;    /* anything else */
};

struct field {
    struct segment_place place;
    int done;    /* atomic: the writer has finished */
    int started; /* atomic: readers that have seen a payload */
    struct tally tallies[READERS];
};

static bool is_done(struct field *field)
{
    return __atomic_load_n(&field->done, __ATOMIC_ACQUIRE);
}

static void look(const struct tacho_segment *segment, uint32_t key, struct tally *tally,
                 uint64_t newest[KEYS])
{
    static _Thread_local union copy_buffer buffer;
    char name[32];
    uint64_t number;
    int result = tacho_read_key(segment, TACHO_SESSION, name, key_name(name, key), &buffer, sizeof buffer);
    if (result == TACHO_BUSY)
        tally->busy++;
    else if (result != TACHO_OK)
        tally->errors += result != TACHO_NOT_FOUND;
    else if (!payload_is_whole(&buffer.copy, &number))
        tally->torn++;
    else {
        tally->whole++;
        tally->backwards += number < newest[key];
        newest[key] = number;
    }
}

/* Reads all keys, the busiest most often, until the writer is done. */
static void read_slots(struct field *field, struct tally *tally, bool mapped)
{
    struct tacho_segment segment;
    uint64_t newest[KEYS] = {0};
    bool told = false;
    if (tacho_open(&segment, field->place.path) || (mapped && tacho_map(&segment))) {
        tally->errors++;
        return;
    }
    for (uint32_t i = 0; !is_done(field); i++) {
        look(&segment, i % 4 ? i / 4 % KEYS : 0, tally, newest);
        if (!told && tally->whole > 0) {
            told = true;
            __atomic_fetch_add(&field->started, 1, __ATOMIC_RELEASE);
        }
    }
    tacho_close(&segment);
}

/* An event is whole if its values are of its own word, and of payloads in the right order. */
static bool event_is_whole(const struct tacho_event *event)
{
    if (event->word == TACHO_WORD_MODEL_ID)
        return event->wall_ns > 0;
    bool before = !(event->flags & TACHO_EVENT_BEFORE) ||
                  (event->before % 1000 == event->word && event->before < event->after);
    return event->after % 1000 == event->word && before && event->slot < KEYS && event->wall_ns > 0;
}

static void read_events(struct field *field, struct tally *tally)
{
    struct tacho_segment segment;
    struct tacho_cursor cursor;
    struct tacho_event event;
    uint64_t missed = 0, last = 0;
    if (tacho_open(&segment, field->place.path) || tacho_subscribe(&segment, &cursor)) {
        tally->errors++;
        return;
    }
    __atomic_fetch_add(&field->started, 1, __ATOMIC_RELEASE);
    while (!is_done(field)) {
        int result = tacho_next(&segment, &cursor, &event, &missed);
        if (result == 1) {
            tally->whole++;
            tally->torn += !event_is_whole(&event);
            tally->backwards += event.sequence <= last;
            last = event.sequence;
        }
        tally->busy += result == TACHO_BUSY;
        tally->errors += result < 0 && result != TACHO_BUSY;
    }
    tacho_close(&segment);
}

static void reader_run(struct field *field, int reader)
{
    if (reader == READERS - 1)
        read_events(field, &field->tallies[reader]);
    else
        read_slots(field, &field->tallies[reader], reader % 2);
}

/* Publishes until `count` publications are out: every second one to key 0, the others to all keys in turn. */
static void write_slots(struct field *field, struct segment_writer *writer, uint64_t count)
{
    uint64_t number = 1;
    for (uint32_t key = 0; key < KEYS; key++)
        payload_publish(writer, key, number, BULK);
    while (__atomic_load_n(&field->started, __ATOMIC_ACQUIRE) < READERS)
        usleep(1000);
    while (segment_publishes(writer) < count) {
        number++;
        payload_publish(writer, number % 2 ? (uint32_t)(number / 2 % KEYS) : 0, number, BULK);
    }
    __atomic_store_n(&field->done, 1, __ATOMIC_RELEASE);
}

static void check_tallies(const struct field *field)
{
    for (int i = 0; i < READERS; i++) {
        const struct tally *tally = &field->tallies[i];
        printf("reader %d: %lu whole, %lu busy\n", i, (unsigned long)tally->whole,
               (unsigned long)tally->busy);
        ck_assert_uint_eq(tally->torn, 0);
        ck_assert_uint_eq(tally->backwards, 0);
        ck_assert_uint_eq(tally->errors, 0);
        ck_assert_uint_gt(tally->whole, 0);
    }
}

/* ---- threads ---------------------------------------------------------------------------------------- */

struct thread {
    struct field *field;
    int reader;
};

static void *thread_run(void *data)
{
    struct thread *thread = data;
    reader_run(thread->field, thread->reader);
    return NULL;
}

START_TEST(threads_see_no_torn_copy)
{
    static struct field field;
    pthread_t ids[READERS];
    struct thread threads[READERS];
    place_make(&field.place);
    struct segment_writer *writer = segment_create(field.place.path, sizes_small(), "test");
    ck_assert_ptr_nonnull(writer);
    for (int i = 0; i < READERS; i++) {
        threads[i] = (struct thread){&field, i};
        ck_assert_int_eq(pthread_create(&ids[i], NULL, thread_run, &threads[i]), 0);
    }
    write_slots(&field, writer, THREAD_PUBLISHES);
    for (int i = 0; i < READERS; i++)
        pthread_join(ids[i], NULL);
    segment_close(writer, 0);
    place_remove(&field.place);
    check_tallies(&field);
}
END_TEST

#if !THREADS_ONLY

/* ---- processes -------------------------------------------------------------------------------------- */

static void *shared_memory(size_t size)
{
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    ck_assert_ptr_ne(memory, MAP_FAILED);
    return memory;
}

START_TEST(processes_see_no_torn_copy)
{
    struct field *field = shared_memory(sizeof *field);
    pid_t readers[READERS];
    place_make(&field->place);
    struct segment_writer *writer = segment_create(field->place.path, sizes_small(), "test");
    ck_assert_ptr_nonnull(writer);
    for (int i = 0; i < READERS; i++) {
        readers[i] = fork();
        if (readers[i] == 0) {
            nice(10); /* two processors are few for six: let the writer have most of one */
            reader_run(field, i);
            _exit(0);
        }
    }
    write_slots(field, writer, PROCESS_PUBLISHES);
    for (int i = 0; i < READERS; i++) {
        int status;
        ck_assert_int_eq(waitpid(readers[i], &status, 0), readers[i]);
        ck_assert_int_eq(status, 0);
    }
    ck_assert_uint_ge(segment_publishes(writer), PROCESS_PUBLISHES);
    segment_close(writer, 0);
    place_remove(&field->place);
    check_tallies(field);
    munmap(field, sizeof *field);
}
END_TEST

/* ---- the negative control --------------------------------------------------------------------------- */

/* What tacho_read() does, without its last look: takes whatever is there. */
static bool read_naively(const struct tacho_segment *segment, uint32_t slot, union copy_buffer *buffer)
{
    const struct tacho_header *header = &segment->header;
    off_t at = (off_t)(header->slot_offset + (uint64_t)slot * header->slot_size);
    uint64_t version;
    if (pread(segment->descriptor, &version, sizeof version, at) != sizeof version)
        return false;
    at += version & 1 ? header->back_offset : 0;
    return pread(segment->descriptor, buffer, header->copy_size, at) == (ssize_t)header->copy_size &&
           buffer->copy.used <= header->copy_size;
}

/*
 * The same slot, the same writer, both readers in turn: the naive one tears, ours does not. The writer stops
 * now and then, so that ours, which gives up on a slot that never rests, has something to read.
 */
START_TEST(a_naive_reader_is_caught)
{
    struct segment_place place;
    struct tacho_segment segment;
    static union copy_buffer buffer;
    uint64_t naive_torn = 0, torn = 0, whole = 0, number;
    place_make(&place);
    struct segment_writer *writer = segment_create(place.path, segment_sizes_default(), "test");
    ck_assert_ptr_nonnull(writer);
    int64_t slot = payload_publish(writer, 0, 1, 3000);
    ck_assert_int_ge(slot, 0);
    pid_t child = fork();
    if (child == 0) {
        for (uint64_t n = 2;; n++) {
            payload_publish(writer, 0, n, 3000);
            if (n % 64 == 0)
                usleep(50);
        }
    }
    ck_assert_int_eq(tacho_open(&segment, place.path), TACHO_OK);
    for (uint64_t i = 0; i < 20000000 && (naive_torn == 0 || whole < 1000); i++) {
        if (read_naively(&segment, (uint32_t)slot, &buffer))
            naive_torn += !payload_is_whole(&buffer.copy, &number);
        if (tacho_read(&segment, (uint32_t)slot, &buffer, sizeof buffer) == TACHO_OK) {
            whole++;
            torn += !payload_is_whole(&buffer.copy, &number);
        }
    }
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    tacho_close(&segment);
    segment_close(writer, 0);
    place_remove(&place);
    ck_assert_uint_gt(naive_torn, 0);
    ck_assert_uint_ge(whole, 1000);
    ck_assert_uint_eq(torn, 0);
}
END_TEST

SUITE_MAIN_SECONDS("segment_race", 300, threads_see_no_torn_copy, processes_see_no_torn_copy,
                   a_naive_reader_is_caught)

#else

SUITE_MAIN_SECONDS("segment_race", 300, threads_see_no_torn_copy)

#endif
