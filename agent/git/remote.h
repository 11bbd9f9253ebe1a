/*
 * Where a remote's repository is hosted, by its URL (git-clone(1), GIT URLS).
 */
#ifndef TACHO_GIT_REMOTE_H
#define TACHO_GIT_REMOTE_H

#include "git.h"

/*
 * "https://host/owner/name.git", "ssh://git@host:22/owner/name", "git@host:owner/name": all "" if it is none
 * of those. Owners may have several parts (GitLab's groups). User and password are never taken. A host
 * without a dot is a name for ssh alone, and left out.
 */
void remote_parse(struct git_remote *remote, const char *url);

#endif
