/*
 * Numbers for people: integers in, short strings out. Floating point only where it is asked for by name.
 */
#include "numbers.h"

#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PICODOLLARS_PER_CENT INT64_C(10000000000)
#define MINUTE_US            INT64_C(60000000)
#define MINUTES_PER_HOUR     60
#define MINUTES_PER_DAY      1440

/* Lines have dozens of numbers, for which printf would take longer than all the rest. Returns their end. */
static char *put_number(char *at, uint64_t value)
{
    char digits[20];
    size_t count = 0;
    do
        digits[count++] = (char)('0' + value % 10);
    while (value /= 10);
    while (count > 0)
        *at++ = digits[--count];
    *at = '\0';
    return at;
}

static char *put_string(char *at, const char *string)
{
    return stpcpy(at, string);
}

void number_grouped(char out[NUMBER_MAX], uint64_t value)
{
    char digits[24];
    int count = (int)(put_number(digits, value) - digits);
    size_t at = 0;
    for (int i = 0; i < count; i++) {
        if (i > 0 && (count - i) % 3 == 0)
            out[at++] = ',';
        out[at++] = digits[i];
    }
    out[at] = '\0';
}

/* Whole dollars with their thousands told apart, then cents. */
static void write_cents(char out[NUMBER_MAX], int64_t cents)
{
    char dollars[NUMBER_MAX];
    number_grouped(dollars, (uint64_t)(cents / 100));
    char *at = put_string(put_string(out, "$"), dollars);
    put_number(put_string(at, cents % 100 < 10 ? ".0" : "."), (uint64_t)(cents % 100));
}

void number_dollars(char out[NUMBER_MAX], int64_t pusd)
{
    int64_t cents = pusd > 0 ? pusd / PICODOLLARS_PER_CENT : 0;
    if (pusd > 0 && cents == 0)
        put_string(out, "<$0.01");
    else
        write_cents(out, cents + (pusd > 0 && pusd % PICODOLLARS_PER_CENT >= PICODOLLARS_PER_CENT / 2));
}

void number_dollars_so_far(char out[NUMBER_MAX], int64_t pusd)
{
    write_cents(out, pusd > 0 ? pusd / PICODOLLARS_PER_CENT : 0);
}

void number_tokens(char out[NUMBER_MAX], int64_t tokens)
{
    static const char units[][2] = {"k", "M", "B", "T"};
    int64_t size = 1000;
    size_t unit = 0;
    if (tokens < 1000) {
        put_number(out, tokens > 0 ? (uint64_t)tokens : 0);
        return;
    }
    while (tokens / size >= 1000 && unit + 1 < sizeof units / sizeof *units) {
        size *= 1000;
        unit++;
    }
    char *at = put_number(out, (uint64_t)(tokens / size));
    if (tokens / size < 10)
        at = put_number(put_string(at, "."), (uint64_t)(tokens % size / (size / 10)));
    put_string(at, units[unit]);
}

void number_percent(char out[NUMBER_MAX], int32_t percent_e2)
{
    put_string(put_number(out, percent_e2 > 0 ? (uint64_t)percent_e2 / 100 : 0), "%");
}

int64_t number_minutes(int64_t left_us)
{
    return left_us > 0 ? (left_us - 1) / MINUTE_US + 1 : 0;
}

void number_countdown(char out[NUMBER_MAX], int64_t left_us)
{
    int64_t minutes = number_minutes(left_us);
    int64_t days = minutes / MINUTES_PER_DAY, hours = minutes % MINUTES_PER_DAY / MINUTES_PER_HOUR;
    char *at = out;
    if (days > 0)
        at = put_string(put_number(at, (uint64_t)days), "d ");
    if (days > 0 || hours > 0)
        at = put_string(put_number(at, (uint64_t)hours), days > 0 ? "h" : "h ");
    if (days == 0)
        put_string(put_number(at, (uint64_t)(minutes % MINUTES_PER_HOUR)), "m");
}

int64_t number_countdown_lasts(int64_t left_us)
{
    int64_t minutes = number_minutes(left_us);
    if (minutes == 0)
        return 0;
    int64_t unit = minutes >= MINUTES_PER_DAY ? MINUTES_PER_HOUR : 1;
    int64_t next = minutes / unit * unit - 1; /* the largest number of minutes that reads differently */
    return left_us - next * MINUTE_US;
}

void number_decimal(char out[NUMBER_MAX], int64_t value, int places)
{
    uint64_t size = value < 0 ? 0 - (uint64_t)value : (uint64_t)value, unit = 1;
    for (int i = 0; i < places; i++)
        unit *= 10;
    char *at = put_number(put_string(out, value < 0 ? "-" : ""), size / unit);
    uint64_t rest = size % unit;
    if (rest == 0)
        return;
    *at++ = '.';
    for (; rest > 0; rest %= unit) {
        unit /= 10;
        *at++ = (char)('0' + rest / unit);
    }
    *at = '\0';
}

/* The fewest significant digits that read back as the same value; the exponent is that of the first digit. */
static int shortest_digits(double value, char digits[24])
{
    char text[40];
    const int least = value < DBL_MIN ? 0 : 14; /* any 15 digits are kept, but where doubles are subnormal */
    for (int precision = least; precision <= 16; precision++) {
        snprintf(text, sizeof text, "%.*e", precision, value);
        if (strtod(text, NULL) == value)
            break;
    }
    size_t count = 0;
    for (const char *at = text; *at != 'e'; at++)
        if (*at != '.')
            digits[count++] = *at;
    while (count > 1 && digits[count - 1] == '0')
        count--;
    digits[count] = '\0';
    return atoi(strchr(text, 'e') + 1);
}

/* Where the decimal point goes, and when an exponent is written: as serde_json's number formatter (ryu) does.
 */
void number_double(char out[NUMBER_MAX], double value)
{
    char digits[24];
    if (!isfinite(value) || value == 0) {
        snprintf(out, NUMBER_MAX, "%s", !isfinite(value) ? "null" : signbit(value) ? "-0.0" : "0.0");
        return;
    }
    const char *sign = value < 0 ? "-" : "";
    int exponent = shortest_digits(fabs(value), digits), count = (int)strlen(digits);
    int before = exponent + 1; /* digits before the point */
    if (before > 0 && before <= 16 && count <= before)
        snprintf(out, NUMBER_MAX, "%s%s%.*s.0", sign, digits, before - count, "0000000000000000");
    else if (before > 0 && before <= 16)
        snprintf(out, NUMBER_MAX, "%s%.*s.%s", sign, before, digits, digits + before);
    else if (before > -5 && before <= 0)
        snprintf(out, NUMBER_MAX, "%s0.%.*s%s", sign, -before, "00000", digits);
    else
        snprintf(out, NUMBER_MAX, "%s%c%s%se%s%d", sign, digits[0], count > 1 ? "." : "", digits + 1,
                 exponent > 0 ? "+" : "", exponent);
}
