/*
 * Looking at single names: what a watch has told of a file costs the look at that file, however many there
 * are beside it.
 */
#include "worktree_table.h"

#include "../base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* ---- the names of untracked files ------------------------------------------------------------------------
 */

/* A list /NAME/NAME/: no name has a slash in it. Where `/NAME/` begins; NULL. */
static char *find_name(const struct directory *directory, const char *name)
{
    char pattern[NAME_MAX + 3];
    int size = snprintf(pattern, sizeof pattern, "/%s/", name);
    if (!directory->names.size || size < 0 || (size_t)size >= sizeof pattern)
        return NULL;
    return memmem(directory->names.bytes, directory->names.size, pattern, (size_t)size);
}

int directory_note(struct directory *directory, const char *name, bool counts)
{
    struct text *names = &directory->names;
    char *known = find_name(directory, name);
    if (counts == (known != NULL))
        return 0;
    if (counts) {
        text_addf(names, "%s%s/", names->size ? "" : "/", name);
        return 1;
    }
    size_t size = strlen(name) + 1;
    memmove(known, known + size, (size_t)(names->bytes + names->size + 1 - (known + size)));
    names->size -= size;
    return -1;
}

/* ---- one name --------------------------------------------------------------------------------------------
 */

static void look_at_tracked(struct walk *walk, struct directory *directory, int at,
                            const struct index_entry *entry)
{
    unsigned char *state = &walk->worktree->states[entry - walk->worktree->index->entries];
    unsigned now = walk_file(walk, directory, at, entry);
    if (walk_is_spent(walk))
        return;
    directory->unstaged += (int32_t)(now & FILE_UNSTAGED) - (*state & FILE_UNSTAGED);
    directory->deleted += ((now & FILE_DELETED) != 0) - ((*state & FILE_DELETED) != 0);
    *state = (unsigned char)now;
}

/* Returns false if it takes more than a look at the name. */
static bool look_at_untracked(struct walk *walk, uint32_t id, int at, const char *name)
{
    struct directory *directory = &walk->worktree->all[id];
    struct ignore_level levels[DEPTH_MAX];
    struct stat status;
    walk->look->budget--;
    if (walk->look->settings->untracked == UNTRACKED_NO || directory->is_ignored)
        return true;
    bool is_there = fstatat(at, name, &status, AT_SYMLINK_NOFOLLOW) == 0;
    if ((!is_there && errno != ENOENT) || (is_there && S_ISDIR(status.st_mode)))
        return false;
    size_t size = walk_set_name(walk, directory->path_size, name, strlen(name));
    bool counts = is_there && size && (S_ISREG(status.st_mode) || S_ISLNK(status.st_mode));
    if (counts) {
        struct ignore_level own = {directory->rules, directory->path_size ? directory->path_size + 1u : 0,
                                   walk_rules_above(walk, id, levels)};
        counts = !ignore_match(&own, walk->path, size, false);
    }
    directory->untracked += directory_note(directory, name, counts);
    return true;
}

static bool look_at_name(struct walk *walk, uint32_t id, int at, const char *name)
{
    struct directory *directory = &walk->worktree->all[id];
    size_t size = strlen(name);
    const struct index_entry *entry = directory_file(walk->worktree, directory, name, size);
    walk_set_name(walk, 0, directory->path, directory->path_size);
    if (strcmp(name, ".git") == 0 || directory_child(walk->worktree, directory, name, size) != NOWHERE)
        return false;
    if (!entry)
        return look_at_untracked(walk, id, at, name);
    if ((index_mode(entry) & INDEX_MODE_TYPE) == INDEX_MODE_GITLINK)
        return false;
    look_at_tracked(walk, directory, at, entry);
    return true;
}

/* ---- all of them -----------------------------------------------------------------------------------------
 */

/* Opens a directory of the table, through no link. -1 if that cannot be done, or not in this way. */
static int open_directory(int top, const struct directory *directory)
{
    char path[PATH_MAX];
    struct open_how how = {.flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC,
                           .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS};
    if (directory->path_size >= sizeof path)
        return -1;
    memcpy(path, directory->path, directory->path_size);
    path[directory->path_size] = '\0';
    return (int)syscall(SYS_openat2, top, directory->path_size ? path : ".", &how, sizeof how);
}

void walk_names(struct walk *walk)
{
    struct worktree *worktree = walk->worktree;
    int top = open(walk->look->root, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC), at = -1;
    uint32_t opened = NOWHERE;
    for (size_t i = 0; i < worktree->touched_count && !walk_is_spent(walk); i++) {
        struct touched *touched = &worktree->touched[i];
        struct directory *directory = &worktree->all[touched->directory];
        if (directory->stale)
            continue;
        if (opened != touched->directory) {
            if (at >= 0)
                close(at);
            at = open_directory(top, directory);
            opened = touched->directory;
        }
        if (at < 0 || !look_at_name(walk, touched->directory, at, touched->name)) {
            directory->stale = true;
            directory_mark_above(worktree, touched->directory);
        }
    }
    if (at >= 0)
        close(at);
    if (top >= 0)
        close(top);
    if (walk_is_spent(walk))
        return;
    while (worktree->touched_count)
        free(worktree->touched[--worktree->touched_count].name);
}
