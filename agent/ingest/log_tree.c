/*
 * The log tree: its turns, and what its owner sees of it.
 *
 * Events only mark entries. A turn looks at what is marked, lists the folders and reads the files that come
 * of it, and gives to the worker what would take too long: see log_state.h for who does what.
 */
#include "log_state.h"

#include "../base/memory.h"
#include "../base/watch.h"

#include <stdlib.h>
#include <string.h>

/* What log_tree_catch_up() does itself; beyond that the worker does it. */
#define BYTES_A_TURN   (4 * 1024 * 1024)
#define FOLDERS_A_TURN 64

/* Of the worker's jobs that are under way, beyond one a thread: so that no thread waits for the loop. */
#define SCAN_JOBS_MORE 1

/* ---- turns ------------------------------------------------------------------------------------------- */

static int by_time(const void *a, const void *b)
{
    int64_t first = (*(struct log_entry *const *)a)->status.modified_ns;
    int64_t second = (*(struct log_entry *const *)b)->status.modified_ns;
    return (first > second) - (first < second);
}

/* Reading begins when all that is there has been listed: only then is it known which files are newest. */
static void submit_jobs(struct log_tree *tree)
{
    if (tree->unlisted.count && !tree->list_jobs)
        log_submit_list(tree);
    if (tree->list_jobs)
        return;
    if (!tree->sorted && tree->unread.count)
        qsort(tree->unread.entries, tree->unread.count, sizeof *tree->unread.entries, by_time);
    tree->sorted = true;
    const unsigned most = worker_threads(tree->worker) + SCAN_JOBS_MORE;
    while (tree->unread.count && tree->scan_jobs < most)
        log_submit_scan(tree);
}

/* Marks whatever cannot be watched, so that it is looked at; notices when there is no such thing any more. */
static void poll_unwatched(struct log_tree *tree)
{
    bool polled = false;
    for (size_t i = 0; i < tree->root_count; i++) {
        struct log_entry *root = tree->roots[i].entry;
        if (log_root_is_polled(tree->roots[i].way)) {
            polled = true;
            log_mark(root);
        }
        for (struct log_entry *entry = root; entry; entry = log_index_walk(root, entry)) {
            if (entry->status.kind != LOG_DIRECTORY || entry->watch)
                continue;
            polled = true;
            log_queue_folder(tree, entry);
        }
    }
    tree->counts.polled = polled;
}

/* Anything may have changed, and watches may have ended: folders are watched and listed anew. */
static void look_at_everything(struct log_tree *tree)
{
    for (size_t i = 0; i < tree->root_count; i++) {
        struct log_entry *root = tree->roots[i].entry;
        log_root_doubt(tree->roots[i].way);
        log_mark(root);
        for (struct log_entry *entry = root; entry; entry = log_index_walk(root, entry)) {
            if (entry->status.kind != LOG_DIRECTORY)
                continue;
            entry->doubted = true;
            log_mark(entry);
        }
    }
}

static void tell_owner(struct log_tree *tree)
{
    if (!tree->ready && !tree->marked.count && !tree->list_jobs && !tree->scan_jobs &&
        !atomic_load(&tree->fallen)) {
        tree->ready = true;
        tree->events.ready(tree->events.data, tree);
    }
}

void log_tree_take_turn(struct log_tree *tree)
{
    if (atomic_load(&tree->fallen) || worker_is_stopping(tree->worker))
        return;
    log_tree_hold(tree);
    if (tree->overflowed)
        look_at_everything(tree);
    tree->overflowed = false;
    tree->bytes_left = BYTES_A_TURN;
    tree->folders_left = tree->ready ? FOLDERS_A_TURN : 0;
    do {
        log_look_at_marked(tree);
        log_list_some(tree);
        if (!tree->marked.count)
            log_settle_found(tree);
    } while (tree->marked.count);
    if (!atomic_load(&tree->fallen))
        submit_jobs(tree);
    tell_owner(tree);
    log_tree_release(tree);
}

void log_tree_catch_up(struct log_tree *tree)
{
    if (tree->counts.polled && !log_tree_is_behind(tree))
        poll_unwatched(tree);
    if (log_tree_is_dirty(tree))
        log_tree_take_turn(tree);
}

void log_tree_read_first(struct log_tree *tree, const char *path)
{
    struct log_entry *file = tree->ready ? NULL : log_look_for(tree, path);
    if (!file || file->live || file->activity == LOG_WORKING)
        return;
    file->activity = LOG_IDLE;
    file->first = true;
    log_mark(file);
    log_tree_take_turn(tree);
}

bool log_tree_is_dirty(const struct log_tree *tree)
{
    return tree->marked.count || tree->overflowed || tree->counts.polled;
}

bool log_tree_is_behind(const struct log_tree *tree)
{
    return !tree->ready || tree->list_jobs || tree->scan_jobs;
}

/* ---- the tree ---------------------------------------------------------------------------------------- */

static void way_changed(void *data)
{
    log_mark(data);
}

static void overflowed(void *data)
{
    ((struct log_tree *)data)->overflowed = true;
}

static bool has_root(const struct log_tree *tree, const char *path)
{
    for (size_t i = 0; i < tree->root_count; i++)
        if (!strcmp(tree->roots[i].entry->path, path))
            return true;
    return false;
}

static void add_root(struct log_tree *tree, const char *directory)
{
    char *path = log_walk_root(directory);
    if (!has_root(tree, path)) {
        struct log_entry *entry = log_index_root(&tree->index, path);
        entry->tree = tree;
        struct log_root *way = log_root_new(entry->path, tree->watcher, way_changed, entry);
        tree->roots[tree->root_count++] = (struct log_tree_root){.entry = entry, .way = way};
        log_mark(entry);
    }
    free(path);
}

struct log_tree *log_tree_grow(char *const *directories, struct watcher *watcher, struct worker *worker,
                               struct log_tree_events events, const struct log_tree_memory *memory)
{
    struct log_tree *tree = memory_zeroed(1, sizeof *tree);
    tree->watcher = watcher;
    tree->worker = worker;
    tree->events = events;
    if (memory)
        tree->memory = *memory;
    tree->files_a_job = 1;
    log_index_init(&tree->index);
    batch_init(&tree->batch, "");
    if (watcher)
        watcher_on_overflow(watcher, overflowed, tree);
    size_t count = 0;
    while (directories[count])
        count++;
    tree->roots = memory_zeroed(count, sizeof *tree->roots);
    for (size_t i = 0; i < count; i++)
        add_root(tree, directories[i]);
    log_look_at_marked(tree);
    log_submit_list(tree); /* even of nothing: `ready` comes by way of the worker, never from here */
    return tree;
}

/* No more calls from the watcher. */
static void stop_watching(struct log_tree *tree)
{
    for (size_t i = 0; i < tree->root_count; i++) {
        struct log_entry *root = tree->roots[i].entry;
        log_root_free(tree->roots[i].way);
        for (struct log_entry *entry = root; entry; entry = log_index_walk(root, entry)) {
            if (entry->watch)
                watch_remove(entry->watch);
            entry->watch = NULL;
        }
    }
    if (tree->watcher)
        watcher_off_overflow(tree->watcher, overflowed, tree);
}

void log_tree_hold(struct log_tree *tree)
{
    tree->holds++;
}

void log_tree_release(struct log_tree *tree)
{
    if (--tree->holds || !atomic_load(&tree->fallen))
        return;
    log_list_free(&tree->marked);
    log_list_free(&tree->found);
    log_list_free(&tree->unlisted);
    log_list_free(&tree->unread);
    log_list_free(&tree->moved);
    log_index_free(&tree->index);
    batch_free(&tree->batch);
    free(tree->roots);
    free(tree);
}

void log_tree_fell(struct log_tree *tree)
{
    log_tree_hold(tree);
    stop_watching(tree);
    atomic_store(&tree->fallen, true);
    log_tree_release(tree);
}

bool log_tree_is_ready(const struct log_tree *tree)
{
    return tree->ready;
}

struct log_tree_counts log_tree_counts(const struct log_tree *tree)
{
    return tree->counts;
}

void log_tree_take_moved(struct log_tree *tree,
                         void (*take)(void *data, const char *path, const struct log_position *position,
                                      const struct log_tally *committed),
                         void *data)
{
    while (tree->moved.count) {
        struct log_entry *file = log_list_pop(&tree->moved);
        file->moved = false;
        if (!file->gone && file->counted) {
            struct log_position whole = log_whole_lines(&file->position);
            take(data, file->path, &whole, &file->committed);
        }
        log_index_release(file);
    }
}
