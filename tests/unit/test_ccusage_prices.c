/* ccusage's prices: which row a name is priced by, and the very doubles that its binary (20.0.24) computes.
 */
#include "suite.h"

#include "../../agent/meter/ccusage_prices.h"

#include <string.h>

#define NOT_PRICED (-1.0)

static const struct {
    const char *model;
    double cost;
} fast_request[] = {
    {"claude-sonnet-4-5-20250929", 1.2585655500000001},
    {"claude-opus-4-6", 9.5856255},
    {"claude-opus-5-thinking", 1.59760425}, /* a row of models.dev, by its whole name only */
    {"claude-opus-5-fast", 3.1952085},
    {"claude-opus-5.fast", 3.1952085},
    {"claude-opus-5-eu", 1.757364675}, /* claude-opus-5@eu, otherwise set apart */
    {"claude-opus-5-eu-preview", 3.1952085},
    {"claude-opus-5-20260115", 3.1952085},
    {"us.anthropic.claude-opus-5-v1:0", 1.757364675},
    {"claude-opus-5.1", NOT_PRICED}, /* a further version */
    {"zz/claude-sonnet-4/zz", 1.2585655500000001},
    {"gpt-5.5", 7.9742806250000005},
    {"gpt-reserve", 0.25521548},
    {"gpt-5.3-spark", 0.5644272375},
    {"deepseek-v4-pro", 0.13192885175000002},
    {"deepseek-v4-pro-x", 0.1319372255},
    {"auto", 0.2688846225},
    {"z/auto", NOT_PRICED},
    {"Claude-Opus-5", NOT_PRICED},
};

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define WHEN_MS      INT64_C(1767225600000) /* 2026-01-01 */

static double cost_of(const char *model, const struct ccusage_usage *usage, int64_t when_ms)
{
    const struct ccusage_price *price = ccusage_price_find(model, strlen(model));
    return price ? ccusage_price_cost(price, usage, when_ms) : NOT_PRICED;
}

START_TEST(costs_are_the_binary_s)
{
    const struct ccusage_usage usage = {
        .input = 300001, .output = 1003, .cache_write = 77, .cache_read = 144086, .speed = SPEED_FAST};
    for (size_t i = 0; i < COUNT(fast_request); i++) {
        double cost = cost_of(fast_request[i].model, &usage, WHEN_MS);
        ck_assert_msg(memcmp(&cost, &fast_request[i].cost, sizeof cost) == 0, "%s: %.17g, not %.17g",
                      fast_request[i].model, cost, fast_request[i].cost);
    }
}
END_TEST

START_TEST(an_hour_s_cache_costs_twice_the_input)
{
    const struct ccusage_usage usage = {
        .has_breakdown = true, .write_5m = 8, .write_1h = 16, .cache_write = 1};
    ck_assert_double_eq(cost_of("claude-opus-4-6", &usage, WHEN_MS), 8 * 6.25e-6 + 16 * 1e-5);
}
END_TEST

START_TEST(dated_prices)
{
    const struct ccusage_usage usage = {.input = 1};
    const int64_t since_ms = INT64_C(1786896000000); /* a Sunday, 16:00 */
    ck_assert_double_eq(cost_of("deepseek-v4-pro", &usage, since_ms - 1), 4.35e-7);
    ck_assert_double_eq(cost_of("deepseek-v4-pro", &usage, since_ms), 6.6e-7);
    ck_assert_double_eq(cost_of("deepseek-v4-pro", &usage, since_ms + 10 * 3600000), 1.32e-6);
}
END_TEST

/* Every row has a name that fits where names are made plain, and can be reached. */
START_TEST(every_name_is_found)
{
#define FLAT(catalog, exact, name, ...)  name,
#define PRICE(catalog, exact, name, ...) name,
    static const char *const names[] = {
#include "../../agent/meter/ccusage_prices.def"
    };
    for (size_t i = 0; i < COUNT(names); i++) {
        ck_assert_uint_lt(strlen(names[i]), 64);
        ck_assert_ptr_nonnull(ccusage_price_find(names[i], strlen(names[i])));
    }
    ck_assert_ptr_null(ccusage_price_find("", 0));
}
END_TEST

SUITE_MAIN("ccusage_prices", costs_are_the_binary_s, an_hour_s_cache_costs_twice_the_input, dated_prices,
           every_name_is_found)
