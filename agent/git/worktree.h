/*
 * The work tree against the index: what is changed and what is untracked, kept per directory.
 *
 * Only directories with tracked files have a place in the table; what is untracked counts for the nearest
 * of those above it. A look takes in just the directories that are marked: everything, at first, and later
 * those that something happened in. The counts of the others still hold.
 */
#ifndef TACHO_GIT_WORKTREE_H
#define TACHO_GIT_WORKTREE_H

#include "ignore.h"
#include "index.h"
#include "settings.h"
#include "visits.h"

#include <pthread.h>

struct worktree;
struct submodules;

/* One look: what it needs, and what it found out beside the counts. */
struct look {
    const char *root;
    const struct settings *settings;
    const struct ignore_level *outer; /* rules from outside the work tree */
    struct submodules *submodules;
    struct visits *visits;
    pthread_mutex_t *lock; /* set while several threads look: around libgit2 and submodules */
    bool by_times;         /* changes are not seen: listings are kept as long as times are the same */
    bool is_converted;     /* contents may be converted before they are compared */
    bool is_quick;         /* gives up when the budget is spent: so many names and KiB looked at */
    int64_t budget;
    /* results */
    int32_t filtered; /* files that only a configured program could compare, and none is run */
    const char *why;  /* the look failed */
};

struct worktree_counts {
    int32_t unstaged, untracked, conflicted;
    bool needs_git; /* there is some case that only the git program tells rightly */
};

/* Makes the table for an index, which must outlive it, with everything marked. Returns NULL, with *why. */
struct worktree *worktree_make(const struct index *index, const char **why);
void worktree_free(struct worktree *worktree);

/* Takes over from the table of an older index what is known of directories in which nothing differs. */
void worktree_carry(struct worktree *worktree, struct worktree *old);

/* Marks the directory at `path` ("" the top), or the nearest above it in the table; with all below if `deep`.
 */
void worktree_mark(struct worktree *worktree, const char *path, bool deep);

/* Marks what has this path now; nothing else in its directory. */
void worktree_mark_name(struct worktree *worktree, const char *path);

/* Marks the directories that have submodules in them. */
void worktree_mark_submodules(struct worktree *worktree);

/* Has every directory listed anew, whatever its times are: rules from outside are others. */
void worktree_forget_listings(struct worktree *worktree);

/* Adds all directories of the table to the visits. */
void worktree_visit(const struct worktree *worktree, const char *root, struct visits *visits);

/* Looks at what is marked. Returns false if it failed or ran out of budget; what was marked still is, then.
 */
bool worktree_look(struct worktree *worktree, struct look *look);

struct worktree_counts worktree_counts(const struct worktree *worktree);

#endif
