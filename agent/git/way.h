/*
 * A path, followed name by name as the kernel does (path_resolution(7)), without ever looking at anything on
 * a file system that may not answer (mounts.h).
 */
#ifndef TACHO_GIT_WAY_H
#define TACHO_GIT_WAY_H

#include <limits.h>
#include <stdbool.h>

struct mounts;

struct way {
    const struct mounts *mounts;
    char at[PATH_MAX];       /* what the last step came to */
    char name[NAME_MAX + 1]; /* its name */
    bool is_last;            /* nothing is left behind it */
    /* way.c's own */
    char done[PATH_MAX], left[PATH_MAX];
    int links;
    bool is_link;
};

enum way_step {
    WAY_ENTRY,   /* something that is no link */
    WAY_LINK,    /* a symbolic link, to be followed by the next step */
    WAY_MISSING, /* there is nothing by that name, in the directory before */
    WAY_END,     /* all of the path is done */
    WAY_REMOTE,  /* what follows may not be looked at */
    WAY_FAILED,
};

/* `path` is absolute. */
void way_start(struct way *way, const struct mounts *mounts, const char *path);

/* Goes one name further; after anything but WAY_ENTRY and WAY_LINK there are no more steps. */
enum way_step way_next(struct way *way);

/* Whether a path leads to a file system that may not answer. */
bool way_is_remote(const struct mounts *mounts, const char *path);

#endif
