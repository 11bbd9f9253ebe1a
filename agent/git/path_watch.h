/*
 * Watches on all that a path's meaning rests on: every directory and symbolic link on the way, what is at its
 * end, and, where the way ends early, the directory that its next name is missing in. As long as none of them
 * reports anything the path leads where it led, and what is there is what it was.
 */
#ifndef TACHO_GIT_PATH_WATCH_H
#define TACHO_GIT_PATH_WATCH_H

#include <stdint.h>

struct mounts;
struct path_watch;
struct watcher;

/*
 * Starts it for an absolute path. `changed` is called for whatever happens, perhaps several times; then it is
 * to be started anew. `mask` is inotify's, for what is to be told of the thing at the end beside its going.
 * NULL if a part of the way cannot be watched, or is where nothing may be looked at (mounts.h). What `path`
 * leads to is to be looked at afterwards, not before.
 */
struct path_watch *path_watch_start(struct watcher *watcher, const struct mounts *mounts, const char *path,
                                    uint32_t mask, void (*changed)(void *data), void *data);

/* NULL is fine. */
void path_watch_stop(struct path_watch *watch);

#endif
