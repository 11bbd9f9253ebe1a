/*
 * The project that a log file belongs to.
 */
#ifndef TACHO_PROJECT_H
#define TACHO_PROJECT_H

#include <stddef.h>

/*
 * The folder below the last `projects` in a path that has one: part of `path`. "Unknown Project" for a file
 * beside the folders, as ccusage calls it.
 */
const char *project_of_path(const char *path, size_t *size);

#endif
