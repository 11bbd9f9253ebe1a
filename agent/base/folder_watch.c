/* A watch on a folder, or on the way to it: see folder_watch.h. */
#include "folder_watch.h"

#include "memory.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#define FOLDER_MASK (IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_MOVE_SELF | IN_ONLYDIR)
#define WAY_MASK    (IN_CREATE | IN_MOVED_TO | IN_MOVE_SELF | IN_ONLYDIR)

enum { TRIES_MAX = 8 }; /* folders that appear while a way is looked for */

struct folder_watch {
    struct watcher *watcher;
    struct watch *watch;
    folder_changed *changed;
    void *data;
    char *path;
    size_t watched; /* how much of the path the watch is on */
};

static void reported(void *data, struct watch *watch, uint32_t mask, const char *name);

/* Watches so much of the path, a whole component's end. */
static bool watch_part(struct folder_watch *folder, size_t size)
{
    char *part = size ? memory_string(folder->path, size) : memory_string("/", 1);
    const uint32_t mask = size == strlen(folder->path) ? FOLDER_MASK : WAY_MASK;
    folder->watch = watch_add(folder->watcher, part, mask, reported, folder);
    folder->watched = size;
    free(part);
    return folder->watch;
}

/* Whether the component below what is watched is there by now: then its making was not reported. */
static bool next_is_there(const struct folder_watch *folder)
{
    if (!folder->path[folder->watched])
        return false;
    const size_t size = folder->watched + 1 + strcspn(folder->path + folder->watched + 1, "/");
    char *part = memory_string(folder->path, size);
    const bool is_there = access(part, X_OK) == 0;
    free(part);
    return is_there;
}

static void settle(struct folder_watch *folder)
{
    for (int i = 0; i < TRIES_MAX; i++) {
        if (folder->watch)
            watch_remove(folder->watch);
        size_t size = strlen(folder->path);
        while (!watch_part(folder, size) && size > 0)
            while (size > 0 && folder->path[--size] != '/')
                continue;
        if (!folder->watch || !next_is_there(folder))
            return;
    }
}

static void reported(void *data, struct watch *watch, uint32_t mask, const char *name)
{
    (void)watch;
    struct folder_watch *folder = data;
    const bool is_on_it = !folder->path[folder->watched];
    if (!is_on_it || mask & (IN_IGNORED | IN_MOVE_SELF)) {
        settle(folder);
        if (is_on_it || !folder->path[folder->watched])
            folder->changed(folder->data, "");
    } else {
        folder->changed(folder->data, name);
    }
}

struct folder_watch *folder_watch_start(struct watcher *watcher, const char *path, folder_changed *changed,
                                        void *data)
{
    struct folder_watch *folder = memory_zeroed(1, sizeof *folder);
    size_t size = strlen(path);
    while (size > 0 && path[size - 1] == '/')
        size--;
    folder->watcher = watcher;
    folder->changed = changed;
    folder->data = data;
    folder->path = memory_string(path, size);
    settle(folder);
    return folder;
}

void folder_watch_stop(struct folder_watch *folder)
{
    if (!folder)
        return;
    if (folder->watch)
        watch_remove(folder->watch);
    free(folder->path);
    free(folder);
}
