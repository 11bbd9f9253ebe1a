/*
 * The action under way: what a merge, rebase, cherry-pick, revert, bisect or am has left in the git
 * directory while it waits for the person.
 */
#ifndef TACHO_GIT_ACTION_H
#define TACHO_GIT_ACTION_H

#include "place.h"

struct action {
    char name[16]; /* as in struct git_state; "" if there is none */
    uint32_t step, steps;
};

void action_read(struct action *action, const struct place *place);

#endif
