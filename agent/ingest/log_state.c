/* What is known of the entries of a log tree: see log_state.h. */
#include "log_state.h"

#include "../base/memory.h"
#include "../base/say.h"
#include "../base/watch.h"

#include <stdlib.h>
#include <string.h>

/* ---- lists ------------------------------------------------------------------------------------------- */

void log_list_push(struct log_list *list, struct log_entry *entry)
{
    list->entries = memory_grow(list->entries, list->count, &list->room, sizeof *list->entries);
    list->entries[list->count++] = entry;
    log_index_hold(entry);
}

struct log_entry *log_list_pop(struct log_list *list)
{
    return list->entries[--list->count];
}

void log_list_free(struct log_list *list)
{
    while (list->count)
        log_index_release(log_list_pop(list));
    free(list->entries);
}

/* ---- marks ------------------------------------------------------------------------------------------- */

void log_mark(struct log_entry *entry)
{
    bool waits =
        entry->activity == LOG_WORKING || (entry->activity == LOG_QUEUED && entry->status.kind == LOG_FILE);
    if (!entry->marked && !waits)
        log_list_push(&entry->tree->marked, entry);
    entry->marked = true;
}

void log_make_idle(struct log_entry *entry)
{
    entry->activity = LOG_IDLE;
    if (entry->marked && !entry->gone)
        log_list_push(&entry->tree->marked, entry);
}

/* ---- what a file gives to the counts ----------------------------------------------------------------- */

void log_count_bytes(struct log_tree *tree, struct log_entry *file, uint64_t bytes_read, uint64_t size)
{
    tree->counts.bytes += bytes_read - file->bytes_read;
    tree->counts.bytes_total += size - file->status.size;
    file->bytes_read = bytes_read;
    file->status.size = size;
}

void log_count_file(struct log_tree *tree, struct log_entry *file)
{
    if (file->counted)
        return;
    file->counted = true;
    tree->counts.files++;
    tree->counts.bytes_total += file->status.size;
}

void log_uncount_file(struct log_tree *tree, struct log_entry *file)
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

/* ---- what goes wrong --------------------------------------------------------------------------------- */

void log_set_unreadable(struct log_tree *tree, struct log_entry *entry, int error)
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

void log_set_polled(struct log_tree *tree, const char *path, const char *why)
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
    log_set_unreadable(tree, entry, 0);
    if (was.kind == LOG_FILE) {
        log_uncount_file(tree, entry);
        log_index_remove_inode(&tree->index, entry);
        struct log_entry *next = log_index_first_link(&tree->index, &was);
        if (next)
            log_mark(next);
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

bool log_is_same(const struct log_status *a, const struct log_status *b)
{
    return a->kind == b->kind && a->inode == b->inode && a->device == b->device;
}

void log_become(struct log_tree *tree, struct log_entry *entry, const struct log_status *status)
{
    if (log_is_same(&entry->status, status)) {
        if (entry->counted)
            log_count_bytes(tree, entry, entry->bytes_read, status->size);
        entry->status = *status;
        return;
    }
    if (entry->status.kind != LOG_NOTHING)
        forget(tree, entry);
    entry->status = *status;
    if (status->kind == LOG_FILE)
        log_index_add_inode(&tree->index, entry);
}
