/*
 * What is staged: the difference between the tree of HEAD and the index, as `git status` counts it.
 */
#ifndef TACHO_GIT_STAGED_H
#define TACHO_GIT_STAGED_H

#include "index.h"
#include "library_calls.h"

struct staged {
    int32_t count;
    int64_t committed_us; /* when `head` was made; 0: not known */
    bool needs_git; /* the count depends on how similar two files are, or on trees that only git expands */
};

/*
 * Counts paths; a rename counts once if `detects_renames`. `head` is the commit in hex, "" for none.
 * Directories whose tree the index knows to be HEAD's are not looked into. Returns NULL, or why it cannot be
 * told.
 */
const char *staged_count(struct staged *staged, git_repository *repository, const struct index *index,
                         const char *head, bool detects_renames);

#endif
