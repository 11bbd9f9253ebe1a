/* JSON as serde_json takes it: see ccusage_json.h. */
#include "ccusage_json.h"

#include "../base/memory.h"
#include "ccusage_line.h"

#include <stdlib.h>
#include <string.h>

/* ---- texts --------------------------------------------------------------------------------------------- */

static uint32_t hex_four(const char *at)
{
    uint32_t value = 0;
    for (int i = 0; i < 4; i++)
        value = value << 4 | (uint32_t)(at[i] <= '9' ? at[i] - '0' : (at[i] | 0x20) - 'a' + 10);
    return value;
}

bool ccusage_is_half_text(const struct json_slice *slice)
{
    const char *at = slice->bytes, *end = at + slice->size;
    if (!slice->escaped)
        return false;
    while ((at = memchr(at, '\\', (size_t)(end - at)))) {
        if (at[1] != 'u') {
            at += 2;
            continue;
        }
        uint32_t high = hex_four(at + 2);
        at += 6;
        if (high < 0xd800 || high > 0xdfff)
            continue;
        if (high >= 0xdc00 || end - at < 6 || at[0] != '\\' || at[1] != 'u')
            return true;
        uint32_t low = hex_four(at + 2);
        if (low < 0xdc00 || low > 0xdfff)
            return true;
        at += 6;
    }
    return false;
}

static bool is_ascii(const struct json_slice *slice)
{
    unsigned char any = 0;
    for (size_t i = 0; i < slice->size; i++)
        any |= (unsigned char)slice->bytes[i];
    return any < 0x80;
}

bool ccusage_is_text(const struct json_slice *slice)
{
    struct json strict;
    if (is_ascii(slice))
        return !ccusage_is_half_text(slice);
    json_start(&strict, slice->bytes - 1, slice->size + 2);
    return json_take(&strict, NULL) == JSON_STRING && !ccusage_is_half_text(slice);
}

/* ---- values ----------- -------------------------------------------------------------------------------- */

/* A scalar where json.h will go no deeper; what it is in does not matter to it. */
static bool pass_scalar(const char **at, const char *end)
{
    struct json scalar;
    json_start(&scalar, *at, (size_t)(end - *at));
    scalar.lenient = true;
    enum json_type type = json_peek(&scalar);
    if (type == JSON_OBJECT || type == JSON_ARRAY || json_take(&scalar, NULL) == JSON_BAD)
        return false;
    *at = scalar.at;
    return true;
}

static char next_sign(const char **at, const char *end)
{
    while (*at < end && strchr(" \t\r\n", **at) && **at)
        (*at)++;
    return *at < end ? **at : '\0';
}

/*
 * Passes the container at hand, however deep it is: `kinds` remembers the closing bracket of each that is
 * open. ccusage ignores values without a limit of depth.
 */
static bool pass_deep(const char **at, const char *end)
{
    char *kinds = NULL;
    size_t depth = 0, room = 0;
    bool begins = true, good = true;
    do {
        char sign = next_sign(at, end);
        if (depth && sign == kinds[depth - 1]) {
            depth--;
            (*at)++;
            begins = false;
            continue;
        }
        if (!begins) {
            good = sign == ',';
            (*at) += good;
            sign = next_sign(at, end);
        }
        if (good && depth && kinds[depth - 1] == '}') {
            good = sign == '"' && pass_scalar(at, end) && next_sign(at, end) == ':';
            (*at) += good;
            sign = next_sign(at, end);
        }
        begins = good && (sign == '{' || sign == '[');
        if (begins) {
            kinds = memory_grow(kinds, depth, &room, 1);
            kinds[depth++] = sign == '{' ? '}' : ']';
            (*at)++;
        } else {
            good = good && pass_scalar(at, end);
        }
    } while (good && depth);
    free(kinds);
    return good;
}

void ccusage_ignore(struct json *json)
{
    const char *at = json->at;
    const uint32_t depth = json->depth;
    const bool in_object = json->in_object;
    if (json_take(json, NULL) != JSON_BAD || json->depth < JSON_DEPTH_MAX)
        return;
    json->depth = depth;
    json->in_object = in_object;
    json->first = false;
    json->failed = !pass_deep(&at, json->end);
    json->at = at;
}

void ccusage_keep(struct json *json)
{
    const uint32_t outside = json->depth;
    struct json_slice slice;
    double number;
    for (;;) {
        enum json_type type = json_peek(json);
        if (type == JSON_OBJECT || type == JSON_ARRAY) {
            if (!json_enter(json) || json->depth > CCUSAGE_DEEPEST)
                json->failed = true;
        } else {
            if (json_take(json, &slice) == JSON_BAD)
                return;
            if ((type == JSON_STRING && ccusage_is_half_text(&slice)) ||
                (type == JSON_NUMBER && !ccusage_number_read(slice.bytes, slice.size, &number)))
                json->failed = true;
        }
        for (bool more = false; !more;) {
            if (json->failed || json->depth == outside)
                return;
            more = json->in_object ? json_member(json, &slice) : json_element(json);
            if (more && json->in_object && ccusage_is_half_text(&slice))
                json->failed = true;
        }
    }
}
