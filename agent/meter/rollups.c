/* Rollups: see rollups.h. */
#include "rollups.h"

#include "../base/memory.h"
#include "../base/zone.h"

#include <stdlib.h>
#include <string.h>

#define CHUNK 256u

/* ---- buckets ------------------------------------------------------------------------------------------- */

static int64_t floor_divide(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

int64_t rollup_bucket(int64_t when_us)
{
    int64_t quarter = floor_divide(when_us, QUARTER_US);
    return quarter * 2 + (when_us != quarter * QUARTER_US);
}

int64_t rollup_start_us(int64_t bucket)
{
    return floor_divide(bucket, 2) * QUARTER_US;
}

/* ---- the table ----------------------------------------------------------------------------------------- */

static uint32_t hash_of(const struct rollup_key *key)
{
    uint64_t hash = (uint64_t)key->bucket * UINT64_C(0x9e3779b97f4a7c15);
    hash =
        (hash ^ (hash >> 29) ^ (((uint64_t)key->session << 32) | key->model)) * UINT64_C(0xbf58476d1ce4e5b9);
    hash = (hash ^ (hash >> 32) ^ (((uint64_t)key->project << 1) | key->fast)) * UINT64_C(0x94d049bb133111eb);
    return (uint32_t)(hash ^ (hash >> 31));
}

static bool is_same(const struct rollup_key *a, const struct rollup_key *b)
{
    return a->bucket == b->bucket && a->session == b->session && a->project == b->project &&
           a->model == b->model && a->fast == b->fast;
}

struct rollup *rollups_at(const struct rollups *rollups, uint32_t number)
{
    return &rollups->chunks[number / CHUNK][number % CHUNK];
}

/* The place of a key in the index: where it is, or the free one where it would be. */
static struct slot *slot_of(const struct rollups *rollups, uint32_t hash, const struct rollup_key *key)
{
    size_t mask = rollups->index.size - 1, at = hash & mask;
    for (; rollups->index.list[at].number; at = (at + 1) & mask)
        if (rollups->index.list[at].hash == hash &&
            is_same(&rollups_at(rollups, rollups->index.list[at].number - 1)->key, key))
            break;
    return &rollups->index.list[at];
}

static uint32_t add(struct rollups *rollups, const struct rollup_key *key)
{
    if (rollups->count == rollups->chunk_count * CHUNK) {
        rollups->chunks =
            memory_grow(rollups->chunks, rollups->chunk_count, &rollups->chunk_room, sizeof *rollups->chunks);
        rollups->chunks[rollups->chunk_count++] = memory_take(CHUNK * sizeof(struct rollup));
    }
    uint32_t number = rollups->count++;
    *rollups_at(rollups, number) =
        (struct rollup){.key = *key, .day = zone_day(rollup_start_us(key->bucket))};
    return number;
}

uint32_t rollups_take(struct rollups *rollups, const struct rollup_key *key)
{
    if (rollups->last < rollups->count && is_same(&rollups_at(rollups, rollups->last)->key, key))
        return rollups->last;
    if ((size_t)rollups->count * 4 >= rollups->index.size * 3)
        slots_grow(&rollups->index, 256);
    uint32_t hash = hash_of(key);
    struct slot *slot = slot_of(rollups, hash, key);
    if (!slot->number)
        *slot = (struct slot){add(rollups, key) + 1, hash};
    return rollups->last = slot->number - 1;
}

void rollups_mark(struct rollups *rollups, uint32_t number)
{
    struct rollup *rollup = rollups_at(rollups, number);
    if (rollup->is_unsaved)
        return;
    rollup->is_unsaved = true;
    rollups->unsaved = memory_grow(rollups->unsaved, rollups->unsaved_count, &rollups->unsaved_room,
                                   sizeof *rollups->unsaved);
    rollups->unsaved[rollups->unsaved_count++] = number;
}

unsigned __int128 rollup_cost(const struct rollup *rollup, enum cost_mode mode)
{
    switch (mode) {
    case COST_CALCULATE:
        return rollup->calculated_pusd;
    case COST_DISPLAY:
        return rollup->usd_pusd;
    case COST_AUTO:
        break;
    }
    return rollup->usd_pusd + rollup->rest_pusd;
}

void rollups_free(struct rollups *rollups)
{
    for (size_t i = 0; i < rollups->chunk_count; i++)
        free(rollups->chunks[i]);
    free(rollups->chunks);
    free(rollups->index.list);
    free(rollups->unsaved);
    *rollups = (struct rollups){0};
}
