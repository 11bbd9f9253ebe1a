/*
 * Repositories that mean harm or are broken: nothing that they configure is run, nothing crashes, nothing is
 * read that is somebody else's, and there is always a reason.
 */
#include "suite.h"
#include "support_git.h"

#include "../../agent/base/text.h"
#include "../../agent/base/watch.h"
#include "../../agent/git/file.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static bool exists(const struct lab *lab, const char *name)
{
    return path_exists(lab->top, name);
}

/* Every setting that has git run something, set to make a file called `marker` at the top. */
static void booby_trap(struct lab *lab)
{
    lab_run(lab,
            "printf '#!/bin/sh\\ntouch %s/marker\\ncat\\n' >../trap; chmod +x ../trap; t=$(realpath ../trap);"
            "git config core.fsmonitor $t; git config filter.evil.clean $t; git config filter.evil.smudge $t;"
            "git config filter.evil.process $t; git config filter.evil.required true;"
            "git config filter.a=b.clean $t; git config core.pager $t; git config core.editor $t;"
            "git config diff.evil.command $t; git config diff.evil.textconv $t; git config diff.external $t;"
            "git config alias.status '!'$t; git config core.sshCommand $t; git config core.hooksPath "
            "$(realpath ..)/hooks;"
            "mkdir -p ../hooks .git/hooks; for h in post-index-change fsmonitor-watchman pre-commit "
            "post-checkout; do"
            " cp ../trap ../hooks/$h; cp ../trap .git/hooks/$h; done;"
            "printf '[filter \"included\"]\\n\\tclean = %%s\\n' $t >.git/more; git config include.path more;"
            "echo '*.e filter=evil diff=evil' >.gitattributes; echo '*.f filter=a=b' >>.gitattributes;"
            "echo '*.g filter=included' >>.gitattributes",
            lab->top);
}

START_TEST(nothing_is_run)
{
    struct lab lab;
    lab_open(&lab);
    lab_init(&lab, "");
    lab_run(&lab, "for f in a.e b.f c.g d; do echo one >$f; done; git add .; git commit -qm 1");
    booby_trap(&lab);
    lab_run(&lab,
            "rm -f ../marker; sleep 0.01; for f in a.e b.f c.g d; do echo two >$f; done; echo new >n.e");
    ck_assert(!exists(&lab, "marker"));
    const struct git_state *state = lab_state(&lab);
    ck_assert_str_eq(state->engine, "index");
    ck_assert_int_eq(state->unstaged, 4);
    ck_assert_int_eq(state->untracked, 2);
    ck_assert_msg(strstr(state->reason, "filter") != NULL, "%s", state->reason);
    ck_assert(!exists(&lab, "marker"));
    lab_close(&lab);
}
END_TEST

/* The same with the git program as the engine, and the trap shown to be a trap. */
START_TEST(nothing_is_run_by_git)
{
    struct lab lab;
    lab_open(&lab);
    lab_init(&lab, "--object-format=sha256");
    lab_run(&lab, "for f in a.e b.f c.g d; do echo one >$f; done; git add .; git commit -qm 1");
    booby_trap(&lab);
    lab_run(&lab, "rm -f ../marker; for f in a.e b.f c.g d; do echo two >$f; done");
    const struct git_state *state = lab_state(&lab);
    ck_assert_str_eq(state->engine, "git");
    ck_assert_int_eq(state->unstaged, 4);
    ck_assert(!exists(&lab, "marker"));
    lab_try(&lab, "git status");
    ck_assert(exists(&lab, "marker"));
    lab_close(&lab);
}
END_TEST

/* A submodule's configuration is as hostile as any. */
START_TEST(nothing_is_run_in_submodules)
{
    struct lab lab;
    lab_open(&lab);
    lab_init(&lab, "");
    lab_run(&lab, "git init -q -b main sub; cd sub; echo one >a.e; git add .; git commit -qm 1; cd ..; git "
                  "add sub; git commit -qm 1");
    lab_at(&lab, "repo/sub");
    booby_trap(&lab);
    lab_run(&lab, "rm -f ../marker ../../marker; sleep 0.01; echo two >a.e");
    lab_at(&lab, "repo");
    ck_assert_int_eq(lab_state(&lab)->unstaged, 1);
    ck_assert(!exists(&lab, "marker"));
    lab_close(&lab);
}
END_TEST

START_TEST(missing_objects_are_not_fetched)
{
    struct lab lab;
    lab_open(&lab);
    lab_init(&lab, "");
    lab_run(
        &lab,
        "mkdir d; echo 1 >d/a; git add .; git commit -qm 1; git config extensions.partialClone evil;"
        "git config remote.evil.url ext::'touch '$(realpath ..)/marker; git config remote.evil.promisor true;"
        "git config protocol.ext.allow always; rm .git/objects/$(git rev-parse HEAD^{tree} | sed 's|..|&/|');"
        "echo 2 >d/a; git add d/a || true");
    lab_try(&lab, "rm -f ../marker");
    const struct git_state *state = lab_state(&lab);
    ck_assert(!exists(&lab, "marker"));
    ck_assert_int_eq(state->staged, -1);
    ck_assert(*state->reason);
    lab_close(&lab);
}
END_TEST

START_TEST(somebody_elses)
{
    struct lab lab;
    lab_open(&lab);
    if (geteuid() == 0) {
        lab_init(&lab, "");
        lab_run(&lab, "echo 1 >a; git add .; git commit -qm 1; chown -R 12345 .");
        struct repository *repository = git_find(lab.git, lab.repo);
        ck_assert_ptr_nonnull(repository);
        ck_assert_int_eq(git_refresh(repository, 0), GIT_BROKEN);
        const struct git_state *state = git_state(repository);
        ck_assert_str_eq(state->engine, "none");
        ck_assert_str_eq(state->branch, "");
        ck_assert_str_eq(state->oid, "");
        ck_assert_int_eq(state->staged, -1);
        ck_assert_msg(strstr(state->reason, "another user") != NULL, "%s", state->reason);
        lab_run(&lab, "printf '[safe]\\n\\tdirectory = %%s\\n' $(pwd) >~/.gitconfig");
        ck_assert_str_eq(lab_state(&lab)->branch, "main");
        ck_assert_int_eq(lab_state(&lab)->staged, 0);
        lab_run(&lab, "printf '\\tdirectory =\\n' >>~/.gitconfig");
        watcher_drain(lab.watcher);
        repository = git_find(lab.git, lab.repo);
        ck_assert_int_eq(git_refresh(repository, 0), GIT_BROKEN);
        lab_run(&lab, "chown -R 0 .; chown -h 12345 .git");
        watcher_drain(lab.watcher);
        ck_assert_int_eq(git_refresh(git_find(lab.git, lab.repo), 0), GIT_BROKEN);
        lab_run(&lab, "chown 0 .git");
        ck_assert_str_eq(lab_state(&lab)->branch, "main");
    }
    lab_close(&lab);
}
END_TEST

/* Overwrites a file of the git directory. */
static void spoil(struct lab *lab, const char *name, const char *content)
{
    lab_run(lab, "mkdir -p $(dirname .git/%s); printf '%s' >.git/%s", name, content, name);
}

START_TEST(spoilt_refs)
{
    static const char *const heads[] = {"ref: refs/heads/../../../../etc/passwd",
                                        "ref: refs/heads/loop",
                                        "ref: refs/",
                                        "",
                                        "ref: refs/heads/main\\0garbage",
                                        "0123",
                                        "ref: refs/heads/.hidden"};
    struct lab lab;
    lab_open(&lab);
    lab_init(&lab, "");
    lab_run(&lab,
            "echo 1 >a; git add .; git commit -qm 1; cp .git/HEAD ../HEAD; cp .git/refs/heads/main ../main");
    spoil(&lab, "refs/heads/loop", "ref: refs/heads/loop\\n");
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
        spoil(&lab, "HEAD", heads[i]);
        struct repository *repository = git_find(lab.git, lab.repo);
        if (repository && lab_settle(&lab, repository) == GIT_BROKEN)
            ck_assert(*git_state(repository)->reason);
    }
    lab_run(&lab, "cp ../HEAD .git/HEAD");
    lab_compare(&lab, "HEAD is whole again");
    static const char *const refs[] = {"", "nonsense", "0123456789abcdef0123456789abcdef01234567",
                                       "00000000000000000000000000000000000000000000"};
    for (size_t i = 0; i < sizeof refs / sizeof *refs; i++) {
        spoil(&lab, "refs/heads/main", refs[i]);
        const struct git_state *state = lab_state(&lab);
        ck_assert_msg(*state->reason, "%s", refs[i]);
        ck_assert_int_eq(state->staged, -1);
        spoil(&lab, "packed-refs", refs[i]);
        lab_state(&lab);
        lab_run(&lab, "rm .git/packed-refs");
    }
    lab_run(&lab, "cp ../main .git/refs/heads/main; rm .git/refs/heads/loop; mkfifo .git/MERGE_HEAD "
                  ".git/logs/refs/stash; "
                  "mkdir .git/rebase-apply; mkfifo .git/rebase-apply/next");
    ck_assert_str_eq(lab_state(&lab)->action, "rebase");
    ck_assert_int_eq(lab_state(&lab)->stashes, 0);
    lab_close(&lab);
}
END_TEST

START_TEST(spoilt_index)
{
    struct lab lab;
    lab_open(&lab);
    lab_init(&lab, "");
    lab_run(&lab, "mkdir d; echo 1 >a; echo 2 >d/b; git add .; git commit -qm 1; cp .git/index ../index");
    lab_compare(&lab, "commit");
    for (int size = 0; size < 227; size += 37) { /* of 227 bytes */
        lab_run(&lab, "head -c %d ../index >.git/index.lock; mv .git/index.lock .git/index", size);
        const struct git_state *state = lab_state(&lab);
        ck_assert_str_eq(state->engine, "none");
        ck_assert(*state->reason);
        ck_assert_str_eq(state->branch, "main");
        ck_assert_int_eq(state->unstaged, -1);
    }
    lab_run(&lab, "cp ../index .git/index");
    lab_compare(&lab, "the index is whole again");
    ck_assert_str_eq(lab_state(&lab)->reason, "");
    lab_close(&lab);
}
END_TEST

/* An extension that this reader does not know, so that the git program is asked, and may know it. */
START_TEST(unknown_extension)
{
    struct lab lab;
    lab_open(&lab);
    lab_init(&lab, "");
    lab_run(
        &lab,
        "echo 1 >a; git add a; printf 'zzzz\\0\\0\\0\\0' >../extension; n=$(stat -c %%s .git/index);"
        "{ head -c $((n - 20)) .git/index; cat ../extension; tail -c 20 .git/index; } >i; mv i .git/index");
    const struct git_state *state = lab_state(&lab); /* git 2.39 does not know it either */
    ck_assert_str_eq(state->engine, "none");
    ck_assert_msg(strstr(state->reason, "extension") != NULL, "%s", state->reason);
    ck_assert_str_eq(state->branch, "main");
    lab_run(&lab, "rm .git/index; git add a");
    lab_compare(&lab, "a new index");
    ck_assert_str_eq(lab_state(&lab)->engine, "index");
    lab_close(&lab);
}
END_TEST

START_TEST(spoilt_objects)
{
    struct lab lab;
    lab_open(&lab);
    lab_init(&lab, "");
    lab_run(&lab, "mkdir d; echo 1 >d/a; git add .; git commit -qm 1; echo 2 >d/a; git add .;"
                  "o=.git/objects/$(git rev-parse HEAD:d | sed 's|..|&/|'); chmod u+w $o; echo junk >$o");
    const struct git_state *state = lab_state(&lab);
    ck_assert_int_eq(state->staged, -1);
    ck_assert(*state->reason);
    lab_close(&lab);
}
END_TEST

START_TEST(git_files_that_lead_nowhere)
{
    static const char *const contents[] = {"",          "gitdir: ", "gitdir: /nowhere",
                                           "gitdir: .", "junk",     "gitdir: /dev/zero"};
    struct lab lab;
    lab_open(&lab);
    lab_run(&lab, "mkdir x");
    lab_at(&lab, "x");
    for (size_t i = 0; i < sizeof contents / sizeof *contents; i++) {
        lab_run(&lab, "printf '%s' >.git", contents[i]);
        ck_assert_ptr_null(git_find(lab.git, lab.repo));
    }
    lab_run(&lab, "rm .git; ln -s .git .git; mkdir d");
    ck_assert_ptr_null(git_find(lab.git, lab.repo));
    lab_run(&lab, "rm .git; mkfifo .git");
    ck_assert_ptr_null(git_find(lab.git, lab.repo));
    lab_run(&lab, "rm .git; mkdir -p .git/objects .git/refs; mkfifo .git/HEAD");
    ck_assert_ptr_null(git_find(lab.git, lab.repo));
    lab_close(&lab);
}
END_TEST

START_TEST(linked_git_directory)
{
    struct lab lab;
    lab_open(&lab);
    lab_init(&lab, "");
    lab_run(&lab, "mv .git ../elsewhere; ln -s ../elsewhere .git; echo 1 >a");
    lab_compare(&lab, "a symbolic link");
    lab_run(&lab, "git add a; git commit -qm 1");
    lab_compare(&lab, "commit");
    lab_close(&lab);
}
END_TEST

START_TEST(odd_names)
{
    struct lab lab;
    lab_open(&lab);
    lab_init(&lab, "");
    lab_run(&lab, "n=$(printf 'new\\nline'); e=$(printf '\\033]0;title\\a'); echo 1 >\"$n\"; echo 1 >\"$e\"; "
                  "echo 1 >'$(touch x)';"
                  "echo 1 >$(printf '\\377\\376'); mkdir \"$n d\"; echo 1 >\"$n d/-rf\"; git add .");
    lab_compare(&lab, "add");
    lab_run(&lab, "git commit -qm 1; for f in *; do [ -f \"$f\" ] && echo 2 >>\"./$f\"; done");
    lab_compare(&lab, "change");
    lab_run(&lab, "git checkout -qb 'a$(id)`b`%%F{red}#x'");
    lab_compare(&lab, "branch");
    ck_assert_str_eq(lab_state(&lab)->branch, "a$(id)`b`%F{red}#x");
    lab_run(
        &lab,
        "printf 'ref: refs/heads/a\\033[31mb\\n' >.git/HEAD"); /* raw: making it harmless is the renderer's */
    ck_assert_str_eq(lab_state(&lab)->branch, "a\033[31mb");
    lab_close(&lab);
}
END_TEST

START_TEST(long_branch)
{
    struct lab lab;
    lab_open(&lab);
    lab_init(&lab, "");
    lab_run(&lab, "n=$(printf '\\303\\251%%.0s' $(seq 100)); git symbolic-ref HEAD refs/heads/$n/$n/$n/x");
    const struct git_state *state = lab_state(&lab);
    ck_assert_uint_eq(strlen(state->branch), 255); /* a slash and 127 characters of two bytes */
    ck_assert(state->unborn);
    lab_close(&lab);
}
END_TEST

/* A link in place of a directory must not lead the look out of the work tree. */
START_TEST(directory_becomes_link)
{
    struct lab lab;
    lab_open(&lab);
    lab_init(&lab, "");
    lab_run(&lab, "mkdir d; echo 1 >d/a; echo 1 >d/b; git add .; git commit -qm 1");
    lab_compare(&lab, "commit");
    lab_run(&lab, "mv d ../d; ln -s ../d d");
    lab_compare(&lab, "link");
    lab_run(&lab, "rm d; mv ../d d");
    lab_compare(&lab, "back");
    lab_close(&lab);
}
END_TEST

START_TEST(nothing_is_written)
{
    struct lab lab;
    lab_open(&lab);
    lab_init(&lab, "");
    lab_run(&lab, "mkdir d; echo 1 >d/a; git add .; git commit -qm 1; touch d/a; sleep 0.01;"
                  "find . -type f -o -type d | sort | xargs stat -c '%%n %%s %%y %%i' >../before");
    lab_state(&lab);
    lab_run(&lab, "find . -type f -o -type d | sort | xargs stat -c '%%n %%s %%y %%i' | cmp - ../before");
    lab_close(&lab);
}
END_TEST

SUITE_MAIN("git_hostile", nothing_is_run, nothing_is_run_by_git, nothing_is_run_in_submodules,
           missing_objects_are_not_fetched, somebody_elses, spoilt_refs, spoilt_index, unknown_extension,
           spoilt_objects, git_files_that_lead_nowhere, linked_git_directory, odd_names, long_branch,
           directory_becomes_link, nothing_is_written)
