/*
 * What no log line has: worked examples of sessions with compactions, forks, killed clients and odd
 * statements. Money is in dollars here; a session is 1 unless it says otherwise, models are 0 and 1.
 */
#include "../../agent/meter/interned.h"
#include "../../agent/meter/unlogged.h"
#include "suite.h"

#include <string.h>

#define DOLLARS(amount) ((uint64_t)((amount)*1000000) * 1000000)
#define SESSION         1

static void state(struct unlogged *unlogged, uint32_t model, int64_t when_us, uint64_t input, uint64_t output,
                  double dollars)
{
    const uint64_t tokens[TOKEN_KINDS] = {[TOKENS_INPUT] = input, [TOKENS_OUTPUT] = output};
    unlogged_state(unlogged, SESSION, model, when_us, tokens, DOLLARS(dollars));
}

static struct unlogged_part part(uint32_t session, uint32_t model, uint64_t input, uint64_t output,
                                 double dollars)
{
    return (struct unlogged_part){
        session, model, {[TOKENS_INPUT] = input, [TOKENS_OUTPUT] = output}, DOLLARS(dollars)};
}

static uint32_t present_model(void *data, uint32_t session)
{
    (void)session;
    return *(uint32_t *)data;
}

static int compare_models(void *data, uint32_t a, uint32_t b)
{
    (void)data;
    return (a > b) - (a < b);
}

static void check_parts(struct unlogged *unlogged, struct unlogged_part *logged, size_t logged_count,
                        const struct unlogged_part *expected, size_t expected_count)
{
    size_t count;
    uint32_t model = 7;
    const struct unlogged_models models = {present_model, compare_models, &model};
    struct unlogged_part *parts = unlogged_work_out(unlogged, logged, logged_count, &models, &count);
    ck_assert_uint_eq(count, expected_count);
    for (size_t i = 0; i < count; i++) {
        ck_assert_uint_eq(parts[i].session, expected[i].session);
        ck_assert_uint_eq(parts[i].model, expected[i].model);
        for (int kind = 0; kind < TOKEN_KINDS; kind++)
            ck_assert_uint_eq(parts[i].tokens[kind], expected[i].tokens[kind]);
        ck_assert_uint_eq((uint64_t)parts[i].cost_pusd, (uint64_t)expected[i].cost_pusd);
    }
    free(parts);
}

#define CHECK(unlogged, logged, ...)                                                                         \
    check_parts(unlogged, logged, sizeof logged / sizeof *logged, (struct unlogged_part[]){__VA_ARGS__},     \
                sizeof((struct unlogged_part[]){__VA_ARGS__}) / sizeof(struct unlogged_part))
#define CHECK_NONE(unlogged, logged) check_parts(unlogged, logged, sizeof logged / sizeof *logged, NULL, 0)

/* Compares numbers the other way round: as if the two models had been met in the other order. */
static int compare_swapped(void *data, uint32_t a, uint32_t b)
{
    return -compare_models(data, a, b);
}

/* The log names the model differently, so that less is left than each of two models could take. */
START_TEST(what_is_left_goes_by_names)
{
    uint32_t model = 7;
    const struct unlogged_models orders[] = {{present_model, compare_models, &model},
                                             {present_model, compare_swapped, &model}};
    for (uint32_t turn = 0; turn < 2; turn++) {
        struct unlogged *unlogged = unlogged_new();
        struct unlogged_part logged[] = {part(SESSION, 5, 1200, 0, 0)};
        size_t count;
        state(unlogged, turn, 100, 1000, 0, 0);
        state(unlogged, !turn, 100, 900, 0, 0);
        struct unlogged_part *parts = unlogged_work_out(unlogged, logged, 1, &orders[turn], &count);
        ck_assert_uint_eq(count, 1);
        ck_assert_uint_eq(parts[0].model, turn);
        ck_assert_uint_eq(parts[0].tokens[TOKENS_INPUT], 700);
        free(parts);
        unlogged_free(unlogged);
    }
}
END_TEST

/* The log has 1,000 and 200 tokens; the client says 1,500 and 260: a compaction took 500 and 60. */
START_TEST(a_compaction_is_the_difference)
{
    struct unlogged *unlogged = unlogged_new();
    struct unlogged_part logged[] = {part(SESSION, 0, 600, 150, 2), part(SESSION, 0, 400, 50, 1),
                                     part(9, 0, 5, 5, 5)};
    state(unlogged, 0, 100, 1500, 260, 4.5);
    state(unlogged, 0, 100, 1500, 260, 4.5); /* twice, as clients do */
    CHECK(unlogged, logged, part(SESSION, 0, 500, 60, 1.5));
    ck_assert(unlogged_has(unlogged, SESSION));
    ck_assert(!unlogged_has(unlogged, 0));
    ck_assert(!unlogged_has(unlogged, 9));
    unlogged_free(unlogged);
}
END_TEST

START_TEST(each_model_has_its_own)
{
    struct unlogged *unlogged = unlogged_new();
    struct unlogged_part logged[] = {part(SESSION, 0, 1000, 0, 3)};
    state(unlogged, 1, 100, 70, 7, 0.5); /* a small model that names sessions: no line has it */
    state(unlogged, 0, 100, 1200, 0, 3.25);
    CHECK(unlogged, logged, part(SESSION, 0, 200, 0, 0.25), part(SESSION, 1, 70, 7, 0.5));
    unlogged_free(unlogged);
}
END_TEST

START_TEST(cache_writes_are_not_told_apart)
{
    struct unlogged *unlogged = unlogged_new();
    const uint64_t stated[TOKEN_KINDS] = {0, 0, 500, 0, 40};
    struct unlogged_part logged[] = {{SESSION, 0, {0, 0, 100, 300, 30}, 0}};
    struct unlogged_part expected = {SESSION, 0, {0, 0, 100, 0, 10}, 0};
    unlogged_state(unlogged, SESSION, 0, 100, stated, 0);
    CHECK(unlogged, logged, expected);
    unlogged_free(unlogged);
}
END_TEST

/* A kind of which the log has more is nothing, and takes nothing from the others. */
START_TEST(nothing_is_negative)
{
    struct unlogged *unlogged = unlogged_new();
    struct unlogged_part logged[] = {part(SESSION, 0, 1000, 10, 9)};
    state(unlogged, 0, 100, 900, 15, 3);
    CHECK(unlogged, logged, part(SESSION, 0, 0, 5, 0));
    unlogged_free(unlogged);
}
END_TEST

START_TEST(growing_statements_are_one)
{
    struct unlogged *unlogged = unlogged_new();
    struct unlogged_part logged[] = {part(SESSION, 0, 100, 0, 1)};
    state(unlogged, 0, 300, 700, 0, 7); /* in any order */
    state(unlogged, 0, 100, 200, 0, 2);
    state(unlogged, 0, 200, 200, 0, 2);
    CHECK(unlogged, logged, part(SESSION, 0, 600, 0, 6));
    unlogged_free(unlogged);
}
END_TEST

/* Killed, and continued: the second client counts from 0. */
START_TEST(a_smaller_statement_is_another_count)
{
    struct unlogged *unlogged = unlogged_new();
    struct unlogged_part logged[] = {part(SESSION, 0, 800, 0, 8)};
    state(unlogged, 0, 300, 200, 0, 2);
    state(unlogged, 0, 400, 300, 0, 3);
    state(unlogged, 0, 100, 500, 0, 5);
    state(unlogged, 0, 200, 700, 0, 7);
    CHECK(unlogged, logged, part(SESSION, 0, 200, 0, 2)); /* 700 + 300 - 800 */
    unlogged_free(unlogged);
}
END_TEST

START_TEST(without_a_time_the_largest_counts)
{
    struct unlogged *unlogged = unlogged_new();
    struct unlogged_part logged[] = {part(SESSION, 0, 0, 0, 0)};
    state(unlogged, 0, 0, 700, 1, 7);
    state(unlogged, 0, 0, 200, 2, 2);
    CHECK(unlogged, logged, part(SESSION, 0, 700, 2, 7));
    state(unlogged, 0, 100, 300, 3, 3); /* nor is it known how this one goes with them */
    CHECK(unlogged, logged, part(SESSION, 0, 700, 3, 7));
    unlogged_free(unlogged);
}
END_TEST

/* The log says "model 0", the statement calls it 1: the names differ, the tokens are the same ones. */
START_TEST(other_names_recover_nothing)
{
    struct unlogged *unlogged = unlogged_new();
    struct unlogged_part logged[] = {part(SESSION, 0, 1000, 200, 3)};
    state(unlogged, 1, 100, 1000, 200, 3);
    CHECK_NONE(unlogged, logged);
    state(unlogged, 1, 200, 1100, 200, 4);
    CHECK(unlogged, logged, part(SESSION, 1, 100, 0, 1)); /* only what is more than all the log has */
    unlogged_free(unlogged);
}
END_TEST

START_TEST(a_fork_recovers_nothing)
{
    struct unlogged *unlogged = unlogged_new();
    struct unlogged_part logged[] = {part(SESSION, 0, 10, 0, 0.1)};
    state(unlogged, 0, 100, 5000, 0, 50); /* its parent's, and its own */
    unlogged_total(unlogged, SESSION, DOLLARS(50), true);
    unlogged_repeats(unlogged, SESSION);
    ck_assert(!unlogged_has(unlogged, SESSION));
    CHECK_NONE(unlogged, logged);
    unlogged_free(unlogged);
}
END_TEST

START_TEST(floating_point_noise_is_nothing)
{
    struct unlogged *unlogged = unlogged_new();
    struct unlogged_part logged[] = {part(SESSION, 0, 100, 0, 3)};
    const uint64_t tokens[TOKEN_KINDS] = {100};
    unlogged_state(unlogged, SESSION, 0, 100, tokens, DOLLARS(3) + 999999);
    unlogged_total(unlogged, SESSION, DOLLARS(3) + 999999, true);
    CHECK_NONE(unlogged, logged);
    unlogged_total(unlogged, SESSION, DOLLARS(3) + 1000000, true);
    struct unlogged_part expected = part(SESSION, 7, 0, 0, 0);
    expected.cost_pusd = 1000000;
    CHECK(unlogged, logged, expected);
    unlogged_free(unlogged);
}
END_TEST

/* ---- status-line totals ------------------------------------------------------------------------------- */

START_TEST(what_a_total_leaves_goes_to_the_present_model)
{
    struct unlogged *unlogged = unlogged_new();
    struct unlogged_part logged[] = {part(SESSION, 0, 100, 0, 3)};
    ck_assert(unlogged_total(unlogged, SESSION, 0, false));
    ck_assert(!unlogged_total(unlogged, SESSION, 0, false));
    ck_assert(unlogged_total(unlogged, SESSION, DOLLARS(4), true));
    CHECK(unlogged, logged, part(SESSION, 7, 0, 0, 1));
    state(unlogged, 0, 100, 150, 0, 3.75); /* at the end the client says what most of it was */
    CHECK(unlogged, logged, part(SESSION, 0, 50, 0, 0.75), part(SESSION, 7, 0, 0, 0.25));
    state(unlogged, 7, 100, 1, 0, 0.25);
    CHECK(unlogged, logged, part(SESSION, 0, 50, 0, 0.75), part(SESSION, 7, 1, 0, 0.25));
    unlogged_free(unlogged);
}
END_TEST

/* The line may be behind the log (subagents), and ahead of it (the message is not written yet): the next
 * lines settle it. */
START_TEST(what_comes_late_takes_its_share_back)
{
    struct unlogged *unlogged = unlogged_new();
    struct unlogged_part before[] = {part(SESSION, 0, 100, 0, 3)}, after[] = {part(SESSION, 0, 200, 0, 5)};
    unlogged_total(unlogged, SESSION, DOLLARS(1), true);
    CHECK_NONE(unlogged, before);
    unlogged_total(unlogged, SESSION, DOLLARS(5), true);
    CHECK(unlogged, before, part(SESSION, 7, 0, 0, 2));
    CHECK_NONE(unlogged, after);
    unlogged_free(unlogged);
}
END_TEST

/* A fork whose log is not there yet begins with its parent's cost; so does a session whose log is gone. */
START_TEST(what_was_there_before_the_log_is_elsewhere)
{
    struct unlogged *unlogged = unlogged_new();
    struct unlogged_part logged[] = {part(SESSION, 0, 10, 0, 1)};
    unlogged_total(unlogged, SESSION, DOLLARS(50), false);
    CHECK_NONE(unlogged, logged);
    unlogged_total(unlogged, SESSION, DOLLARS(51.5), true);
    CHECK(unlogged, logged, part(SESSION, 7, 0, 0, 0.5));
    unlogged_free(unlogged);
}
END_TEST

/* The agent began in the middle of a session whose log it has read. */
START_TEST(a_first_total_with_a_log_counts_whole)
{
    struct unlogged *unlogged = unlogged_new();
    struct unlogged_part logged[] = {part(SESSION, 0, 10, 0, 1)};
    unlogged_total(unlogged, SESSION, DOLLARS(3), true);
    CHECK(unlogged, logged, part(SESSION, 7, 0, 0, 2));
    unlogged_free(unlogged);
}
END_TEST

START_TEST(a_killed_client_counts_and_so_does_the_next)
{
    struct unlogged *unlogged = unlogged_new();
    struct unlogged_part logged[] = {part(SESSION, 0, 10, 0, 6)};
    unlogged_total(unlogged, SESSION, DOLLARS(5), true);
    unlogged_total(unlogged, SESSION, 0, true);
    unlogged_total(unlogged, SESSION, DOLLARS(1), true);
    unlogged_total(unlogged, SESSION, DOLLARS(2), true);
    CHECK(unlogged, logged, part(SESSION, 7, 0, 0, 1)); /* 5 + 2 - 6 */
    unlogged_free(unlogged);
}
END_TEST

START_TEST(a_total_that_comes_late_changes_nothing)
{
    struct unlogged *unlogged = unlogged_new();
    struct unlogged_part logged[] = {part(SESSION, 0, 10, 0, 10)};
    for (int i = 0; i < 100; i++) {
        unlogged_total(unlogged, SESSION, DOLLARS(10.5), true);
        ck_assert(!unlogged_total(unlogged, SESSION, DOLLARS(10), true));
    }
    CHECK(unlogged, logged, part(SESSION, 7, 0, 0, 0.5));
    unlogged_free(unlogged);
}
END_TEST

/* One session open in two terminals: each client counts for itself. */
START_TEST(two_clients_beside_each_other_add_up)
{
    struct unlogged *unlogged = unlogged_new();
    struct unlogged_part logged[] = {part(SESSION, 0, 10, 0, 10)};
    for (int i = 0; i <= 10; i++) {
        unlogged_total(unlogged, SESSION, DOLLARS(10 + i * 0.1), true);
        unlogged_total(unlogged, SESSION, DOLLARS(i * 0.1), true);
    }
    CHECK(unlogged, logged, part(SESSION, 7, 0, 0, 2)); /* 11 + 1 - 10 */
    unlogged_free(unlogged);
}
END_TEST

/* ---- the ledger --------------------------------------------------------------------------------------- */

static struct unlogged *through_the_ledger(struct unlogged *unlogged)
{
    struct unlogged *again = unlogged_new();
    size_t count, none;
    struct unlogged_row *rows = unlogged_news(unlogged, &count);
    for (size_t i = count; i-- > 0;)
        unlogged_recall(again, &rows[i]);
    free(rows);
    ck_assert_ptr_null(unlogged_news(unlogged, &none));
    ck_assert_uint_eq(none, 0);
    ck_assert_ptr_null(unlogged_news(again, &none));
    unlogged_free(unlogged);
    return again;
}

START_TEST(rows_bring_everything_back)
{
    struct unlogged *unlogged = unlogged_new();
    struct unlogged_part logged[] = {part(SESSION, 0, 800, 0, 8)};
    state(unlogged, 0, 100, 700, 0, 7);
    state(unlogged, 0, 200, 300, 0, 3);
    state(unlogged, 1, 0, 5, 5, 0.5);
    unlogged_total(unlogged, SESSION, DOLLARS(9), false);
    unlogged_total(unlogged, SESSION, DOLLARS(19), true);
    unlogged_total(unlogged, SESSION, DOLLARS(1), true);
    unlogged_total(unlogged, 4, DOLLARS(1), true);
    unlogged_repeats(unlogged, 4);
    unlogged = through_the_ledger(unlogged);
    ck_assert(!unlogged_has(unlogged, 4));
    CHECK(unlogged, logged, part(SESSION, 0, 200, 0, 2), part(SESSION, 1, 5, 5, 0.5),
          part(SESSION, 7, 0, 0, 0.5));
    unlogged_free(unlogged);
}
END_TEST

START_TEST(only_news_is_written)
{
    struct unlogged *unlogged = unlogged_new();
    size_t count;
    state(unlogged, 0, 100, 700, 0, 7);
    unlogged_total(unlogged, SESSION, DOLLARS(7), true);
    free(unlogged_news(unlogged, &count));
    ck_assert_uint_eq(count, 2);
    state(unlogged, 0, 100, 700, 0, 7);
    ck_assert_ptr_null(unlogged_news(unlogged, &count));
    state(unlogged, 0, 100, 701, 0, 7); /* of one time, other numbers */
    struct unlogged_row *rows = unlogged_news(unlogged, &count);
    ck_assert_uint_eq(count, 1);
    ck_assert_int_eq(rows[0].kind, UNLOGGED_STATE);
    ck_assert_uint_eq(rows[0].tokens[TOKENS_INPUT], 701);
    free(rows);
    unlogged_free(unlogged);
}
END_TEST

/* Whatever the order of statements, and however often they come, the result is one. */
START_TEST(the_order_of_statements_does_not_matter)
{
    srand(3);
    for (int round = 0; round < 300; round++) {
        struct unlogged *first = unlogged_new(), *second = unlogged_new();
        int count = 1 + rand() % 12, numbers[12][3];
        size_t first_count, second_count;
        uint32_t model = 7;
        const struct unlogged_models models = {present_model, compare_models, &model};
        for (int i = 0; i < count; i++)
            for (int k = 0; k < 3; k++)
                numbers[i][k] = rand() % (k == 2 ? 2 : 8);
        for (int i = 0; i < count; i++)
            state(first, (uint32_t)numbers[i][2], numbers[i][0], (uint64_t)numbers[i][1], 0, numbers[i][1]);
        for (int i = 0, start = rand() % count; i < count * 2; i++) {
            const int *n = numbers[(start + i) % count];
            state(second, (uint32_t)n[2], n[0], (uint64_t)n[1], 0, n[1]);
            if (rand() % 4 == 0) {
                size_t some;
                free(unlogged_news(second, &some));
                free(unlogged_work_out(second, NULL, 0, &models, &some));
            }
        }
        struct unlogged_part *a = unlogged_work_out(first, NULL, 0, &models, &first_count);
        struct unlogged_part *b = unlogged_work_out(second, NULL, 0, &models, &second_count);
        ck_assert_uint_eq(first_count, second_count);
        for (size_t i = 0; i < first_count; i++) {
            ck_assert_uint_eq(a[i].model, b[i].model);
            ck_assert_uint_eq(a[i].tokens[TOKENS_INPUT], b[i].tokens[TOKENS_INPUT]);
            ck_assert(a[i].cost_pusd == b[i].cost_pusd);
        }
        free(a);
        free(b);
        unlogged_free(first);
        unlogged_free(second);
    }
}
END_TEST

SUITE_MAIN("unlogged", what_is_left_goes_by_names, a_compaction_is_the_difference, each_model_has_its_own,
           cache_writes_are_not_told_apart, nothing_is_negative, growing_statements_are_one,
           a_smaller_statement_is_another_count, without_a_time_the_largest_counts,
           other_names_recover_nothing, a_fork_recovers_nothing, floating_point_noise_is_nothing,
           what_a_total_leaves_goes_to_the_present_model, what_comes_late_takes_its_share_back,
           what_was_there_before_the_log_is_elsewhere, a_first_total_with_a_log_counts_whole,
           a_killed_client_counts_and_so_does_the_next, a_total_that_comes_late_changes_nothing,
           two_clients_beside_each_other_add_up, rows_bring_everything_back, only_news_is_written,
           the_order_of_statements_does_not_matter)
