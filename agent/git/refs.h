/*
 * Refs, read from the files they are kept in: loose, packed, symbolic (gitrepository-layout(5),
 * git-pack-refs(1)). Reads only plain files; what keeps its refs elsewhere (reftable) is the git program's.
 */
#ifndef TACHO_GIT_REFS_H
#define TACHO_GIT_REFS_H

#include "place.h"

#include <stddef.h>

#define OID_HEX_ROOM 72 /* 64 digits of SHA-256, and a NUL */

struct head {
    char ref[PATH_MAX];     /* full name of the branch that HEAD leads to; "" when detached */
    char oid[OID_HEX_ROOM]; /* "" on an unborn branch */
    bool detached, unborn;
    const char *broken; /* why HEAD cannot be read; NULL */
};

void refs_read_head(struct head *head, const struct place *place);

/* Finds what a full ref name leads to. Returns 0, or -1 if there is no such ref or it cannot be read. */
int refs_resolve(const struct place *place, const char *name, char oid[OID_HEX_ROOM]);

/* The number of stashes: lines of the reflog of refs/stash. */
int32_t refs_count_stashes(const struct place *place);

/*
 * Calls `take` for every ref whose name begins with `prefix` ("refs/tags/"). `peeled` is what a packed tag
 * leads to ("" if it is not annotated), and NULL for loose ones, which do not say.
 */
typedef void refs_take(void *data, const char *name, const char *oid, const char *peeled);
void refs_each(const struct place *place, const char *prefix, refs_take *take, void *data);

/* Copies a name to a state's field, cut at a character's end if it is too long. */
void name_copy(char *out, size_t room, const char *name);

#endif
