/*
 * Numbers for people: never more precise than they are, never rounded up into what is not yet so.
 */
#include "../../agent/render/numbers.h"
#include "suite.h"

#include <math.h>
#include <string.h>

#define CENT   INT64_C(10000000000)
#define MINUTE INT64_C(60000000)

static char out[NUMBER_MAX];

static const char *dollars(int64_t pusd)
{
    number_dollars(out, pusd);
    return out;
}

static const char *so_far(int64_t pusd)
{
    number_dollars_so_far(out, pusd);
    return out;
}

static const char *tokens(int64_t count)
{
    number_tokens(out, count);
    return out;
}

static const char *percent(int32_t percent_e2)
{
    number_percent(out, percent_e2);
    return out;
}

static const char *countdown(int64_t left_us)
{
    number_countdown(out, left_us);
    return out;
}

static const char *decimal(int64_t value, int places)
{
    number_decimal(out, value, places);
    return out;
}

START_TEST(dollars_are_rounded_to_the_nearest_cent)
{
    ck_assert_str_eq(dollars(0), "$0.00");
    ck_assert_str_eq(dollars(-5), "$0.00");
    ck_assert_str_eq(dollars(1), "<$0.01");
    ck_assert_str_eq(dollars(CENT - 1), "<$0.01");
    ck_assert_str_eq(dollars(CENT), "$0.01");
    ck_assert_str_eq(dollars(CENT * 3 / 2 - 1), "$0.01");
    ck_assert_str_eq(dollars(CENT * 3 / 2), "$0.02");
    ck_assert_str_eq(dollars(CENT * 99999), "$999.99");
    ck_assert_str_eq(dollars(CENT * 99999 + CENT / 2), "$1,000.00");
    ck_assert_str_eq(dollars(CENT * 123456789), "$1,234,567.89");
    ck_assert_str_eq(dollars(INT64_MAX), "$9,223,372.04");
}
END_TEST

START_TEST(sums_that_grow_are_rounded_down)
{
    ck_assert_str_eq(so_far(CENT - 1), "$0.00");
    ck_assert_str_eq(so_far(CENT * 2 - 1), "$0.01");
    ck_assert_str_eq(so_far(-1), "$0.00");
}
END_TEST

START_TEST(tokens_are_short)
{
    ck_assert_str_eq(tokens(-1), "0");
    ck_assert_str_eq(tokens(0), "0");
    ck_assert_str_eq(tokens(999), "999");
    ck_assert_str_eq(tokens(1000), "1.0k");
    ck_assert_str_eq(tokens(9999), "9.9k");
    ck_assert_str_eq(tokens(10000), "10k");
    ck_assert_str_eq(tokens(999999), "999k");
    ck_assert_str_eq(tokens(1000000), "1.0M");
    ck_assert_str_eq(tokens(3190000000), "3.1B");
    ck_assert_str_eq(tokens(INT64_MAX), "9223372T");
}
END_TEST

START_TEST(percentages_are_rounded_down)
{
    ck_assert_str_eq(percent(-1), "0%");
    ck_assert_str_eq(percent(99), "0%");
    ck_assert_str_eq(percent(9987), "99%");
    ck_assert_str_eq(percent(9999), "99%");
    ck_assert_str_eq(percent(10000), "100%");
}
END_TEST

START_TEST(countdowns_count_begun_minutes)
{
    ck_assert_str_eq(countdown(-1), "0m");
    ck_assert_str_eq(countdown(0), "0m");
    ck_assert_str_eq(countdown(1), "1m");
    ck_assert_str_eq(countdown(MINUTE), "1m");
    ck_assert_str_eq(countdown(MINUTE + 1), "2m");
    ck_assert_str_eq(countdown(MINUTE * 133), "2h 13m");
    ck_assert_str_eq(countdown(MINUTE * 1440 - 1), "1d 0h");
    ck_assert_str_eq(countdown(MINUTE * 1439), "23h 59m");
    ck_assert_str_eq(countdown(MINUTE * (3 * 1440 + 250)), "3d 4h");
}
END_TEST

/* The text stays the same until the instant stated, and differs at it. */
START_TEST(countdowns_say_how_long_they_last)
{
    static const int64_t lefts[] = {1,
                                    MINUTE - 1,
                                    MINUTE,
                                    MINUTE + 1,
                                    MINUTE * 60,
                                    MINUTE * 61,
                                    MINUTE * 1439,
                                    MINUTE * 1440,
                                    MINUTE * 1440 + 1,
                                    MINUTE * 1500,
                                    MINUTE * 1501 - 7,
                                    MINUTE * 9999 + 12345};
    char before[NUMBER_MAX], last[NUMBER_MAX], next[NUMBER_MAX];
    for (size_t i = 0; i < sizeof lefts / sizeof *lefts; i++) {
        int64_t lasts = number_countdown_lasts(lefts[i]);
        ck_assert_int_gt(lasts, 0);
        number_countdown(before, lefts[i]);
        number_countdown(last, lefts[i] - lasts + 1);
        number_countdown(next, lefts[i] - lasts);
        ck_assert_str_eq(before, last);
        ck_assert_str_ne(before, next);
    }
    ck_assert_int_eq(number_countdown_lasts(0), 0);
    ck_assert_int_eq(number_countdown_lasts(-5), 0);
}
END_TEST

START_TEST(decimals_are_exact_and_short)
{
    ck_assert_str_eq(decimal(0, 12), "0");
    ck_assert_str_eq(decimal(1, 12), "0.000000000001");
    ck_assert_str_eq(decimal(2487272400000, 12), "2.4872724");
    ck_assert_str_eq(decimal(3000000000000, 12), "3");
    ck_assert_str_eq(decimal(1050, 2), "10.5");
    ck_assert_str_eq(decimal(-1, 2), "-0.01");
    ck_assert_str_eq(decimal(INT64_MIN, 0), "-9223372036854775808");
    ck_assert_str_eq(decimal(INT64_MAX, 18), "9.223372036854775807");
}
END_TEST

static const char *shortest(double value)
{
    number_double(out, value);
    return out;
}

START_TEST(doubles_are_laid_out_as_serde_json_does)
{
    static const struct {
        double value;
        const char *text;
    } cases[] = {
        {0.0, "0.0"},
        {-0.0, "-0.0"},
        {1.0, "1.0"},
        {-2.5, "-2.5"},
        {0.1, "0.1"},
        {0.1 + 0.2, "0.30000000000000004"},
        {83.75241259999996, "83.75241259999996"},
        {1234567890123456.0, "1234567890123456.0"},
        {1e15, "1000000000000000.0"},
        {1e16, "1e+16"},
        {12345678901234567.0, "1.2345678901234568e+16"},
        {0.0001, "0.0001"},
        {0.00001, "0.00001"},
        {0.000012, "0.000012"},
        {0.0000012, "1.2e-6"},
        {1e-7, "1e-7"},
        {5e-324, "5e-324"},
        {1.7976931348623157e308, "1.7976931348623157e+308"},
        {INFINITY, "null"},
        {NAN, "null"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        ck_assert_str_eq(shortest(cases[i].value), cases[i].text);
}
END_TEST

START_TEST(doubles_read_back_as_themselves)
{
    uint64_t state = 1;
    for (int i = 0; i < 20000; i++) {
        double value;
        state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        memcpy(&value, &state, sizeof value);
        if (!isfinite(value))
            continue;
        double back = strtod(shortest(value), NULL);
        ck_assert_msg(back == value, "%.17g became %s", value, shortest(value));
    }
}
END_TEST

START_TEST(thousands_are_told_apart)
{
    static const struct {
        uint64_t value;
        const char *text;
    } cases[] = {{0, "0"}, {999, "999"}, {1000, "1,000"}, {UINT64_MAX, "18,446,744,073,709,551,615"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        number_grouped(out, cases[i].value);
        ck_assert_str_eq(out, cases[i].text);
    }
}
END_TEST

SUITE_MAIN("numbers", dollars_are_rounded_to_the_nearest_cent, sums_that_grow_are_rounded_down,
           tokens_are_short, percentages_are_rounded_down, countdowns_count_begun_minutes,
           countdowns_say_how_long_they_last, decimals_are_exact_and_short, doubles_are_laid_out_as_serde_json_does,
           doubles_read_back_as_themselves, thousands_are_told_apart)
