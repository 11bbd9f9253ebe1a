/* RFC 3339 timestamps (RFC 3339 §5.6, without leap seconds). */
#include "timestamp.h"

#include <endian.h>
#include <string.h>

enum { USUAL_SIZE = 24 };

struct cursor {
    const char *at;
    const char *end;
};

/* Reads exactly `count` digits. */
static inline bool read_digits(struct cursor *cursor, int count, int *value)
{
    bool all_digits = true;
    if (cursor->end - cursor->at < count)
        return false;
    *value = 0;
    for (int i = 0; i < count; i++) {
        const int digit = cursor->at[i] - '0';
        all_digits &= digit >= 0 && digit <= 9;
        *value = *value * 10 + digit;
    }
    cursor->at += count;
    return all_digits;
}

static inline bool skip_if(struct cursor *cursor, char wanted)
{
    if (cursor->at == cursor->end || *cursor->at != wanted)
        return false;
    cursor->at++;
    return true;
}

static inline int days_in_month(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    const bool is_leap = month == 2 && ((year % 4 == 0 && year % 100 != 0) || year % 400 == 0);
    return days[month - 1] + is_leap;
}

/* Days from 1970-01-01; years are counted from March, so that the leap day is their last. */
static int64_t day_number(int year, int month, int day)
{
    int64_t y = month > 2 ? year : year - 1;
    int64_t day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    return y * 365 + y / 4 - y / 100 + y / 400 + day_of_year - 719468;
}

/* Seconds since 1970-01-01 of a date and a time of day; false if there are none such. */
static inline bool seconds_of(int year, int month, int day, int hour, int minute, int second,
                              int64_t *seconds)
{
    if (year < 1970 || year > 2999 || month < 1 || month > 12 || day < 1 ||
        day > days_in_month(year, month) || hour > 23 || minute > 59 || second > 59)
        return false;
    *seconds = day_number(year, month, day) * 86400 + hour * 3600 + minute * 60 + second;
    return true;
}

/* ---- as the client writes it: 2026-02-13T05:37:09.120Z, eight bytes at once ------------------------------
 */

/*
 * The digits that stand in eight bytes where `form` has zeros. False if the bytes are not of that form:
 * `above` has 0x76 for a digit, so that 10 and more reach 0x80, and 0x7f for a byte that must be the form's
 * own.
 */
static inline bool read_form(const char *bytes, const char *form, uint64_t above, uint64_t *digits)
{
    uint64_t read, zeros;
    memcpy(&read, bytes, sizeof read);
    memcpy(&zeros, form, sizeof zeros);
    *digits = le64toh(read ^ zeros);
    return ((*digits | (*digits + above)) & UINT64_C(0x8080808080808080)) == 0;
}

/* Of eight digits: byte i becomes the number that digits i and i + 1 make. */
static inline uint64_t pairs_of(uint64_t digits)
{
    return digits * 10 + (digits >> 8);
}

static inline int byte_of(uint64_t bytes, unsigned at)
{
    return (int)(bytes >> 8 * at & 0xff);
}

static bool read_usual(const char *bytes, int64_t *when_us)
{
    uint64_t date, time, rest;
    int64_t seconds;
    if (!read_form(bytes, "0000-00-", UINT64_C(0x7f76767f76767676), &date) ||
        !read_form(bytes + 8, "00T00:00", UINT64_C(0x76767f76767f7676), &time) ||
        !read_form(bytes + 16, ":00.000Z", UINT64_C(0x7f7676767f76767f), &rest))
        return false;
    const uint64_t date_pairs = pairs_of(date), time_pairs = pairs_of(time), rest_pairs = pairs_of(rest);
    if (!seconds_of(byte_of(date_pairs, 0) * 100 + byte_of(date_pairs, 2), byte_of(date_pairs, 5),
                    byte_of(time_pairs, 0), byte_of(time_pairs, 3), byte_of(time_pairs, 6),
                    byte_of(rest_pairs, 1), &seconds))
        return false;
    *when_us = seconds * 1000000 + (byte_of(rest, 4) * 100 + byte_of(rest_pairs, 5)) * 1000;
    return true;
}

/* ---- any form --------------------------------------------------------------------------------------------
 */

static bool read_date(struct cursor *cursor, int *year, int *month, int *day)
{
    return read_digits(cursor, 4, year) && skip_if(cursor, '-') && read_digits(cursor, 2, month) &&
           skip_if(cursor, '-') && read_digits(cursor, 2, day);
}

static bool read_time(struct cursor *cursor, int *hour, int *minute, int *second)
{
    return read_digits(cursor, 2, hour) && skip_if(cursor, ':') && read_digits(cursor, 2, minute) &&
           skip_if(cursor, ':') && read_digits(cursor, 2, second);
}

static bool read_fraction(struct cursor *cursor, int64_t *microseconds)
{
    *microseconds = 0;
    if (!skip_if(cursor, '.'))
        return true;
    const char *first = cursor->at;
    int64_t unit = 100000;
    for (; cursor->at < cursor->end && *cursor->at >= '0' && *cursor->at <= '9'; cursor->at++) {
        *microseconds += unit * (*cursor->at - '0');
        unit /= 10;
    }
    return cursor->at > first;
}

/* The minutes of an offset may be 60 to 99, if the whole is less than a day: the oracle takes them. */
static bool read_offset(struct cursor *cursor, int64_t *seconds)
{
    *seconds = 0;
    if (skip_if(cursor, 'Z'))
        return true;
    bool west = skip_if(cursor, '-');
    int hours, minutes;
    if ((!west && !skip_if(cursor, '+')) || !read_digits(cursor, 2, &hours) || !skip_if(cursor, ':') ||
        !read_digits(cursor, 2, &minutes))
        return false;
    *seconds = (west ? -1 : 1) * (hours * 3600 + minutes * 60);
    return hours * 60 + minutes < 24 * 60;
}

bool timestamp_read(const char *bytes, size_t size, int64_t *when_us)
{
    struct cursor cursor = {bytes, bytes + size};
    int year, month, day, hour, minute, second;
    int64_t seconds, microseconds, offset;
    if (size == USUAL_SIZE && read_usual(bytes, when_us))
        return true;
    if (!read_date(&cursor, &year, &month, &day) || !skip_if(&cursor, 'T') ||
        !read_time(&cursor, &hour, &minute, &second) || !read_fraction(&cursor, &microseconds) ||
        !read_offset(&cursor, &offset) || cursor.at != cursor.end ||
        !seconds_of(year, month, day, hour, minute, second, &seconds))
        return false;
    *when_us = (seconds - offset) * 1000000 + microseconds;
    return true;
}
