/*
 * The log tree: what to look at, what to read, and when to give up.
 *
 * Events only mark entries. A look at a marked entry asks the file system what is there now and brings the
 * entry into line; so it does not matter which events came, in which order, or how often. Folders are
 * watched before they are listed: what appears in them in between is reported.
 *
 * Whatever is short is done on the loop thread; listing many folders and reading much is cut into jobs
 * for the worker. While the worker has a file nobody else touches it, and marks wait until it is back.
 */
#include "log_tree.h"

#include "../base/memory.h"
#include "../base/say.h"
#include "../base/watch.h"
#include "log_jobs.h"
#include "log_root.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>

#define FOLDER_EVENTS (IN_CREATE | IN_DELETE | IN_MODIFY | IN_MOVED_FROM | IN_MOVED_TO | IN_ATTRIB)

/* What log_tree_catch_up() does itself; beyond that the worker does it. */
#define BYTES_A_TURN   (4 * 1024 * 1024)
#define BYTES_A_FILE   (16 * 1024) /* what opening a file costs, in bytes read */
#define FOLDERS_A_TURN 64

#define SCAN_JOBS  2 /* under way at a time, so that the worker never waits for the loop */
#define SCAN_BYTES (4 * 1024 * 1024)

struct entry_list {
    struct log_entry **entries; /* each held */
    size_t count, room;
};

struct tree_root {
    struct log_entry *entry;
    struct log_root *way;
    bool remote; /* on a network file system */
};

struct log_tree {
    struct log_index index;
    struct tree_root *roots;
    size_t root_count;
    struct watcher *watcher;
    struct worker *worker;
    struct log_tree_events events;
    struct log_tree_counts counts;
    struct entry_list marked;   /* to look at */
    struct entry_list found;    /* files that were looked at, to be read if that is their turn */
    struct entry_list unlisted; /* folders, to be listed */
    struct entry_list unread;   /* files, to be read by the worker; the last comes first */
    struct batch batch;
    unsigned holds; /* calls and jobs under way */
    unsigned list_jobs, scan_jobs;
    unsigned pass;        /* of listings */
    size_t files_a_job;   /* grows from 1: the live session comes first */
    int64_t bytes_left;   /* of this turn */
    unsigned folders_left;
    bool sorted; /* unread is, by time */
    bool overflowed, broken, told_broken, ready;
    bool said_unreadable, said_polled;
    atomic_bool fallen;
};

/* ---- lists ------------------------------------------------------------------------------------------- */

static void list_push(struct entry_list *list, struct log_entry *entry)
{
    list->entries = memory_grow(list->entries, list->count, &list->room, sizeof *list->entries);
    list->entries[list->count++] = entry;
    log_index_hold(entry);
}

/* Takes the last, which the caller now holds. */
static struct log_entry *list_pop(struct entry_list *list)
{
    return list->entries[--list->count];
}

static void list_free(struct entry_list *list)
{
    while (list->count)
        log_index_release(list_pop(list));
    free(list->entries);
}

/* ---- marks ------------------------------------------------------------------------------------------- */

/* What the worker has, or is about to get, is looked at when it is back. */
static void mark(struct log_entry *entry)
{
    bool waits = entry->activity == LOG_WORKING || (entry->activity == LOG_QUEUED && entry->status.kind == LOG_FILE);
    if (!entry->marked && !waits)
        list_push(&entry->tree->marked, entry);
    entry->marked = true;
}

static void make_idle(struct log_entry *entry)
{
    entry->activity = LOG_IDLE;
    if (entry->marked && !entry->gone)
        list_push(&entry->tree->marked, entry);
}

static void folder_changed(void *data, struct watch *watch, uint32_t mask, const char *name)
{
    struct log_entry *folder = data;
    if (mask & IN_IGNORED) {
        watch_remove(watch);
        folder->watch = NULL;
    }
    if (!*name)
        mark(folder);
    else if ((mask & IN_ISDIR) || log_walk_is_log(name))
        mark(log_index_child(&folder->tree->index, folder, name));
}

static void way_changed(void *data)
{
    mark(data);
}

static void overflowed(void *data)
{
    ((struct log_tree *)data)->overflowed = true;
}

/* ---- what a file gives to the counts ----------------------------------------------------------------- */

static void count_bytes(struct log_tree *tree, struct log_entry *file, uint64_t bytes_read, uint64_t size)
{
    tree->counts.bytes += bytes_read - file->bytes_read;
    tree->counts.bytes_total += size - file->status.size;
    file->bytes_read = bytes_read;
    file->status.size = size;
}

/* Makes it the one of its hard links that counts. */
static void count_file(struct log_tree *tree, struct log_entry *file)
{
    if (file->counted)
        return;
    file->counted = true;
    tree->counts.files++;
    tree->counts.bytes_total += file->status.size;
}

/* Takes back all it gave, to begin again; what was handed out cannot be taken back. */
static void uncount_file(struct log_tree *tree, struct log_entry *file)
{
    if (file->used)
        tree->broken = true;
    if (!file->counted)
        return;
    tree->counts.files--;
    tree->counts.lines -= file->committed.lines + file->tail.lines;
    tree->counts.usage_lines -= file->committed.usage_lines + file->tail.usage_lines;
    tree->counts.malformed -= file->committed.malformed + file->tail.malformed;
    tree->counts.bytes -= file->bytes_read;
    tree->counts.bytes_total -= file->status.size;
    file->committed = file->tail = (struct log_tally){0};
    file->position = (struct log_position){0};
    file->bytes_read = file->tail_copies = 0;
    file->counted = file->used = file->live = file->dead = false;
}

static void set_unreadable(struct log_tree *tree, struct log_entry *entry, int error)
{
    bool unreadable = error != 0;
    if (entry->unreadable == unreadable)
        return;
    entry->unreadable = unreadable;
    tree->counts.unreadable += unreadable ? 1 : -1;
    if (!unreadable || tree->said_unreadable)
        return;
    tree->said_unreadable = true;
    say("%s: cannot be read: %s; what it holds is counted once it can", entry->path, strerror(error));
}

static void set_polled(struct log_tree *tree, const char *path, const char *why)
{
    tree->counts.polled = true;
    if (tree->said_polled)
        return;
    tree->said_polled = true;
    say("%s: cannot be watched: %s; changes are seen when something asks for them", path, why);
}

/* ---- becoming ---------------------------------------------------------------------------------------- */

static void forget_below(struct log_tree *tree, struct log_entry *folder);

/* Makes an entry what it was before anything was known of it. */
static void forget(struct log_tree *tree, struct log_entry *entry)
{
    struct log_status was = entry->status;
    set_unreadable(tree, entry, 0);
    if (was.kind == LOG_FILE) {
        uncount_file(tree, entry);
        log_index_remove_inode(&tree->index, entry);
        struct log_entry *next = log_index_first_link(&tree->index, &was);
        if (next)
            mark(next);
    } else if (was.kind == LOG_DIRECTORY) {
        if (entry->watch)
            watch_remove(entry->watch);
        entry->watch = NULL;
        forget_below(tree, entry);
    }
    entry->status = (struct log_status){.kind = LOG_NOTHING};
}

static void forget_below(struct log_tree *tree, struct log_entry *folder)
{
    while (folder->children) {
        struct log_entry *child = folder->children;
        forget(tree, child);
        log_index_remove(&tree->index, child);
    }
}

static bool is_same(const struct log_status *a, const struct log_status *b)
{
    return a->kind == b->kind && a->inode == b->inode && a->device == b->device;
}

/* Brings an entry into line with what a look said. Files are not read yet: see settle_found(). */
static void become(struct log_tree *tree, struct log_entry *entry, const struct log_status *status)
{
    if (is_same(&entry->status, status)) {
        if (entry->counted)
            count_bytes(tree, entry, entry->bytes_read, status->size);
        entry->status = *status;
        return;
    }
    if (entry->status.kind != LOG_NOTHING)
        forget(tree, entry);
    entry->status = *status;
    if (status->kind == LOG_FILE)
        log_index_add_inode(&tree->index, entry);
}

/* ---- reading ----------------------------------------------------------------------------------------- */

static void tally(struct log_tree *tree, struct log_entry *file, const struct batch *batch)
{
    struct log_tally tail = {batch->tail_lines, batch->tail_usage_lines, batch->tail_malformed};
    tree->counts.lines += batch->lines - file->tail.lines;
    tree->counts.usage_lines += batch->usage_lines - file->tail.usage_lines;
    tree->counts.malformed += batch->malformed - file->tail.malformed;
    file->committed.lines += batch->lines - tail.lines;
    file->committed.usage_lines += batch->usage_lines - tail.usage_lines;
    file->committed.malformed += batch->malformed - tail.malformed;
    file->tail = tail;
}

static void hand_out(struct log_tree *tree, struct log_entry *file, const struct batch *batch)
{
    if (!batch->copy_count && !batch->tool_count && !batch->place_count)
        return;
    file->used = true;
    if (!atomic_load(&tree->fallen))
        tree->events.batch(tree->events.data, tree, batch);
}

static void queue_file(struct log_tree *tree, struct log_entry *file)
{
    file->activity = LOG_QUEUED;
    list_push(&tree->unread, file);
}

/* Whether a read was of the file that the entry is, or, if that was replaced before it, may count for it. */
static bool is_still(struct log_tree *tree, struct log_entry *file, const struct log_position *position)
{
    struct log_status status = file->status;
    status.device = position->device;
    status.inode = position->inode;
    if (is_same(&file->status, &status))
        return true;
    become(tree, file, &status);
    if (log_index_first_link(&tree->index, &status) != file)
        return false;
    count_file(tree, file);
    return true;
}

static size_t copies_of_line(const struct batch *batch, uint64_t line)
{
    size_t copies = 0;
    for (size_t i = 0; i < batch->copy_count; i++)
        copies += batch->copies[i].line == line;
    return copies;
}

/* After a rewrite; returns whether the file is to be read, from its start. */
static bool begin_again(struct log_tree *tree, struct log_entry *file)
{
    if (file->used) {
        tree->broken = file->dead = true;
        return false;
    }
    uncount_file(tree, file);
    count_file(tree, file);
    return true;
}

/* Takes in what a read of a file brought; returns whether there is more to read. */
static bool take_read(struct log_tree *tree, struct log_entry *file, const struct log_position *position,
                      const struct batch *batch, enum log_read result, int error)
{
    switch (result) {
    case LOG_MISSING: /* if it is gone, a mark says so */
        set_unreadable(tree, file, error == ENOENT || error == ELOOP ? 0 : error ? error : EIO);
        return false;
    case LOG_REWRITTEN:
        return begin_again(tree, file);
    case LOG_MORE:
    case LOG_READ:
        break;
    }
    set_unreadable(tree, file, 0);
    if (!is_still(tree, file, position))
        return false;
    if (copies_of_line(batch, file->tail_line) < file->tail_copies)
        return begin_again(tree, file);
    file->tail_line = position->line;
    file->tail_copies = copies_of_line(batch, position->line);
    file->position = *position;
    file->live |= result == LOG_READ;
    uint64_t bytes = result == LOG_READ ? position->seen_size : position->offset;
    uint64_t size = result == LOG_READ || bytes > file->status.size ? bytes : file->status.size;
    count_bytes(tree, file, bytes, size);
    tally(tree, file, batch);
    hand_out(tree, file, batch);
    return result == LOG_MORE;
}

/* Reads what is new in a file: here and now if that is little, else by the worker. */
static void read_on(struct log_tree *tree, struct log_entry *file)
{
    bool more = file->activity == LOG_IDLE && !file->dead;
    while (more && (tree->ready || file->live) && tree->bytes_left > 0 && !file->gone) {
        struct log_position position = file->position;
        int error;
        enum log_read result = log_entry_read(file, &position, &tree->batch, (uint64_t)tree->bytes_left, &error);
        tree->bytes_left -= BYTES_A_FILE + (int64_t)tree->batch.bytes_read;
        more = take_read(tree, file, &position, &tree->batch, result, error);
    }
    if (more)
        queue_file(tree, file);
}

/* ---- looking ----------------------------------------------------------------------------------------- */

static void queue_folder(struct log_tree *tree, struct log_entry *folder)
{
    if (folder->activity != LOG_IDLE)
        return;
    folder->activity = LOG_QUEUED;
    list_push(&tree->unlisted, folder);
}

/* Sees to it that of the hard links of a file the one with the smallest path is read, and no other. */
static void settle_links(struct log_tree *tree, const struct log_entry *file)
{
    struct log_entry *first = log_index_first_link(&tree->index, &file->status);
    struct log_entry *link = log_index_links(&tree->index, &file->status);
    for (; link; link = log_index_next_link(link))
        if (link != first && link->activity != LOG_WORKING)
            uncount_file(tree, link);
    count_file(tree, first);
    read_on(tree, first);
}

/* After everything was looked at: a file may have been found by more than one path. */
static void settle_found(struct log_tree *tree)
{
    while (tree->found.count) {
        struct log_entry *file = list_pop(&tree->found);
        if (!file->gone && file->in_inodes)
            settle_links(tree, file);
        log_index_release(file);
    }
}

static struct tree_root *root_of(struct log_tree *tree, const struct log_entry *entry)
{
    for (size_t i = 0; i < tree->root_count; i++)
        if (tree->roots[i].entry == entry)
            return &tree->roots[i];
    return NULL;
}

static void look_at_way(struct log_tree *tree, struct log_entry *entry)
{
    struct tree_root *root = root_of(tree, entry);
    log_root_arm(root->way);
    root->remote = log_root_is_remote(entry->path);
}

static void look(struct log_tree *tree, struct log_entry *entry)
{
    struct log_status status;
    bool root = log_entry_is_root(entry);
    if (root)
        look_at_way(tree, entry);
    if (log_walk_look(entry->path, root, &status)) {
        if (entry->status.kind != LOG_NOTHING || root)
            set_unreadable(tree, entry, errno);
        return; /* it may be there; what changes that is reported */
    }
    become(tree, entry, &status);
    if (status.kind == LOG_FILE)
        list_push(&tree->found, entry);
    else if (status.kind == LOG_DIRECTORY)
        queue_folder(tree, entry);
    else if (root)
        set_unreadable(tree, entry, 0);
    else
        log_index_remove(&tree->index, entry);
}

static void look_at_marked(struct log_tree *tree)
{
    while (tree->marked.count) {
        struct log_entry *entry = list_pop(&tree->marked);
        entry->marked = false;
        if (!entry->gone)
            look(tree, entry);
        log_index_release(entry);
    }
}

/* ---- folders ----------------------------------------------------------------------------------------- */

static bool is_remote(struct log_tree *tree, const struct log_entry *folder)
{
    while (folder->parent)
        folder = folder->parent;
    struct tree_root *root = root_of(tree, folder);
    return root && root->remote;
}

/* Before it is listed: so nothing that appears in it goes unseen. */
static void watch_folder(struct log_tree *tree, struct log_entry *folder)
{
    if (folder->watch)
        return;
    if (!tree->watcher || is_remote(tree, folder)) {
        set_polled(tree, folder->path, tree->watcher ? "it is on a network file system" : "there is no inotify");
        return;
    }
    uint32_t mask = FOLDER_EVENTS | IN_ONLYDIR | (log_entry_is_root(folder) ? 0 : IN_DONT_FOLLOW);
    folder->watch = watch_add(tree->watcher, folder->path, mask, folder_changed, folder);
    if (!folder->watch && (errno == ENOSPC || errno == ENOMEM))
        set_polled(tree, folder->path, "fs.inotify.max_user_watches is used up");
}

static bool has_news(const struct log_entry *entry, const struct log_status *status)
{
    return entry->unreadable || !is_same(&entry->status, status) ||
           (status->kind == LOG_FILE &&
            (entry->status.size != status->size || entry->status.changed_ns != status->changed_ns));
}

static void take_found(struct log_tree *tree, struct log_entry *folder, const char *name,
                       const struct log_status *status)
{
    struct log_entry *entry = log_index_child(&tree->index, folder, name);
    entry->pass = tree->pass;
    if (entry->status.kind != LOG_NOTHING || log_entry_is_root(entry)) {
        if (has_news(entry, status))
            mark(entry);
        return;
    }
    become(tree, entry, status);
    if (status->kind == LOG_FILE)
        list_push(&tree->found, entry);
    else
        queue_folder(tree, entry);
}

static void take_listing(struct log_tree *tree, struct log_entry *folder, const struct log_listing *listing)
{
    bool absent = listing->error == ENOENT || listing->error == ENOTDIR || listing->error == ELOOP;
    set_unreadable(tree, folder, absent ? 0 : listing->error);
    tree->pass++;
    for (size_t i = 0; i < listing->count; i++)
        take_found(tree, folder, listing->names.bytes + listing->found[i].name, &listing->found[i].status);
    if (listing->error)
        return;
    for (struct log_entry *child = folder->children; child; child = child->next)
        if (child->pass != tree->pass)
            mark(child);
}

static void list_here(struct log_tree *tree, struct log_entry *folder)
{
    struct log_listing listing = {0};
    watch_folder(tree, folder);
    log_listing_read(&listing, folder);
    take_listing(tree, folder, &listing);
    log_listing_free(&listing);
}

static void list_some_here(struct log_tree *tree)
{
    while (tree->unlisted.count && tree->folders_left) {
        struct log_entry *folder = list_pop(&tree->unlisted);
        tree->folders_left--;
        folder->activity = LOG_IDLE;
        if (!folder->gone && folder->status.kind == LOG_DIRECTORY)
            list_here(tree, folder);
        log_index_release(folder);
    }
}

/* ---- jobs -------------------------------------------------------------------------------------------- */

static void hold(struct log_tree *tree);
static void release(struct log_tree *tree);
static void take_turn(struct log_tree *tree);

static void listed(struct job *base)
{
    struct log_list_job *job = (struct log_list_job *)base;
    struct log_tree *tree = job->owner;
    tree->list_jobs--;
    for (size_t i = 0; i < job->count; i++) {
        struct log_list_item *item = &job->items[i];
        make_idle(item->entry);
        if (item->ran && !item->entry->gone && item->entry->status.kind == LOG_DIRECTORY)
            take_listing(tree, item->entry, &item->listing);
    }
    log_list_job_free(job);
    take_turn(tree);
    release(tree);
}

static void submit_list(struct log_tree *tree)
{
    struct log_list_job *job = log_list_job_new(tree, &tree->fallen, listed);
    while (tree->unlisted.count && job->count < LOG_LIST_MOST) {
        struct log_entry *folder = list_pop(&tree->unlisted);
        folder->activity = LOG_IDLE;
        if (!folder->gone && folder->status.kind == LOG_DIRECTORY) {
            watch_folder(tree, folder);
            folder->activity = LOG_WORKING;
            log_list_job_add(job, folder);
        }
        log_index_release(folder);
    }
    tree->list_jobs++;
    hold(tree);
    worker_submit(tree->worker, &job->job, false);
}

/* Takes in one file that the worker has read from. */
static void take_scanned(struct log_tree *tree, struct log_scan_item *item)
{
    struct log_entry *file = item->entry;
    if (file->gone)
        return;
    bool first = log_index_first_link(&tree->index, &file->status) == file;
    if (!first) /* a smaller path has come up meanwhile, which is read instead */
        uncount_file(tree, file);
    bool more = first && (!item->ran || take_read(tree, file, &item->position, &item->batch, item->result,
                                                  item->error));
    if (more)
        queue_file(tree, file);
    else
        make_idle(file);
}

static void scanned(struct job *base)
{
    struct log_scan_job *job = (struct log_scan_job *)base;
    struct log_tree *tree = job->owner;
    tree->scan_jobs--;
    for (size_t i = 0; i < job->count; i++)
        take_scanned(tree, &job->items[i]);
    log_scan_job_free(job);
    take_turn(tree);
    release(tree);
}

/* What is to be read of a file in its next slice. */
static uint64_t slice_of(const struct log_entry *file)
{
    uint64_t size = file->status.size > file->bytes_read ? file->status.size - file->bytes_read : 0;
    return size < SCAN_BYTES ? size : SCAN_BYTES;
}

static void submit_scan(struct log_tree *tree)
{
    struct log_scan_job *job = log_scan_job_new(tree, &tree->fallen, scanned);
    for (uint64_t bytes = 0; tree->unread.count && job->count < tree->files_a_job && bytes < SCAN_BYTES;) {
        struct log_entry *file = list_pop(&tree->unread);
        if (!file->gone && file->counted) {
            bytes += slice_of(file);
            file->activity = LOG_WORKING;
            log_scan_job_add(job, file);
        } else {
            make_idle(file);
        }
        log_index_release(file);
    }
    if (tree->files_a_job < LOG_SCAN_MOST)
        tree->files_a_job *= 2;
    tree->scan_jobs++;
    hold(tree);
    worker_submit(tree->worker, &job->job, false);
}

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
        submit_list(tree);
    if (tree->list_jobs)
        return;
    if (!tree->sorted && tree->unread.count)
        qsort(tree->unread.entries, tree->unread.count, sizeof *tree->unread.entries, by_time);
    tree->sorted = true;
    while (tree->unread.count && tree->scan_jobs < SCAN_JOBS)
        submit_scan(tree);
}

/* ---- turns ------------------------------------------------------------------------------------------- */

/* Marks whatever cannot be watched, so that it is looked at; notices when there is no such thing any more. */
static void poll_unwatched(struct log_tree *tree)
{
    bool polled = false;
    for (size_t i = 0; i < tree->root_count; i++) {
        struct log_entry *root = tree->roots[i].entry;
        if (log_root_is_polled(tree->roots[i].way)) {
            polled = true;
            mark(root);
        }
        for (struct log_entry *entry = root; entry; entry = log_index_walk(root, entry)) {
            if (entry->status.kind != LOG_DIRECTORY || entry->watch)
                continue;
            polled = true;
            queue_folder(tree, entry);
        }
    }
    tree->counts.polled = polled;
}

static void tell_owner(struct log_tree *tree)
{
    if (tree->broken && !tree->told_broken && !atomic_load(&tree->fallen)) {
        tree->told_broken = true;
        tree->events.broken(tree->events.data, tree);
    }
    if (!tree->ready && !tree->marked.count && !tree->list_jobs && !tree->scan_jobs &&
        !atomic_load(&tree->fallen)) {
        tree->ready = true;
        tree->events.ready(tree->events.data, tree);
    }
}

static void take_turn(struct log_tree *tree)
{
    if (atomic_load(&tree->fallen) || worker_is_stopping(tree->worker))
        return;
    hold(tree);
    tree->broken |= tree->overflowed;
    tree->overflowed = false;
    tree->bytes_left = BYTES_A_TURN;
    tree->folders_left = tree->ready ? FOLDERS_A_TURN : 0;
    do {
        look_at_marked(tree);
        list_some_here(tree);
        if (!tree->marked.count)
            settle_found(tree);
    } while (tree->marked.count);
    if (!atomic_load(&tree->fallen))
        submit_jobs(tree);
    tell_owner(tree);
    release(tree);
}

void log_tree_catch_up(struct log_tree *tree)
{
    if (tree->counts.polled && !log_tree_is_behind(tree))
        poll_unwatched(tree);
    if (log_tree_is_dirty(tree))
        take_turn(tree);
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
        tree->roots[tree->root_count++] = (struct tree_root){.entry = entry, .way = way};
        mark(entry);
    }
    free(path);
}

struct log_tree *log_tree_grow(char *const *directories, struct watcher *watcher, struct worker *worker,
                               struct log_tree_events events)
{
    struct log_tree *tree = memory_zeroed(1, sizeof *tree);
    tree->watcher = watcher;
    tree->worker = worker;
    tree->events = events;
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
    look_at_marked(tree);
    submit_list(tree); /* even of nothing: `ready` comes by way of the worker, never from here */
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

static void hold(struct log_tree *tree)
{
    tree->holds++;
}

/* A tree that fell stays until the last job and call that knows it is over. */
static void release(struct log_tree *tree)
{
    if (--tree->holds || !atomic_load(&tree->fallen))
        return;
    list_free(&tree->marked);
    list_free(&tree->found);
    list_free(&tree->unlisted);
    list_free(&tree->unread);
    log_index_free(&tree->index);
    batch_free(&tree->batch);
    free(tree->roots);
    free(tree);
}

void log_tree_fell(struct log_tree *tree)
{
    hold(tree);
    stop_watching(tree);
    atomic_store(&tree->fallen, true);
    release(tree);
}

bool log_tree_is_ready(const struct log_tree *tree)
{
    return tree->ready;
}

struct log_tree_counts log_tree_counts(const struct log_tree *tree)
{
    return tree->counts;
}
