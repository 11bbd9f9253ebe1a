/* The strict JSON reader: RFC 8259, no tree, no recursion, no allocation. */
#include "json.h"

#include "json_walk.h"
#include "kernels.h"

#include <string.h>

void json_start(struct json *json, const char *bytes, size_t size)
{
    json_start_with(json, kernels_chosen(), bytes, size);
}

static bool fail(struct json *json)
{
    json->failed = true;
    return false;
}

static inline void skip_blanks(struct json *json)
{
    json->at = json_blanks_end(json->at, json->end);
}

/* Skips blanks and then `wanted`, if that is what is there. */
static inline bool skip_if(struct json *json, char wanted)
{
    skip_blanks(json);
    if (json->at == json->end || *json->at != wanted)
        return false;
    json->at++;
    return true;
}

/* ---- scalars ------------------------------------------------------------------------------------------- */

const char *json_far_string_end(struct json *json, const char *at, bool *has_escapes)
{
    json->marks.kernels = json->kernels;
    return string_end(&json->marks, at, has_escapes);
}

/* What was marked leniently says nothing of UTF-8, and what was marked strictly may end too early. */
static void mark_anew(struct json *json)
{
    string_marks_start(&json->marks, json->kernels, json->at, json->end);
    json->marks.any_bytes = json->lenient;
}

/* Takes the string whose opening quote was just passed. */
static bool take_string(struct json *json, struct json_slice *slice)
{
    bool escaped;
    if (json->marks.any_bytes != json->lenient)
        mark_anew(json);
    const char *end = json_string_end(json, json->at, &escaped);
    if (!end)
        return fail(json);
    *slice = (struct json_slice){json->at, (size_t)(end - json->at), escaped};
    json->at = end + 1;
    return true;
}

/* Past the digits at hand, or NULL if there is none. */
static const char *digits_end(const char *at, const char *end)
{
    if (at == end || !json_is_digit(*at))
        return NULL;
    while (at < end && json_is_digit(*at))
        at++;
    return at;
}

const char *json_any_number_end(const char *at, const char *end)
{
    if (*at == '-')
        at++;
    if (at < end && *at == '0')
        at++;
    else
        at = digits_end(at, end);
    if (at && at < end && *at == '.')
        at = digits_end(at + 1, end);
    if (at && at < end && (*at == 'e' || *at == 'E')) {
        at++;
        if (at < end && (*at == '+' || *at == '-'))
            at++;
        at = digits_end(at, end);
    }
    return at;
}

static bool take_scalar(struct json *json, enum json_type type, struct json_slice *slice)
{
    if (type == JSON_STRING) {
        json->at++;
        return take_string(json, slice);
    }
    const char *end = json_word_end(json->at, json->end, type);
    /* A number that the end of a cut-off document ends may have had more digits. */
    if (!end || (end == json->end && json->depth > 0))
        return fail(json);
    *slice = (struct json_slice){json->at, (size_t)(end - json->at), false};
    json->at = end;
    return true;
}

/* ---- the walk ------------------------------------------------------------------------------------------ */

enum json_type json_peek(struct json *json)
{
    skip_blanks(json);
    if (json->failed || json->at == json->end)
        return JSON_BAD;
    return json_type_of(*json->at);
}

/* Whether the innermost container is an object. */
static inline bool is_in_object(const struct json *json)
{
    return json->kinds[(json->depth - 1) / 64] >> (json->depth - 1) % 64 & 1;
}

static inline bool open_container(struct json *json, bool is_object)
{
    if (json->depth == JSON_DEPTH_MAX)
        return false;
    const uint64_t bit = UINT64_C(1) << json->depth % 64;
    uint64_t *kinds = &json->kinds[json->depth / 64];
    *kinds = is_object ? *kinds | bit : *kinds & ~bit;
    json->depth++;
    return true;
}

bool json_enter(struct json *json)
{
    enum json_type type = json_peek(json);
    if ((type != JSON_OBJECT && type != JSON_ARRAY) || !open_container(json, type == JSON_OBJECT))
        return fail(json);
    json->in_object = type == JSON_OBJECT;
    json->first = true;
    json->at++;
    return true;
}

/* Leaves the innermost container; false, which is what its caller then says. */
static bool leave(struct json *json)
{
    json->depth--;
    json->first = false;
    json->in_object = json->depth > 0 && is_in_object(json);
    return false;
}

/* At the next item of the container that `closing` ends, past its comma; false if there is none. */
static bool next_item(struct json *json, char closing)
{
    if (json->failed)
        return false;
    if (skip_if(json, closing))
        return leave(json);
    if (!json->first && !skip_if(json, ','))
        return fail(json);
    json->first = false;
    return true;
}

bool json_member(struct json *json, struct json_slice *key)
{
    if (!next_item(json, '}'))
        return false;
    if (!skip_if(json, '"') || !take_string(json, key) || !skip_if(json, ':'))
        return fail(json);
    skip_blanks(json);
    return true;
}

bool json_element(struct json *json)
{
    if (!next_item(json, ']'))
        return false;
    skip_blanks(json);
    return true;
}

/* ---- steps --------------------------------------------------------------------------------------------- */

const char *json_value_end(struct json *json, const char *at, enum json_type *type, struct json_slice *slice)
{
    if (at == json->end)
        return NULL;
    *type = json_type_of(*at);
    if (*type == JSON_STRING) {
        const char *quote = json_string_end(json, at + 1, &slice->escaped);
        slice->bytes = at + 1;
        slice->size = quote ? (size_t)(quote - slice->bytes) : 0;
        return quote ? quote + 1 : NULL;
    }
    const char *after = *type == JSON_OBJECT || *type == JSON_ARRAY ? json_container_end(json, at)
                                                                    : json_word_end(at, json->end, *type);
    if (after)
        *slice = (struct json_slice){at, (size_t)(after - at), false};
    return after;
}

const char *json_any_key_end(struct json *json, const char *at, struct json_slice *key)
{
    const char *quote = json_string_end(json, at, &key->escaped);
    if (!quote)
        return NULL;
    key->bytes = at;
    key->size = (size_t)(quote - at);
    at = json_blanks_end(quote + 1, json->end);
    return at < json->end && *at == ':' ? json_blanks_end(at + 1, json->end) : NULL;
}

/*
 * From behind a value past the brackets that close what it ends, down to `outside` containers, and past a
 * comma and the next key, to the next value; or, with *done set, behind the last bracket.
 */
static inline const char *next_value(struct json *json, const char *at, uint32_t outside, bool *done)
{
    for (;;) {
        at = json_blanks_end(at, json->end);
        if (at == json->end)
            return NULL;
        const bool in_object = is_in_object(json);
        if (*at == (in_object ? '}' : ']')) {
            at++;
            *done = --json->depth == outside;
            if (*done)
                return at;
            continue;
        }
        struct json_slice key;
        if (*at != ',')
            return NULL;
        at = json_blanks_end(at + 1, json->end);
        if (!in_object)
            return at;
        return at < json->end && *at == '"' ? json_key_end(json, at + 1, &key) : NULL;
    }
}

/* From an opening bracket to the first value within; or, with *empty set, to the closing bracket. */
static inline const char *first_value(struct json *json, const char *at, bool *empty)
{
    struct json_slice key;
    const bool is_object = *at == '{';
    if (!open_container(json, is_object))
        return NULL;
    at = json_blanks_end(at + 1, json->end);
    *empty = at < json->end && *at == (is_object ? '}' : ']');
    if (!is_object || *empty)
        return at;
    return at < json->end && *at == '"' ? json_key_end(json, at + 1, &key) : NULL;
}

const char *json_container_end(struct json *json, const char *at)
{
    const uint32_t outside = json->depth;
    for (bool done = false; at && !done;) {
        if (at == json->end)
            return NULL;
        const enum json_type type = json_type_of(*at);
        bool ignored, empty = true;
        if (type == JSON_OBJECT || type == JSON_ARRAY) {
            at = first_value(json, at, &empty);
        } else if (type == JSON_STRING) {
            at = json_string_end(json, at + 1, &ignored);
            at = at ? at + 1 : NULL;
        } else {
            at = json_word_end(at, json->end, type);
        }
        if (at && empty)
            at = next_value(json, at, outside, &done);
    }
    return at;
}

/* Takes the container at hand whole. */
static bool take_container(struct json *json, struct json_slice *slice)
{
    const char *begin = json->at;
    if (json->marks.any_bytes != json->lenient)
        mark_anew(json);
    const char *end = json_container_end(json, begin);
    if (!end)
        return fail(json);
    json->at = end;
    *slice = (struct json_slice){begin, (size_t)(end - begin), false};
    return true;
}

enum json_type json_take(struct json *json, struct json_slice *slice)
{
    struct json_slice ignored;
    if (!slice)
        slice = &ignored;
    enum json_type type = json_peek(json);
    bool taken = type == JSON_OBJECT || type == JSON_ARRAY ? take_container(json, slice)
                                                           : take_scalar(json, type, slice);
    json->first = false;
    return taken ? type : JSON_BAD;
}

bool json_enter_object(struct json *json)
{
    if (json_peek(json) == JSON_OBJECT)
        return json_enter(json);
    json_take(json, NULL);
    return false;
}

bool json_finish(struct json *json)
{
    skip_blanks(json);
    return !json->failed && json->depth == 0 && !json->first && json->at == json->end;
}

/* ---- decoding ------------------------------------------------------------------------------------------ */

static int hex_digit(char c)
{
    const char lower = (char)(c | 0x20);
    return json_is_digit(c) ? c - '0' : lower - 'a' + 10;
}

static uint32_t hex_four(const char *at)
{
    uint32_t value = 0;
    for (int i = 0; i < 4; i++)
        value = value << 4 | (uint32_t)hex_digit(at[i]);
    return value;
}

/* The character of the \u escape at *at, which moves past it; a surrogate pair is one character. */
static uint32_t unicode_escape(const char **at, const char *end)
{
    uint32_t high = hex_four(*at + 2);
    *at += 6;
    if (high < 0xd800 || high > 0xdbff || end - *at < 6 || (*at)[0] != '\\' || (*at)[1] != 'u')
        return high;
    uint32_t low = hex_four(*at + 2);
    if (low < 0xdc00 || low > 0xdfff)
        return high;
    *at += 6;
    return 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
}

static size_t encode(uint32_t character, char out[4])
{
    if (character < 0x80) {
        out[0] = (char)character;
        return 1;
    }
    size_t size = character < 0x800 ? 2 : character < 0x10000 ? 3 : 4;
    for (size_t i = size - 1; i > 0; i--, character >>= 6)
        out[i] = (char)(0x80 | (character & 0x3f));
    out[0] = (char)((0xf00 >> size & 0xff) | character);
    return size;
}

/* Decodes the escape at *at, which moves past it. */
static size_t decode_escape(const char **at, const char *end, char out[4])
{
    static const char letters[] = "bfnrt", meanings[] = "\b\f\n\r\t";
    const char letter = (*at)[1];
    if (letter == 'u')
        return encode(unicode_escape(at, end), out);
    const char *known = strchr(letters, letter);
    out[0] = known ? meanings[known - letters] : letter;
    *at += 2;
    return 1;
}

/* How much of `size` bytes fits, cut between characters. */
static size_t fitting(const char *bytes, size_t size, size_t room)
{
    if (size <= room)
        return size;
    size_t cut = room;
    while (cut > 0 && room - cut < 3 && ((unsigned char)bytes[cut] & 0xc0) == 0x80)
        cut--;
    return cut;
}

size_t json_decode(const struct json_slice *slice, char *out, size_t room)
{
    const char *at = slice->bytes, *end = at + slice->size;
    size_t used = 0;
    while (at < end) {
        const char *backslash = slice->escaped ? memchr(at, '\\', (size_t)(end - at)) : NULL;
        size_t plain = (size_t)((backslash ? backslash : end) - at);
        size_t fits = fitting(at, plain, room - used);
        memcpy(out + used, at, fits);
        used += fits;
        if (fits < plain || !backslash)
            break;
        char character[4];
        at = backslash;
        size_t size = decode_escape(&at, end, character);
        if (size > room - used)
            break;
        memcpy(out + used, character, size);
        used += size;
    }
    return used;
}

bool json_escaped_equals(const struct json_slice *slice, const char *text)
{
    const size_t size = strlen(text);
    const char *at = slice->bytes, *end = at + slice->size;
    size_t same = 0;
    while (at < end) {
        char character[4] = {*at};
        size_t bytes = *at == '\\' ? decode_escape(&at, end, character) : (at++, 1);
        if (bytes > size - same || memcmp(character, text + same, bytes) != 0)
            return false;
        same += bytes;
    }
    return same == size;
}
