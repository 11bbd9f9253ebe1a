/*
 * Random numbers that are the same on every machine for the same seed: SplitMix64 (Steele, Lea and Flood,
 * "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014).
 */
#ifndef GENERATE_RANDOM_H
#define GENERATE_RANDOM_H

#include <stdbool.h>
#include <stdint.h>

struct random {
    uint64_t state;
};

static inline uint64_t random_next(struct random *random)
{
    uint64_t z = random->state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

/* From 0 to below - 1. */
static inline uint64_t random_below(struct random *random, uint64_t below)
{
    return (uint64_t)((unsigned __int128)random_next(random) * below >> 64);
}

/* From `least` to `most`, both included. */
static inline int64_t random_between(struct random *random, int64_t least, int64_t most)
{
    return least + (int64_t)random_below(random, (uint64_t)(most - least) + 1);
}

static inline bool random_chance(struct random *random, unsigned percent)
{
    return random_below(random, 100) < percent;
}

/* A stream of its own for every purpose, so that one more number drawn here changes nothing there. */
static inline struct random random_stream(uint64_t seed, uint64_t purpose)
{
    struct random random = {seed ^ (purpose + 1) * UINT64_C(0xd1342543de82ef95)};
    random_next(&random);
    return random;
}

/* One element of an array whose size is known. */
#define random_of(random, array) ((array)[random_below(random, sizeof(array) / sizeof *(array))])

#endif
