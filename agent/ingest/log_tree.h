/*
 * The log files of a person: found, watched, and read as they grow.
 *
 * A tree is one pass over history: every *.jsonl below <config>/projects of every config directory, in
 * any order, each hard link once under its smallest path. The cold scan runs on the worker, newest files
 * first; appended bytes are read on the loop thread. Whatever breaks the rule that logs only grow (a file
 * with usage truncated, replaced, rewritten, renamed or deleted; events lost) makes the tree `broken`: the
 * owner then grows a new tree beside it and swaps when that is ready, so that numbers are always those of
 * one whole pass. Until then the broken tree goes on reading what is appended.
 *
 * Where nothing can be watched (no inotify, its watches used up, a network file system) the tree looks at
 * what it cannot watch whenever log_tree_catch_up() is called, and never by itself: `polled` in its counts.
 */
#ifndef TACHO_LOG_TREE_H
#define TACHO_LOG_TREE_H

#include "batch.h"

struct watcher;
struct worker;
struct log_tree;

struct log_tree_counts {
    uint64_t files, lines, usage_lines, malformed;
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
    /* The tree no longer says what the disk says: grow a new one. Called once, maybe before `ready`. */
    void (*broken)(void *data, struct log_tree *tree);
    void *data;
};

/*
 * The config directories: CLAUDE_CONFIG_DIR's (comma-separated, `~` expanded, empty parts dropped), else
 * ~/.config/claude and ~/.claude (XDG_CONFIG_HOME honoured). Returns a NULL-terminated array, to be freed
 * with log_tree_free_directories(). Directories that do not exist are in it: they may appear.
 */
char **log_tree_directories(const char *const *environment);
void log_tree_free_directories(char **directories);

/* Starts discovery and the cold scan. A NULL watcher makes it a polled tree. */
struct log_tree *log_tree_grow(char *const *directories, struct watcher *watcher, struct worker *worker,
                               struct log_tree_events events);

/* Frees it; no further event comes. The worker may be stopped before or after. */
void log_tree_fell(struct log_tree *tree);

/*
 * Brings the tree up to date with what the watcher has reported. Call it after watcher_drain(), once a
 * loop turn and before an answer. What is appended to a few files is read here and now; what would hold
 * up the loop (thousands of new files, many megabytes) goes to the worker, and log_tree_is_behind() says so.
 */
void log_tree_catch_up(struct log_tree *tree);

/* Whether a call to log_tree_catch_up() has something to do. Always, if the tree is polled. */
bool log_tree_is_dirty(const struct log_tree *tree);

/* Whether the worker still has something of the tree; what it brings comes by itself, as batches. */
bool log_tree_is_behind(const struct log_tree *tree);

bool log_tree_is_ready(const struct log_tree *tree);
struct log_tree_counts log_tree_counts(const struct log_tree *tree);

/*
 * Without an agent: scans everything here and now, on this thread, and gives every batch to `take`, whose
 * paths live until the program ends. `progress` (may be NULL) is called with bytes read and bytes in all.
 * Returns 0, or -1 if no `projects` folder could be listed; *counts is filled in either way.
 */
int log_tree_scan(char *const *directories, void (*take)(void *data, const struct batch *batch), void *data,
                  void (*progress)(void *data, uint64_t read, uint64_t total),
                  struct log_tree_counts *counts);

#endif
