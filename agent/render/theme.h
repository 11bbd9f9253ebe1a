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

/* The family that a segment belongs to: has its background, in styles with backgrounds. */
enum family {
    FAMILY_MODEL,
    FAMILY_SESSION,
    FAMILY_PLACE,
    FAMILY_GIT,
    FAMILY_CONTEXT,
    FAMILY_COST,
    FAMILY_LIMIT,
    FAMILY_ACTIVITY,
    FAMILY_MACHINE,
    FAMILY_TEXT,
    FAMILY_COUNT
};

struct theme {
    const char *name;
    const struct colour *colours; /* ROLE_COUNT of them */
    uint32_t background;          /* 0xRRGGBB: of the terminals that it is for */
};

/* A background, and the roles' colours as they can be read on it. */
struct ground {
    struct colour colour;
    struct colour on[ROLE_COUNT];
};

#endif
