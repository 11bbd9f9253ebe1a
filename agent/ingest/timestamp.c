/* RFC 3339 timestamps (RFC 3339 §5.6, without leap seconds). */
#include "timestamp.h"

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

static int days_in_month(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return days[month - 1] + (month == 2 && leap);
}

/* Days from 1970-01-01; years are counted from March, so that the leap day is their last. */
static int64_t day_number(int year, int month, int day)
{
    int64_t y = month > 2 ? year : year - 1;
    int64_t day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    return y * 365 + y / 4 - y / 100 + y / 400 + day_of_year - 719468;
}

static inline bool read_date(struct cursor *cursor, int64_t *days)
{
    int year, month, day;
    if (!read_digits(cursor, 4, &year) || !skip_if(cursor, '-') || !read_digits(cursor, 2, &month) ||
        !skip_if(cursor, '-') || !read_digits(cursor, 2, &day))
        return false;
    if (year < 1970 || year > 2999 || month < 1 || month > 12 || day < 1 || day > days_in_month(year, month))
        return false;
    *days = day_number(year, month, day);
    return true;
}

static inline bool read_time(struct cursor *cursor, int64_t *seconds)
{
    int hour, minute, second;
    if (!read_digits(cursor, 2, &hour) || !skip_if(cursor, ':') || !read_digits(cursor, 2, &minute) ||
        !skip_if(cursor, ':') || !read_digits(cursor, 2, &second))
        return false;
    *seconds = hour * 3600 + minute * 60 + second;
    return hour < 24 && minute < 60 && second < 60;
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
    int64_t days, seconds, microseconds, offset;
    if (!read_date(&cursor, &days) || !skip_if(&cursor, 'T') || !read_time(&cursor, &seconds) ||
        !read_fraction(&cursor, &microseconds) || !read_offset(&cursor, &offset) || cursor.at != cursor.end)
        return false;
    *when_us = (days * 86400 + seconds - offset) * 1000000 + microseconds;
    return true;
}
