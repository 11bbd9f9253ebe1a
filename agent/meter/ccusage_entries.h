/*
 * ccusage's entries: what is left of the accepted lines when copies of one message are merged, by its two
 * sets of rules. Unlike Tacho's, they depend on the order of files and lines.
 */
#ifndef TACHO_CCUSAGE_ENTRIES_H
#define TACHO_CCUSAGE_ENTRIES_H

#include "../ingest/ccusage_scan.h"
#include "interned.h"
#include "meter.h"

struct ccusage_entry {
    struct ccusage_usage usage;
    int64_t when_ms, limit_reset_ms;
    double cost, stated_cost; /* under the mode; what the line itself says, or 0 */
    struct ccusage_key message, request, session;
    uint32_t record; /* number of the record that it is of, among all that were taken */
    uint32_t file;
    uint32_t model;     /* as the line names it, among `names`; INTERNED_NONE: it does not */
    uint32_t shown;     /* as reports list it, in fast mode with -fast; INTERNED_NONE: not at all */
    uint32_t timestamp; /* as written, in `timestamps` */
    uint8_t timestamp_size;
    bool has_message, has_request, has_cost, is_sidechain, is_unpriced;
};

struct ccusage_entries {
    enum ccusage_reading reading;
    enum cost_mode mode;
    bool keeps_timestamps;      /* set these before the first record */
    bool keeps_merges;
    uint32_t *merged_into; /* by record: the entry that it went into, if keeps_merges */
    size_t record_count, merge_room;
    struct ccusage_entry *list; /* in ccusage's order */
    size_t count, room;
    struct interned names;
    char *timestamps;
    size_t timestamp_size, timestamp_room;
    /* The rest is for merging. */
    const struct ccusage_price **prices; /* by name */
    bool *is_searched;
    size_t price_room;
    struct ccusage_place *places; /* chained by hash, in the order in which they were added */
    size_t place_count, place_room;
    uint32_t *buckets;
    size_t bucket_count;
};

void ccusage_entries_init(struct ccusage_entries *entries, enum ccusage_reading reading, enum cost_mode mode);
void ccusage_entries_free(struct ccusage_entries *entries);

/* Takes a batch's records in their order. `entries` is a struct ccusage_entries: for ccusage_scan(). */
void ccusage_entries_take(void *entries, const struct ccusage_batch *batch);

#endif
