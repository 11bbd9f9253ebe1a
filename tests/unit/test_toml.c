/* TOML: what CCometixLine writes is read right, everything else is refused with its line. */
#include "../../agent/commands/toml.h"
#include "suite.h"

#include <string.h>

static const char *const good[][2] = {
    {"", "{}"},
    {"# nothing\n\n", "{}"},
    {"a = 1", "{\"a\":1}"},
    {"\xef\xbb\xbf"
     "a = 1\r\nb = 2\r\n",
     "{\"a\":1,\"b\":2}"},
    {"a = -1_000\nb = 3.5\nc = 1e3\nd = true\ne = false # no\n",
     "{\"a\":-1000,\"b\":3.5,\"c\":1000.0,\"d\":true,\"e\":false}"},
    {"s = \"a\\tb\\\"c\\\\ \\u00e9 \\U0001F916\"\nl = 'c:\\no'\n",
     "{\"s\":\"a\\tb\\\"c\\\\ é 🤖\",\"l\":\"c:\\\\no\"}"},
    {"e = \"\"\nf = ''\n", "{\"e\":\"\",\"f\":\"\"}"},
    {"a = [1, 2,\n 3, # three\n]\nb = []\n", "{\"a\":[1,2,3],\"b\":[]}"},
    {"a = { b = 1, \"c d\" = { } }\n", "{\"a\":{\"b\":1,\"c d\":{}}}"},
    {"a.b.c = 1\na.b.d = 2\n", "{\"a\":{\"b\":{\"c\":1,\"d\":2}}}"},
    {"[a]\nb = 1\n[a.c]\nd = 2\n[e]\n", "{\"a\":{\"b\":1,\"c\":{\"d\":2}},\"e\":{}}"},
    {"[[s]]\nid = 1\n[s.x]\ny = 2\n[[s]]\nid = 3\n", "{\"s\":[{\"id\":1,\"x\":{\"y\":2}},{\"id\":3}]}"},
};

START_TEST(reads)
{
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        struct text why = TEXT_EMPTY;
        json_t *read = toml_read(good[i][0], strlen(good[i][0]), &why);
        ck_assert_msg(read, "%s: %s", good[i][0], why.bytes);
        char *dumped = json_dumps(read, JSON_COMPACT);
        ck_assert_str_eq(dumped, good[i][1]);
        free(dumped);
        json_decref(read);
    }
}
END_TEST

static const char *const bad[][2] = {
    {"a", "line 1"},
    {"a = ", "line 1"},
    {"a = 1\nb = oops\n", "line 2"},
    {"a = 1 2\n", "line 1"},
    {"a = 1\na = 2\n", "line 2"},
    {"a = \"x\n", "line 1"},
    {"a = \"\\q\"\n", "line 1"},
    {"a = \"\\ud800\"\n", "line 1"},
    {"a = \"\"\"\nx\"\"\"\n", "line 1"},
    {"a = 1979-05-27\n", "line 1"},
    {"a = 0x10\n", "line 1"},
    {"a = 99999999999999999999\n", "line 1"},
    {"a = 'x\xff'\n", "line 1"},
    {"[a\nb = 1\n", "line 1"},
    {"[a]]\n", "line 1"},
    {"[[a]\n", "line 1"},
    {"a = 1\n[a]\n", "line 2"},
    {"a = 1\n[[a]]\n", "line 2"},
    {"a = [1 2]\n", "line 1"},
    {"a = [1,\n", "line 2"},
    {"a = {b = 1\n", "line 1"},
    {"a = [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]\n", "line 1"},
};

START_TEST(refuses)
{
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct text why = TEXT_EMPTY;
        json_t *read = toml_read(bad[i][0], strlen(bad[i][0]), &why);
        ck_assert_msg(!read, "%s", bad[i][0]);
        ck_assert_msg(strncmp(why.bytes, bad[i][1], strlen(bad[i][1])) == 0, "%s: %s", bad[i][0], why.bytes);
        text_free(&why);
    }
}
END_TEST

START_TEST(any_cut_is_harmless)
{
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        for (size_t size = 0; size <= strlen(good[i][0]); size++) {
            char *cut = malloc(size + !size); /* so that reading past the end is seen */
            struct text why = TEXT_EMPTY;
            memcpy(cut, good[i][0], size);
            json_decref(toml_read(cut, size, &why));
            text_free(&why);
            free(cut);
        }
    }
}
END_TEST

SUITE_MAIN("toml", reads, refuses, any_cut_is_harmless)
