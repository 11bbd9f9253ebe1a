/*
 * Small files of a git directory, read with care: bounded, regular files only, never blocking.
 */
#ifndef TACHO_GIT_FILE_H
#define TACHO_GIT_FILE_H

#include "../base/text.h"

#include <limits.h>
#include <stdbool.h>
#include <sys/types.h>
#include <time.h>

/* What changes when a file is written or replaced; all zero for one that is not there. */
struct file_stamp {
    dev_t device;
    ino_t inode;
    off_t size;
    struct timespec modified, changed;
};

/* Takes the stamp of what `path` leads to. Returns whether there is anything. */
bool file_stamp_take(struct file_stamp *stamp, const char *path);
bool file_stamp_same(const struct file_stamp *a, const struct file_stamp *b);

/*
 * Reads a whole regular file, `path` taken from the directory `at` (or AT_FDCWD), into `out`, emptied
 * first. Returns 0, or -1 with errno: EFBIG if it holds more than `limit` bytes, EINVAL if it is no regular
 * file. `flags` are open's, O_NOFOLLOW for files of the work tree; `stamp`, unless NULL, is the stamp of what
 * was read.
 */
int file_read(int at, const char *path, int flags, size_t limit, struct text *out, struct file_stamp *stamp);

/* Joins directory and name with a slash. Returns false, and "" in `out`, if the path is too long. */
bool path_join(char out[PATH_MAX], const char *directory, const char *name);

/* Whether directory/name exists. */
bool path_exists(const char *directory, const char *name);

/* Whether `path` is `prefix` or lies below it; everything lies below "". */
bool path_is_below(const char *path, const char *prefix);

#endif
