/*
 * What a hook's request means, and when it can be answered.
 *
 * A request is a fence: everything that happened on watched files before it came is read first. If what
 * the line shows is then complete (history accounted for, the repository's state worked out) it is
 * published and answered at once; else the request waits for that, or for the moment at which its hook
 * would give up, and is answered with what there is, marked.
 */
#ifndef TACHO_ANSWERS_H
#define TACHO_ANSWERS_H

#include "hook_socket.h"
#include "publisher.h"

struct answers;
struct watcher;

/* All pointers must outlive the answers. `news`: a client told of limits, which concern every slot. */
struct answers *answers_new(struct ev_loop *loop, struct watcher *watcher, struct history *history,
                            struct git *git, struct publisher *publisher, struct segment_writer *writer,
                            void (*news)(void *data), void *data);
void answers_free(struct answers *answers);

/* A hook asked: a hook_asked callback; `data` is the answers. */
void answers_asked(void *data, struct hook_request *request, const struct tacho_request *header,
                   const char *key, const char *body);

/*
 * Brings a directory's slot up to date as far as that can be done at once and publishes it; the caller has
 * drained the watcher. `asker` asked for it at `asked_us` (monotonic). Returns the slot, or -1; sets *fresh
 * to whether all of it is worked out.
 */
int64_t answers_directory(struct answers *answers, const char *path, size_t size,
                          struct publisher_asker asker, int64_t asked_us, bool *fresh);

/* Something that requests may be waiting for has come about: history is ready, or a repository is worked out.
 */
void answers_look_again(struct answers *answers);

#endif
