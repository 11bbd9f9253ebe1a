/*
 * Patterns as gitignore(5) has them. Time is bounded by the product of the two sizes, whatever the pattern.
 */
#ifndef TACHO_GIT_GLOB_H
#define TACHO_GIT_GLOB_H

#include <stdbool.h>
#include <stddef.h>

/* Whether a name, in which a slash is nothing special, matches: `*`, `?`, `[...]`, `\`. */
bool glob_name(const char *pattern, size_t pattern_size, const char *name, size_t name_size);

/* Whether a path matches: slashes only match themselves, and `**` as a whole part any number of parts. */
bool glob_path(const char *pattern, size_t pattern_size, const char *path, size_t path_size);

#endif
