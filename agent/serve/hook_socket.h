/*
 * The hooks' socket: datagrams in, datagrams out (shm/request.h). This module knows connections and
 * checks what comes in; what a request means is the business of whoever opened it.
 *
 * A request may be answered at once or later; until it is, it holds a place. Connections are few and
 * short, or held by a shell's in-process reader, which may ask again and again. Only this euid is let in.
 */
#ifndef TACHO_HOOK_SOCKET_H
#define TACHO_HOOK_SOCKET_H

#include "../../shm/request.h"

#include <stddef.h>
#include <stdint.h>

struct ev_loop;
struct hook_socket;
struct hook_request; /* one that waits for its answer */

/*
 * A request has come, well-formed. `key` and `body` are valid during the call only. The callee answers with
 * hook_reply(), now or later, exactly once.
 */
typedef void hook_asked(void *data, struct hook_request *request, const struct tacho_request *header, const char *key,
                        const char *body);

/* Listens at `path`; an old socket of that name is replaced (the caller holds the agent's lock). NULL: errno. */
struct hook_socket *hook_socket_open(struct ev_loop *loop, const char *path, hook_asked *asked, void *data);
void hook_socket_close(struct hook_socket *socket);

/* Answers. The request is gone afterwards; if its hook has hung up meanwhile nothing is sent. */
void hook_reply(struct hook_request *request, enum tacho_reply_status status, uint32_t slot, uint64_t epoch);

/*
 * Listens on a new AF_UNIX socket of `type` bound to `path`, readable and writable by its owner only. Paths longer than
 * sockaddr_un takes are reached through /proc/self/fd. Returns the descriptor, or -1 with errno.
 */
int unix_listen(const char *path, int type);

/* Whether the peer runs as this euid (SO_PEERCRED). */
int unix_peer_is_us(int descriptor);

#endif
