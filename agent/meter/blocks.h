/*
 * Five-hour blocks, by ccusage's rules: entries in order of time; a block starts at the UTC hour of its
 * first entry, and a new one when an entry comes more than five hours after the block's start or after
 * the entry before. An entry exactly five hours later is still in.
 *
 * Only the blocks since some gap of more than five hours are kept, because what came before it cannot matter
 * to them. An entry that comes in order, or changes no block's extent, is worked in at once; after any other
 * the blocks are stale, and built anew when asked for.
 */
#ifndef TACHO_BLOCKS_H
#define TACHO_BLOCKS_H

#include "meter.h"
#include "moments.h"

struct block {
    int64_t start_us, first_us, last_us;
    struct sums sums;
};

/* All zero: never built, and so stale. */
struct blocks {
    struct block *list; /* in order of time */
    size_t count, room;
    int64_t origin_us; /* everything from here on is in, and nothing lies in the five hours before */
    bool is_built;
};

/* An entry is new, gone, or has other sums than before at the same time. */
void blocks_insert(struct blocks *blocks, int64_t when_us, const struct sums *sums);

/* The same for entries from one instant to another within one bucket; while building. */
void blocks_insert_span(struct blocks *blocks, int64_t first_us, int64_t last_us, const struct sums *sums);
void blocks_remove(struct blocks *blocks, int64_t when_us, const struct sums *sums);
void blocks_change(struct blocks *blocks, int64_t when_us, const struct sums *before,
                   const struct sums *after);

/* Whether blocks_active() can be asked about this instant. */
bool blocks_reach(const struct blocks *blocks, int64_t now_us);

/* The first block that is active: its last entry less than five hours before now, and now before its end. */
const struct block *blocks_active(const struct blocks *blocks, int64_t now_us);

/* Starts building: empties it. Then everything from `origin_us` on is to be inserted in order of time. */
void blocks_begin(struct blocks *blocks, int64_t origin_us);

/*
 * Looks for a gap of more than five hours that ends not after now, among moments in order of time that are
 * all there are after `after_us`. Returns the origin that it gives, or INT64_MIN if there is none.
 */
int64_t blocks_origin(const struct moment *moments, size_t count, int64_t after_us, int64_t now_us);

void blocks_free(struct blocks *blocks);

#endif
