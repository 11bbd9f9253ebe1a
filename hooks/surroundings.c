/* What the environment says: see hook.h. */
#include "hook.h"

#include "../shm/place.h"

#include <string.h>

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

static bool is_one_of(const char *value, const char *const *names)
{
    for (; *names; names++)
        if (strcmp(value, *names) == 0)
            return true;
    return false;
}

static bool mentions_one_of(const char *value, const char *const *names)
{
    for (; *names; names++)
        if (strstr(value, *names))
            return true;
    return false;
}

/* NO_COLOR: no-color.org. COLORTERM: the convention of terminals with 24-bit colour (termstandard/colors). */
enum tacho_depth terminal_depth(const char *no_color, const char *colours, const char *terminal)
{
    static const char *const true_names[] = {"truecolor", "24bit", NULL};
    static const char *const true_terminals[] = {"-direct", "kitty", "ghostty", "alacritty",
                                                 "wezterm", "foot",  NULL};
    static const char *const none_terminals[] = {"", "dumb", "unknown", NULL};
    if ((no_color && *no_color) || !terminal || is_one_of(terminal, none_terminals))
        return TACHO_NO_COLOUR;
    if ((colours && is_one_of(colours, true_names)) || mentions_one_of(terminal, true_terminals))
        return TACHO_TRUE_COLOUR;
    return strstr(terminal, "256") ? TACHO_256_COLOURS : TACHO_16_COLOURS;
}

enum tacho_depth surroundings_depth(const char *const *environment)
{
    return terminal_depth(place_variable(environment, "NO_COLOR"), place_variable(environment, "COLORTERM"),
                          place_variable(environment, "TERM"));
}
