/* Where logs are: the config directories that the environment names. See log_tree.h. */
#include "../../shm/place.h"
#include "../base/memory.h"
#include "../base/text.h"
#include "log_tree.h"

#include <stdlib.h>
#include <string.h>

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
