/* Which files ccusage reads, and what their paths mean to it: see ccusage_files.h. */
#include "ccusage_files.h"

#include "../base/memory.h"
#include "../base/text.h"
#include "log_walk.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* ---- what a path means --------------------------------------------------------------------------------- */

#define PARTS_MAX (PATH_MAX / 2)

/* The parts of a path between slashes, as std::path::Path has them: no empty ones, no ".". */
static size_t path_parts(char *path, const char **parts)
{
    size_t count = 0;
    char *rest = NULL;
    for (char *part = strtok_r(path, "/", &rest); part && count < PARTS_MAX;
         part = strtok_r(NULL, "/", &rest))
        if (strcmp(part, ".") != 0)
            parts[count++] = part;
    return count;
}

static char *parts_join(const char *const *parts, size_t count)
{
    struct text text = TEXT_EMPTY;
    for (size_t i = 0; i < count; i++)
        text_addf(&text, "%s%s", i ? "/" : "", parts[i]);
    text_add_string(&text, count ? "" : "Unknown Project");
    return text.bytes;
}

static char *copy(const char *string)
{
    return memory_string(string, strlen(string));
}

/* Sets the session, from the parts below `projects`, of which there is at least one. */
static void name_session(struct ccusage_file *file, const char *const *parts, size_t count)
{
    const char *name = parts[count - 1];
    size_t stem = strlen(name) - strlen(".jsonl");
    size_t above = count > 2 ? count - 2 : 0;
    if (count == 2) {
        file->session = memory_string(name, stem);
        file->session_project = copy(parts[0]);
        return;
    }
    if (count >= 4 && strcmp(parts[count - 2], "subagents") == 0)
        above = count - 3;
    file->session = copy(parts[above]);
    file->session_project = parts_join(parts, above);
}

void ccusage_file_name(struct ccusage_file *file)
{
    char *path = copy(file->path);
    const char **parts = memory_take(PARTS_MAX * sizeof *parts);
    size_t count = path_parts(path, parts), first = 0;
    while (first < count && strcmp(parts[first], "projects") != 0)
        first++;
    first += first < count;
    const char *project = first < count ? parts[first] : "unknown";
    file->project = copy(project[strspn(project, " \t")] ? project : "unknown");
    if (count - first == 1) {
        /* Beside the projects: the folder that it is in names the session. */
        file->session = copy(parts[count - 1]);
        file->session_project = copy("Unknown Project");
    } else {
        name_session(file, parts + first, count - first);
    }
    free(parts);
    free(path);
}

/* ---- finding them -------------------------------------------------------------------------------------- */

struct search {
    struct ccusage_files *files;
    char **folders; /* still to be listed */
    size_t folder_count, folder_room;
    const char *folder; /* being listed */
};

static char *path_join(const char *folder, const char *name)
{
    struct text path = TEXT_EMPTY;
    size_t size = strlen(folder);
    text_addf(&path, "%s%s%s", folder, size && folder[size - 1] == '/' ? "" : "/", name);
    return path.bytes;
}

static void found(void *data, const char *name, const struct log_status *status)
{
    struct search *search = data;
    struct ccusage_files *files = search->files;
    if (status->kind == LOG_DIRECTORY) {
        search->folders =
            memory_grow(search->folders, search->folder_count, &search->folder_room, sizeof *search->folders);
        search->folders[search->folder_count++] = path_join(search->folder, name);
    } else if (strlen(name) > strlen(".jsonl")) {
        files->list = memory_grow(files->list, files->count, &files->room, sizeof *files->list);
        struct ccusage_file *file = &files->list[files->count++];
        *file = (struct ccusage_file){.path = path_join(search->folder, name), .size = status->size};
        ccusage_file_name(file);
    }
}

/* Lists a folder and all below it. Only the first may be reached through a symlink. */
static void search_below(struct search *search, char *folder)
{
    bool root = true;
    for (;;) {
        search->folder = folder;
        log_walk_list(folder, root, found, search);
        free(folder);
        if (!search->folder_count)
            return;
        folder = search->folders[--search->folder_count];
        root = false;
    }
}

static bool is_folder(const char *path)
{
    struct log_status status;
    return log_walk_look(path, true, &status) == 0 && status.kind == LOG_DIRECTORY;
}

/* The folder `projects` of a config directory, which may itself be what is configured. NULL: there is none.
 */
static char *projects_of(const char *directory)
{
    const char *name = strrchr(directory, '/');
    name = name ? name + 1 : directory;
    char *path =
        strcmp(name, "projects") == 0 && is_folder(directory) ? copy(directory) : log_walk_root(directory);
    if (is_folder(path))
        return path;
    free(path);
    return NULL;
}

/* Whether ccusage looks only into the folder of this project, rather than at all files. */
static bool is_folder_name(const char *project)
{
    return *project && strcmp(project, ".") != 0 && strcmp(project, "..") != 0 && !strpbrk(project, "/\\");
}

static int by_path(const void *a, const void *b)
{
    return strcmp(((const struct ccusage_file *)a)->path, ((const struct ccusage_file *)b)->path);
}

void ccusage_files_find(struct ccusage_files *files, char *const *directories, const char *project)
{
    struct search search = {.files = files};
    *files = (struct ccusage_files){0};
    for (size_t i = 0; directories[i]; i++) {
        char *folder = projects_of(directories[i]);
        if (!folder)
            continue;
        files->directories++;
        if (is_folder_name(project)) {
            char *all = folder;
            folder = path_join(all, project);
            free(all);
        }
        search_below(&search, folder);
    }
    if (files->count)
        qsort(files->list, files->count, sizeof *files->list, by_path);
    free(search.folders);
}

void ccusage_files_free(struct ccusage_files *files)
{
    for (size_t i = 0; i < files->count; i++) {
        struct ccusage_file *file = &files->list[i];
        free(file->path);
        free(file->project);
        free(file->session);
        free(file->session_project);
    }
    free(files->list);
    *files = (struct ccusage_files){0};
}
