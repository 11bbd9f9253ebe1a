/*
 * Which untracked paths git does not mention: gitignore(5).
 *
 * A level is one file of patterns, for the directory it is in and all below; levels are chained from the
 * one nearest to a path upwards, then info/exclude, then core.excludesFile. The first level with a
 * pattern that matches decides, by the last such pattern in it.
 */
#ifndef TACHO_GIT_IGNORE_H
#define TACHO_GIT_IGNORE_H

#include "../base/text.h"

#include <stdbool.h>
#include <stddef.h>

struct ignore_rules; /* the patterns of one file */

struct ignore_level {
    const struct ignore_rules *rules; /* NULL: none */
    size_t base_size;              /* of the directory's path and its slash: what patterns are relative to */
    const struct ignore_level *up; /* NULL: the last */
};

/* Takes a file's patterns in. Returns NULL if there are none. */
struct ignore_rules *ignore_parse(const char *bytes, size_t size);

/* The same from the file `path`, taken from the directory `at`; NULL too if there is no such file. */
struct ignore_rules *ignore_load(int at, const char *path, int flags);
void ignore_free(struct ignore_rules *rules);

/* Whether `path`, from the top of the work tree and in a directory that is not itself ignored, is ignored. */
bool ignore_match(const struct ignore_level *level, const char *path, size_t size, bool is_directory);

#endif
