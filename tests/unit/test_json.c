/* The JSON reader: what it accepts, refuses, picks and decodes. */
#include "suite.h"

#include "plain_json.h"

#include "../../agent/ingest/json.h"
#include "../../agent/ingest/kernels.h"

#include <stdlib.h>
#include <string.h>

#define TEXT(literal) (literal), sizeof(literal) - 1
#define COUNT(array)  (sizeof(array) / sizeof *(array))
#define NAMES                                                                                                \
    {                                                                                                        \
        "scalar", "sse2", "avx2", "avx512", "neon"                                                           \
    }

struct text {
    const char *bytes;
    size_t size;
};

/* Whether the text is a document, by a kernel; the text is put where the sanitizer sees every stray read. */
static bool accepts_by(const struct kernels *kernels, const char *bytes, size_t size)
{
    struct json json;
    char *copy = malloc(size ? size : 1);
    memcpy(copy, bytes, size);
    json_start(&json, copy, size);
    json.kernels = kernels;
    bool accepted = json_take(&json, NULL) != JSON_BAD && json_finish(&json);
    free(copy);
    return accepted;
}

static bool accepts(const char *bytes, size_t size)
{
    static const char *const names[] = NAMES;
    bool accepted = accepts_by(kernels_named("scalar"), bytes, size);
    for (size_t i = 0; i < COUNT(names); i++)
        if (kernels_named(names[i]))
            ck_assert_int_eq(accepts_by(kernels_named(names[i]), bytes, size), accepted);
    return accepted;
}

static void check_all(const struct text *texts, size_t count, bool accepted)
{
    for (size_t i = 0; i < count; i++)
        if (accepts(texts[i].bytes, texts[i].size) != accepted)
            ck_abort_msg("%s: %s", accepted ? "refused" : "accepted", texts[i].bytes);
}

START_TEST(documents_are_accepted)
{
    static const struct text texts[] = {
        {TEXT("0")},
        {TEXT("-0")},
        {TEXT("-0.0")},
        {TEXT("1e5")},
        {TEXT("1E+5")},
        {TEXT("1.25e-07")},
        {TEXT("123456789012345678901234567890")},
        {TEXT("1e400")},
        {TEXT("true")},
        {TEXT("false")},
        {TEXT("null")},
        {TEXT("\"\"")},
        {TEXT("[]")},
        {TEXT("{}")},
        {TEXT("[[],{}]")},
        {TEXT(" \t\r\n{ \"a\" : [ 1 , 2 ] , \"\" : null } \r\n")},
        {TEXT("{\"a\":1,\"a\":{}}")},
        {TEXT("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\uABCD\"")},
        {TEXT("\"\\u0000\"")},
        {TEXT("\"\\ud800\"")},
        {TEXT("\"\\udc00\\ud800\"")},
        {TEXT("\"\\ud83d\\ude00\"")},
        {TEXT("\"\x7f\"")},
        {TEXT("\"\xc2\x80 \xdf\xbf \xe0\xa0\x80 \xed\x9f\xbf \xee\x80\x80 \xef\xbf\xbf\"")},
        {TEXT("\"\xf0\x90\x80\x80 \xf4\x8f\xbf\xbf\"")},
    };
    check_all(texts, COUNT(texts), true);
}
END_TEST

START_TEST(what_is_no_json_is_refused)
{
    static const struct text texts[] = {
        {TEXT("")},
        {TEXT(" ")},
        {TEXT("01")},
        {TEXT("1.")},
        {TEXT(".5")},
        {TEXT("+1")},
        {TEXT("-")},
        {TEXT("--1")},
        {TEXT("1e")},
        {TEXT("1e+")},
        {TEXT("0x10")},
        {TEXT("1_000")},
        {TEXT("NaN")},
        {TEXT("Infinity")},
        {TEXT("-Infinity")},
        {TEXT("nul")},
        {TEXT("nulll")},
        {TEXT("True")},
        {TEXT("\"")},
        {TEXT("\"a")},
        {TEXT("'a'")},
        {TEXT("\"\\x\"")},
        {TEXT("\"\\u12g4\"")},
        {TEXT("\"\\u123")},
        {TEXT("\"\\")},
        {TEXT("\"\\u 123\"")},
        {TEXT("\"\\u+123\"")},
        {TEXT("\"a\nb\"")},
        {TEXT("\"\t\"")},
        {TEXT("\"\0\"")},
        {TEXT("\"\x1f\"")},
        {TEXT("[")},
        {TEXT("]")},
        {TEXT("{")},
        {TEXT("[1,]")},
        {TEXT("[,1]")},
        {TEXT("[1 2]")},
        {TEXT("[1")},
        {TEXT("[1}")},
        {TEXT("{]")},
        {TEXT("{\"a\":1,}")},
        {TEXT("{,}")},
        {TEXT("{\"a\"}")},
        {TEXT("{\"a\":}")},
        {TEXT("{\"a\" 1}")},
        {TEXT("{a:1}")},
        {TEXT("{1:1}")},
        {TEXT("{\"a\":1 \"b\":2}")},
        {TEXT("{\"a\":1;}")},
        {TEXT("1 2")},
        {TEXT("{}{}")},
        {TEXT("[] x")},
        {TEXT("/**/1")},
        {TEXT("1//")},
        {TEXT("\xef\xbb\xbf{}")},
        {TEXT("\xc2\xa0"
              "1")},
        {TEXT("\v1")},
        {TEXT("\f1")},
        {TEXT("1\0")},
    };
    check_all(texts, COUNT(texts), false);
}
END_TEST

START_TEST(what_is_no_utf8_is_refused)
{
    static const struct text texts[] = {
        {TEXT("\"\x80\"")},
        {TEXT("\"\xbf\"")},
        {TEXT("\"\xc0\xaf\"")},
        {TEXT("\"\xc1\xbf\"")},
        {TEXT("\"\xc2\"")},
        {TEXT("\"\xc2 \"")},
        {TEXT("\"\xe0\x9f\xbf\"")},
        {TEXT("\"\xe2\x82\"")},
        {TEXT("\"\xed\xa0\x80\"")},
        {TEXT("\"\xed\xbf\xbf\"")},
        {TEXT("\"\xf0\x8f\xbf\xbf\"")},
        {TEXT("\"\xf0\x9f\x98\"")},
        {TEXT("\"\xf4\x90\x80\x80\"")},
        {TEXT("\"\xf5\x80\x80\x80\"")},
        {TEXT("\"\xff\"")},
        {TEXT("\"\xc2")},
        {TEXT("\"\xf0\x9f")},
        {TEXT("{\"\xff\":1}")},
    };
    check_all(texts, COUNT(texts), false);
}
END_TEST

/* A damaged byte is seen wherever it stands in a string. */
START_TEST(strings_are_looked_through)
{
    static const char good[] =
        "[\"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789\"]";
    static const char bad[] = {'\n', 0x1f, '\\', '"', (char)0x80, (char)0xff};
    char text[sizeof good];
    ck_assert(accepts(TEXT(good)));
    for (size_t at = 2; at < sizeof good - 3; at++)
        for (size_t i = 0; i < sizeof bad; i++) {
            memcpy(text, good, sizeof good);
            text[at] = bad[i];
            bool is_escape = bad[i] == '\\' && strchr("bf", good[at + 1]);
            ck_assert_int_eq(accepts(text, sizeof good - 1), is_escape);
        }
}
END_TEST

START_TEST(nesting_is_bounded)
{
    char text[2 * (JSON_DEPTH_MAX + 1)];
    for (size_t depth = JSON_DEPTH_MAX; depth <= JSON_DEPTH_MAX + 1; depth++) {
        memset(text, '[', depth);
        memset(text + depth, ']', depth);
        ck_assert_int_eq(accepts(text, 2 * depth), depth == JSON_DEPTH_MAX);
    }
    memset(text, '[', sizeof text);
    ck_assert(!accepts(text, sizeof text));
}
END_TEST

START_TEST(members_are_walked)
{
    static const char text[] = "{\"a\":[1,{\"b\":\"c\"}],\"d\":{\"e\":true,\"f\":[]},\"g\":-1.5e3}";
    struct json json;
    struct json_slice key, value;
    json_start(&json, TEXT(text));
    ck_assert_int_eq(json_peek(&json), JSON_OBJECT);
    ck_assert(json_enter(&json));
    ck_assert(json_member(&json, &key) && json_equals(&key, "a"));
    ck_assert(json_enter(&json));
    ck_assert(json_element(&json));
    ck_assert_int_eq(json_take(&json, &value), JSON_NUMBER);
    ck_assert(json_element(&json) && json_enter(&json));
    ck_assert(json_member(&json, &key) && json_equals(&key, "b"));
    ck_assert_int_eq(json_take(&json, &value), JSON_STRING);
    ck_assert(json_equals(&value, "c"));
    ck_assert(!json_member(&json, &key));
    ck_assert(!json_element(&json));
    ck_assert(json_member(&json, &key) && json_equals(&key, "d"));
    ck_assert_int_eq(json_take(&json, &value), JSON_OBJECT);
    ck_assert_mem_eq(value.bytes, "{\"e\":true,\"f\":[]}", value.size);
    ck_assert_uint_eq(value.size, 17);
    ck_assert(json_member(&json, &key) && json_equals(&key, "g"));
    ck_assert_int_eq(json_take(&json, &value), JSON_NUMBER);
    ck_assert_mem_eq(value.bytes, "-1.5e3", 6);
    ck_assert(!json_finish(&json));
    ck_assert(!json_member(&json, &key));
    ck_assert(json_finish(&json));
}
END_TEST

START_TEST(failure_sticks)
{
    struct json json;
    struct json_slice key;
    json_start(&json, TEXT("{\"a\":x,\"b\":1}"));
    ck_assert(json_enter(&json) && json_member(&json, &key));
    ck_assert_int_eq(json_take(&json, NULL), JSON_BAD);
    ck_assert(!json_member(&json, &key));
    ck_assert_int_eq(json_peek(&json), JSON_BAD);
    ck_assert(!json_finish(&json));
}
END_TEST

/* What stands at the very end of a document that was cut off may have been cut off too. */
START_TEST(a_number_cut_off_is_not_taken)
{
    struct json json;
    struct json_slice key;
    json_start(&json, TEXT("{\"a\":1,\"b\":0.41"));
    ck_assert(json_enter(&json) && json_member(&json, &key));
    ck_assert_int_eq(json_take(&json, NULL), JSON_NUMBER);
    ck_assert(json_member(&json, &key));
    ck_assert_int_eq(json_take(&json, NULL), JSON_BAD);
}
END_TEST

START_TEST(a_value_that_is_entered_must_be_a_container)
{
    struct json json;
    json_start(&json, TEXT("1"));
    ck_assert(!json_enter(&json));
    ck_assert(json.failed);
}
END_TEST

START_TEST(bytes_may_be_taken_as_they_come)
{
    struct json json;
    json_start(&json, TEXT("\"a\xff\xc0\""));
    json.lenient = true;
    ck_assert_int_eq(json_take(&json, NULL), JSON_STRING);
    ck_assert(json_finish(&json));
}
END_TEST

/* What lenient reading passed is looked at strictly from where it is set back, and the other way round. */
START_TEST(leniency_may_change_on_the_way)
{
    static const char text[] = "[\"\xff\",\"\xc3\xa9\",\"\xff\",\"\xff\"]";
    struct json json;
    json_start(&json, TEXT(text));
    json.lenient = true;
    ck_assert(json_enter(&json) && json_element(&json));
    ck_assert_int_eq(json_take(&json, NULL), JSON_STRING);
    json.lenient = false;
    ck_assert(json_element(&json));
    ck_assert_int_eq(json_take(&json, NULL), JSON_STRING);
    json.lenient = true;
    ck_assert(json_element(&json));
    ck_assert_int_eq(json_take(&json, NULL), JSON_STRING);
    json.lenient = false;
    ck_assert(json_element(&json));
    ck_assert_int_eq(json_take(&json, NULL), JSON_BAD);
}
END_TEST

/* Puts a document together of random pieces; some are well-formed. */
static size_t write_random(char *text, size_t room)
{
    static const char *const pieces[] = {
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\"",
        "\"",
        "\"a\":",
        "\"\\u0041\"",
        "\"\\\\\"",
        "\\",
        "\\\"",
        "\\u12",
        "1",
        "-0.5e3",
        "12345678",
        "123456789.",
        "01",
        "true",
        "null",
        "nul",
        " ",
        "\t",
        "\x01",
        "\xc3\xa9",
        "\xe6\x97\xa5",
        "\xf0\x9f\x99\x82",
        "\xed\xa0\x80",
        "\xc3",
        "\xa9",
        "\"text\"",
        "{}",
        "[]",
        "\"a much longer text, which is here to fill a block of sixty-four bytes \\\\ and then some\"",
    };
    size_t size = 0;
    for (int i = rand() % 40; i >= 0; i--) {
        const char *piece = pieces[(size_t)rand() % COUNT(pieces)];
        if (strlen(piece) > room - size)
            break;
        memcpy(text + size, piece, strlen(piece));
        size += strlen(piece);
    }
    return size;
}

/* Writes a well-formed value, with blanks here and there. */
static size_t write_value(char *text, int depth)
{
    static const char *const scalars[] = {"0",
                                          "-12.5e-3",
                                          "true",
                                          "null",
                                          "\"\"",
                                          "\"\\ud83d\\ude42 \xf0\x9f\x99\x82\"",
                                          "\"C:\\\\logs\\\\\"",
                                          "98765432",
                                          ("\"a text of more than a block: ........"
                                           "............................................\\n\xe6\x97\xa5\"")};
    const int kind = depth > 0 ? rand() % 4 : 0;
    size_t size = 0;
    if (kind < 2) {
        const char *scalar = scalars[(size_t)rand() % COUNT(scalars)];
        return (size_t)snprintf(text, 256, "%s", scalar);
    }
    text[size++] = kind == 2 ? '{' : '[';
    for (int i = rand() % 4; i > 0; i--) {
        size +=
            (size_t)snprintf(text + size, 32, "%s%s", rand() % 8 ? "" : " ", kind == 2 ? "\"key\\t\":" : "");
        size += write_value(text + size, depth - 1);
        size += (size_t)snprintf(text + size, 32, "%s%s", rand() % 8 ? "" : "\r\t", i > 1 ? "," : "");
    }
    text[size++] = kind == 2 ? '}' : ']';
    return size;
}

START_TEST(random_texts_are_read_as_a_plain_reader_does)
{
    static char text[65536];
    size_t good = 0, bad = 0;
    srand(1);
    for (int round = 0; round < 60000; round++) {
        const bool is_made = round % 3 == 0;
        size_t size = is_made ? write_value(text, 5) : write_random(text, 2000);
        if (is_made && rand() % 2 && size > 0)
            text[(size_t)rand() % size] = (char)rand();
        const bool expected = plain_is_json(text, size);
        if (accepts(text, size) != expected)
            ck_abort_msg("%s: %.*s", expected ? "refused" : "accepted", (int)size, text);
        good += expected;
        bad += !expected;
    }
    ck_assert_uint_gt(good, 10000);
    ck_assert_uint_gt(bad, 10000);
}
END_TEST

/* What is wrong is seen wherever it lies between pieces of 4 KiB and blocks of 64 bytes. */
START_TEST(long_strings_are_looked_through)
{
    enum { LENGTH = 3 * 4096 };
    static const char *const good[] = {"\\\"", "\\\\", "\\u00e9", "\xf0\x9f\x99\x82", "\xe6\x97\xa5"};
    static const char *const wrong[] = {"\n", "\\x", "\\u00e", "\xf0\x9f\x99", "\xa5", "\"", "\\"};
    static char text[LENGTH];
    memset(text, 'x', sizeof text);
    text[0] = text[LENGTH - 1] = '"';
    for (size_t at = 1; at < LENGTH - 8; at += at % 64 < 56 && at % 4096 > 70 && at % 4096 < 4000 ? 29 : 1)
        for (size_t i = 0; i < COUNT(good) + COUNT(wrong); i++) {
            const char *piece = i < COUNT(good) ? good[i] : wrong[i - COUNT(good)];
            memcpy(text + at, piece, strlen(piece));
            if (accepts(text, sizeof text) != (i < COUNT(good)))
                ck_abort_msg("%s at %zu", i < COUNT(good) ? "refused" : "accepted", at);
            memset(text + at, 'x', strlen(piece));
        }
}
END_TEST

/* Decodes the string that a document is, into at most `room` bytes. */
static size_t decode(const char *bytes, size_t size, char *out, size_t room)
{
    struct json json;
    struct json_slice slice;
    json_start(&json, bytes, size);
    ck_assert_int_eq(json_take(&json, &slice), JSON_STRING);
    return json_decode(&slice, out, room);
}

static void check_decoded(const char *bytes, size_t size, const char *expected, size_t expected_size)
{
    char out[64];
    struct json json;
    struct json_slice slice;
    ck_assert_uint_eq(decode(bytes, size, out, sizeof out), expected_size);
    ck_assert_mem_eq(out, expected, expected_size);
    json_start(&json, bytes, size);
    json_take(&json, &slice);
    if (!memchr(expected, 0, expected_size))
        ck_assert(json_equals(&slice, expected));
    ck_assert(!json_equals(&slice, "another"));
}

START_TEST(strings_are_decoded)
{
    check_decoded(TEXT("\"plain\""), TEXT("plain"));
    check_decoded(TEXT("\"\""), TEXT(""));
    check_decoded(TEXT("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\""), TEXT("\"\\/\b\f\n\r\t"));
    check_decoded(TEXT("\"a\\u0041\\u00e9\\u20ac\\uFFFF\""), TEXT("aA\xc3\xa9\xe2\x82\xac\xef\xbf\xbf"));
    check_decoded(TEXT("\"\\ud83d\\ude00!\""), TEXT("\xf0\x9f\x98\x80!"));
    check_decoded(TEXT("\"\\udbff\\udfff\""), TEXT("\xf4\x8f\xbf\xbf"));
    check_decoded(TEXT("\"\\ud800\""), TEXT("\xed\xa0\x80"));
    check_decoded(TEXT("\"\\ud800\\u0041\""), TEXT("\xed\xa0\x80"
                                                   "A"));
    check_decoded(TEXT("\"\\ud800\\ud83d\\ude00\""), TEXT("\xed\xa0\x80\xf0\x9f\x98\x80"));
    check_decoded(TEXT("\"\\ud800\\n\""), TEXT("\xed\xa0\x80\n"));
    check_decoded(TEXT("\"\\udc00\\ud800\""), TEXT("\xed\xb0\x80\xed\xa0\x80"));
    check_decoded(TEXT("\"\\u0000x\""), TEXT("\0x"));
    check_decoded(TEXT("\"\xc3\xa9\\n\xc3\xa9\""), TEXT("\xc3\xa9\n\xc3\xa9"));
}
END_TEST

START_TEST(decoding_is_cut_between_characters)
{
    static const char plain[] = "\"a\xe2\x82\xac\"", escaped[] = "\"\\u0061\\u20ac\"";
    char out[8];
    for (size_t room = 0; room < 4; room++) {
        ck_assert_uint_eq(decode(TEXT(plain), out, room), room > 0);
        ck_assert_uint_eq(decode(TEXT(escaped), out, room), room > 0);
    }
    ck_assert_uint_eq(decode(TEXT(plain), out, 4), 4);
    ck_assert_uint_eq(decode(TEXT(escaped), out, 4), 4);
}
END_TEST

SUITE_MAIN("json", documents_are_accepted, what_is_no_json_is_refused, what_is_no_utf8_is_refused,
           strings_are_looked_through, nesting_is_bounded, members_are_walked, failure_sticks,
           a_number_cut_off_is_not_taken, a_value_that_is_entered_must_be_a_container,
           bytes_may_be_taken_as_they_come, leniency_may_change_on_the_way,
           random_texts_are_read_as_a_plain_reader_does, long_strings_are_looked_through, strings_are_decoded,
           decoding_is_cut_between_characters)
