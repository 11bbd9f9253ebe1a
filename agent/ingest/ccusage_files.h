/*
 * The log files that ccusage reads, in its order, and what it takes from their paths. Its rules, not
 * Tacho's: hard links are files of their own, the project is what follows the first `projects` in the whole
 * path, and a session is named by the file or by a folder above it.
 */
#ifndef TACHO_CCUSAGE_FILES_H
#define TACHO_CCUSAGE_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ccusage_file {
    char *path;
    uint64_t size; /* when it was found */
    char *project, *session,
        *session_project; /* session_project: the folders that a session is told apart by */
};

struct ccusage_files {
    struct ccusage_file *list; /* by path */
    size_t count, room;
    size_t directories; /* config directories that have logs at all */
};

/*
 * Finds the files below the config directories (NULL-terminated), or only those of a project ("": all).
 * What cannot be listed has no files, as in ccusage.
 */
void ccusage_files_find(struct ccusage_files *files, char *const *directories, const char *project);
void ccusage_files_free(struct ccusage_files *files);

/* Sets project, session and session_project from the path. */
void ccusage_file_name(struct ccusage_file *file);

#endif
