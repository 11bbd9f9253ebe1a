/* Finding every log: see log_search.h. Threads take folders from a common list and add to it what they find. */
#include "log_search.h"

#include "../base/memory.h"
#include "../base/text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* What one folder holds, until it is added to the rest. */
struct finds {
    const struct log_search_folder *folder;
    struct log_search_file *files;
    size_t file_count, file_room;
    char **folders;
    size_t folder_count, folder_room;
};

static char *joined(const char *folder, const char *name)
{
    const size_t folder_size = strlen(folder), name_size = strlen(name);
    char *path = memory_take(folder_size + name_size + 2);
    memcpy(path, folder, folder_size);
    path[folder_size] = '/';
    memcpy(path + folder_size + 1, name, name_size + 1);
    return path;
}

static void found(void *data, const char *name, const struct log_status *status)
{
    struct finds *finds = data;
    char *path = joined(finds->folder->path, name);
    if (status->kind == LOG_DIRECTORY) {
        finds->folders =
            memory_grow(finds->folders, finds->folder_count, &finds->folder_room, sizeof *finds->folders);
        finds->folders[finds->folder_count++] = path;
    } else {
        finds->files =
            memory_grow(finds->files, finds->file_count, &finds->file_room, sizeof *finds->files);
        finds->files[finds->file_count++] = (struct log_search_file){
            .path = path, .root_size = finds->folder->root_size, .status = *status};
    }
}

/* ---- the common lists: with the mutex held ----------------------------------------------------------- */

static void add_folder(struct log_search *search, struct log_search_folder folder)
{
    search->folders =
        memory_grow(search->folders, search->folder_count, &search->folder_room, sizeof *search->folders);
    search->folders[search->folder_count++] = folder;
}

static void add_finds(struct log_search *search, const struct finds *finds)
{
    for (size_t i = 0; i < finds->folder_count; i++)
        add_folder(search, (struct log_search_folder){finds->folders[i], finds->folder->root_size, false});
    for (size_t i = 0; i < finds->file_count; i++) {
        search->files =
            memory_grow(search->files, search->file_count, &search->file_room, sizeof *search->files);
        search->files[search->file_count++] = finds->files[i];
    }
}

static int by_inode(const void *a, const void *b)
{
    const struct log_search_file *first = a, *second = b;
    if (first->status.device != second->status.device)
        return first->status.device < second->status.device ? -1 : 1;
    if (first->status.inode != second->status.inode)
        return first->status.inode < second->status.inode ? -1 : 1;
    return strcmp(first->path, second->path);
}

static void drop_links(struct log_search *search)
{
    size_t kept = 0;
    if (search->file_count)
        qsort(search->files, search->file_count, sizeof *search->files, by_inode);
    for (size_t i = 0; i < search->file_count; i++) {
        const struct log_search_file *file = &search->files[i];
        const struct log_search_file *last = kept ? &search->files[kept - 1] : NULL;
        if (last && last->status.device == file->status.device && last->status.inode == file->status.inode)
            free(file->path);
        else
            search->files[kept++] = *file;
    }
    search->file_count = kept;
}

/* ---- the search -------------------------------------------------------------------------------------- */

static bool is_absence(int error)
{
    return error == ENOENT || error == ENOTDIR || error == ELOOP;
}

/* Lists one folder, without the mutex, which it holds again when it returns. */
static void list_folder(struct log_search *search, const struct log_search_folder *folder)
{
    struct finds finds = {.folder = folder};
    int error = log_walk_list(folder->path, folder->is_root, found, &finds) ? errno : 0;
    pthread_mutex_lock(&search->mutex);
    add_finds(search, &finds);
    search->unreadable += error && !is_absence(error);
    search->listed_root |= folder->is_root && !error;
    free(finds.files);
    free(finds.folders);
}

void log_search_join(struct log_search *search)
{
    pthread_mutex_lock(&search->mutex);
    while (search->folder_count || search->listing) {
        if (!search->folder_count) {
            pthread_cond_wait(&search->changed, &search->mutex);
            continue;
        }
        struct log_search_folder folder = search->folders[--search->folder_count];
        search->listing++;
        pthread_mutex_unlock(&search->mutex);
        list_folder(search, &folder);
        search->listing--;
        pthread_cond_broadcast(&search->changed);
        free(folder.path);
    }
    if (!search->is_over)
        drop_links(search);
    search->is_over = true;
    pthread_mutex_unlock(&search->mutex);
}

void log_search_begin(struct log_search *search, char *const *directories)
{
    *search = (struct log_search){0};
    pthread_mutex_init(&search->mutex, NULL);
    pthread_cond_init(&search->changed, NULL);
    for (size_t i = 0; directories[i]; i++) {
        char *root = log_walk_root(directories[i]);
        add_folder(search, (struct log_search_folder){root, strlen(root) + 1, true});
    }
}

void log_search_free(struct log_search *search)
{
    for (size_t i = 0; i < search->file_count; i++)
        free(search->files[i].path);
    free(search->files);
    free(search->folders);
    pthread_cond_destroy(&search->changed);
    pthread_mutex_destroy(&search->mutex);
}
