/* Sorting moments: see moments.h. A radix sort, byte by byte from the lowest (Knuth, TAOCP 5.2.5). */
#include "moments.h"

#include "../base/memory.h"

#include <stdlib.h>
#include <string.h>

#define PASSES sizeof(uint64_t)

/* Unsigned numbers in the order of the instants. */
static uint64_t key_of(const struct moment *moment)
{
    return (uint64_t)moment->when_us ^ (UINT64_C(1) << 63);
}

static uint8_t digit_of(const struct moment *moment, size_t pass)
{
    return (uint8_t)(key_of(moment) >> (pass * 8));
}

/* How often each byte comes at each place, in one go over the moments. */
static void count_digits(const struct moment *moments, size_t count, size_t counts[PASSES][256])
{
    for (size_t i = 0; i < count; i++)
        for (size_t pass = 0; pass < PASSES; pass++)
            counts[pass][digit_of(&moments[i], pass)]++;
}

static void distribute(const struct moment *from, struct moment *to, size_t count, size_t pass,
                       const size_t counts[256])
{
    size_t starts[256], start = 0;
    for (size_t digit = 0; digit < 256; digit++) {
        starts[digit] = start;
        start += counts[digit];
    }
    for (size_t i = 0; i < count; i++)
        to[starts[digit_of(&from[i], pass)]++] = from[i];
}

void moments_sort(struct moment *moments, size_t count)
{
    size_t counts[PASSES][256] = {{0}};
    struct moment *from = moments, *to = memory_take(count * sizeof *to), *other = to;
    count_digits(moments, count, counts);
    for (size_t pass = 0; pass < PASSES && count; pass++) {
        if (counts[pass][digit_of(&moments[0], pass)] == count)
            continue; /* it is the same in all */
        distribute(from, to, count, pass, counts[pass]);
        struct moment *sorted = to;
        to = from;
        from = sorted;
    }
    if (from != moments)
        memcpy(moments, from, count * sizeof *moments);
    free(other);
}
