/*
 * The git program, for what neither our readers nor libgit2 can do.
 *
 * It is run so that nothing the repository configures is: no fsmonitor, hooks, pager, filters or transports,
 * no look into submodules (whose own configuration would count), and no locks, so that it may be stopped at
 * any time. On the worker thread only.
 */
#ifndef TACHO_GIT_PROGRAM_H
#define TACHO_GIT_PROGRAM_H

#include "refs.h"

struct worker;

struct program_status {
    int32_t staged, unstaged, untracked, conflicted, stashes;
    int32_t ahead, behind; /* -1: not known */
    char upstream[GIT_NAME_MAX];
    struct head head;
    bool has_submodules; /* whose own changes are not among the counts */
};

/* Reads `git status`. Returns NULL, or why it could not be had. Ends early when `worker` (or NULL) is to
 * stop. */
const char *program_read_status(struct program_status *status, const struct place *place,
                                const struct worker *worker);

#endif
