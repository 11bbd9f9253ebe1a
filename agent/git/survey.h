/*
 * A survey knows everything that is told of one repository beyond HEAD and the plain files beside it: the
 * counts, the upstream, the tag. It keeps what it has found out, so that a later look costs what has changed.
 *
 * A survey belongs to one thread at a time: the worker's while a look runs there, the loop's otherwise.
 */
#ifndef TACHO_GIT_SURVEY_H
#define TACHO_GIT_SURVEY_H

#include "refs.h"
#include "upstream.h"
#include "visits.h"

struct survey;
struct worker;

/* What may have changed since the last look. */
enum survey_mark {
    MARK_PATHS = 1 << 0,    /* what is listed */
    MARK_GIT = 1 << 1,      /* HEAD, refs, index */
    MARK_MODULES = 1 << 2,  /* a submodule's git directory */
    MARK_RULES = 1 << 3,    /* .gitignore, info/exclude, .gitattributes, .gitmodules */
    MARK_SETTINGS = 1 << 4, /* configuration */
    MARK_ALL = 1 << 5,      /* anything, anywhere */
};

/* What may have changed in the work tree, by its path from the top. */
struct survey_path {
    char *path;
    enum path_kind {
        PATH_NAME,      /* what has this name now, in the directory that it is in */
        PATH_DIRECTORY, /* anything in this directory */
        PATH_DEEP,      /* and below */
    } kind;
};

struct survey_paths {
    struct survey_path *all;
    size_t count, room;
};

struct survey_order {
    unsigned marks; /* enum survey_mark */
    struct survey_paths paths;
    struct head head;
    bool maps_only;              /* only finds out which directories there are to watch */
    bool by_times;               /* changes are not seen: what did not change must be found out from times */
    bool is_quick;               /* a fraction of a millisecond, or give up */
    const struct worker *worker; /* gives up when it is told to stop; NULL */
};

struct survey_result {
    int32_t staged, unstaged, untracked, conflicted; /* -1: not known */
    char upstream[GIT_NAME_MAX];
    int32_t ahead, behind, push_ahead, push_behind;
    int64_t committed_us;
    char tag[GIT_NAME_MAX];
    const char *engine;
    struct git_remote origin, upstream_remote;
    bool is_sparse;
    bool uses_git; /* everything is as the git program last told it, and changes are not seen */
    bool has_head; /* `head` and `stashes` are the git program's too, for refs that are not plain files */
    struct head head;
    int32_t stashes;
    char reason[160];
    enum git_trouble trouble;
    struct visits visits; /* the caller's to clear */
};

struct survey *survey_make(const struct place *place, int depth);
void survey_free(struct survey *survey);

/* Returns false if a quick look, or one that was told to stop, could not be ended; the same marks are due
 * again. */
bool survey_look(struct survey *survey, const struct survey_order *order, struct survey_result *result);

void survey_paths_add(struct survey_paths *paths, const char *path, enum path_kind kind);
void survey_paths_clear(struct survey_paths *paths);

#endif
