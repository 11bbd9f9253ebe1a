/*
 * Watching what is in a folder that may not be there yet, or go and come back: as long as it is not there,
 * the nearest folder above it is watched for the way down to it.
 */
#ifndef TACHO_FOLDER_WATCH_H
#define TACHO_FOLDER_WATCH_H

#include "watch.h"

struct folder_watch;

/* An entry was written, moved into place, or went; "": the folder came or went, so any may have. */
typedef void folder_changed(void *data, const char *name);

/*
 * Starts it for an absolute path, which is copied. Never fails: what cannot be watched is not reported. Look
 * at the folder after this call, not before it. On the loop thread.
 */
struct folder_watch *folder_watch_start(struct watcher *watcher, const char *path, folder_changed *changed,
                                        void *data);

/* NULL is fine. Before the watcher is closed. */
void folder_watch_stop(struct folder_watch *folder);

#endif
