/*
 * A repository's state, kept right: what a prompt shows, brought up to date in O(changes).
 *
 * Watches (agent/base/watch.h) on the work tree and the git directory mark what may have changed; a
 * refresh looks again at just that. HEAD, refs, stashes, the action under way and the index are read by
 * our own read-only readers (index v2 to v4, split, sparse, zero trailer, linked worktrees), as are ignore
 * rules; libgit2 is asked for trees, merge bases, attributes and configuration; what neither reads (SHA-256
 * and reftable repositories, a rename that only git's measure of similarity tells), the hardened `git`
 * program, in the background. Nothing a repository configures is ever run, nothing in it is ever written, and
 * a repository that belongs to somebody else is not read (git's safe.directory rule).
 *
 * Loop thread only; walks of whole work trees run on the worker, and `changed` is called on the loop
 * thread when one is done.
 */
#ifndef TACHO_GIT_H
#define TACHO_GIT_H

#include <stdbool.h>
#include <stdint.h>

struct ev_loop;
struct watcher;
struct worker;
struct git;
struct repository;

#define GIT_NAME_MAX 256

enum git_freshness {
    GIT_FRESH,   /* the state is that of the moment git_refresh() was called, or later */
    GIT_PENDING, /* something is still being worked out; `changed` will be called */
    GIT_POLLED,  /* changes are not seen: as of a look; state.reason says why */
    GIT_BROKEN,  /* cannot be read; state.reason says why */
};

/* What keeps a state from being all that it could be; `reason` says it in words. */
enum git_trouble {
    GIT_NO_TROUBLE,
    GIT_TROUBLE_OWNER,   /* belongs to somebody else: not read */
    GIT_TROUBLE_WATCHES, /* no watches are left: looked at when asked */
    GIT_TROUBLE_REMOTE,  /* on a file system whose changes are not seen: likewise */
    GIT_TROUBLE_ENGINE,  /* only the git program can read it: likewise */
    GIT_TROUBLE_FILTER,  /* files that only a configured program could compare */
    GIT_TROUBLE_DAMAGE,  /* something in it cannot be read */
    GIT_TROUBLE_PLACE,   /* no repository, although there is something by that name */
    GIT_TROUBLE_LIBRARY, /* libgit2 is missing: no repository is read */
};

/* Where a remote is hosted; "": not known. */
struct git_remote {
    char host[64], owner[128], name[128];
};

struct git_state {
    char root[4096];             /* of the work tree; "" in a bare repository */
    char branch[GIT_NAME_MAX];   /* raw bytes as in the ref, cut at a character's end; "" when detached */
    char oid[72];                /* hex; "" on an unborn branch */
    char upstream[GIT_NAME_MAX]; /* short name, as origin/main; "" without one */
    char tag[GIT_NAME_MAX];      /* the newest tag at HEAD, annotated ones first */
    char action[16];             /* merge, rebase, cherry-pick, revert, bisect, am; "" */
    char worktree[GIT_NAME_MAX]; /* name of a linked worktree; "" in the main one */
    char engine[8];              /* "index", "git", "none" */
    char reason[160];            /* why something is not known; "" */
    enum git_trouble trouble;
    struct git_remote origin, upstream_remote; /* of the remotes called so; the latter is what a fork is of */
    uint32_t step, steps;                      /* of a rebase or am */
    int32_t ahead, behind;                     /* -1: not known */
    int32_t push_ahead, push_behind;
    /*
     * Paths, as many as `git status --porcelain=v2` lists: a rename is one, an untracked directory is one
     * (unless status.showUntrackedFiles says otherwise). -1: not known yet, or not to be known.
     */
    int32_t staged, unstaged, untracked, conflicted;
    int32_t stashes;
    bool detached, bare, unborn;
    bool sparse;          /* core.sparseCheckout: not all files are there */
    bool submodule;       /* of another repository */
    int64_t committed_us; /* when the commit of HEAD was made; 0: not known */
    int64_t as_of_us;     /* when it was last known to be right */
    uint64_t generation;  /* changes whenever anything above but as_of_us does */
};

/* `changed` is called whenever something in the background has ended; `repository` is NULL where that was
 * only to find out which one a directory lies in. */
struct git *git_open(struct ev_loop *loop, struct watcher *watcher, struct worker *worker,
                     void (*changed)(void *data, struct repository *repository), void *data);
/* NULL is fine. */
void git_close(struct git *git);

/*
 * Loads and readies libgit2. That takes 15 ms (it reads the certificates of the machine), so it is for later
 * than a start; git_find() does it where it was not done. False if there is no libgit2: then no repository is
 * found, and git_why_none() says so.
 */
bool git_start(struct git *git);

/*
 * The repository that `directory` (absolute) lies in, found as git does (.git directories and files,
 * bare repositories, not beyond the file system's border), or NULL: as of the last time that the watcher was
 * drained, so that `git init` and `rm -rf .git` are noticed at once. The disk is looked at only where it may
 * have changed since the same question was asked last. What nobody has asked for in a while is dropped, the
 * one asked for least recently first, when another is asked for or needs its watches: a pointer holds until
 * the loop's next turn.
 */
struct repository *git_find(struct git *git, const char *directory);

/*
 * Brings the state up to date as far as the loop thread may (well under a millisecond) and sends the rest to
 * the worker. The caller has drained the watcher first; then GIT_FRESH means: every change made before that
 * is in. Where changes are not seen, GIT_POLLED means: as of a look that began at `since_us`
 * (clock_monotonic_us(), when the question came) or later; but a look that took long is not taken again
 * before as much time has passed.
 */
enum git_freshness git_refresh(struct repository *repository, int64_t since_us);

/*
 * Both in one, for who waits for an answer. On a file system that may not answer nothing is looked at on the
 * loop: GIT_PENDING then also means that it is not known yet which repository it is, and git_find() says what
 * it was when that was last asked.
 */
enum git_freshness git_ask(struct git *git, const char *directory, int64_t since_us,
                           struct repository **repository);

/* What is kept of the repositories that were asked for lately and are still there, brought up to date. */
struct git_kept {
    const struct git_state *state;
    const char *git_dir;
    long watches;
    bool is_pending;
};
void git_each(struct git *git, void (*tell)(void *data, const struct git_kept *kept), void *data);

/*
 * Why git_find() finds nothing for a directory although there is a `.git` on the way up: what is wrong with
 * it, in `where` which one it is, and the kind of trouble. NULL where there is none.
 */
const char *git_why_none(struct git *git, const char *directory, char where[4096], enum git_trouble *trouble);

/* The state as last worked out; valid until the next call of this room. */
const struct git_state *git_state(const struct repository *repository);

#endif
