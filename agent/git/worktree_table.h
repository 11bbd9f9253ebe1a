/*
 * Inside the work tree's table: what worktree.c and worktree_look.c share. Nobody else includes this.
 */
#ifndef TACHO_GIT_WORKTREE_TABLE_H
#define TACHO_GIT_WORKTREE_TABLE_H

#include "worktree.h"

#define NOWHERE UINT32_MAX

/* A directory that has tracked files in it or below. */
struct directory {
    const char *path;           /* the index's memory; no slash at the end, not NUL-terminated */
    struct ignore_rules *rules; /* of its .gitignore */
    uint32_t path_size;
    uint32_t parent;
    uint32_t first_file, file_count;   /* in worktree->files */
    uint32_t first_child, child_count; /* in worktree->children */
    int32_t unstaged, untracked;
    int32_t deleted;         /* of the unstaged */
    bool stale, stale_below; /* must be looked at; one below must */
    bool is_sparse;          /* the index has it as one entry: git expects it not to be there */
    bool has_submodules;
};

struct worktree {
    const struct index *index;
    struct directory *all; /* in the order of their paths; [0] is the top */
    size_t count, room;
    uint32_t *files;    /* entries of the index, by directory */
    uint32_t *children; /* directories, by the one they are in */
    int32_t conflicted;
};

/* An entry of the directory by its name; NULL. */
const struct index_entry *directory_file(const struct worktree *worktree, const struct directory *directory,
                                         const char *name, size_t size);

/* A directory in the directory by its name; NOWHERE. */
uint32_t directory_child(const struct worktree *worktree, const struct directory *directory, const char *name,
                         size_t size);

#endif
