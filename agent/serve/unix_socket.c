/* AF_UNIX listening sockets in the runtime directory: see hook_socket.h, unix_listen(). */
#include "hook_socket.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

/* Fills in the address; a path that is too long goes through its directory's descriptor, left in *directory.
 */
static int address_set(struct sockaddr_un *address, const char *path, int *directory)
{
    *directory = -1;
    address->sun_family = AF_UNIX;
    size_t size = strlen(path);
    if (size < sizeof address->sun_path) {
        memcpy(address->sun_path, path, size + 1);
        return 0;
    }
    const char *slash = strrchr(path, '/');
    char parent[4096];
    size_t parent_size = slash ? (size_t)(slash - path) : 0;
    if (!parent_size || parent_size >= sizeof parent) {
        errno = ENAMETOOLONG;
        return -1;
    }
    memcpy(parent, path, parent_size);
    parent[parent_size] = '\0';
    *directory = open(parent, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (*directory < 0)
        return -1;
    int used = snprintf(address->sun_path, sizeof address->sun_path, "/proc/self/fd/%d%s", *directory, slash);
    if (used < 0 || (size_t)used >= sizeof address->sun_path) {
        close(*directory);
        *directory = -1;
        errno = ENAMETOOLONG;
        return -1;
    }
    return 0;
}

int unix_listen(const char *path, int type)
{
    struct sockaddr_un address;
    int directory;
    if (address_set(&address, path, &directory) < 0)
        return -1;
    int descriptor = socket(AF_UNIX, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (descriptor < 0)
        goto out;
    /* Bound under a private mode from the first instant: the directory is 0700, this is the second fence. */
    mode_t mask = umask(0177);
    unlink(path);
    int failed =
        bind(descriptor, (struct sockaddr *)&address, sizeof address) < 0 || listen(descriptor, 128) < 0;
    umask(mask);
    if (failed) {
        int error = errno;
        close(descriptor);
        descriptor = -1;
        errno = error;
    }
out:
    if (directory >= 0)
        close(directory);
    return descriptor;
}

int unix_peer_is_us(int descriptor)
{
    struct ucred peer;
    socklen_t size = sizeof peer;
    return getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 && peer.uid == geteuid();
}
