/*
 * Sums by local day.
 */
#ifndef TACHO_DAYS_H
#define TACHO_DAYS_H

#include "meter.h"

struct day {
    struct sums sums;
    int32_t day;
};

/* All zero: empty. */
struct days {
    struct day *list; /* in order */
    size_t count, room;
};

/* The sums of a day, made (as zeros) if there are none. */
struct sums *days_take(struct days *days, int32_t day);

/* The sums of a day, or NULL. */
const struct sums *days_find(const struct days *days, int32_t day);

void days_free(struct days *days);

#endif
