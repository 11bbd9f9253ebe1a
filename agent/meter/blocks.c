/* Five-hour blocks: see blocks.h. */
#include "blocks.h"

#include "../base/memory.h"
#include "sums.h"

#include <stdlib.h>
#include <string.h>

#define HOUR  INT64_C(3600000000)
#define BLOCK (5 * HOUR)

static int64_t hour_of(int64_t when_us)
{
    int64_t past = when_us % HOUR;
    return when_us - (past < 0 ? past + HOUR : past);
}

/* How many blocks begin at or before an instant. */
static size_t blocks_until(const struct blocks *blocks, int64_t when_us)
{
    size_t low = 0, high = blocks->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (blocks->list[middle].first_us <= when_us)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Whether the instant matters here. One shortly before the origin may close the gap that the origin stands
 * on. */
static bool concerns(struct blocks *blocks, int64_t when_us)
{
    if (!blocks->is_built)
        return false;
    if (when_us >= blocks->origin_us)
        return true;
    if (when_us >= blocks->origin_us - BLOCK)
        blocks->is_built = false;
    return false;
}

static void add_block(struct blocks *blocks, size_t at, const struct block *block)
{
    blocks->list = memory_grow(blocks->list, blocks->count, &blocks->room, sizeof *blocks->list);
    memmove(blocks->list + at + 1, blocks->list + at, (blocks->count - at) * sizeof *blocks->list);
    blocks->list[at] = *block;
    blocks->count++;
}

void blocks_insert(struct blocks *blocks, int64_t when_us, const struct sums *sums)
{
    blocks_insert_span(blocks, when_us, when_us, sums);
}

void blocks_insert_span(struct blocks *blocks, int64_t when_us, int64_t last_us, const struct sums *sums)
{
    if (!concerns(blocks, when_us))
        return;
    size_t next = blocks_until(blocks, when_us);
    struct block *block = next ? &blocks->list[next - 1] : NULL;
    bool joins = block && when_us - block->start_us <= BLOCK && when_us - block->last_us <= BLOCK;
    int64_t start = joins ? block->start_us : hour_of(when_us);
    bool extends = !joins || last_us > block->last_us;
    if (extends && next < blocks->count) {
        int64_t follows = blocks->list[next].first_us;
        if (follows - start <= BLOCK && follows - last_us <= BLOCK) {
            blocks->is_built = false; /* the next block would begin otherwise than it does */
            return;
        }
    }
    if (!joins) {
        add_block(blocks, next, &(struct block){start, when_us, last_us, *sums});
        return;
    }
    sums_add(&block->sums, sums);
    if (extends)
        block->last_us = last_us;
}

void blocks_remove(struct blocks *blocks, int64_t when_us, const struct sums *sums)
{
    if (!concerns(blocks, when_us))
        return;
    struct block *block = &blocks->list[blocks_until(blocks, when_us) - 1];
    if (when_us == block->first_us || when_us == block->last_us)
        blocks->is_built = false;
    else
        sums_subtract(&block->sums, sums);
}

void blocks_change(struct blocks *blocks, int64_t when_us, const struct sums *before,
                   const struct sums *after)
{
    if (!concerns(blocks, when_us))
        return;
    struct block *block = &blocks->list[blocks_until(blocks, when_us) - 1];
    sums_subtract(&block->sums, before);
    sums_add(&block->sums, after);
}

bool blocks_reach(const struct blocks *blocks, int64_t now_us)
{
    return blocks->is_built && now_us >= blocks->origin_us;
}

const struct block *blocks_active(const struct blocks *blocks, int64_t now_us)
{
    const struct block *active = NULL;
    for (size_t i = blocks->count; i-- > 0 && now_us < blocks->list[i].start_us + BLOCK;)
        if (now_us - blocks->list[i].last_us < BLOCK)
            active = &blocks->list[i];
    return active;
}

void blocks_begin(struct blocks *blocks, int64_t origin_us)
{
    blocks->count = 0;
    blocks->origin_us = origin_us;
    blocks->is_built = true;
}

int64_t blocks_origin(const struct moment *moments, size_t count, int64_t after_us, int64_t now_us)
{
    int64_t before = after_us;
    for (size_t i = 0; i < count && moments[i].when_us <= now_us; i++) {
        if (moments[i].when_us - before > BLOCK)
            return moments[i].when_us;
        if (moments[i].last_us > before)
            before = moments[i].last_us;
    }
    return now_us - before > BLOCK ? now_us : INT64_MIN;
}

void blocks_free(struct blocks *blocks)
{
    free(blocks->list);
    *blocks = (struct blocks){0};
}
