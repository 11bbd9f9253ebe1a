/*
 * What a repository's and its user's configuration say that matters here (git-config(1)), and libgit2's
 * handle on the repository, from which it was read.
 */
#ifndef TACHO_GIT_SETTINGS_H
#define TACHO_GIT_SETTINGS_H

#include "file.h"
#include "git.h"
#include "library_calls.h"
#include "place.h"

enum untracked_mode { UNTRACKED_NO, UNTRACKED_NORMAL, UNTRACKED_ALL };
enum submodule_ignore { IGNORE_NONE, IGNORE_UNTRACKED, IGNORE_DIRTY, IGNORE_ALL };

struct settings {
    git_repository *repository; /* NULL if `limit` is set */
    git_config *config;
    bool trusts_executable_bit;
    bool detects_renames;
    bool is_sparse;          /* core.sparseCheckout */
    bool is_sparse_checkout; /* a file that is there has no skip-worktree bit, whatever the index says */
    struct git_remote origin, upstream_remote;
    enum untracked_mode untracked;
    enum submodule_ignore ignore_submodules;
    char excludes_file[PATH_MAX];
    char limit[160]; /* why our readers cannot do this repository, so that the git program must; "" */
};

void settings_open(struct settings *settings, const struct place *place);
void settings_close(struct settings *settings);

/* The value of `submodule.<name>.ignore` or diff.ignoreSubmodules; `otherwise` if it is none of git's. */
enum submodule_ignore settings_parse_ignore(const char *value, enum submodule_ignore otherwise);

/* Where a file of the user's own is: $XDG_CONFIG_HOME/git/NAME or ~/.config/git/NAME; "" if nowhere. */
void settings_user_file(char out[PATH_MAX], const char *name);

/*
 * Where the files outside of repositories are that say something: the system's configuration, the user's, her
 * ignore rules and attributes. Returns false if that is nowhere.
 */
#define SETTINGS_FILES 5
bool settings_outside_file(int number, char out[PATH_MAX]);

#endif
