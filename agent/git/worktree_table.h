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
    int32_t deleted;   /* of the unstaged */
    struct text names; /* of the untracked files that are in it and count: /NAME/NAME/ */
    enum { UNTOLD, PLAIN, CONVERTED } contents; /* how its files are compared */
    bool stale, stale_below;                    /* must be looked at; one below must */
    bool is_sparse;  /* the index has it as one entry: git expects it not to be there */
    bool is_ignored; /* by a rule: what is untracked in it is, too */
    bool has_submodules;
    bool needs_git; /* it is as only the git program tells rightly */
};

/* What a tracked file was at the last look. */
enum file_state { FILE_UNSTAGED = 1, FILE_DELETED = 2 };

struct touched {
    uint32_t directory;
    char *name;
};

struct worktree {
    const struct index *index;
    struct directory *all; /* in the order of their paths; [0] is the top */
    size_t count, room;
    uint32_t *files;         /* entries of the index, by directory */
    unsigned char *states;   /* by entry of the index */
    struct touched *touched; /* names that are to be looked at */
    size_t touched_count, touched_room;
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
    struct listed *listed;          /* notes what is listed; NULL: not needed */
    struct walk_parts *parts;       /* where parts are put aside; NULL: none are */
    char path[PATH_MAX + NAME_MAX]; /* of what is being looked at, from the top */
};

/*
 * Looks at a directory and all below that is marked. `listing` is NULL for one that is gone, which takes
 * everything below with it; `up` are the rules from above.
 */
void walk_directory(struct walk *walk, uint32_t id, DIR *listing, const struct ignore_level *up,
                    bool is_ignored, int depth);

/* Puts a name behind the path of a directory. Returns the size of the whole, 0 if it is too long. */
size_t walk_set_name(struct walk *walk, size_t directory, const char *name, size_t size);

/*
 * Looks at a tracked file of the directory, whose descriptor is `at`, -1 if it is gone. Returns its enum
 * file_state; look->why or a spent budget where that is not known.
 */
unsigned walk_file(struct walk *walk, struct directory *directory, int at, const struct index_entry *entry);

/* Whether the look has failed or used up its budget. */
bool walk_is_spent(const struct walk *walk);

/* The rules from above a directory: a chain in `levels`, of DEPTH_MAX. */
#define DEPTH_MAX 200 /* a descriptor each */
const struct ignore_level *walk_rules_above(const struct walk *walk, uint32_t id,
                                            struct ignore_level *levels);

/* Looks at what is marked by name. What cannot be told so has its directory marked instead. */
void walk_names(struct walk *walk);

/* Notes whether an untracked file counts. Returns by how much the count changes. */
int directory_note(struct directory *directory, const char *name, bool counts);

/* Opens a directory by its name in another, not through a link. NULL if it is none; look->why if that is
 * unknown. */
DIR *walk_open(struct walk *walk, int parent, const char *name);

/* Puts the directory and all below aside, for another thread. Returns false if it is too much for one part.
 */
bool walk_put_aside(struct walk_parts *parts, uint32_t id, bool is_ignored, int depth);

/* Marks that something above the directory is to be gone through for it. */
void directory_mark_above(struct worktree *worktree, uint32_t id);

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
