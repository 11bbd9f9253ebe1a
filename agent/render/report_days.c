/* The local day of any quarter of an hour: each UTC day's quarters are worked out in order, once. */
#include "report_days.h"

#include "../base/memory.h"
#include "../base/zone.h"

#include <stdlib.h>

static void fill(struct report_day *day, int64_t quarter)
{
    day->first = zone_day(quarter * REPORT_QUARTER_US);
    for (int64_t i = 0; i < QUARTERS_A_DAY; i++)
        day->further[i] = (int8_t)(zone_day((quarter + i) * REPORT_QUARTER_US) - day->first);
}

int32_t report_days_at(struct report_days *days, int64_t when_us)
{
    int64_t quarter = when_us / REPORT_QUARTER_US - (when_us % REPORT_QUARTER_US < 0);
    int64_t utc_day = quarter / QUARTERS_A_DAY - (quarter % QUARTERS_A_DAY < 0);
    uint32_t known = days->index.count;
    uint32_t number = report_index_take(&days->index, (uint64_t)utc_day);
    if (number == known) {
        days->list = memory_grow(days->list, number, &days->room, sizeof *days->list);
        fill(&days->list[number], utc_day * QUARTERS_A_DAY);
    }
    const struct report_day *day = &days->list[number];
    return day->first + day->further[quarter - utc_day * QUARTERS_A_DAY];
}

void report_days_free(struct report_days *days)
{
    report_index_free(&days->index);
    free(days->list);
    *days = (struct report_days){0};
}
