/* What a token costs: see prices.h; the facts are in prices.def. */
#include "prices.h"

#include "price_name.h"

#include <string.h>

#define PRICE(model, in, out, write, read, limit, long_in, long_out, long_write, long_read, fast, context)   \
    {                                                                                                        \
        .name = model,                                                                                       \
        .base = {in, out, write, 2 * UINT64_C(in), read},                                                    \
        .over = limit,                                                                                       \
        .above = {long_in, long_out, long_write, 2 * UINT64_C(long_in), long_read},                          \
        .fast_tenths = fast,                                                                                 \
        .context_size = context,                                                                             \
    },

static const struct price table[] = {
#include "prices.def"
};

#define TABLE_SIZE (sizeof table / sizeof *table)

const struct price *price_find(const char *model, size_t size)
{
    struct name_search search;
    name_search_begin(&search, model, size);
    for (size_t i = 0; i < TABLE_SIZE; i++)
        name_search_offer(&search, table[i].name, strlen(table[i].name), &table[i]);
    return name_search_end(&search);
}

unsigned __int128 price_cost(const struct price *price, const uint32_t tokens[TOKEN_KINDS], bool fast)
{
    uint64_t context = (uint64_t)tokens[TOKENS_INPUT] + tokens[TOKENS_CACHE_WRITE_5M] +
                       tokens[TOKENS_CACHE_WRITE_1H] + tokens[TOKENS_CACHE_READ];
    const uint64_t *each = price->over && context > price->over ? price->above : price->base;
    unsigned __int128 cost = 0;
    for (int kind = 0; kind < TOKEN_KINDS; kind++)
        cost += (unsigned __int128)tokens[kind] * each[kind];
    if (!fast)
        return cost;
    cost *= price->fast_tenths;
    unsigned left = (unsigned)(cost % 10);
    cost /= 10;
    return left > 5 || (left == 5 && cost % 2) ? cost + 1 : cost;
}

const struct price *price_at(size_t index)
{
    return index < TABLE_SIZE ? &table[index] : NULL;
}

const char *price_table_date(void)
{
    return PRICES_DATE;
}
