/*
 * The agent's one inotify descriptor. All watches, on logs and on repositories, are on it: events of
 * one queue come in order, which is what makes a fence possible (DESIGN.md §4, "Fences"). Several parties
 * may watch the same directory; each gets its own calls.
 *
 * Events are hints. A callback marks what may have changed and looks at it afterwards; it never derives
 * state from an event. All functions are called on the loop thread only.
 */
#ifndef TACHO_WATCH_H
#define TACHO_WATCH_H

#include <stdint.h>

struct watcher;
struct watch; /* one party's interest in one directory or file */

/*
 * `mask` is inotify's (IN_MODIFY, IN_CREATE, ..., IN_IGNORED once the watch has died by itself); `name` is
 * the entry inside a watched directory, "" for the watched thing itself.
 */
typedef void watch_changed(void *data, struct watch *watch, uint32_t mask, const char *name);

/* Called when events were lost (IN_Q_OVERFLOW): anything may have changed. */
typedef void watch_overflowed(void *data);

/* NULL with errno set if there is no inotify descriptor to be had (EMFILE: too many instances). */
struct watcher *watcher_open(void);

/* Closes the descriptor. Watches that are left are freed with it. Not inside a callback. NULL is fine. */
void watcher_close(struct watcher *watcher);
int watcher_descriptor(const struct watcher *watcher);

/* Several parties may ask to be told; whoever asks must also stop asking, with the same two, before `data`
 * ends. */
void watcher_on_overflow(struct watcher *watcher, watch_overflowed *overflowed, void *data);
void watcher_off_overflow(struct watcher *watcher, watch_overflowed *overflowed, void *data);

/*
 * Watches `path`. A symlink is followed, unless IN_DONT_FOLLOW is in the mask. Returns NULL with errno set:
 * ENOSPC when the user's watches are used up, ENOENT, EACCES, ... Whatever the mask, IN_IGNORED is
 * reported; after it no further call comes, and the handle is still the party's to remove.
 */
struct watch *watch_add(struct watcher *watcher, const char *path, uint32_t mask, watch_changed *changed,
                        void *data);

/* Ends the interest; no further call comes. Safe inside a callback, for any watch. */
void watch_remove(struct watch *watch);

/*
 * Reads what is queued and makes the calls. After it returns, everything that happened on watched local
 * files before it was called has been reported. What is queued meanwhile may be left, so that a flood
 * cannot hold up the loop: the descriptor is then still readable. Returns the number of events. Inside a
 * callback it does nothing.
 */
int watcher_drain(struct watcher *watcher);

/* For tests: makes the next drain behave as if the queue had overflowed: what is queued is lost. */
void watcher_pretend_overflow(struct watcher *watcher);

#endif
