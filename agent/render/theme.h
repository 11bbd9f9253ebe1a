/*
 * Themes: what a part of a line means → its colours at every depth. Each role has a true colour, a
 * colour of the 256-colour cube and one of the 16 basic ones, each chosen by hand for its own palette; all
 * keep a contrast of at least 4.5 (WCAG 2.1, 1.4.3) to the background that the theme is for.
 */
#ifndef TACHO_THEME_H
#define TACHO_THEME_H

#include "render.h"

enum role {
    ROLE_MODEL,
    ROLE_DETAIL, /* effort, session name: what is said beside something */
    ROLE_PATH,
    ROLE_ROOT, /* the part of the path that names the project */
    ROLE_BRANCH,
    ROLE_ACTION,
    ROLE_SYNC,
    ROLE_STAGED,
    ROLE_UNSTAGED,
    ROLE_UNTRACKED,
    ROLE_CONFLICT,
    ROLE_STASH,
    ROLE_CALM,
    ROLE_WARN,
    ROLE_ALARM,
    ROLE_COST,
    ROLE_DIM, /* separators, units, marks of staleness */
    ROLE_COUNT
};

struct colour {
    uint8_t red, green, blue;
    uint8_t indexed; /* of the 256, 16 or above */
    uint8_t basic;   /* of the 16 */
    bool bold;
};

struct theme {
    const char *name;
    const struct colour *colours; /* ROLE_COUNT of them */
};

#endif
