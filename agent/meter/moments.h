/* Moments: the entries of one rollup, as blocks are made of them. */
#ifndef TACHO_MOMENTS_H
#define TACHO_MOMENTS_H

#include <stddef.h>
#include <stdint.h>

/* Entries within one bucket (rollups.h), which all belong to one block. */
struct moment {
    int64_t when_us, last_us;
    uint32_t number; /* of their rollup */
};

/* Puts them in order of `when_us`; those of one instant stay in theirs. */
void moments_sort(struct moment *moments, size_t count);

#endif
