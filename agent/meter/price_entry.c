/* Reading one model's prices: see price_entry.h. */
#include "price_entry.h"

#include "../ingest/decimal.h"
#include "../ingest/timestamp.h"
#include "price_book.h"

#include <stdio.h>
#include <string.h>

enum {
    BASE,
    ABOVE,
    TIERS, /* prices below and above the long-context limit */
    PICO_DIGITS = 12,
    FAST_TENTHS_MAX = 10000,
    FAST_TENTHS_NONE = 10,
    CONTEXT_MAX = 1000000000,
    KEY_MAX = 95, /* longer keys are none of ours */
};

#define PRICE_MAX UINT64_C(1000000000000) /* a dollar */

/* What an object has stated so far. */
struct stated {
    uint64_t prices[TIERS][TOKEN_KINDS];
    bool has[TIERS][TOKEN_KINDS];
    uint64_t over;
    uint64_t fast_tenths, context_size;
    bool has_fast, has_context;
    int64_t from_us;
    struct price_mistake *mistake;
};

static void complain(struct stated *stated, const char *key, const char *why)
{
    if (stated->mistake->why)
        return; /* the first one is told */
    snprintf(stated->mistake->key, sizeof stated->mistake->key, "%s", key);
    stated->mistake->why = why;
}

/* ---- keys --------------------------------------------------------------------------------------------- */

static bool eat(const char **at, const char *word)
{
    size_t size = strlen(word);
    if (strncmp(*at, word, size) != 0)
        return false;
    *at += size;
    return true;
}

/* Reads what follows a price's key: nothing, or "_above_200k_tokens"; false if it is something else. */
static bool read_limit(const char *at, uint64_t *over)
{
    *over = 0;
    if (!*at)
        return true;
    if (!eat(&at, "_above_"))
        return false;
    for (int digits = 0; *at >= '0' && *at <= '9' && digits < 6; digits++)
        *over = *over * 10 + (uint64_t)(*at++ - '0');
    *over *= 1000;
    return *over > 0 && strcmp(at, "k_tokens") == 0;
}

/* Whether a key is a price's, and which. */
static bool read_price_key(const char *at, enum token_kind *kind, uint64_t *over)
{
    if (eat(&at, "input_cost_per_token"))
        *kind = TOKENS_INPUT;
    else if (eat(&at, "output_cost_per_token"))
        *kind = TOKENS_OUTPUT;
    else if (eat(&at, "cache_read_input_token_cost"))
        *kind = TOKENS_CACHE_READ;
    else if (eat(&at, "cache_creation_input_token_cost"))
        *kind = eat(&at, "_above_1hr") ? TOKENS_CACHE_WRITE_1H : TOKENS_CACHE_WRITE_5M;
    else
        return false;
    return read_limit(at, over);
}

/* ---- values ------------------------------------------------------------------------------------------- */

/* Takes a number of `digits` decimal places as a whole one; false after complaining, or if it is null. */
static bool take_number(struct stated *stated, struct json *json, const char *key, int digits, uint64_t most,
                        const char *too_large, const char *too_fine, uint64_t *out)
{
    struct json_slice slice;
    enum json_type type = json_take(json, &slice);
    if (type == JSON_NULL)
        return false;
    if (type != JSON_NUMBER) {
        complain(stated, key, "expected a number");
        return false;
    }
    struct decimal number = decimal_read(slice.bytes, slice.size, digits);
    const char *why = NULL;
    if (number.negative && number.nonzero)
        why = "is negative";
    else if (number.too_large || number.value > most)
        why = too_large;
    else if (number.rest != REST_NONE)
        why = too_fine;
    *out = number.value;
    if (why)
        complain(stated, key, why);
    return !why;
}

static void take_price(struct stated *stated, struct json *json, const char *key, enum token_kind kind,
                       uint64_t over)
{
    int tier = over ? ABOVE : BASE;
    uint64_t price;
    if (!take_number(stated, json, key, PICO_DIGITS, PRICE_MAX,
                     "is more than a dollar a token: prices are in dollars a token, not a million tokens",
                     "is no whole number of picodollars (10^-12 dollars)", &price))
        return;
    if (over && stated->over && over != stated->over) {
        complain(stated, key, "there is another long-context limit already, and only one can be used");
        return;
    }
    if (over)
        stated->over = over;
    stated->prices[tier][kind] = price;
    stated->has[tier][kind] = true;
}

static void take_fast(struct stated *stated, struct json *json, const char *key)
{
    if (take_number(stated, json, key, 1, FAST_TENTHS_MAX, "is more than 1000", "has more than one decimal",
                    &stated->fast_tenths))
        stated->has_fast = true;
}

/* LiteLLM's own place for the multiplier: {"fast": 6.0, ...}. */
static void take_provider_entry(struct stated *stated, struct json *json)
{
    struct json_slice key;
    if (!json_enter_object(json))
        return;
    while (json_member(json, &key)) {
        if (json_equals(&key, "fast"))
            take_fast(stated, json, "provider_specific_entry.fast");
        else
            json_take(json, NULL);
    }
}

/* A window that is no number is no mistake: LiteLLM has words there now and then. */
static void take_context(struct stated *stated, struct json *json)
{
    struct json_slice slice;
    if (json_take(json, &slice) != JSON_NUMBER)
        return;
    struct decimal number = decimal_read(slice.bytes, slice.size, 0);
    stated->has_context =
        !number.negative && !number.too_large && number.rest == REST_NONE && number.value <= CONTEXT_MAX;
    stated->context_size = number.value;
}

static void take_date(struct stated *stated, struct json *json)
{
    static const char midnight[] = "T00:00:00Z";
    char date[64];
    struct json_slice slice;
    size_t size = 0;
    enum json_type type = json_take(json, &slice);
    if (type == JSON_NULL)
        return;
    if (type == JSON_STRING && slice.size <= sizeof date - sizeof midnight)
        size = json_decode(&slice, date, slice.size);
    if (size == strlen("YYYY-MM-DD")) {
        memcpy(date + size, midnight, sizeof midnight);
        size += sizeof midnight - 1;
    }
    if (!timestamp_read(date, size, &stated->from_us))
        complain(stated, "effective_date", "expected YYYY-MM-DD, or a time as in 2026-12-01T08:00:00Z");
}

static void take_member(struct stated *stated, struct json *json, const struct json_slice *slice)
{
    char key[KEY_MAX + 1] = "";
    enum token_kind kind;
    uint64_t over;
    if (slice->size <= KEY_MAX)
        key[json_decode(slice, key, slice->size)] = '\0';
    if (read_price_key(key, &kind, &over))
        take_price(stated, json, key, kind, over);
    else if (strcmp(key, "max_input_tokens") == 0)
        take_context(stated, json);
    else if (strcmp(key, "fast_multiplier") == 0)
        take_fast(stated, json, key);
    else if (strcmp(key, "provider_specific_entry") == 0)
        take_provider_entry(stated, json);
    else if (strcmp(key, "effective_date") == 0)
        take_date(stated, json);
    else
        json_take(json, NULL);
}

/* ---- the whole ---------------------------------------------------------------------------------------- */

/* A price that was not stated: the input price of its tier times percent / 100. */
static void derive(struct stated *stated, int tier, enum token_kind kind, unsigned percent, const char *key)
{
    uint64_t *prices = stated->prices[tier];
    if (stated->has[tier][kind])
        return;
    if (prices[TOKENS_INPUT] * percent % 100)
        complain(
            stated, key,
            "must be stated, because what follows from the input price is no whole number of picodollars");
    prices[kind] = prices[TOKENS_INPUT] * percent / 100;
}

static void complete_tier(struct stated *stated, int tier)
{
    static const char *const keys[TIERS][2] = {
        {"cache_creation_input_token_cost", "cache_read_input_token_cost"},
        {"cache_creation_input_token_cost_above_..._tokens", "cache_read_input_token_cost_above_..._tokens"},
    };
    derive(stated, tier, TOKENS_CACHE_WRITE_5M, 125, keys[tier][0]);
    derive(stated, tier, TOKENS_CACHE_WRITE_1H, 200, "");
    derive(stated, tier, TOKENS_CACHE_READ, 10, keys[tier][1]);
}

static void complete(struct stated *stated)
{
    static const struct {
        enum token_kind kind;
        const char *key;
    } needed[] = {{TOKENS_INPUT, "input_cost_per_token"}, {TOKENS_OUTPUT, "output_cost_per_token"}};
    for (size_t i = 0; i < sizeof needed / sizeof *needed; i++) {
        enum token_kind kind = needed[i].kind;
        if (!stated->has[BASE][kind])
            complain(stated, needed[i].key, "is not there");
        if (!stated->has[ABOVE][kind])
            stated->prices[ABOVE][kind] = stated->prices[BASE][kind];
    }
    complete_tier(stated, BASE);
    if (stated->over)
        complete_tier(stated, ABOVE);
}

static void fill(struct price_entry *entry, const struct stated *stated)
{
    const struct price *built_in = NULL;
    if (!stated->has_fast || !stated->has_context)
        built_in = price_find(entry->price.name, entry->name_size);
    struct price *price = &entry->price;
    memcpy(price->base, stated->prices[BASE], sizeof price->base);
    price->over = stated->over;
    if (stated->over)
        memcpy(price->above, stated->prices[ABOVE], sizeof price->above);
    price->fast_tenths = built_in ? built_in->fast_tenths : FAST_TENTHS_NONE;
    price->context_size = built_in ? built_in->context_size : 0;
    if (stated->has_fast)
        price->fast_tenths = (uint32_t)stated->fast_tenths;
    if (stated->has_context)
        price->context_size = (uint32_t)stated->context_size;
    entry->from_us = stated->from_us;
}

enum price_entry_result price_entry_read(struct json *json, struct price_entry *entry,
                                         struct price_mistake *mistake)
{
    struct stated stated = {.from_us = PRICE_ALWAYS, .mistake = mistake};
    struct json_slice key;
    if (json_enter(json))
        while (json_member(json, &key))
            take_member(&stated, json, &key);
    if (!mistake->why && !stated.has[BASE][TOKENS_INPUT] && !stated.has[BASE][TOKENS_OUTPUT])
        return PRICE_ENTRY_WITHOUT_PRICE;
    if (!mistake->why)
        complete(&stated);
    if (mistake->why)
        return PRICE_ENTRY_WRONG;
    fill(entry, &stated);
    return PRICE_ENTRY_READ;
}
