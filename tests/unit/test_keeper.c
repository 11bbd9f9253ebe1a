/* Commits on a worker: what they hold, what is told when one fails, and what happens to damage. */
#include "../../agent/base/worker.h"
#include "../../agent/store/keeper.h"
#include "ledger_world.h"

#include <ev.h>
#include <signal.h>
#include <sys/resource.h>

static struct ledger_world world;
static struct ev_loop *loop;
static struct worker *worker;
static struct ledger *ledger;
static struct meter *meter;
static struct restored restored;
static struct keeper *keeper;
static int flushes, damages;

static void flushed(void *data)
{
    (void)data;
    flushes++;
    ev_break(loop, EVBREAK_ALL);
}

static void damaged(void *data)
{
    (void)data;
    damages++;
    ev_break(loop, EVBREAK_ALL);
}

static void begin(void)
{
    world_open(&world);
    loop = ev_loop_new(EVFLAG_AUTO);
    worker = worker_start(loop, 1);
    ledger = world_ledger(&world, LEDGER_WRITE, LEDGER_NEW);
    meter = meter_new();
    restored = (struct restored){.meter = meter};
    flushes = damages = 0;
    keeper = keeper_open(loop, worker, ledger, meter, &restored,
                         (struct keeper_events){.flushed = flushed, .lost = damaged});
    keeper_learn(keeper);
}

/* Ends as the agent does: no worker any more, then what is left is written here. */
static void end(bool lost)
{
    worker_stop(worker);
    keeper_close(keeper, lost);
    meter_free(meter);
    restored_free(&restored);
    ledger_close(ledger);
    ev_loop_destroy(loop);
}

/* Counts a message. */
static void count(uint64_t id)
{
    struct batch batch;
    batch_init(&batch, "/c/projects/p/s.jsonl");
    struct usage_copy copy = {
        .identity = {id, id}, .when_us = INT64_C(1750000000000000), .line = id, .tokens = {1, 2, 3, 4, 5}};
    copy.model = batch_string(&batch, "m", 1);
    copy.session = batch_string(&batch, "s", 1);
    batch_add_copy(&batch, &copy);
    meter_apply(meter, &batch);
    batch_free(&batch);
    keeper_changed(keeper);
}

static void flush(void)
{
    keeper_flush(keeper);
    if (!keeper_is_flushed(keeper))
        ev_run(loop, 0);
}

/* How many of the messages 1 to `most` are in the ledger, opened anew. */
static int kept(uint64_t most)
{
    struct entry entry;
    int found = 0;
    struct ledger *reader = world_ledger(&world, LEDGER_READ, LEDGER_OPENED);
    for (uint64_t id = 1; id <= most; id++)
        found += ledger_find(reader, (struct identity){id, id}, &entry);
    ledger_close(reader);
    return found;
}

START_TEST(a_flush_commits_what_is_new)
{
    begin();
    flush();
    ck_assert_int_eq(flushes, 0);
    count(1);
    ck_assert_uint_eq(keeper_state(keeper).unsaved, 1);
    flush();
    ck_assert_int_eq(flushes, 1);
    ck_assert_int_eq(kept(1), 1);
    struct keeper_state state = keeper_state(keeper);
    ck_assert_uint_eq(state.commits, 1);
    ck_assert_uint_eq(state.unsaved, 0);
    ck_assert_int_gt(state.committed_us, INT64_C(1000000000000000));
    ck_assert_int_eq(state.failing_since_us, 0);
    ck_assert_str_eq(state.why, "");
    end(false);
    world_close(&world);
}
END_TEST

START_TEST(what_was_not_flushed_is_written_at_the_end)
{
    begin();
    count(1);
    count(2);
    end(false);
    ck_assert_int_eq(kept(2), 2);
    world_close(&world);
}
END_TEST

static void limit_files(rlim_t bytes)
{
    struct rlimit limit;
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &limit);
    limit.rlim_cur = bytes;
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

/* As on a full disk: no file may grow. What could not be written stays, with what comes after it. */
START_TEST(a_commit_that_fails_is_told_and_kept)
{
    begin();
    count(1);
    flush();
    limit_files(4096);
    for (uint64_t id = 2; id <= 200; id++)
        count(id);
    flush();
    struct keeper_state state = keeper_state(keeper);
    ck_assert_uint_eq(state.commits, 1);
    ck_assert_int_gt(state.failing_since_us, 0);
    ck_assert_ptr_nonnull(strstr(state.why, world.path));
    ck_assert_uint_eq(state.unsaved, 199);
    count(201);
    ck_assert_uint_eq(keeper_state(keeper).unsaved, 200);
    ck_assert_int_eq(damages, 0);
    limit_files(RLIM_INFINITY);
    end(false);
    ck_assert_int_eq(kept(201), 201);
    world_close(&world);
}
END_TEST

START_TEST(damage_is_told_once_and_set_aside)
{
    begin();
    count(1);
    flush();
    while (!world_files(&world, ".backup", false) || keeper_is_busy(keeper)) /* the first is made then */
        ev_run(loop, EVRUN_ONCE);
    ledger_condemn(ledger);
    count(2);
    count(3);
    if (!damages)
        ev_run(loop, 0);
    ck_assert_int_eq(damages, 1);
    end(true);
    ck_assert_int_eq(world_files(&world, ".corrupt-", false), 1);
    ledger_close(world_ledger(&world, LEDGER_WRITE, LEDGER_RESTORED));
    world_close(&world);
}
END_TEST

SUITE_MAIN("keeper", a_flush_commits_what_is_new, what_was_not_flushed_is_written_at_the_end,
           a_commit_that_fails_is_told_and_kept, damage_is_told_once_and_set_aside)
