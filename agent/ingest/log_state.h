/*
 * The inside of a log tree, shared by the files that make it up and by nothing else:
 *
 *     log_state.c    what is known of an entry, and what follows from its changing
 *     log_looking.c  looking at what is marked; folders: watching and listing them
 *     log_reading.c  files: reading them, in place or by the worker
 *     log_tree.c     turns, and the tree as its owner sees it
 */
#ifndef TACHO_LOG_STATE_H
#define TACHO_LOG_STATE_H

#include "log_jobs.h"
#include "log_root.h"
#include "log_tree.h"

struct log_list {
    struct log_entry **entries; /* each held */
    size_t count, room;
};

struct log_tree_root {
    struct log_entry *entry;
    struct log_root *way;
    bool remote; /* on a network file system */
};

struct log_tree {
    struct log_index index;
    struct log_tree_root *roots;
    size_t root_count;
    struct watcher *watcher;
    struct worker *worker;
    struct log_tree_events events;
    struct log_tree_counts counts;
    struct log_list marked;   /* to look at */
    struct log_list found;    /* files that were looked at, to be read if that is their turn */
    struct log_list unlisted; /* folders, to be listed */
    struct log_list unread;   /* files, to be read by the worker; the last comes first */
    struct log_list moved;    /* files, to be told by log_tree_take_moved() */
    struct log_tree_memory memory;
    struct batch batch;
    unsigned holds; /* calls and jobs under way */
    unsigned list_jobs, scan_jobs;
    unsigned pass;      /* of listings */
    size_t files_a_job; /* grows from 1: the live session comes first */
    int64_t bytes_left; /* of what this turn may do here and now */
    unsigned folders_left;
    bool sorted; /* unread is, by time */
    bool overflowed, ready;
    bool said_unreadable, said_polled;
    atomic_bool fallen;
};

/* ---- log_state.c ------------------------------------------------------------------------------------- */

void log_list_push(struct log_list *list, struct log_entry *entry);

/* Takes the last, which the caller then holds. */
struct log_entry *log_list_pop(struct log_list *list);
void log_list_free(struct log_list *list);

/* Has it looked at: in this turn or the next, or, if the worker has it, when it is back. */
void log_mark(struct log_entry *entry);

/* The same for a file that was written to under its name, which spares a look at what is there now. */
void log_mark_written(struct log_entry *entry);
void log_make_idle(struct log_entry *entry);

/* error: errno of the attempt, or 0. What cannot be read is counted, and the first of it is said. */
void log_set_unreadable(struct log_tree *tree, struct log_entry *entry, int error);
void log_set_polled(struct log_tree *tree, const char *path, const char *why);

void log_count_bytes(struct log_tree *tree, struct log_entry *file, uint64_t bytes_read, uint64_t size);

/*
 * Makes it the one of its hard links that counts. Returns whether it is to be read: not if nothing has
 * happened to it since it was remembered.
 */
bool log_count_file(struct log_tree *tree, struct log_entry *file);

/* Takes back what it gave to the counts, and makes it unread. */
void log_uncount_file(struct log_tree *tree, struct log_entry *file);

/* The same for a file that is not read under this path any more, which is told. */
void log_retire_file(struct log_tree *tree, struct log_entry *file);

/* Notes how far a file was read. */
void log_move_file(struct log_tree *tree, struct log_entry *file, const struct log_position *position);

/* The position of a file's whole lines. */
struct log_position log_whole_lines(const struct log_position *position);

bool log_is_same(const struct log_status *a, const struct log_status *b);

/* Brings an entry into line with what a look said. Files are not read yet: see log_settle_found(). */
void log_become(struct log_tree *tree, struct log_entry *entry, const struct log_status *status);

/* ---- log_looking.c ----------------------------------------------------------------------------------- */

void log_look_at_marked(struct log_tree *tree);

/* The log at a path, whether it was listed yet or not; NULL if there is none below the roots. */
struct log_entry *log_look_for(struct log_tree *tree, const char *path);
void log_queue_folder(struct log_tree *tree, struct log_entry *folder);

/* Lists as many of the folders that wait as this turn may; the job lists more of them. */
void log_list_some(struct log_tree *tree);
void log_submit_list(struct log_tree *tree);

/* ---- log_reading.c ----------------------------------------------------------------------------------- */

/* After everything was looked at: a file may have been found by more than one path. */
void log_settle_found(struct log_tree *tree);

/* Gives the worker the last of the files that wait. */
void log_submit_scan(struct log_tree *tree);

/* ---- log_tree.c -------------------------------------------------------------------------------------- */

/* A tree that fell stays until the last job and call that knows it is over. */
void log_tree_hold(struct log_tree *tree);
void log_tree_release(struct log_tree *tree);

/* Does what there is to do; what a job brought may be more of it. */
void log_tree_take_turn(struct log_tree *tree);

#endif
