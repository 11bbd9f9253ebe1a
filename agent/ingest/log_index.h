/*
 * What a log tree knows, path by path: folders, files, and names it has yet to look at.
 *
 * Entries are found by path, by inode (several paths of one file are hard links) and through their folder.
 * The index only keeps them; what they mean is log_tree.c's.
 */
#ifndef TACHO_LOG_INDEX_H
#define TACHO_LOG_INDEX_H

#include "../base/text.h"
#include "log_tree.h"
#include "log_walk.h"

struct watch;

enum log_activity {
    LOG_IDLE,    /* nothing is under way with it */
    LOG_QUEUED,  /* waits for the worker */
    LOG_WORKING, /* the worker has it */
};

struct log_entry {
    char *path;
    uint64_t path_hash;
    size_t path_size;
    size_t root_size; /* bytes of the path up to what claude_log_place() looks at */
    struct log_entry *parent, *children, *previous, *next; /* siblings in no order */
    struct log_entry *next_by_path, *next_by_inode;
    struct log_tree *tree;
    unsigned holds; /* lists and jobs that refer to it */
    unsigned pass;  /* of the listing that saw it last */
    struct log_status status;
    enum log_activity activity;
    bool marked;       /* to be looked at */
    bool only_written; /* and it is known that nothing else has happened to it */
    bool gone;   /* out of the index; freed when nothing holds it any more */
    bool unreadable;
    /* A folder's: */
    struct watch *watch;
    bool doubted; /* whether its watch is alive is not known */
    /* A file's: */
    bool in_inodes;       /* to be found by inode */
    bool counted;         /* of its hard links the one that counts */
    bool known;           /* the owner may know its path */
    bool recalled;        /* memory was asked about it */
    bool live;            /* read to its end once */
    bool first;           /* somebody looks at it: it is read without waiting for its turn */
    bool moved;           /* on the list of those */
    bool has_provisional; /* what was last handed out has provisional copies */
    uint64_t bytes_read;
    struct log_position position;
    struct log_tally committed, tail; /* of whole lines, and of the unterminated last one */
};

struct log_index {
    struct log_entry **by_path; /* bucket arrays, of one size: a power of two */
    struct log_entry **by_inode;
    size_t bucket_count, entry_count;
    struct text path; /* scratch */
};

/* Whether it is a config directory's `projects`. May be asked on any thread. */
static inline bool log_entry_is_root(const struct log_entry *entry)
{
    return entry->root_size > entry->path_size;
}

void log_index_init(struct log_index *index);

/* Frees every entry, held or not. */
void log_index_free(struct log_index *index);

/* The entry of a root folder, or of `name` in `parent`; made if there is none. */
struct log_entry *log_index_root(struct log_index *index, const char *path);
struct log_entry *log_index_child(struct log_index *index, struct log_entry *parent, const char *name);

/* Takes it, without children by now, out of the index; it is freed once nothing holds it. */
void log_index_remove(struct log_index *index, struct log_entry *entry);
void log_index_hold(struct log_entry *entry);
void log_index_release(struct log_entry *entry);

/* Makes a file known by, or no longer by, the inode in its status. */
void log_index_add_inode(struct log_index *index, struct log_entry *entry);
void log_index_remove_inode(struct log_index *index, struct log_entry *entry);

/* The hard links of a file: the first of them, and the one after `entry`; NULL at the end. */
struct log_entry *log_index_links(const struct log_index *index, const struct log_status *status);
struct log_entry *log_index_next_link(const struct log_entry *entry);

/* The one of them that counts: the smallest path by bytes. NULL if the inode is not known. */
struct log_entry *log_index_first_link(const struct log_index *index, const struct log_status *status);

/* The next entry of a walk over a root's subtree, folders before what is in them; NULL at the end. */
struct log_entry *log_index_walk(const struct log_entry *root, struct log_entry *entry);

#endif
