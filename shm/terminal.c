/* What a terminal can show, by what the environment says: see terminal.h. */
#include "terminal.h"

#include <stdbool.h>
#include <string.h>

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
