/* Reading and replacing a person's file: see file.h. */
#include "file.h"

#include "command.h"

#include "../base/folder.h"
#include "../base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { SIZE_MAX_BYTES = 16 * 1024 * 1024, NEW_FILE_MODE = 0600 };

static int fail(struct text *why, const char *path, const char *what)
{
    text_addf(why, "%s: %s", path, what);
    return -1;
}

static int read_all(int descriptor, struct text *content)
{
    char buffer[16 * 1024];
    ssize_t size;
    while ((size = read(descriptor, buffer, sizeof buffer)) > 0 && content->size <= SIZE_MAX_BYTES)
        text_add(content, buffer, (size_t)size);
    if (content->size > SIZE_MAX_BYTES)
        errno = EFBIG;
    return size < 0 || content->size > SIZE_MAX_BYTES ? -1 : 0;
}

static int write_all(int descriptor, const struct text *content)
{
    for (size_t done = 0; done < content->size;) {
        ssize_t size = write(descriptor, content->bytes + done, content->size - done);
        if (size < 0 && errno == EINTR)
            continue;
        if (size < 0)
            return -1;
        done += (size_t)size;
    }
    return fsync(descriptor);
}

int file_load(struct file *file, const char *path, struct text *why)
{
    *file = (struct file){.path = memory_string(path, strlen(path)), .mode = NEW_FILE_MODE};
    struct stat status;
    if (lstat(path, &status) < 0 && (errno == ENOENT || errno == ENOTDIR)) {
        file->target = memory_string(path, strlen(path));
        return 0;
    }
    file->target = realpath(path, NULL);
    if (!file->target)
        return fail(why, path,
                    errno == ENOENT
                        ? "a symlink to a file that is not there: make that file, or remove the link"
                        : strerror(errno));
    file->is_link = S_ISLNK(status.st_mode);
    int descriptor = open(file->target, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
    if (descriptor < 0 || fstat(descriptor, &status) < 0)
        fail(why, path, strerror(errno));
    else if (!S_ISREG(status.st_mode))
        fail(why, path, "not a regular file: move it away");
    else if (read_all(descriptor, &file->content) < 0)
        fail(why, path, strerror(errno));
    if (descriptor >= 0)
        close(descriptor);
    if (why->size)
        return -1;
    file->exists = true;
    file->mode = status.st_mode & 07777;
    file->owner = status.st_uid;
    file->group = status.st_gid;
    return 0;
}

bool file_is_writable(const struct file *file, struct text *why)
{
    /* root may write anything; that somebody took the permission away still means something. */
    if (!file->exists || ((file->mode & 0222) && access(file->target, W_OK) == 0))
        return true;
    text_addf(why, "%s: is read-only: run chmod u+w on it, or change it where it is generated", file->target);
    return false;
}

static bool has_changed(const struct file *file)
{
    struct file now;
    struct text why = TEXT_EMPTY;
    bool same = file_load(&now, file->path, &why) == 0 && now.exists == file->exists &&
                strcmp(now.target, file->target) == 0 && now.content.size == file->content.size &&
                (!now.content.size || memcmp(now.content.bytes, file->content.bytes, now.content.size) == 0);
    file_free(&now);
    text_free(&why);
    return !same;
}

static int make_folder(const char *path)
{
    const char *slash = strrchr(path, '/');
    char *folder = memory_string(path, slash > path ? (size_t)(slash - path) : 1);
    int result = folder_make(folder);
    int error = errno;
    free(folder);
    errno = error;
    return result;
}

int file_replace(const struct file *file, const struct text *content, struct text *why)
{
    if (has_changed(file))
        return fail(why, file->path, "was changed meanwhile: nothing was written; run this again");
    if (make_folder(file->target) < 0)
        return fail(why, file->target, strerror(errno));
    struct text name = TEXT_EMPTY;
    text_addf(&name, "%s.XXXXXX", file->target);
    int descriptor = mkostemp(name.bytes, O_CLOEXEC);
    bool made = descriptor >= 0;
    bool done = made &&
                (!file->exists || (file->owner == geteuid() && file->group == getegid()) ||
                 fchown(descriptor, file->owner, file->group) == 0) &&
                fchmod(descriptor, file->mode) == 0 && write_all(descriptor, content) == 0;
    int error = errno;
    if (made && close(descriptor) < 0 && done) {
        done = false;
        error = errno;
    }
    if (done && rename(name.bytes, file->target) < 0) {
        done = false;
        error = errno;
    }
    if (made && !done)
        unlink(name.bytes);
    text_free(&name);
    return done ? 0 : fail(why, file->target, strerror(error));
}

int file_copy(const struct file *file, const char *path)
{
    int descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW,
                          file->mode & 0700 ? file->mode : 0600);
    if (descriptor < 0)
        return -1;
    int result = write_all(descriptor, &file->content);
    int error = errno;
    if (close(descriptor) < 0 && result == 0) {
        result = -1;
        error = errno;
    }
    if (result < 0)
        unlink(path);
    errno = error;
    return result;
}

char *file_backup(const struct file *file, struct text *why)
{
    time_t now = time(NULL);
    struct tm local;
    char when[32];
    strftime(when, sizeof when, "%Y%m%dT%H%M%S", localtime_r(&now, &local));
    struct text path = TEXT_EMPTY;
    text_addf(&path, "%s.tacho-backup-%s", file->target, when);
    for (int i = 2; file_copy(file, path.bytes) < 0; i++) {
        if (errno != EEXIST || i > 99) {
            text_addf(why, "%s: cannot keep a copy: %s; nothing was written", path.bytes, strerror(errno));
            text_free(&path);
            return NULL;
        }
        text_clear(&path);
        text_addf(&path, "%s.tacho-backup-%s-%d", file->target, when, i);
    }
    return path.bytes;
}

void file_free(struct file *file)
{
    free(file->path);
    free(file->target);
    text_free(&file->content);
    *file = (struct file){0};
}
