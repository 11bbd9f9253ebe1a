/*
 * The table of directories: made from the index, marked, and asked for its counts. Looking at the disk is
 * in worktree_look.c.
 */
#include "worktree_table.h"

#include "../base/memory.h"

#include <stdlib.h>
#include <string.h>

/* ---- making ----------------------------------------------------------------------------------------------
 */

static bool is_plain_name(const char *name, size_t size)
{
    bool dots = (size == 1 && name[0] == '.') || (size == 2 && memcmp(name, "..", 2) == 0);
    return size && !dots && !memchr(name, '\0', size);
}

static uint32_t add_directory(struct worktree *worktree, uint32_t parent, const char *path, size_t size)
{
    worktree->all = memory_grow(worktree->all, worktree->count, &worktree->room, sizeof *worktree->all);
    worktree->all[worktree->count] = (struct directory){
        .path = path, .path_size = (uint32_t)size, .parent = parent, .stale = true, .stale_below = true};
    return (uint32_t)worktree->count++;
}

/*
 * The directory of the entry, `last` being that of the one before: entries are in order, so all of a
 * directory's follow each other. Returns NOWHERE for a path that cannot be.
 */
static uint32_t directory_of(struct worktree *worktree, const struct index_entry *entry, uint32_t last)
{
    const struct directory *directory = &worktree->all[last];
    while (directory->path_size &&
           (entry->path_size <= directory->path_size || entry->path[directory->path_size] != '/' ||
            memcmp(entry->path, directory->path, directory->path_size) != 0)) {
        last = directory->parent;
        directory = &worktree->all[last];
    }
    size_t at = directory->path_size ? directory->path_size + 1 : 0;
    for (const char *slash; (slash = memchr(entry->path + at, '/', entry->path_size - at));) {
        size_t size = (size_t)(slash - entry->path);
        if (!is_plain_name(entry->path + at, size - at))
            return NOWHERE;
        last = add_directory(worktree, last, entry->path, size);
        at = size + 1;
    }
    bool stands_for_tree = (index_mode(entry) & INDEX_MODE_TYPE) == INDEX_MODE_DIRECTORY;
    if (stands_for_tree)
        worktree->all[last].is_sparse = true;
    else if (!is_plain_name(entry->path + at, entry->path_size - at))
        return NOWHERE;
    return last;
}

/* Sorts files and directories by the directory they are in, keeping their order. */
static void sort_by_parent(struct worktree *worktree, const uint32_t *places)
{
    const struct index *index = worktree->index;
    for (size_t i = 0; i < index->count; i++)
        worktree->all[places[i]].file_count++;
    for (size_t i = 1; i < worktree->count; i++)
        worktree->all[worktree->all[i].parent].child_count++;
    uint32_t files = 0, children = 0;
    for (size_t i = 0; i < worktree->count; i++) {
        struct directory *directory = &worktree->all[i];
        directory->first_file = files;
        directory->first_child = children;
        files += directory->file_count;
        children += directory->child_count;
        directory->file_count = directory->child_count = 0;
    }
    for (uint32_t i = 0; i < index->count; i++) {
        struct directory *directory = &worktree->all[places[i]];
        if ((index_mode(&index->entries[i]) & INDEX_MODE_TYPE) != INDEX_MODE_DIRECTORY)
            worktree->files[directory->first_file + directory->file_count++] = i;
        if ((index_mode(&index->entries[i]) & INDEX_MODE_TYPE) == INDEX_MODE_GITLINK)
            directory->has_submodules = true;
    }
    for (uint32_t i = 1; i < worktree->count; i++) {
        struct directory *parent = &worktree->all[worktree->all[i].parent];
        worktree->children[parent->first_child + parent->child_count++] = i;
    }
}

/* Paths with a stage are unmerged: up to three entries each. */
static int32_t count_conflicts(const struct index *index)
{
    int32_t count = 0;
    for (size_t i = 0; i < index->count; i++) {
        const struct index_entry *entry = &index->entries[i], *before = entry - 1;
        bool again = i && before->stage && before->path_size == entry->path_size &&
                     memcmp(before->path, entry->path, entry->path_size) == 0;
        count += entry->stage && !again;
    }
    return count;
}

struct worktree *worktree_make(const struct index *index, const char **why)
{
    struct worktree *worktree = memory_zeroed(1, sizeof *worktree);
    uint32_t *places = memory_zeroed(index->count, sizeof *places), last = 0;
    worktree->index = index;
    *why = NULL;
    add_directory(worktree, 0, "", 0);
    for (size_t i = 0; i < index->count && last != NOWHERE; i++)
        places[i] = last = directory_of(worktree, &index->entries[i], last);
    if (last == NOWHERE) {
        *why = "the index is corrupt: it has a path that leads nowhere";
        free(places);
        worktree_free(worktree);
        return NULL;
    }
    worktree->files = memory_zeroed(index->count, sizeof *worktree->files);
    worktree->states = memory_zeroed(index->count, sizeof *worktree->states);
    worktree->children = memory_zeroed(worktree->count, sizeof *worktree->children);
    sort_by_parent(worktree, places);
    worktree->conflicted = count_conflicts(index);
    free(places);
    return worktree;
}

void worktree_free(struct worktree *worktree)
{
    if (!worktree)
        return;
    for (size_t i = 0; i < worktree->count; i++) {
        ignore_free(worktree->all[i].rules);
        listed_free(worktree->all[i].listed);
        text_free(&worktree->all[i].names);
    }
    for (size_t i = 0; i < worktree->touched_count; i++)
        free(worktree->touched[i].name);
    free(worktree->touched);
    free(worktree->states);
    free(worktree->all);
    free(worktree->files);
    free(worktree->children);
    free(worktree);
}

/* ---- finding ---------------------------------------------------------------------------------------------
 */

static const char *last_name(const char *path, size_t *size)
{
    const char *slash = memrchr(path, '/', *size);
    if (!slash)
        return path;
    *size -= (size_t)(slash + 1 - path);
    return slash + 1;
}

/* The order of names in the index, where `end` follows a name that ends: NUL for files, a slash for
 * directories. */
static int name_order(const char *a, size_t a_size, const char *b, size_t b_size, char end)
{
    size_t shorter = a_size < b_size ? a_size : b_size;
    int order = memcmp(a, b, shorter);
    if (order || a_size == b_size)
        return order;
    int next_a = (unsigned char)(a_size > shorter ? a[shorter] : end);
    int next_b = (unsigned char)(b_size > shorter ? b[shorter] : end);
    return next_a != next_b ? next_a - next_b : a_size < b_size ? -1 : 1;
}

const struct index_entry *directory_file(const struct worktree *worktree, const struct directory *directory,
                                         const char *name, size_t size)
{
    uint32_t low = 0, high = directory->file_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        const struct index_entry *entry =
            &worktree->index->entries[worktree->files[directory->first_file + middle]];
        size_t entry_size = entry->path_size;
        const char *entry_name = last_name(entry->path, &entry_size);
        int order = name_order(name, size, entry_name, entry_size, '\0');
        if (!order)
            return entry;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

uint32_t directory_child(const struct worktree *worktree, const struct directory *directory, const char *name,
                         size_t size)
{
    uint32_t low = 0, high = directory->child_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2, child = worktree->children[directory->first_child + middle];
        size_t child_size = worktree->all[child].path_size;
        const char *child_name = last_name(worktree->all[child].path, &child_size);
        int order = name_order(name, size, child_name, child_size, '/');
        if (!order)
            return child;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NOWHERE;
}

/* ---- carrying over ---------------------------------------------------------------------------------------
 */

static bool same_entry(const struct index_entry *a, const struct index_entry *b, size_t oid_size)
{
    return a->path_size == b->path_size && a->flags == b->flags && a->stage == b->stage &&
           memcmp(a->path, b->path, a->path_size) == 0 && memcmp(a->raw, b->raw, 40 + oid_size) == 0;
}

static bool same_path(const struct directory *a, const struct directory *b)
{
    return a->path_size == b->path_size && memcmp(a->path, b->path, a->path_size) == 0;
}

static bool same_directory(const struct worktree *worktree, const struct directory *directory,
                           const struct worktree *old, const struct directory *before)
{
    if (directory->file_count != before->file_count || directory->child_count != before->child_count ||
        directory->is_sparse != before->is_sparse)
        return false;
    for (uint32_t i = 0; i < directory->file_count; i++)
        if (!same_entry(&worktree->index->entries[worktree->files[directory->first_file + i]],
                        &old->index->entries[old->files[before->first_file + i]], worktree->index->oid_size))
            return false;
    for (uint32_t i = 0; i < directory->child_count; i++)
        if (!same_path(&worktree->all[worktree->children[directory->first_child + i]],
                       &old->all[old->children[before->first_child + i]]))
            return false;
    return true;
}

static void carry_directory(struct worktree *worktree, struct directory *directory,
                            const struct worktree *old, struct directory *past)
{
    directory->unstaged = past->unstaged;
    directory->untracked = past->untracked;
    directory->deleted = past->deleted;
    directory->rules = past->rules;
    directory->listed = past->listed;
    directory->names = past->names;
    directory->contents = past->contents;
    directory->is_ignored = past->is_ignored;
    directory->needs_git = past->needs_git;
    directory->stale = false;
    past->rules = NULL;
    past->listed = NULL;
    past->names = (struct text)TEXT_EMPTY;
    for (uint32_t i = 0; i < directory->file_count; i++)
        worktree->states[worktree->files[directory->first_file + i]] =
            old->states[old->files[past->first_file + i]];
}

static void carry(struct worktree *worktree, uint32_t at, struct worktree *old, uint32_t before)
{
    struct directory *directory = &worktree->all[at], *past = &old->all[before];
    if (!past->stale && same_directory(worktree, directory, old, past))
        carry_directory(worktree, directory, old, past);
    bool stale_below = false;
    for (uint32_t i = 0; i < directory->child_count; i++) {
        uint32_t child = worktree->children[directory->first_child + i];
        size_t size = worktree->all[child].path_size;
        const char *name = last_name(worktree->all[child].path, &size);
        uint32_t other = directory_child(old, past, name, size);
        if (other != NOWHERE)
            carry(worktree, child, old, other);
        stale_below |= worktree->all[child].stale || worktree->all[child].stale_below;
    }
    directory->stale_below = stale_below;
}

void worktree_carry(struct worktree *worktree, struct worktree *old)
{
    carry(worktree, 0, old, 0);
}

/* ---- marking ---------------------------------------------------------------------------------------------
 */

static void mark_below(struct worktree *worktree, uint32_t at)
{
    struct directory *directory = &worktree->all[at];
    directory->stale = true;
    directory->stale_below = directory->child_count > 0;
    for (uint32_t i = 0; i < directory->child_count; i++)
        mark_below(worktree, worktree->children[directory->first_child + i]);
}

void directory_mark_above(struct worktree *worktree, uint32_t at)
{
    while (at) {
        at = worktree->all[at].parent;
        if (worktree->all[at].stale_below)
            return;
        worktree->all[at].stale_below = true;
    }
}

/* The nearest directory of the table on the way to a path; *path becomes what is left of that. */
static uint32_t nearest(const struct worktree *worktree, const char **path)
{
    uint32_t at = 0;
    while (**path) {
        size_t size = strcspn(*path, "/");
        uint32_t child = directory_child(worktree, &worktree->all[at], *path, size);
        if (child == NOWHERE)
            break;
        at = child;
        *path += size + ((*path)[size] == '/');
    }
    return at;
}

void worktree_mark(struct worktree *worktree, const char *path, bool deep)
{
    uint32_t at = nearest(worktree, &path);
    worktree->all[at].stale = true;
    if (deep && !*path)
        mark_below(worktree, at);
    directory_mark_above(worktree, at);
}

void worktree_mark_name(struct worktree *worktree, const char *path)
{
    const char *name = path;
    uint32_t at = nearest(worktree, &name);
    if (!*name || strchr(name, '/')) {
        worktree_mark(worktree, path, false);
        return;
    }
    worktree->touched = memory_grow(worktree->touched, worktree->touched_count, &worktree->touched_room,
                                    sizeof *worktree->touched);
    worktree->touched[worktree->touched_count++] = (struct touched){at, memory_string(name, strlen(name))};
}

void directory_forget_below(struct worktree *worktree, uint32_t id)
{
    const struct directory *directory = &worktree->all[id];
    for (uint32_t i = 0; i < directory->child_count; i++) {
        uint32_t child = worktree->children[directory->first_child + i];
        listed_free(worktree->all[child].listed);
        worktree->all[child].listed = NULL;
        directory_forget_below(worktree, child);
    }
}

void worktree_forget_listings(struct worktree *worktree)
{
    listed_free(worktree->all[0].listed);
    worktree->all[0].listed = NULL;
    directory_forget_below(worktree, 0);
}

void worktree_mark_submodules(struct worktree *worktree)
{
    for (uint32_t i = 0; i < worktree->count; i++)
        if (worktree->all[i].has_submodules) {
            worktree->all[i].stale = true;
            directory_mark_above(worktree, i);
        }
}

/* ---- asking ----------------------------------------------------------------------------------------------
 */

void worktree_visit(const struct worktree *worktree, const char *root, struct visits *visits)
{
    char path[PATH_MAX];
    for (size_t i = 0; i < worktree->count; i++) {
        const struct directory *directory = &worktree->all[i];
        if (directory->path_size >= sizeof path)
            continue;
        memcpy(path, directory->path, directory->path_size);
        path[directory->path_size] = '\0';
        visits_add(visits, VISIT_WORK, root, path);
    }
}

struct worktree_counts worktree_counts(const struct worktree *worktree)
{
    struct worktree_counts counts = {.conflicted = worktree->conflicted};
    for (size_t i = 0; i < worktree->count; i++) {
        const struct directory *directory = &worktree->all[i];
        counts.unstaged += directory->unstaged;
        counts.untracked += directory->untracked;
        /* A file that is gone and one that is to be added may be one that was renamed: git compares them. */
        counts.needs_git |= directory->needs_git || (directory->deleted && worktree->index->has_intent);
    }
    return counts;
}
