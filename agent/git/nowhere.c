/*
 * Directories in no repository: see nowhere.h. A directory gets a name `.git` or `HEAD` only with another
 * time of change, so where it is the same one, unchanged, neither is there. A time that is recent tells
 * nothing: it may stay the same, for as long as the file system's clock is coarse.
 */
#include "nowhere.h"

#include "../base/clock.h"
#include "../base/memory.h"
#include "../base/zone.h"
#include "file.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { SPOTS_MAX = 32, LEVELS_MAX = 32 };

/* Times are kept in seconds by the coarsest file systems, in pairs of them by FAT. */
static const int64_t QUIET_SECONDS = 3;

/* A directory on the way. */
struct level {
    dev_t device;
    ino_t inode;
    struct timespec changed;
    bool quiet; /* it had not changed for a while when its names were looked at */
};

struct spot {
    struct spot *next; /* asked for less recently */
    char *directory;
    size_t count;
    struct level levels[LEVELS_MAX]; /* from the directory upwards */
};

struct nowhere {
    struct spot *first;
};

struct nowhere *nowhere_make(void)
{
    return memory_zeroed(1, sizeof(struct nowhere));
}

static void remove_link(struct spot **link)
{
    struct spot *spot = *link;
    *link = spot->next;
    free(spot->directory);
    free(spot);
}

void nowhere_free(struct nowhere *nowhere)
{
    while (nowhere->first)
        remove_link(&nowhere->first);
    free(nowhere);
}

static struct spot **find(struct nowhere *nowhere, const char *directory)
{
    struct spot **link = &nowhere->first;
    while (*link && strcmp((*link)->directory, directory) != 0)
        link = &(*link)->next;
    return link;
}

/* What is at a path, before its names are looked at: what comes after that changes its time. */
static bool level_look(struct level *level, const char *path)
{
    struct stat status;
    const int64_t now_us = clock_now_us();
    if (lstat(path, &status) != 0 || !S_ISDIR(status.st_mode))
        return false;
    *level = (struct level){status.st_dev, status.st_ino, status.st_ctim, false};
    level->quiet = level->changed.tv_sec < now_us / MICROSECONDS - QUIET_SECONDS;
    return true;
}

/* A directory with either may be, or become, a repository or its work tree (gitrepository-layout(5)). */
static bool has_names(const char *path)
{
    static const char *const names[] = {".git", "HEAD"};
    char name[PATH_MAX];
    struct stat status;
    for (int i = 0; i < 2; i++) /* a link, too, that leads nowhere yet */
        if (!path_join(name, path, names[i]) || lstat(name, &status) == 0)
            return true;
    return false;
}

static bool is_same(const struct level *a, const struct level *b)
{
    return a->device == b->device && a->inode == b->inode;
}

static bool is_unchanged(const struct level *before, const struct level *now)
{
    return before->quiet && before->changed.tv_sec == now->changed.tv_sec &&
           before->changed.tv_nsec == now->changed.tv_nsec;
}

/* Leaves the last name out of a path; false at the root. */
static bool go_up(char path[PATH_MAX])
{
    char *slash = strrchr(path, '/');
    if (!slash || !path[1])
        return false;
    slash[slash == path] = '\0';
    return true;
}

static bool spot_holds(struct spot *spot)
{
    char path[PATH_MAX];
    struct level now;
    memcpy(path, spot->directory, strlen(spot->directory) + 1);
    for (size_t i = 0; i < spot->count; i++) {
        struct level *before = &spot->levels[i];
        if (!level_look(&now, path) || !is_same(before, &now) ||
            (!is_unchanged(before, &now) && has_names(path)))
            return false;
        *before = now;
        go_up(path);
    }
    return true;
}

bool nowhere_holds(struct nowhere *nowhere, const char *directory)
{
    struct spot **link = find(nowhere, directory), *spot = *link;
    if (!spot)
        return false;
    if (!spot_holds(spot)) {
        remove_link(link);
        return false;
    }
    *link = spot->next;
    spot->next = nowhere->first;
    nowhere->first = spot;
    return true;
}

/* All directories up to the root, or to the file system's border, beyond which git does not look. */
static bool take_levels(struct spot *spot)
{
    char path[PATH_MAX];
    if (!realpath(spot->directory, path) || strcmp(path, spot->directory) != 0)
        return false;
    do {
        struct level *level = &spot->levels[spot->count];
        if (spot->count == LEVELS_MAX || !level_look(level, path))
            return false;
        if (level->device != spot->levels[0].device)
            break;
        if (has_names(path))
            return false;
        spot->count++;
    } while (go_up(path));
    return true;
}

static void drop_oldest(struct nowhere *nowhere)
{
    struct spot **link = &nowhere->first;
    for (int i = 0; *link && i < SPOTS_MAX; i++)
        link = &(*link)->next;
    while (*link)
        remove_link(link);
}

void nowhere_keep(struct nowhere *nowhere, const char *directory)
{
    struct spot *spot = memory_zeroed(1, sizeof *spot);
    spot->directory = memory_string(directory, strlen(directory));
    spot->next = nowhere->first;
    nowhere->first = spot;
    if (take_levels(spot))
        drop_oldest(nowhere);
    else
        remove_link(&nowhere->first);
}
