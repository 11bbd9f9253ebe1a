/* Odd lines by how they are written: escapes, bytes, nesting, syntax. */
#include "odd_kinds.h"

#include "odd_values.h"

#include <string.h>

/* A string of bytes that may hold NULs. */
struct bytes {
    const char *bytes;
    size_t size;
};

#define BYTES(literal)                                                                                       \
    {                                                                                                        \
        literal, sizeof(literal) - 1                                                                         \
    }

static void set_content(struct record *record, const char *bytes, size_t size)
{
    struct text *content = &record->values[FIELD_CONTENT];
    text_clear(content);
    text_add_string(content, "\"");
    text_add(content, bytes, size);
    text_add_string(content, "\"");
}

void make_spaced(struct odd *odd, struct record *record)
{
    (void)odd;
    record->spaced = true;
}

void make_shuffled(struct odd *odd, struct record *record)
{
    (void)odd;
    record->shuffled = true;
}

void make_keys_escaped(struct odd *odd, struct record *record)
{
    (void)odd;
    record->keys_escaped = true;
}

/* Without the word so written, the line is not looked at. */
void make_usage_escaped(struct odd *odd, struct record *record)
{
    (void)odd;
    record->usage_escaped = true;
}

void make_usage_escaped_marked(struct odd *odd, struct record *record)
{
    record->usage_escaped = true;
    record->keys_escaped = random_chance(&odd->random, 50);
    record_set(record, FIELD_LINE_EXTRA,
               random_chance(&odd->random, 50) ? "\"note\":\"usage\"" : "\"usage\":0");
}

void make_duplicate_key(struct odd *odd, struct record *record)
{
    static const enum field fields[] = {
        FIELD_TYPE,  FIELD_TIMESTAMP,   FIELD_REQUEST_ID, FIELD_SESSION_ID, FIELD_COST_USD,
        FIELD_MODEL, FIELD_INPUT,       FIELD_OUTPUT,     FIELD_CACHE_READ, FIELD_MESSAGE_ID,
        FIELD_SPEED, FIELD_CACHE_WRITE, FIELD_WRITE_1H,   FIELD_UUID,       FIELD_FORKED_FROM};
    static const char *const values[] = {
        "null", "\"user\"", "5",         "\"fast\"", "-1", "\"2026-03-02T00:00:00Z\"",
        "{}",   "0.5",      "\"gen-1\"", "1e3"};
    record->twice = random_of(&odd->random, fields);
    record->twice_last = random_chance(&odd->random, 50);
    text_add_string(&record->twice_value, random_of(&odd->random, values));
}

void make_duplicate_object(struct odd *odd, struct record *record)
{
    static const enum field fields[] = {FIELD_MESSAGE, FIELD_USAGE, FIELD_CREATION};
    static const char *const values[] = {
        "null",
        "{}",
        "[]",
        "{\"input_tokens\":41}",
        "{\"usage\":{\"input_tokens\":42}}",
        "{\"ephemeral_1h_input_tokens\":43}",
        "{\"input_tokens\":-1}",
        "{\"usage\":{\"input_tokens\":\"x\"}}",
        "\"usage\"",
        COMPOSED,
    };
    record->twice = random_of(&odd->random, fields);
    record->twice_last = random_chance(&odd->random, 50);
    record_set(record, FIELD_CREATION, COMPOSED);
    text_add_string(&record->twice_value, random_of(&odd->random, values));
}

/* ---- bytes ------------------------------------------------------------------------------------------ */

void make_crlf(struct odd *odd, struct record *record)
{
    (void)odd;
    text_add_string(&record->after, "\r");
}

void make_byte_order_mark(struct odd *odd, struct record *record)
{
    text_add_string(random_chance(&odd->random, 70) ? &record->before : &record->after, "\xef\xbb\xbf");
}

void make_nul(struct odd *odd, struct record *record)
{
    static const struct bytes inside[] = {BYTES("a\0b"), BYTES("\0"), BYTES("\0\0\0\0\0\0\0\0\0")};
    struct bytes nul = random_of(&odd->random, inside);
    switch (random_below(&odd->random, 4)) {
    case 0:
        set_content(record, nul.bytes, nul.size);
        break;
    case 1:
        text_add(&record->before, "\0", 1);
        break;
    case 2:
        text_add(&record->after, "\0", 1);
        break;
    default: /* as a file has that was extended before it was written */
        for (int i = 0; i < 700; i++)
            text_add(&odd->raw, "\0", 1);
    }
}

void make_control_bytes(struct odd *odd, struct record *record)
{
    char c = (char)(1 + random_below(&odd->random, 31));
    char bytes[3] = {'a', c == '\n' ? '\t' : c, 'b'};
    if (random_chance(&odd->random, 25))
        bytes[1] = 0x7f; /* the one that JSON allows */
    set_content(record, bytes, sizeof bytes);
}

void make_binary(struct odd *odd, struct record *record)
{
    (void)record;
    for (uint64_t i = 0, size = random_below(&odd->random, 400); i < size; i++) {
        char c = (char)random_next(&odd->random);
        text_add(&odd->raw, &c, 1);
        if (random_chance(&odd->random, 1))
            text_add_string(&odd->raw, "\"usage\"");
    }
}

void make_invalid_utf8(struct odd *odd, struct record *record)
{
    /* Unicode 15 §3.9, table 3-7: what no well-formed sequence is. */
    static const struct bytes bad[] = {
        BYTES("\x80"),
        BYTES("\xbf"),
        BYTES("\xc0\xaf"),
        BYTES("\xc1\xbf"),
        BYTES("\xc3"),
        BYTES("\xe2\x82"),
        BYTES("\xe0\x9f\xbf"),
        BYTES("\xed\xa0\x80"),
        BYTES("\xed\xbf\xbf"),
        BYTES("\xf0\x8f\xbf\xbf"),
        BYTES("\xf4\x90\x80\x80"),
        BYTES("\xf5\x80\x80\x80"),
        BYTES("\xff"),
        BYTES("\xfe\xff"),
        BYTES("\xf0\x9f\x98"),
        BYTES("\xe2\x28\xa1"),
        BYTES("\xc3\x28"),
        BYTES("\xf8\x88\x80\x80\x80"),
    };
    struct bytes some = random_of(&odd->random, bad);
    struct text filled = TEXT_EMPTY; /* at any place of a vector register */
    for (uint64_t i = random_below(&odd->random, 70); i > 0; i--)
        text_add_char(&filled, 'x');
    text_add(&filled, some.bytes, some.size);
    if (random_chance(&odd->random, 20)) {
        text_add(&record->after, some.bytes, some.size);
    } else if (random_chance(&odd->random, 20)) {
        text_add_string(&record->values[FIELD_LINE_EXTRA], "\"");
        text_add(&record->values[FIELD_LINE_EXTRA], filled.bytes, filled.size);
        text_add_string(&record->values[FIELD_LINE_EXTRA], "\":1");
    } else {
        for (uint64_t i = random_below(&odd->random, 70); i > 0; i--)
            text_add_char(&filled, 'y');
        set_content(record, filled.bytes, filled.size);
    }
    text_free(&filled);
}

void make_unusual_utf8(struct odd *odd, struct record *record)
{
    static const struct bytes good[] = {
        BYTES("\xc2\x80"),     BYTES("\xdf\xbf"),     BYTES("\xe0\xa0\x80"),     BYTES("\xed\x9f\xbf"),
        BYTES("\xee\x80\x80"), BYTES("\xef\xbf\xbf"), BYTES("\xf0\x90\x80\x80"), BYTES("\xf4\x8f\xbf\xbf"),
        BYTES("\xef\xbb\xbf"), BYTES("\xe2\x80\xa8"), BYTES("\xef\xb7\x90"),     BYTES("\x7f"),
        BYTES("\xc2\x85"),     BYTES("\xef\xbf\xbe"),
    };
    struct text filled = TEXT_EMPTY;
    for (uint64_t i = random_below(&odd->random, 40); i > 0; i--) {
        struct bytes some = random_of(&odd->random, good);
        text_add(&filled, some.bytes, some.size);
    }
    set_content(record, filled.bytes, filled.size);
    text_free(&filled);
}

void make_surrogates(struct odd *odd, struct record *record)
{
    static const char *const escapes[] = {
        "\\ud800",  "\\udfff",        "\\ud83d\\ude00", "\\ude00\\ud83d", "\\uD83D\\uD83D\\uDE00",
        "\\udbffx", "\\ud800\\u0041", "\\u0000",        "\\uffff"};
    const char *some = random_of(&odd->random, escapes);
    if (random_chance(&odd->random, 70))
        set_content(record, some, strlen(some));
    else
        record_setf(record, FIELD_LINE_EXTRA, "\"%s\":\"%s\"", some, some);
}

/* Lone surrogates in what is shown or told apart: the names stay different ones. */
void make_surrogate_names(struct odd *odd, struct record *record)
{
    static const enum field fields[] = {FIELD_MODEL, FIELD_MESSAGE_ID, FIELD_REQUEST_ID, FIELD_UUID,
                                        FIELD_SESSION_ID};
    static const char *const values[] = {"\"\\ud800\"", "\"\\udfff\"", "\"\\ud800\\udfff\"",
                                         "\"\\udfff\\ud800\"", "\"a\\udcffb\""};
    enum field field = random_of(&odd->random, fields);
    record_set(record, field, random_of(&odd->random, values));
}

/* ---- nesting ---------------------------------------------------------------------------------------- */

static void add_nested(struct odd *odd, struct record *record, size_t levels, bool closed)
{
    struct text *extra = &record->values[FIELD_LINE_EXTRA];
    bool objects = random_chance(&odd->random, 50);
    text_clear(extra);
    text_add_string(extra, "\"deep\":");
    for (size_t i = 1; i < levels; i++)
        text_add_string(extra, objects && i + 1 < levels ? "{\"a\":" : "[");
    for (size_t i = levels - 1; closed && i > 0; i--)
        text_add_string(extra, objects && i + 1 < levels ? "}" : "]");
}

/* Around the limit of 512 levels, the line's own object being the first. */
void make_nested(struct odd *odd, struct record *record)
{
    static const size_t levels[] = {2, 64, 65, 127, 128, 255, 256, 510, 511, 512, 512, 513, 513, 514, 600};
    record->progress = false;
    add_nested(odd, record, random_of(&odd->random, levels), true);
}

void make_nested_hopelessly(struct odd *odd, struct record *record)
{
    static const size_t levels[] = {900, 1100, 5000, 20000};
    record->progress = false;
    bool closed = random_chance(&odd->random, 50);
    add_nested(odd, record, random_of(&odd->random, levels), closed);
}

/* ---- syntax ----------------------------------------------------------------------------------------- */

void make_two_objects(struct odd *odd, struct record *record)
{
    struct record second;
    odd_ordinary(odd, &second);
    text_add_string(&record->after, odd_one_of(odd, VALUES("", " ", ",", "\r", "\t")));
    record_write(&record->after, &second, &odd->random);
    record_free(&second);
}

void make_trailing(struct odd *odd, struct record *record)
{
    struct text *side = random_chance(&odd->random, 80) ? &record->after : &record->before;
    text_add_string(side, odd_one_of(odd, VALUES("}", "]", ",", "x", "null", "\"\"", ";", "{}", "{\"usage\"",
                                                 "//", "0", "\xc2\xa0", "\xe2\x80\xa8", "\\n")));
}

void make_blanks_around(struct odd *odd, struct record *record)
{
    static const char *const blanks[] = {" ", "\t", "  \t ", "\r", " \r", "\v", "\f", "\x1c", "\x85"};
    struct text *side = random_chance(&odd->random, 50) ? &record->after : &record->before;
    text_add_string(side, random_of(&odd->random, blanks));
}

void make_bad_syntax(struct odd *odd, struct record *record)
{
    enum field field = random_chance(&odd->random, 50) ? FIELD_LINE_EXTRA : FIELD_USAGE_EXTRA;
    record_set(
        record, field,
        odd_one_of(odd, VALUES("\"x\":NaN", "\"x\":Infinity", "\"x\":-Infinity", "\"x\":-NaN", "\"x\":[1,]",
                               "\"x\":{\"a\":1,}", "\"x\":[,1]", "\"x\":[1 2]", "\"x\":{\"a\" 1}",
                               "\"x\":{\"a\":}", "\"x\":{a:1}", "\"x\":{'a':1}", "\"x\":'a'", "\"x\":{1:1}",
                               "\"x\":{\"a\":1 \"b\":2}", "\"x\":\"\\x41\"", "\"x\":\"\\u12\"",
                               "\"x\":\"\\u123g\"", "\"x\":\"\\u 123\"", "\"x\":\"\\a\"", "\"x\":\"\\'\"",
                               "\"x\":True", "\"x\":None", "\"x\":nul", "\"x\":nulll", "\"x\":tru",
                               "\"x\":falsee", "\"x\":undefined", "\"x\":/* */1", "\"x\":01", "\"x\":1.",
                               "\"x\":.1", "\"x\":1e", "\"x\":1e+", "\"x\":-", "\"x\":+1", "\"x\":0x1",
                               "\"x\":1_000", "\"x\":-01", "\"x\"", "\"x\":", ",", "\"x\":1,", "\"x\"::1",
                               "\"x\":1:2", "\"x\":[1}", "\"x\":{\"a\":[}]", "\"x\":\"a\tb\"", "\"x\":\"",
                               "\"x\":\"\\u00e\"", "\"x\":\"\\ud83d\\u\"", "\"x\":\xd9\xa1", "x", "1:1",
                               "\"x\":1e5.5", "\"x\":0.0.0", "\"x\":00.5")));
}

void make_good_syntax(struct odd *odd, struct record *record)
{
    enum field field = random_chance(&odd->random, 50) ? FIELD_LINE_EXTRA : FIELD_MESSAGE_EXTRA;
    record_set(record, field,
               odd_one_of(odd, VALUES("\"x\":[]", "\"x\":{}", "\"x\":[[],{},[{}]]", "\"\":\"\"",
                                      "\"x\":1e400", "\"x\":-1E-400", "\"x\":-0", "\"x\":0.0",
                                      "\"x\":123456789012345678901234567890123456789012345678901234567890",
                                      "\"x\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00E9\"", "\"\\\\\":\"\\\\\"",
                                      "\"x\":\"\\\\\\\"\"", "\"x\":\"\\\\\\\\\"", "\"x\":[1 , 2 ,\t3]",
                                      "\"x\":0e0", "\"x\":[\"]\",\"}\",\"{\",\"[\",\":\",\",\"]",
                                      "\"\\\"usage\\\"\":1", "\"x\":true,\"x\":false,\"x\":null",
                                      "\"x\":3.141592653589793238462643383279502884197",
                                      "\"x\":{\"message\":{\"usage\":{\"input_tokens\":5}}}")));
}

void make_cut(struct odd *odd, struct record *record)
{
    record_write(&odd->raw, record, &odd->random);
    odd->raw.size = random_below(&odd->random, odd->raw.size);
}

void make_blank_lines(struct odd *odd, struct record *record)
{
    (void)record;
    text_add_string(&odd->raw, odd_one_of(odd, VALUES("\n", "\n\n\n", " ", "\t", "\r", "\r\n\r", " \t\r\v\f ",
                                                      "\v", "\f\n\v")));
}

/* Longer than any buffer one would choose. */
void make_long_line(struct odd *odd, struct record *record)
{
    static const size_t sizes[] = {4000, 16384, 65530, 66000, 131072, 263000};
    struct text filled = TEXT_EMPTY;
    prose_add(&filled, &odd->prose, &odd->random, random_of(&odd->random, sizes));
    set_content(record, filled.bytes, filled.size);
    text_free(&filled);
    record->shuffled = random_chance(&odd->random, 50);
}
