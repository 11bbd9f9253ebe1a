/* A meter whose prices and weights change while it counts: what was charged stays, until it is asked for
 * anew. */
#include "../../agent/base/text.h"
#include "../../agent/base/zone.h"
#include "../../agent/meter/keep.h"
#include "../../agent/meter/rollups.h"
#include "../../agent/meter/weights.h"
#include "suite.h"

#include <string.h>
#include <unistd.h>

#define HOUR  (3600 * MICROSECONDS)
#define START (INT64_C(20000) * 86400 * MICROSECONDS)

/* ---- a person's file of prices ------------------------------------------------------------------------- */

static void override(struct price_book *book, const char *json)
{
    char path[] = "/tmp/tacho-reprice-XXXXXX";
    int file = mkstemp(path);
    struct text problems = TEXT_EMPTY;
    ck_assert_int_ge(file, 0);
    ck_assert_int_eq(write(file, json, strlen(json)), (ssize_t)strlen(json));
    close(file);
    ck_assert_int_eq(price_book_read(book, path, &problems), 0);
    ck_assert_uint_eq(problems.size, 0);
    text_free(&problems);
    unlink(path);
}

#define PRICES(input) "{\"m\": {\"input_cost_per_token\": " input ", \"output_cost_per_token\": 0}}"

/* ---- messages ------------------------------------------------------------------------------------------ */

/* Counts a message of 1,000 input tokens by a model. */
static void count(struct meter *meter, uint64_t id, int64_t when_us, const char *model)
{
    struct batch batch;
    batch_init(&batch, "/c/projects/p/s.jsonl");
    struct usage_copy copy = {
        .identity = {id, id * 31}, .when_us = when_us, .line = id, .tokens = {[TOKENS_INPUT] = 1000}};
    copy.model = batch_string(&batch, model, strlen(model));
    copy.session = batch_string(&batch, "s", 1);
    batch_add_copy(&batch, &copy);
    meter_apply(meter, &batch);
    batch_free(&batch);
}

static uint64_t cost(const struct meter *meter)
{
    return (uint64_t)meter_total(meter).cost_pusd;
}

/* Every sum there is must agree with the total. */
static void check_sums(struct meter *meter, int64_t now_us)
{
    struct meter_session session;
    struct sums total = meter_total(meter);
    unsigned __int128 rows = 0, days = 0;
    ck_assert(meter_find_session(meter, "s", 1, &session));
    ck_assert(session.sums.cost_pusd == total.cost_pusd && session.sums.weighted == total.weighted);
    for (uint32_t i = 0; i < meter_rollup_count(meter); i++) {
        struct rollup_view row;
        meter_rollup(meter, i, &row);
        rows += row.cost_pusd[COST_CALCULATE];
    }
    for (int32_t day = 20000; day < 20004; day++)
        days += meter_day(meter, day).cost_pusd;
    ck_assert(rows == total.cost_pusd && days == total.cost_pusd);
    struct meter_block block = meter_active_block(meter, now_us);
    ck_assert(!block.active || block.sums.cost_pusd <= total.cost_pusd);
}

START_TEST(what_was_charged_stays)
{
    struct price_book *book = price_book_new();
    struct meter *meter = meter_new();
    meter_use_prices(meter, book);
    override(book, PRICES("1e-06"));
    count(meter, 1, START, "m");
    ck_assert_uint_eq(cost(meter), 1000 * 1000000);
    override(book, PRICES("2e-06"));
    meter_renew_prices(meter, START + HOUR);
    ck_assert_uint_eq(cost(meter), 1000 * 1000000);
    count(meter, 2, START + HOUR - 1, "m"); /* of before, read now */
    ck_assert_uint_eq(cost(meter), 2000 * 1000000);
    count(meter, 3, START + HOUR, "m");
    ck_assert_uint_eq(cost(meter), 4000 * UINT64_C(1000000));
    check_sums(meter, START + 2 * HOUR);
    meter_recalculate(meter);
    ck_assert_uint_eq(cost(meter), 6000 * UINT64_C(1000000));
    check_sums(meter, START + 2 * HOUR);
    meter_free(meter);
    price_book_free(book);
}
END_TEST

/* A message may come with a time that lies ahead, and what it is then to cost may change until then. */
START_TEST(what_lies_ahead_is_charged_anew)
{
    struct meter *meter = meter_new();
    override(meter_prices(meter), PRICES("1e-06"));
    count(meter, 1, START, "m");
    count(meter, 2, START + 48 * HOUR, "m");
    override(meter_prices(meter), "{\"m\": [{\"input_cost_per_token\": 1e-06, \"output_cost_per_token\": 0},"
                                  " {\"input_cost_per_token\": 5e-06, \"output_cost_per_token\": 0, "
                                  "\"effective_date\": \"2024-10-05\"}]}");
    meter_renew_prices(meter, START + HOUR); /* 2024-10-04 */
    ck_assert_uint_eq(cost(meter), 6000 * UINT64_C(1000000));
    check_sums(meter, START + HOUR);
    meter_free(meter);
}
END_TEST

START_TEST(a_price_that_comes_to_be_known)
{
    struct meter *meter = meter_new();
    struct rollup_view row;
    count(meter, 1, START, "m");
    meter_rollup(meter, 0, &row);
    ck_assert(!row.is_priced && cost(meter) == 0);
    override(meter_prices(meter), PRICES("1e-06"));
    meter_renew_prices(meter, START + HOUR);
    count(meter, 2, START + HOUR, "m");
    ck_assert_uint_eq(cost(meter), 1000 * 1000000);
    meter_rollup(meter, 0, &row);
    ck_assert(!row.is_priced);
    meter_recalculate(meter);
    ck_assert_uint_eq(cost(meter), 2000 * 1000000);
    meter_rollup(meter, 0, &row);
    ck_assert(row.is_priced);
    meter_free(meter);
}
END_TEST

/* ---- entries that are not in memory -------------------------------------------------------------------- */

struct past {
    struct entry entries[64];
    size_t count;
};

static bool past_find(void *data, struct identity identity, struct entry *entry)
{
    struct past *past = data;
    for (size_t i = 0; i < past->count; i++) {
        if (past->entries[i].identity.low != identity.low)
            continue;
        *entry = past->entries[i];
        return true;
    }
    return false;
}

static void past_visit(void *data, void (*each)(void *each_data, const struct entry *entry), void *each_data)
{
    struct past *past = data;
    for (size_t i = 0; i < past->count; i++)
        each(each_data, &past->entries[i]);
}

static void past_save(struct past *past, struct meter *meter, size_t *news)
{
    struct meter_snapshot snapshot;
    meter_take_snapshot(meter, &snapshot);
    ck_assert_uint_le(past->count + snapshot.entry_count, 64);
    if (snapshot.entry_count)
        memcpy(past->entries + past->count, snapshot.entries,
               snapshot.entry_count * sizeof *snapshot.entries);
    past->count += snapshot.entry_count;
    *news = snapshot.price_count;
    meter_free_snapshot(&snapshot);
}

START_TEST(history_is_recalculated_too)
{
    struct past past = {.count = 0};
    struct meter *meter = meter_new();
    size_t news;
    meter_set_past(meter, (struct meter_past){past_find, past_visit, &past});
    override(meter_prices(meter), PRICES("1e-06"));
    for (uint64_t i = 0; i < 20; i++)
        count(meter, i + 1, START + (int64_t)i * HOUR, i % 2 ? "m" : "claude-opus-4-6");
    past_save(&past, meter, &news);
    ck_assert_uint_eq(news, 2);
    meter_forget_entries(meter, INT64_MAX);
    count(meter, 100, START, "m");
    past_save(&past, meter, &news);
    ck_assert_uint_eq(news, 0);
    uint64_t opus = cost(meter) - 11000 * UINT64_C(1000000);
    override(meter_prices(meter), PRICES("3e-06"));
    meter_recalculate(meter);
    ck_assert_uint_eq(cost(meter), opus + 33000 * UINT64_C(1000000));
    check_sums(meter, START + 20 * HOUR);
    ck_assert(meter_is_unsaved(meter));
    past_save(&past, meter, &news);
    ck_assert_uint_eq(news, 2);
    count(meter, 2, START, "m"); /* an earlier copy: what it was charged must go as it came */
    ck_assert_uint_eq(cost(meter), opus + 33000 * UINT64_C(1000000));
    check_sums(meter, START + 20 * HOUR);
    meter_free(meter);
}
END_TEST

START_TEST(weights_may_change)
{
    struct meter *meter = meter_new();
    struct weights weights = weights_default();
    struct text why = TEXT_EMPTY;
    count(meter, 1, START, "claude-opus-4-6");
    count(meter, 2, START, "m");
    ck_assert_uint_eq(meter_total(meter).weighted, 6000);
    ck_assert_int_eq(weights_read(&weights, "opus=2 m=7", &why), 0);
    meter_set_weights(meter, &weights);
    ck_assert_uint_eq(meter_total(meter).weighted, 9000);
    count(meter, 3, START, "m");
    count(meter, 4, START, "m-2");
    ck_assert_uint_eq(meter_total(meter).weighted, 23000);
    check_sums(meter, START + HOUR);
    meter_free(meter);
}
END_TEST

SUITE_MAIN("reprice", what_was_charged_stays, what_lies_ahead_is_charged_anew, a_price_that_comes_to_be_known,
           history_is_recalculated_too, weights_may_change)
