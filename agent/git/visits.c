/* The list of directories to watch: see visits.h. */
#include "visits.h"

#include "../base/memory.h"
#include "file.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#define DEPTH_MAX 32

void visits_add(struct visits *visits, enum visit_kind kind, const char *directory, const char *below)
{
    char path[PATH_MAX];
    if (!path_join(path, directory, below))
        return;
    visits->all = memory_grow(visits->all, visits->count, &visits->room, sizeof *visits->all);
    visits->all[visits->count++] = (struct visit){kind, memory_string(path, strlen(path))};
}

void visits_clear(struct visits *visits)
{
    for (size_t i = 0; i < visits->count; i++)
        free(visits->all[i].directory);
    free(visits->all);
    *visits = (struct visits){0};
}

void visits_move(struct visits *to, struct visits *from)
{
    for (size_t i = 0; i < from->count; i++) {
        to->all = memory_grow(to->all, to->count, &to->room, sizeof *to->all);
        to->all[to->count++] = from->all[i];
    }
    free(from->all);
    *from = (struct visits){0};
}

/*
 * What of a git directory never matters: objects, which are found by their ids alone; hooks, which are not
 * run; other work trees' directories, and submodules', which are visited as what they are.
 */
static bool is_irrelevant(const char *name)
{
    static const char *const others[] = {"objects", "hooks", "worktrees", "modules", "lfs"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (strcmp(name, others[i]) == 0)
            return true;
    return false;
}

static bool is_below(const struct dirent *entry, int depth)
{
    if (entry->d_type != DT_DIR && entry->d_type != DT_UNKNOWN)
        return false;
    if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
        return false;
    return depth || !is_irrelevant(entry->d_name);
}

static void add_tree(struct visits *visits, enum visit_kind kind, const char *path, int depth)
{
    char below[PATH_MAX];
    DIR *directory = depth < DEPTH_MAX ? opendir(path) : NULL;
    if (!directory)
        return;
    visits_add(visits, kind, path, "");
    for (struct dirent *entry; (entry = readdir(directory));)
        if (is_below(entry, depth) && path_join(below, path, entry->d_name))
            add_tree(visits, kind, below, depth + 1);
    closedir(directory);
}

void visits_add_git(struct visits *visits, enum visit_kind kind, const struct place *place)
{
    add_tree(visits, kind, place->git_dir, 0);
    if (strcmp(place->git_dir, place->common_dir) != 0)
        add_tree(visits, kind, place->common_dir, 0);
}
