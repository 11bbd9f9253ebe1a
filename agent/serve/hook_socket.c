/* The hooks' socket: connections and datagrams. See hook_socket.h and shm/request.h. */
#include "hook_socket.h"

#include "../base/memory.h"
#include "../base/say.h"

#include "../../shm/tacho.h"

#include <errno.h>
#include <ev.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CONNECTIONS_MAX = 512, SPARE_MAX = 16 };

#define DATAGRAM_MAX (sizeof(struct tacho_request) + TACHO_KEY_MAX + TACHO_BODY_MAX)

struct connection {
    ev_io io;
    struct hook_socket *socket;
    struct connection *next, *previous;
    bool is_waiting; /* for the answer to its one request */
    bool is_last;    /* that request is */
    bool is_closed;  /* the hook has hung up while it waited */
};

struct hook_socket {
    ev_io io;
    struct ev_loop *loop;
    hook_asked *asked;
    void *data;
    struct connection *connections; /* the one that asked most recently first */
    unsigned connection_count;
    struct connection *spare; /* closed ones, for those that come: a draw allocates nothing */
    unsigned spare_count;
    char *datagram; /* DATAGRAM_MAX bytes and a NUL; one request is looked at at a time */
};

static struct connection *connection_new(struct hook_socket *socket)
{
    struct connection *connection = socket->spare;
    if (!connection)
        return memory_zeroed(1, sizeof *connection);
    socket->spare = connection->next;
    socket->spare_count--;
    memset(connection, 0, sizeof *connection);
    return connection;
}

static void connection_free(struct connection *connection)
{
    struct hook_socket *socket = connection->socket;
    if (socket->spare_count == SPARE_MAX) {
        free(connection);
        return;
    }
    connection->next = socket->spare;
    socket->spare = connection;
    socket->spare_count++;
}

static void connection_link(struct connection *connection)
{
    struct hook_socket *socket = connection->socket;
    connection->previous = NULL;
    connection->next = socket->connections;
    if (connection->next)
        connection->next->previous = connection;
    socket->connections = connection;
}

static void connection_unlink(struct connection *connection)
{
    if (connection->next)
        connection->next->previous = connection->previous;
    if (connection->previous)
        connection->previous->next = connection->next;
    else
        connection->socket->connections = connection->next;
}

static void connection_close(struct connection *connection)
{
    struct hook_socket *socket = connection->socket;
    ev_io_stop(socket->loop, &connection->io);
    close(connection->io.fd);
    connection_unlink(connection);
    socket->connection_count--;
    connection->is_closed = true;
    if (!connection->is_waiting)
        connection_free(connection);
}

/* Hangs up on the shell that has not asked for longest, which connects again with its next prompt. */
static bool connection_make_room(struct hook_socket *socket)
{
    struct connection *oldest = NULL;
    for (struct connection *connection = socket->connections; connection; connection = connection->next)
        if (!connection->is_waiting)
            oldest = connection;
    if (!oldest)
        return false;
    connection_close(oldest);
    return true;
}

static bool request_is_sound(const struct tacho_request *header, size_t size)
{
    return size >= sizeof *header && header->magic == TACHO_REQUEST_MAGIC &&
           header->version == TACHO_REQUEST_VERSION && header->key_size <= TACHO_KEY_MAX &&
           header->body_size <= TACHO_BODY_MAX &&
           size == sizeof *header + header->key_size + header->body_size;
}

/* Takes one datagram, if there is one; a connection that floods waits its turn for the next. It may be gone
 * afterwards. */
static void connection_take(struct connection *connection)
{
    struct hook_socket *socket = connection->socket;
    ssize_t size = recv(connection->io.fd, socket->datagram, DATAGRAM_MAX, MSG_DONTWAIT | MSG_TRUNC);
    if (size < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    struct tacho_request header;
    if (size >= (ssize_t)sizeof header)
        memcpy(&header, socket->datagram, sizeof header);
    if (size <= 0 || (size_t)size > DATAGRAM_MAX || !request_is_sound(&header, (size_t)size) ||
        connection->is_waiting) {
        connection_close(connection);
        return;
    }
    socket->datagram[size] = '\0';
    connection->is_waiting = true;
    connection->is_last = header.flags & TACHO_REQUEST_LAST;
    connection_unlink(connection);
    connection_link(connection);
    const char *key = socket->datagram + sizeof header;
    socket->asked(socket->data, (struct hook_request *)connection, &header, key, key + header.key_size);
}

static void connection_ready(struct ev_loop *loop, ev_io *io, int events)
{
    (void)loop;
    (void)events;
    connection_take((struct connection *)io);
}

static void connection_open(struct hook_socket *socket, int descriptor)
{
    if (!unix_peer_is_us(descriptor) ||
        (socket->connection_count >= CONNECTIONS_MAX && !connection_make_room(socket))) {
        close(descriptor);
        return;
    }
    struct connection *connection = connection_new(socket);
    connection->socket = socket;
    connection_link(connection);
    socket->connection_count++;
    ev_io_init(&connection->io, connection_ready, descriptor, EV_READ);
    ev_io_start(socket->loop, &connection->io);
    /* A hook sends right after it connects: most often its request is there already. */
    connection_take(connection);
}

static void socket_ready(struct ev_loop *loop, ev_io *io, int events)
{
    (void)loop;
    (void)events;
    /* One a turn: mostly there is one, and if there are more the next turn comes at once. */
    int descriptor = accept4(io->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (descriptor >= 0)
        connection_open((struct hook_socket *)io, descriptor);
}

struct hook_socket *hook_socket_open(struct ev_loop *loop, const char *path, hook_asked *asked, void *data)
{
    int descriptor = unix_listen(path, SOCK_SEQPACKET);
    if (descriptor < 0)
        return NULL;
    struct hook_socket *socket = memory_zeroed(1, sizeof *socket);
    socket->loop = loop;
    socket->asked = asked;
    socket->data = data;
    socket->datagram = memory_take(DATAGRAM_MAX + 1);
    ev_io_init(&socket->io, socket_ready, descriptor, EV_READ);
    ev_io_start(loop, &socket->io);
    return socket;
}

void hook_socket_close(struct hook_socket *socket)
{
    if (!socket)
        return;
    while (socket->connections)
        connection_close(socket->connections);
    while (socket->spare) {
        struct connection *spare = socket->spare;
        socket->spare = spare->next;
        free(spare);
    }
    ev_io_stop(socket->loop, &socket->io);
    close(socket->io.fd);
    free(socket->datagram);
    free(socket);
}

void hook_reply(struct hook_request *request, enum tacho_reply_status status, uint32_t slot, uint64_t epoch)
{
    struct connection *connection = (struct connection *)request;
    connection->is_waiting = false;
    if (connection->is_closed) {
        connection_free(connection);
        return;
    }
    struct tacho_reply reply = {
        .magic = TACHO_REQUEST_MAGIC,
        .version = TACHO_REQUEST_VERSION,
        .status = (uint16_t)status,
        .slot = slot,
        .epoch = epoch,
    };
    /* A hook that does not take its answer loses it: the agent waits for nobody. */
    ssize_t sent = send(connection->io.fd, &reply, sizeof reply, MSG_DONTWAIT | MSG_NOSIGNAL);
    (void)sent;
    /* Done in the turn it came in, such a connection never gets as far as epoll. */
    if (connection->is_last)
        connection_close(connection);
}
