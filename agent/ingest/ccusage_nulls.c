/* Which lines with nulls ccusage reads: see ccusage_nulls_refusal() in ccusage_json.h. */
#include "ccusage_json.h"

#include "../base/memory.h"
#include "ccusage_line.h"

#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

/* Where in a line a container is: the way to the iterations of a message, which alone may lack a model. */
enum role { ELSEWHERE, LINE, DATA, DATA_MESSAGE, MESSAGE, USAGE, ITERATIONS, ITERATION };

/* Containers that are open, from the line itself on; and the keys of the objects among them. */
struct whole {
    struct json json;
    enum role roles[CCUSAGE_DEEPEST + 1];
    size_t first_keys[CCUSAGE_DEEPEST + 1];
    struct ccusage_reader *reader; /* has the keys */
    size_t key_count;
    bool has_forbidden_null;
};

static bool key_is(const struct json_slice *key, const char *name)
{
    if (key->escaped)
        return json_equals(key, name);
    return key->size == strlen(name) && memcmp(key->bytes, name, key->size) == 0;
}

static bool may_be_null(const struct json_slice *key, enum role role)
{
    static const char *const never[] = {
        "id",
        "cwd",
        "speed",
        "costUSD",
        "version",
        "sessionId",
        "requestId",
        "isApiErrorMessage",
        "cache_read_input_tokens",
        "cache_creation_input_tokens",
    };
    for (size_t i = 0; i < sizeof never / sizeof *never; i++)
        if (key_is(key, never[i]))
            return false;
    return role == ITERATION || !key_is(key, "model");
}

/* What a container is that is the value of a key. */
static enum role role_of(const struct json_slice *key, enum role parent, enum json_type type)
{
    static const struct {
        enum role parent, role;
        enum json_type type;
        const char *key;
    } ways[] = {
        {LINE, MESSAGE, JSON_OBJECT, "message"},      {LINE, DATA, JSON_OBJECT, "data"},
        {DATA, DATA_MESSAGE, JSON_OBJECT, "message"}, {DATA_MESSAGE, MESSAGE, JSON_OBJECT, "message"},
        {MESSAGE, USAGE, JSON_OBJECT, "usage"},       {USAGE, ITERATIONS, JSON_ARRAY, "iterations"},
    };
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++)
        if (ways[i].parent == parent && ways[i].type == type && key_is(key, ways[i].key))
            return ways[i].role;
    return ELSEWHERE;
}

static void key_add(struct whole *whole, const struct json_slice *key)
{
    char decoded[256], *text = decoded;
    size_t size = key->size;
    if (key->escaped) {
        text = size > sizeof decoded ? memory_take(size) : decoded;
        size = json_decode(key, text, size);
    }
    struct ccusage_reader *reader = whole->reader;
    reader->keys = memory_grow(reader->keys, whole->key_count, &reader->key_room, sizeof *reader->keys);
    reader->keys[whole->key_count++] = XXH3_64bits(key->escaped ? text : key->bytes, size);
    if (text != decoded)
        free(text);
}

static int compare_keys(const void *a, const void *b)
{
    const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* Whether one of few keys is there twice. */
static bool is_twice_in_few(const uint64_t *keys, size_t count)
{
    for (size_t i = 1; i < count; i++)
        for (size_t j = 0; j < i; j++)
            if (keys[i] == keys[j])
                return true;
    return false;
}

static bool is_twice_in_many(uint64_t *keys, size_t count)
{
    qsort(keys, count, sizeof *keys, compare_keys);
    for (size_t i = 1; i < count; i++)
        if (keys[i] == keys[i - 1])
            return true;
    return false;
}

/* Forgets the keys of the object that was just left; false if one was there twice. */
static bool keys_end(struct whole *whole, size_t first)
{
    size_t count = whole->key_count - first;
    whole->key_count = first;
    if (count < 2)
        return true;
    uint64_t *keys = whole->reader->keys + first;
    return !(count <= 32 ? is_twice_in_few(keys, count) : is_twice_in_many(keys, count));
}

static bool scalar_is_fine(struct json *json, enum json_type type)
{
    struct json_slice slice;
    double number;
    if (json_take(json, &slice) == JSON_BAD)
        return false;
    return type == JSON_STRING   ? !ccusage_is_half_text(&slice)
           : type == JSON_NUMBER ? ccusage_number_read(slice.bytes, slice.size, &number)
                                 : true;
}

static bool whole_enter(struct whole *whole, enum role role)
{
    struct json *json = &whole->json;
    if (!json_enter(json) || json->depth > CCUSAGE_DEEPEST)
        return false;
    whole->roles[json->depth] = role;
    whole->first_keys[json->depth] = whole->key_count;
    return true;
}

/* Takes the member or element at hand; a container is only entered. */
static bool whole_take(struct whole *whole, const struct json_slice *key)
{
    struct json *json = &whole->json;
    enum role parent = whole->roles[json->depth];
    enum json_type type = json_peek(json);
    if (type == JSON_OBJECT || type == JSON_ARRAY)
        return whole_enter(whole, key                                           ? role_of(key, parent, type)
                                  : parent == ITERATIONS && type == JSON_OBJECT ? ITERATION
                                                                                : ELSEWHERE);
    whole->has_forbidden_null |= type == JSON_NULL && key && !may_be_null(key, parent);
    return !whole->has_forbidden_null && scalar_is_fine(json, type);
}

static bool whole_read(struct whole *whole)
{
    struct json *json = &whole->json;
    struct json_slice key;
    if (json_peek(json) != JSON_OBJECT || !whole_enter(whole, LINE))
        return false;
    while (!json->failed && json->depth > 0) {
        const size_t first = whole->first_keys[json->depth];
        if (!json->in_object) {
            if (json_element(json) && !whole_take(whole, NULL))
                return false;
        } else if (!json_member(json, &key)) {
            if (!keys_end(whole, first))
                return false;
        } else {
            key_add(whole, &key);
            if (ccusage_is_half_text(&key) || !whole_take(whole, &key))
                return false;
        }
    }
    return json_finish(json);
}

enum ccusage_refusal ccusage_nulls_refusal(struct ccusage_reader *reader, const char *bytes, size_t size,
                                           bool *is_kept)
{
    struct whole whole;
    whole.reader = reader;
    whole.key_count = 0;
    whole.has_forbidden_null = false;
    *is_kept = memmem(bytes, size, "null", 4) != NULL;
    if (!*is_kept)
        return CCUSAGE_ACCEPTED;
    json_start(&whole.json, bytes, size);
    bool fine = whole_read(&whole);
    return fine ? CCUSAGE_ACCEPTED : whole.has_forbidden_null ? CCUSAGE_NULL : CCUSAGE_BAD_JSON;
}
