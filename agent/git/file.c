/* Reading a git directory's small files: see file.h. */
#include "file.h"

#include "../base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct file_stamp stamp_of(const struct stat *status)
{
    return (struct file_stamp){status->st_dev, status->st_ino, status->st_size, status->st_mtim,
                               status->st_ctim};
}

bool file_stamp_take(struct file_stamp *stamp, const char *path)
{
    struct stat status;
    bool exists = stat(path, &status) == 0;
    *stamp = exists ? stamp_of(&status) : (struct file_stamp){0};
    return exists;
}

static bool same_time(struct timespec a, struct timespec b)
{
    return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

bool file_stamp_same(const struct file_stamp *a, const struct file_stamp *b)
{
    return a->device == b->device && a->inode == b->inode && a->size == b->size &&
           same_time(a->modified, b->modified) && same_time(a->changed, b->changed);
}

/* `size` is what there should be; one byte more is asked for, to see its end. */
static int read_all(int file, size_t size, size_t limit, struct text *out)
{
    text_reserve(out, (size < limit ? size : limit) + 1);
    for (;;) {
        if (out->room - out->size < 2)
            text_reserve(out, out->size);
        ssize_t got = read(file, out->bytes + out->size, out->room - out->size - 1);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return (int)got;
        out->size += (size_t)got;
        out->bytes[out->size] = '\0';
        if (out->size > limit) {
            errno = EFBIG;
            return -1;
        }
    }
}

int file_read(int at, const char *path, int flags, size_t limit, struct text *out, struct file_stamp *stamp)
{
    text_clear(out);
    text_add(out, "", 0);
    int file = openat(at, path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | flags);
    if (file < 0)
        return -1;
    int result = -1;
    struct stat status;
    if (fstat(file, &status) != 0)
        goto out;
    if (!S_ISREG(status.st_mode)) {
        errno = EINVAL;
        goto out;
    }
    if (stamp)
        *stamp = stamp_of(&status);
    result = read_all(file, (size_t)status.st_size, limit, out);
out:;
    int error = errno;
    close(file);
    errno = error;
    return result;
}

bool path_join(char out[PATH_MAX], const char *directory, const char *name)
{
    int size = snprintf(out, PATH_MAX, "%s%s%s", directory, directory[0] && name[0] ? "/" : "", name);
    if (size >= 0 && size < PATH_MAX)
        return true;
    out[0] = '\0';
    errno = ENAMETOOLONG;
    return false;
}

bool path_exists(const char *directory, const char *name)
{
    char path[PATH_MAX];
    return path_join(path, directory, name) && access(path, F_OK) == 0;
}

bool path_is_below(const char *path, const char *prefix)
{
    size_t size = strlen(prefix);
    return !size || (strncmp(path, prefix, size) == 0 && (path[size] == '\0' || path[size] == '/'));
}
