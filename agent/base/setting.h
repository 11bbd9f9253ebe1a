/*
 * One value out of a configuration file in git's syntax (git-config(1), "CONFIGURATION FILE"), for programs
 * that are too small for libgit2, with which the agent reads the same file. Of several values the last
 * counts. Files that the file includes are not looked at.
 */
#ifndef TACHO_SETTING_H
#define TACHO_SETTING_H

#include "text.h"

#include <stdbool.h>

/*
 * Finds `section.key` (in lower case, without a subsection) in a text; what stands before a mistake applies.
 * Adds the value to `value`, which must be empty; a key without a value has "true". False if there is none.
 */
bool setting_find(const char *bytes, size_t size, const char *name, struct text *value);

/* The same in a file; false also if it cannot be read. */
bool setting_read(const char *path, const char *name, struct text *value);

#endif
