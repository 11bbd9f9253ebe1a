/*
 * The agent's socket: connecting, asking, hearing the answer. See hook.h and shm/request.h. Shared by the
 * hooks, which ask once, and the shells' in-process reader, which keeps the connection.
 */
#include "hook.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

/* A datagram needs this much more send buffer than its bytes once it is larger than the usual buffer takes.
 */
enum { USUAL_DATAGRAM = 96 * 1024, LARGE_BUFFER = 512 * 1024 };

static char *number_write(char *out, unsigned number)
{
    char digits[10];
    size_t count = 0;
    do
        digits[count++] = (char)('0' + number % 10);
    while ((number /= 10) > 0);
    while (count > 0)
        *out++ = digits[--count];
    return out;
}

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
    if (*directory < 0)
        return false;
    memcpy(address->sun_path, descriptors, sizeof descriptors - 1);
    memcpy(number_write(address->sun_path + sizeof descriptors - 1, (unsigned)*directory), name, sizeof name);
    return true;
}

/* Whether a descriptor is connected, or about to be, to a process of this euid: what is said is for no other.
 */
static bool connect_to_own(int descriptor, const struct sockaddr_un *address)
{
    struct ucred peer;
    socklen_t size = sizeof peer;
    /* EAGAIN: the agent is there, with a full queue before it. */
    if (connect(descriptor, (const struct sockaddr *)address, sizeof *address) < 0 && errno != EAGAIN)
        return false;
    return getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 && peer.uid == geteuid();
}

int agent_connect(struct runtime *runtime)
{
    struct sockaddr_un address;
    int directory;
    if (!address_set(&address, runtime, &directory))
        return -1;
    int descriptor = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (descriptor >= 0 && !connect_to_own(descriptor, &address)) {
        close(descriptor);
        descriptor = -1;
    }
    if (directory >= 0)
        close(directory);
    return descriptor;
}

bool request_send(int descriptor, const struct tacho_request *request, const char *key, const char *body)
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

/* Whether there is something to receive, or the end. Signals (a shell has many) do not lengthen the wait. */
static bool answer_comes(int descriptor, int wait_ms)
{
    struct pollfd answer = {.fd = descriptor, .events = POLLIN};
    struct timespec left = {wait_ms / 1000, wait_ms % 1000 * 1000000L};
    long count;
    /* The system call itself writes back what is left of the time: ppoll(2), "C library/kernel differences".
     */
    do
        count = syscall(SYS_ppoll, &answer, 1, &left, NULL, 0);
    while (count < 0 && errno == EINTR && (left.tv_sec > 0 || left.tv_nsec > 0));
    return count > 0;
}

enum ask_result reply_receive(int descriptor, int wait_ms, struct tacho_reply *reply)
{
    if (!answer_comes(descriptor, wait_ms))
        return ASK_LATE;
    return recv(descriptor, reply, sizeof *reply, MSG_DONTWAIT) == (ssize_t)sizeof *reply &&
                   reply->magic == TACHO_REQUEST_MAGIC && reply->version == TACHO_REQUEST_VERSION
               ? ASK_ANSWERED
               : ASK_NO_AGENT;
}
