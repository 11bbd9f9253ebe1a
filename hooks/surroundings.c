/* What the environment says: see hook.h. */
#include "hook.h"

#include "../shm/place.h"

void runtime_find(struct runtime *runtime, const char *const *environment)
{
    int size = place_runtime(runtime->path, sizeof runtime->path, environment, "");
    runtime->size = size > 0 ? (size_t)size : 0;
}

const char *runtime_path(struct runtime *runtime, const char *name)
{
    size_t used = runtime->size;
    runtime->path[used++] = '/';
    while (*name && used < sizeof runtime->path - 1)
        runtime->path[used++] = *name++;
    runtime->path[used] = '\0';
    return runtime->path;
}

bool number_read(const char *text, uint32_t most, uint32_t *value)
{
    uint32_t number = 0;
    if (!text || !*text)
        return false;
    for (; *text; text++) {
        if (*text < '0' || *text > '9' || number > most / 10)
            return false;
        number = number * 10 + (uint32_t)(*text - '0');
    }
    *value = number;
    return number <= most;
}

uint32_t surroundings_columns(const char *const *environment)
{
    uint32_t columns = 0;
    return number_read(place_variable(environment, "COLUMNS"), 10000, &columns) ? columns : 0;
}

enum tacho_depth surroundings_depth(const char *const *environment)
{
    return terminal_depth(place_variable(environment, "NO_COLOR"), place_variable(environment, "COLORTERM"),
                          place_variable(environment, "TERM"));
}
