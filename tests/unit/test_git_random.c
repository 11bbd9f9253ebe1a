/*
 * Random sequences of what people and programs do to a repository; after every step the state must be what
 * `git status` says. TACHO_TEST_SEED and TACHO_TEST_SEQUENCES choose others and more.
 */
#include "suite.h"
#include "support_git.h"

#include "../../agent/base/text.h"
#include "../../agent/base/watch.h"

#include <string.h>

#define STEPS 20

struct player {
    struct lab lab;
    uint32_t random;
};

static uint32_t pick(struct player *player, uint32_t count)
{
    player->random = player->random * 1664525 + 1013904223;
    return (player->random >> 8) % count;
}

/* A path that exists now and then: few names, so that things meet. */
static const char *any_path(struct player *player)
{
    static const char *const paths[] = {"a",       "b",       "c",     "d/a",  "d/b",   "d/e/a",
                                        "d/e/b",   "d/e/f/g", "x/a.o", "x/b",  "x/y/z", "o/p/q",
                                        "o/p/r.o", "d.c",     "d-",    "'q q'"};
    return paths[pick(player, sizeof paths / sizeof *paths)];
}

static const char *any_directory(struct player *player)
{
    static const char *const paths[] = {"d", "d/e", "x", "x/y", "o", "o/p", "n", "n/m"};
    return paths[pick(player, sizeof paths / sizeof *paths)];
}

static const char *any_branch(struct player *player)
{
    static const char *const names[] = {"main", "side", "feature/one"};
    return names[pick(player, sizeof names / sizeof *names)];
}

/* What needs no argument, or chance chooses no argument for. */
static const char *any_command(struct player *player)
{
    static const char *const commands[] = {
        "git add -A",
        "git add -A; git commit -qm all",
        "git commit -qam tracked",
        "git commit -q --amend --no-edit",
        "git stash -q",
        "git stash -q -u",
        "git stash pop -q",
        "git stash drop -q",
        "git reset -q",
        "git reset -q --hard",
        "git reset -q --soft HEAD~1",
        "git reset -q --hard HEAD~1",
        "git checkout -q --detach",
        "git merge --abort || git rebase --abort || git cherry-pick --abort",
        "git rebase --continue || git rebase --skip",
        "git cherry-pick --skip",
        "git gc -q",
        "git pack-refs --all",
        "git clean -qfd",
        "git push -q ../there HEAD:main; git fetch -q",
        "git fetch -q; git reset -q origin/main",
        "git branch -q -u origin/main",
        "echo '*.o' >.gitignore",
        "echo 'x/' >>.gitignore",
        "rm .gitignore",
        "echo '!a.o' >x/.gitignore",
        "git update-index -q --refresh",
        "git update-index --index-version 4",
        "git update-index --split-index",
        "git update-index --no-split-index",
        "git rm -rq --cached .",
    };
    return commands[pick(player, sizeof commands / sizeof *commands)];
}

static void write_step(struct player *player, char *step, size_t room)
{
    const char *path = any_path(player), *other = any_path(player), *directory = any_directory(player);
    uint32_t number = pick(player, 100);
    switch (pick(player, 20)) {
    case 0:
    case 1:
    case 2:
        snprintf(step, room, "mkdir -p $(dirname %s); echo %u >>%s", path, number, path);
        break;
    case 3:
        snprintf(step, room, "mkdir -p $(dirname %s); seq %u %u >%s", path, number, number + 20, path);
        break;
    case 4: /* the same size, another content, at once */
        snprintf(step, room, "echo aaa >%s; git add %s; echo bbb >%s", path, path, path);
        break;
    case 5:
        snprintf(step, room, "rm -rf %s", number % 3 ? path : directory);
        break;
    case 6:
        snprintf(step, room, "git add %s", number % 3 ? path : directory);
        break;
    case 7:
        snprintf(step, room, "git mv -k %s %s", number % 3 ? path : directory,
                 number % 2 ? other : any_directory(player));
        break;
    case 8:
        snprintf(step, room, "mv %s %s", number % 3 ? path : directory,
                 number % 2 ? other : any_directory(player));
        break;
    case 9:
        snprintf(step, room, "git rm -rqf %s", number % 3 ? path : directory);
        break;
    case 10:
        snprintf(step, room, "git checkout -q %s || git checkout -qb %s", any_branch(player),
                 any_branch(player));
        break;
    case 11:
        snprintf(step, room, "git %s %s", number % 2 ? "merge -q --no-edit" : "rebase -q",
                 any_branch(player));
        break;
    case 12:
        snprintf(step, room, "git %s %s", number % 2 ? "cherry-pick" : "revert --no-edit",
                 any_branch(player));
        break;
    case 13:
        snprintf(step, room, "%s %s", number % 2 ? "touch -c" : "chmod +x", path);
        break;
    case 14:
        snprintf(step, room, "ln -sfn %s %s", number % 2 ? path : directory, other);
        break;
    default:
        snprintf(step, room, "%s", any_command(player));
    }
}

static void play(uint32_t seed)
{
    struct player player = {.random = seed};
    struct text story = TEXT_EMPTY;
    char step[512];
    lab_open(&player.lab);
    lab_init(&player.lab, "");
    lab_run(&player.lab, "git init -q --bare ../there; git remote add origin ../there; mkdir -p d/e x o;"
                         "for f in a b d/a d/e/b x/b o/r; do seq 30 >$f; done; git add .; git commit -qm 0;"
                         "git push -qu origin main");
    text_addf(&story, "seed %u:", seed);
    for (int i = 0; i < STEPS; i++) {
        write_step(&player, step, sizeof step);
        text_addf(&story, "\n    %s", step);
        lab_try(&player.lab, "%s", step);
        if (!pick(&player, 25))
            watcher_pretend_overflow(player.lab.watcher);
        lab_compare(&player.lab, story.bytes);
    }
    text_free(&story);
    lab_close(&player.lab);
}

START_TEST(sequences)
{
    const char *seed = getenv("TACHO_TEST_SEED"), *count = getenv("TACHO_TEST_SEQUENCES");
    uint32_t first = seed ? (uint32_t)strtoul(seed, NULL, 10) : 1;
    uint32_t plays = count ? (uint32_t)strtoul(count, NULL, 10) : 24;
    for (uint32_t i = 0; i < plays; i++)
        play(first + i);
}
END_TEST

SUITE_MAIN_SECONDS("git_random", 3600, sequences)
