/*
 * What happens to single files, as watches tell of it by name: after each few of such steps, by chance, the
 * state must be at once what `git status` says. TACHO_TEST_SEED and TACHO_TEST_STEPS choose others and more.
 */
#include "suite.h"
#include "support_git.h"

#include "../../agent/base/text.h"
#include "../../agent/base/watch.h"

#include <stdlib.h>
#include <string.h>

static uint32_t seed;

static uint32_t pick(uint32_t count)
{
    seed = seed * 1664525 + 1013904223;
    return (seed >> 8) % count;
}

static const char *any_name(void)
{
    static const char *const names[] = {"a",
                                        "b",
                                        "link",
                                        "run",
                                        "d/a",
                                        "d/b",
                                        "d/e/f",
                                        "d/e/g",
                                        "new",
                                        "n1",
                                        "d/new",
                                        "d/n2",
                                        "x.o",
                                        "d/y.o",
                                        "d/e/keep.o",
                                        "i/got",
                                        "i/n3",
                                        "d/e/i/x",
                                        "d/longer name than others",
                                        "d/e/.hidden"};
    return names[pick(sizeof names / sizeof *names)];
}

static void add_step(struct text *steps)
{
    const char *name = any_name(), *other = any_name();
    switch (pick(9)) {
    case 0:
        text_addf(steps, "rm -f '%s'\n", name);
        break;
    case 1:
        text_addf(steps, "mv -f '%s' '%s'\n", name, other);
        break;
    case 2:
        text_addf(steps, "chmod %s '%s'\n", pick(2) ? "+x" : "-x", name);
        break;
    case 3:
        text_addf(steps, "ln -sfn '%s' '%s'\n", other, name);
        break;
    case 4:
        text_addf(steps, "rm -f '%s'; mkfifo '%s'\n", name, name);
        break;
    case 5: /* as it was committed */
        text_addf(steps, "git show 'HEAD:%s' >t && mv t '%s'; rm -f t\n", name, name);
        break;
    case 6: /* as editors save */
        text_addf(steps, "[ -f '%s' ] && cp '%s' '%s~'; echo %u >'%s.new'; mv '%s.new' '%s'; rm -f '%s~'\n",
                  name, name, name, pick(9), name, name, name, name);
        break;
    default:
        text_addf(steps, "rm -f '%s'; echo %u >'%s'\n", name, pick(9), name);
    }
}

static void play(struct lab *lab, const char *mode, int steps)
{
    struct text some = TEXT_EMPTY;
    lab_run(lab, "git config status.showUntrackedFiles %s", mode);
    lab_compare(lab, mode);
    for (int i = 0; i < steps; i++) {
        text_clear(&some);
        for (uint32_t count = 1 + pick(3); count; count--)
            add_step(&some);
        lab_try(lab, "%s", some.bytes);
        watcher_drain(lab->watcher);
        ck_assert_msg(git_refresh(git_find(lab->git, lab->repo), 0) == GIT_FRESH, "not at once: %s",
                      some.bytes);
        lab_compare(lab, some.bytes);
        if (!pick(10)) {
            lab_try(lab, "git add -A; git commit -qm %d", i);
            lab_compare(lab, "a commit");
        }
    }
    text_free(&some);
}

START_TEST(names)
{
    static const char *const modes[] = {"normal", "all", "no", "normal"};
    const char *chosen = getenv("TACHO_TEST_SEED"), *more = getenv("TACHO_TEST_STEPS");
    int steps = more ? atoi(more) : 40;
    seed = chosen ? (uint32_t)strtoul(chosen, NULL, 10) : 1;
    struct lab lab;
    lab_open(&lab);
    lab_init(&lab, "");
    lab_run(&lab,
            "mkdir -p d/e i; for f in a b d/a d/b d/e/f d/e/g run; do echo $f >$f; done; chmod +x run; "
            "ln -s a link; echo got >i/got; printf '*.o\\n/i/\\n' >.gitignore; echo '!keep.o' >d/.gitignore; "
            "git add .; git add -f i/got; git commit -qm 1");
    lab_compare(&lab, "commit");
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++)
        play(&lab, modes[i], steps);
    lab_close(&lab);
}
END_TEST

/* However many files are beside it. */
START_TEST(large_directory)
{
    struct lab lab;
    lab_open(&lab);
    lab_init(&lab, "");
    lab_run(
        &lab,
        "for i in $(seq 3000); do : >$i; done; git add .; git commit -qm 1; for i in $(seq 1500); do : >u$i; "
        "done");
    lab_compare(&lab, "commit");
    static const char *const steps[] = {"echo 1 >7",          "rm 8",     ": >7",    "echo 1 >new",
                                        "rm new u3 u1499 u1", "echo >u1", "mv u2 9", "git show :9 >9"};
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        lab_run(&lab, "%s", steps[i]);
        watcher_drain(lab.watcher);
        ck_assert_msg(git_refresh(git_find(lab.git, lab.repo), 0) == GIT_FRESH, "not at once: %s", steps[i]);
        lab_compare(&lab, steps[i]);
    }
    lab_close(&lab);
}
END_TEST

SUITE_MAIN_SECONDS("git_names", 3600, names, large_directory)
