/*
 * The local day of any quarter of an hour, in any order: zone.h remembers one day, and asking it for another
 * costs microseconds; reports ask tens of thousands of times.
 */
#ifndef TACHO_REPORT_DAYS_H
#define TACHO_REPORT_DAYS_H

#include "report_index.h"

#define REPORT_QUARTER_US INT64_C(900000000)
#define QUARTERS_A_DAY    96

/* All zero: empty. For one zone. */
struct report_days {
    struct report_index index; /* by UTC day */
    struct report_day {
        int32_t first;                    /* the local day of its first quarter */
        int8_t further[QUARTERS_A_DAY]; /* days from there to each quarter's */
    } *list;
    size_t room;
};

/* The local day of the quarter in which an instant lies, in the zone in use. */
int32_t report_days_at(struct report_days *days, int64_t when_us);

void report_days_free(struct report_days *days);

#endif
