/*
 * The steps of a walk over JSON, inline: for json.c, and for the reader of log lines, whose walk is the
 * hottest loop there is. Each step takes where it stands in the text and returns where it ends; NULL: not
 * well-formed. They leave json->at and json->failed alone.
 */
#ifndef TACHO_JSON_WALK_H
#define TACHO_JSON_WALK_H

#include "json.h"

#include <string.h>

#define JSON_RARE(condition) __builtin_expect((condition), 0)

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
    const char *end = string_end_near(&json->marks, at, has_escapes);
    return end ? end : json_far_string_end(json, at, has_escapes);
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

/* The same; made for integers of few digits, as most are. */
static inline const char *json_number_end(const char *at, const char *end)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    uint64_t bytes;
    if (end - at > (ptrdiff_t)sizeof bytes) {
        memcpy(&bytes, at, sizeof bytes);
        const unsigned digits = json_digits_of_8(bytes);
        const char next = at[digits];
        const bool is_plain = digits > 0 && digits < 8 && (*at != '0' || digits == 1);
        if (is_plain && next != '.' && (next | 0x20) != 'e')
            return at + digits;
    }
#endif
    return json_any_number_end(at, end);
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

/* Past the value at hand, whatever it is. */
static inline const char *json_value_end(struct json *json, const char *at, enum json_type *type,
                                         struct json_slice *slice)
{
    if (JSON_RARE(at == json->end))
        return NULL;
    *type = json_type_of(*at);
    if (*type == JSON_STRING) {
        const char *quote = json_string_end(json, at + 1, &slice->escaped);
        if (JSON_RARE(!quote))
            return NULL;
        slice->bytes = at + 1;
        slice->size = (size_t)(quote - slice->bytes);
        return quote + 1;
    }
    const char *after = *type == JSON_OBJECT || *type == JSON_ARRAY ? json_container_end(json, at)
                                                                    : json_word_end(at, json->end, *type);
    if (after)
        *slice = (struct json_slice){at, (size_t)(after - at), false};
    return after;
}

/* The sign that must follow, blanks skipped. */
static inline const char *json_sign_at(const char *at, const char *end, char sign)
{
    if (at < end && *at == sign)
        return at;
    at = json_blanks_end(at, end);
    return at < end && *at == sign ? at : NULL;
}

/* From a member's opening quote, past its key and colon, to its value. */
static inline const char *json_key_end(struct json *json, const char *at, struct json_slice *key)
{
    if (JSON_RARE(at == json->end || *at != '"'))
        return NULL;
    const char *quote = json_string_end(json, at + 1, &key->escaped);
    if (JSON_RARE(!quote))
        return NULL;
    key->bytes = at + 1;
    key->size = (size_t)(quote - key->bytes);
    at = json_sign_at(quote + 1, json->end, ':');
    return at ? json_blanks_end(at + 1, json->end) : NULL;
}

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
