/* What a token costs: see prices.h; the facts are in prices.def. */
#include "prices.h"

#include "../base/memory.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

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
#define KEY_MAX    64 /* the longest name has 48 bytes; tests/unit/test_prices.c looks */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/*
 * A name as it is compared: in lower case, '.' and '@' as '-'. Two characters outside ASCII have a lower
 * case that begins inside it (Unicode, SpecialCasing.txt and UnicodeData.txt): the Kelvin sign (k) and the
 * dotted capital I (i and a combining dot, which is one byte longer). `plain` needs room for size * 3 / 2
 * bytes.
 */
static size_t plain_name(const char *name, size_t size, char *plain)
{
    size_t used = 0;
    for (size_t i = 0; i < size; i++) {
        char c = name[i];
        if (size - i >= 3 && !memcmp(name + i, "\xe2\x84\xaa", 3)) {
            c = 'k';
            i += 2;
        } else if (size - i >= 2 && !memcmp(name + i, "\xc4\xb0", 2)) {
            memcpy(plain + used, "i\xcc", 2);
            used += 2;
            c = (char)0x87;
            i += 1;
        }
        plain[used++] = c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c == '.' || c == '@' ? '-' : c;
    }
    return used;
}

/* Whether the character that ends just before `end` is a letter or a number (Unicode categories L and N). */
static bool ends_alphanumeric(const char *start, const char *end)
{
    const char *from = end - 1;
    while (from > start && end - from < 4 && ((unsigned char)*from & 0xc0) == 0x80)
        from--;
    utf8proc_int32_t point;
    if (utf8proc_iterate((const utf8proc_uint8_t *)from, end - from, &point) != end - from)
        return false; /* a lone surrogate, which is neither */
    utf8proc_category_t category = utf8proc_category(point);
    bool is_letter = category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO;
    bool is_number = category >= UTF8PROC_CATEGORY_ND && category <= UTF8PROC_CATEGORY_NO;
    return is_letter || is_number;
}

/* What is left of a name's end, to be eaten from the front. */
struct rest {
    const char *at;
    size_t size;
};

static bool eat(struct rest *rest, const char *word)
{
    size_t size = strlen(word);
    if (rest->size < size || memcmp(rest->at, word, size) != 0)
        return false;
    rest->at += size;
    rest->size -= size;
    return true;
}

static size_t eat_digits(struct rest *rest, size_t most)
{
    size_t count = 0;
    while (count < most && count < rest->size && is_digit(rest->at[count]))
        count++;
    rest->at += count;
    rest->size -= count;
    return count;
}

/* Eats `mark` and the digits after it (`exactly` so many, or at least one); all of it or nothing. */
static bool eat_number(struct rest *rest, const char *mark, size_t exactly)
{
    struct rest before = *rest;
    if (eat(rest, mark)) {
        size_t count = eat_digits(rest, exactly ? exactly : SIZE_MAX);
        if (exactly ? count == exactly : count > 0)
            return true;
    }
    *rest = before;
    return false;
}

/*
 * Whether this may follow a known name without making it another model:
 * (-\d{8})?(-latest|-default)?(-v\d+(:\d+)?)?([-:]thinking(:\d+)?)?(\[1m\]|-1m)?
 * No part begins as what may follow the part before it continues, so each is eaten if it is there.
 */
static bool is_mark(struct rest rest)
{
    eat_number(&rest, "-", 8);
    if (!eat(&rest, "-latest"))
        eat(&rest, "-default");
    if (eat_number(&rest, "-v", 0))
        eat_number(&rest, ":", 0);
    if (eat(&rest, "-thinking") || eat(&rest, ":thinking"))
        eat_number(&rest, ":", 0);
    if (!eat(&rest, "[1m]"))
        eat(&rest, "-1m");
    return rest.size == 0;
}

/* Whether the name is this key between a vendor prefix and marks. Only the key's first place in it is looked
 * at. */
static bool is_variant(const char *name, size_t size, const char *key, size_t key_size)
{
    const char *at = memmem(name, size, key, key_size);
    if (!at || (at > name && ends_alphanumeric(name, at)))
        return false;
    return is_mark((struct rest){at + key_size, size - (size_t)(at - name) - key_size});
}

static const struct price *find_exact(const char *model, size_t size)
{
    for (size_t i = 0; i < TABLE_SIZE; i++)
        if (strlen(table[i].name) == size && !memcmp(table[i].name, model, size))
            return &table[i];
    return NULL;
}

/* The longest key that fits, of equally long ones the last by name; of keys that look alike the first. */
static const struct price *find_variant(const char *plain, size_t size)
{
    const struct price *best = NULL;
    char best_key[KEY_MAX], key[KEY_MAX];
    size_t best_size = 0;
    for (size_t i = 0; i < TABLE_SIZE; i++) {
        size_t key_size = plain_name(table[i].name, strlen(table[i].name), key);
        if (key_size < best_size || !is_variant(plain, size, key, key_size))
            continue;
        if (key_size > best_size || memcmp(key, best_key, key_size) > 0) {
            best = &table[i];
            best_size = key_size;
            memcpy(best_key, key, key_size);
        }
    }
    return best;
}

const struct price *price_find(const char *model, size_t size)
{
    const struct price *price = find_exact(model, size);
    if (price)
        return price;
    char *plain = memory_take(size / 2 * 3 + 3);
    price = find_variant(plain, plain_name(model, size, plain));
    free(plain);
    return price;
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
