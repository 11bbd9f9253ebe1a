/*
 * Reading files. What is short is read here and now; more than that is cut into jobs for the worker. While
 * the worker has a file nobody else touches it, and marks wait until it is back.
 */
#include "log_state.h"

#include <errno.h>

#define BYTES_A_FILE (16 * 1024) /* what opening a file costs, in bytes read */
#define SCAN_BYTES   (4 * 1024 * 1024)

/* ---- in place ---------------------------------------------------------------------------------------- */

/* Provisional copies are the last of a batch. */
static size_t tail_copies(const struct batch *batch)
{
    size_t copies = 0;
    while (copies < batch->copy_count && batch->copies[batch->copy_count - 1 - copies].provisional)
        copies++;
    return copies;
}

static void tally(struct log_tree *tree, struct log_entry *file, const struct batch *batch)
{
    struct log_tally tail = {batch->tail_lines, batch->tail_usage_lines, batch->tail_skipped,
                             tail_copies(batch)};
    tree->counts.lines += batch->lines - file->tail.lines;
    tree->counts.usage_lines += batch->usage_lines - file->tail.usage_lines;
    skips_add(&tree->counts.skipped, &batch->skipped);
    skips_subtract(&tree->counts.skipped, &file->tail.skipped);
    tree->counts.copies += batch->copy_count - file->tail.copies;
    file->committed.lines += batch->lines - tail.lines;
    file->committed.usage_lines += batch->usage_lines - tail.usage_lines;
    skips_add(&file->committed.skipped, &batch->skipped);
    skips_subtract(&file->committed.skipped, &tail.skipped);
    file->committed.copies += batch->copy_count - tail.copies;
    file->tail = tail;
}

static void hand_out(struct log_tree *tree, struct log_entry *file, const struct batch *batch)
{
    bool empty = !batch->copy_count && !batch->tool_count && !batch->place_count && !batch->cost_count;
    if (empty && !file->has_provisional)
        return;
    file->has_provisional = file->tail.copies > 0;
    if (!atomic_load(&tree->fallen))
        tree->events.batch(tree->events.data, tree, batch);
}

static void queue_file(struct log_tree *tree, struct log_entry *file)
{
    file->activity = LOG_QUEUED;
    log_list_push(&tree->unread, file);
}

/* Whether a read was of the file that the entry is, or, if that was replaced before it, may count for it. */
static bool is_still(struct log_tree *tree, struct log_entry *file, const struct log_position *position)
{
    struct log_status status = file->status;
    status.device = position->device;
    status.inode = position->inode;
    if (log_is_same(&file->status, &status))
        return true;
    log_become(tree, file, &status);
    file->recalled = true;
    if (log_index_first_link(&tree->index, &status) != file)
        return false;
    log_count_file(tree, file);
    return true;
}

/* Whether it has left its path. No event tells that of a file which a listing brought back after it had gone.
 */
static bool has_left(const struct log_entry *file)
{
    struct log_status status;
    return !log_walk_look(file->path, false, &status) && !log_is_same(&file->status, &status);
}

/* Takes in what a read of a file brought; returns whether there is more to read. */
static bool take_read(struct log_tree *tree, struct log_entry *file, const struct log_position *position,
                      const struct batch *batch, enum log_read result, int error)
{
    switch (result) {
    case LOG_MISSING:
        log_set_unreadable(tree, file, error == ENOENT || error == ELOOP ? 0 : error ? error : EIO);
        if (has_left(file))
            log_mark(file);
        return false;
    case LOG_REWRITTEN:
        log_uncount_file(tree, file);
        file->recalled = true;
        return log_count_file(tree, file);
    case LOG_MORE:
    case LOG_READ:
        break;
    }
    log_set_unreadable(tree, file, 0);
    if (!is_still(tree, file, position))
        return false;
    log_move_file(tree, file, position);
    file->live |= result == LOG_READ;
    uint64_t bytes = result == LOG_READ ? position->seen_size : position->offset;
    uint64_t size = result == LOG_READ || bytes > file->status.size ? bytes : file->status.size;
    log_count_bytes(tree, file, bytes, size);
    tally(tree, file, batch);
    hand_out(tree, file, batch);
    return result == LOG_MORE;
}

/* Reads what is new in a file: here and now if that is little, else by the worker. */
static void read_on(struct log_tree *tree, struct log_entry *file)
{
    bool more = file->activity == LOG_IDLE;
    while (more && (tree->ready || file->live || file->first) && tree->bytes_left > 0 && !file->gone) {
        struct log_position position = file->position;
        int error;
        enum log_read result =
            log_entry_read(file, &position, &tree->batch, (uint64_t)tree->bytes_left, &error);
        tree->bytes_left -= BYTES_A_FILE + (int64_t)tree->batch.bytes_read;
        more = take_read(tree, file, &position, &tree->batch, result, error);
    }
    if (more)
        queue_file(tree, file);
}

/* ---- hard links --------------------------------------------------------------------------------------- */

/* Sees to it that of the hard links of a file the one with the smallest path is read, and no other. */
static void settle_links(struct log_tree *tree, const struct log_entry *file)
{
    struct log_entry *first = log_index_first_link(&tree->index, &file->status);
    struct log_entry *link = log_index_links(&tree->index, &file->status);
    for (; link; link = log_index_next_link(link))
        if (link != first && link->activity != LOG_WORKING)
            log_retire_file(tree, link);
    if (log_count_file(tree, first))
        read_on(tree, first);
}

void log_settle_found(struct log_tree *tree)
{
    while (tree->found.count) {
        struct log_entry *file = log_list_pop(&tree->found);
        if (!file->gone && file->in_inodes)
            settle_links(tree, file);
        log_index_release(file);
    }
}

/* ---- by the worker ----------------------------------------------------------------------------------- */

/* Takes in one file that the worker has read from. */
static void take_scanned(struct log_tree *tree, struct log_scan_item *item)
{
    struct log_entry *file = item->entry;
    if (file->gone)
        return;
    bool first = log_index_first_link(&tree->index, &file->status) == file;
    if (!first) /* a smaller path has come up meanwhile, which is read instead */
        log_retire_file(tree, file);
    bool more = first && (!item->ran ||
                          take_read(tree, file, &item->position, &item->batch, item->result, item->error));
    if (more)
        queue_file(tree, file);
    else
        log_make_idle(file);
}

static void scanned(struct job *base)
{
    struct log_scan_job *job = (struct log_scan_job *)base;
    struct log_tree *tree = job->owner;
    tree->scan_jobs--;
    for (size_t i = 0; i < job->count; i++)
        take_scanned(tree, &job->items[i]);
    log_scan_job_free(job);
    log_tree_take_turn(tree);
    log_tree_release(tree);
}

/* What is to be read of a file in its next slice. */
static uint64_t slice_of(const struct log_entry *file)
{
    uint64_t size = file->status.size > file->bytes_read ? file->status.size - file->bytes_read : 0;
    return size < SCAN_BYTES ? size : SCAN_BYTES;
}

void log_submit_scan(struct log_tree *tree)
{
    struct log_scan_job *job = log_scan_job_new(tree, &tree->fallen, scanned);
    for (uint64_t bytes = 0; tree->unread.count && job->count < tree->files_a_job && bytes < SCAN_BYTES;) {
        struct log_entry *file = log_list_pop(&tree->unread);
        if (file->activity != LOG_QUEUED) {
            /* it has not waited for its turn: log_tree_read_first() */
        } else if (!file->gone && file->counted) {
            bytes += slice_of(file);
            file->activity = LOG_WORKING;
            log_scan_job_add(job, file);
        } else {
            log_make_idle(file);
        }
        log_index_release(file);
    }
    if (tree->files_a_job < LOG_SCAN_MOST)
        tree->files_a_job *= 2;
    tree->scan_jobs++;
    log_tree_hold(tree);
    worker_submit(tree->worker, &job->job, false);
}
