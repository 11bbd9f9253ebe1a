/* The log that somebody looks at is read before the tree has been listed. */
#include "log_world.h"

#define PROJECTS "claude/projects/"
#define SESSION  PROJECTS "-work/aaaa.jsonl"

enum { HELD_MOST = 64, TALK = 100 * 1024 };

static struct job held[HELD_MOST];

static void gate_run(struct job *job)
{
    (void)job;
    sem_wait(&world.gate);
}

static void gate_done(struct job *job)
{
    (void)job;
}

/* A tree whose worker stands still: nothing is listed, nor read by it. */
static void grow_alone(void)
{
    ck_assert_uint_le(worker_threads(world.worker), HELD_MOST);
    for (unsigned i = 0; i < worker_threads(world.worker); i++) {
        held[i] = (struct job){gate_run, gate_done, NULL};
        worker_submit(world.worker, &held[i], true);
    }
    world_grow();
}

static void let_go(void)
{
    for (unsigned i = 0; i < worker_threads(world.worker); i++)
        sem_post(&world.gate);
    catch_up();
    check_same();
}

/* As a client names it: by its whole path. */
static void read_first(const char *path)
{
    char whole[512];
    snprintf(whole, sizeof whole, "%s/%s", world.place, path);
    log_tree_read_first(world.tree, whole);
}

START_TEST(it_is_read_at_once_and_once)
{
    world_begin();
    append_usage(SESSION, 3);
    append_usage(PROJECTS "-work/bbbb.jsonl", 2);
    append_usage(PROJECTS "-work/aaaa/subagents/agent-1.jsonl", 1);
    grow_alone();
    read_first(SESSION);
    ck_assert_uint_eq(world.records.count, 3);
    ck_assert(!log_tree_is_ready(world.tree));
    read_first(SESSION);
    read_first(PROJECTS "-work/aaaa/subagents/agent-1.jsonl");
    ck_assert_uint_eq(world.records.count, 4);
    append_usage(SESSION, 1);
    let_go();
    ck_assert_uint_eq(world.records.count, 7);
    append_usage(SESSION, 1);
    catch_up();
    ck_assert_uint_eq(check_same(), 8);
    world_end();
}
END_TEST

/* More than one turn may read, and somebody who asks again. */
START_TEST(a_large_one_is_read_on_with)
{
    char *talk = memory_take(TALK + 1); /* lines that do not count make it large */
    memset(talk, 'x', TALK);
    memcpy(talk, "{\"a\":\"", 6);
    memcpy(talk + TALK - 3, "\"}\n", 4);
    world_begin();
    for (int i = 0; i < 150; i++) {
        append(SESSION, talk);
        append_usage(SESSION, 2);
    }
    free(talk);
    grow_alone();
    read_first(SESSION);
    size_t first = world.records.count;
    ck_assert_uint_gt(first, 0);
    read_first(SESSION);
    ck_assert_uint_ge(world.records.count, first);
    let_go();
    ck_assert_uint_eq(world.records.count, 300);
    world_end();
}
END_TEST

START_TEST(nothing_else_is_read_so)
{
    static const char *const others[] = {
        PROJECTS "-work/none.jsonl",
        PROJECTS "none/aaaa.jsonl",
        PROJECTS "-work/notes.txt",
        PROJECTS "-work",
        PROJECTS "-work/../-work/bb.jsonl",
        PROJECTS "-work/./aaaa.jsonl",
        PROJECTS "-work//aaaa.jsonl",
        PROJECTS "-linked/aaaa.jsonl",
        PROJECTS "-work/linked.jsonl",
        PROJECTS "",
        "elsewhere/aaaa.jsonl",
    };
    world_begin();
    append_usage(SESSION, 3);
    append_usage(PROJECTS "-work/bb.jsonl", 1);
    append_usage(PROJECTS "-work/notes.txt", 1);
    append_usage("elsewhere/aaaa.jsonl", 1);
    ck_assert_int_eq(symlink("-work", PROJECTS "-linked"), 0);
    ck_assert_int_eq(symlink("aaaa.jsonl", PROJECTS "-work/linked.jsonl"), 0);
    grow_alone();
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        read_first(others[i]);
    log_tree_read_first(world.tree, "");
    log_tree_read_first(world.tree, "aaaa.jsonl");
    ck_assert_uint_eq(world.records.count, 0);
    let_go();
    ck_assert_uint_eq(world.records.count, 4);
    read_first(SESSION);
    catch_up();
    ck_assert_uint_eq(check_same(), 4);
    world_end();
}
END_TEST

SUITE_MAIN("log_first", it_is_read_at_once_and_once, a_large_one_is_read_on_with, nothing_else_is_read_so)
