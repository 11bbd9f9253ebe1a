/* Following a path: see way.h. */
#include "way.h"

#include "../base/memory.h"
#include "file.h"
#include "mounts.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LINKS_MAX 40 /* as many as the kernel follows */

void way_start(struct way *way, const struct mounts *mounts, const char *path)
{
    size_t size = strlen(path);
    memset(way, 0, sizeof *way);
    way->mounts = mounts;
    way->links = *path == '/' && size < sizeof way->left ? 0 : LINKS_MAX + 1;
    if (way->links <= LINKS_MAX)
        memcpy(way->left, path, size + 1);
}

/* Puts the target of the link that the last step came to before what is left. */
static bool take_link(struct way *way)
{
    char target[PATH_MAX], whole[PATH_MAX];
    ssize_t size = readlink(way->at, target, sizeof target - 1);
    way->is_link = false;
    if (size <= 0 || ++way->links > LINKS_MAX)
        return false;
    target[size] = '\0';
    if (!path_join(whole, target, way->left))
        return false;
    if (*target == '/')
        *way->done = '\0';
    memcpy(way->left, whole, PATH_MAX);
    return true;
}

/* Takes the next name off what is left; "" at the end. */
static bool take_name(struct way *way)
{
    const char *at = way->left + strspn(way->left, "/");
    size_t size = strcspn(at, "/");
    if (size > NAME_MAX)
        return false;
    memcpy(way->name, at, size);
    way->name[size] = '\0';
    at += size;
    at += strspn(at, "/");
    memmove(way->left, at, strlen(at) + 1);
    way->is_last = !*way->left;
    return true;
}

static enum way_step look_at(struct way *way)
{
    struct stat status;
    int size = snprintf(way->at, PATH_MAX, "%s/%s", way->done, way->name);
    if (size >= PATH_MAX)
        return WAY_FAILED;
    if (mounts_is_remote(way->mounts, way->at))
        return WAY_REMOTE;
    if (lstat(way->at, &status) != 0)
        return errno == ENOENT ? WAY_MISSING : WAY_FAILED;
    way->is_link = S_ISLNK(status.st_mode);
    if (way->is_link)
        return WAY_LINK;
    memcpy(way->done, way->at, sizeof way->done);
    return WAY_ENTRY;
}

enum way_step way_next(struct way *way)
{
    if (way->links > LINKS_MAX || (way->is_link && !take_link(way)))
        return WAY_FAILED;
    while (take_name(way)) {
        if (!*way->name)
            return WAY_END;
        if (strcmp(way->name, "..") == 0)
            *(*way->done ? strrchr(way->done, '/') : way->done) = '\0';
        else if (strcmp(way->name, ".") != 0)
            return look_at(way);
    }
    return WAY_FAILED;
}

bool way_is_remote(const struct mounts *mounts, const char *path)
{
    enum way_step step = WAY_ENTRY;
    if (!mounts_have_remote(mounts))
        return false;
    struct way *way = memory_take(sizeof *way);
    way_start(way, mounts, path);
    while (step == WAY_ENTRY || step == WAY_LINK)
        step = way_next(way);
    free(way);
    return step == WAY_REMOTE;
}
