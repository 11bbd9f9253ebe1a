/*
 * How fresh the room is: what is answered at once, what is left to the worker, and what happens when
 * watches run out, events are lost, or the room is closed while work is under way.
 */
#include "suite.h"
#include "support_git.h"

#include "../../agent/base/watch.h"
#include "../../agent/base/worker.h"
#include "../../agent/git/repository.h"

#include <string.h>
#include <unistd.h>

static struct repository *made(struct lab *lab)
{
    lab_open(lab);
    lab_init(lab, "");
    lab_run(lab, "mkdir -p d/e; for f in a b d/c d/e/f; do echo $f >$f; done; git add .; git commit -qm 1");
    lab_compare(lab, "commit");
    return git_find(lab->git, lab->repo);
}

/* Runs a command, drains, and asks once: the answer must be there. */
static void at_once(struct lab *lab, struct repository *repository, const char *command)
{
    lab_run(lab, "%s", command);
    watcher_drain(lab->watcher);
    int changes = lab->changes;
    ck_assert_msg(git_refresh(repository, 0) == GIT_FRESH, "%s", command);
    ck_assert_int_eq(lab->changes, changes);
    lab_compare(lab, command);
}

START_TEST(touched_files_are_answered_at_once)
{
    struct lab lab;
    struct repository *repository = made(&lab);
    uint64_t generation = git_state(repository)->generation;
    int64_t as_of = git_state(repository)->as_of_us;
    at_once(&lab, repository, "true");
    ck_assert_uint_eq(git_state(repository)->generation, generation);
    ck_assert_int_ge(git_state(repository)->as_of_us, as_of);
    at_once(&lab, repository, "echo 2 >>a");
    ck_assert_int_eq(git_state(repository)->unstaged, 1);
    ck_assert_uint_gt(git_state(repository)->generation, generation);
    at_once(&lab, repository, "echo x >d/e/f");
    at_once(&lab, repository, "mkdir -p n/m; echo 1 >n/m/x; rm b");
    ck_assert_int_eq(git_state(repository)->untracked, 1);
    at_once(&lab, repository, "rm n/m/x");
    ck_assert_int_eq(git_state(repository)->untracked, 0);
    at_once(&lab, repository, "mv d dd");
    at_once(&lab, repository, "mv dd d; echo >>d/c");
    lab_close(&lab);
}
END_TEST

/* HEAD, the action and the stashes are known before the worker has said anything. */
START_TEST(branch_is_known_at_once)
{
    struct lab lab;
    struct repository *repository = made(&lab);
    lab_run(&lab, "git checkout -qb other; git tag v; echo 1 >>a; git stash -q; touch .git/MERGE_HEAD");
    watcher_drain(lab.watcher);
    ck_assert_int_eq(git_refresh(repository, 0), GIT_PENDING);
    ck_assert_str_eq(git_state(repository)->branch, "other");
    ck_assert_str_eq(git_state(repository)->action, "merge");
    ck_assert_int_eq(git_state(repository)->stashes, 1);
    lab_settle(&lab, repository);
    lab_close(&lab);
}
END_TEST

START_TEST(first_answer_has_the_branch)
{
    struct lab lab;
    lab_open(&lab);
    lab_init(&lab, "");
    struct repository *repository = git_find(lab.git, lab.repo);
    ck_assert_int_eq(git_refresh(repository, 0), GIT_PENDING);
    ck_assert_str_eq(git_state(repository)->branch, "main");
    ck_assert_int_eq(git_state(repository)->staged, -1);
    lab_compare(&lab, "settled");
    lab_close(&lab);
}
END_TEST

/* A submodule that is not added any more: its .git is a file. */
START_TEST(the_time_of_the_commit_is_heads)
{
    struct lab lab;
    struct repository *repository = made(&lab);
    lab_run(&lab, "echo 2 >a; GIT_COMMITTER_DATE='2020-01-02T03:04:05Z' git commit -qam 2");
    lab_compare(&lab, "commit");
    ck_assert_int_eq(git_state(repository)->committed_us, INT64_C(1577934245000000));
    lab_run(&lab, "git checkout -q --orphan new");
    lab_compare(&lab, "an unborn branch");
    ck_assert_int_eq(git_state(repository)->committed_us, 0);
    lab_close(&lab);
}
END_TEST

START_TEST(comes_to_rest)
{
    struct lab lab;
    struct repository *repository = made(&lab);
    lab_run(&lab, "git init -q --separate-git-dir ../elsewhere n; git -C n commit -q --allow-empty -m 1");
    lab_compare(&lab, "a repository inside");
    watcher_drain(lab.watcher);
    ck_assert_int_eq(git_refresh(repository, 0), GIT_FRESH);
    lab_close(&lab);
}
END_TEST

START_TEST(lost_events)
{
    struct lab lab;
    made(&lab);
    lab_run(&lab,
            "rm -r d; mkdir -p d n; echo 2 >d/c; echo 1 >n/x; git checkout -qb other; echo 1 >>a; git add a");
    watcher_pretend_overflow(lab.watcher);
    lab_compare(&lab, "overflow");
    lab_run(&lab, "echo 3 >d/c; rm n/x");
    lab_compare(&lab, "watched again");
    lab_close(&lab);
}
END_TEST

START_TEST(watches_run_out)
{
    struct lab lab;
    struct repository *repository = made(&lab);
    repository->room->watches_left = 2;
    lab_run(&lab, "mkdir -p n/1 n/2 n/3 n/4; git config status.showUntrackedFiles all");
    for (int i = 0; i < 3; i++) {
        lab_run(&lab, "echo %d >n/%d/x; echo >>a; git commit -qam %d; echo >>b", i, i + 1, i);
        lab_compare(&lab, "out of watches");
        ck_assert_int_eq(lab_settle(&lab, repository), GIT_POLLED);
    }
    ck_assert_msg(strstr(git_state(repository)->reason, "watches") != NULL, "%s",
                  git_state(repository)->reason);
    lab_close(&lab);
}
END_TEST

START_TEST(times_tell_where_watches_do_not)
{
    static const char *const steps[] = {
        "sleep 3.1; mkdir n; echo 1 >n/x; echo 1 >d/e/u",
        "echo 1 >n/y",
        "git config status.showUntrackedFiles all",
        "sleep 3.1",
        "true",
        "echo 1 >n/z; echo 2 >b",
        "echo z >n/.gitignore",
        "echo u >d/.gitignore",
        "echo x >>.git/info/exclude",
        "rm -r n; git add d; git commit -qm 2",
        "rm d/.gitignore; git mv d/e/f d/e/g",
        "git config status.showUntrackedFiles no",
        "git config --unset status.showUntrackedFiles; git init -q d/e/r",
        "git -C d/e/r commit -q --allow-empty -m 1",
    };
    struct lab lab;
    struct repository *repository = made(&lab);
    repository->room->watches_left = 0;
    watcher_pretend_overflow(lab.watcher);
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        lab_run(&lab, "%s", steps[i]);
        if (!i)
            repository->room->watches_left = 0;
        lab_compare(&lab, steps[i]);
        ck_assert_int_eq(lab_settle(&lab, repository), GIT_POLLED);
    }
    lab_close(&lab);
}
END_TEST

/* The watches of a repository that nobody asks for go to one that somebody does. */
START_TEST(watches_are_handed_over)
{
    struct lab lab;
    struct repository *first = made(&lab);
    struct git_room *room = first->room;
    lab_run(&lab, "git clone -q . ../other");
    first->asked_ms -= 61000;
    room->watches_left = 10;
    lab_at(&lab, "other");
    lab_compare(&lab, "the other");
    ck_assert_str_eq(git_state(git_find(lab.git, lab.repo))->reason, "");
    lab_at(&lab, "repo");
    struct repository *again = git_find(lab.git, lab.repo);
    lab_compare(&lab, "the first");
    ck_assert_int_eq(lab_settle(&lab, again), GIT_POLLED);
    again->asked_ms -= 3601000;
    lab_at(&lab, "other");
    git_find(lab.git, lab.repo);
    ck_assert_int_gt(room->watches_left, 0);
    lab_close(&lab);
}
END_TEST

/* So large that several threads share the work. */
START_TEST(large_tree)
{
    static const char *const steps[] = {"git commit -qm 1",
                                        "for i in 1 7 20 40; do echo >>t$i/a/7; rm t$i/b/9; echo >t$i/b/new; "
                                        "done; echo >>u1/u2/f; rm -r t3 t4/a",
                                        "echo '*.o' >.gitignore; echo '!k.o' >t5/.gitignore; echo >t5/k.o; "
                                        "echo >t5/l.o; mkdir u1/n; echo >u1/n/f.o",
                                        "mv t6 t66; ln -s t66 t6; mv t7/a t7/c; git add -A t7",
                                        "git rm -rq --cached t8; git init -q t8; git -C t8 commit -q "
                                        "--allow-empty -m 1; echo '*.x filter=f' >.gitattributes",
                                        "rm -rf t*/a",
                                        "git checkout -q .; git clean -qfdx",
                                        "git sparse-checkout set t9 u1"};
    struct lab lab;
    lab_open(&lab);
    lab_init(&lab, "");
    lab_run(
        &lab,
        "for i in $(seq 50); do mkdir -p t$i/a t$i/b; for j in $(seq 22); do : >t$i/a/$j; echo $i >t$i/b/$j; "
        "done; done; mkdir -p u1/u2; echo 1 >u1/u2/f; git add .");
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        lab_run(&lab, "%s", steps[i]);
        lab_compare(&lab, steps[i]);
        watcher_pretend_overflow(lab.watcher);
        lab_compare(&lab, steps[i]);
    }
    lab_close(&lab);
}
END_TEST

START_TEST(closed_while_busy)
{
    struct lab lab;
    struct repository *repository = made(&lab);
    lab_run(&lab, "git checkout -qb other; echo 1 >>a");
    watcher_drain(lab.watcher);
    ck_assert_int_eq(git_refresh(repository, 0), GIT_PENDING);
    lab_close(&lab);
}
END_TEST

START_TEST(stopped_while_busy)
{
    struct lab lab;
    struct repository *repository = made(&lab);
    lab_run(&lab, "git checkout -qb other; echo 1 >>a");
    watcher_drain(lab.watcher);
    ck_assert_int_eq(git_refresh(repository, 0), GIT_PENDING);
    worker_stop(lab.worker);
    git_close(lab.git);
    lab.worker = worker_start(lab.loop, 1);
    lab.git = git_open(lab.loop, lab.watcher, lab.worker, NULL, NULL);
    lab_close(&lab);
}
END_TEST

START_TEST(many_repositories)
{
    struct lab lab;
    lab_open(&lab);
    for (int i = 0; i < 40; i++) {
        char name[16];
        snprintf(name, sizeof name, "r%d", i);
        lab_run(&lab, "git init -q -b b%d %s/%s; echo 1 >%s/%s/x", i, lab.top, name, lab.top, name);
        lab_at(&lab, name);
        lab_compare(&lab, name);
        lab_at(&lab, "");
    }
    lab_at(&lab, "r0");
    lab_run(&lab, "git add x");
    lab_compare(&lab, "the first again");
    lab_close(&lab);
}
END_TEST

/* No descriptor is kept between looks but those that were there before. */
START_TEST(descriptors)
{
    struct lab lab;
    struct repository *repository = made(&lab);
    int before = dup(0);
    close(before);
    for (int i = 0; i < 10; i++) {
        lab_run(&lab, "echo %d >>a; git add a; git commit -qm %d; mkdir -p u%d/v; echo >u%d/v/x", i, i, i, i);
        lab_settle(&lab, repository);
    }
    int after = dup(0);
    close(after);
    ck_assert_int_le(after, before + 4); /* libgit2 keeps a pack or two open */
    lab_close(&lab);
}
END_TEST

SUITE_MAIN("git_room", touched_files_are_answered_at_once, branch_is_known_at_once,
           first_answer_has_the_branch, the_time_of_the_commit_is_heads, comes_to_rest, lost_events,
           watches_run_out, times_tell_where_watches_do_not, watches_are_handed_over, large_tree,
           closed_while_busy, stopped_while_busy, many_repositories, descriptors)
