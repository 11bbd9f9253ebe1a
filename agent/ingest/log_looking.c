/*
 * Looking at what is marked. A look asks the file system what is there now and brings the entry into line;
 * so it does not matter which events came, in which order, or how often. Folders are watched before they
 * are listed: what appears in them in between is reported.
 */
#include "log_state.h"

#include "../base/watch.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/inotify.h>

#define FOLDER_EVENTS (IN_CREATE | IN_DELETE | IN_MODIFY | IN_MOVED_FROM | IN_MOVED_TO | IN_ATTRIB)

/* ---- looking ----------------------------------------------------------------------------------------- */

void log_queue_folder(struct log_tree *tree, struct log_entry *folder)
{
    if (folder->activity != LOG_IDLE)
        return;
    folder->activity = LOG_QUEUED;
    log_list_push(&tree->unlisted, folder);
}

static struct log_tree_root *root_of(struct log_tree *tree, const struct log_entry *entry)
{
    for (size_t i = 0; i < tree->root_count; i++)
        if (tree->roots[i].entry == entry)
            return &tree->roots[i];
    return NULL;
}

static void look_at_way(struct log_tree *tree, struct log_entry *entry)
{
    struct log_tree_root *root = root_of(tree, entry);
    log_root_arm(root->way);
    if (log_root_is_polled(root->way))
        log_set_polled(tree, entry->path, "the way to it cannot be");
    root->remote = log_root_is_remote(entry->path);
}

static void look(struct log_tree *tree, struct log_entry *entry)
{
    struct log_status status;
    bool root = log_entry_is_root(entry);
    if (entry->only_written && entry->counted) {
        log_list_push(&tree->found, entry);
        return;
    }
    if (root)
        look_at_way(tree, entry);
    if (log_walk_look(entry->path, root, &status)) {
        if (entry->status.kind != LOG_NOTHING || root)
            log_set_unreadable(tree, entry, errno);
        return; /* it may be there; what changes that is reported */
    }
    log_become(tree, entry, &status);
    if (status.kind == LOG_FILE)
        log_list_push(&tree->found, entry);
    else if (status.kind == LOG_DIRECTORY)
        log_queue_folder(tree, entry);
    else if (root)
        log_set_unreadable(tree, entry, 0);
    else
        log_index_remove(&tree->index, entry);
}

void log_look_at_marked(struct log_tree *tree)
{
    while (tree->marked.count) {
        struct log_entry *entry = log_list_pop(&tree->marked);
        entry->marked = false;
        if (!entry->gone)
            look(tree, entry);
        log_index_release(entry);
    }
}

/* ---- looking for one file ---------------------------------------------------------------------------- */

/* Whether a name may stand between slashes in the path of something below a root. */
static bool is_plain_name(const char *name, size_t size)
{
    return size > 0 && strncmp(name, ".", size) != 0 && strncmp(name, "..", size) != 0;
}

/* The log of that path below a folder, whose entry it is, or NULL; the folders on the way must be real ones.
 */
static struct log_entry *log_below(struct log_tree *tree, struct log_entry *folder, const char *path)
{
    struct log_status status;
    char name[NAME_MAX + 1];
    for (;;) {
        const size_t size = strcspn(path, "/");
        const bool is_last = !path[size];
        if (!is_plain_name(path, size) || size >= sizeof name)
            return NULL;
        memcpy(name, path, size);
        name[size] = '\0';
        folder = log_index_child(&tree->index, folder, name);
        if (log_walk_look(folder->path, false, &status) ||
            status.kind != (is_last ? LOG_FILE : LOG_DIRECTORY)) {
            log_mark(folder); /* it may be new to the index, and is nothing */
            return NULL;
        }
        if (is_last)
            return log_walk_is_log(name) ? folder : NULL;
        path += size + 1;
    }
}

struct log_entry *log_look_for(struct log_tree *tree, const char *path)
{
    for (size_t i = 0; i < tree->root_count; i++) {
        struct log_entry *root = tree->roots[i].entry;
        if (strncmp(path, root->path, root->path_size) == 0 && path[root->path_size] == '/')
            return log_below(tree, root, path + root->path_size + 1);
    }
    return NULL;
}

/* ---- folders ----------------------------------------------------------------------------------------- */

static bool is_remote(struct log_tree *tree, const struct log_entry *folder)
{
    while (folder->parent)
        folder = folder->parent;
    struct log_tree_root *root = root_of(tree, folder);
    return root && root->remote;
}

static void folder_changed(void *data, struct watch *watch, uint32_t mask, const char *name)
{
    struct log_entry *folder = data;
    if (mask & IN_IGNORED) {
        watch_remove(watch);
        folder->watch = NULL;
    }
    if (!*name)
        log_mark(folder);
    else if (mask == IN_MODIFY && log_walk_is_log(name))
        log_mark_written(log_index_child(&folder->tree->index, folder, name));
    else if ((mask & IN_ISDIR) || log_walk_is_log(name))
        log_mark(log_index_child(&folder->tree->index, folder, name));
}

/* Before it is listed: so nothing that appears in it goes unseen. */
static void watch_folder(struct log_tree *tree, struct log_entry *folder)
{
    struct watch *old = folder->watch;
    if (old && !folder->doubted)
        return;
    if (!tree->watcher || is_remote(tree, folder)) {
        log_set_polled(tree, folder->path,
                       tree->watcher ? "it is on a network file system" : "there is no inotify");
        return;
    }
    uint32_t mask = FOLDER_EVENTS | IN_ONLYDIR | (log_entry_is_root(folder) ? 0 : IN_DONT_FOLLOW);
    folder->doubted = false;
    folder->watch = watch_add(tree->watcher, folder->path, mask, folder_changed, folder);
    if (old)
        watch_remove(old);
    if (!folder->watch && (errno == ENOSPC || errno == ENOMEM))
        log_set_polled(tree, folder->path, "fs.inotify.max_user_watches is used up, raise it");
}

static bool has_news(const struct log_entry *entry, const struct log_status *status)
{
    return entry->unreadable || !log_is_same(&entry->status, status) ||
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
            log_mark(entry);
        return;
    }
    log_become(tree, entry, status);
    if (status->kind == LOG_FILE)
        log_list_push(&tree->found, entry);
    else
        log_queue_folder(tree, entry);
}

static void take_listing(struct log_tree *tree, struct log_entry *folder, const struct log_listing *listing)
{
    bool absent = listing->error == ENOENT || listing->error == ENOTDIR || listing->error == ELOOP;
    log_set_unreadable(tree, folder, absent ? 0 : listing->error);
    tree->pass++;
    for (size_t i = 0; i < listing->count; i++)
        take_found(tree, folder, listing->names.bytes + listing->found[i].name, &listing->found[i].status);
    if (listing->error)
        return;
    for (struct log_entry *child = folder->children; child; child = child->next)
        if (child->pass != tree->pass)
            log_mark(child);
}

static void list_here(struct log_tree *tree, struct log_entry *folder)
{
    struct log_listing listing = {0};
    watch_folder(tree, folder);
    log_listing_read(&listing, folder);
    take_listing(tree, folder, &listing);
    log_listing_free(&listing);
}

void log_list_some(struct log_tree *tree)
{
    while (tree->unlisted.count && tree->folders_left) {
        struct log_entry *folder = log_list_pop(&tree->unlisted);
        tree->folders_left--;
        folder->activity = LOG_IDLE;
        if (!folder->gone && folder->status.kind == LOG_DIRECTORY)
            list_here(tree, folder);
        log_index_release(folder);
    }
}

static void listed(struct job *base)
{
    struct log_list_job *job = (struct log_list_job *)base;
    struct log_tree *tree = job->owner;
    tree->list_jobs--;
    for (size_t i = 0; i < job->count; i++) {
        struct log_list_item *item = &job->items[i];
        log_make_idle(item->entry);
        if (item->ran && !item->entry->gone && item->entry->status.kind == LOG_DIRECTORY)
            take_listing(tree, item->entry, &item->listing);
    }
    log_list_job_free(job);
    log_tree_take_turn(tree);
    log_tree_release(tree);
}

void log_submit_list(struct log_tree *tree)
{
    struct log_list_job *job = log_list_job_new(tree, &tree->fallen, listed);
    while (tree->unlisted.count && job->count < LOG_LIST_MOST) {
        struct log_entry *folder = log_list_pop(&tree->unlisted);
        folder->activity = LOG_IDLE;
        if (!folder->gone && folder->status.kind == LOG_DIRECTORY) {
            watch_folder(tree, folder);
            folder->activity = LOG_WORKING;
            log_list_job_add(job, folder);
        }
        log_index_release(folder);
    }
    tree->list_jobs++;
    log_tree_hold(tree);
    worker_submit(tree->worker, &job->job, false);
}
