/* Finding log files: see log_walk.h. */
#include "log_walk.h"

#include "../base/text.h"
#include "log_file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

bool log_status_is_of(const struct log_status *status, const struct log_position *position)
{
    return status->device == position->device && status->inode == position->inode &&
           status->size >= position->seen_size;
}

bool log_status_is_seen(const struct log_status *status, const struct log_position *position)
{
    return log_status_is_of(status, position) && status->size == position->offset &&
           position->seen_size == position->offset && status->modified_ns == position->modified_ns;
}

char *log_walk_root(const char *directory)
{
    struct text path = TEXT_EMPTY;
    text_add_string(&path, directory);
    if (path.size && path.bytes[path.size - 1] != '/')
        text_add_char(&path, '/');
    text_add_string(&path, "projects");
    return path.bytes;
}

bool log_walk_is_log(const char *name)
{
    static const char suffix[] = ".jsonl";
    size_t size = strlen(name);
    return size >= sizeof suffix - 1 && !memcmp(name + size - (sizeof suffix - 1), suffix, sizeof suffix);
}

static int64_t nanoseconds(struct timespec time)
{
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

static void describe(struct log_status *status, const char *name, const struct stat *is)
{
    status->kind = S_ISDIR(is->st_mode)                            ? LOG_DIRECTORY
                   : S_ISREG(is->st_mode) && log_walk_is_log(name) ? LOG_FILE
                                                                   : LOG_NOTHING;
    status->device = is->st_dev;
    status->inode = is->st_ino;
    status->size = (uint64_t)is->st_size;
    status->modified_ns = nanoseconds(is->st_mtim);
    status->changed_ns = nanoseconds(is->st_ctim);
}

/* errno values that say that there is no such thing, rather than that it cannot be seen. */
static bool is_absence(int error)
{
    return error == ENOENT || error == ENOTDIR;
}

int log_walk_look(const char *path, bool root, struct log_status *status)
{
    struct stat is;
    *status = (struct log_status){.kind = LOG_NOTHING};
    if (fstatat(AT_FDCWD, path, &is, root ? 0 : AT_SYMLINK_NOFOLLOW))
        return is_absence(errno) ? 0 : -1;
    describe(status, root ? "" : path, &is);
    return 0;
}

static DIR *open_folder(const char *path, bool root)
{
    int descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | (root ? 0 : O_NOFOLLOW));
    if (descriptor < 0)
        return NULL;
    DIR *folder = fdopendir(descriptor);
    if (!folder)
        close(descriptor);
    return folder;
}

/* Whether a directory entry needs a closer look, as far as the file system says what it is. */
static bool may_matter(const struct dirent *entry)
{
    switch (entry->d_type) {
    case DT_DIR:
        return strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
    case DT_REG:
        return log_walk_is_log(entry->d_name);
    case DT_UNKNOWN:
        return strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
    default:
        return false;
    }
}

int log_walk_list(const char *path, bool root,
                  void (*found)(void *data, const char *name, const struct log_status *status), void *data)
{
    DIR *folder = open_folder(path, root);
    if (!folder)
        return -1;
    for (;;) {
        errno = 0;
        const struct dirent *entry = readdir(folder);
        if (!entry)
            break;
        struct stat is;
        if (!may_matter(entry) || fstatat(dirfd(folder), entry->d_name, &is, AT_SYMLINK_NOFOLLOW))
            continue;
        struct log_status status;
        describe(&status, entry->d_name, &is);
        if (status.kind != LOG_NOTHING)
            found(data, entry->d_name, &status);
    }
    int error = errno;
    closedir(folder);
    errno = error;
    return error ? -1 : 0;
}
