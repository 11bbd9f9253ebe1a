/*
 * Entries that are in memory: API messages, each once, found by its identity.
 *
 * An entry is what its copies come to: time, day, session and home are those of its first copy, tokens,
 * model and cost those of its largest. Both orders are total, so merging is the same in any order of
 * copies (DESIGN.md §5, "One API message is one entry"). One copy alone is an entry too; that is the form
 * in which copies are merged. Entries live in chunks that never move, so growing copies nothing.
 */
#ifndef TACHO_ENTRIES_H
#define TACHO_ENTRIES_H

#include "../ingest/batch.h"
#include "interned.h"

#define ENTRY_NONE UINT32_MAX

struct entry {
    struct identity identity;
    int64_t when_us;
    uint64_t line;
    uint64_t usd_pusd; /* 0 unless has_usd */
    uint32_t tokens[TOKEN_KINDS];
    uint32_t path;    /* number among the paths */
    uint32_t session; /* among the sessions */
    uint32_t model;   /* among the models */
    uint32_t rollup;  /* number of the row that it is in; not kept in the ledger */
    uint16_t tools;   /* different tool calls; stops counting at 65,535 */
    bool has_usd : 1;
    bool fast : 1;
    bool forked : 1;
    bool foreign : 1;
    bool provisional : 1;   /* one of its copies may yet be taken back: see provisional.h */
    bool is_unsaved : 1;    /* changed since it was last put into a snapshot: see keep.h */
    bool is_read_again : 1; /* since it came from the past */
    uint8_t unnamed_tools;  /* of the tool calls, those whose ids are not in memory; stops at 255; not kept */
};

_Static_assert(sizeof(struct entry) == 80, "100,000 entries are to fit in 8 MB");

/* A place of the index: open addressing by the identity's low bits, so many of them as places need. */
struct entry_place {
    uint32_t after; /* the entry's number + 1; 0: free */
    uint32_t low;   /* of its identity, which tells most others without a look at them */
};

/* All zero: empty. */
struct entries {
    struct entry **chunks;
    size_t chunk_count, chunk_room;
    uint32_t count;
    struct entry_place *index;
    size_t index_size;
};

/* Merges a copy into an entry. */
void entry_merge(struct entry *entry, const struct entry *copy, const struct interned *paths,
                 const struct interned *models);

/* Whether two entries are the same in all that copies decide. */
bool entry_equal(const struct entry *a, const struct entry *b);

struct entry *entries_at(const struct entries *entries, uint32_t number);

/* Has the memory fetched that a look for this identity will need: a hint, for soon after. */
static inline void entries_expect(const struct entries *entries, struct identity identity)
{
    if (entries->index_size)
        __builtin_prefetch(&entries->index[(uint32_t)identity.low & (entries->index_size - 1)]);
}

/* The entry's number, or ENTRY_NONE. */
uint32_t entries_find(const struct entries *entries, struct identity identity);

/* Adds an entry that is not there yet; returns its number. */
uint32_t entries_add(struct entries *entries, const struct entry *entry);

/* Removes an entry; the last one takes its number. */
void entries_remove(struct entries *entries, uint32_t number);

void entries_free(struct entries *entries);

#endif
