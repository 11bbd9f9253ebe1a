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

static void mark(struct log_entry *entry)
{
    bool waits =
        entry->activity == LOG_WORKING || (entry->activity == LOG_QUEUED && entry->status.kind == LOG_FILE);
    if (!entry->marked && !waits)
        log_list_push(&entry->tree->marked, entry);
    entry->marked = true;
}

void log_mark(struct log_entry *entry)
{
    entry->only_written = false;
    mark(entry);
}

void log_mark_written(struct log_entry *entry)
{
    entry->only_written = entry->counted && (entry->only_written || !entry->marked);
    mark(entry);
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

/* Takes over what is remembered of a file; returns whether it may have changed since. */
static bool recall(struct log_tree *tree, struct log_entry *file)
{
    struct log_position position;
    struct log_tally tally;
    if (!tree->memory.recall || file->recalled)
        return true;
    file->recalled = true;
    if (!tree->memory.recall(tree->memory.data, file->path, &position, &tally) ||
        !log_status_is_of(&file->status, &position))
        return true;
    file->position = position;
    file->committed = tally;
    tree->counts.lines += tally.lines;
    tree->counts.usage_lines += tally.usage_lines;
    skips_add(&tree->counts.skipped, &tally.skipped);
    tree->counts.copies += tally.copies;
    log_count_bytes(tree, file, position.seen_size, file->status.size);
    file->live = log_status_is_seen(&file->status, &position);
    return !file->live;
}

bool log_count_file(struct log_tree *tree, struct log_entry *file)
{
    if (file->counted)
        return true;
    file->counted = file->known = true;
    tree->counts.files++;
    tree->counts.bytes_total += file->status.size;
    return recall(tree, file);
}

void log_uncount_file(struct log_tree *tree, struct log_entry *file)
{
    if (!file->counted)
        return;
    tree->counts.files--;
    tree->counts.lines -= file->committed.lines + file->tail.lines;
    tree->counts.usage_lines -= file->committed.usage_lines + file->tail.usage_lines;
    skips_subtract(&tree->counts.skipped, &file->committed.skipped);
    skips_subtract(&tree->counts.skipped, &file->tail.skipped);
    tree->counts.copies -= file->committed.copies + file->tail.copies;
    tree->counts.bytes -= file->bytes_read;
    tree->counts.bytes_total -= file->status.size;
    file->committed = file->tail = (struct log_tally){0};
    file->position = (struct log_position){0};
    file->bytes_read = 0;
    file->counted = file->live = false;
}

void log_retire_file(struct log_tree *tree, struct log_entry *file)
{
    if (!file->known)
        return;
    log_uncount_file(tree, file);
    file->known = file->has_provisional = false;
    if (!atomic_load(&tree->fallen))
        tree->events.gone(tree->events.data, tree, file->path);
}

/* ---- how far a file was read ------------------------------------------------------------------------- */

struct log_position log_whole_lines(const struct log_position *position)
{
    struct log_position whole = *position;
    if (whole.seen_size > whole.offset)
        whole.modified_ns = 0;
    whole.seen_size = whole.offset;
    whole.tail_hash = whole.tail_size = 0;
    return whole;
}

void log_move_file(struct log_tree *tree, struct log_entry *file, const struct log_position *position)
{
    struct log_position was = log_whole_lines(&file->position), is = log_whole_lines(position);
    file->position = *position;
    if (file->moved || !memcmp(&was, &is, sizeof is))
        return;
    file->moved = true;
    log_list_push(&tree->moved, file);
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

/* A file leaves its path: another link of it is to be read, or it is gone, and only its copies still count.
 */
static void forget_file(struct log_tree *tree, struct log_entry *file, bool replaced)
{
    const struct log_status was = file->status;
    log_index_remove_inode(&tree->index, file);
    struct log_entry *next = log_index_first_link(&tree->index, &was);
    if (next)
        log_mark(next);
    else if (!replaced)
        tree->counts.copies += file->committed.copies;
    if (replaced)
        log_uncount_file(tree, file);
    else
        log_retire_file(tree, file);
}

/* Makes an entry what it was before anything was known of it, to become something else. */
static void forget(struct log_tree *tree, struct log_entry *entry, enum log_kind becomes)
{
    struct log_status was = entry->status;
    log_set_unreadable(tree, entry, 0);
    if (was.kind == LOG_FILE) {
        forget_file(tree, entry, becomes == LOG_FILE);
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
        forget(tree, child, LOG_NOTHING);
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
        forget(tree, entry, status->kind);
    entry->status = *status;
    if (status->kind == LOG_FILE)
        log_index_add_inode(&tree->index, entry);
}
