/*
 * Where a repository is: found from a directory as `git rev-parse` finds it, and whether it may be read.
 */
#ifndef TACHO_GIT_PLACE_H
#define TACHO_GIT_PLACE_H

#include "git.h"

#include <limits.h>

struct place {
    char root[PATH_MAX];       /* of the work tree; "" without one */
    char git_dir[PATH_MAX];    /* HEAD, index and the action under way: the work tree's own */
    char common_dir[PATH_MAX]; /* refs, objects, configuration: shared by linked work trees */
    char git_file[PATH_MAX];   /* the .git file that led here; "" if it was a directory */
    char worktree[GIT_NAME_MAX];
};

/*
 * Finds the repository that `directory` lies in: in it or the nearest directory above that has a .git
 * directory or file, or is a git directory itself, on the same file system. Paths are real paths.
 */
bool place_find(struct place *place, const char *directory);

/* The same without going up: whether `directory` is the top of a work tree or a git directory. */
bool place_at(struct place *place, const char *directory);

/* Why place_find() finds nothing: see git_why_none(). */
const char *place_why_none(const char *directory, char where[PATH_MAX]);

/* Takes core.worktree and core.bare into account, which override where the work tree seems to be. */
void place_apply_configuration(struct place *place);

/*
 * Why the repository must not be read, or NULL: it belongs to another user and no safe.directory of the
 * user's own or the system's configuration names it (git-config(1), safe.directory).
 */
const char *place_refusal(const struct place *place);

/* Whether the git directory is kept by another repository, as git-submodule(1) does. */
bool place_is_submodule(const struct place *place);

/* Whether work tree and git directory belong to this user. */
bool place_is_own(const struct place *place);

/* Writes the path of a file below the git directory or the common one. Returns false if it is too long. */
bool place_git_path(const struct place *place, char out[PATH_MAX], const char *name);
bool place_common_path(const struct place *place, char out[PATH_MAX], const char *name);

#endif
