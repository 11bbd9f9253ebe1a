/* The settings' files outside of repositories: see outside.h. */
#include "outside.h"

#include "../base/memory.h"
#include "path_watch.h"
#include "settings.h"

#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>

struct outside {
    struct watcher *watcher;
    const struct mounts *mounts;
    struct path_watch *watches[SETTINGS_FILES];
    struct file_stamp stamps[SETTINGS_FILES];
    uint64_t generation;
    bool is_quiet; /* all are watched, and nothing was reported */
};

static void changed(void *data)
{
    ((struct outside *)data)->is_quiet = false;
}

struct outside *outside_make(struct watcher *watcher, const struct mounts *mounts)
{
    struct outside *outside = memory_zeroed(1, sizeof *outside);
    outside->watcher = watcher;
    outside->mounts = mounts;
    return outside;
}

void outside_forget(struct outside *outside)
{
    outside->is_quiet = false;
}

void outside_free(struct outside *outside)
{
    for (int i = 0; i < SETTINGS_FILES; i++)
        path_watch_stop(outside->watches[i]);
    free(outside);
}

/* Watches a file, and looks at it after that. Returns whether it is another one than it was. */
static bool look_at(struct outside *outside, int number)
{
    char path[PATH_MAX];
    struct file_stamp stamp = {0};
    struct path_watch **watch = &outside->watches[number];
    path_watch_stop(*watch);
    *watch = NULL;
    if (settings_outside_file(number, path)) {
        *watch = path_watch_start(outside->watcher, outside->mounts, path, IN_MODIFY | IN_ATTRIB, changed,
                                  outside);
        outside->is_quiet &= *watch != NULL;
        file_stamp_take(&stamp, path);
    }
    bool is_other = !file_stamp_same(&stamp, &outside->stamps[number]);
    outside->stamps[number] = stamp;
    return is_other;
}

uint64_t outside_generation(struct outside *outside)
{
    bool is_other = false;
    if (outside->is_quiet)
        return outside->generation;
    outside->is_quiet = true;
    for (int i = 0; i < SETTINGS_FILES; i++)
        is_other |= look_at(outside, i);
    outside->generation += is_other;
    return outside->generation;
}
