/*
 * The clients that run: each keeps a file, <config>/sessions/<pid>.json, that says whether it is idle, busy
 * or waiting for the person. It is watched, and so is the process: one that was killed leaves its file
 * behind.
 *
 * The file is not documented; keys as seen on 2.1.139 to 2.1.278 (notes on status lines, §1.7): pid,
 * sessionId, status, procStart, which is field 22 of /proc/<pid>/stat and tells a process from a later one
 * of the same number, and bridgeSessionId, a text while remote control is on. A file that lacks them tells
 * nothing.
 */
#ifndef TACHO_CLIENTS_H
#define TACHO_CLIENTS_H

#include "../render/facts.h"

struct clients;
struct ev_loop;
struct watcher;

/* A session's client says something new of its state, or whether it is controlled from elsewhere;
 * STATE_UNKNOWN: it has ended. */
typedef void client_changed(void *data, const char *session, enum session_state state, bool is_remote);

/* Looks at the clients of every config directory there are, and watches from then on. All must outlive it. */
struct clients *clients_open(struct ev_loop *loop, struct watcher *watcher, char *const *directories,
                             client_changed *changed, void *data);
void clients_close(struct clients *clients);

#endif
