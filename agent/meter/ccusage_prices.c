/* ccusage's prices: see ccusage_prices.h. Name resolution after pricing.rs, cost after cost.rs of its source.
 */
#include "ccusage_prices.h"

#include "../base/memory.h"

#include <stdlib.h>
#include <string.h>

enum tier { FLAT, MARGINAL, WHOLE };

struct rates {
    double input, output, cache_write, cache_read;
};

struct ccusage_price {
    const char *name;
    bool exact; /* other names that contain it, or are in it, are not priced by it */
    struct rates base;
    enum tier tier;
    uint64_t over;
    struct rates above;
    double fast;
};

/* New prices of a model from a time on. */
struct schedule {
    const char *name;
    int64_t since_ms;
    struct rates rates;
};

#define PRICE(name, exact, in, out, write, read, tier, over, in2, out2, write2, read2, fast)                 \
    {name, exact, {in, out, write, read}, tier, over, {in2, out2, write2, read2}, fast},
#define SCHEDULE(...)
static const struct ccusage_price table[] = {
#include "ccusage_prices.def"
};
#undef PRICE
#undef SCHEDULE

#define PRICE(...)
#define SCHEDULE(name, since_ms, in, out, write, read) {name, since_ms, {in, out, write, read}},
static const struct schedule schedules[] = {
#include "ccusage_prices.def"
};

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* ---- names --------------------------------------------------------------------------------------------- */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_boundary(char c)
{
    return !is_digit(c) && !((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

/*
 * Whether what follows a name leaves it the same model: nothing, or something set apart from it. After a name
 * that ends in a digit, -<digits> and .<digits> make a further version of it, unless they are a date of
 * eight.
 */
static bool may_follow(char last_of_name, const char *rest, size_t size)
{
    size_t digits = 1;
    if (!size)
        return true;
    if (!is_boundary(*rest))
        return false;
    if (!is_digit(last_of_name) || (*rest != '-' && *rest != '.'))
        return true;
    while (digits < size && is_digit(rest[digits]))
        digits++;
    return digits == 1 || (digits == 9 && (size == 9 || is_boundary(rest[9])));
}

/* Whether a name stands in another one, set apart. */
static bool contains(const char *whole, size_t whole_size, const char *name, size_t size)
{
    const char *at = whole, *end = whole + whole_size;
    while (size && (at = memmem(at, (size_t)(end - at), name, size))) {
        if ((at == whole || is_boundary(at[-1])) &&
            may_follow(name[size - 1], at + size, (size_t)(end - at) - size))
            return true;
        at += size; /* as Rust's match_indices: what was found is not searched again */
    }
    return false;
}

/* A copy with '.' and '@' as '-'. */
static void plain_name(const char *name, size_t size, char *plain)
{
    for (size_t i = 0; i < size; i++)
        plain[i] = name[i] == '.' || name[i] == '@' ? '-' : name[i];
}

#define KEY_MAX 64 /* the longest name in the table is shorter: test_ccusage_prices.c looks */

static bool is_like(const struct ccusage_price *price, const char *model, const char *plain, size_t size)
{
    char key[KEY_MAX];
    size_t key_size = strlen(price->name);
    plain_name(price->name, key_size, key);
    return contains(model, size, price->name, key_size) || contains(price->name, key_size, model, size) ||
           contains(plain, size, key, key_size) || contains(key, key_size, plain, size);
}

static const struct ccusage_price *find_exact(const char *model, size_t size)
{
    for (size_t i = 0; i < COUNT(table); i++)
        if (strlen(table[i].name) == size && memcmp(table[i].name, model, size) == 0)
            return &table[i];
    return NULL;
}

const struct ccusage_price *ccusage_price_find(const char *model, size_t size)
{
    const struct ccusage_price *best = find_exact(model, size);
    if (best || !size)
        return best;
    char *plain = memory_take(size);
    plain_name(model, size, plain);
    /* The longest name; of equally long ones the first. */
    for (size_t i = 0; i < COUNT(table); i++)
        if (!table[i].exact && (!best || strlen(table[i].name) > strlen(best->name)) &&
            is_like(&table[i], model, plain, size))
            best = &table[i];
    free(plain);
    return best;
}

/* ---- cost ---------------------------------------------------------------------------------------------- */

/* Weekdays from 1 to 4 and from 6 to 10, UTC. */
static bool is_peak(int64_t when_ms)
{
    int64_t hours = when_ms / 3600000, hour = hours % 24;
    int64_t weekday = (hours / 24 + 4) % 7; /* 1970-01-01 was a Thursday; 0 is Sunday */
    return weekday >= 1 && weekday <= 5 && ((hour >= 1 && hour < 4) || (hour >= 6 && hour < 10));
}

/* Puts the price of that time in the place of the table's. */
static void apply_schedule(struct ccusage_price *price, int64_t when_ms)
{
    for (size_t i = 0; i < COUNT(schedules); i++) {
        if (strcmp(schedules[i].name, price->name) != 0 || when_ms < schedules[i].since_ms)
            continue;
        double times = is_peak(when_ms) ? 2 : 1;
        const struct rates *rates = &schedules[i].rates;
        price->base = (struct rates){rates->input * times, rates->output * times, rates->cache_write * times,
                                     rates->cache_read * times};
        price->above = price->base;
    }
}

/* The cost of one kind of tokens. */
static double kind_cost(const struct ccusage_price *price, uint64_t tokens, double base, double above)
{
    if (price->tier == MARGINAL && tokens > price->over)
        return (double)price->over * base + (double)(tokens - price->over) * above;
    return (double)tokens * base;
}

static uint64_t add(uint64_t a, uint64_t b)
{
    uint64_t sum;
    return __builtin_add_overflow(a, b, &sum) ? UINT64_MAX : sum;
}

double ccusage_price_cost(const struct ccusage_price *listed, const struct ccusage_usage *usage,
                          int64_t when_ms)
{
    struct ccusage_price price = *listed;
    uint64_t write_5m = usage->has_breakdown ? usage->write_5m : usage->cache_write;
    uint64_t write_1h = usage->has_breakdown ? usage->write_1h : 0;
    uint64_t context = add(add(usage->input, usage->cache_read), add(write_5m, write_1h));
    apply_schedule(&price, when_ms);
    if (price.tier == WHOLE && context > price.over)
        price.base = price.above;
    const struct rates *base = &price.base, *above = &price.above;
    double cost = kind_cost(&price, usage->input, base->input, above->input);
    cost += kind_cost(&price, usage->output, base->output, above->output);
    cost += kind_cost(&price, write_5m, base->cache_write, above->cache_write);
    cost += kind_cost(&price, write_1h, base->input * 2.0, above->input * 2.0);
    cost += kind_cost(&price, usage->cache_read, base->cache_read, above->cache_read);
    return usage->speed == SPEED_FAST ? cost * price.fast : cost;
}
