/* All that is on a path's way, watched: see path_watch.h. */
#include "path_watch.h"

#include "../base/memory.h"
#include "../base/watch.h"
#include "way.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#define SELF_MASK  (IN_MOVE_SELF | IN_DELETE_SELF | IN_DONT_FOLLOW)
#define ENTRY_MASK (IN_CREATE | IN_MOVED_TO | IN_DONT_FOLLOW)

struct path_watch {
    struct watcher *watcher;
    struct watch **watches;
    size_t count, room;
    char *missing; /* the name that is not there, in the directory that was watched last; NULL */
    void (*changed)(void *data);
    void *data;
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

/* The way ends early. Whatever came meanwhile was not reported: then it is to be tried again. */
static bool watch_missing(struct path_watch *path, const struct way *way)
{
    char directory[PATH_MAX];
    memcpy(directory, way->at, sizeof directory);
    *strrchr(directory, '/') = '\0';
    path->missing = memory_string(way->name, strlen(way->name));
    return add(path, directory, ENTRY_MASK) && access(way->at, F_OK) != 0;
}

/* Watches what the next step comes to. Sets *ends if that is the end. Returns false if it cannot be watched.
 */
static bool watch_step(struct path_watch *path, struct way *way, uint32_t mask, bool *ends)
{
    enum way_step step = way_next(way);
    *ends = step != WAY_ENTRY && step != WAY_LINK;
    switch (step) {
    case WAY_ENTRY:
        return add(path, way->at, SELF_MASK | (way->is_last ? mask : IN_ONLYDIR));
    case WAY_LINK:
        return add(path, way->at, SELF_MASK | IN_ATTRIB);
    case WAY_MISSING:
        return watch_missing(path, way);
    default:
        return step == WAY_END;
    }
}

static bool watch_way(struct path_watch *path, const struct mounts *mounts, const char *to, uint32_t mask)
{
    struct way *way = memory_take(sizeof *way);
    bool ends = false, is_watched = add(path, "", SELF_MASK);
    way_start(way, mounts, to);
    while (!ends && is_watched)
        is_watched = watch_step(path, way, mask, &ends);
    free(way);
    return is_watched;
}

struct path_watch *path_watch_start(struct watcher *watcher, const struct mounts *mounts, const char *path,
                                    uint32_t mask, void (*changed)(void *data), void *data)
{
    struct path_watch *watch = memory_zeroed(1, sizeof *watch);
    *watch = (struct path_watch){.watcher = watcher, .changed = changed, .data = data};
    if (watch_way(watch, mounts, path, mask))
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
