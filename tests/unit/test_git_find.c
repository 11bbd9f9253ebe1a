/*
 * Which repository a directory lies in, remembered while watches are quiet: after every step the answer must
 * be what a look at the disk says, and a question about what has not changed must cost no look.
 */
#include "suite.h"
#include "support_git.h"

#include "../../agent/base/memory.h"
#include "../../agent/base/watch.h"
#include "../../agent/git/mounts.h"
#include "../../agent/git/outside.h"
#include "../../agent/git/repository.h"
#include "../../agent/git/trails.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

/* What people are in: below the top of the lab. */
static const char *const directories[] = {"r",     "r/d",    "r/d/e", "r/n/m", "r/.git",  "r/s",
                                          "r/s/t", "w",      "w/d",   "l",     "l/e",     "up/r/d",
                                          "b",     "b/refs", "k/d",   "none",  "r/../r/d"};

static void compare(struct lab *lab, const char *step)
{
    struct place *place = memory_zeroed(1, sizeof *place);
    char path[PATH_MAX];
    watcher_drain(lab->watcher);
    for (size_t i = 0; i < sizeof directories / sizeof *directories; i++) {
        snprintf(path, sizeof path, "%.2000s/%s", lab->top, directories[i]);
        bool is_there = place_find(place, path);
        const struct repository *repository = git_find(lab->git, path);
        const char *found = repository ? repository->seen.place.git_dir : "none";
        ck_assert_msg(strcmp(found, is_there ? place->git_dir : "none") == 0,
                      "after %s: %s is in %s, not in %s", step, path, is_there ? place->git_dir : "none",
                      found);
        if (repository && *place->root)
            ck_assert_str_eq(repository->seen.found_root, place->root);
    }
    free(place);
}

START_TEST(as_the_disk_says)
{
    static const char *const steps[] = {
        "git init -q r; mkdir -p r/d/e r/n/m none; git -C r commit -q --allow-empty -m 1",
        "git init -q --bare b",
        "git -C r worktree add -q ../w; mkdir w/d",
        "git init -q r/s; mkdir r/s/t",
        "ln -s r/d l",
        "mkdir up; mv r up",
        "mv up/r .; ln -s .. up/x; ln -s ../r up/r",
        "ln -sfn w/d l",
        "ln -s r/d k2; mv -T k2 l",
        "rm l; mkdir -p l/e",
        "git init -q l; rm -rf l/.git",
        "mv r r2; mkdir r",
        "rmdir r; mv r2 r",
        "mv r/.git r/.g",
        "mv r/.g r/.git",
        "git init -q r/d",
        "rm -rf r/d/.git",
        "git init -q r/n; rm r/n/.git/HEAD",
        "echo ref: refs/heads/x >r/n/.git/HEAD",
        "echo nonsense >r/n/.git/HEAD",
        "rm -rf r/n; mkdir -p r/n/m",
        "echo gitdir: /nowhere >w/.git",
        "echo gitdir: ../b >w/.git",
        "echo gitdir: $PWD/r/.git/worktrees/w >w/.git",
        "rm r/.git/worktrees/w/commondir",
        "echo ../.. >r/.git/worktrees/w/commondir",
        "rm -rf r/.git/refs",
        "mkdir r/.git/refs",
        "mv b b2; mkdir b; mv b2 b/.git; mkdir -p b/refs",
        "rm -rf b; git init -q b; mkdir b/refs",
        "mkdir -p k/d; git init -q k",
        "rm -rf k; git clone -q r k; mkdir -p k/d",
        "git init -q none; rm -rf none/.git",
        "git init -q .; rm -rf r/.git",
        "rm -rf .git",
    };
    struct lab lab;
    lab_open(&lab);
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        lab_run(&lab, "%s", steps[i]);
        compare(&lab, steps[i]);
        compare(&lab, "asking again");
    }
    lab_close(&lab);
}
END_TEST

/* What somebody is still in is removed, and no event of its own tells that. */
START_TEST(directory_that_is_held)
{
    struct lab lab;
    lab_open(&lab);
    lab_run(&lab, "git init -q r; mkdir -p r/d/e");
    compare(&lab, "init");
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%.2000s/r/d/e", lab.top);
    ck_assert_int_eq(chdir(path), 0);
    lab_run(&lab, "rmdir r/d/e");
    compare(&lab, "removing");
    lab_run(&lab, "mkdir r/d/e");
    compare(&lab, "making another");
    lab_run(&lab, "rm -rf r/d");
    compare(&lab, "removing both");
    ck_assert_int_eq(chdir("/"), 0);
    lab_close(&lab);
}
END_TEST

START_TEST(mounts)
{
    struct lab lab;
    char path[PATH_MAX];
    lab_open(&lab);
    lab_run(&lab, "git init -q r; mkdir -p r/d/e");
    compare(&lab, "init");
    snprintf(path, sizeof path, "%.2000s/r/d", lab.top);
    if (mount("none", path, "tmpfs", 0, NULL) == 0) {
        compare(&lab, "mounting over it");
        ck_assert_int_eq(mkdir("r/d/e", 0755), -1);
        lab_run(&lab, "git init -q r/d; mkdir r/d/e");
        compare(&lab, "a repository there");
        ck_assert_int_eq(umount2(path, MNT_DETACH), 0);
        compare(&lab, "unmounting");
    }
    lab_close(&lab);
}
END_TEST

static bool is_remembered(struct lab *lab, struct trails *trails, const char *name)
{
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%.2000s/%s", lab->top, name);
    watcher_drain(lab->watcher);
    return trails_recall(trails, path);
}

static void keep(struct lab *lab, struct trails *trails, const char *name)
{
    char path[PATH_MAX];
    struct place *place = memory_zeroed(1, sizeof *place);
    snprintf(path, sizeof path, "%.2000s/%s", lab->top, name);
    watcher_drain(lab->watcher);
    ck_assert(place_find(place, path));
    trails_keep(trails, path, place);
    free(place);
}

/* Neither work nor commits make it forget; what might have it answer wrongly does. */
START_TEST(remembered)
{
    struct lab lab;
    lab_open(&lab);
    struct mounts *table = mounts_make();
    struct trails *trails = trails_make(lab.watcher, table);
    lab_run(&lab, "git init -q r; mkdir -p r/d/e r/ignored; echo 1 >r/a");
    keep(&lab, trails, "r/d/e");
    keep(&lab, trails, "r/ignored");
    lab_run(&lab, "cd r; echo 2 >>a; echo 3 >d/e/f; rm a; mkdir d/x ignored/x; git add -A; git commit -qm 1; "
                  "git branch b; git stash -q; git gc -q; git tag t; touch d/e/f");
    ck_assert(is_remembered(&lab, trails, "r/d/e"));
    ck_assert(is_remembered(&lab, trails, "r/ignored"));
    lab_run(&lab, "git init -q r/d");
    ck_assert(!is_remembered(&lab, trails, "r/d/e"));
    ck_assert(is_remembered(&lab, trails, "r/ignored"));
    lab_run(&lab, "chmod 700 r/.git");
    ck_assert(!is_remembered(&lab, trails, "r/ignored"));
    for (int i = 0; i < 70; i++) {
        char name[16];
        snprintf(name, sizeof name, "r/ignored/%d", i);
        lab_run(&lab, "mkdir %s", name);
        keep(&lab, trails, name);
    }
    ck_assert(is_remembered(&lab, trails, "r/ignored/69"));
    ck_assert(!is_remembered(&lab, trails, "r/ignored/0"));
    trails_free(trails);
    mounts_free(table);
    lab_close(&lab);
}
END_TEST

static bool is_other(struct lab *lab, struct outside *outside, const char *step)
{
    uint64_t before = outside_generation(outside);
    lab_run(lab, "%s", step);
    watcher_drain(lab->watcher);
    return outside_generation(outside) != before;
}

START_TEST(settings_outside)
{
    static const struct {
        const char *step;
        bool changes;
    } steps[] = {
        {"echo x >other", false},
        {"git config --file .gitconfig a.b c", true},
        {"git config --file .gitconfig a.b d", true},
        {"echo '# written in place' >>.gitconfig", true},
        {"touch -a .gitconfig; cat .gitconfig", false},
        {"mkdir dots; mv .gitconfig dots/c; ln -s dots/c .gitconfig", true},
        {"echo '# through a link' >>dots/c", true},
        {"cp dots/c dots/d; mv dots/d dots/c", true},
        {"mv dots dots2; mkdir dots", true},
        {"cp dots2/c dots/c", true},
        {"rm .gitconfig", true},
        {"mkdir -p .config/git; echo 1 >.config/git/ignore", true},
        {"mv .config .c; mkdir .config", true},
        {"rmdir .config; ln -s .c .config", true},
        {"echo 2 >>.c/git/ignore", true},
        {"mkdir -p .config/git/attributes", true},
        {"rm -rf .config .c", true},
    };
    struct lab lab;
    lab_open(&lab);
    struct mounts *table = mounts_make();
    struct outside *outside = outside_make(lab.watcher, table);
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
        ck_assert_msg(is_other(&lab, outside, steps[i].step) == steps[i].changes, "after %s", steps[i].step);
    outside_free(outside);
    mounts_free(table);
    lab_close(&lab);
}
END_TEST

SUITE_MAIN("git_find", as_the_disk_says, directory_that_is_held, mounts, remembered, settings_outside)
