/* JSON numbers as exact integers. */
#include "decimal.h"

/* Beyond these no more digit or exponent can change the result; they keep the sums from overflowing. */
#define EXPONENT_MAX INT64_C(1000000000000000000)
#define DIGITS_MAX   19 /* of any value that fits in 64 bits whatever its digits */

struct cursor {
    const char *at;
    const char *end;
};

static bool at_digit(const struct cursor *cursor)
{
    return cursor->at < cursor->end && *cursor->at >= '0' && *cursor->at <= '9';
}

static int64_t read_exponent(struct cursor *cursor)
{
    int64_t value = 0;
    bool negative = *cursor->at == '-';
    if (*cursor->at == '-' || *cursor->at == '+')
        cursor->at++;
    for (; at_digit(cursor); cursor->at++)
        if (value < EXPONENT_MAX / 10)
            value = value * 10 + (*cursor->at - '0');
        else
            value = EXPONENT_MAX;
    return negative ? -value : value;
}

/* Takes one more digit behind the decimal point into what rounding down leaves out. */
static enum decimal_rest rest_with(enum decimal_rest rest, bool is_first, int digit)
{
    if (is_first)
        return digit == 0 ? REST_NONE : digit < 5 ? REST_BELOW_HALF : digit > 5 ? REST_ABOVE_HALF : REST_HALF;
    if (digit == 0)
        return rest;
    return rest == REST_NONE ? REST_BELOW_HALF : rest == REST_HALF ? REST_ABOVE_HALF : rest;
}

/* The significant digits of a mantissa, from its first that is not 0; `point` of them are integer digits. */
static void take_digits(struct decimal *decimal, struct cursor digits, int64_t point)
{
    int64_t index = 0;
    if (point < 0) {
        decimal->rest = REST_BELOW_HALF;
        return;
    }
    if (point > DIGITS_MAX) {
        decimal->too_large = true;
        return;
    }
    for (; digits.at < digits.end && (at_digit(&digits) || *digits.at == '.'); digits.at++) {
        if (*digits.at == '.')
            continue;
        int digit = *digits.at - '0';
        if (index < point)
            decimal->value = decimal->value * 10 + (uint64_t)digit;
        else
            decimal->rest = rest_with(decimal->rest, index == point, digit);
        index++;
    }
    for (; index < point; index++)
        decimal->value *= 10;
}

struct decimal decimal_read(const char *bytes, size_t size, int scale)
{
    struct decimal decimal = {0};
    struct cursor cursor = {bytes, bytes + size};
    if (size > 0 && *bytes == '-') {
        decimal.negative = true;
        cursor.at++;
    }
    struct cursor first = cursor; /* the first digit that is not 0 */
    int64_t point = 0;            /* integer digits from there on; below 0: zeros behind the decimal point */
    bool behind_point = false;
    for (; cursor.at < cursor.end && (at_digit(&cursor) || *cursor.at == '.'); cursor.at++) {
        if (*cursor.at == '.') {
            behind_point = true;
            continue;
        }
        if (!decimal.nonzero && *cursor.at != '0') {
            decimal.nonzero = true;
            first = cursor;
        }
        if (decimal.nonzero && !behind_point)
            point++;
        if (!decimal.nonzero && behind_point)
            point--;
    }
    if (!decimal.nonzero)
        return decimal;
    if (cursor.at < cursor.end) { /* at the e or E */
        cursor.at++;
        point += read_exponent(&cursor);
    }
    take_digits(&decimal, first, point + scale);
    return decimal;
}

uint64_t decimal_nearest(const struct decimal *decimal)
{
    bool up = decimal->rest == REST_ABOVE_HALF || (decimal->rest == REST_HALF && (decimal->value & 1));
    return decimal->value + up;
}
