/*
 * The writer killed with SIGKILL at random instants, a thousand times over: what is published stays whole, no
 * reader waits, and the next writer takes over by rename.
 */
#include "suite.h"
#include "support_segment.h"

#include <dirent.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define ROUNDS      (SANITIZED ? 150 : 1200)
#define READERS     2
#define KEYS        4
#define BULK        600
#define ROUND_STEP  UINT64_C(1000000) /* payload numbers of a round begin at a multiple of this */
#define LIFETIME_NS 1500000

/* What readers saw; in memory that all processes share. */
struct tally {
    int done;       /* atomic */
    uint64_t epoch; /* atomic: of the file that a whole copy was last read from */
    uint64_t whole;
    uint64_t torn;
    uint64_t backwards;
    uint64_t reopened;
    uint64_t errors;
};

/* A writer's life, until it is killed. */
static void write_until_killed(const char *path, uint64_t round)
{
    struct segment_writer *writer = segment_create(path, sizes_small(), "test");
    if (!writer)
        _exit(1);
    for (uint64_t i = 0;; i++)
        payload_publish(writer, (uint32_t)(i % KEYS), round * ROUND_STEP + i, BULK);
}

/* Reads all the time, and opens again when told to. */
static void read_until_done(const char *path, struct tally *tally, bool mapped)
{
    static union copy_buffer buffer;
    struct tacho_segment segment;
    uint64_t newest[KEYS] = {0}, number;
    char name[32];
    bool open = false;
    for (uint32_t i = 0; !__atomic_load_n(&tally->done, __ATOMIC_ACQUIRE); i++) {
        if (open && tacho_is_retired(&segment)) {
            tacho_close(&segment);
            open = false;
        }
        if (!open && (tacho_open(&segment, path) || (mapped && tacho_map(&segment)))) {
            tally->errors++; /* a name that has once been there never fails */
            return;
        }
        tally->reopened += !open;
        open = true;
        uint32_t key = i % KEYS;
        int result =
            tacho_read_key(&segment, TACHO_SESSION, name, key_name(name, key), &buffer, sizeof buffer);
        if (result == TACHO_OK && payload_is_whole(&buffer.copy, &number)) {
            tally->whole++;
            tally->backwards += number < newest[key];
            newest[key] = number;
            __atomic_store_n(&tally->epoch, segment.header.epoch, __ATOMIC_RELEASE);
        } else if (result == TACHO_OK) {
            tally->torn++;
        } else {
            tally->errors += result != TACHO_NOT_FOUND && result != TACHO_BUSY;
        }
    }
    if (open)
        tacho_close(&segment);
}

/* Nobody writes: every key is whole or not there, at the first look, and by either way of reading. */
static uint64_t check_quiet(const char *path)
{
    static union copy_buffer buffer;
    struct tacho_segment segment;
    uint64_t number, found = 0;
    char name[32];
    ck_assert_int_eq(tacho_open(&segment, path), TACHO_OK);
    for (uint32_t i = 0; i < 2 * KEYS; i++) {
        if (i == KEYS)
            ck_assert_int_eq(tacho_map(&segment), TACHO_OK);
        int result =
            tacho_read_key(&segment, TACHO_SESSION, name, key_name(name, i % KEYS), &buffer, sizeof buffer);
        ck_assert(result == TACHO_OK || result == TACHO_NOT_FOUND);
        ck_assert(result != TACHO_OK || payload_is_whole(&buffer.copy, &number));
        found += result == TACHO_OK;
    }
    tacho_close(&segment);
    return found;
}

/* The epoch of the segment that has the name; sets *published to whether anything is in it. */
static uint64_t epoch_at(const char *path, bool *published)
{
    static union copy_buffer buffer;
    struct tacho_segment segment;
    ck_assert_int_eq(tacho_open(&segment, path), TACHO_OK);
    *published = tacho_read(&segment, 0, &buffer, sizeof buffer) != TACHO_NOT_FOUND;
    tacho_close(&segment);
    return segment.header.epoch;
}

/* Waits until a writer has taken the name from the segment of `epoch`, and has published. */
static void await_successor(const char *path, uint64_t epoch)
{
    bool published = false;
    while (epoch_at(path, &published) == epoch || !published)
        usleep(100);
}

/* Waits until a reader has found the segment that now has the name. */
static void await_reader(const char *path, const struct tally *tally)
{
    bool published;
    uint64_t epoch = epoch_at(path, &published);
    while (__atomic_load_n(&tally->epoch, __ATOMIC_ACQUIRE) != epoch)
        usleep(100);
}

static void kill_after(pid_t writer, long nanoseconds)
{
    struct timespec life = {.tv_nsec = nanoseconds};
    int status;
    nanosleep(&life, NULL);
    ck_assert_int_eq(kill(writer, SIGKILL), 0);
    ck_assert_int_eq(waitpid(writer, &status, 0), writer);
    ck_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

/* Whether nothing but the segment, and a new one that a killed writer had not finished, is in the directory.
 */
static bool is_tidy(const char *path)
{
    bool tidy = true;
    DIR *directory = opendir(path);
    const struct dirent *entry;
    while ((entry = readdir(directory)))
        tidy = tidy && (entry->d_name[0] == '.' || strcmp(entry->d_name, "segment") == 0 ||
                        strcmp(entry->d_name, "segment.new") == 0);
    closedir(directory);
    return tidy;
}

START_TEST(a_killed_writer_harms_nobody)
{
    struct segment_place place;
    pid_t readers[READERS];
    uint64_t seed = 20, found = 0;
    struct tally *tallies =
        mmap(NULL, READERS * sizeof *tallies, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    ck_assert_ptr_ne(tallies, MAP_FAILED);
    place_make(&place);
    segment_close(segment_create(place.path, sizes_small(), "test"), 0);
    for (int i = 0; i < READERS; i++) {
        readers[i] = fork();
        if (readers[i] == 0) {
            read_until_done(place.path, &tallies[i], i % 2);
            _exit(0);
        }
    }
    for (uint64_t round = 1; round <= ROUNDS; round++) {
        bool published;
        uint64_t epoch = epoch_at(place.path, &published);
        pid_t writer = fork();
        if (writer == 0)
            write_until_killed(place.path, round);
        if (round % 2 == 0) /* else it may be killed while it makes its file, or before */
            await_successor(place.path, epoch);
        kill_after(writer, (long)(random_next(&seed) % LIFETIME_NS));
        found += check_quiet(place.path);
    }
    for (int i = 0; i < READERS; i++) {
        int status;
        await_reader(place.path, &tallies[i]);
        __atomic_store_n(&tallies[i].done, 1, __ATOMIC_RELEASE);
        ck_assert_int_eq(waitpid(readers[i], &status, 0), readers[i]);
        ck_assert_int_eq(status, 0);
        printf("reader %d: %lu whole, opened %lu times\n", i, (unsigned long)tallies[i].whole,
               (unsigned long)tallies[i].reopened);
        ck_assert_uint_eq(tallies[i].torn, 0);
        ck_assert_uint_eq(tallies[i].backwards, 0);
        ck_assert_uint_eq(tallies[i].errors, 0);
        ck_assert_uint_gt(tallies[i].whole, 0);
    }
    ck_assert_uint_ge(found, ROUNDS); /* two ways of reading one key, at least, in every second round */
    ck_assert(is_tidy(place.directory));
    munmap(tallies, READERS * sizeof *tallies);
    place_remove(&place);
}
END_TEST

SUITE_MAIN_SECONDS("segment_kill", 300, a_killed_writer_harms_nobody)
