/*
 * The themes. Indexed colours are those of xterm's 6×6×6 cube and grey ramp; basic ones are meant for
 * xterm's and VGA's palettes, where green, yellow and cyan cannot be read on white: the light theme does
 * without them.
 */
#include "theme.h"
#include <string.h>

/* clang-format off */
static const struct colour dark[ROLE_COUNT] = {
    [ROLE_MODEL] = {0xD7, 0xAF, 0xFF, 183, 13, false},
    [ROLE_DETAIL] = {0x9E, 0x9E, 0x9E, 247, 7, false},
    [ROLE_PATH] = {0x87, 0xAF, 0xD7, 110, 6, false},
    [ROLE_ROOT] = {0xAF, 0xD7, 0xFF, 153, 14, true},
    [ROLE_BRANCH] = {0x87, 0xD7, 0x87, 114, 10, false},
    [ROLE_ACTION] = {0xFF, 0xAF, 0x5F, 215, 11, true},
    [ROLE_SYNC] = {0x5F, 0xD7, 0xD7, 80, 14, false},
    [ROLE_STAGED] = {0xAF, 0xD7, 0x5F, 149, 2, false},
    [ROLE_UNSTAGED] = {0xFF, 0xD7, 0x5F, 221, 11, false},
    [ROLE_UNTRACKED] = {0x87, 0xAF, 0xFF, 111, 6, false},
    [ROLE_CONFLICT] = {0xFF, 0x87, 0x87, 210, 9, true},
    [ROLE_STASH] = {0xAF, 0xAF, 0xD7, 146, 7, false},
    [ROLE_CALM] = {0x87, 0xD7, 0xAF, 115, 2, false},
    [ROLE_WARN] = {0xFF, 0xD7, 0x5F, 221, 11, false},
    [ROLE_ALARM] = {0xFF, 0x6F, 0x6F, 203, 9, true},
    [ROLE_COST] = {0xFF, 0xD7, 0xAF, 223, 15, false},
    [ROLE_DIM] = {0x8A, 0x8A, 0x8A, 245, 8, false},
};

static const struct colour light[ROLE_COUNT] = {
    [ROLE_MODEL] = {0x74, 0x1F, 0xA0, 91, 5, false},
    [ROLE_DETAIL] = {0x58, 0x58, 0x58, 240, 0, false},
    [ROLE_PATH] = {0x1F, 0x5F, 0x9F, 25, 4, false},
    [ROLE_ROOT] = {0x00, 0x2F, 0x87, 18, 4, true},
    [ROLE_BRANCH] = {0x00, 0x66, 0x2B, 22, 5, false},
    [ROLE_ACTION] = {0xA8, 0x4A, 0x00, 130, 1, true},
    [ROLE_SYNC] = {0x00, 0x5F, 0x5F, 23, 4, false},
    [ROLE_STAGED] = {0x3F, 0x66, 0x00, 58, 4, false},
    [ROLE_UNSTAGED] = {0x87, 0x5F, 0x00, 94, 5, false},
    [ROLE_UNTRACKED] = {0x00, 0x5F, 0x87, 24, 4, false},
    [ROLE_CONFLICT] = {0xAF, 0x00, 0x00, 124, 1, true},
    [ROLE_STASH] = {0x5F, 0x5F, 0x87, 60, 0, false},
    [ROLE_CALM] = {0x00, 0x66, 0x47, 22, 4, false},
    [ROLE_WARN] = {0x87, 0x5F, 0x00, 94, 5, false},
    [ROLE_ALARM] = {0xC8, 0x00, 0x1E, 160, 1, true},
    [ROLE_COST] = {0x6B, 0x46, 0x14, 58, 0, false},
    [ROLE_DIM] = {0x6C, 0x6C, 0x6C, 242, 0, false},
};
/* clang-format on */

/* Of the colour cube's levels (0, 95, 135, 175, 215, 255) the nearest, and the nearest that is not brighter.
 */
#define NEAREST(c)       ((c) < 48 ? 0 : (c) < 115 ? 1 : ((c)-35) / 40)
#define DARKER(c)        ((c) < 95 ? 0 : (c) < 135 ? 1 : ((c)-55) / 40)
#define RED(hex)         ((hex) >> 16 & 0xFF)
#define GREEN(hex)       ((hex) >> 8 & 0xFF)
#define BLUE(hex)        ((hex)&0xFF)
#define CUBE(level, hex) (16 + 36 * level(RED(hex)) + 6 * level(GREEN(hex)) + level(BLUE(hex)))
#define BRIGHT(hex, basic, bold)                                                                             \
    {                                                                                                        \
        RED(hex), GREEN(hex), BLUE(hex), CUBE(NEAREST, hex), (basic), (bold)                                 \
    }
#define INK(hex, basic, bold)                                                                                \
    {                                                                                                        \
        RED(hex), GREEN(hex), BLUE(hex), CUBE(DARKER, hex), (basic), (bold)                                  \
    }

/* What the parts of a line take from a palette. Basic colours: as in the two themes above. */
#define DARK(name, ground, text, muted, dim, red, orange, yellow, green, cyan, blue, violet)                 \
    {name,                                                                                                   \
     (const struct colour[ROLE_COUNT]){                                                                      \
         [ROLE_MODEL] = BRIGHT(violet, 13, false),                                                           \
         [ROLE_DETAIL] = BRIGHT(muted, 7, false),                                                            \
         [ROLE_PATH] = BRIGHT(blue, 6, false),                                                               \
         [ROLE_ROOT] = BRIGHT(cyan, 14, true),                                                               \
         [ROLE_BRANCH] = BRIGHT(green, 10, false),                                                           \
         [ROLE_ACTION] = BRIGHT(orange, 11, true),                                                           \
         [ROLE_SYNC] = BRIGHT(cyan, 14, false),                                                              \
         [ROLE_STAGED] = BRIGHT(green, 2, false),                                                            \
         [ROLE_UNSTAGED] = BRIGHT(yellow, 11, false),                                                        \
         [ROLE_UNTRACKED] = BRIGHT(blue, 6, false),                                                          \
         [ROLE_CONFLICT] = BRIGHT(red, 9, true),                                                             \
         [ROLE_STASH] = BRIGHT(muted, 7, false),                                                             \
         [ROLE_CALM] = BRIGHT(green, 2, false),                                                              \
         [ROLE_WARN] = BRIGHT(yellow, 11, false),                                                            \
         [ROLE_ALARM] = BRIGHT(red, 9, true),                                                                \
         [ROLE_COST] = BRIGHT(text, 15, false),                                                              \
         [ROLE_DIM] = BRIGHT(dim, 8, false),                                                                 \
     },                                                                                                      \
     ground},

#define LIGHT(name, ground, text, muted, dim, red, orange, yellow, green, cyan, blue, violet)                \
    {name,                                                                                                   \
     (const struct colour[ROLE_COUNT]){                                                                      \
         [ROLE_MODEL] = INK(violet, 5, false),                                                               \
         [ROLE_DETAIL] = INK(muted, 0, false),                                                               \
         [ROLE_PATH] = INK(blue, 4, false),                                                                  \
         [ROLE_ROOT] = INK(cyan, 4, true),                                                                   \
         [ROLE_BRANCH] = INK(green, 5, false),                                                               \
         [ROLE_ACTION] = INK(orange, 1, true),                                                               \
         [ROLE_SYNC] = INK(cyan, 4, false),                                                                  \
         [ROLE_STAGED] = INK(green, 4, false),                                                               \
         [ROLE_UNSTAGED] = INK(yellow, 5, false),                                                            \
         [ROLE_UNTRACKED] = INK(blue, 4, false),                                                             \
         [ROLE_CONFLICT] = INK(red, 1, true),                                                                \
         [ROLE_STASH] = INK(muted, 0, false),                                                                \
         [ROLE_CALM] = INK(green, 4, false),                                                                 \
         [ROLE_WARN] = INK(yellow, 5, false),                                                                \
         [ROLE_ALARM] = INK(red, 1, true),                                                                   \
         [ROLE_COST] = INK(text, 0, false),                                                                  \
         [ROLE_DIM] = INK(dim, 0, false),                                                                    \
     },                                                                                                      \
     ground},

static const struct theme themes[] = {
    {"dark", dark, 0x000000},
    {"light", light, 0xFFFFFF},
#include "themes.def"
};

/* Names that other status lines give their themes, for the same looks. */
static const struct alias {
    const char *name, *theme;
} aliases[] = {
    {"default", "dark"},
    {"powerline-dark", "dark"},
    {"powerline-light", "light"},
    {"powerline-rose-pine", "rose-pine"},
    {"powerline-tokyo-night", "tokyo-night"},
    {"tokyonight", "tokyo-night"},
    {"catppuccin-mocha", "catppuccin"},
    {"solarized-dark", "solarized"},
    {"gruvbox-dark", "gruvbox"},
};

static const struct theme *find_theme(const char *name)
{
    for (size_t i = 0; i < sizeof themes / sizeof *themes; i++)
        if (strcmp(themes[i].name, name) == 0)
            return &themes[i];
    return NULL;
}

const struct theme *render_theme(const char *name)
{
    for (size_t i = 0; name && i < sizeof aliases / sizeof *aliases; i++)
        if (strcmp(aliases[i].name, name) == 0)
            return find_theme(aliases[i].theme);
    return name ? find_theme(name) : NULL;
}

const char *render_theme_at(size_t index)
{
    return index < sizeof themes / sizeof *themes ? themes[index].name : NULL;
}

struct look render_look_default(void)
{
    return (struct look){.theme = &themes[0]};
}
