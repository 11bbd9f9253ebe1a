/* The keeper and a ledger that fails it: what the meter made of that must not be kept. */
#include "../../agent/base/worker.h"
#include "../../agent/store/keeper.h"
#include "../../agent/store/ledger_state.h"
#include "ledger_world.h"

#include <ev.h>

#define START (INT64_C(20000) * 86400 * 1000000)

static void count(struct meter *meter, uint64_t id)
{
    struct batch batch;
    batch_init(&batch, "/c/projects/p/s.jsonl");
    struct usage_copy copy = {
        .identity = {id, id}, .when_us = START, .line = id, .tokens = {[TOKENS_INPUT] = 1000}};
    copy.model = batch_string(&batch, "m", 1);
    copy.session = batch_string(&batch, "s", 1);
    batch_add_copy(&batch, &copy);
    meter_apply(meter, &batch);
    batch_free(&batch);
}

static void flushed(void *data)
{
    (void)data;
}

static void lost(void *data)
{
    ++*(int *)data;
}

static int interrupt(void *data)
{
    (void)data;
    return 1;
}

/* An agent's life as far as the ledger sees it. */
struct life {
    struct ev_loop *loop;
    struct worker *worker;
    struct ledger *ledger;
    struct meter *meter;
    struct restored restored;
    struct keeper *keeper;
    int lost;
};

static void wait_for_worker(struct life *life)
{
    while (keeper_is_busy(life->keeper))
        ev_run(life->loop, EVRUN_ONCE);
}

static void life_begin(struct life *life, const struct ledger_world *world, enum ledger_outcome outcome)
{
    struct text why = TEXT_EMPTY;
    *life = (struct life){.loop = ev_loop_new(EVFLAG_AUTO), .meter = meter_new()};
    life->worker = worker_start(life->loop, 1);
    life->ledger = world_ledger(world, LEDGER_WRITE, outcome);
    ck_assert_int_eq(restored_load(&life->restored, life->ledger, life->meter, &why), LEDGER_OK);
    life->keeper = keeper_open(life->loop, life->worker, life->ledger, life->meter, &life->restored,
                               (struct keeper_events){flushed, lost, &life->lost});
    keeper_learn(life->keeper);
    wait_for_worker(life);
}

static void life_end(struct life *life)
{
    worker_stop(life->worker);
    keeper_close(life->keeper, false);
    ev_loop_destroy(life->loop);
    meter_free(life->meter);
    restored_free(&life->restored);
    ledger_close(life->ledger);
}

START_TEST(what_cannot_be_looked_up_is_not_counted_twice)
{
    struct ledger_world world;
    struct life life;
    world_open(&world);
    life_begin(&life, &world, LEDGER_NEW);
    count(life.meter, 1);
    life_end(&life);

    life_begin(&life, &world, LEDGER_OPENED);
    ck_assert_uint_eq(meter_entry_count(life.meter), 1);
    sqlite3_progress_handler(life.ledger->reader, 1, interrupt, NULL); /* as a disk that cannot be read */
    count(life.meter, 1);
    keeper_changed(life.keeper);
    ck_assert_int_eq(life.lost, 1);
    ck_assert(!ledger_is_damaged(life.ledger));
    keeper_changed(life.keeper);
    keeper_flush(life.keeper);
    wait_for_worker(&life);
    sqlite3_progress_handler(life.ledger->reader, 0, NULL, NULL);
    ck_assert_int_eq(life.lost, 1);
    life_end(&life);
    ck_assert_int_eq(world_files(&world, "corrupt", false), 0);

    life_begin(&life, &world, LEDGER_OPENED);
    ck_assert_uint_eq(meter_entry_count(life.meter), 1);
    count(life.meter, 1);
    ck_assert_uint_eq(meter_entry_count(life.meter), 1);
    life_end(&life);
    world_close(&world);
}
END_TEST

SUITE_MAIN("keeper_unsure", what_cannot_be_looked_up_is_not_counted_twice)
