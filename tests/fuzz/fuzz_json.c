/*
 * libFuzzer: the JSON reader accepts the same by every kernel, and the same as a plain reading of RFC 8259 a
 * byte at a time, written below without a line of its code; what it decodes, it finds equal.
 *
 *     clang -fsanitize=fuzzer,address fuzz_json.c rooms.a
 */
#include "../../agent/ingest/json.h"
#include "../../agent/ingest/kernels.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* ---- the plain reading --------------------------------------------------------------------------------- */

struct plain {
    const uint8_t *at;
    const uint8_t *end;
};

/* The next byte, or -1 at the end. */
static int look(const struct plain *plain)
{
    return plain->at < plain->end ? *plain->at : -1;
}

static bool got(struct plain *plain, int byte)
{
    if (look(plain) != byte)
        return false;
    plain->at++;
    return true;
}

static bool got_between(struct plain *plain, int low, int high)
{
    if (look(plain) < low || look(plain) > high)
        return false;
    plain->at++;
    return true;
}

static bool got_word(struct plain *plain, const char *word)
{
    while (*word)
        if (!got(plain, *word++))
            return false;
    return true;
}

static void pass_blanks(struct plain *plain)
{
    while (got(plain, ' ') || got(plain, '\t') || got(plain, '\r') || got(plain, '\n'))
        ;
}

static bool pass_digits(struct plain *plain)
{
    bool any = false;
    while (got_between(plain, '0', '9'))
        any = true;
    return any;
}

static bool pass_number(struct plain *plain)
{
    got(plain, '-');
    if (!got(plain, '0') && !pass_digits(plain))
        return false;
    if (got(plain, '.') && !pass_digits(plain))
        return false;
    if (!got(plain, 'e') && !got(plain, 'E'))
        return true;
    if (!got(plain, '+'))
        got(plain, '-');
    return pass_digits(plain);
}

static bool pass_escape(struct plain *plain)
{
    if (!got(plain, 'u'))
        return look(plain) > 0 && strchr("\"\\/bfnrt", look(plain)) && plain->at++;
    for (int i = 0; i < 4; i++)
        if (!got_between(plain, '0', '9') && !got_between(plain, 'a', 'f') && !got_between(plain, 'A', 'F'))
            return false;
    return true;
}

/* One character above 0x7f, by its value: the shortest form, no surrogate, at most U+10FFFF. */
static bool pass_character(struct plain *plain)
{
    const uint32_t lead = *plain->at++;
    const int more = lead >= 0xf0 && lead < 0xf8 ? 3 : lead >= 0xe0 ? 2 : 1;
    static const uint32_t least[] = {0, 0x80, 0x800, 0x10000};
    if (lead < 0xc0 || lead >= 0xf8)
        return false;
    uint32_t value = lead & (0x3fU >> more);
    for (int i = 0; i < more; i++) {
        if (look(plain) < 0x80 || look(plain) > 0xbf)
            return false;
        value = value << 6 | (*plain->at++ & 0x3f);
    }
    return value >= least[more] && value <= 0x10ffff && (value < 0xd800 || value > 0xdfff);
}

static bool pass_string(struct plain *plain)
{
    if (!got(plain, '"'))
        return false;
    while (!got(plain, '"')) {
        bool passed = look(plain) > 0x7f ? pass_character(plain)
                      : got(plain, '\\') ? pass_escape(plain)
                                         : got_between(plain, 0x20, 0x7f);
        if (!passed)
            return false;
    }
    return true;
}

static bool pass_value(struct plain *plain, int depth)
{
    pass_blanks(plain);
    const int opening = look(plain);
    if (opening == '"')
        return pass_string(plain);
    if (opening == 't' || opening == 'f' || opening == 'n')
        return got_word(plain, opening == 't' ? "true" : opening == 'f' ? "false" : "null");
    if (opening != '{' && opening != '[')
        return pass_number(plain);
    const int closing = opening == '{' ? '}' : ']';
    plain->at++;
    if (depth == JSON_DEPTH_MAX)
        return false;
    pass_blanks(plain);
    if (got(plain, closing))
        return true;
    do {
        pass_blanks(plain);
        if (opening == '{' && !pass_string(plain))
            return false;
        pass_blanks(plain);
        if ((opening == '{' && !got(plain, ':')) || !pass_value(plain, depth + 1))
            return false;
        pass_blanks(plain);
    } while (got(plain, ','));
    return got(plain, closing);
}

static bool is_json(const uint8_t *data, size_t size)
{
    struct plain plain = {data, data + size};
    if (!pass_value(&plain, 0))
        return false;
    pass_blanks(&plain);
    return plain.at == plain.end;
}

/* ---- the reader ---------------------------------------------------------------------------------------- */

static bool accepts(const char *kernels, const char *bytes, size_t size)
{
    struct json json;
    json_start(&json, bytes, size);
    if (kernels_named(kernels))
        json.kernels = kernels_named(kernels);
    return json_take(&json, NULL) != JSON_BAD && json_finish(&json);
}

static void check_decoding(const struct json_slice *slice)
{
    char *text = malloc(slice->size + 1);
    size_t size = json_decode(slice, text, slice->size);
    text[size] = '\0';
    if (size > slice->size || (!memchr(text, 0, size) && !json_equals(slice, text)))
        abort();
    free(text);
}

/* Walks a well-formed document member by member, and decodes every string. */
static void walk(const char *bytes, size_t size)
{
    struct json json;
    struct json_slice slice;
    json_start(&json, bytes, size);
    if (json_peek(&json) != JSON_OBJECT && json_peek(&json) != JSON_ARRAY)
        return;
    json_enter(&json);
    while (!json.failed && json.depth > 0) {
        const bool in_object = json.in_object;
        if (!(in_object ? json_member(&json, &slice) : json_element(&json)))
            continue;
        if (in_object)
            check_decoding(&slice);
        if (json_peek(&json) == JSON_OBJECT || json_peek(&json) == JSON_ARRAY)
            json_enter(&json);
        else if (json_take(&json, &slice) == JSON_STRING)
            check_decoding(&slice);
    }
    if (!json_finish(&json))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *bytes = (const char *)data;
    const bool expected = is_json(data, size);
    if (accepts("scalar", bytes, size) != expected || accepts("sse2", bytes, size) != expected ||
        accepts("avx2", bytes, size) != expected)
        abort();
    if (expected)
        walk(bytes, size);
    return 0;
}
