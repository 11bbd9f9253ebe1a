/* A meter made anew from a real ledger: what it cost, what was charged, what logs do not have. */
#include "../../agent/base/zone.h"
#include "../../agent/store/restored.h"
#include "ledger_world.h"

#define HOUR  (3600 * MICROSECONDS)
#define START (INT64_C(20000) * 86400 * MICROSECONDS)

/* A meter that knows the price of "m" from overrides: so many billionths of a dollar an input token. */
static void override(struct price_book *book, const struct ledger_world *world, unsigned input)
{
    char path[128];
    struct text problems = TEXT_EMPTY;
    snprintf(path, sizeof path, "%s/prices.json", world->folder);
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    fprintf(file, "{\"m\": {\"input_cost_per_token\": %ue-9, \"output_cost_per_token\": 0}}", input);
    fclose(file);
    ck_assert_int_eq(price_book_read(book, path, &problems), 0);
    ck_assert_uint_eq(problems.size, 0);
}

/* Counts a message of 1,000 tokens and an account of 3,000. */
static void count(struct meter *meter, uint64_t id, int64_t when_us)
{
    struct batch batch;
    batch_init(&batch, "/c/projects/p/s.jsonl");
    struct usage_copy copy = {
        .identity = {id, id}, .when_us = when_us, .line = id, .tokens = {[TOKENS_INPUT] = 1000}};
    copy.model = batch_string(&batch, "m", 1);
    copy.session = batch_string(&batch, "s", 1);
    batch_add_copy(&batch, &copy);
    struct cost_state cost = {
        .session = copy.session, .model = copy.model, .tokens = {[TOKENS_INPUT] = 3000}, .when_us = START};
    batch_add_cost(&batch, &cost);
    meter_apply(meter, &batch);
    batch_free(&batch);
}

static void keep(struct ledger *ledger, struct meter *meter, bool drops_prices)
{
    struct meter_snapshot snapshot;
    meter_take_snapshot(meter, &snapshot);
    const struct ledger_commit commit = {
        .snapshot = &snapshot,
        .drops_prices = drops_prices,
    };
    world_write(ledger, &commit);
    meter_free_snapshot(&snapshot);
}

static struct meter *restore(struct ledger *ledger, struct price_book *book)
{
    struct restored restored = {0};
    struct text why = TEXT_EMPTY;
    struct meter *meter = meter_new_for_reports();
    if (book)
        meter_use_prices(meter, book);
    ck_assert_int_eq(restored_load(&restored, ledger, meter, &why), LEDGER_OK);
    restored_free(&restored);
    return meter;
}

static uint64_t cost(const struct meter *meter)
{
    return (uint64_t)(meter_total(meter).cost_pusd / 1000);
}

START_TEST(what_was_charged_comes_back)
{
    struct ledger_world world;
    struct unlogged_rows rows;
    world_open(&world);
    struct ledger *ledger = world_ledger(&world, LEDGER_WRITE, LEDGER_NEW);
    struct meter *meter = restore(ledger, NULL);
    override(meter_prices(meter), &world, 7);
    count(meter, 1, START);
    keep(ledger, meter, false);
    meter_free(meter);

    meter = restore(ledger, NULL); /* the override is gone since */
    meter_renew_prices(meter, START + HOUR);
    count(meter, 2, START + HOUR - 1);
    count(meter, 3, START + HOUR);
    ck_assert_uint_eq(cost(meter), 14000);
    meter_unlogged_rows(meter, &rows);
    ck_assert_uint_eq(rows.count, 0); /* three messages explain the account */
    unlogged_rows_free(&rows);
    keep(ledger, meter, false);
    meter_free(meter);

    meter = restore(ledger, NULL);
    ck_assert_uint_eq(cost(meter), 14000);
    override(meter_prices(meter), &world, 9);
    meter_recalculate(meter);
    ck_assert_uint_eq(cost(meter), 27000);
    keep(ledger, meter, true);
    meter_free(meter);

    meter = restore(ledger, NULL);
    ck_assert_uint_eq(cost(meter), 27000);
    count(meter, 4, START);
    ck_assert_uint_eq(cost(meter), 36000);
    meter_free(meter);
    ledger_close(ledger);
    world_close(&world);
}
END_TEST

START_TEST(only_prices_for_logs_alone)
{
    struct ledger_world world;
    struct text why = TEXT_EMPTY;
    world_open(&world);
    struct ledger *ledger = world_ledger(&world, LEDGER_WRITE, LEDGER_NEW);
    struct meter *meter = restore(ledger, NULL);
    override(meter_prices(meter), &world, 7);
    count(meter, 1, START);
    keep(ledger, meter, false);
    meter_free(meter);
    meter = meter_new_for_reports();
    ck_assert_int_eq(restored_load_prices(ledger, meter, &why), LEDGER_OK);
    ck_assert_uint_eq(meter_entry_count(meter), 0);
    count(meter, 1, START);
    ck_assert_uint_eq(cost(meter), 7000);
    meter_free(meter);
    ledger_close(ledger);
    world_close(&world);
}
END_TEST

/* After damage a backup takes the ledger's place; the agent knows what was charged since. */
START_TEST(a_book_in_use_knows_more_than_a_backup)
{
    struct ledger_world world;
    world_open(&world);
    struct price_book *book = price_book_new();
    struct ledger *ledger = world_ledger(&world, LEDGER_WRITE, LEDGER_NEW);
    struct meter *meter = restore(ledger, book);
    override(book, &world, 7);
    count(meter, 1, START);
    keep(ledger, meter, false);
    override(book, &world, 8);
    meter_renew_prices(meter, START + HOUR);
    meter_free(meter); /* the second price did not reach the ledger */

    meter = restore(ledger, book);
    price_book_tell_again(book);
    count(meter, 2, START + HOUR);
    ck_assert_uint_eq(cost(meter), 15000);
    keep(ledger, meter, true);
    meter_free(meter);
    price_book_free(book);

    meter = restore(ledger, NULL);
    count(meter, 3, START);
    count(meter, 4, START + HOUR);
    ck_assert_uint_eq(cost(meter), 30000);
    meter_free(meter);
    ledger_close(ledger);
    world_close(&world);
}
END_TEST

/* A long first reading is committed bit by bit: files that were read meanwhile are not gone when it is done.
 */
static void count_gone(void *data, uint32_t path)
{
    ck_assert_uint_eq(path, 1);
    ++*(unsigned *)data;
}

START_TEST(only_what_was_not_met_is_gone)
{
    struct ledger_world world;
    struct text why = TEXT_EMPTY;
    struct restored restored = {0};
    unsigned gone = 0;
    world_open(&world);
    struct ledger *ledger = world_ledger(&world, LEDGER_WRITE, LEDGER_NEW);
    struct meter *meter = restore(ledger, NULL);
    const struct log_position read = {.inode = 1};
    struct ledger_file files[] = {
        {.path = meter_take_path(meter, "/c/projects/p/a.jsonl"), .position = read, .copies = 5},
        {.path = meter_take_path(meter, "/c/projects/p/b.jsonl"), .position = read, .copies = 7}};
    struct meter_snapshot snapshot;
    meter_take_snapshot(meter, &snapshot);
    world_write(ledger, &(struct ledger_commit){.snapshot = &snapshot, .files = files, .file_count = 2});
    meter_free_snapshot(&snapshot);
    meter_free(meter);

    meter = meter_new_for_reports();
    ck_assert_int_eq(restored_load(&restored, ledger, meter, &why), LEDGER_OK);
    struct log_tree_memory memory = restored_memory(&restored);
    struct log_position position;
    struct log_tally tally;
    ck_assert(memory.recall(memory.data, "/c/projects/p/a.jsonl", &position, &tally));
    ck_assert_uint_eq(tally.copies, 5);
    restored_note(&restored, &(struct ledger_file){.path = meter_take_path(meter, "/c/projects/p/c.jsonl")});
    restored_find_gone(&restored, count_gone, &gone);
    restored_find_gone(&restored, count_gone, &gone);
    ck_assert_uint_eq(gone, 1);
    ck_assert_uint_eq(restored.copies_unmet, 7);
    ck_assert(!memory.recall(memory.data, "/c/projects/p/b.jsonl", &position, &tally)); /* it is back */
    ck_assert_uint_eq(restored.copies_unmet, 0);
    restored_free(&restored);
    meter_free(meter);
    ledger_close(ledger);
    world_close(&world);
}
END_TEST

SUITE_MAIN("restored", only_what_was_not_met_is_gone, what_was_charged_comes_back, only_prices_for_logs_alone,
           a_book_in_use_knows_more_than_a_backup)
