/*
 * Local days: facts worked out with Python's zoneinfo (tzdata 2024a), around every kind of change that a
 * zone may make.
 */
#include "../../agent/base/zone.h"
#include "suite.h"

#include <string.h>

struct fact {
    const char *zone;
    int64_t when; /* Unix s */
    int32_t day;
    const char *clock;
};

static const struct fact facts[] = {
    {"UTC", 0, 0, "00:00"},
    {"UTC", -1, -1, "23:59"},
    {"UTC", 86399, 0, "23:59"},
    {"UTC", 86400, 1, "00:00"},
    {"UTC", 32503679999, 376199, "23:59"}, /* the end of 2999 */
    {"Asia/Kolkata", 66599, 0, "23:59"},   /* half an hour off */
    {"Asia/Kolkata", 66600, 1, "00:00"},
    {"Asia/Kolkata", 1700000000, 19676, "03:43"},
    {"America/New_York", 1710053999, 19792, "01:59"}, /* an hour is skipped */
    {"America/New_York", 1710054000, 19792, "03:00"},
    {"America/New_York", 1730610000, 20030, "01:00"}, /* an hour comes twice */
    {"America/New_York", 1730613600, 20030, "01:00"},
    {"America/New_York", 1730696399, 20030, "23:59"},
    {"America/New_York", 1730696400, 20031, "00:00"},
    {"Pacific/Apia", 1325239199, 15337, "23:59"}, /* 2011-12-30 is skipped */
    {"Pacific/Apia", 1325239200, 15339, "00:00"},
    {"Pacific/Apia", 1325325600, 15340, "00:00"},
    {"America/St_Johns", 1162088999, 13449,
     "23:59"}, /* a minute of the next day, then the day before again */
    {"America/St_Johns", 1162089059, 13450, "00:00"},
    {"America/St_Johns", 1162089060, 13449, "23:01"},
    {"America/St_Johns", 1162092599, 13449, "23:59"},
    {"America/St_Johns", 1162092600, 13450, "00:00"},
    {"Australia/Lord_Howe", 1712415600, 19820, "01:30"}, /* by half an hour */
    {"Australia/Lord_Howe", 1712417400, 19820, "02:00"},
    {"Africa/Monrovia", -1, -1, "23:15"}, /* 44 minutes and 30 seconds off */
    {"Africa/Monrovia", 2669, -1, "23:59"},
    {"Africa/Monrovia", 2670, 0, "00:00"},
    {"Africa/Monrovia", 63593069, 735, "23:59"},
    {"Africa/Monrovia", 63593070, 736, "00:44"}, /* midnight is skipped */
    {"Asia/Kathmandu", 504901799, 5843, "23:59"},
    {"Asia/Kathmandu", 504901800, 5844, "00:15"},
    {"Europe/Berlin", 4102444799, 47482, "00:59"}, /* beyond the years that zone files list */
    {"Europe/Berlin", 4118036400, 47662, "13:00"},
};

#define FACT_COUNT (sizeof facts / sizeof *facts)

static void check(const struct fact *fact)
{
    int hours, minutes;
    char clock[16];
    ck_assert_int_eq(zone_day(fact->when * MICROSECONDS), fact->day);
    ck_assert_int_eq(zone_day(fact->when * MICROSECONDS + MICROSECONDS - 1), fact->day);
    zone_clock(fact->when * MICROSECONDS, &hours, &minutes);
    snprintf(clock, sizeof clock, "%02d:%02d", hours, minutes);
    ck_assert_str_eq(clock, fact->clock);
}

START_TEST(days_are_right_in_any_order)
{
    for (size_t i = 0; i < FACT_COUNT; i++) {
        ck_assert_msg(zone_use(facts[i].zone), "%s is missing: install tzdata", facts[i].zone);
        check(&facts[i]);
    }
    for (size_t i = FACT_COUNT; i-- > 0;) {
        if (i + 1 == FACT_COUNT || strcmp(facts[i].zone, facts[i + 1].zone) != 0)
            ck_assert(zone_use(facts[i].zone));
        check(&facts[i]);
    }
}
END_TEST

START_TEST(midnight_is_where_the_next_day_begins)
{
    static const struct {
        const char *zone;
        int64_t when, midnight;
    } nights[] = {
        {"UTC", 0, 86400},
        {"UTC", -1, 0},
        {"Asia/Kolkata", 66599, 66600},
        {"America/New_York", 1730610000, 1730696400}, /* of a day of 25 hours */
        {"Pacific/Apia", 1325239199, 1325239200},
        {"America/St_Johns", 1162080000, 1162089000}, /* where the day first begins */
        {"America/St_Johns", 1162089060, 1162092600},
        {"Africa/Monrovia", 63593069, 63593070},
    };
    for (size_t i = 0; i < sizeof nights / sizeof *nights; i++) {
        ck_assert(zone_use(nights[i].zone));
        ck_assert_int_eq(zone_next_midnight(nights[i].when * MICROSECONDS),
                         nights[i].midnight * MICROSECONDS);
    }
}
END_TEST

START_TEST(unknown_zones_are_refused)
{
    static const char *const names[] = {"Mars/Base",      "",          "../../etc/passwd",
                                        "/etc/localtime", "Europe",    "Europe/",
                                        "UTC\n",          "CET-1CEST", ":UTC"};
    ck_assert(zone_use("Asia/Kolkata"));
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        ck_assert_msg(!zone_use(names[i]), "%s was accepted", names[i]);
    ck_assert_str_eq(zone_name(), "Asia/Kolkata");
    ck_assert_int_eq(zone_day(66600 * MICROSECONDS), 1);
}
END_TEST

START_TEST(own_zone_comes_back)
{
    setenv("TZ", "America/New_York", 1); /* Check runs each test in a process of its own */
    ck_assert(zone_is_own());
    ck_assert_str_eq(zone_name(), "America/New_York");
    ck_assert(zone_use("UTC"));
    ck_assert(!zone_is_own());
    ck_assert_str_eq(zone_name(), "UTC");
    ck_assert_int_eq(zone_day(0), 0);
    ck_assert(zone_use(NULL));
    ck_assert(zone_is_own());
    ck_assert_str_eq(zone_name(), "America/New_York");
    ck_assert_int_eq(zone_day(0), -1);
}
END_TEST

START_TEST(own_zone_may_be_a_rule)
{
    setenv("TZ", "XYZ-5:30", 1);
    ck_assert_int_eq(zone_day(66600 * MICROSECONDS), 1);
    ck_assert(zone_use("UTC"));
    ck_assert(zone_use(NULL));
    ck_assert_int_eq(zone_day(66599 * MICROSECONDS), 0);
    ck_assert_int_eq(zone_day(66600 * MICROSECONDS), 1);
}
END_TEST

START_TEST(days_have_names)
{
    static const struct {
        int32_t day;
        const char *name;
    } names[] = {{0, "1970-01-01"},     {-1, "1969-12-31"},     {11016, "2000-02-29"},
                 {11017, "2000-03-01"}, {376199, "2999-12-31"}, {-719162, "0001-01-01"},
                 {47540, "2100-02-28"}, {47541, "2100-03-01"}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char name[16];
        zone_day_name(names[i].day, name);
        ck_assert_str_eq(name, names[i].name);
    }
}
END_TEST

SUITE_MAIN("zone", days_are_right_in_any_order, midnight_is_where_the_next_day_begins,
           unknown_zones_are_refused, own_zone_comes_back, own_zone_may_be_a_rule, days_have_names)
