/* Times and their percentiles, for the measuring programs. */
#ifndef BENCH_FIGURES_H
#define BENCH_FIGURES_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static inline int64_t clock_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static inline int compare_times(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* Of sorted times: the smallest one that `percent` of all do not exceed (nearest rank). */
static inline int64_t percentile(const int64_t *sorted, size_t count, unsigned percent)
{
    size_t rank = (count * percent + 99) / 100;
    return sorted[rank ? rank - 1 : 0];
}

/* Sorts the times and prints them summed up, as one JSON object on a line. `name` is plain text. */
static inline void print_times(const char *name, int64_t *times, size_t count)
{
    qsort(times, count, sizeof *times, compare_times);
    printf(
        "{\"name\":\"%s\",\"count\":%zu,\"min_ns\":%lld,\"p50_ns\":%lld,\"p90_ns\":%lld,\"p99_ns\":%lld}\n",
        name, count, (long long)times[0], (long long)percentile(times, count, 50),
        (long long)percentile(times, count, 90), (long long)percentile(times, count, 99));
}

#endif
