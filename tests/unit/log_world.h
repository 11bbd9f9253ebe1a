/*
 * A world for tests of the log tree: config directories in a temporary folder, a tree on them, what it has
 * handed out, and files to write. Included once, by the test program.
 */
#ifndef TACHO_LOG_WORLD_H
#define TACHO_LOG_WORLD_H

#include "suite.h"

#include "../../agent/base/memory.h"
#include "../../agent/base/watch.h"
#include "../../agent/base/worker.h"
#include "../../agent/ingest/log_tree.h"

#include <errno.h>
#include <ev.h>
#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <semaphore.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* ---- what was handed out ------------------------------------------------------------------------------ */

struct record {
    char key[320]; /* path, line, identity: what a later copy replaces */
    char rest[160];
    bool provisional;
};

struct records {
    struct record *all;
    size_t count, room;
};

static inline struct record record_of(const struct batch *batch, const struct usage_copy *copy)
{
    struct record record = {.provisional = copy->provisional};
    const struct batch_string *session = &batch->strings[copy->session],
                              *model = &batch->strings[copy->model];
    snprintf(record.key, sizeof record.key, "%s:%llu:%016llx%016llx", batch->path,
             (unsigned long long)copy->line, (unsigned long long)copy->identity.high,
             (unsigned long long)copy->identity.low);
    snprintf(record.rest, sizeof record.rest, "%lld %u %u %.*s %.*s", (long long)copy->when_us,
             copy->tokens[TOKENS_INPUT], copy->tokens[TOKENS_OUTPUT], (int)session->size,
             batch->bytes + session->offset, (int)model->size, batch->bytes + model->offset);
    return record;
}

static inline void record_add(struct records *records, struct record record)
{
    records->all = memory_grow(records->all, records->count, &records->room, sizeof *records->all);
    records->all[records->count++] = record;
}

/* A copy that takes the place of what its line said before. */
static inline void record_copy(struct records *records, struct record record)
{
    for (size_t i = records->count; i-- > 0;) {
        if (!strcmp(records->all[i].key, record.key)) {
            records->all[i] = record;
            return;
        }
    }
    record_add(records, record);
}

/* What a file's unterminated last line gave does not outlive its next batch. */
static inline void drop_provisional(struct records *records, const char *path)
{
    size_t kept = 0, size = strlen(path);
    for (size_t i = 0; i < records->count; i++) {
        struct record *record = &records->all[i];
        bool of_path = !strncmp(record->key, path, size) && record->key[size] == ':';
        if (!of_path || !record->provisional)
            records->all[kept++] = *record;
    }
    records->count = kept;
}

static inline void record_batch(void *data, const struct batch *batch)
{
    drop_provisional(data, batch->path);
    for (size_t i = 0; i < batch->copy_count; i++)
        record_copy(data, record_of(batch, &batch->copies[i]));
}

/* The same where no line is handed out twice. */
static inline void record_new_batch(void *data, const struct batch *batch)
{
    for (size_t i = 0; i < batch->copy_count; i++)
        record_add(data, record_of(batch, &batch->copies[i]));
}

static inline int by_key(const void *a, const void *b)
{
    return strcmp(((const struct record *)a)->key, ((const struct record *)b)->key);
}

static inline void records_sort(struct records *records)
{
    if (records->count)
        qsort(records->all, records->count, sizeof *records->all, by_key);
}

static inline void records_free(struct records *records)
{
    free(records->all);
    *records = (struct records){0};
}

/* ---- a world: config directories, and a tree on them -------------------------------------------------- */

static struct world {
    char place[64];
    char *directories[3];
    struct ev_loop *loop;
    struct watcher *watcher;
    struct worker *worker;
    struct log_tree *tree;
    struct records records; /* of all trees since world_begin() */
    struct note *notes;     /* what log_tree_take_moved() told, for the next tree */
    size_t note_count, note_room;
    int ready, gone, recalled;
    sem_t gate;
} world;

struct note {
    char path[256];
    struct log_position position;
    struct log_tally tally;
};

static inline int remove_one(const char *path, const struct stat *is, int kind, struct FTW *at)
{
    (void)is, (void)kind, (void)at;
    return remove(path);
}

static inline void take_batch(void *data, struct log_tree *tree, const struct batch *batch)
{
    ck_assert_ptr_eq(data, &world);
    ck_assert_ptr_eq(tree, world.tree);
    record_batch(&world.records, batch);
}

static inline void take_ready(void *data, struct log_tree *tree)
{
    (void)data;
    ck_assert(log_tree_is_ready(tree));
    world.ready++;
}

/* ---- a memory: what a ledger does for an agent -------------------------------------------------------- */

static inline struct note *note_of(const char *path)
{
    for (size_t i = 0; i < world.note_count; i++)
        if (!strcmp(world.notes[i].path, path))
            return &world.notes[i];
    return NULL;
}

static inline void take_gone(void *data, struct log_tree *tree, const char *path)
{
    ck_assert_ptr_eq(data, &world);
    ck_assert_ptr_eq(tree, world.tree);
    world.gone++;
    drop_provisional(&world.records, path);
    struct note *note = note_of(path);
    if (note)
        *note = world.notes[--world.note_count];
}

static inline void take_note(void *data, const char *path, const struct log_position *position,
                             const struct log_tally *committed)
{
    ck_assert_ptr_eq(data, &world);
    ck_assert_uint_eq(position->tail_hash, 0);
    struct note *note = note_of(path);
    if (!note) {
        world.notes = memory_grow(world.notes, world.note_count, &world.note_room, sizeof *world.notes);
        note = &world.notes[world.note_count++];
    }
    snprintf(note->path, sizeof note->path, "%s", path);
    note->position = *position;
    note->tally = *committed;
}

static inline bool recall(void *data, const char *path, struct log_position *position,
                          struct log_tally *tally)
{
    ck_assert_ptr_eq(data, &world);
    const struct note *note = note_of(path);
    if (!note)
        return false;
    *position = note->position;
    *tally = note->tally;
    world.recalled++;
    return true;
}

static inline void world_grow(void)
{
    struct log_tree_events events = {take_batch, take_ready, take_gone, &world};
    const struct log_tree_memory memory = {recall, &world};
    world.ready = world.recalled = 0;
    world.tree = log_tree_grow(world.directories, world.watcher, world.worker, events, &memory);
    ck_assert_int_eq(world.ready, 0);
}

static inline void world_fell(void)
{
    if (world.tree)
        log_tree_fell(world.tree);
    world.tree = NULL;
}

/* Ends the tree, which is caught up, as an agent ends: what it knows is noted, but for unterminated lines. */
static inline void world_stop(void)
{
    log_tree_take_moved(world.tree, take_note, &world);
    world_fell();
    for (size_t i = 0; i < world.records.count; i++)
        if (world.records.all[i].provisional)
            world.records.all[i--] = world.records.all[--world.records.count];
    /* A file system's clock ticks so often: a change within one tick, of as many bytes, is not to be seen. */
    nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
}

static inline void world_begin(void)
{
    snprintf(world.place, sizeof world.place, "/tmp/tacho-tree-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(world.place));
    ck_assert_int_eq(chdir(world.place), 0);
    for (int i = 0; i < 2; i++) {
        world.directories[i] = memory_take(80);
        snprintf(world.directories[i], 80, "%s/%s", world.place, i ? "other/.claude" : "claude");
    }
    world.loop = ev_loop_new(EVFLAG_AUTO);
    world.watcher = watcher_open();
    world.worker = worker_start(world.loop, 0);
    ck_assert(world.watcher && world.worker);
    sem_init(&world.gate, 0, 0);
}

static inline void world_end(void)
{
    world_fell();
    worker_stop(world.worker);
    if (world.watcher)
        watcher_close(world.watcher);
    ev_loop_destroy(world.loop);
    records_free(&world.records);
    free(world.notes);
    world.notes = NULL;
    world.note_count = world.note_room = 0;
    world.gone = 0;
    for (int i = 0; i < 2; i++)
        free(world.directories[i]);
    sem_destroy(&world.gate);
    ck_assert_int_eq(chdir("/"), 0);
    nftw(world.place, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* A fence, and what the worker still has. */
static inline void catch_up(void)
{
    do {
        if (log_tree_is_behind(world.tree))
            ev_run(world.loop, EVRUN_ONCE);
        if (world.watcher)
            watcher_drain(world.watcher);
        log_tree_catch_up(world.tree);
    } while (log_tree_is_behind(world.tree));
    ck_assert_int_eq(world.ready, 1);
}

/* A direct scan, on so many threads. */
static inline int scan_world(struct records *records, unsigned threads, struct log_tree_counts *counts)
{
    const struct log_scan_order order = {.take = record_batch, .data = records, .threads = threads};
    return log_tree_scan(world.directories, &order, counts);
}

/*
 * The tree, caught up, against a scan: all that is there was handed out, and of unterminated lines nothing
 * else. What else was handed out stood there once. Returns how many copies there are.
 */
static inline size_t check_same(void)
{
    struct records scanned = {0};
    struct log_tree_counts counts, tree = log_tree_counts(world.tree);
    scan_world(&scanned, 0, &counts);
    records_sort(&scanned);
    records_sort(&world.records);
    size_t found = 0;
    for (size_t i = 0; i < world.records.count; i++) {
        const struct record *record = &world.records.all[i];
        const struct record *there = found < scanned.count ? &scanned.all[found] : NULL;
        bool same = there && !strcmp(record->key, there->key);
        ck_assert(same || !record->provisional);
        if (!same)
            continue;
        ck_assert_str_eq(record->rest, there->rest);
        ck_assert_int_eq(record->provisional, there->provisional);
        found++;
    }
    ck_assert_uint_eq(found, scanned.count);
    ck_assert_uint_eq(counts.copies, scanned.count);
    if (world.gone)
        ck_assert_uint_ge(tree.copies, counts.copies);
    else
        ck_assert_uint_eq(tree.copies, counts.copies);
    ck_assert_uint_eq(tree.files, counts.files);
    ck_assert_uint_eq(tree.lines, counts.lines);
    ck_assert_uint_eq(tree.usage_lines, counts.usage_lines);
    ck_assert_mem_eq(&tree.skipped, &counts.skipped, sizeof counts.skipped);
    ck_assert_uint_eq(tree.bytes, tree.bytes_total);
    ck_assert_uint_eq(tree.bytes, counts.bytes);
    records_free(&scanned);
    return found;
}

/* Nothing is left to do, and the tree does not wake itself: what its removed watches leave is read once. */
static inline void check_idle(void)
{
    watcher_drain(world.watcher);
    struct pollfd inotify = {.fd = watcher_descriptor(world.watcher), .events = POLLIN};
    ck_assert_int_eq(poll(&inotify, 1, 0), 0);
    ck_assert(!log_tree_is_dirty(world.tree));
    ck_assert(!log_tree_is_behind(world.tree));
}

/* ---- files -------------------------------------------------------------------------------------------- */

static inline void make_folders(const char *path)
{
    char part[256];
    for (size_t i = 1; i <= strlen(path); i++) {
        if (path[i] && path[i] != '/')
            continue;
        snprintf(part, sizeof part, "%.*s", (int)i, path);
        ck_assert(!mkdir(part, 0700) || errno == EEXIST);
    }
}

static inline void append(const char *path, const char *text)
{
    char folder[256];
    snprintf(folder, sizeof folder, "%s", path);
    *strrchr(folder, '/') = '\0';
    make_folders(folder);
    int file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    ck_assert_int_ge(file, 0);
    ck_assert_int_eq(write(file, text, strlen(text)), (ssize_t)strlen(text));
    close(file);
}

/* A line with usage, each time another message; valid until the next call. */
static inline const char *usage_line(void)
{
    static char line[512];
    static unsigned number;
    number++;
    snprintf(
        line, sizeof line,
        "{\"type\":\"assistant\",\"message\":{\"id\":\"msg_%024u\",\"model\":\"claude-opus-4-1\",\"usage\":"
        "{\"input_tokens\":%u,\"output_tokens\":7}},\"sessionId\":\"s%u\",\"cwd\":\"/work\","
        "\"timestamp\":\"2026-01-02T03:04:%02u.000Z\",\"uuid\":\"u%u\"}\n",
        number, number + 1, number % 3, number % 60, number);
    return line;
}

static inline void append_usage(const char *path, int lines)
{
    while (lines-- > 0)
        append(path, usage_line());
}

static inline void rewrite(const char *path, const char *text)
{
    ck_assert_int_eq(truncate(path, 0), 0);
    append(path, text);
}

#endif
