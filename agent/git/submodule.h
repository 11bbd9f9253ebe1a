/*
 * Submodules: whether one differs from what the index says, as `git status` tells it (gitsubmodules(7), and
 * `ignore` in gitmodules(5)). Each is surveyed like any repository.
 */
#ifndef TACHO_GIT_SUBMODULE_H
#define TACHO_GIT_SUBMODULE_H

#include "worktree.h"

struct submodules;

/* For the submodules of a repository that is itself `depth` submodules down. */
struct submodules *submodules_make(int depth);
void submodules_free(struct submodules *submodules);

/* Forgets what .gitmodules and the configuration said, and closes what was surveyed. */
void submodules_reset(struct submodules *submodules);

/* Whether the submodule at `path` has another commit checked out than `oid`, or changes of its own. */
bool submodule_changed(struct submodules *submodules, struct look *look, const char *path,
                       const unsigned char *oid);

#endif
