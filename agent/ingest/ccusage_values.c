/* Single values as ccusage reads them: timestamps and floating numbers. See ccusage_line.h. */
#include "ccusage_line.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* ---- timestamps ---------------------------------------------------------------------------------------- */

/* Reads `count` digits; -1 if there is something else among them. */
static int digits_read(const char *at, int count)
{
    int value = 0;
    for (int i = 0; i < count; i++) {
        if (at[i] < '0' || at[i] > '9')
            return -1;
        value = value * 10 + (at[i] - '0');
    }
    return value;
}

static bool is_leap(int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static bool is_day(int year, int month, int day)
{
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (month < 1 || month > 12 || day < 1)
        return false;
    return day <= lengths[month - 1] + (month == 2 && is_leap(year));
}

/* Days from 1970-01-01 to a day of the proleptic Gregorian calendar. */
static int64_t days_to(int year, int month, int day)
{
    int64_t y = month > 2 ? year : year - 1;
    int64_t since_march = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    int64_t eras = (y >= 0 ? y : y - 399) / 400;
    int64_t of_era = y - eras * 400;
    return eras * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + since_march - 719468;
}

/* Z or ±HH:MM, in minutes. */
static bool offset_read(const char *at, size_t size, int *minutes)
{
    if (size == 1 && *at == 'Z') {
        *minutes = 0;
        return true;
    }
    if (size != 6 || (*at != '+' && *at != '-') || at[3] != ':')
        return false;
    int hours = digits_read(at + 1, 2), rest = digits_read(at + 4, 2);
    *minutes = (*at == '+' ? 1 : -1) * (hours * 60 + rest);
    return hours >= 0 && hours < 24 && rest >= 0 && rest < 60;
}

bool ccusage_timestamp_read(const char *bytes, size_t size, int64_t *when_ms)
{
    int millisecond = 0, offset;
    size_t zone = 19;
    if (size != 20 && size != 24 && size != 25 && size != 29)
        return false;
    if (size == 24 || size == 29) {
        if (bytes[19] != '.' || (millisecond = digits_read(bytes + 20, 3)) < 0)
            return false;
        zone = 23;
    }
    if (bytes[4] != '-' || bytes[7] != '-' || bytes[10] != 'T' || bytes[13] != ':' || bytes[16] != ':')
        return false;
    int year = digits_read(bytes, 4), month = digits_read(bytes + 5, 2), day = digits_read(bytes + 8, 2);
    int hour = digits_read(bytes + 11, 2), minute = digits_read(bytes + 14, 2);
    int second = digits_read(bytes + 17, 2);
    if (year < 0 || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59)
        return false;
    if (!is_day(year, month, day) || !offset_read(bytes + zone, size - zone, &offset))
        return false;
    int64_t minutes = (days_to(year, month, day) * 24 + hour) * 60 + minute - offset;
    *when_ms = (minutes * 60 + second) * 1000 + millisecond;
    return true;
}

/* ---- numbers ------------------------------------------------------------------------------------------- */

/* What stands in a number: its first digits as far as they fit, and the power of ten that they are off. */
struct parts {
    uint64_t digits;
    int exponent;
    bool is_full; /* further digits would not fit */
};

static bool is_digit(const char *at, const char *end)
{
    return at < end && *at >= '0' && *at <= '9';
}

static void digit_add(struct parts *parts, char c, bool is_fraction)
{
    uint64_t next;
    parts->is_full = parts->is_full || __builtin_mul_overflow(parts->digits, 10, &next) ||
                     __builtin_add_overflow(next, (uint64_t)(c - '0'), &next);
    if (!parts->is_full) {
        parts->digits = next;
        parts->exponent -= is_fraction;
    } else if (!is_fraction) {
        parts->exponent++;
    }
}

/* The exponent that is written, at most as large as makes any difference. */
static int exponent_read(const char *at, const char *end)
{
    bool negative = at < end && *at == '-';
    int value = 0;
    at += at < end && (*at == '-' || *at == '+');
    for (; is_digit(at, end); at++)
        value = value < 100000 ? value * 10 + (*at - '0') : value;
    return negative ? -value : value;
}

/* The double nearest to a power of ten. */
static double power_of_ten(unsigned exponent)
{
    static const double exact[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                   1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    char text[16];
    if (exponent < sizeof exact / sizeof *exact)
        return exact[exponent];
    snprintf(text, sizeof text, "1e%u", exponent);
    return strtod(text, NULL);
}

/* Multiplies by a power of ten of at most 308, or divides by as many as it takes, as serde_json does. */
static bool scale(double *number, int exponent)
{
    for (; exponent < -308 && *number != 0; exponent += 308)
        *number /= 1e308;
    if (*number == 0)
        return true;
    if (exponent > 308)
        return false;
    if (exponent < 0)
        *number /= power_of_ten((unsigned)-exponent);
    else
        *number *= power_of_ten((unsigned)exponent);
    return isfinite(*number);
}

bool ccusage_number_read(const char *bytes, size_t size, double *number)
{
    const char *at = bytes, *end = bytes + size;
    struct parts parts = {0};
    bool negative = at < end && *at == '-';
    for (at += negative; is_digit(at, end); at++)
        digit_add(&parts, *at, false);
    if (at < end && *at == '.') {
        parts.is_full = false;
        for (at++; is_digit(at, end); at++)
            digit_add(&parts, *at, true);
    }
    if (at < end && (*at == 'e' || *at == 'E'))
        parts.exponent += exponent_read(at + 1, end);
    *number = (double)parts.digits;
    if (!scale(number, parts.exponent))
        return false;
    *number = negative ? -*number : *number;
    return true;
}
