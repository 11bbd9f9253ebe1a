/*
 * Which repository a directory lies in, remembered while that cannot have changed: the way to the directory,
 * those up to the top of the work tree, and the git directories are watched for it. A question about a
 * directory in which nothing has happened then costs no look at the disk.
 */
#ifndef TACHO_GIT_TRAILS_H
#define TACHO_GIT_TRAILS_H

#include "place.h"

struct mounts;
struct trails;
struct watcher;

struct trails *trails_make(struct watcher *watcher, const struct mounts *mounts);
void trails_free(struct trails *trails);

/* The git directory of the repository that the directory lies in; NULL: not known, look. */
const char *trails_recall(struct trails *trails, const char *directory);

/* Remembers where a look has just found a directory's repository, if all of it can be watched. */
void trails_keep(struct trails *trails, const char *directory, const struct place *place);

/* Forgets everything: events were lost, or mounts have changed. */
void trails_forget(struct trails *trails);

/* Forgets the directories of a repository that is dropped. */
void trails_drop(struct trails *trails, const char *git_dir);

#endif
