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

static const struct theme themes[] = {
    {"dark", dark},
    {"light", light},
};

const struct theme *render_theme(const char *name)
{
    for (size_t i = 0; name && i < sizeof themes / sizeof *themes; i++) {
        if (strcmp(themes[i].name, name) == 0)
            return &themes[i];
    }
    return NULL;
}

const char *render_theme_at(size_t index)
{
    return index < sizeof themes / sizeof *themes ? themes[index].name : NULL;
}

struct look render_look_default(void)
{
    return (struct look){.theme = &themes[0], .ascii = false};
}
