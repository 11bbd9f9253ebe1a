/*
 * Real repositories for the tests of the git room, made by the git program, and `git status` as the oracle.
 */
#ifndef TACHO_TESTS_SUPPORT_GIT_H
#define TACHO_TESTS_SUPPORT_GIT_H

#include "../../agent/git/git.h"

#include <ev.h>
#include <limits.h>

struct lab {
    char top[PATH_MAX];  /* a temporary directory; HOME is in it */
    char repo[PATH_MAX]; /* the repository under test */
    struct ev_loop *loop;
    struct watcher *watcher;
    struct worker *worker;
    struct git *git;
    int changes; /* calls of `changed` */
};

/* What `git status --porcelain=v2 --branch --show-stash` says. */
struct oracle {
    char branch[GIT_NAME_MAX], oid[72], upstream[GIT_NAME_MAX];
    int ahead, behind, staged, unstaged, untracked, conflicted, stashes;
};

void lab_open(struct lab *lab);
void lab_close(struct lab *lab);

/* Goes to another directory, below the top. */
void lab_at(struct lab *lab, const char *name);

/* Runs a shell command in the repository; fails the test unless it succeeds, or with lab_try() goes on. */
void lab_run(struct lab *lab, const char *format, ...) __attribute__((format(printf, 2, 3)));
int lab_try(struct lab *lab, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Makes an empty repository with `git init OPTIONS` and makes it the one under test. */
void lab_init(struct lab *lab, const char *options);

/* Refreshes, waiting for the worker as long as anything is pending. */
enum git_freshness lab_settle(struct lab *lab, struct repository *repository);

/* The state of the repository under test, settled. */
const struct git_state *lab_state(struct lab *lab);

void oracle_read(struct lab *lab, struct oracle *oracle);

/* Compares the settled state with the oracle's; `step` is told when they differ. */
void lab_compare(struct lab *lab, const char *step);

#endif
