/*
 * The inotify watches of one repository, and what they have reported: marks for the next look.
 */
#ifndef TACHO_GIT_WATCH_TREE_H
#define TACHO_GIT_WATCH_TREE_H

#include "survey.h"

struct watcher;
struct watch_tree;

/* What has been reported and not been looked at yet. */
struct watch_marks {
    unsigned marks; /* enum survey_mark */
    struct survey_paths paths;
};

/* `left` counts the watches that may still be added, for all trees together. */
struct watch_tree *watch_tree_make(struct watcher *watcher, const char *root, long *left);
void watch_tree_free(struct watch_tree *tree);

/*
 * Watches a directory that a look has visited. If it was not watched yet it is marked too, because what
 * happened since the visit was not seen. Returns 0, or -1 if watches have run out.
 */
int watch_tree_add(struct watch_tree *tree, const struct visit *visit);

/* How many directories are watched. */
long watch_tree_count(const struct watch_tree *tree);

/* Ends all watches: they are to be added anew. */
void watch_tree_clear(struct watch_tree *tree);

void watch_tree_mark(struct watch_tree *tree, unsigned marks);

void watch_tree_mark_path(struct watch_tree *tree, const struct survey_path *path);
bool watch_tree_is_marked(const struct watch_tree *tree);

/* Hands over the marks, to be cleared with survey_paths_clear(); none are left. */
struct watch_marks watch_tree_take(struct watch_tree *tree);

/* The marks as they are. */
const struct watch_marks *watch_tree_marks(const struct watch_tree *tree);

#endif
