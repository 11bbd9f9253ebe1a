/*
 * Shells that ask by file: fish, and any other that can neither hold a socket nor load a reader (shm/request.h says
 * what they write and read). An ask is a fence as a request on the hooks' socket is: the inotify event that
 * tells of it comes after those of everything that happened before it.
 */
#ifndef TACHO_SHELL_ASKS_H
#define TACHO_SHELL_ASKS_H

struct answers;
struct shell_asks;
struct watcher;

/*
 * Makes the folder in the runtime directory and watches it; what was asked of an earlier agent is asked of this one.
 * The segment is in its place already. `answers` and `watcher` must outlive it. Returns NULL with errno if it
 * cannot be had: such shells then run tacho-prompt.
 */
struct shell_asks *shell_asks_open(const char *runtime, struct watcher *watcher, struct answers *answers);

/* NULL is fine. */
void shell_asks_close(struct shell_asks *asks);

/* Answers what was asked since the last call. The watcher has been drained. NULL is fine, here and below. */
void shell_asks_answer(struct shell_asks *asks);

/* Something that an answer may have lacked has come about. */
void shell_asks_look_again(struct shell_asks *asks);

#endif
