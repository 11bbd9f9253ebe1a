/* Names of models and the keys that fit them: see price_name.h. */
#include "price_name.h"

#include "../base/memory.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#define PLAIN_ROOM(size) ((size) / 2 * 3 + 3)

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static char plain_character(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c == '.' || c == '@' ? '-' : c;
}

/*
 * A name as it is compared: in lower case, '.' and '@' as '-'. Two characters outside ASCII have a lower
 * case that begins inside it (Unicode, SpecialCasing.txt and UnicodeData.txt): the Kelvin sign (k) and the
 * dotted capital I (i and a combining dot, which is one byte longer). `plain` needs PLAIN_ROOM(size) bytes.
 */
static size_t plain_name(const char *name, size_t size, char *plain)
{
    size_t used = 0;
    for (size_t i = 0; i < size; i++) {
        char c = name[i];
        if ((unsigned char)c < 0x80) {
            c = plain_character(c);
        } else if (size - i >= 3 && !memcmp(name + i, "\xe2\x84\xaa", 3)) {
            c = 'k';
            i += 2;
        } else if (size - i >= 2 && !memcmp(name + i, "\xc4\xb0", 2)) {
            memcpy(plain + used, "i\xcc", 2);
            used += 2;
            c = (char)0x87;
            i += 1;
        }
        plain[used++] = c;
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

void name_search_begin(struct name_search *search, const char *name, size_t size)
{
    *search = (struct name_search){.name = name, .size = size, .plain = memory_take(PLAIN_ROOM(size))};
    search->plain_size = plain_name(name, size, search->plain);
}

static void take_best(struct name_search *search, size_t key_size, const void *what)
{
    char *key = search->best_key;
    size_t room = search->best_key_room;
    search->best_key = search->key;
    search->best_key_room = search->key_room;
    search->key = key;
    search->key_room = room;
    search->best_size = key_size;
    search->best = what;
}

void name_search_offer(struct name_search *search, const char *key, size_t size, const void *what)
{
    if (search->is_exact)
        return;
    if (size == search->size && memcmp(key, search->name, size) == 0) {
        search->is_exact = true;
        search->best = what;
        return;
    }
    if (search->key_room < PLAIN_ROOM(size)) {
        search->key_room = PLAIN_ROOM(size);
        search->key = memory_resize(search->key, search->key_room);
    }
    size_t key_size = plain_name(key, size, search->key);
    if (!key_size || key_size < search->best_size ||
        !is_variant(search->plain, search->plain_size, search->key, key_size))
        return;
    if (key_size > search->best_size || memcmp(search->key, search->best_key, key_size) > 0)
        take_best(search, key_size, what);
}

const void *name_search_end(struct name_search *search)
{
    free(search->plain);
    free(search->key);
    free(search->best_key);
    return search->best;
}
