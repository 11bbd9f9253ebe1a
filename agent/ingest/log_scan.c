/*
 * Where logs are, and reading all of them here and now: what `tacho` does when there is no agent. By the
 * same rules as the tree (log_walk.h), but without watches, worker or loop.
 */
#include "../../shm/place.h"
#include "../base/memory.h"
#include "../base/text.h"
#include "log_file.h"
#include "log_tree.h"
#include "log_walk.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define SLICE (16 * 1024 * 1024) /* after which progress is told */

/* ---- config directories ------------------------------------------------------------------------------ */

struct directories {
    char **paths; /* NULL-terminated */
    size_t count, room;
};

static void add_directory(struct directories *list, char *path)
{
    for (size_t i = 0; i < list->count; i++) {
        if (!strcmp(list->paths[i], path)) {
            free(path);
            return;
        }
    }
    list->paths = memory_grow(list->paths, list->count + 1, &list->room, sizeof *list->paths);
    list->paths[list->count++] = path;
    list->paths[list->count] = NULL;
}

static void add_joined(struct directories *list, const char *base, const char *bytes, size_t size)
{
    struct text path = TEXT_EMPTY;
    text_add_string(&path, base);
    text_add(&path, bytes, size);
    add_directory(list, path.bytes);
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* One part of CLAUDE_CONFIG_DIR. */
static void add_part(struct directories *list, const char *home, const char *bytes, size_t size)
{
    for (; size && is_blank(*bytes); size--)
        bytes++;
    while (size && is_blank(bytes[size - 1]))
        size--;
    bool tilde = home && size && *bytes == '~' && (size == 1 || bytes[1] == '/');
    if (tilde)
        add_joined(list, home, bytes + 1, size - 1);
    else if (size)
        add_joined(list, "", bytes, size);
}

static const char *variable(const char *const *environment, const char *name)
{
    const char *value = place_variable(environment, name);
    return value && *value ? value : NULL;
}

char **log_tree_directories(const char *const *environment)
{
    struct directories list = {.paths = memory_zeroed(1, sizeof *list.paths), .room = 1};
    const char *home = variable(environment, "HOME");
    const char *given = variable(environment, "CLAUDE_CONFIG_DIR");
    while (given) {
        size_t size = strcspn(given, ",");
        add_part(&list, home, given, size);
        given = given[size] ? given + size + 1 : NULL;
    }
    if (list.count)
        return list.paths;
    const char *config = variable(environment, "XDG_CONFIG_HOME");
    if (config && *config == '/')
        add_joined(&list, config, "/claude", 7);
    else if (home)
        add_joined(&list, home, "/.config/claude", 15);
    if (home)
        add_joined(&list, home, "/.claude", 8);
    return list.paths;
}

void log_tree_free_directories(char **directories)
{
    for (size_t i = 0; directories && directories[i]; i++)
        free(directories[i]);
    free(directories);
}

/* ---- finding ----------------------------------------------------------------------------------------- */

struct file {
    char *path;
    size_t root_size;
    struct log_status status;
};

struct search {
    struct file *files;
    size_t file_count, file_room;
    char **folders; /* yet to be listed */
    size_t folder_count, folder_room;
    const char *folder; /* being listed */
    size_t root_size;
    uint64_t unreadable;
};

static void found(void *data, const char *name, const struct log_status *status)
{
    struct search *search = data;
    struct text path = TEXT_EMPTY;
    text_add_string(&path, search->folder);
    text_add_char(&path, '/');
    text_add_string(&path, name);
    if (status->kind == LOG_DIRECTORY) {
        search->folders =
            memory_grow(search->folders, search->folder_count, &search->folder_room, sizeof *search->folders);
        search->folders[search->folder_count++] = path.bytes;
    } else {
        search->files =
            memory_grow(search->files, search->file_count, &search->file_room, sizeof *search->files);
        search->files[search->file_count++] = (struct file){path.bytes, search->root_size, *status};
    }
}

static bool is_absence(int error)
{
    return error == ENOENT || error == ENOTDIR || error == ELOOP;
}

/* Lists one folder; returns whether that went well. */
static bool list_folder(struct search *search, const char *path, bool root)
{
    search->folder = path;
    if (!log_walk_list(path, root, found, search))
        return true;
    search->unreadable += !is_absence(errno);
    return false;
}

static bool search_root(struct search *search, const char *directory)
{
    char *root = log_walk_root(directory);
    search->root_size = strlen(root) + 1;
    bool listed = list_folder(search, root, true);
    free(root);
    while (search->folder_count) {
        char *folder = search->folders[--search->folder_count];
        list_folder(search, folder, false);
        free(folder);
    }
    return listed;
}

static int by_inode(const void *a, const void *b)
{
    const struct file *first = a, *second = b;
    if (first->status.device != second->status.device)
        return first->status.device < second->status.device ? -1 : 1;
    if (first->status.inode != second->status.inode)
        return first->status.inode < second->status.inode ? -1 : 1;
    return strcmp(first->path, second->path);
}

/* Of hard links, and of what two config directories both lead to, the smallest path counts. */
static void drop_links(struct search *search)
{
    size_t kept = 0;
    if (search->file_count)
        qsort(search->files, search->file_count, sizeof *search->files, by_inode);
    for (size_t i = 0; i < search->file_count; i++) {
        const struct file *file = &search->files[i], *last = kept ? &search->files[kept - 1] : NULL;
        if (last && last->status.device == file->status.device && last->status.inode == file->status.inode)
            free(file->path);
        else
            search->files[kept++] = *file;
    }
    search->file_count = kept;
}

/* ---- reading ----------------------------------------------------------------------------------------- */

struct scan {
    void (*take)(void *data, const struct batch *batch);
    void *data;
    void (*progress)(void *data, uint64_t read, uint64_t total);
    struct log_tree_counts *counts;
    struct batch batch;
};

static void take(struct scan *scan)
{
    scan->counts->lines += scan->batch.lines;
    scan->counts->usage_lines += scan->batch.usage_lines;
    scan->counts->malformed += scan->batch.malformed;
    scan->counts->bytes += scan->batch.bytes_read;
    scan->take(scan->data, &scan->batch);
    if (scan->progress)
        scan->progress(scan->data, scan->counts->bytes, scan->counts->bytes_total);
}

static void read_file(struct scan *scan, const struct file *file)
{
    struct log_place place;
    struct log_position position = {0};
    claude_log_place(&place, file->path, file->root_size);
    enum log_read result;
    do {
        batch_clear(&scan->batch, file->path);
        result = log_file_read(file->path, &place, &position, &scan->batch, SLICE);
        if (result == LOG_READ || result == LOG_MORE)
            take(scan);
    } while (result == LOG_MORE);
    if (result == LOG_MISSING && is_absence(errno))
        scan->counts->files--;
    else if (result == LOG_MISSING)
        scan->counts->unreadable++;
}

/*
 * The paths that were handed out: whoever took the batches (a meter) refers to them for as long as it
 * lives, which this file cannot know. A command scans once.
 */
static struct {
    char **paths;
    size_t count, room;
} handed_out;

static void keep_path(char *path)
{
    handed_out.paths =
        memory_grow(handed_out.paths, handed_out.count, &handed_out.room, sizeof *handed_out.paths);
    handed_out.paths[handed_out.count++] = path;
}

int log_tree_scan(char *const *directories, void (*take_batch)(void *data, const struct batch *batch),
                  void *data, void (*progress)(void *data, uint64_t read, uint64_t total),
                  struct log_tree_counts *counts)
{
    struct search search = {0};
    bool listed = false;
    for (size_t i = 0; directories[i]; i++)
        listed |= search_root(&search, directories[i]);
    drop_links(&search);
    *counts = (struct log_tree_counts){.files = search.file_count, .unreadable = search.unreadable};
    for (size_t i = 0; i < search.file_count; i++)
        counts->bytes_total += search.files[i].status.size;
    struct scan scan = {take_batch, data, progress, counts, {0}};
    batch_init(&scan.batch, "");
    for (size_t i = 0; i < search.file_count; i++) {
        read_file(&scan, &search.files[i]);
        keep_path(search.files[i].path);
    }
    batch_free(&scan.batch);
    free(search.files);
    free(search.folders);
    return listed ? 0 : -1;
}
