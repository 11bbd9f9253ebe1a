/*
 * What a listing of untracked files rests on, where no watches tell of changes: the times of the directories
 * that were listed, and of their .gitignore files. As long as those are the same nobody has added or removed
 * a name, and the listing need not be made again (git's own untracked cache works so).
 */
#ifndef TACHO_GIT_LISTED_H
#define TACHO_GIT_LISTED_H

#include <stdbool.h>

struct listed;

struct listed *listed_make(void);
void listed_free(struct listed *listed);

/* Adds a directory that is about to be listed; the first one is that of the tracked files. */
void listed_add(struct listed *listed, const char *directory);

/*
 * Whether the listing would be the same again. A directory that had changed shortly before it was listed may
 * have changed since without its times saying so: then it is listed again.
 */
bool listed_holds(const struct listed *listed);

/* Whether the first directory's .gitignore, which counts for all below, is another one than it was. */
bool listed_has_other_rules(const struct listed *listed);

#endif
