/*
 * What a look at a repository's place tells beside where it is: which one it is, whether it may be read, and
 * what its configuration says of its work tree.
 */
#ifndef TACHO_GIT_SIGHTING_H
#define TACHO_GIT_SIGHTING_H

#include "place.h"

#include <sys/types.h>

struct sighting {
    struct place place;        /* as it was found, and once that was asked, as its configuration has it */
    char found_root[PATH_MAX]; /* as it was found */
    dev_t device; /* of the git directory: another one under the same name is another repository */
    ino_t inode;
    const char *refusal; /* why it is not to be read; NULL */
    bool is_configured;
};

/* Both on any thread. `place` is as place_find() found it. */
void sighting_take(struct sighting *sighting, const struct place *place);

/* Asks the configuration, if that may be read and was not done. */
void sighting_configure(struct sighting *sighting);

#endif
