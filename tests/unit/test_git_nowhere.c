/* Directories in no repository, remembered: whatever makes one of a directory on the way is seen at once. */
#include "suite.h"
#include "support_git.h"

#include "../../agent/git/nowhere.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static struct lab lab;
static struct nowhere *nowhere;

/* A path below the laboratory's top. */
static const char *in(const char *name)
{
    static char path[PATH_MAX];
    ck_assert_int_lt(snprintf(path, sizeof path, "%s/%s", lab.top, name), (int)sizeof path);
    return path;
}

static void begin(void)
{
    lab_open(&lab);
    lab_at(&lab, "");
    lab_run(&lab, "mkdir -p a/b/c");
    nowhere = nowhere_make();
}

static void end(void)
{
    nowhere_free(nowhere);
    lab_close(&lab);
}

static void begin_known(void)
{
    begin();
    ck_assert(!nowhere_holds(nowhere, in("a/b/c")));
    nowhere_keep(nowhere, in("a/b/c"));
    for (int i = 0; i < 3; i++)
        ck_assert(nowhere_holds(nowhere, in("a/b/c")));
}

static void end_unknown(void)
{
    ck_assert(!nowhere_holds(nowhere, in("a/b/c")));
    ck_assert(!nowhere_holds(nowhere, in("a/b/c")));
    end();
}

/* What a directory's time says only counts when it is no longer recent. */
START_TEST(where_nothing_happened_for_a_while)
{
    static const char *const commands[] = {
        "git init -q a/b/c",
        "git init -q a/b",
        "git init -q a",
        "git init -q --bare a/b",
        "echo gitdir: x > a/b/.git",
        "ln -s /nowhere a/.git",
        "touch a/HEAD && touch -r a/b a",
        "mv a/b a/old && mkdir -p a/b/c && touch -r a/old a/b a",
        "mv a/b a/old && ln -s old a/b && touch -r a/old a",
        "rm -r a",
        "chmod 700 a/b/c; rmdir a/b/c",
    };
    enum { COUNT = sizeof commands / sizeof *commands };
    char name[COUNT][32];
    begin();
    for (int i = 0; i < COUNT; i++) {
        snprintf(name[i], sizeof name[i], "%d/a/b/c", i);
        lab_run(&lab, "mkdir -p %s", name[i]);
    }
    sleep(5);
    for (int i = 0; i < COUNT; i++)
        nowhere_keep(nowhere, in(name[i]));
    for (int i = 0; i < COUNT; i++) {
        ck_assert(nowhere_holds(nowhere, in(name[i])));
        lab_run(&lab, "cd %d && %s", i, commands[i]);
        ck_assert_msg(!nowhere_holds(nowhere, in(name[i])), "%s", commands[i]);
    }
    end();
}
END_TEST

START_TEST(another_name)
{
    begin_known();
    lab_run(&lab, "mkdir a/b/other a/other");
    ck_assert(nowhere_holds(nowhere, in("a/b/c")));
    lab_run(&lab, "mkdir a/b/.git");
    end_unknown();
}
END_TEST

/* Within the tick of the clock in which the directory was made and looked at. */
START_TEST(a_name_at_once)
{
    begin();
    for (int i = 0; i < 50; i++) {
        char name[32], path[PATH_MAX + 64];
        snprintf(name, sizeof name, "a/b/%d", i);
        snprintf(path, sizeof path, "%s/%s/.git", lab.top, name);
        ck_assert_int_eq(mkdir(in(name), 0700), 0);
        nowhere_keep(nowhere, in(name));
        ck_assert(nowhere_holds(nowhere, in(name)));
        ck_assert_int_eq(mkdir(path, 0700), 0);
        ck_assert(!nowhere_holds(nowhere, in(name)));
    }
    end();
}
END_TEST

START_TEST(what_is_not_kept)
{
    static const char *const names[] = {"link/b", "a/b/../b", "a//b", "a/b/", "nothing", "git/below"};
    begin();
    lab_run(&lab, "ln -s a link && mkdir -p git/.git git/below");
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        nowhere_keep(nowhere, in(names[i]));
        ck_assert_msg(!nowhere_holds(nowhere, in(names[i])), "%s", names[i]);
    }
    end();
}
END_TEST

START_TEST(more_than_are_kept)
{
    begin_known();
    for (int i = 0; i < 100; i++) {
        char name[32];
        snprintf(name, sizeof name, "a/b/%d", i);
        ck_assert_int_eq(mkdir(in(name), 0700), 0);
        nowhere_keep(nowhere, in(name));
        ck_assert(nowhere_holds(nowhere, in(name)));
    }
    end_unknown();
}
END_TEST

SUITE_MAIN("git_nowhere", where_nothing_happened_for_a_while, another_name, a_name_at_once, what_is_not_kept,
           more_than_are_kept)
