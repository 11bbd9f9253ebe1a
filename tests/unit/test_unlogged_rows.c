/* What logs do not have, as a meter gives it: dated, in any order of batches, and after a restart. */
#include "../../agent/base/memory.h"
#include "../../agent/base/zone.h"
#include "../../agent/meter/keep.h"
#include "../../agent/meter/rollups.h"
#include "suite.h"

#include <string.h>

#define HOUR  (3600 * MICROSECONDS)
#define START (INT64_C(20000) * 86400 * MICROSECONDS)

/* ---- batches ------------------------------------------------------------------------------------------- */

static void add_copy(struct batch *batch, uint64_t id, int64_t when_us, const char *model,
                     const char *session)
{
    struct usage_copy copy = {
        .identity = {id, id}, .when_us = when_us, .line = id, .tokens = {[TOKENS_INPUT] = 1000}};
    copy.model = batch_string(batch, model, strlen(model));
    copy.session = batch_string(batch, session, strlen(session));
    batch_add_copy(batch, &copy);
}

static void add_cost(struct batch *batch, const char *session, const char *model, int64_t when_us,
                     uint64_t input)
{
    struct cost_state cost = {
        .when_us = when_us, .tokens = {[TOKENS_INPUT] = input}, .cost_pusd = input * 5000000};
    cost.session = batch_string(batch, session, strlen(session));
    cost.model = batch_string(batch, model, strlen(model));
    batch_add_cost(batch, &cost);
}

static void apply(struct meter *meter, struct batch *batch)
{
    meter_apply(meter, batch);
    batch_free(batch);
}

/* Session s: a message, then an account of three times its tokens. */
static struct meter *meter_with_account(void)
{
    struct meter *meter = meter_new();
    struct batch batch;
    batch_init(&batch, "/c/projects/p/s.jsonl");
    add_copy(&batch, 1, START + HOUR, "claude-opus-4-6", "s");
    add_cost(&batch, "s", "claude-opus-4-6", START + 2 * HOUR, 3000);
    apply(meter, &batch);
    return meter;
}

/* ---- tests --------------------------------------------------------------------------------------------- */

START_TEST(a_row_is_dated_by_the_last_message)
{
    struct meter *meter = meter_with_account();
    struct unlogged_rows rows;
    meter_unlogged_rows(meter, &rows);
    ck_assert_uint_eq(rows.count, 1);
    const struct rollup_view *row = &rows.list[0];
    ck_assert_int_eq(row->last_us, START + HOUR);
    ck_assert_int_eq(row->start_us, START + HOUR);
    ck_assert_str_eq(row->session_id, "s");
    ck_assert_str_eq(row->project_name, "p");
    ck_assert_str_eq(row->model_name, "claude-opus-4-6");
    ck_assert_uint_eq(row->tokens[TOKENS_INPUT], 2000);
    ck_assert_uint_eq(row->entries, 0);
    ck_assert_uint_eq(row->weight, 5);
    for (int mode = COST_AUTO; mode <= COST_DISPLAY; mode++)
        ck_assert(row->cost_pusd[mode] == 2000 * UINT64_C(5000000));
    unlogged_rows_free(&rows);
    meter_free(meter);
}
END_TEST

START_TEST(without_messages_by_the_statement_or_not_at_all)
{
    struct meter *meter = meter_new();
    struct batch batch;
    struct unlogged_rows rows;
    batch_init(&batch, "/c/projects/p/s.jsonl");
    add_cost(&batch, "dated", "m", START + 7, 10);
    add_cost(&batch, "undated", "m", 0, 10);
    apply(meter, &batch);
    ck_assert(meter_take_total(meter, "elsewhere", 9, 500));
    ck_assert(meter_take_total(meter, "elsewhere", 9, 5000000000));
    meter_unlogged_rows(meter, &rows);
    ck_assert_uint_eq(rows.count, 1);
    ck_assert_str_eq(rows.list[0].session_id, "dated");
    ck_assert_str_eq(rows.list[0].project_name, "");
    ck_assert_int_eq(rows.list[0].last_us, START + 7);
    unlogged_rows_free(&rows);
    ck_assert_uint_eq(meter_session_count(meter), 0);
    meter_free(meter);
}
END_TEST

START_TEST(totals_are_of_the_model_in_use)
{
    struct meter *meter = meter_with_account();
    struct batch batch;
    struct unlogged_rows rows;
    batch_init(&batch, "/c/projects/p/s.jsonl");
    add_copy(&batch, 2, START + 3 * HOUR, "claude-sonnet-4-5", "s");
    add_copy(&batch, 3, START + 4 * HOUR, "<synthetic>", "s");
    apply(meter, &batch);
    ck_assert(meter_take_total(meter, "s", 1, 30000000000));
    ck_assert(!meter_take_total(meter, "s", 1, 30000000000));
    meter_unlogged_rows(meter, &rows);
    ck_assert_uint_eq(rows.count, 2);
    unsigned __int128 cost = 0;
    for (size_t i = 0; i < rows.count; i++) {
        cost += rows.list[i].cost_pusd[COST_AUTO];
        ck_assert_int_eq(rows.list[i].last_us, START + 3 * HOUR);
    }
    ck_assert_str_eq(rows.list[1].model_name, "claude-sonnet-4-5");
    ck_assert(cost == 30000000000 - 5000000000 - 3000000000);
    unlogged_rows_free(&rows);
    meter_free(meter);
}
END_TEST

/* ---- forks, in any order ------------------------------------------------------------------------------- */

enum { FILES = 4, ROUNDS = 60 };

/* Each file begins with the messages of those before it, and ends with an account of its own. */
static void forked_file(struct batch *batch, int file, const char *path)
{
    char session[8];
    snprintf(session, sizeof session, "s%d", file);
    batch_init(batch, path);
    for (int i = 0; i <= file; i++)
        add_copy(batch, (uint64_t)i + 1, START + i * HOUR, "m", session);
    add_cost(batch, session, "m", START + 10 * HOUR, 9000);
}

START_TEST(forks_have_none_in_any_order)
{
    static const char *const paths[FILES] = {"/c/projects/p/s0.jsonl", "/c/projects/p/s1.jsonl",
                                             "/c/projects/p/s2.jsonl", "/c/projects/p/s3.jsonl"};
    srand(1);
    for (int round = 0; round < ROUNDS; round++) {
        struct meter *meter = meter_new();
        struct unlogged_rows rows;
        unsigned done = 0;
        while (done != (1u << FILES) - 1) {
            struct batch batch;
            int file = rand() % FILES;
            done |= 1u << file;
            forked_file(&batch, file, paths[file]);
            apply(meter, &batch);
        }
        meter_unlogged_rows(meter, &rows);
        ck_assert_uint_eq(rows.count, 1);
        ck_assert_str_eq(rows.list[0].session_id, "s0");
        ck_assert_uint_eq(rows.list[0].tokens[TOKENS_INPUT], 8000);
        unlogged_rows_free(&rows);
        meter_free(meter);
    }
}
END_TEST

/* ---- the ledger ---------------------------------------------------------------------------------------- */

START_TEST(a_snapshot_has_what_is_new_and_a_meter_comes_back_from_it)
{
    struct meter *meter = meter_with_account(), *back = meter_new();
    struct meter_snapshot first, second;
    struct unlogged_rows rows;
    meter_take_total(meter, "s", 1, 40000000000);
    ck_assert(meter_is_unsaved(meter));
    meter_take_snapshot(meter, &first);
    meter_take_snapshot(meter, &second);
    ck_assert_uint_eq(first.unlogged_count, 2);
    ck_assert_uint_eq(second.unlogged_count, 0);
    struct unlogged_row strange = first.unlogged[0];
    for (int kind = 0; kind < METER_STRINGS; kind++)
        for (size_t i = 0; i < first.strings[kind].count; i++)
            meter_restore_string(back, (enum meter_string)kind, first.strings[kind].list[i].bytes,
                                 first.strings[kind].list[i].size);
    for (size_t i = 0; i < first.unlogged_count; i++)
        ck_assert(meter_restore_unlogged(back, &first.unlogged[i]));
    for (size_t i = 0; i < first.rollup_count; i++)
        ck_assert(meter_restore_rollup(back, &first.rollups[i]));
    strange.session = 77;
    ck_assert(!meter_restore_unlogged(back, &strange));
    strange.session = 0;
    strange.model = 77;
    ck_assert(!meter_restore_unlogged(back, &strange));
    meter_unlogged_rows(back, &rows);
    ck_assert_uint_eq(rows.count, 1);
    ck_assert_uint_eq(rows.list[0].tokens[TOKENS_INPUT], 2000);
    ck_assert(rows.list[0].cost_pusd[COST_AUTO] == 35000000000);
    unlogged_rows_free(&rows);
    meter_free_snapshot(&first);
    meter_free_snapshot(&second);
    meter_free(back);
    meter_free(meter);
}
END_TEST

SUITE_MAIN("unlogged_rows", a_row_is_dated_by_the_last_message,
           without_messages_by_the_statement_or_not_at_all, totals_are_of_the_model_in_use,
           forks_have_none_in_any_order, a_snapshot_has_what_is_new_and_a_meter_comes_back_from_it)
