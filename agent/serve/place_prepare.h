/*
 * The agent's places on disk, made ready: the runtime directory (0700, ours), the lock in it that makes
 * the agent one instance a user, and the log file that takes its messages in the background.
 */
#ifndef TACHO_PLACE_PREPARE_H
#define TACHO_PLACE_PREPARE_H

#include <stddef.h>

#define PLACE_PATH_MAX 4096

/*
 * Writes the runtime directory's path and makes the directory, with its parents, if it is missing. One that
 * belongs to another user, or that others may write to, is refused with a message. Returns 0 or -1.
 */
int place_prepare(char *runtime, size_t size, const char *const *environment);

/*
 * Takes the lock. Returns its descriptor, to be held as long as the agent runs (the kernel drops it whatever
 * ends the process), or after half a second PLACE_LOCKED with a message that names the agent which has it, or
 * -1 with one that says what is wrong.
 */
enum { PLACE_LOCKED = -2 };
int place_lock(const char *runtime);

/* Sends stderr to agent.log in the state directory; one over 1 MiB is started anew. Best effort. */
void place_open_log(const char *const *environment);

#endif
