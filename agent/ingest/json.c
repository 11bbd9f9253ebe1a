/* The strict JSON reader: RFC 8259, no tree, no recursion, no allocation. */
#include "json.h"

#include "kernels.h"

#include <string.h>

void json_start(struct json *json, const char *bytes, size_t size)
{
    json->kernels = kernels_chosen();
    json->at = bytes;
    json->end = bytes + size;
    json->seen_end = bytes;
    json->seen_stops = 0;
    json->depth = 0;
    json->failed = false;
    json->in_object = false;
    json->first = true;
    json->lenient = false;
}

static bool fail(struct json *json)
{
    json->failed = true;
    return false;
}

/* ---- bytes --------------------------------------------------------------------------------------------- */

static inline const char *blanks_end(const char *at, const char *end)
{
    while (at < end && *at <= ' ' && (*at == ' ' || *at == '\n' || *at == '\r' || *at == '\t'))
        at++;
    return at;
}

static inline void skip_blanks(struct json *json)
{
    json->at = blanks_end(json->at, json->end);
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

static inline bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static int hex_digit(char c)
{
    if (is_digit(c))
        return c - '0';
    char lower = (char)(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/* ---- strings ------------------------------------------------------------------------------------------- */

/* How long the escape is whose backslash the byte follows; 0: there is none. */
static const unsigned char escape_sizes[256] = {
    ['"'] = 2, ['\\'] = 2, ['/'] = 2, ['b'] = 2, ['f'] = 2, ['n'] = 2, ['r'] = 2, ['t'] = 2, ['u'] = 6,
};

/* Past the escape at a backslash, or NULL if it is none. */
static inline const char *escape_end(const char *at, const char *end)
{
    if (end - at < 2)
        return NULL;
    const ptrdiff_t size = escape_sizes[(unsigned char)at[1]];
    if (size == 0 || end - at < size)
        return NULL;
    for (int i = 2; i < size; i++)
        if (hex_digit(at[i]) < 0)
            return NULL;
    return at + size;
}

/* By its first byte: how long a well-formed sequence is, and between what its second byte lies. */
struct sequence {
    unsigned char size, low, high;
};

/* Unicode 15, table 3-7; a byte that begins none has size 0. */
static const struct sequence sequences[256] =
    {
        [0xc2 ... 0xdf] = {2, 0x80, 0xbf}, [0xe0] = {3, 0xa0, 0xbf},
        [0xe1 ... 0xec] = {3, 0x80, 0xbf}, [0xed] = {3, 0x80, 0x9f},
        [0xee ... 0xef] = {3, 0x80, 0xbf}, [0xf0] = {4, 0x90, 0xbf},
        [0xf1 ... 0xf3] = {4, 0x80, 0xbf}, [0xf4] = {4, 0x80, 0x8f},
};

/* Past the well-formed UTF-8 sequence that begins with a byte above 0x7f, or NULL. */
static inline const char *character_end(const char *at, const char *end)
{
    const unsigned char *u = (const unsigned char *)at;
    const struct sequence *sequence = &sequences[u[0]];
    if (sequence->size == 0 || end - at < sequence->size || u[1] < sequence->low || u[1] > sequence->high)
        return NULL;
    for (int i = 2; i < sequence->size; i++)
        if ((u[i] & 0xc0) != 0x80)
            return NULL;
    return at + sequence->size;
}

/* Past the bytes above 0x7f at hand, or NULL if they are not UTF-8. */
static const char *characters_end(const char *at, const char *end, bool lenient)
{
    while (at && at < end && (unsigned char)*at > 0x7f)
        at = lenient ? at + 1 : character_end(at, end);
    return at;
}

/* As next_stop(), beyond the bytes that were looked at. */
static const char *look_ahead(struct json *json, const char *at)
{
    if (json->end - at >= 64) {
        json->seen_end = at + 64;
        json->seen_stops = string_stops_64(at);
        if (json->seen_stops)
            return at + __builtin_ctzll(json->seen_stops);
        at += 64;
    }
    return json->kernels->string_stop(at, json->end);
}

/*
 * The first byte from `at` on, within a string, that is not plain text. Where such bytes stand close
 * together, as in short strings and escapes, one look at 64 bytes serves for several.
 */
static inline const char *next_stop(struct json *json, const char *at)
{
    if (at >= json->seen_end)
        return look_ahead(json, at);
    uint64_t stops = json->seen_stops >> (64 - (json->seen_end - at));
    return stops ? at + __builtin_ctzll(stops) : look_ahead(json, json->seen_end);
}

/* The closing quote of the string in which `at` is not plain text, or NULL. Sets *escaped at an escape. */
static const char *closing_quote(struct json *json, const char *at, bool *escaped)
{
    while (at && at < json->end && *at != '"') {
        if (*at == '\\') {
            at = escape_end(at, json->end);
            *escaped = true;
        } else {
            at = (unsigned char)*at > 0x7f ? characters_end(at, json->end, json->lenient) : NULL;
        }
        if (at)
            at = next_stop(json, at);
    }
    return at == json->end ? NULL : at;
}

/* Takes the string whose opening quote was just passed. */
static inline bool take_string(struct json *json, struct json_slice *slice)
{
    const char *begin = json->at, *at = next_stop(json, begin);
    bool escaped = false;
    if (at == json->end || *at != '"') {
        at = closing_quote(json, at, &escaped);
        if (!at)
            return fail(json);
    }
    json->at = at + 1;
    *slice = (struct json_slice){begin, (size_t)(at - begin), escaped};
    return true;
}

/* ---- numbers and words --------------------------------------------------------------------------------- */

/* Past the digits at hand, or NULL if there is none. */
static inline const char *digits_end(const char *at, const char *end)
{
    if (at == end || !is_digit(*at))
        return NULL;
    while (at < end && is_digit(*at))
        at++;
    return at;
}

static inline const char *number_end(const char *at, const char *end)
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

static inline const char *word_end(const char *at, const char *end, const char *word, size_t size)
{
    return (size_t)(end - at) >= size && memcmp(at, word, size) == 0 ? at + size : NULL;
}

static inline const char *scalar_end(const char *at, const char *end, enum json_type type)
{
    switch (type) {
    case JSON_NULL:
        return word_end(at, end, "null", 4);
    case JSON_TRUE:
        return word_end(at, end, "true", 4);
    case JSON_FALSE:
        return word_end(at, end, "false", 5);
    case JSON_NUMBER:
        return number_end(at, end);
    default:
        return NULL;
    }
}

static inline bool take_scalar(struct json *json, enum json_type type, struct json_slice *slice)
{
    if (type == JSON_STRING) {
        json->at++;
        return take_string(json, slice);
    }
    const char *end = scalar_end(json->at, json->end, type);
    /* A number that the end of a cut-off document ends may have had more digits. */
    if (!end || (end == json->end && json->depth > 0))
        return fail(json);
    *slice = (struct json_slice){json->at, (size_t)(end - json->at), false};
    json->at = end;
    return true;
}

/* ---- the walk ------------------------------------------------------------------------------------------ */

static inline enum json_type peek(struct json *json)
{
    static const unsigned char types[256] = {
        ['{'] = JSON_OBJECT, ['['] = JSON_ARRAY, ['"'] = JSON_STRING,         ['t'] = JSON_TRUE,
        ['f'] = JSON_FALSE,  ['n'] = JSON_NULL,  ['0' ... '9'] = JSON_NUMBER, ['-'] = JSON_NUMBER,
    };
    skip_blanks(json);
    if (json->failed || json->at == json->end)
        return JSON_BAD;
    return types[(unsigned char)*json->at];
}

enum json_type json_peek(struct json *json)
{
    return peek(json);
}

bool json_enter(struct json *json)
{
    enum json_type type = peek(json);
    if ((type != JSON_OBJECT && type != JSON_ARRAY) || json->depth == JSON_DEPTH_MAX)
        return fail(json);
    const uint64_t bit = UINT64_C(1) << json->depth % 64;
    uint64_t *kinds = &json->kinds[json->depth / 64];
    *kinds = type == JSON_OBJECT ? *kinds | bit : *kinds & ~bit;
    json->in_object = type == JSON_OBJECT;
    json->depth++;
    json->first = true;
    json->at++;
    return true;
}

/* Leaves the innermost container; false, which is what its caller then says. */
static bool leave(struct json *json)
{
    json->depth--;
    json->first = false;
    if (json->depth > 0) {
        const uint32_t parent = json->depth - 1;
        json->in_object = json->kinds[parent / 64] >> parent % 64 & 1;
    }
    return false;
}

/* At the next item of the container that `closing` ends, past its comma; false if there is none. */
static inline bool next_item(struct json *json, char closing)
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

/* Takes the container at hand whole. */
static bool take_container(struct json *json, struct json_slice *slice)
{
    const uint32_t outside = json->depth;
    const char *begin = json->at;
    struct json_slice ignored;
    json_enter(json);
    while (!json->failed && json->depth > outside) {
        if (!(json->in_object ? json_member(json, &ignored) : json_element(json)))
            continue;
        enum json_type type = peek(json);
        if (type == JSON_OBJECT || type == JSON_ARRAY)
            json_enter(json);
        else
            take_scalar(json, type, &ignored);
    }
    *slice = (struct json_slice){begin, (size_t)(json->at - begin), false};
    return !json->failed;
}

enum json_type json_take(struct json *json, struct json_slice *slice)
{
    struct json_slice ignored;
    if (!slice)
        slice = &ignored;
    enum json_type type = peek(json);
    bool taken = type == JSON_OBJECT || type == JSON_ARRAY ? take_container(json, slice)
                                                           : take_scalar(json, type, slice);
    json->first = false;
    return taken ? type : JSON_BAD;
}

bool json_finish(struct json *json)
{
    skip_blanks(json);
    return !json->failed && json->depth == 0 && !json->first && json->at == json->end;
}

/* ---- decoding ------------------------------------------------------------------------------------------ */

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

bool json_equals(const struct json_slice *slice, const char *text)
{
    const size_t size = strlen(text);
    if (!slice->escaped)
        return slice->size == size && memcmp(slice->bytes, text, size) == 0;
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
