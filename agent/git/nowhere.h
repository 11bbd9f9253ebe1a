/*
 * Directories that lie in no repository, remembered, so that a question about one costs a look at each
 * directory on the way to it and not at what a repository may have there. Nothing can be watched for it:
 * above them are directories such as /tmp, in which much happens that is nobody's business here. Local file
 * systems only.
 */
#ifndef TACHO_GIT_NOWHERE_H
#define TACHO_GIT_NOWHERE_H

#include <stdbool.h>

struct nowhere;

struct nowhere *nowhere_make(void);
void nowhere_free(struct nowhere *nowhere);

/* Whether the directory is known to lie in no repository, and still does. */
bool nowhere_holds(struct nowhere *nowhere, const char *directory);

/* Remembers a directory (absolute) in which a look has just found none. One with links on its way is not. */
void nowhere_keep(struct nowhere *nowhere, const char *directory);

#endif
