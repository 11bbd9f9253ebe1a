/*
 * How far the branch is from where it is pulled from and pushed to, and which tag HEAD is at.
 */
#ifndef TACHO_GIT_UPSTREAM_H
#define TACHO_GIT_UPSTREAM_H

#include "refs.h"
#include "settings.h"

/* The commits between two tips; asked for again and again, walked only when one of them moves. */
struct distance {
    char ours[OID_HEX_ROOM], theirs[OID_HEX_ROOM];
    int32_t ahead, behind; /* -1: not known, or there is nothing to compare with */
};

struct upstream {
    char name[GIT_NAME_MAX]; /* as git shows it: origin/main; "" without one */
    struct distance pull, push;
};

/* Brings `upstream` up to date; what it holds from the last time saves work. */
void upstream_read(struct upstream *upstream, const struct place *place, const struct settings *settings,
                   const struct head *head);

/* Of the tags at `oid` an annotated one rather than another, then the one of the highest version; or "". */
void tag_find(char tag[GIT_NAME_MAX], const struct place *place, const struct settings *settings,
              const char *oid);

#endif
