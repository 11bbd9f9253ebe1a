/*
 * The steps of a walk over JSON, inline: for json.c, and for the reader of log lines, whose walk is the
 * hottest loop there is. Each step takes where it stands in the text and returns where it ends; NULL: not
 * well-formed. They leave json->at and json->failed alone.
 */
#ifndef TACHO_JSON_WALK_H
#define TACHO_JSON_WALK_H

#include "json.h"

#include <string.h>

#define JSON_RARE(condition)  __builtin_expect((condition), 0)
#define JSON_USUAL(condition) __builtin_expect((condition), 1)

/* Of the byte that a value begins with. */
static inline enum json_type json_type_of(char first)
{
    static const unsigned char types[256] = {
        ['{'] = JSON_OBJECT, ['['] = JSON_ARRAY, ['"'] = JSON_STRING,         ['t'] = JSON_TRUE,
        ['f'] = JSON_FALSE,  ['n'] = JSON_NULL,  ['0' ... '9'] = JSON_NUMBER, ['-'] = JSON_NUMBER,
    };
    return types[(unsigned char)first];
}

static inline const char *json_blanks_end(const char *at, const char *end)
{
    while (at < end && JSON_RARE(*at <= ' ') && (*at == ' ' || *at == '\n' || *at == '\r' || *at == '\t'))
        at++;
    return at;
}

static inline bool json_is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* ---- strings ------------------------------------------------------------------------------------------- */

const char *json_far_string_end(struct json *json, const char *at, bool *has_escapes);

/* From inside a string to its closing quote. */
static inline const char *json_string_end(struct json *json, const char *at, bool *has_escapes)
{
    const char *stop = string_stop_near(&json->marks, at);
    if (JSON_RARE(!stop || *stop != '"'))
        return json_far_string_end(json, at, has_escapes);
    *has_escapes = false;
    return stop;
}

/* ---- numbers and words --------------------------------------------------------------------------------- */

/* From a digit or a minus; any number. */
const char *json_any_number_end(const char *at, const char *end);

/* How many of the 8 bytes, the first lowest, are digits before the first that is none. */
static inline unsigned json_digits_of_8(uint64_t bytes)
{
    const uint64_t low = bytes ^ UINT64_C(0x3030303030303030); /* digits are 0 to 9, all else is more */
    const uint64_t others = ((low + UINT64_C(0x7676767676767676)) | low) & UINT64_C(0x8080808080808080);
    return others ? (unsigned)__builtin_ctzll(others) / 8 : 8;
}

/* The same, for an integer of few digits; NULL, if it is another. 8 bytes may be read. */
static inline const char *json_near_number_end(const char *at)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    uint64_t bytes;
    memcpy(&bytes, at, sizeof bytes);
    const unsigned digits = json_digits_of_8(bytes);
    const char next = at[digits];
    const bool is_plain = digits > 0 && digits < 8 && (*at != '0' || digits == 1);
    if (JSON_USUAL(is_plain && next != '.' && (next | 0x20) != 'e'))
        return at + digits;
#else
    (void)at;
#endif
    return NULL;
}

/* The same, for any. */
static inline const char *json_number_end(const char *at, const char *end)
{
    const char *after = end - at >= 8 ? json_near_number_end(at) : NULL;
    return after ? after : json_any_number_end(at, end);
}

static inline const char *json_literal_end(const char *at, const char *end, const char *word, size_t size)
{
    return (size_t)(end - at) >= size && memcmp(at, word, size) == 0 ? at + size : NULL;
}

/* Past the number, true, false or null at hand, as its first byte says; NULL for any other. */
static inline const char *json_word_end(const char *at, const char *end, enum json_type type)
{
    switch (type) {
    case JSON_NUMBER:
        return json_number_end(at, end);
    case JSON_NULL:
        return json_literal_end(at, end, "null", 4);
    case JSON_TRUE:
        return json_literal_end(at, end, "true", 4);
    case JSON_FALSE:
        return json_literal_end(at, end, "false", 5);
    default:
        return NULL;
    }
}

/* ---- values -------------------------------------------------------------------------------------------- */

/* Past the object or array at hand. */
const char *json_container_end(struct json *json, const char *at);

/* Past the value at hand, whatever it is; NULL, if it is none. */
const char *json_value_end(struct json *json, const char *at, enum json_type *type, struct json_slice *slice);

/* The same for a short string, an integer of few digits, null or false; NULL: it is another. 8 bytes may be
 * read. */
static inline const char *json_near_value_end(const struct json *json, const char *at, enum json_type *type,
                                              struct json_slice *slice)
{
    const char *after;
    if (*at == '"') {
        const char *stop = string_stop_near(&json->marks, at + 1);
        if (JSON_RARE(!stop || *stop != '"'))
            return NULL;
        *type = JSON_STRING;
        *slice = (struct json_slice){at + 1, (size_t)(stop - at) - 1, false};
        return stop + 1;
    }
    if (json_is_digit(*at)) {
        after = json_near_number_end(at);
        *type = JSON_NUMBER;
    } else if (memcmp(at, "null", 4) == 0) {
        after = at + 4;
        *type = JSON_NULL;
    } else {
        after = memcmp(at, "false", 5) == 0 ? at + 5 : NULL;
        *type = JSON_FALSE;
    }
    *slice = (struct json_slice){at, (size_t)(after - at), false};
    return after;
}

/* ---- keys ---------------------------------------------------------------------------------------------- */

const char *json_any_key_end(struct json *json, const char *at, struct json_slice *key);

/* Whether these two bytes follow, and a third. */
static inline bool json_has_two(const struct json *json, const char *at, const char two[2])
{
    return JSON_USUAL(json->end - at > 2) && memcmp(at, two, 2) == 0;
}

/* From inside a key, past it and its colon, to the value. */
static inline const char *json_key_end(struct json *json, const char *at, struct json_slice *key)
{
    const char *stop = string_stop_near(&json->marks, at);
    if (JSON_USUAL(stop && json_has_two(json, stop, "\":") && stop[2] > ' ')) {
        *key = (struct json_slice){at, (size_t)(stop - at), false};
        return stop + 2;
    }
    struct json_slice other; /* so that *key may stay in registers */
    at = json_any_key_end(json, at, &other);
    *key = other;
    return at;
}

/* ---- arrays -------------------------------------------------------------------------------------------- */

/* From an opening bracket to the first item, or to the closing bracket. */
static inline const char *json_first_item(const struct json *json, const char *at)
{
    at = json_blanks_end(at + 1, json->end);
    return JSON_RARE(at == json->end) ? NULL : at;
}

/* From behind an item past the comma to the next one, or to the closing bracket. */
static inline const char *json_next_item(const struct json *json, const char *at, char closing)
{
    if (JSON_RARE(at == json->end))
        return NULL;
    if (*at != ',') {
        at = json_blanks_end(at, json->end);
        if (JSON_RARE(at == json->end || (*at != ',' && *at != closing)))
            return NULL;
        if (*at == closing)
            return at;
    }
    at = json_blanks_end(at + 1, json->end);
    /* A closing bracket does not follow a comma. */
    return at < json->end && *at != closing ? at : NULL;
}

#endif
