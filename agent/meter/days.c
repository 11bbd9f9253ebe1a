/* Sums by local day: see days.h. */
#include "days.h"

#include "../base/memory.h"

#include <stdlib.h>
#include <string.h>

/* Where the day is, or would be. Looked for at the end first: most entries are of the newest day. */
static size_t place_of(const struct days *days, int32_t day)
{
    if (days->count && days->list[days->count - 1].day <= day)
        return days->count - (days->list[days->count - 1].day == day);
    size_t low = 0, high = days->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (days->list[middle].day < day)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

struct sums *days_take(struct days *days, int32_t day)
{
    size_t at = place_of(days, day);
    if (at == days->count || days->list[at].day != day) {
        days->list = memory_grow(days->list, days->count, &days->room, sizeof *days->list);
        memmove(days->list + at + 1, days->list + at, (days->count - at) * sizeof *days->list);
        days->list[at] = (struct day){.day = day};
        days->count++;
    }
    return &days->list[at].sums;
}

const struct sums *days_find(const struct days *days, int32_t day)
{
    size_t at = place_of(days, day);
    return at < days->count && days->list[at].day == day ? &days->list[at].sums : NULL;
}

void days_free(struct days *days)
{
    free(days->list);
    *days = (struct days){0};
}
