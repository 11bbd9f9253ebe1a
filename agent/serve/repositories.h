/*
 * The repositories that the agent keeps, as one JSON document, for `tacho doctor`:
 *
 *     repositories   of each: root (the git directory of a bare one), branch, engine, watches (directories
 *                    watched), pending (it is being looked at), trouble and reason: what keeps its state from
 *                    being all that it could be; null
 *     here           why the directory that was asked about is in no repository although there is a `.git`:
 *                    where and reason; null
 */
#ifndef TACHO_REPOSITORIES_H
#define TACHO_REPOSITORIES_H

#include "../base/text.h"
#include "../git/git.h"

/* `directory`: absolute, to be looked at too, or "". */
void repositories_write(struct text *out, struct git *git, const char *directory);

#endif
