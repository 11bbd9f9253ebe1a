/*
 * Merging copies as ccusage 20.0.24 does (its lib.rs and daily.rs). An entry is found again under the hash of
 * its identity, and, for the messages that a side conversation repeats under new request ids, under that of
 * its message and session. Both lead to places of entries; whether an entry there is a copy is seen from what
 * it is now.
 */
#include "ccusage_entries.h"

#include "../base/memory.h"
#include "ccusage_prices.h"

#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

struct ccusage_place {
    uint64_t hash;
    uint32_t entry;
    uint32_t next; /* of the bucket, + 1; 0: none */
};

#define BUCKETS_FIRST 1024

void ccusage_entries_init(struct ccusage_entries *entries, enum ccusage_reading reading, enum cost_mode mode)
{
    *entries = (struct ccusage_entries){.reading = reading, .mode = mode, .bucket_count = BUCKETS_FIRST};
    entries->buckets = memory_zeroed(entries->bucket_count, sizeof *entries->buckets);
}

void ccusage_entries_free(struct ccusage_entries *entries)
{
    free(entries->list);
    free(entries->timestamps);
    free(entries->merged_into);
    free(entries->prices);
    free(entries->is_searched);
    free(entries->places);
    free(entries->buckets);
    interned_free(&entries->names);
}

/* ---- places -------------------------------------------------------------------------------------------- */

static void place_link(struct ccusage_entries *entries, uint32_t place)
{
    uint32_t *link = &entries->buckets[entries->places[place].hash & (entries->bucket_count - 1)];
    while (*link)
        link = &entries->places[*link - 1].next;
    *link = place + 1;
}

static void buckets_grow(struct ccusage_entries *entries)
{
    free(entries->buckets);
    entries->bucket_count *= 2;
    entries->buckets = memory_zeroed(entries->bucket_count, sizeof *entries->buckets);
    for (size_t i = 0; i < entries->place_count; i++) {
        entries->places[i].next = 0;
        place_link(entries, (uint32_t)i);
    }
}

static uint32_t place_first(const struct ccusage_entries *entries, uint64_t hash)
{
    return entries->buckets[hash & (entries->bucket_count - 1)];
}

/* Makes an entry to be found under a hash, if it is not yet. */
static void place_add(struct ccusage_entries *entries, uint64_t hash, uint32_t entry)
{
    for (uint32_t at = place_first(entries, hash); at; at = entries->places[at - 1].next)
        if (entries->places[at - 1].hash == hash && entries->places[at - 1].entry == entry)
            return;
    if (entries->place_count >= entries->bucket_count)
        buckets_grow(entries);
    entries->places =
        memory_grow(entries->places, entries->place_count, &entries->place_room, sizeof *entries->places);
    entries->places[entries->place_count++] = (struct ccusage_place){.hash = hash, .entry = entry};
    place_link(entries, (uint32_t)entries->place_count - 1);
}

/* ---- copies -------------------------------------------------------------------------------------------- */

/* The hash of what makes two entries the same message. */
static uint64_t identity_hash(const struct ccusage_entries *entries, const struct ccusage_entry *entry)
{
    struct {
        struct ccusage_key message, other;
        int64_t when_ms, has_request;
    } key = {.message = entry->message,
             .other = entry->has_request ? entry->request : entry->session,
             .has_request = entry->has_request};
    if (!entry->has_request && entries->reading == CCUSAGE_DAILY)
        key.when_ms = entry->when_ms;
    return XXH3_64bits(&key, sizeof key);
}

static uint64_t replay_hash(const struct ccusage_entry *entry)
{
    const struct ccusage_key key[] = {entry->message, entry->session};
    return XXH3_64bits(key, sizeof key);
}

static bool is_same(enum ccusage_reading reading, const struct ccusage_entry *a,
                    const struct ccusage_entry *b)
{
    if (!ccusage_key_equal(a->message, b->message) || a->has_request != b->has_request)
        return false;
    if (a->has_request)
        return ccusage_key_equal(a->request, b->request);
    return ccusage_key_equal(a->session, b->session) &&
           (reading == CCUSAGE_ENTRIES || a->when_ms == b->when_ms);
}

static bool is_replay(enum ccusage_reading reading, const struct ccusage_entry *a,
                      const struct ccusage_entry *b)
{
    if (!ccusage_key_equal(a->message, b->message) || (!a->is_sidechain && !b->is_sidechain))
        return false;
    return reading == CCUSAGE_DAILY || a->when_ms == b->when_ms;
}

#define NOWHERE UINT32_MAX

static uint32_t find(const struct ccusage_entries *entries, uint64_t hash, const struct ccusage_entry *entry,
                     bool (*is_copy)(enum ccusage_reading, const struct ccusage_entry *,
                                     const struct ccusage_entry *))
{
    for (uint32_t at = place_first(entries, hash); at; at = entries->places[at - 1].next) {
        const struct ccusage_place *place = &entries->places[at - 1];
        if (place->hash == hash && is_copy(entries->reading, &entries->list[place->entry], entry))
            return place->entry;
    }
    return NOWHERE;
}

/* What copies are compared by; unlike other sums this one wraps around. */
static uint64_t size_of(const struct ccusage_usage *usage)
{
    return usage->input + usage->output + ccusage_writes(usage) + usage->cache_read;
}

/* Whether a copy takes the place of the one that is there. */
static bool is_better(enum ccusage_reading reading, const struct ccusage_entry *copy,
                      const struct ccusage_entry *old)
{
    uint64_t tokens = size_of(&copy->usage), old_tokens = size_of(&old->usage);
    if (copy->is_sidechain != old->is_sidechain)
        return old->is_sidechain;
    if (tokens != old_tokens)
        return tokens > old_tokens;
    if (reading == CCUSAGE_DAILY && (copy->cost < old->cost || copy->cost > old->cost))
        return copy->cost > old->cost;
    return copy->usage.speed != SPEED_ABSENT && old->usage.speed == SPEED_ABSENT;
}

/* Returns the number of the entry that it becomes, or went into. */
static uint32_t merge(struct ccusage_entries *entries, const struct ccusage_entry *entry)
{
    uint32_t at = NOWHERE;
    uint64_t identity = 0, replay = 0;
    if (entry->has_message) {
        identity = identity_hash(entries, entry);
        replay = replay_hash(entry);
        at = find(entries, identity, entry, is_same);
        if (at == NOWHERE)
            at = find(entries, replay, entry, is_replay);
    }
    if (at == NOWHERE) {
        at = (uint32_t)entries->count++;
        entries->list = memory_grow(entries->list, at, &entries->room, sizeof *entries->list);
        entries->list[at] = *entry;
        if (entry->has_message)
            place_add(entries, identity, at);
    } else if (is_better(entries->reading, entry, &entries->list[at])) {
        entries->list[at] = *entry;
        place_add(entries, identity, at);
    }
    /* It is found by every session that a copy of it was in, whichever copy was kept. */
    if (entry->has_message)
        place_add(entries, replay, at);
    return at;
}

/* ---- entries ------------------------------------------------------------------------------------------- */

/* The number of a model's name, whose price is then known. */
static uint32_t name_take(struct ccusage_entries *entries, const char *name, size_t size)
{
    uint32_t number = interned_take(&entries->names, name, size);
    if (number >= entries->price_room) {
        size_t room = entries->price_room;
        entries->price_room = room * 2 + 16;
        entries->prices = memory_resize(entries->prices, entries->price_room * sizeof *entries->prices);
        entries->is_searched = memory_resize(entries->is_searched, entries->price_room);
        memset(entries->is_searched + room, 0, entries->price_room - room);
    }
    if (!entries->is_searched[number]) {
        entries->is_searched[number] = true;
        entries->prices[number] = ccusage_price_find(name, size);
    }
    return number;
}

/* The name that reports show: none for what the client made up; an advisor's as it is. */
static uint32_t shown_name(struct ccusage_entries *entries, const struct ccusage_record *record,
                           const char *name, uint32_t number)
{
    static const char synthetic[] = "<synthetic>", fast[] = "-fast";
    size_t size = record->model_size;
    if (record->is_advisor)
        return number;
    if (size == sizeof synthetic - 1 && memcmp(name, synthetic, size) == 0)
        return INTERNED_NONE;
    if (record->usage.speed != SPEED_FAST)
        return number;
    char *whole = memory_take(size + sizeof fast);
    memcpy(whole, name, size);
    memcpy(whole + size, fast, sizeof fast);
    number = name_take(entries, whole, size + sizeof fast - 1);
    free(whole);
    return number;
}

static void set_model(struct ccusage_entries *entries, struct ccusage_entry *entry,
                      const struct ccusage_record *record, const char *name)
{
    entry->model = entry->shown = INTERNED_NONE;
    if (!record->has_model)
        return;
    entry->model = name_take(entries, name, record->model_size);
    entry->shown = shown_name(entries, record, name, entry->model);
}

static void set_cost(const struct ccusage_entries *entries, struct ccusage_entry *entry,
                     const struct ccusage_record *record)
{
    const struct ccusage_price *price = entry->model == INTERNED_NONE ? NULL : entries->prices[entry->model];
    entry->stated_cost = record->has_cost ? record->cost : 0.0;
    if (entries->mode == COST_DISPLAY || (entries->mode == COST_AUTO && record->has_cost)) {
        entry->cost = entry->stated_cost;
        return;
    }
    entry->cost = price ? ccusage_price_cost(price, &entry->usage, entry->when_ms) : 0.0;
    entry->is_unpriced = !price && entry->model != INTERNED_NONE && ccusage_total(&entry->usage) > 0;
}

static void keep_timestamp(struct ccusage_entries *entries, struct ccusage_entry *entry, const char *bytes,
                           uint8_t size)
{
    if (entries->timestamp_room - entries->timestamp_size < size) {
        entries->timestamp_room = (entries->timestamp_room + size) * 2;
        entries->timestamps = memory_resize(entries->timestamps, entries->timestamp_room);
    }
    entry->timestamp = (uint32_t)entries->timestamp_size;
    entry->timestamp_size = size;
    memcpy(entries->timestamps + entry->timestamp, bytes, size);
    entries->timestamp_size += size;
}

static void keep_merge(struct ccusage_entries *entries, uint32_t record, uint32_t entry)
{
    entries->merged_into =
        memory_grow(entries->merged_into, record, &entries->merge_room, sizeof *entries->merged_into);
    entries->merged_into[record] = entry;
}

void ccusage_entries_take(void *data, const struct ccusage_batch *batch)
{
    struct ccusage_entries *entries = data;
    for (size_t i = 0; i < batch->count; i++) {
        const struct ccusage_record *record = &batch->records[i];
        struct ccusage_entry entry = {
            .usage = record->usage,
            .when_ms = record->when_ms,
            .limit_reset_ms = record->limit_reset_ms,
            .message = record->message,
            .request = record->request,
            .session = record->session,
            .record = (uint32_t)entries->record_count++,
            .file = (uint32_t)batch->file_index,
            .has_message = record->has_message,
            .has_request = record->has_request,
            .has_cost = record->has_cost,
            .is_sidechain = record->is_sidechain,
        };
        set_model(entries, &entry, record, batch->texts + record->model);
        set_cost(entries, &entry, record);
        if (entries->keeps_timestamps)
            keep_timestamp(entries, &entry, batch->texts + record->timestamp, record->timestamp_size);
        uint32_t into = merge(entries, &entry);
        if (entries->keeps_merges)
            keep_merge(entries, entry.record, into);
    }
}
