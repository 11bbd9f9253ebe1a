/*
 * Watching the way to a root folder: noticing that it appears, disappears or becomes another folder.
 *
 * A folder's own watch says nothing when a folder above it is renamed or a symlink on the way is pointed
 * elsewhere, and there is none while it does not exist. So every folder on the way is watched: for its own
 * removal only, or, where the next step is missing, a symlink or closed to us, also for that name.
 */
#ifndef TACHO_LOG_ROOT_H
#define TACHO_LOG_ROOT_H

#include <stdbool.h>

struct watcher;
struct log_root;

/* `changed` is called inside watcher_drain() when the way may lead elsewhere. `path` must outlive the root.
 */
struct log_root *log_root_new(const char *path, struct watcher *watcher, void (*changed)(void *data),
                              void *data);
void log_root_free(struct log_root *root);

/*
 * Watches the way as it is now, if it may have changed since the last call. Look at the root after it, not
 * before: what happens in between is then reported. Not inside watcher_drain().
 */
void log_root_arm(struct log_root *root);

/* Events may have been lost: the next log_root_arm() watches the way anew. */
void log_root_doubt(struct log_root *root);

/* Whether a change of the way may go unreported (no watches to be had), so that it must be looked at. */
bool log_root_is_polled(const struct log_root *root);

/* Whether other machines may write below it without this kernel's knowledge: NFS, FUSE, SMB, 9P. */
bool log_root_is_remote(const char *path);

#endif
