/* What tokens weigh, by words in models' names. */
#include "../../agent/base/text.h"
#include "../../agent/meter/weights.h"
#include "suite.h"

#include <string.h>

static uint32_t weight(const struct weights *weights, const char *model)
{
    return weights_of(weights, model, strlen(model));
}

START_TEST(opus_weighs_five_times)
{
    struct weights weights = weights_default();
    ck_assert_uint_eq(weight(&weights, "claude-opus-4-6"), 5);
    ck_assert_uint_eq(weight(&weights, "CLAUDE-3-OPUS"), 5);
    ck_assert_uint_eq(weight(&weights, "opu"), 1);
    ck_assert_uint_eq(weight(&weights, "claude-sonnet-4-5"), 1);
    ck_assert_uint_eq(weight(&weights, ""), 1);
    ck_assert_uint_eq(weights_of(&weights, "x\0opus", 6), 5);
}
END_TEST

START_TEST(the_first_word_that_fits_counts)
{
    struct weights weights = weights_default();
    struct text why = TEXT_EMPTY;
    ck_assert_int_eq(weights_read(&weights, " opus-4-6=7, Opus=5\tfable=3,", &why), 0);
    ck_assert_uint_eq(weight(&weights, "claude-opus-4-6"), 7);
    ck_assert_uint_eq(weight(&weights, "claude-opus-4-5"), 5);
    ck_assert_uint_eq(weight(&weights, "fable-opus"), 5);
    ck_assert_uint_eq(weight(&weights, "Fable"), 3);
    ck_assert_uint_eq(weight(&weights, "claude-opus\r4-6"), 5); /* a dash is no letter in another case */
    ck_assert_int_eq(weights_read(&weights, "", &why), 0);
    ck_assert_uint_eq(weight(&weights, "claude-opus-4-6"), 1);
    ck_assert_uint_eq(why.size, 0);
}
END_TEST

START_TEST(what_is_wrong_is_told_and_changes_nothing)
{
    static const struct {
        const char *text, *why;
    } wrong[] = {
        {"opus", "opus: expected WORD=FACTOR"},
        {"fable=3 =5", "=5: the word must have 1 to 31 bytes"},
        {"opus=", "opus=: the factor must be a whole number from 1 to 1000"},
        {"opus=0", "opus=0: the factor must be a whole number from 1 to 1000"},
        {"opus=1001", "opus=1001: the factor must be a whole number from 1 to 1000"},
        {"opus=4294967297", "opus=4294967297: the factor must be a whole number from 1 to 1000"},
        {"opus=2.5", "opus=2.5: the factor must be a whole number from 1 to 1000"},
        {"opus = 5", "opus: expected WORD=FACTOR"},
        {"a=1 b=1 c=1 d=1 e=1 f=1 g=1 h=1 i=1 j=1 k=1 l=1 m=1 n=1 o=1 p=1 q=1",
         "q=1: there are more than 16 weights"},
        {"abcdefghijklmnopqrstuvwxyzabcdef=1",
         "abcdefghijklmnopqrstuvwxyzabcdef=1: the word must have 1 to 31 bytes"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct weights weights = weights_default();
        struct text why = TEXT_EMPTY;
        ck_assert_int_eq(weights_read(&weights, wrong[i].text, &why), -1);
        ck_assert_str_eq(why.bytes, wrong[i].why);
        ck_assert_uint_eq(weight(&weights, "opus"), 5);
        ck_assert_uint_eq(weights.count, 1);
        text_free(&why);
    }
}
END_TEST

SUITE_MAIN("weights", opus_weighs_five_times, the_first_word_that_fits_counts,
           what_is_wrong_is_told_and_changes_nothing)
