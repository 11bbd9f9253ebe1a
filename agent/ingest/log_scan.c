/*
 * Reading all logs here and now: what `tacho` does when there is no agent. Without watches, worker or loop:
 * threads first find the files together, then take them from one queue, large ones in chunks, so that all end
 * at about the same time.
 *
 * What they read is taken by one thread at a time. A thread that has read a chunk while another is taking
 * leaves its batch to that one and reads on with an empty batch, so nobody waits for the meter while there is
 * something to read. Files come in the order of their inodes: nothing shows before all is read, and it suits
 * the disk.
 */
#include "../base/cores.h"
#include "../base/memory.h"
#include "log_chunk.h"
#include "log_search.h"
#include "log_tree.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>

#define CHUNK   ((uint64_t)2 * 1024 * 1024)
#define BATCHES (2 * CORES_MOST)

struct scan {
    const struct log_scan_order *order;
    struct log_tree_counts *counts;
    struct log_search search;
    pthread_mutex_t mutex; /* guards what follows, and of a file how far it was read in chunks */
    pthread_cond_t changed;
    size_t next_file;
    uint64_t next_chunk; /* of that file */
    struct batch batches[BATCHES];
    struct batch *full[BATCHES]; /* to be taken: a ring, so that a file's batches stay in order */
    size_t full_first, full_count;
    struct batch *empty[BATCHES];
    size_t empty_count;
    bool is_taking, is_begun;
};

/* What a thread has to read: a file, from a position on, or a chunk of one. */
struct task {
    struct log_search_file *file;
    struct log_place place;
    struct log_position position;
    struct log_tally recalled;
    uint64_t chunk;
    bool is_split, is_last;
};

/* ---- what was read ----------------------------------------------------------------------------------- */

static void count(struct log_tree_counts *counts, const struct batch *batch)
{
    counts->lines += batch->lines;
    counts->usage_lines += batch->usage_lines;
    skips_add(&counts->skipped, &batch->skipped);
    counts->copies += batch->copy_count;
    counts->bytes += batch->bytes_read;
}

static void take(const struct log_scan_order *order, const struct batch *batch, uint64_t read, uint64_t total)
{
    order->take(order->data, batch);
    if (order->progress)
        order->progress(order->data, read, total);
}

/* Takes all that is full, and what others leave meanwhile. With the mutex held, but for the taking. */
static void take_full(struct scan *scan)
{
    scan->is_taking = true;
    while (scan->full_count) {
        struct batch *batch = scan->full[scan->full_first];
        scan->full_first = (scan->full_first + 1) % BATCHES;
        scan->full_count--;
        count(scan->counts, batch);
        const uint64_t read = scan->counts->bytes, total = scan->counts->bytes_total;
        pthread_mutex_unlock(&scan->mutex);
        take(scan->order, batch, read, total);
        pthread_mutex_lock(&scan->mutex);
        scan->empty[scan->empty_count++] = batch;
        pthread_cond_broadcast(&scan->changed);
    }
    scan->is_taking = false;
}

/* With the mutex held. Waits while all are full: whoever takes them makes some empty. */
static struct batch *empty_batch(struct scan *scan)
{
    while (!scan->empty_count)
        pthread_cond_wait(&scan->changed, &scan->mutex);
    return scan->empty[--scan->empty_count];
}

/* With the mutex held. Returns an empty batch in its stead, with the memory to read into. */
static struct batch *leave(struct scan *scan, struct batch *batch)
{
    struct batch memory;
    batch_pass_memory(batch, &memory);
    scan->full[(scan->full_first + scan->full_count++) % BATCHES] = batch;
    if (!scan->is_taking)
        take_full(scan);
    batch = empty_batch(scan);
    batch_pass_memory(&memory, batch);
    return batch;
}

static struct batch *give(struct scan *scan, struct batch *batch)
{
    pthread_mutex_lock(&scan->mutex);
    batch = leave(scan, batch);
    pthread_mutex_unlock(&scan->mutex);
    return batch;
}

/* Gives a chunk when those before it have been given: only then are the numbers of its lines known. */
static struct batch *give_chunk(struct scan *scan, const struct task *task, struct batch *batch)
{
    struct log_search_file *file = task->file;
    pthread_mutex_lock(&scan->mutex);
    while (file->chunks_read < task->chunk)
        pthread_cond_wait(&scan->changed, &scan->mutex);
    for (size_t i = 0; i < batch->copy_count; i++)
        batch->copies[i].line += file->lines;
    for (int reason = 0; reason < SKIP_REASONS; reason++)
        batch->first_skipped[reason] += file->lines;
    file->lines += task->position.line;
    file->chunks_read++;
    pthread_cond_broadcast(&scan->changed);
    batch = leave(scan, batch);
    pthread_mutex_unlock(&scan->mutex);
    return batch;
}

/* ---- reading ----------------------------------------------------------------------------------------- */

static bool is_absence(int error)
{
    return error == ENOENT || error == ENOTDIR || error == ELOOP;
}

static void count_missing(struct scan *scan, int error)
{
    pthread_mutex_lock(&scan->mutex);
    if (is_absence(error))
        scan->counts->files--;
    else
        scan->counts->unreadable++;
    pthread_mutex_unlock(&scan->mutex);
}

static void add_recalled(struct scan *scan, const struct log_tally *tally, uint64_t bytes, int sign)
{
    const uint64_t factor = (uint64_t)sign; /* in modular arithmetic */
    scan->counts->lines += factor * tally->lines;
    scan->counts->usage_lines += factor * tally->usage_lines;
    (sign > 0 ? skips_add : skips_subtract)(&scan->counts->skipped, &tally->skipped);
    scan->counts->copies += factor * tally->copies;
    scan->counts->bytes += factor * bytes;
}

/* A file that is not what was remembered of it. */
static void forget(struct scan *scan, struct task *task)
{
    pthread_mutex_lock(&scan->mutex);
    add_recalled(scan, &task->recalled, task->position.seen_size, -1);
    pthread_mutex_unlock(&scan->mutex);
    task->recalled = (struct log_tally){0};
    task->position = (struct log_position){0};
}

static struct batch *read_file(struct scan *scan, struct task *task, struct batch *batch)
{
    bool may_restart = task->position.inode;
    enum log_read result;
    do {
        struct log_position before = task->position;
        batch_clear(batch, task->file->path);
        result = log_file_read(task->file->path, &task->place, &task->position, batch, CHUNK);
        if (result == LOG_READ || result == LOG_MORE) {
            batch = give(scan, batch);
        } else if (result == LOG_MISSING) {
            count_missing(scan, errno);
        } else if (may_restart) {
            task->position = before;
            forget(scan, task);
            result = LOG_MORE;
        }
        may_restart = false;
    } while (result == LOG_MORE);
    return batch;
}

static struct batch *read_chunk(struct scan *scan, struct task *task, struct batch *batch)
{
    const uint64_t from = task->chunk * CHUNK, to = task->is_last ? UINT64_MAX : from + CHUNK;
    const char *path = task->file->path;
    struct log_chunk chunk;
    batch_clear(batch, path);
    bool found = log_chunk_find(path, from, to, &chunk);
    if (found && chunk.end > chunk.start) {
        task->position = (struct log_position){.offset = chunk.start, .seen_size = chunk.start};
        const uint64_t most = task->is_last ? 0 : chunk.end - chunk.start;
        found = log_file_read(path, &task->place, &task->position, batch, most) != LOG_MISSING;
    }
    if (!found && task->chunk == 0)
        count_missing(scan, errno);
    return give_chunk(scan, task, batch);
}

/* ---- the queue --------------------------------------------------------------------------------------- */

/* Asks the memory about a file; returns whether there is nothing to read in it. */
static bool is_known(struct scan *scan, struct task *task)
{
    const struct log_tree_memory *memory = scan->order->memory;
    const struct log_status *status = &task->file->status;
    struct log_position position;
    struct log_tally tally;
    if (!memory || !memory->recall(memory->data, task->file->path, &position, &tally) ||
        !log_status_is_of(status, &position))
        return false;
    task->position = position;
    task->recalled = tally;
    add_recalled(scan, &tally, position.seen_size, 1);
    return log_status_is_seen(status, &position);
}

/* The next file, or the next chunk of a large one. With the mutex held. */
static void make_task(struct scan *scan, struct task *task)
{
    *task = (struct task){.file = &scan->search.files[scan->next_file], .chunk = scan->next_chunk};
    const uint64_t size = task->file->status.size;
    task->is_split = size > 2 * CHUNK;
    task->is_last = !task->is_split || (task->chunk + 1) * CHUNK >= size;
}

static bool next_task(struct scan *scan, struct task *task)
{
    bool found = false;
    pthread_mutex_lock(&scan->mutex);
    while (!found && scan->next_file < scan->search.file_count &&
           !(scan->order->cancelled && atomic_load(scan->order->cancelled))) {
        make_task(scan, task);
        found = task->chunk || !is_known(scan, task);
        if (!found || task->position.inode) /* what is known is read on with in one go */
            task->is_split = false, task->is_last = true;
        scan->next_chunk = task->is_last ? 0 : scan->next_chunk + 1;
        scan->next_file += task->is_last;
    }
    pthread_mutex_unlock(&scan->mutex);
    return found;
}

/* ---- threads ----------------------------------------------------------------------------------------- */

/* The search is over: what there is to read is known. */
static void begin_reading(struct scan *scan)
{
    pthread_mutex_lock(&scan->mutex);
    for (size_t i = 0; !scan->is_begun && i < scan->search.file_count; i++) {
        scan->counts->files++;
        scan->counts->bytes_total += scan->search.files[i].status.size;
    }
    scan->is_begun = true;
    pthread_mutex_unlock(&scan->mutex);
}

static struct batch *first_batch(struct scan *scan)
{
    pthread_mutex_lock(&scan->mutex);
    struct batch *batch = empty_batch(scan); /* a thread that starts late may find none */
    pthread_mutex_unlock(&scan->mutex);
    return batch;
}

static void *work(void *data)
{
    struct scan *scan = data;
    struct task task;
    log_search_join(&scan->search);
    begin_reading(scan);
    struct batch *batch = first_batch(scan);
    while (next_task(scan, &task)) {
        claude_log_place(&task.place, task.file->path, task.file->root_size);
        batch = task.is_split ? read_chunk(scan, &task, batch) : read_file(scan, &task, batch);
    }
    return NULL;
}

/* Works on this thread and as many more as are wanted and can be had. Signals stay this thread's. */
static void work_together(struct scan *scan, unsigned threads)
{
    pthread_t others[CORES_MOST];
    unsigned count = 0;
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    while (count + 1 < threads && !pthread_create(&others[count], NULL, work, scan))
        count++;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    work(scan);
    while (count)
        pthread_join(others[--count], NULL);
}

int log_tree_scan(char *const *directories, const struct log_scan_order *order,
                  struct log_tree_counts *counts)
{
    struct scan *scan = memory_zeroed(1, sizeof *scan);
    unsigned threads = order->threads ? order->threads : cores_to_use();
    *counts = (struct log_tree_counts){0};
    scan->order = order;
    scan->counts = counts;
    pthread_mutex_init(&scan->mutex, NULL);
    pthread_cond_init(&scan->changed, NULL);
    log_search_begin(&scan->search, directories);
    for (size_t i = 0; i < BATCHES; i++) {
        batch_init(&scan->batches[i], "");
        scan->empty[scan->empty_count++] = &scan->batches[i];
    }
    work_together(scan, threads < CORES_MOST ? threads : CORES_MOST);
    bool listed = scan->search.listed_root;
    counts->unreadable += scan->search.unreadable;
    for (size_t i = 0; i < BATCHES; i++)
        batch_free(&scan->batches[i]);
    log_search_free(&scan->search);
    pthread_cond_destroy(&scan->changed);
    pthread_mutex_destroy(&scan->mutex);
    free(scan);
    return listed ? 0 : -1;
}
