/* Watches by directory, and events turned into marks: see watch_tree.h. */
#include "watch_tree.h"

#include "../base/memory.h"
#include "../base/watch.h"
#include "file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>

#define BUCKETS_FIRST 64
#define PATHS_MAX     512 /* marked paths; with more, everything is */
#define NAMES_MAX     16  /* marked in one directory; with more, the directory is */
#define WATCH_MASK                                                                                           \
    (IN_MODIFY | IN_ATTRIB | IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_MOVE_SELF |            \
     IN_DELETE_SELF | IN_ONLYDIR | IN_DONT_FOLLOW | IN_EXCL_UNLINK)

struct watched {
    struct watched *next; /* in its bucket */
    struct watch_tree *tree;
    struct watch *watch;
    enum visit_kind kind;
    uint64_t marked, named; /* in which round it was marked, and names in it were, */
    int names;              /* so many */
    char path[];
};

struct watch_tree {
    struct watcher *watcher;
    char *root;
    long *left;
    struct watched **buckets; /* a power of two of them */
    size_t bucket_count, count;
    struct watch_marks marks;
    uint64_t round; /* counts how often the marks were taken or dropped */
};

/* ---- the table
 * ------------------------------------------------------------------------------------------------- */

/* FNV-1a. */
static size_t hash_of(const char *path)
{
    uint64_t hash = UINT64_C(14695981039346656037);
    for (; *path; path++)
        hash = (hash ^ (unsigned char)*path) * UINT64_C(1099511628211);
    return (size_t)(hash ^ hash >> 32);
}

static struct watched **slot_of(const struct watch_tree *tree, const char *path)
{
    struct watched **slot = &tree->buckets[hash_of(path) & (tree->bucket_count - 1)];
    while (*slot && strcmp((*slot)->path, path) != 0)
        slot = &(*slot)->next;
    return slot;
}

static void grow(struct watch_tree *tree)
{
    struct watched **old = tree->buckets;
    size_t count = tree->bucket_count;
    tree->bucket_count = count ? count * 2 : BUCKETS_FIRST;
    tree->buckets = memory_zeroed(tree->bucket_count, sizeof *tree->buckets);
    for (size_t i = 0; i < count; i++) {
        for (struct watched *watched = old[i], *next; watched; watched = next) {
            next = watched->next;
            struct watched **slot = slot_of(tree, watched->path);
            watched->next = *slot;
            *slot = watched;
        }
    }
    free(old);
}

static void mark_watched(struct watched *watched);

/* What is below a git directory is watched again only once that is looked at. */
static void drop_slot(struct watch_tree *tree, struct watched **slot)
{
    struct watched *watched = *slot;
    if (watched->kind != VISIT_WORK)
        mark_watched(watched);
    *slot = watched->next;
    watch_remove(watched->watch);
    tree->count--;
    ++*tree->left;
    free(watched);
}

static void drop(struct watch_tree *tree, const char *path)
{
    struct watched **slot = slot_of(tree, path);
    if (*slot)
        drop_slot(tree, slot);
}

/* A directory that moved takes the watches below along, under names that no longer hold. */
static void drop_below(struct watch_tree *tree, const char *path)
{
    for (size_t i = 0; i < tree->bucket_count; i++)
        for (struct watched **slot = &tree->buckets[i]; *slot;) {
            if (path_is_below((*slot)->path, path))
                drop_slot(tree, slot);
            else
                slot = &(*slot)->next;
        }
}

/* ---- marks
 * ------------------------------------------------------------------------------------------------------- */

static void forget_paths(struct watch_tree *tree)
{
    survey_paths_clear(&tree->marks.paths);
    tree->round++;
}

void watch_tree_mark(struct watch_tree *tree, unsigned marks)
{
    tree->marks.marks |= marks;
    if (tree->marks.marks & MARK_ALL)
        forget_paths(tree);
}

/* The path from the top of the work tree; NULL: it is not in there. */
static const char *from_top(const struct watch_tree *tree, const char *absolute)
{
    if (!*tree->root || !path_is_below(absolute, tree->root))
        return NULL;
    absolute += strlen(tree->root);
    return absolute + (*absolute == '/');
}

/* Marks a path of the work tree, or everything where that cannot be said. */
static void mark_path(struct watch_tree *tree, const char *absolute, enum path_kind kind)
{
    const char *path = from_top(tree, absolute);
    if (tree->marks.marks & MARK_ALL)
        return;
    if (!path || tree->marks.paths.count >= PATHS_MAX || (kind == PATH_DEEP && !*path)) {
        watch_tree_mark(tree, MARK_ALL);
        return;
    }
    tree->marks.marks |= MARK_PATHS;
    survey_paths_add(&tree->marks.paths, path, kind);
}

void watch_tree_mark_path(struct watch_tree *tree, const struct survey_path *path)
{
    char absolute[PATH_MAX];
    if (path_join(absolute, tree->root, path->path))
        mark_path(tree, absolute, path->kind);
    else
        watch_tree_mark(tree, MARK_ALL);
}

static void mark_watched(struct watched *watched)
{
    struct watch_tree *tree = watched->tree;
    if (watched->kind == VISIT_GIT)
        watch_tree_mark(tree, MARK_GIT);
    else if (watched->kind == VISIT_MODULE)
        watch_tree_mark(tree, MARK_MODULES);
    else if (watched->marked != tree->round)
        mark_path(tree, watched->path, PATH_DIRECTORY);
    watched->marked = tree->round;
}

/* Whether a name is among the marks that came last: one save is many events. */
static bool is_marked_lately(const struct watch_tree *tree, const char *path)
{
    const struct survey_paths *paths = &tree->marks.paths;
    for (size_t i = 0; i < NAMES_MAX && i < paths->count; i++) {
        const struct survey_path *marked = &paths->all[paths->count - 1 - i];
        if (marked->kind == PATH_NAME && strcmp(marked->path, path) == 0)
            return true;
    }
    return false;
}

/* Marks a name in a directory of the work tree, or the directory if there are many. */
static void mark_name(struct watched *watched, const char *name)
{
    struct watch_tree *tree = watched->tree;
    char absolute[PATH_MAX];
    const char *path = *name && path_join(absolute, watched->path, name) ? from_top(tree, absolute) : NULL;
    if (watched->named != tree->round)
        watched->names = 0;
    watched->named = tree->round;
    if (watched->marked == tree->round || (path && is_marked_lately(tree, path)))
        return;
    if (!path || watched->names++ >= NAMES_MAX)
        mark_watched(watched);
    else
        mark_path(tree, absolute, PATH_NAME);
}

/* ---- events
 * ------------------------------------------------------------------------------------------------------ */

static bool is_one_of(const char *name, const char *const *names)
{
    for (; *names; names++)
        if (strcmp(name, *names) == 0)
            return true;
    return false;
}

static void git_changed(struct watched *watched, const char *name)
{
    static const char *const settings[] = {"config", "config.worktree", NULL};
    static const char *const rules[] = {"exclude", "attributes", "sparse-checkout", NULL};
    size_t size = strlen(name);
    if (size > 5 && strcmp(name + size - 5, ".lock") == 0)
        return; /* its rename to the real name is what counts */
    mark_watched(watched);
    if (is_one_of(name, settings))
        watch_tree_mark(watched->tree, MARK_SETTINGS);
    else if (is_one_of(name, rules))
        watch_tree_mark(watched->tree, MARK_RULES);
}

static void work_changed(struct watched *watched, const char *name)
{
    static const char *const rules[] = {".gitignore", ".gitattributes", ".gitmodules", NULL};
    mark_name(watched, name);
    if (is_one_of(name, rules))
        watch_tree_mark(watched->tree, MARK_RULES);
}

/* A directory came, went or changed: all below is to be looked at, and old watches there may be on what moved
 * away. */
static void directory_changed(struct watched *watched, uint32_t mask, const char *name)
{
    char path[PATH_MAX];
    struct watch_tree *tree = watched->tree;
    bool is_work = watched->kind == VISIT_WORK;
    if (!path_join(path, watched->path, name))
        return;
    mark_watched(watched);
    if (is_work)
        mark_path(tree, path, PATH_DEEP);
    if (mask & IN_MOVED_FROM)
        drop_below(tree, path);
    else if (mask & IN_DELETE)
        drop(tree, path);
}

static void changed(void *data, struct watch *watch, uint32_t mask, const char *name)
{
    struct watched *watched = data;
    (void)watch;
    if (mask & (IN_IGNORED | IN_UNMOUNT | IN_MOVE_SELF)) {
        struct watch_tree *tree = watched->tree;
        char path[PATH_MAX];
        mark_watched(watched);
        if (watched->kind == VISIT_WORK)
            mark_path(tree, watched->path, PATH_DEEP);
        if (path_join(path, watched->path, ""))
            drop_below(tree, path);
        return;
    }
    if ((mask & IN_ISDIR) && *name)
        directory_changed(watched, mask, name);
    else if (watched->kind == VISIT_WORK)
        work_changed(watched, name);
    else
        git_changed(watched, name);
}

/* ---- the tree
 * ----------------------------------------------------------------------------------------------------- */

struct watch_tree *watch_tree_make(struct watcher *watcher, const char *root, long *left)
{
    struct watch_tree *tree = memory_zeroed(1, sizeof *tree);
    tree->watcher = watcher;
    tree->root = memory_string(root, strlen(root));
    tree->left = left;
    tree->round = 1;
    grow(tree);
    return tree;
}

long watch_tree_count(const struct watch_tree *tree)
{
    return (long)tree->count;
}

void watch_tree_clear(struct watch_tree *tree)
{
    drop_below(tree, "");
}

void watch_tree_free(struct watch_tree *tree)
{
    watch_tree_clear(tree);
    survey_paths_clear(&tree->marks.paths);
    free(tree->buckets);
    free(tree->root);
    free(tree);
}

int watch_tree_add(struct watch_tree *tree, const struct visit *visit)
{
    if (*slot_of(tree, visit->directory))
        return 0;
    if (*tree->left <= 0)
        return -1;
    size_t size = strlen(visit->directory) + 1;
    struct watched *watched = memory_zeroed(1, sizeof *watched + size);
    watched->tree = tree;
    watched->kind = visit->kind;
    memcpy(watched->path, visit->directory, size);
    watched->watch = watch_add(tree->watcher, visit->directory, WATCH_MASK, changed, watched);
    if (!watched->watch) {
        bool is_out = errno == ENOSPC || errno == ENOMEM;
        mark_watched(watched); /* it is gone, or not a directory: whoever saw it must look again */
        free(watched);
        return is_out ? -1 : 0;
    }
    if (tree->count == tree->bucket_count)
        grow(tree);
    struct watched **slot = slot_of(tree, watched->path);
    *slot = watched;
    tree->count++;
    --*tree->left;
    mark_watched(watched);
    return 0;
}

bool watch_tree_is_marked(const struct watch_tree *tree)
{
    return tree->marks.marks != 0;
}

const struct watch_marks *watch_tree_marks(const struct watch_tree *tree)
{
    return &tree->marks;
}

struct watch_marks watch_tree_take(struct watch_tree *tree)
{
    struct watch_marks marks = tree->marks;
    tree->marks = (struct watch_marks){0};
    tree->round++;
    return marks;
}
