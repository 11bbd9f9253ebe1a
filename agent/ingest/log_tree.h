/*
 * The log files of a person: found, watched, and read as they grow.
 *
 * Logs are every *.jsonl below <config>/projects of every config directory, in any order, each hard link once
 * under its smallest path. The cold scan runs on the worker, newest files first; appended bytes are read on
 * the loop thread. A log that was truncated, rewritten or replaced is read again from its start, as is one
 * that a smaller path has come up for: copies are merged by identity, so reading them twice changes nothing.
 * A log that is gone is told, once. Lost events end in a look at everything.
 *
 * What was read in an earlier life of the program need not be read again: see struct log_tree_memory.
 *
 * Where nothing can be watched (no inotify, its watches used up, a network file system) the tree looks at
 * what it cannot watch whenever log_tree_catch_up() is called, and never by itself: `polled` in its counts.
 */
#ifndef TACHO_LOG_TREE_H
#define TACHO_LOG_TREE_H

#include "batch.h"
#include "log_file.h"

#include <stdatomic.h>

struct watcher;
struct worker;
struct log_tree;

/* What a file gives to the counts of a tree. */
struct log_tally {
    uint64_t lines, usage_lines;
    struct skips skipped;
    uint64_t copies; /* of messages, as its lines state them */
};

struct log_tree_counts {
    uint64_t files, lines, usage_lines;
    struct skips skipped;
    uint64_t copies;             /* those of whole lines of logs that are gone stay in */
    uint64_t bytes, bytes_total; /* read, and there */
    uint64_t unreadable;         /* files and folders that are left out because they cannot be read */
    bool polled;                 /* changes are seen only when somebody asks */
};

/*
 * Called on the loop thread, in log_tree_catch_up() or between turns; never in log_tree_grow() or
 * watcher_drain(). They may let the tree fall, but not make it catch up.
 */
struct log_tree_events {
    /*
     * Something new: takes what the batch holds; the batch is the tree's and reused after the call. Its
     * path is the tree's too: what remembers it (a meter) must not look at it once the tree has fallen.
     */
    void (*batch)(void *data, struct log_tree *tree, const struct batch *batch);
    /*
     * The cold scan is over: all that was there when the tree was grown is accounted for, and whatever the
     * watcher has reported since. Called once.
     */
    void (*ready)(void *data, struct log_tree *tree);
    /*
     * A file is no longer read under this path: it was removed or renamed, or a smaller path of it has come
     * up. What its unterminated last line gave is superseded, and what a memory has of the path is void.
     */
    void (*gone)(void *data, struct log_tree *tree, const char *path);
    void *data;
};

/*
 * What is known of files from before. When a file is first met, recall() is asked how far it was read and
 * what its whole lines gave; false: it is not known. A file whose device, inode, size and modification time
 * are those of its position, and that had no unterminated line, is not even opened; another is read on from
 * there, or, if it has not merely grown, from its start.
 */
struct log_tree_memory {
    bool (*recall)(void *data, const char *path, struct log_position *position, struct log_tally *tally);
    void *data;
};

/*
 * The config directories: CLAUDE_CONFIG_DIR's (comma-separated, `~` expanded, empty parts dropped), else
 * ~/.config/claude and ~/.claude (XDG_CONFIG_HOME honoured). Returns a NULL-terminated array, to be freed
 * with log_tree_free_directories(). Directories that do not exist are in it: they may appear.
 */
char **log_tree_directories(const char *const *environment);
void log_tree_free_directories(char **directories);

/* Starts discovery and the cold scan. A NULL watcher makes it a polled tree. `memory` may be NULL, and is
 * copied. */
struct log_tree *log_tree_grow(char *const *directories, struct watcher *watcher, struct worker *worker,
                               struct log_tree_events events, const struct log_tree_memory *memory);

/* Frees it; no further event comes. The worker may be stopped before or after. */
void log_tree_fell(struct log_tree *tree);

/*
 * Brings the tree up to date with what the watcher has reported. Call it after watcher_drain(), once a
 * loop turn and before an answer. What is appended to a few files is read here and now; what would hold
 * up the loop (thousands of new files, many megabytes) goes to the worker, and log_tree_is_behind() says so.
 */
void log_tree_catch_up(struct log_tree *tree);

/*
 * Somebody looks at this log: unless it is read already or the tree is ready anyway, it is read here and now, or
 * a few megabytes of it, before folders are listed and other logs are read.
 */
void log_tree_read_first(struct log_tree *tree, const char *path);

/* Whether a call to log_tree_catch_up() has something to do. Always, if the tree is polled. */
bool log_tree_is_dirty(const struct log_tree *tree);

/* Whether the worker still has something of the tree; what it brings comes by itself, as batches. */
bool log_tree_is_behind(const struct log_tree *tree);

bool log_tree_is_ready(const struct log_tree *tree);
struct log_tree_counts log_tree_counts(const struct log_tree *tree);

/*
 * For a memory: calls `take` for every file whose whole lines were read further, or that was begun anew,
 * since the last call. The position is that of whole lines: it has no tail, and if there was an unterminated
 * line, no modification time, so that the file is looked at again.
 */
void log_tree_take_moved(struct log_tree *tree,
                         void (*take)(void *data, const char *path, const struct log_position *position,
                                      const struct log_tally *committed),
                         void *data);

/* A scan without an agent. */
struct log_scan_order {
    /* Takes what a batch holds. One call at a time, but on any thread; batches of one file come in their
     * order. */
    void (*take)(void *data, const struct batch *batch);
    /* NULL, or called now and then, in the same way, with bytes read and bytes in all. */
    void (*progress)(void *data, uint64_t read, uint64_t total);
    void *data;
    const struct log_tree_memory *memory; /* NULL: everything is read. Called like `take` */
    const atomic_bool *cancelled;         /* NULL, or: once it is true, no more is read */
    unsigned threads;                     /* this one included; 0: as many as are worth it */
};

/*
 * Without an agent: reads everything that is there, here and now, and returns when all of it was taken. What
 * it comes to does not depend on the number of threads. Returns 0, or -1 if no `projects` folder could be
 * listed; *counts is filled in either way.
 */
int log_tree_scan(char *const *directories, const struct log_scan_order *order,
                  struct log_tree_counts *counts);

#endif
