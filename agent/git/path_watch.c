/* A path, followed name by name as the kernel does (path_resolution(7)), and watched: see path_watch.h. */
#include "path_watch.h"

#include "../base/memory.h"
#include "../base/watch.h"
#include "file.h"
#include "mounts.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#define SELF_MASK  (IN_MOVE_SELF | IN_DELETE_SELF | IN_DONT_FOLLOW)
#define ENTRY_MASK (IN_CREATE | IN_MOVED_TO | IN_DONT_FOLLOW)
#define LINKS_MAX  40 /* as many as the kernel follows */

struct path_watch {
    struct watcher *watcher;
    const struct mounts *mounts;
    struct watch **watches;
    size_t count, room;
    char *missing; /* the name that is not there, in the directory that was watched last; NULL */
    void (*changed)(void *data);
    void *data;
};

/* What is on the way: `done`, resolved, and what is still to be gone. */
struct way {
    char done[PATH_MAX]; /* "" for the root */
    char left[PATH_MAX];
    int links;
};

/* Of what a watched directory holds, only the name that is missing counts. */
static void reported(void *data, struct watch *watch, uint32_t mask, const char *name)
{
    struct path_watch *path = data;
    (void)watch;
    (void)mask;
    if (!*name || (path->missing && strcmp(name, path->missing) == 0))
        path->changed(path->data);
}

static bool add(struct path_watch *path, const char *at, uint32_t mask)
{
    struct watch *watch = watch_add(path->watcher, *at ? at : "/", mask, reported, path);
    if (!watch)
        return false;
    path->watches = memory_grow(path->watches, path->count, &path->room, sizeof *path->watches);
    path->watches[path->count++] = watch;
    return true;
}

/* Puts a link's target before what is left to go. */
static bool take_link(struct way *way, const char *link)
{
    char target[PATH_MAX], whole[PATH_MAX];
    ssize_t size = readlink(link, target, sizeof target - 1);
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

/* Takes the next name off what is left: "" at the end. */
static void next_name(struct way *way, char name[NAME_MAX + 1])
{
    const char *at = way->left + strspn(way->left, "/");
    size_t size = strcspn(at, "/"), kept = size <= NAME_MAX ? size : 0;
    memcpy(name, at, kept);
    name[kept] = '\0';
    at += size;
    at += strspn(at, "/");
    memmove(way->left, at, strlen(at) + 1);
}

static bool name_join(char out[PATH_MAX], const struct way *way, const char *name)
{
    int size = snprintf(out, PATH_MAX, "%s/%s", way->done, name);
    return size > 0 && size < PATH_MAX;
}

/* The way ends early. Whatever came meanwhile was not reported: then it is to be tried again. */
static bool watch_missing(struct path_watch *path, const struct way *way, const char *at, const char *name)
{
    path->missing = memory_string(name, strlen(name));
    return add(path, way->done, ENTRY_MASK) && access(at, F_OK) != 0;
}

/* Goes one name further. Sets *ends where that is the end of the way. Returns false if it cannot be watched.
 */
static bool step(struct path_watch *path, struct way *way, uint32_t mask, bool *ends)
{
    char name[NAME_MAX + 1], at[PATH_MAX];
    struct stat status;
    next_name(way, name);
    *ends = !*way->left;
    if (strcmp(name, "..") == 0)
        *(*way->done ? strrchr(way->done, '/') : way->done) = '\0';
    if (!*name || strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
        return true;
    if (!name_join(at, way, name) || mounts_is_remote(path->mounts, at))
        return false;
    if (lstat(at, &status) != 0) {
        *ends = true;
        return errno == ENOENT && watch_missing(path, way, at, name);
    }
    if (S_ISLNK(status.st_mode)) {
        *ends = false;
        return add(path, at, SELF_MASK | IN_ATTRIB) && take_link(way, at);
    }
    memcpy(way->done, at, sizeof at);
    return add(path, at, SELF_MASK | (*ends ? mask : IN_ONLYDIR));
}

static bool watch_way(struct path_watch *path, const char *to, uint32_t mask)
{
    struct way *way = memory_zeroed(1, sizeof *way);
    size_t size = strlen(to);
    bool ends = *to != '/' || size >= sizeof way->left, is_watched = !ends && add(path, "", SELF_MASK);
    if (!ends)
        memcpy(way->left, to, size);
    while (!ends && is_watched)
        is_watched = step(path, way, mask, &ends);
    free(way);
    return is_watched;
}

struct path_watch *path_watch_start(struct watcher *watcher, const struct mounts *mounts, const char *path,
                                    uint32_t mask, void (*changed)(void *data), void *data)
{
    struct path_watch *watch = memory_zeroed(1, sizeof *watch);
    *watch = (struct path_watch){.watcher = watcher, .mounts = mounts, .changed = changed, .data = data};
    if (watch_way(watch, path, mask))
        return watch;
    path_watch_stop(watch);
    return NULL;
}

void path_watch_stop(struct path_watch *watch)
{
    if (!watch)
        return;
    for (size_t i = 0; i < watch->count; i++)
        watch_remove(watch->watches[i]);
    free(watch->watches);
    free(watch->missing);
    free(watch);
}
