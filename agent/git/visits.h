/*
 * The directories that a look has listed. Whatever it found holds as long as nothing in them changes, so
 * these are the ones to watch.
 */
#ifndef TACHO_GIT_VISITS_H
#define TACHO_GIT_VISITS_H

#include "place.h"

#include <stddef.h>

enum visit_kind {
    VISIT_WORK,   /* of the work tree, submodules' included */
    VISIT_GIT,    /* of the git directory */
    VISIT_MODULE, /* of a submodule's git directory */
};

struct visit {
    enum visit_kind kind;
    char *directory; /* absolute */
};

struct visits {
    struct visit *all;
    size_t count, room;
};

void visits_add(struct visits *visits, enum visit_kind kind, const char *directory, const char *below);
void visits_clear(struct visits *visits);

/* Moves all of `from` behind those of `to`. */
void visits_move(struct visits *to, struct visits *from);

/* Adds a git directory, and what it shares with others, as far as HEAD, refs, index and settings are in it.
 */
void visits_add_git(struct visits *visits, enum visit_kind kind, const struct place *place);

#endif
