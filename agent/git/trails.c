/* Directories and their repositories, with the watches that keep that true: see trails.h. */
#include "trails.h"

#include "../base/memory.h"
#include "../base/watch.h"
#include "file.h"
#include "path_watch.h"

#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>

#define TRAILS_MAX 64 /* the one asked for least recently gives way */
#define WALK_MASK                                                                                            \
    (IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_ATTRIB | IN_MOVE_SELF | IN_DELETE_SELF |       \
     IN_ONLYDIR | IN_DONT_FOLLOW)

enum { WAY_DIRECTORY, WAY_GIT, WAY_COMMON, WAYS };

struct trail {
    struct trail *next; /* asked for less recently */
    char *directory;    /* as it was asked for */
    char *real;         /* the same without links; NULL: not known yet */
    char *git_dir;
    struct path_watch *ways[WAYS];
    struct watch **watches; /* of the directories that were looked into */
    size_t count, room;
    bool holds; /* nothing was reported */
};

struct trails {
    struct watcher *watcher;
    const struct mounts *mounts;
    struct trail *first;
};

/* ---- what is reported ------------------------------------------------------------------------------------
 */

static void way_changed(void *data)
{
    ((struct trail *)data)->holds = false;
}

static bool is_name_on_way(const char *path, const char *name)
{
    size_t size = strlen(name);
    for (const char *at = path; (at = strstr(at, name)); at++)
        if (at > path && at[-1] == '/' && (at[size] == '/' || !at[size]))
            return true;
    return false;
}

/* Of all names in a directory these tell whether it is a repository, or has one (gitrepository-layout(5)). */
static void directory_changed(void *data, struct watch *watch, uint32_t mask, const char *name)
{
    static const char *const names[] = {".git", "HEAD", "objects", "refs", "commondir"};
    struct trail *trail = data;
    bool counts = !*name || ((mask & IN_ISDIR) && trail->real && is_name_on_way(trail->real, name));
    (void)watch;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        counts |= strcmp(name, names[i]) == 0;
    if (counts)
        trail->holds = false;
}

/* ---- watching --------------------------------------------------------------------------------------------
 */

static bool watch_directory(struct trails *trails, struct trail *trail, const char *path, uint32_t more)
{
    struct watch *watch = watch_add(trails->watcher, path, WALK_MASK | more, directory_changed, trail);
    if (!watch)
        return false;
    trail->watches = memory_grow(trail->watches, trail->count, &trail->room, sizeof *trail->watches);
    trail->watches[trail->count++] = watch;
    return true;
}

/* A directory that has what only repositories have may become one without a name being added to it. */
static bool may_become_one(const char *path)
{
    return path_exists(path, ".git") || path_exists(path, "HEAD");
}

/* The directory and those above it, up to where its repository was found. */
static bool watch_walk(struct trails *trails, struct trail *trail, const struct place *place)
{
    char path[PATH_MAX];
    const char *top = *place->root ? place->root : place->git_dir;
    if (!realpath(trail->directory, path) || !path_is_below(path, top))
        return false;
    trail->real = memory_string(path, strlen(path));
    for (size_t size = strlen(top); strlen(path) > size; *strrchr(path, '/') = '\0')
        if (!watch_directory(trails, trail, path, 0) || may_become_one(path))
            return false;
    return watch_directory(trails, trail, top, IN_MODIFY);
}

static bool watch_all(struct trails *trails, struct trail *trail, const struct place *place)
{
    const char *const paths[WAYS] = {trail->directory, place->git_dir, place->common_dir};
    for (int i = 0; i < WAYS; i++) {
        trail->ways[i] =
            path_watch_start(trails->watcher, trails->mounts, paths[i], IN_ONLYDIR, way_changed, trail);
        if (!trail->ways[i])
            return false;
    }
    return watch_walk(trails, trail, place) && watch_directory(trails, trail, place->git_dir, IN_MODIFY) &&
           watch_directory(trails, trail, place->common_dir, IN_MODIFY);
}

static void trail_free(struct trail *trail)
{
    for (int i = 0; i < WAYS; i++)
        path_watch_stop(trail->ways[i]);
    for (size_t i = 0; i < trail->count; i++)
        watch_remove(trail->watches[i]);
    free(trail->watches);
    free(trail->directory);
    free(trail->real);
    free(trail->git_dir);
    free(trail);
}

/* ---- remembering -----------------------------------------------------------------------------------------
 */

struct trails *trails_make(struct watcher *watcher, const struct mounts *mounts)
{
    struct trails *trails = memory_zeroed(1, sizeof *trails);
    trails->watcher = watcher;
    trails->mounts = mounts;
    return trails;
}

void trails_free(struct trails *trails)
{
    trails_forget(trails);
    free(trails);
}

static void remove_link(struct trail **link)
{
    struct trail *trail = *link;
    *link = trail->next;
    trail_free(trail);
}

void trails_forget(struct trails *trails)
{
    while (trails->first)
        remove_link(&trails->first);
}

void trails_drop(struct trails *trails, const char *git_dir)
{
    for (struct trail **link = &trails->first; *link;) {
        if (strcmp((*link)->git_dir, git_dir) == 0)
            remove_link(link);
        else
            link = &(*link)->next;
    }
}

static struct trail **find(struct trails *trails, const char *directory)
{
    struct trail **link = &trails->first;
    while (*link && strcmp((*link)->directory, directory) != 0)
        link = &(*link)->next;
    return link;
}

const char *trails_recall(struct trails *trails, const char *directory)
{
    struct trail **link = find(trails, directory), *trail = *link;
    if (!trail || !trail->holds)
        return NULL;
    *link = trail->next;
    trail->next = trails->first;
    trails->first = trail;
    return trail->git_dir;
}

static void drop_oldest(struct trails *trails)
{
    struct trail **link = &trails->first;
    for (int i = 0; *link && i < TRAILS_MAX; i++)
        link = &(*link)->next;
    while (*link)
        remove_link(link);
}

static bool is_same_place(const struct place *a, const struct place *b)
{
    return strcmp(a->root, b->root) == 0 && strcmp(a->git_dir, b->git_dir) == 0 &&
           strcmp(a->common_dir, b->common_dir) == 0;
}

void trails_keep(struct trails *trails, const char *directory, const struct place *place)
{
    struct trail **link = find(trails, directory), *trail = memory_zeroed(1, sizeof *trail);
    if (*link)
        remove_link(link);
    trail->directory = memory_string(directory, strlen(directory));
    trail->git_dir = memory_string(place->git_dir, strlen(place->git_dir));
    struct place *again =
        memory_zeroed(1, sizeof *again); /* what happened before it was watched was not reported */
    if (watch_all(trails, trail, place) && place_find(again, directory) && is_same_place(place, again)) {
        trail->holds = true;
        trail->next = trails->first;
        trails->first = trail;
        drop_oldest(trails);
    } else {
        trail_free(trail);
    }
    free(again);
}
