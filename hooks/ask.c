/* One request to the agent, one reply: see hook.h and shm/request.h. */
#include "hook.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

/* A datagram needs this much more send buffer than its bytes once it is larger than the usual buffer takes.
 */
enum { USUAL_DATAGRAM = 96 * 1024, LARGE_BUFFER = 512 * 1024, START_STEP_MS = 2 };

/* The address of the agent's socket; a path that is too long for it goes through the directory's descriptor.
 */
static bool address_set(struct sockaddr_un *address, struct runtime *runtime, int *directory)
{
    static const char descriptors[] = "/proc/self/fd/", name[] = "/" TACHO_SOCKET_NAME;
    address->sun_family = AF_UNIX;
    *directory = -1;
    if (runtime->size + sizeof name <= sizeof address->sun_path) {
        memcpy(address->sun_path, runtime_path(runtime, TACHO_SOCKET_NAME), runtime->size + sizeof name);
        return true;
    }
    runtime->path[runtime->size] = '\0';
    *directory = open(runtime->path, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (*directory < 0 || *directory > 99)
        return false;
    char *at = address->sun_path;
    memcpy(at, descriptors, sizeof descriptors - 1);
    at += sizeof descriptors - 1;
    *at++ = (char)('0' + *directory / 10);
    *at++ = (char)('0' + *directory % 10);
    memcpy(at, name, sizeof name);
    return true;
}

/* Connected to an agent of ours, or -1. */
static int agent_connect(struct runtime *runtime)
{
    struct sockaddr_un address;
    struct ucred peer;
    socklen_t size = sizeof peer;
    int directory, descriptor = -1;
    if (!address_set(&address, runtime, &directory))
        return -1;
    descriptor = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    /* EAGAIN: the agent is there, with a full queue before it. */
    if (descriptor >= 0 && connect(descriptor, (struct sockaddr *)&address, sizeof address) < 0 &&
        errno != EAGAIN) {
        close(descriptor);
        descriptor = -1;
    }
    if (directory >= 0)
        close(directory);
    /* What the client says is for our own agent only. */
    if (descriptor >= 0 &&
        (getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &peer, &size) < 0 || peer.uid != geteuid())) {
        close(descriptor);
        descriptor = -1;
    }
    return descriptor;
}

/* Starts an agent and gives it as long to listen as the hook would wait for an answer anyway. */
static int agent_start_and_connect(struct runtime *runtime, const char *const *environment, int wait_ms)
{
    bool spawned = agent_spawn(runtime, environment);
    for (int waited = 0; waited < wait_ms; waited += START_STEP_MS) {
        poll(NULL, 0, START_STEP_MS);
        int descriptor = agent_connect(runtime);
        if (descriptor >= 0)
            return descriptor;
        /* Whoever held the lock may have been ending. */
        spawned = spawned || agent_spawn(runtime, environment);
    }
    return -1;
}

static bool request_send(int descriptor, const struct tacho_request *request, const char *key,
                         const char *body)
{
    struct iovec parts[] = {
        {(void *)(uintptr_t)request, sizeof *request},
        {(void *)(uintptr_t)key, request->key_size},
        {(void *)(uintptr_t)body, request->body_size},
    };
    struct msghdr message = {.msg_iov = parts, .msg_iovlen = 3};
    size_t size = sizeof *request + request->key_size + request->body_size;
    if (size > USUAL_DATAGRAM) {
        int buffer = LARGE_BUFFER;
        setsockopt(descriptor, SOL_SOCKET, SO_SNDBUF, &buffer, sizeof buffer);
    }
    return sendmsg(descriptor, &message, MSG_NOSIGNAL) == (ssize_t)size;
}

static bool reply_receive(int descriptor, int wait_ms, struct tacho_reply *reply)
{
    struct pollfd answer = {.fd = descriptor, .events = POLLIN};
    return poll(&answer, 1, wait_ms) > 0 &&
           recv(descriptor, reply, sizeof *reply, 0) == (ssize_t)sizeof *reply &&
           reply->magic == TACHO_REQUEST_MAGIC && reply->version == TACHO_REQUEST_VERSION;
}

enum ask_result ask(struct runtime *runtime, const char *const *environment, enum tacho_request_kind kind,
                    const char *key, size_t key_size, const char *body, size_t body_size, int wait_ms,
                    struct tacho_reply *reply)
{
    struct tacho_request request = {
        .magic = TACHO_REQUEST_MAGIC,
        .version = TACHO_REQUEST_VERSION,
        .kind = (uint16_t)kind,
        .key_size = (uint32_t)key_size,
        .body_size = (uint32_t)body_size,
        .wait_ms = (uint32_t)wait_ms,
        .flags = TACHO_REQUEST_LAST,
    };
    int descriptor = agent_connect(runtime);
    if (descriptor < 0)
        descriptor = agent_start_and_connect(runtime, environment, wait_ms);
    if (descriptor < 0)
        return ASK_NO_AGENT;
    /* The process ends soon: the descriptor is left to that. */
    return request_send(descriptor, &request, key, body) && reply_receive(descriptor, wait_ms, reply)
               ? ASK_ANSWERED
               : ASK_LATE;
}
