/*
 * Whether a file of the work tree still holds what the index says, where the lstat(2) data does not tell.
 */
#ifndef TACHO_GIT_CONTENT_H
#define TACHO_GIT_CONTENT_H

#include "index.h"
#include "settings.h"

#include <sys/stat.h>

enum content { CONTENT_SAME, CONTENT_CHANGED, CONTENT_FILTERED };

/*
 * Compares the file `path` (from the top of the work tree; `name` in the directory `at`) with a blob's id. A
 * file that a configured program filters is CONTENT_FILTERED: no such program is ever run, so it cannot be
 * told.
 */
enum content content_compare(const struct settings *settings, const char *path, int at, const char *name,
                             const struct stat *status, const unsigned char *oid);

/*
 * The same where nothing converts contents: no attributes and no core.autocrlf. In that case this is a
 * fraction of the cost, and may be called by several threads at once.
 */
enum content content_compare_plain(int at, const char *name, const struct stat *status,
                                   const unsigned char *oid);

/* Whether anything but the work tree's own .gitattributes may convert contents. */
bool content_is_converted(const struct settings *settings, const struct place *place);

#endif
