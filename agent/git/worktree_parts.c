/*
 * A whole tree by several threads: nearly all of the time goes into lstat(2), which the kernel does as well
 * on two cores as on one. The upper directories are gone through first; what hangs below is put aside in
 * parts of a limited size, which the threads then take one after the other.
 */
#include "worktree_table.h"

#include "../base/cores.h"
#include "../base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LARGE            2000 /* entries: less is done before a thread would have started */
#define PARTS_PER_THREAD 16

struct part {
    uint32_t id;
    bool is_ignored;
    int depth;
};

struct walk_parts {
    struct worktree *worktree;
    struct look *look; /* what all threads begin with, and add to */
    int top;
    uint32_t *weights; /* by directory: entries in it and below */
    uint32_t weight_max;
    struct part *all;
    size_t count, room;
    atomic_size_t next;
    pthread_mutex_t lock, merging;
};

/* ---- putting aside ---------------------------------------------------------------------------------------
 */

static uint32_t *weigh(const struct worktree *worktree)
{
    uint32_t *weights = memory_zeroed(worktree->count, sizeof *weights);
    for (size_t i = worktree->count; i-- > 0;) {
        weights[i] += worktree->all[i].file_count + 1;
        if (i)
            weights[worktree->all[i].parent] += weights[i];
    }
    return weights;
}

bool walk_put_aside(struct walk_parts *parts, uint32_t id, bool is_ignored, int depth)
{
    if (parts->weights[id] > parts->weight_max)
        return false;
    parts->all = memory_grow(parts->all, parts->count, &parts->room, sizeof *parts->all);
    parts->all[parts->count++] = (struct part){id, is_ignored, depth};
    return true;
}

/* ---- taking up -------------------------------------------------------------------------------------------
 */

/* Opens a directory of the table from the top on, through no link. NULL: it is gone, or look->why. */
static DIR *open_from_top(struct walk *walk, int top, const struct directory *directory)
{
    char name[NAME_MAX + 1];
    int at = top;
    DIR *listing = NULL;
    const char *path = directory->path, *end = path + directory->path_size;
    while (path < end) {
        const char *slash = memchr(path, '/', (size_t)(end - path)), *until = slash ? slash : end;
        size_t size = (size_t)(until - path);
        DIR *above = listing;
        if (size > NAME_MAX)
            return above ? closedir(above), NULL : NULL;
        memcpy(name, path, size);
        name[size] = '\0';
        listing = walk_open(walk, at, name);
        if (above)
            closedir(above);
        if (!listing)
            return NULL;
        at = dirfd(listing);
        path = until + (until < end);
    }
    return listing;
}

static void take_up(struct walk *walk, struct walk_parts *parts, const struct part *part,
                    struct ignore_level *levels)
{
    const struct directory *directory = &parts->worktree->all[part->id];
    DIR *listing = open_from_top(walk, parts->top, directory);
    if (!walk->look->why)
        walk_directory(walk, part->id, listing, walk_rules_above(walk, part->id, levels), part->is_ignored,
                       part->depth);
    if (listing)
        closedir(listing);
}

/* Adds what one thread found to what all have. */
static void merge(struct walk_parts *parts, struct look *look, struct visits *visits)
{
    struct look *whole = parts->look;
    pthread_mutex_lock(&parts->merging);
    whole->filtered += look->filtered;
    whole->why = look->why ? look->why : whole->why;
    visits_move(whole->visits, visits);
    pthread_mutex_unlock(&parts->merging);
}

static void *work(void *data)
{
    struct walk_parts *parts = data;
    struct visits visits = {0};
    struct look look = *parts->look;
    struct walk *walk = memory_take(sizeof *walk);
    struct ignore_level *levels = memory_zeroed(DEPTH_MAX, sizeof *levels);
    look.visits = &visits;
    look.lock = &parts->lock;
    look.filtered = 0;
    *walk = (struct walk){.worktree = parts->worktree, .look = &look};
    for (size_t at; !look.why && (at = atomic_fetch_add(&parts->next, 1)) < parts->count;)
        take_up(walk, parts, &parts->all[at], levels);
    merge(parts, &look, &visits);
    free(levels);
    free(walk);
    return NULL;
}

static void share_work(struct walk_parts *parts, size_t threads)
{
    pthread_t others[CORES_MOST];
    size_t started = 0;
    while (started + 1 < threads && pthread_create(&others[started], NULL, work, parts) == 0)
        started++;
    work(parts);
    while (started)
        pthread_join(others[--started], NULL);
}

/* ---- the tree --------------------------------------------------------------------------------------------
 */

static void walk_in_parts(struct walk *walk, DIR *top, size_t threads)
{
    struct worktree *worktree = walk->worktree;
    struct walk_parts parts = {.worktree = worktree, .look = walk->look, .top = dirfd(top)};
    parts.weights = weigh(worktree);
    parts.weight_max = parts.weights[0] / (uint32_t)(threads * PARTS_PER_THREAD);
    pthread_mutex_init(&parts.lock, NULL);
    pthread_mutex_init(&parts.merging, NULL);
    walk->parts = &parts;
    walk_directory(walk, 0, top, walk->look->outer, false, 0);
    if (parts.count)
        share_work(&parts, parts.count < threads ? parts.count : threads);
    pthread_mutex_destroy(&parts.lock);
    pthread_mutex_destroy(&parts.merging);
    free(parts.weights);
    free(parts.all);
    if (walk->look->why)
        worktree_mark(worktree, "", true); /* what was put aside is marked above no more */
}

static void walk_marked(struct walk *walk)
{
    struct worktree *worktree = walk->worktree;
    struct look *look = walk->look;
    size_t threads = look->is_quick || worktree->index->count < LARGE ? 1 : cores_to_use();
    DIR *top = walk_open(walk, AT_FDCWD, look->root);
    if (!top && !look->why)
        look->why = "the work tree cannot be opened";
    else if (!look->why && threads == 1)
        walk_directory(walk, 0, top, look->outer, false, 0);
    else if (!look->why)
        walk_in_parts(walk, top, threads);
    if (top)
        closedir(top);
}

void walk_tree(struct worktree *worktree, struct look *look)
{
    struct walk *walk = memory_take(sizeof *walk);
    const struct directory *first = &worktree->all[0];
    *walk = (struct walk){.worktree = worktree, .look = look};
    if (worktree->touched_count)
        walk_names(walk);
    if (!walk_is_spent(walk) && (first->stale || first->stale_below))
        walk_marked(walk);
    free(walk);
}
