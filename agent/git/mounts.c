/* The table of mounts: see mounts.h. */
#include "mounts.h"

#include "../base/memory.h"
#include "file.h"

#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MOUNTINFO       "/proc/self/mountinfo"
#define MOUNTINFO_LIMIT (16 << 20)

struct mount {
    char *path; /* "" for the root, so that every path is below it */
    bool is_remote;
};

struct mounts {
    int file; /* to be told of changes by; -1: there are none */
    struct mount *all;
    size_t count, room;
    bool has_remote;
};

static bool is_remote_type(const char *type)
{
    static const char *const types[] = {"nfs", "nfs4", "cifs",   "smb3",   "smbfs",     "9p",
                                        "afs", "ceph", "autofs", "lustre", "glusterfs", "virtiofs"};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (strcmp(type, types[i]) == 0)
            return true;
    return strncmp(type, "fuse", 4) == 0 && strcmp(type, "fusectl") != 0;
}

/* Blanks, line ends and backslashes in a path are written as three octal digits. */
static void unescape(char *path)
{
    char *out = path;
    for (const char *at = path; *at; at++) {
        bool is_octal = at[0] == '\\' && strspn(at + 1, "01234567") >= 3;
        *out++ = is_octal ? (char)((at[1] & 7) << 6 | (at[2] & 7) << 3 | (at[3] & 7)) : *at;
        at += is_octal ? 3 : 0;
    }
    *out = '\0';
}

/* ID PARENT MAJOR:MINOR ROOT PATH OPTIONS [FIELD...] - TYPE SOURCE OPTIONS */
static void take_line(struct mounts *mounts, char *line)
{
    char *words[5], *left = line, *type = strstr(line, " - ");
    if (!type)
        return;
    *type = '\0';
    type += strlen(" - ");
    type[strcspn(type, " ")] = '\0';
    for (int i = 0; i < 5; i++)
        if (!(words[i] = strsep(&left, " ")))
            return;
    char *path = words[4];
    unescape(path);
    struct mount mount = {memory_string(path, strcmp(path, "/") == 0 ? 0 : strlen(path)),
                          is_remote_type(type)};
    mounts->all = memory_grow(mounts->all, mounts->count, &mounts->room, sizeof mount);
    mounts->all[mounts->count++] = mount;
    mounts->has_remote |= mount.is_remote;
}

static void forget(struct mounts *mounts)
{
    for (size_t i = 0; i < mounts->count; i++)
        free(mounts->all[i].path);
    mounts->count = 0;
    mounts->has_remote = false;
}

static void read_all(struct mounts *mounts)
{
    struct text text = TEXT_EMPTY;
    forget(mounts);
    if (file_read(AT_FDCWD, MOUNTINFO, 0, MOUNTINFO_LIMIT, &text, NULL) == 0)
        for (char *left = text.bytes, *line; (line = strsep(&left, "\n"));)
            take_line(mounts, line);
    text_free(&text);
}

struct mounts *mounts_make(void)
{
    struct mounts *mounts = memory_zeroed(1, sizeof *mounts);
    mounts->file = open(MOUNTINFO, O_RDONLY | O_CLOEXEC);
    read_all(mounts);
    return mounts;
}

void mounts_free(struct mounts *mounts)
{
    if (mounts->file >= 0)
        close(mounts->file);
    forget(mounts);
    free(mounts->all);
    free(mounts);
}

bool mounts_have_changed(struct mounts *mounts)
{
    struct pollfd change = {.fd = mounts->file, .events = POLLPRI};
    if (poll(&change, 1, 0) <= 0 || !(change.revents & (POLLPRI | POLLERR)))
        return false;
    read_all(mounts);
    return true;
}

bool mounts_have_remote(const struct mounts *mounts)
{
    return mounts->has_remote;
}

/* The mount with the longest path holds, and of several at one path the last. */
bool mounts_is_remote(const struct mounts *mounts, const char *path)
{
    size_t longest = 0;
    bool is_remote = false;
    for (size_t i = 0; mounts->has_remote && i < mounts->count; i++) {
        const struct mount *mount = &mounts->all[i];
        size_t size = strlen(mount->path);
        if (size < longest || !path_is_below(path, mount->path))
            continue;
        longest = size;
        is_remote = mount->is_remote;
    }
    return is_remote;
}
