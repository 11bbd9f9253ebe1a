/* JSON numbers as exact integers, and timestamps. */
#include "suite.h"

#include "../../agent/ingest/decimal.h"
#include "../../agent/ingest/timestamp.h"

#include <string.h>

static uint64_t nearest(const char *text, int scale)
{
    struct decimal decimal = decimal_read(text, strlen(text), scale);
    ck_assert(!decimal.too_large);
    return decimal_nearest(&decimal);
}

static uint64_t floor_of(const char *text, int scale)
{
    struct decimal decimal = decimal_read(text, strlen(text), scale);
    ck_assert(!decimal.too_large);
    return decimal.value;
}

START_TEST(integers_are_read)
{
    ck_assert_uint_eq(floor_of("0", 0), 0);
    ck_assert_uint_eq(floor_of("-0", 0), 0);
    ck_assert_uint_eq(floor_of("7", 0), 7);
    ck_assert_uint_eq(floor_of("2147483648", 0), UINT64_C(2147483648));
    ck_assert_uint_eq(floor_of("9999999999999999999", 0), UINT64_C(9999999999999999999));
    ck_assert(decimal_read("10000000000000000000", 20, 0).too_large);
    ck_assert(decimal_read("-5", 2, 0).negative);
}
END_TEST

START_TEST(fractions_and_exponents_are_read)
{
    ck_assert_uint_eq(floor_of("99.87", 2), 9987);
    ck_assert_uint_eq(floor_of("99.999999999999999999", 2), 9999);
    ck_assert_uint_eq(floor_of("7.750000000000001", 2), 775);
    ck_assert_uint_eq(floor_of("4.1e-05", 12), 41000000);
    ck_assert_uint_eq(floor_of("1E+2", 0), 100);
    ck_assert_uint_eq(floor_of("10000000e-1", 0), 1000000);
    ck_assert_uint_eq(floor_of("0.1e7", 0), 1000000);
    ck_assert_uint_eq(floor_of("0.00012e4", 0), 1);
    ck_assert_uint_eq(floor_of("187.93412249999997", 12), UINT64_C(187934122499999));
    ck_assert_uint_eq(nearest("187.93412249999997", 12), UINT64_C(187934122500000));
}
END_TEST

START_TEST(halves_go_to_the_even)
{
    ck_assert_uint_eq(nearest("0.5", 0), 0);
    ck_assert_uint_eq(nearest("1.5", 0), 2);
    ck_assert_uint_eq(nearest("2.5", 0), 2);
    ck_assert_uint_eq(nearest("2.5000000000000000000000000000000000001", 0), 3);
    ck_assert_uint_eq(nearest("2.4999999999999999999999999999999999999", 0), 2);
    ck_assert_uint_eq(nearest("0.50", 0), 0);
    ck_assert_uint_eq(nearest("5e-13", 12), 0);
    ck_assert_uint_eq(nearest("15e-13", 12), 2);
    ck_assert_uint_eq(nearest("5.00000001e-13", 12), 1);
    ck_assert_uint_eq(nearest("0.05", 0), 0);
}
END_TEST

START_TEST(extremes_are_told)
{
    struct decimal tiny = decimal_read("1e-99999999999999999999999", 26, 12);
    ck_assert(tiny.nonzero && tiny.value == 0 && tiny.rest == REST_BELOW_HALF);
    ck_assert(decimal_read("1e99999999999999999999999", 25, 12).too_large);
    ck_assert(!decimal_read("0e99999999999999999999999", 25, 12).nonzero);
    ck_assert(!decimal_read("-0.000", 6, 12).nonzero);
    ck_assert(decimal_read("-1e-400", 7, 12).negative);
}
END_TEST

static void check_time(const char *stamp, int64_t expected)
{
    int64_t when = -1;
    ck_assert_msg(timestamp_read(stamp, strlen(stamp), &when), "refused %s", stamp);
    ck_assert_int_eq(when, expected);
}

static void check_no_time(const char *stamp)
{
    int64_t when;
    ck_assert_msg(!timestamp_read(stamp, strlen(stamp), &when), "accepted %s", stamp);
}

/* The figures are those of Python's datetime. */
START_TEST(timestamps_are_read)
{
    check_time("1970-01-01T00:00:00Z", 0);
    check_time("1970-01-01T00:00:00+05:00", INT64_C(-18000000000));
    check_time("2000-02-29T12:34:56.789Z", INT64_C(951827696789000));
    check_time("2026-01-02T03:04:05.1234569Z", INT64_C(1767323045123456));
    check_time("2026-01-02T03:04:05.5+01:30", INT64_C(1767317645500000));
    check_time("2026-01-02T03:04:05-00:00", INT64_C(1767323045000000));
    check_time("2025-01-01T00:00:00+05:99", INT64_C(1735665660000000));
    check_time("2999-12-31T23:59:59-23:59", INT64_C(32503766339000000));
    check_time("2026-03-01T00:00:00Z", INT64_C(1772323200000000));
}
END_TEST

START_TEST(other_stamps_are_refused)
{
    check_no_time("");
    check_no_time("1969-12-31T23:59:59Z");
    check_no_time("3000-01-01T00:00:00Z");
    check_no_time("2023-02-29T00:00:00Z");
    check_no_time("2100-02-29T00:00:00Z");
    check_no_time("2026-13-01T00:00:00Z");
    check_no_time("2026-00-01T00:00:00Z");
    check_no_time("2026-04-31T00:00:00Z");
    check_no_time("2026-01-00T00:00:00Z");
    check_no_time("2026-01-02T24:00:00Z");
    check_no_time("2026-01-02T03:60:05Z");
    check_no_time("2026-01-02T03:04:60Z");
    check_no_time("2026-01-02T03:04:05");
    check_no_time("2026-01-02T03:04:05z");
    check_no_time("2026-01-02t03:04:05Z");
    check_no_time("2026-01-02 03:04:05Z");
    check_no_time("2026-01-02T03:04:05.Z");
    check_no_time("2026-01-02T03:04:05,5Z");
    check_no_time("2026-01-02T03:04:05Z ");
    check_no_time("2026-01-02T03:04:05+24:00");
    check_no_time("2026-01-02T03:04:05+23:60");
    check_no_time("2026-01-02T03:04:05+0100");
    check_no_time("2026-01-02T03:04:05+01");
    check_no_time("26-01-02T03:04:05Z");
}
END_TEST

SUITE_MAIN("decimal", integers_are_read, fractions_and_exponents_are_read, halves_go_to_the_even,
           extremes_are_told, timestamps_are_read, other_stamps_are_refused)
