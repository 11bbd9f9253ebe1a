/* Moments come in order of time, whatever instants they are of, and equal ones stay as they were. */
#include "../../agent/meter/moments.h"
#include "suite.h"

enum { MOST = 5000 };

static void check_sorted(const int64_t *times, size_t count)
{
    static struct moment moments[MOST];
    int64_t sum = 0, sorted_sum = 0;
    for (size_t i = 0; i < count; i++) {
        moments[i] = (struct moment){times[i], times[i] / 2, (uint32_t)i};
        sum += times[i] % 1000;
    }
    moments_sort(moments, count);
    for (size_t i = 0; i < count; i++) {
        ck_assert_int_eq(moments[i].when_us, times[moments[i].number]);
        ck_assert_int_eq(moments[i].last_us, moments[i].when_us / 2);
        sorted_sum += moments[i].when_us % 1000;
        if (!i)
            continue;
        ck_assert_int_le(moments[i - 1].when_us, moments[i].when_us);
        if (moments[i - 1].when_us == moments[i].when_us)
            ck_assert_uint_lt(moments[i - 1].number, moments[i].number);
    }
    ck_assert_int_eq(sum, sorted_sum);
}

START_TEST(few)
{
    check_sorted(NULL, 0);
    check_sorted((int64_t[]){7}, 1);
    check_sorted((int64_t[]){5, 5, 5}, 3);
    check_sorted((int64_t[]){1, 0, -1, INT64_MAX, INT64_MIN, 256, -256}, 7);
}
END_TEST

START_TEST(many)
{
    static int64_t times[MOST];
    srandom(1);
    for (int bits = 1; bits < 63; bits += 7) {
        for (size_t i = 0; i < MOST; i++)
            times[i] =
                (((int64_t)random() << 32) ^ random()) % (INT64_C(1) << bits) - (INT64_C(1) << (bits - 1));
        check_sorted(times, MOST);
    }
}
END_TEST

SUITE_MAIN("moments", few, many)
