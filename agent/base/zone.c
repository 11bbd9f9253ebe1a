/*
 * The local day of an instant: see zone.h.
 *
 * A day that was asked for is remembered as a stretch of time during which the day and the offset from UTC
 * both hold. Within a stretch the answer costs two comparisons; and because its ends are found by asking
 * the C library, it is right in zones that change their clocks within a day, skip days or repeat minutes of
 * them. Today and tomorrow, which every line needs, and the days of a report's rows are remembered together.
 */
#include "zone.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define DAY_SECONDS    86400
/* Within so long no zone changes its clocks twice: in the zone database (2024) four days is the least. */
#define STEADY_SECONDS (6 * 3600)
#define STRETCHES      64
#define ZONE_FILES     "/usr/share/zoneinfo"
#define LOCAL_TIME     "/etc/localtime"

/* Instants from `begin` to before `end` (Unix s) have this local day and offset. */
struct stretch {
    int64_t begin, end;
    int32_t day;
    int32_t offset;
};

/* The C library has one zone at a time; so has this file. */
static struct {
    bool started;
    bool is_own;
    char own[PATH_MAX + 1]; /* what TZ must be for the person's own zone */
    char name[256];
    struct stretch stretches[STRETCHES]; /* each half of a day has its place here */
} zone;

static int64_t divide_down(int64_t value, int64_t by)
{
    return value / by - (value % by < 0);
}

static int32_t offset_at(int64_t when)
{
    struct tm local;
    time_t seconds = (time_t)when;
    return localtime_r(&seconds, &local) ? (int32_t)local.tm_gmtoff : 0;
}

/*
 * The first instant after `from` and not after `to` with another offset than at `from`, or `to`.
 */
static int64_t offset_ends(int64_t from, int64_t to, int32_t offset)
{
    int64_t low = from;
    while (low < to) {
        int64_t high = low + STEADY_SECONDS < to ? low + STEADY_SECONDS : to;
        if (offset_at(high) == offset) {
            low = high;
            continue;
        }
        while (high - low > 1) {
            int64_t middle = low + (high - low) / 2;
            if (offset_at(middle) == offset)
                low = middle;
            else
                high = middle;
        }
        return high;
    }
    return to;
}

/* The first instant from which on, and until `to`, the offset is the same as at `to`; not before `from`. */
static int64_t offset_begins(int64_t from, int64_t to, int32_t offset)
{
    int64_t high = to;
    while (high > from) {
        int64_t low = high - STEADY_SECONDS > from ? high - STEADY_SECONDS : from;
        if (offset_at(low) == offset) {
            high = low;
            continue;
        }
        while (high - low > 1) {
            int64_t middle = low + (high - low) / 2;
            if (offset_at(middle) == offset)
                high = middle;
            else
                low = middle;
        }
        return high;
    }
    return from;
}

static struct stretch stretch_around(int64_t when)
{
    int32_t offset = offset_at(when);
    int64_t day = divide_down(when + offset, DAY_SECONDS);
    int64_t midnight = day * DAY_SECONDS - offset;
    return (struct stretch){
        .begin = offset_begins(midnight, when, offset),
        .end = offset_ends(when, midnight + DAY_SECONDS, offset),
        .day = (int32_t)day,
        .offset = offset,
    };
}

/* Tells the C library. TZ is always set from then on, so that later changes do not move the environment. */
static void use(const char *variable, const char *name)
{
    setenv("TZ", variable, 1);
    tzset();
    snprintf(zone.name, sizeof zone.name, "%s", name);
    memset(zone.stretches, 0, sizeof zone.stretches);
}

/* What to call the zone that /etc/localtime is of. */
static void local_time_name(char *name, size_t size)
{
    char target[PATH_MAX];
    ssize_t length = readlink(LOCAL_TIME, target, sizeof target - 1);
    target[length > 0 ? length : 0] = '\0';
    const char *found = strstr(target, "zoneinfo/");
    const char *fallback = access(LOCAL_TIME, R_OK) == 0 ? "localtime" : "UTC";
    snprintf(name, size, "%s", found ? found + strlen("zoneinfo/") : fallback);
}

static void use_own(void)
{
    char name[sizeof zone.name];
    const char *said = zone.own[0] == ':' ? zone.own + 1 : zone.own;
    if (!strcmp(said, LOCAL_TIME))
        local_time_name(name, sizeof name);
    else
        snprintf(name, sizeof name, "%.200s", *said ? said : "UTC");
    use(zone.own, name);
    zone.is_own = true;
}

static void start(void)
{
    if (zone.started)
        return;
    zone.started = true;
    const char *variable = getenv("TZ");
    snprintf(zone.own, sizeof zone.own, "%s", variable ? variable : ":" LOCAL_TIME);
    use_own();
}

/* Whether this can be a zone's name: relative, and made only of what zone names are made of. */
static bool is_name(const char *name)
{
    static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+-/";
    size_t size = strlen(name);
    return size > 0 && size < 128 && name[0] != '/' && strspn(name, allowed) == size;
}

/* A file of the zone database begins with "TZif" (RFC 8536, section 3.1). */
static bool is_zone(const char *name)
{
    if (!is_name(name))
        return false;
    if (!strcmp(name, "UTC"))
        return true;
    const char *folder = getenv("TZDIR");
    char path[PATH_MAX], magic[4];
    int size = snprintf(path, sizeof path, "%s/%s", folder && *folder ? folder : ZONE_FILES, name);
    if (size < 0 || (size_t)size >= sizeof path)
        return false;
    FILE *file = fopen(path, "re");
    if (!file)
        return false;
    bool is_one = fread(magic, 1, sizeof magic, file) == sizeof magic && !memcmp(magic, "TZif", sizeof magic);
    fclose(file);
    return is_one;
}

bool zone_use(const char *name)
{
    start();
    if (!name) {
        use_own();
        return true;
    }
    if (!is_zone(name))
        return false;
    char variable[sizeof zone.name];
    snprintf(variable, sizeof variable, ":%s", name);
    use(strcmp(name, "UTC") ? variable : "UTC0", name); /* UTC needs no zone files */
    zone.is_own = false;
    return true;
}

bool zone_is_own(void)
{
    start();
    return zone.is_own;
}

const char *zone_name(void)
{
    start();
    return zone.name;
}

static const struct stretch *stretch_at(int64_t when_us)
{
    start();
    int64_t when = divide_down(when_us, MICROSECONDS);
    struct stretch *stretch = &zone.stretches[(uint64_t)divide_down(when, DAY_SECONDS / 2) % STRETCHES];
    if (when < stretch->begin || when >= stretch->end)
        *stretch = stretch_around(when);
    return stretch;
}

int32_t zone_day(int64_t when_us)
{
    return stretch_at(when_us)->day;
}

int64_t zone_next_midnight(int64_t when_us)
{
    const struct stretch *stretch = stretch_at(when_us);
    int32_t today = stretch->day;
    int64_t next = stretch->end;
    do {
        stretch = stretch_at(next * MICROSECONDS);
        next = stretch->day > today ? next : stretch->end;
    } while (stretch->day <= today);
    return next * MICROSECONDS;
}

/* Days to a date of the Gregorian calendar, by the cycle of 400 years = 146,097 days, years beginning in
 * March. */
void zone_day_name(int32_t day, char out[16])
{
    int64_t shifted = (int64_t)day + 719468; /* days since 0000-03-01 */
    int64_t cycle = divide_down(shifted, 146097);
    int64_t of_cycle = shifted - cycle * 146097;
    int64_t year_of_cycle = (of_cycle - of_cycle / 1460 + of_cycle / 36524 - of_cycle / 146096) / 365;
    int64_t of_year = of_cycle - (365 * year_of_cycle + year_of_cycle / 4 - year_of_cycle / 100);
    int64_t month = (5 * of_year + 2) / 153; /* 0: March */
    int64_t day_of_month = of_year - (153 * month + 2) / 5 + 1;
    int64_t year = cycle * 400 + year_of_cycle + (month >= 10);
    snprintf(out, 16, "%04d-%02u-%02u", (int)(year % 10000000),
             (unsigned)(month < 10 ? month + 3 : month - 9) % 100, (unsigned)day_of_month % 100);
}

void zone_clock(int64_t when_us, int *hours, int *minutes)
{
    int64_t local = divide_down(when_us, MICROSECONDS) + stretch_at(when_us)->offset;
    int64_t of_day = local - divide_down(local, DAY_SECONDS) * DAY_SECONDS;
    *hours = (int)(of_day / 3600);
    *minutes = (int)(of_day % 3600 / 60);
}
