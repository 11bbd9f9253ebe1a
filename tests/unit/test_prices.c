/*
 * Prices: which entry of the table a model's name leads to, and what tokens then cost. Expected values
 * were worked out with shared/reference/count.py.
 */
#include "../../agent/meter/prices.h"
#include "suite.h"

#include <string.h>

#define NAME_SIZE_MAX 48 /* what prices.c has room for is 64 */

static const struct price *find(const char *model)
{
    return price_find(model, strlen(model));
}

START_TEST(names_lead_to_their_price)
{
    static const struct {
        const char *model, *key; /* NULL: not priced */
    } names[] = {
        {"claude-opus-4-6", "claude-opus-4-6"},
        {"claude-sonnet-4.5", "claude-sonnet-4.5"}, /* its own key, though another looks alike */
        {"claude-opus-4-6[1m]", "claude-opus-4-6[1m]"},
        {"CLAUDE-OPUS-4-1", "claude-opus-4-1"},
        {"us.anthropic.claude-sonnet-4-20250514-v1:0", "anthropic-claude-sonnet-4"},
        {"vendor/claude-haiku-4-5-latest", "claude-haiku-4-5"},
        {"my-claude-haiku-4-5@20251001", "claude-haiku-4-5-20251001"},
        {"claude-opus-4-6-1m", "claude-opus-4-6"},
        {"claude-opus-4.6-1m", "claude-opus-4-6"},
        {"claude-haiku-4-5-thinking:1024", "claude-haiku-4-5"},
        {"claude-haiku-4-5-v1:0-thinking-1m", "claude-haiku-4-5"},
        {"deepsee\xe2\x84\xaa-v4-pro", "deepseek-v4-pro"}, /* the Kelvin sign is a k */
        {"\xc4\xb0"
         "claude-haiku-4-5",
         "claude-haiku-4-5"}, /* ends in a combining dot */
        {"\xed\xa0\x80"
         "claude-haiku-4-5",
         "claude-haiku-4-5"}, /* a lone surrogate is no letter */
        {"xclaude-haiku-4-5", NULL},
        {"\xc3\xa9"
         "claude-haiku-4-5",
         NULL}, /* nor is é a prefix's end, */
        {"\xe4\xb8\xad"
         "claude-haiku-4-5",
         NULL}, /* nor 中, */
        {"\xd9\xa3"
         "claude-haiku-4-5",
         NULL}, /* nor an Arabic three */
        {"claude-opus-4-70", NULL},
        {"claude-haiku-5", NULL},
        {"claude-2.1", NULL},
        {"claude-haiku-4-5-2025100", NULL},
        {"claude-haiku-4-5-202510011", NULL},
        {"claude-haiku-4-5-v", NULL},
        {"claude-haiku-4-5-thinking:", NULL},
        {"claude-haiku-4-5\n", NULL},
        {"claude-haiku-4-5-\xd9\xa1\xd9\xa2\xd9\xa3\xd9\xa4\xd9\xa5\xd9\xa6\xd9\xa7\xd9\xa8", NULL},
        {"claude-haiku-4-5-claude-haiku-4-5", NULL}, /* only the first place in the name is looked at */
        {"<synthetic>", NULL},
        {"", NULL},
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const struct price *price = find(names[i].model);
        ck_assert_msg(!price == !names[i].key, "%s", names[i].model);
        if (price)
            ck_assert_str_eq(price->name, names[i].key);
    }
    ck_assert_ptr_null(price_find("claude-opus-4-6\0", 16)); /* the NUL is part of the name */
}
END_TEST

START_TEST(tokens_cost_what_the_table_says)
{
    const uint32_t most = UINT32_C(1) << 31;
    const struct {
        const char *model;
        bool fast;
        uint32_t tokens[TOKEN_KINDS]; /* input, output, cache write 5 m, 1 h, cache read */
        uint64_t cost;
    } costs[] = {
        {"claude-opus-4-6", false, {10, 20, 30, 40, 50}, 1162500000},
        {"claude-opus-4-6", true, {10, 20, 30, 40, 50}, 6975000000},
        {"claude-opus-4-6", false, {most, most, most, most, most}, UINT64_C(100394860544000000)},
        {"claude-sonnet-4-5", false, {200000, 1, 0, 0, 0}, 600015000000},
        {"claude-sonnet-4-5", false, {200001, 1, 0, 0, 0}, 1200028500000},
        {"claude-sonnet-4-5",
         false,
         {1, 1000, 100000, 0, 100000},
         832506000000}, /* the context, not the input */
        {"claude-sonnet-4-5", false, {1, 1000, 60000, 40000, 100000}, 1012506000000},
        {"gpt-5.5", false, {272000, 1, 0, 0, 0}, 1360030000000},
        {"gpt-5.5", false, {272001, 1, 1, 1, 1}, 2720088500000},
        {"gpt-5.5", true, {1, 1, 0, 0, 1}, 88750000},
    };
    for (size_t i = 0; i < sizeof costs / sizeof *costs; i++) {
        unsigned __int128 cost = price_cost(find(costs[i].model), costs[i].tokens, costs[i].fast);
        ck_assert_uint_eq((uint64_t)(cost >> 64), 0);
        ck_assert_uint_eq((uint64_t)cost, costs[i].cost);
    }
}
END_TEST

START_TEST(halves_round_to_even)
{
    const uint32_t one[TOKEN_KINDS] = {1};
    static const struct {
        uint64_t base;
        uint32_t tenths;
        uint64_t cost;
    } halves[] = {{1, 25, 2}, {3, 25, 8}, {5, 25, 12}, {7, 25, 18}, {1, 14, 1}, {1, 16, 2}, {4, 25, 10}};
    for (size_t i = 0; i < sizeof halves / sizeof *halves; i++) {
        struct price price = {.base = {halves[i].base}, .fast_tenths = halves[i].tenths};
        ck_assert_uint_eq((uint64_t)price_cost(&price, one, true), halves[i].cost);
    }
}
END_TEST

START_TEST(table_is_whole)
{
    size_t count = 0;
    for (const struct price *price; (price = price_at(count)); count++) {
        ck_assert_uint_le(strlen(price->name), NAME_SIZE_MAX);
        ck_assert_ptr_eq(find(price->name), price);
        ck_assert_uint_eq(price->base[TOKENS_CACHE_WRITE_1H], 2 * price->base[TOKENS_INPUT]);
        ck_assert_uint_eq(price->above[TOKENS_CACHE_WRITE_1H], 2 * price->above[TOKENS_INPUT]);
        ck_assert_uint_eq(price->over != 0, price->above[TOKENS_INPUT] != 0);
        ck_assert_uint_ge(price->fast_tenths, 10);
        ck_assert_uint_gt(price->context_size, 0);
        if (count)
            ck_assert_int_lt(strcmp(price_at(count - 1)->name, price->name), 0);
    }
    ck_assert_uint_eq(count, 319);
}
END_TEST

SUITE_MAIN("prices", names_lead_to_their_price, tokens_cost_what_the_table_says, halves_round_to_even,
           table_is_whole)
