/*
 * What outlives a meter: what it gives to the ledger and takes back from it.
 *
 * A snapshot holds everything that changed since the one before, as plain arrays that a worker may write
 * while the meter goes on. Provisional copies are not in it: what they say comes again when the log is read
 * again. Numbers of strings are the ledger's own: a new meter into which the strings are put back in their
 * order gives each the number that it had. Once a snapshot is safe, entries that nobody is likely to ask for
 * soon may leave memory; the past is then asked for them by identity.
 */
#ifndef TACHO_KEEP_H
#define TACHO_KEEP_H

#include "entries.h"
#include "meter.h"
#include "price_book.h"
#include "unlogged.h"

struct rollup;

enum meter_string {
    METER_STRING_SESSION,
    METER_STRING_MODEL,
    METER_STRING_PATH,
    METER_STRING_PROJECT,
    METER_STRING_DIRECTORY,
    METER_STRINGS
};

/* Entries that are not in memory. */
struct meter_past {
    /* Fills in the entry of an identity (not its `rollup`); false if there is none. */
    bool (*find)(void *data, struct identity identity, struct entry *entry);
    /* Calls `each` for every entry there is. */
    void (*visit)(void *data, void (*each)(void *each_data, const struct entry *entry), void *each_data);
    void *data;
};

/* A copy that is, or may be, the newest of its session: by time, then line, then file. */
struct newest {
    struct identity identity; /* of its entry */
    int64_t when_us;
    uint64_t line;
    uint32_t path;
    bool is_known;
};

/* What is known of a session beside its rollups. */
struct session_record {
    uint32_t session;
    uint32_t directory; /* INTERNED_NONE: unknown */
    int64_t directory_us;
    uint64_t tools;
    struct newest newest;
};

struct meter_snapshot {
    struct meter_string_list {
        uint32_t first;               /* number of the first */
        struct interned_string *list; /* their bytes are the meter's, and live as long as it */
        size_t count;
    } strings[METER_STRINGS];
    struct entry *entries;
    size_t entry_count;
    struct rollup *rollups; /* one without entries is to be removed */
    size_t rollup_count;
    struct session_record *sessions;
    size_t session_count;
    struct price_record *prices;
    size_t price_count;
    struct unlogged_row *unlogged;
    size_t unlogged_count;
};

/* How many entries changed since the last snapshot. */
size_t meter_unsaved_count(const struct meter *meter);

/* Whether anything did. What only provisional copies changed will be in the next snapshot, and is no reason
 * for one. */
bool meter_is_unsaved(const struct meter *meter);

/* Takes what changed since the last snapshot; it counts as saved from now on. */
void meter_take_snapshot(struct meter *meter, struct meter_snapshot *snapshot);
void meter_free_snapshot(struct meter_snapshot *snapshot);

/*
 * Lets entries leave memory that are saved and older than `before_us`. Only when the last snapshot is where
 * the past finds it.
 */
void meter_forget_entries(struct meter *meter, int64_t before_us);
uint32_t meter_entries_in_memory(const struct meter *meter);

/* Sets where entries are found that are not in memory. */
void meter_set_past(struct meter *meter, struct meter_past past);

/* Fetches every entry of the past into memory, so that meter_entry() gives them all. */
void meter_recall_all(struct meter *meter);

/* The number of a path: given to it now if it has none; or UINT32_MAX. And its text; NULL: there is no such
 * number. */
uint32_t meter_take_path(struct meter *meter, const char *path);
uint32_t meter_find_path(const struct meter *meter, const char *path);
const char *meter_path_text(const struct meter *meter, uint32_t number);

/* ---- into a new meter: prices, then all strings in their order, then the rest in any order ------------- */

void meter_restore_price(struct meter *meter, const struct price_record *record);

void meter_restore_string(struct meter *meter, enum meter_string kind, const char *bytes, size_t size);

/* False if it refers to strings that there are not. */
bool meter_restore_session(struct meter *meter, const struct session_record *record);
bool meter_restore_rollup(struct meter *meter, const struct rollup *rollup);
bool meter_restore_unlogged(struct meter *meter, const struct unlogged_row *row);

/* ---- entries that were counted elsewhere -------------------------------------------------------------- */

/* The number of a string of a session, model or path: given to it now if it has none. */
uint32_t meter_take_string(struct meter *meter, enum meter_string kind, const char *bytes, size_t size);

/* Merges an entry, whose numbers are this meter's, as if its copies were read here. */
void meter_merge_entry(struct meter *meter, const struct entry *entry);

/* Whether an entry from the ledger refers to strings that there are. */
bool meter_can_hold(const struct meter *meter, const struct entry *entry);

#endif
