/*
 * Which paths are on file systems that others write to without this kernel being told, and whose servers may
 * not answer: nothing there may be looked at on the loop thread. Known from /proc/self/mountinfo (proc(5)),
 * whose reading waits for none of them.
 */
#ifndef TACHO_GIT_MOUNTS_H
#define TACHO_GIT_MOUNTS_H

#include <stdbool.h>

struct mounts;

/* Where there is no /proc, every path is taken for a local one. */
struct mounts *mounts_make(void);
void mounts_free(struct mounts *mounts);

/* Whether anything was mounted or unmounted since the last call; what is on what is known anew, then. */
bool mounts_have_changed(struct mounts *mounts);

/* Whether there are any such file systems. */
bool mounts_have_remote(const struct mounts *mounts);

/* Whether `path`, absolute and with no link on the way to it, is on such a file system. */
bool mounts_is_remote(const struct mounts *mounts, const char *path);

#endif
