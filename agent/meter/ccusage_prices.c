/* ccusage's prices, found and added up as pricing.rs and cost.rs of its source do: see ccusage_prices.h. */
#include "ccusage_prices.h"

#include "../base/memory.h"

#include <stdlib.h>
#include <string.h>

enum catalog { OWN, LITELLM, MODELS_DEV };
enum tier { ONE_PRICE, MARGINAL, WHOLE, DATED };

struct rates {
    double input, output, cache_write, cache_read;
};

struct ccusage_price {
    enum catalog catalog;
    bool exact; /* other names that contain it, or are in it, are not priced by it */
    enum tier tier;
    struct rates base, above;
    int64_t over; /* tokens; DATED: from when on, Unix ms */
    double fast;
};

/* The names by themselves, each ended by NUL, so that the table holds no addresses that a start must adjust.
 */
#define FLAT(catalog, exact, name, ...)  name "\0"
#define PRICE(catalog, exact, name, ...) name "\0"
static const char names[] =
#include "ccusage_prices.def"
    ;
#undef FLAT
#undef PRICE

#define FLAT(catalog, exact, name, in, out, write, read, fast)                                               \
    {catalog, exact, ONE_PRICE, {in, out, write, read}, {0, 0, 0, 0}, 0, fast},
#define PRICE(catalog, exact, name, in, out, write, read, tier, over, in2, out2, write2, read2, fast)        \
    {catalog, exact, tier, {in, out, write, read}, {in2, out2, write2, read2}, over, fast},
static const struct ccusage_price table[] = {
#include "ccusage_prices.def"
};

#define TABLE_END (table + sizeof table / sizeof *table)

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

/* ---- looking through the table ------------------------------------------------------------------------- */

#define KEY_MAX 64 /* the longest name in the table is shorter: test_ccusage_prices.c looks */

/* A row and its name; and what is looked for, as it is and plain. */
struct search {
    const struct ccusage_price *price;
    const char *name;
    size_t name_size;
    const char *model, *plain;
    size_t size;
};

static bool is_itself(const struct search *search)
{
    return search->name_size == search->size && memcmp(search->name, search->model, search->size) == 0;
}

static bool is_spelled_alike(const struct search *search)
{
    char key[KEY_MAX];
    if (!search->price->exact || search->name_size != search->size)
        return false;
    plain_name(search->name, search->size, key);
    return memcmp(key, search->plain, search->size) == 0;
}

static bool is_like(const struct search *search)
{
    const char *name = search->name, *model = search->model, *plain = search->plain;
    size_t name_size = search->name_size, size = search->size;
    char key[KEY_MAX];
    if (search->price->exact)
        return false;
    plain_name(name, name_size, key);
    return contains(model, size, name, name_size) || contains(name, name_size, model, size) ||
           contains(plain, size, key, name_size) || contains(key, name_size, plain, size);
}

/* The row of a catalog with the longest name that `fits`; of equally long ones the first. NULL: none does. */
static const struct ccusage_price *longest(struct search *search, enum catalog catalog,
                                           bool (*fits)(const struct search *))
{
    const struct ccusage_price *best = NULL;
    size_t best_size = 0;
    search->name = names;
    for (search->price = table; search->price < TABLE_END; search->price++) {
        search->name_size = strlen(search->name);
        if (search->price->catalog == catalog && search->name_size > best_size && fits(search)) {
            best = search->price;
            best_size = search->name_size;
        }
        search->name += search->name_size + 1;
    }
    return best;
}

/*
 * A name is looked for in LiteLLM's catalog, and only then in that of models.dev; but a name that is one of
 * the latter's exact ones, however its parts are set apart, is not taken for one like it in the former.
 */
static const struct ccusage_price *find(struct search *search)
{
    const struct ccusage_price *price, *exact;
    if ((price = longest(search, OWN, is_itself)) || (price = longest(search, LITELLM, is_itself)))
        return price;
    exact = longest(search, MODELS_DEV, is_spelled_alike);
    if (!exact && (price = longest(search, LITELLM, is_like)))
        return price;
    if ((price = longest(search, MODELS_DEV, is_itself)) || exact)
        return price ? price : exact;
    return longest(search, MODELS_DEV, is_like);
}

const struct ccusage_price *ccusage_price_find(const char *model, size_t size)
{
    if (!size)
        return NULL;
    char *plain = memory_take(size);
    plain_name(model, size, plain);
    struct search search = {.model = model, .plain = plain, .size = size};
    const struct ccusage_price *price = find(&search);
    free(plain);
    return price;
}

/* ---- cost ---------------------------------------------------------------------------------------------- */

/* Weekdays from 1 to 4 and from 6 to 10, UTC. */
static bool is_peak(int64_t when_ms)
{
    int64_t hours = when_ms / 3600000, hour = hours % 24;
    int64_t weekday = (hours / 24 + 4) % 7; /* 1970-01-01 was a Thursday; 0 is Sunday */
    return weekday >= 1 && weekday <= 5 && ((hour >= 1 && hour < 4) || (hour >= 6 && hour < 10));
}

/* The cost of one kind of tokens. */
static double kind_cost(uint64_t tokens, uint64_t over, double base, double above)
{
    if (tokens > over)
        return (double)over * base + (double)(tokens - over) * above;
    return (double)tokens * base;
}

static struct rates rates_times(struct rates rates, double times)
{
    return (struct rates){rates.input * times, rates.output * times, rates.cache_write * times,
                          rates.cache_read * times};
}

#define OVER_DATED                                                                                           \
    200000 /* dated prices are the same below and above: that rounds otherwise than one sum                  \
            */

double ccusage_price_cost(const struct ccusage_price *price, const struct ccusage_usage *usage,
                          int64_t when_ms)
{
    uint64_t write_5m = usage->has_breakdown ? usage->write_5m : usage->cache_write;
    uint64_t write_1h = usage->has_breakdown ? usage->write_1h : 0;
    uint64_t context =
        ccusage_add(ccusage_add(usage->input, usage->cache_read), ccusage_add(write_5m, write_1h));
    uint64_t over = UINT64_MAX;
    struct rates base = price->base, above = price->above;
    if (price->tier == MARGINAL) {
        over = (uint64_t)price->over;
    } else if (price->tier == WHOLE && context > (uint64_t)price->over) {
        base = above;
    } else if (price->tier == DATED) {
        over = OVER_DATED;
        base = when_ms < price->over ? base : rates_times(above, is_peak(when_ms) ? 2 : 1);
        above = base;
    }
    double cost = kind_cost(usage->input, over, base.input, above.input);
    cost += kind_cost(usage->output, over, base.output, above.output);
    cost += kind_cost(write_5m, over, base.cache_write, above.cache_write);
    cost += kind_cost(write_1h, over, base.input * 2.0, above.input * 2.0);
    cost += kind_cost(usage->cache_read, over, base.cache_read, above.cache_read);
    return usage->speed == SPEED_FAST ? cost * price->fast : cost;
}
