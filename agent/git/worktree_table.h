/*
 * Inside the work tree's table: what worktree.c and worktree_look.c share. Nobody else includes this.
 */
#ifndef TACHO_GIT_WORKTREE_TABLE_H
#define TACHO_GIT_WORKTREE_TABLE_H

#include "listed.h"
#include "worktree.h"

#include <dirent.h>
#include <limits.h>

#define NOWHERE UINT32_MAX

/* A directory that has tracked files in it or below. */
struct directory {
    const char *path;           /* the index's memory; no slash at the end, not NUL-terminated */
    struct ignore_rules *rules; /* of its .gitignore */
    struct listed *listed;      /* what `untracked` rests on, where times tell; NULL */
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

/*
 * What is handed down from directory to directory. While a whole tree is looked at by several threads, parts
 * of it are put aside (worktree_parts.c) instead of being gone into; each thread has a walk and a look of its
 * own.
 */
struct walk {
    struct worktree *worktree;
    struct look *look;
    struct listed *listed;                   /* notes what is listed; NULL: not needed */
    struct walk_parts *parts;                /* where parts are put aside; NULL: none are */
    enum { UNTOLD, PLAIN, CONVERTED } files; /* how those of the directory are compared */
    char path[PATH_MAX + NAME_MAX];          /* of what is being looked at, from the top */
};

/*
 * Looks at a directory and all below that is marked. `listing` is NULL for one that is gone, which takes
 * everything below with it; `up` are the rules from above.
 */
void walk_directory(struct walk *walk, uint32_t id, DIR *listing, const struct ignore_level *up,
                    bool is_ignored, int depth);

/* Opens a directory by its name in another, not through a link. NULL if it is none; look->why if that is
 * unknown. */
DIR *walk_open(struct walk *walk, int parent, const char *name);

/* Puts the directory and all below aside, for another thread. Returns false if it is too much for one part.
 */
bool walk_put_aside(struct walk_parts *parts, uint32_t id, bool is_ignored, int depth);

/* Has what is below a directory listed anew. */
void directory_forget_below(struct worktree *worktree, uint32_t id);

/* Looks at all of the tree that is marked, with several threads if that may be much. */
void walk_tree(struct worktree *worktree, struct look *look);

/* An entry of the directory by its name; NULL. */
const struct index_entry *directory_file(const struct worktree *worktree, const struct directory *directory,
                                         const char *name, size_t size);

/* A directory in the directory by its name; NOWHERE. */
uint32_t directory_child(const struct worktree *worktree, const struct directory *directory, const char *name,
                         size_t size);

#endif
