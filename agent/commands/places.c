/* Where things are: this program's neighbours, the runtime and the state directory. */
#include "command.h"

#include "../base/memory.h"
#include "../base/say.h"
#include "../ingest/log_tree.h"
#include "../store/ledger_place.h"

#include "../../shm/place.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char *const *places_environment(void)
{
    return (const char *const *)environ;
}

/* Says that there is no such directory. */
static char *place_none(const char *what)
{
    say("no %s directory: neither TACHO_%s_DIR nor HOME is an absolute path: set one", what,
        strcmp(what, "state") == 0 ? "STATE" : "RUNTIME");
    return NULL;
}

static char *place(int (*find)(char *, size_t, const char *const *, const char *), const char *name,
                   const char *what)
{
    char path[PATH_MAX];
    int size = find(path, sizeof path, places_environment(), name);
    return size < 0 ? place_none(what) : memory_string(path, (size_t)size);
}

char *places_runtime(const char *name)
{
    return place(place_runtime, name, "runtime");
}

char *places_state(const char *name)
{
    return place(place_state, name, "state");
}

char *places_ledger(void)
{
    char path[PATH_MAX];
    char **directories = log_tree_directories(places_environment());
    int size = ledger_place(path, sizeof path, places_environment(), directories);
    log_tree_free_directories(directories);
    return size < 0 ? place_none("state") : memory_string(path, (size_t)size);
}

char *places_beside(const char *relative)
{
    char path[PATH_MAX];
    ssize_t size = readlink("/proc/self/exe", path, sizeof path);
    if (size <= 0 || size == sizeof path)
        return NULL;
    while (size > 0 && path[size - 1] != '/')
        size--;
    if (strncmp(relative, "../", 3) == 0) {
        relative += 3;
        for (size--; size > 0 && path[size - 1] != '/';)
            size--;
    }
    struct text beside = TEXT_EMPTY;
    text_add(&beside, path, (size_t)size);
    text_add_string(&beside, relative);
    return beside.bytes;
}
