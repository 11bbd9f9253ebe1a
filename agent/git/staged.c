/*
 * HEAD's tree against the index: both are in the same order, so that one walk side by side meets every
 * difference. Trees are read raw through libgit2's object store.
 *
 * Renames are told without looking into files where that is exact: a path that is gone and one that is new
 * with the same id are one rename (git-diff(1), -M: exact renames come first). Where both gone and new files
 * are left over, only git's own measure of similarity can tell; the caller then asks git.
 */
#include "staged.h"

#include "../base/memory.h"
#include "../base/zone.h"

#include <stdlib.h>
#include <string.h>

#define DEPTH_MAX   1024
#define TREES_MAX   200000 /* that are read: a hostile tree can stand for more files than there are atoms */
#define CHANGES_MAX 2000000

/* Seconds since 1970; a commit may claim any time there is. */
#define COMMIT_TIME_MAX (INT64_C(1) << 36)

#define NO_NODE UINT32_MAX

struct side {
    uint32_t type; /* of the mode: only files of one type can be a rename */
    git_oid oid;
};

struct sides {
    struct side *all;
    size_t count, room;
};

struct walk {
    git_odb *odb;
    const struct index *index;
    struct sides added, deleted;
    size_t modified, trees;
    bool needs_git;
    const char *why;
};

/* One item of a tree or, seen from a directory, of the index. */
struct item {
    const char *name;
    size_t size;
    uint32_t mode;
    const unsigned char *oid;
    bool is_directory;
};

/* Where in a directory the walk is, on one level. */
struct level {
    size_t prefix;   /* bytes of the directory's path and slash */
    size_t from, to; /* entries of the index below it */
    uint32_t node;   /* of the cache tree */
    int depth;
};

static void sides_add(struct walk *walk, struct sides *sides, uint32_t mode, const unsigned char *oid)
{
    if (sides->count >= CHANGES_MAX) {
        walk->why = "too much is staged to be counted";
        return;
    }
    sides->all = memory_grow(sides->all, sides->count, &sides->room, sizeof *sides->all);
    struct side *side = &sides->all[sides->count++];
    side->type = mode & INDEX_MODE_TYPE;
    memcpy(side->oid.id, oid, GIT_OID_RAWSZ);
}

/* ---- trees: gitformat "MODE SP NAME NUL OID", repeated ----------------------------------------------------
 */

struct tree {
    git_odb_object *object;
    const char *at, *end;
    struct item item;
    bool has_item;
};

static uint32_t canonical_mode(uint32_t mode)
{
    uint32_t type = mode & INDEX_MODE_TYPE;
    return type == INDEX_MODE_REGULAR ? type | (mode & 0100 ? 0755 : 0644) : type;
}

static void tree_next(struct walk *walk, struct tree *tree)
{
    tree->has_item = false;
    if (tree->at == tree->end)
        return;
    uint32_t mode = 0;
    const char *at = tree->at;
    while (at < tree->end && *at >= '0' && *at <= '7')
        mode = mode << 3 | (uint32_t)(*at++ - '0');
    const char *nul = at < tree->end && *at == ' ' ? memchr(at, '\0', (size_t)(tree->end - at)) : NULL;
    if (!nul || nul - at < 2 || tree->end - nul <= GIT_OID_RAWSZ) {
        walk->why = "a tree of HEAD is corrupt; `git fsck` tells more";
        return;
    }
    mode = canonical_mode(mode);
    tree->item = (struct item){at + 1, (size_t)(nul - at - 1), mode, (const unsigned char *)nul + 1,
                               (mode & INDEX_MODE_TYPE) == INDEX_MODE_DIRECTORY};
    tree->at = nul + 1 + GIT_OID_RAWSZ;
    tree->has_item = true;
}

static void tree_open(struct walk *walk, struct tree *tree, const git_oid *oid)
{
    *tree = (struct tree){0};
    if (!oid)
        return;
    if (++walk->trees > TREES_MAX) {
        walk->why = "HEAD has too many directories to be compared";
        return;
    }
    if (git_odb_read(&tree->object, walk->odb, oid) != 0 ||
        git_odb_object_type(tree->object) != GIT_OBJECT_TREE) {
        walk->why = "a tree of HEAD is missing or corrupt; `git fsck` tells more";
        return;
    }
    tree->at = git_odb_object_data(tree->object);
    tree->end = tree->at + git_odb_object_size(tree->object);
    tree_next(walk, tree);
}

/* ---- the index, seen from a directory ---------------------------------------------------------------------
 */

static bool is_in(const struct index_entry *entry, const struct index_entry *first, size_t prefix)
{
    return entry->path_size >= prefix && memcmp(entry->path, first->path, prefix) == 0;
}

/* The first entry that is not below the directory that entry `from` is in, `prefix` bytes of its path. */
static size_t directory_end(const struct index *index, size_t from, size_t to, size_t prefix)
{
    const struct index_entry *first = &index->entries[from];
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        if (is_in(&index->entries[middle], first, prefix))
            from = middle + 1;
        else
            to = middle;
    }
    return from;
}

static struct item index_item(const struct index_entry *entry, size_t prefix)
{
    const char *name = entry->path + prefix;
    size_t left = entry->path_size - prefix;
    const char *slash = memchr(name, '/', left);
    return (struct item){name, slash ? (size_t)(slash - name) : left, index_mode(entry), index_oid(entry),
                         slash};
}

/* git's order of names, in which a directory's ends in a slash. */
static int item_compare(const struct item *a, const struct item *b)
{
    size_t shorter = a->size < b->size ? a->size : b->size;
    int order = memcmp(a->name, b->name, shorter);
    if (order)
        return order;
    int next_a = a->size > shorter ? (unsigned char)a->name[shorter] : a->is_directory ? '/' : 0;
    int next_b = b->size > shorter ? (unsigned char)b->name[shorter] : b->is_directory ? '/' : 0;
    return next_a != next_b ? next_a - next_b : (int)(a->size > b->size) - (int)(a->size < b->size);
}

/* The cache tree's node for a child directory. */
static uint32_t child_node(const struct index *index, uint32_t node, const struct item *item)
{
    if (node == NO_NODE)
        return NO_NODE;
    for (uint32_t child = node + 1; child < index->trees[node].after; child = index->trees[child].after)
        if (index->trees[child].name_size == item->size &&
            memcmp(index->trees[child].name, item->name, item->size) == 0)
            return child;
    return NO_NODE;
}

/* Whether a directory of the index is what the tree says. A node that is of other entries than there are, as
 * a rebase leaves it where the index was removed, says nothing. */
static bool is_tree_known(const struct index *index, const struct level *level, const git_oid *oid)
{
    const struct index_tree *node = level->node == NO_NODE ? NULL : &index->trees[level->node];
    return node && oid && node->entries >= 0 && (size_t)node->entries == level->to - level->from &&
           memcmp(node->oid, oid->id, GIT_OID_RAWSZ) == 0;
}

/* ---- the walk
 * ----------------------------------------------------------------------------------------------- */

static void walk_directory(struct walk *walk, const git_oid *oid, struct level level);

/* A file of the index, with all its stages, against the tree's of the same name, if any. Returns the entry
 * after. */
static size_t walk_file(struct walk *walk, const struct item *old, size_t from, size_t to)
{
    const struct index_entry *entry = &walk->index->entries[from];
    size_t next = from + 1;
    if (entry->stage) { /* unmerged: a conflict, and nothing else */
        while (next < to && walk->index->entries[next].path_size == entry->path_size &&
               memcmp(walk->index->entries[next].path, entry->path, entry->path_size) == 0)
            next++;
        return next;
    }
    bool is_there = !(entry->flags & INDEX_INTENT_TO_ADD);
    if (old && !is_there)
        sides_add(walk, &walk->deleted, old->mode, old->oid);
    else if (!old && is_there)
        sides_add(walk, &walk->added, index_mode(entry), index_oid(entry));
    else if (old)
        walk->modified +=
            old->mode != index_mode(entry) || memcmp(old->oid, index_oid(entry), GIT_OID_RAWSZ) != 0;
    return next;
}

static size_t walk_index_directory(struct walk *walk, const struct item *old, size_t from, struct level level)
{
    const struct index_entry *entry = &walk->index->entries[from];
    struct item item = index_item(entry, level.prefix);
    struct level below = {.prefix = level.prefix + item.size + 1, .from = from, .depth = level.depth + 1};
    if ((item.mode & INDEX_MODE_TYPE) == INDEX_MODE_DIRECTORY && below.prefix == entry->path_size) {
        walk->needs_git |= !old || memcmp(old->oid, item.oid, GIT_OID_RAWSZ) != 0;
        return from + 1;
    }
    git_oid oid;
    if (old)
        memcpy(oid.id, old->oid, GIT_OID_RAWSZ);
    below.to = directory_end(walk->index, from, level.to, below.prefix);
    below.node = child_node(walk->index, level.node, &item);
    walk_directory(walk, old ? &oid : NULL, below);
    return below.to;
}

static void walk_deleted(struct walk *walk, const struct item *old, struct level level)
{
    if (!old->is_directory) {
        sides_add(walk, &walk->deleted, old->mode, old->oid);
        return;
    }
    git_oid oid;
    memcpy(oid.id, old->oid, GIT_OID_RAWSZ);
    walk_directory(walk, &oid, (struct level){.node = NO_NODE, .depth = level.depth + 1});
}

static void walk_directory(struct walk *walk, const git_oid *oid, struct level level)
{
    struct tree tree;
    if (is_tree_known(walk->index, &level, oid))
        return;
    if (level.depth > DEPTH_MAX) {
        walk->why = "directories are nested too deeply";
        return;
    }
    tree_open(walk, &tree, oid);
    size_t at = level.from;
    while (!walk->why && (tree.has_item || at < level.to)) {
        struct item now =
            at < level.to ? index_item(&walk->index->entries[at], level.prefix) : (struct item){0};
        int order = at >= level.to ? -1 : !tree.has_item ? 1 : item_compare(&tree.item, &now);
        const struct item *old = order <= 0 ? &tree.item : NULL;
        if (order < 0)
            walk_deleted(walk, old, level);
        else if (now.is_directory)
            at = walk_index_directory(walk, old, at, level);
        else
            at = walk_file(walk, old, at, level.to);
        if (old)
            tree_next(walk, &tree);
    }
    git_odb_object_free(tree.object);
}

/* ---- renames
 * -------------------------------------------------------------------------------------------------- */

static int side_compare(const void *one, const void *other)
{
    const struct side *a = one, *b = other;
    if (a->type != b->type)
        return a->type < b->type ? -1 : 1;
    return memcmp(a->oid.id, b->oid.id, GIT_OID_RAWSZ);
}

static size_t count_regular(const struct sides *sides)
{
    size_t count = 0;
    for (size_t i = 0; i < sides->count; i++)
        count += sides->all[i].type == INDEX_MODE_REGULAR;
    return count;
}

/* Pairs what is gone with what is new under the same id; returns how many pairs there are. */
static size_t pair_renames(struct walk *walk)
{
    struct sides *added = &walk->added, *deleted = &walk->deleted;
    size_t pairs = 0, regular = 0;
    if (!added->count || !deleted->count)
        return 0;
    qsort(added->all, added->count, sizeof *added->all, side_compare);
    qsort(deleted->all, deleted->count, sizeof *deleted->all, side_compare);
    for (size_t i = 0, j = 0; i < added->count && j < deleted->count;) {
        int order = side_compare(&added->all[i], &deleted->all[j]);
        bool same = order == 0;
        pairs += same;
        regular += same && added->all[i].type == INDEX_MODE_REGULAR;
        i += order <= 0;
        j += order >= 0;
    }
    walk->needs_git |= count_regular(added) > regular && count_regular(deleted) > regular;
    return pairs;
}

static int head_tree(git_oid *tree, int64_t *committed_us, git_repository *repository, const char *head)
{
    git_oid oid;
    git_commit *commit = NULL;
    int result = -1;
    if (git_oid_fromstr(&oid, head) == 0 && git_commit_lookup(&commit, repository, &oid) == 0) {
        const int64_t seconds = git_commit_time(commit);
        *tree = *git_commit_tree_id(commit);
        *committed_us = seconds > 0 && seconds < COMMIT_TIME_MAX ? seconds * MICROSECONDS : 0;
        result = 0;
    }
    git_commit_free(commit);
    return result;
}

const char *staged_count(struct staged *staged, git_repository *repository, const struct index *index,
                         const char *head, bool detects_renames)
{
    struct walk walk = {.index = index};
    git_oid tree;
    int64_t committed_us = 0;
    *staged = (struct staged){0};
    if (git_repository_odb(&walk.odb, repository) != 0 ||
        (*head && head_tree(&tree, &committed_us, repository, head) != 0))
        walk.why = "the commit of HEAD is missing or corrupt; `git fsck` tells more";
    if (!walk.why)
        walk_directory(&walk, *head ? &tree : NULL,
                       (struct level){.to = index->count, .node = index->tree_count ? 0 : NO_NODE});
    size_t renames = detects_renames && !walk.why ? pair_renames(&walk) : 0;
    staged->count = (int32_t)(walk.modified + walk.added.count + walk.deleted.count - renames);
    staged->needs_git = walk.needs_git;
    staged->committed_us = committed_us;
    free(walk.added.all);
    free(walk.deleted.all);
    git_odb_free(walk.odb);
    return walk.why;
}
