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

/* Objects are found by their ids alone and hooks are never run; other work trees' directories are their own matter. */
static bool is_relevant(const char *name)
{
    static const char *const others[] = {".", "..", "objects", "hooks", "worktrees", "lfs"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (strcmp(name, others[i]) == 0)
            return false;
    return true;
}

static void add_tree(struct visits *visits, enum visit_kind kind, const char *path, int depth)
{
    char below[PATH_MAX];
    DIR *directory = opendir(path);
    if (!directory)
        return;
    visits_add(visits, kind, path, "");
    for (struct dirent *entry; depth < DEPTH_MAX && (entry = readdir(directory));) {
        bool is_modules = depth == 0 && strcmp(entry->d_name, "modules") == 0;
        if (entry->d_type == DT_DIR && (depth || is_relevant(entry->d_name)) && path_join(below, path, entry->d_name) &&
            !is_modules)
            add_tree(visits, kind, below, depth + 1);
    }
    closedir(directory);
}

void visits_add_git(struct visits *visits, enum visit_kind kind, const struct place *place)
{
    add_tree(visits, kind, place->git_dir, 0);
    if (strcmp(place->git_dir, place->common_dir) != 0)
        add_tree(visits, kind, place->common_dir, 0);
}
