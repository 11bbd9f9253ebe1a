/* Entries by path, by inode and by folder: see log_index.h. */
#include "log_index.h"

#include "../base/memory.h"

#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#define BUCKETS_FIRST 256

/* ---- buckets ----------------------------------------------------------------------------------------- */

static struct log_entry **path_bucket(const struct log_index *index, uint64_t hash)
{
    return &index->by_path[hash & (index->bucket_count - 1)];
}

static struct log_entry **inode_bucket(const struct log_index *index, const struct log_status *status)
{
    uint64_t key[2] = {status->device, status->inode};
    return &index->by_inode[XXH3_64bits(key, sizeof key) & (index->bucket_count - 1)];
}

static void link_path(struct log_index *index, struct log_entry *entry)
{
    struct log_entry **bucket = path_bucket(index, entry->path_hash);
    entry->next_by_path = *bucket;
    *bucket = entry;
}

static void link_inode(struct log_index *index, struct log_entry *entry)
{
    struct log_entry **bucket = inode_bucket(index, &entry->status);
    entry->next_by_inode = *bucket;
    *bucket = entry;
}

static void buckets_take(struct log_index *index, size_t count)
{
    index->bucket_count = count;
    index->by_path = memory_zeroed(count, sizeof *index->by_path);
    index->by_inode = memory_zeroed(count, sizeof *index->by_inode);
}

static void buckets_double(struct log_index *index)
{
    struct log_index old = *index;
    buckets_take(index, old.bucket_count * 2);
    for (size_t i = 0; i < old.bucket_count; i++) {
        for (struct log_entry *entry = old.by_path[i], *next; entry; entry = next) {
            next = entry->next_by_path;
            link_path(index, entry);
            if (entry->in_inodes)
                link_inode(index, entry);
        }
    }
    free(old.by_path);
    free(old.by_inode);
}

/* ---- entries ----------------------------------------------------------------------------------------- */

static struct log_entry *find(const struct log_index *index, const char *path, size_t size, uint64_t hash)
{
    struct log_entry *entry = *path_bucket(index, hash);
    while (entry && (entry->path_hash != hash || entry->path_size != size || memcmp(entry->path, path, size)))
        entry = entry->next_by_path;
    return entry;
}

static struct log_entry *find_or_add(struct log_index *index, const char *path, size_t size)
{
    uint64_t hash = XXH3_64bits(path, size);
    struct log_entry *entry = find(index, path, size, hash);
    if (entry)
        return entry;
    if (index->entry_count == index->bucket_count)
        buckets_double(index);
    entry = memory_zeroed(1, sizeof *entry);
    entry->path = memory_string(path, size);
    entry->path_size = size;
    entry->path_hash = hash;
    link_path(index, entry);
    index->entry_count++;
    return entry;
}

struct log_entry *log_index_root(struct log_index *index, const char *path)
{
    struct log_entry *entry = find_or_add(index, path, strlen(path));
    entry->root_size = entry->path_size + 1;
    return entry;
}

static void join_folder(struct log_entry *entry, struct log_entry *parent)
{
    entry->parent = parent;
    entry->tree = parent->tree;
    entry->root_size = parent->root_size;
    entry->next = parent->children;
    if (entry->next)
        entry->next->previous = entry;
    parent->children = entry;
}

static void leave_folder(struct log_entry *entry)
{
    if (entry->next)
        entry->next->previous = entry->previous;
    if (entry->previous)
        entry->previous->next = entry->next;
    else if (entry->parent)
        entry->parent->children = entry->next;
    entry->parent = entry->previous = entry->next = NULL;
}

struct log_entry *log_index_child(struct log_index *index, struct log_entry *parent, const char *name)
{
    text_clear(&index->path);
    text_add(&index->path, parent->path, parent->path_size);
    text_add_char(&index->path, '/');
    text_add_string(&index->path, name);
    struct log_entry *entry = find_or_add(index, index->path.bytes, index->path.size);
    if (!entry->root_size)
        join_folder(entry, parent);
    return entry;
}

static void entry_free(struct log_entry *entry)
{
    free(entry->path);
    free(entry);
}

void log_index_remove(struct log_index *index, struct log_entry *entry)
{
    struct log_entry **link = path_bucket(index, entry->path_hash);
    while (*link != entry)
        link = &(*link)->next_by_path;
    *link = entry->next_by_path;
    log_index_remove_inode(index, entry);
    leave_folder(entry);
    index->entry_count--;
    entry->gone = true;
    if (!entry->holds)
        entry_free(entry);
}

void log_index_hold(struct log_entry *entry)
{
    entry->holds++;
}

void log_index_release(struct log_entry *entry)
{
    if (!--entry->holds && entry->gone)
        entry_free(entry);
}

/* ---- inodes ------------------------------------------------------------------------------------------ */

void log_index_add_inode(struct log_index *index, struct log_entry *entry)
{
    link_inode(index, entry);
    entry->in_inodes = true;
}

void log_index_remove_inode(struct log_index *index, struct log_entry *entry)
{
    if (!entry->in_inodes)
        return;
    struct log_entry **link = inode_bucket(index, &entry->status);
    while (*link != entry)
        link = &(*link)->next_by_inode;
    *link = entry->next_by_inode;
    entry->in_inodes = false;
}

static struct log_entry *same_inode(struct log_entry *entry, const struct log_status *status)
{
    while (entry && (entry->status.inode != status->inode || entry->status.device != status->device))
        entry = entry->next_by_inode;
    return entry;
}

struct log_entry *log_index_links(const struct log_index *index, const struct log_status *status)
{
    return same_inode(*inode_bucket(index, status), status);
}

struct log_entry *log_index_next_link(const struct log_entry *entry)
{
    return same_inode(entry->next_by_inode, &entry->status);
}

struct log_entry *log_index_first_link(const struct log_index *index, const struct log_status *status)
{
    struct log_entry *first = log_index_links(index, status);
    for (struct log_entry *link = first; link; link = log_index_next_link(link))
        if (strcmp(link->path, first->path) < 0)
            first = link;
    return first;
}

/* ---- all of it --------------------------------------------------------------------------------------- */

struct log_entry *log_index_walk(const struct log_entry *root, struct log_entry *entry)
{
    if (entry->children)
        return entry->children;
    while (entry != root && !entry->next)
        entry = entry->parent;
    return entry == root ? NULL : entry->next;
}

void log_index_init(struct log_index *index)
{
    *index = (struct log_index){0};
    buckets_take(index, BUCKETS_FIRST);
}

void log_index_free(struct log_index *index)
{
    for (size_t i = 0; i < index->bucket_count; i++) {
        for (struct log_entry *entry = index->by_path[i], *next; entry; entry = next) {
            next = entry->next_by_path;
            entry_free(entry);
        }
    }
    free(index->by_path);
    free(index->by_inode);
    text_free(&index->path);
}
