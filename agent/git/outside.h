/*
 * The files outside any repository that say how repositories are to be read: the user's and the system's
 * configuration, the user's ignore rules and attributes. They are watched where that can be done, and looked
 * at for each question where it cannot.
 */
#ifndef TACHO_GIT_OUTSIDE_H
#define TACHO_GIT_OUTSIDE_H

#include <stdint.h>

struct mounts;
struct outside;
struct watcher;

struct outside *outside_make(struct watcher *watcher, const struct mounts *mounts);
void outside_free(struct outside *outside);

/* A number that is another one whenever any of the files is. */
uint64_t outside_generation(struct outside *outside);

/* Has the files looked at again: events were lost, or mounts have changed. */
void outside_forget(struct outside *outside);

#endif
