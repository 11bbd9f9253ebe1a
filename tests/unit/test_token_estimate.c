/* The estimate of a text's tokens: its fast count of bytes by class is the plain one, wherever the text
 * stands. */
#include "suite.h"

#include "../../agent/ingest/token_estimate.h"

#include <stdlib.h>
#include <string.h>

static void check_equal(const char *bytes, size_t size)
{
    /* Memory of exactly that size: a read beyond it is found by the sanitizers. */
    char *copy = malloc(size ? size : 1);
    memcpy(copy, bytes, size);
    struct byte_classes fast = {0}, plain = {0};
    byte_classes_add(&fast, copy, size);
    byte_classes_add_plainly(&plain, copy, size);
    ck_assert_mem_eq(&fast, &plain, sizeof fast);
    ck_assert_uint_eq(fast.letters + fast.digits + fast.backslashes + fast.spaces + fast.wide + fast.others,
                      size);
    free(copy);
}

START_TEST(the_classes_are_those_of_the_plain_count)
{
    char text[9000];
    srandom(11);
    for (int round = 0; round < 400; round++) {
        const size_t size = (size_t)random() % (round % 8 ? 100 : sizeof text);
        for (size_t i = 0; i < size; i++)
            text[i] = (char)(round % 3 ? random() : "ab 1\\.Z\xc3"[random() % 8]);
        check_equal(text, size);
    }
}
END_TEST

/* A lane counts in one byte: a long run of one class must not wrap around. */
START_TEST(long_runs_are_counted_whole)
{
    static const char classes[] = "a1\\ \xc3.";
    char *text = malloc(100000);
    for (const char *class = classes; *class; class ++) {
        memset(text, *class, 100000);
        check_equal(text, 100000);
    }
    free(text);
}
END_TEST

START_TEST(words_are_runs_of_letters)
{
    struct byte_classes classes = {0};
    static const char text[] = "One two3four, five: six seven eight nine ten eleven";
    byte_classes_add(&classes, text, sizeof text - 1);
    ck_assert_uint_eq(classes.words, 10);
    ck_assert_uint_eq(classes.digits, 1);
    ck_assert_uint_eq(classes.spaces, 8);
}
END_TEST

START_TEST(texts_weigh_about_what_they_are_known_to)
{
    struct byte_classes prose = {0}, nothing = {0};
    static const char text[] =
        "The quick brown fox jumps over the lazy dog and runs away into the dark forest.";
    byte_classes_add(&prose, text, sizeof text - 1);
    ck_assert_uint_eq(token_estimate(&nothing), 0);
    ck_assert_uint_ge(token_estimate(&prose), 14);
    ck_assert_uint_le(token_estimate(&prose), 26);
}
END_TEST

SUITE_MAIN("token estimate", the_classes_are_those_of_the_plain_count, long_runs_are_counted_whole,
           words_are_runs_of_letters, texts_weigh_about_what_they_are_known_to)
