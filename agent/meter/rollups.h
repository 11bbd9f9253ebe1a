/*
 * Rollups: all history, a quarter of an hour at a time.
 *
 * A row is what one session's messages in one project by one model came to within one bucket of time. Time
 * zones' offsets are multiples of a quarter of an hour, so every local day is whole buckets in every zone; an
 * instant exactly on a quarter has a bucket of its own, because a five-hour block may end with it while a day
 * begins with it. So rows answer every report by day, week, month, session or block exactly, without entries.
 * Rows never move; one that lost its last entry stays, empty.
 */
#ifndef TACHO_ROLLUPS_H
#define TACHO_ROLLUPS_H

#include "../base/slots.h"
#include "meter.h"

#define QUARTER_US  INT64_C(900000000)
#define ROLLUP_NONE UINT32_MAX

struct rollup_key {
    int64_t bucket;   /* rollup_bucket() */
    uint32_t session; /* numbers of interned strings */
    uint32_t project;
    uint32_t model;
    bool fast;
};

/* An end of a row's span. */
enum rollup_moved { ROLLUP_MOVED_NONE, ROLLUP_MOVED_FIRST, ROLLUP_MOVED_LAST } __attribute__((packed));

/* Entries that state their cost (`usd`) and those that do not are told apart, which gives all three cost
 * modes. */
struct rollup {
    unsigned __int128 usd_pusd;        /* stated costs */
    unsigned __int128 calculated_pusd; /* every entry's, by tokens */
    unsigned __int128 rest_pusd;       /* by tokens, of the entries that state none */
    struct rollup_key key;
    int64_t first_us, last_us; /* of its entries */
    uint64_t tokens[TOKEN_KINDS];
    uint64_t entries, without_usd;
    int32_t day;             /* local, of the bucket; not kept in the ledger */
    uint32_t before;         /* where the end that `moved` was, in µs after the bucket's start */
    enum rollup_moved moved; /* the end that the last change moved, which was the addition of an entry */
    bool is_span_stale;      /* an entry at either end went away */
    bool is_unsaved;         /* changed since it was last put into a snapshot */
};

/* All zero: empty. */
struct rollups {
    struct rollup **chunks;
    size_t chunk_count, chunk_room;
    uint32_t count;
    struct slots index;
    uint32_t last;     /* the row asked for last: most often the next one too */
    uint32_t *unsaved; /* numbers of the rows that are */
    size_t unsaved_count, unsaved_room;
};

/* The bucket of an instant: even for one on a quarter, odd for what lies between two. */
int64_t rollup_bucket(int64_t when_us);

/* When a bucket starts: the quarter on or after which it lies. */
int64_t rollup_start_us(int64_t bucket);

struct rollup *rollups_at(const struct rollups *rollups, uint32_t number);

/* The number of the row of a key; made, empty, if there is none. `day` is worked out for a new one. */
uint32_t rollups_take(struct rollups *rollups, const struct rollup_key *key);

/* Notes that a row differs from what the ledger has. */
void rollups_mark(struct rollups *rollups, uint32_t number);

/* The cost of a row under a mode. */
unsigned __int128 rollup_cost(const struct rollup *rollup, enum cost_mode mode);

void rollups_free(struct rollups *rollups);

#endif
