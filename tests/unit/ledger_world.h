/*
 * A throw-away ledger, and made-up snapshots to write into it: for the ledger's tests.
 */
#ifndef TACHO_LEDGER_WORLD_H
#define TACHO_LEDGER_WORLD_H

#include "../../agent/base/memory.h"
#include "../../agent/store/ledger.h"
#include "suite.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct ledger_world {
    char folder[64];
    char path[96];
};

static inline void world_open(struct ledger_world *world)
{
    snprintf(world->folder, sizeof world->folder, "/tmp/tacho-ledger-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(world->folder));
    snprintf(world->path, sizeof world->path, "%s/ledger.db", world->folder);
}

/* How many files of the world have `part` in their names; they are removed if `remove`. */
static inline int world_files(const struct ledger_world *world, const char *part, bool remove)
{
    int count = 0;
    DIR *folder = opendir(world->folder);
    ck_assert_ptr_nonnull(folder);
    for (struct dirent *file; (file = readdir(folder));) {
        char path[400];
        if (file->d_name[0] == '.' || !strstr(file->d_name, part))
            continue;
        count++;
        snprintf(path, sizeof path, "%s/%s", world->folder, file->d_name);
        if (remove)
            unlink(path);
    }
    closedir(folder);
    return count;
}

static inline void world_close(struct ledger_world *world)
{
    world_files(world, "", true);
    rmdir(world->folder);
}

/* Opens it and fails the test unless that comes out as expected. */
static inline struct ledger *world_ledger(const struct ledger_world *world, enum ledger_wish wish,
                                          enum ledger_outcome expected)
{
    struct ledger_report report = {0};
    struct ledger *ledger = ledger_open(world->path, wish, &report);
    ck_assert_msg(report.outcome == expected, "outcome %d instead of %d: %s", (int)report.outcome,
                  (int)expected, report.why.size ? report.why.bytes : "");
    ck_assert_int_eq(ledger != NULL, expected != LEDGER_UNAVAILABLE);
    text_free(&report.why);
    return ledger;
}

/* SplitMix64: numbers that are the same in every run. */
static inline uint64_t world_random(uint64_t *state)
{
    uint64_t z = (*state += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

/* Entry `number` of a made-up history: the sizes of its numbers are those of a real one. */
static inline struct entry world_entry(uint64_t number)
{
    uint64_t state = number * 977 + 1;
    struct entry entry = {
        .identity = {world_random(&state), world_random(&state)},
        .when_us =
            INT64_C(1750000000000000) + (int64_t)(number * 21001000 + world_random(&state) % 1000 * 1000),
        .line = world_random(&state) % 3000,
        .path = (uint32_t)(number / 180),
        .session = (uint32_t)(number / 200),
        .model = (uint32_t)(world_random(&state) % 4),
        .tools = (uint16_t)(world_random(&state) % 4),
    };
    entry.tokens[TOKENS_INPUT] = (uint32_t)(world_random(&state) % 30);
    entry.tokens[TOKENS_OUTPUT] = (uint32_t)(world_random(&state) % 4000);
    entry.tokens[TOKENS_CACHE_WRITE_5M] = (uint32_t)(world_random(&state) % 20000);
    entry.tokens[TOKENS_CACHE_READ] = (uint32_t)(world_random(&state) % 160000);
    if (number % 10 == 0) {
        entry.has_usd = true;
        entry.usd_pusd = world_random(&state) % UINT64_C(2000000000000);
    }
    return entry;
}

/* What an entry alone comes to, in a project of its own, so that no two have one key. */
static inline struct rollup world_rollup(const struct entry *entry, uint64_t project)
{
    struct rollup rollup = {
        .key = {rollup_bucket(entry->when_us), entry->session, (uint32_t)project, entry->model, entry->fast},
        .first_us = entry->when_us,
        .last_us = entry->when_us,
        .entries = 1,
        .without_usd = !entry->has_usd,
        .usd_pusd = entry->usd_pusd,
        .calculated_pusd = (unsigned __int128)entry->tokens[TOKENS_OUTPUT] * 15000000,
    };
    rollup.rest_pusd = entry->has_usd ? 0 : rollup.calculated_pusd;
    for (int kind = 0; kind < TOKEN_KINDS; kind++)
        rollup.tokens[kind] = entry->tokens[kind];
    return rollup;
}

/* New strings of a kind: "<letter><number>" each. */
static inline void world_strings(struct meter_snapshot *snapshot, enum meter_string kind, uint32_t first,
                                 size_t count)
{
    struct meter_string_list *list = &snapshot->strings[kind];
    list->first = first;
    list->count = count;
    list->list = memory_take((count + 1) * sizeof *list->list);
    for (size_t i = 0; i < count; i++) {
        char name[64];
        int size = snprintf(name, sizeof name, "%c-a-name-of-some-length-%zu", "smpjd"[kind], first + i);
        list->list[i] = (struct interned_string){memory_string(name, (size_t)size), (size_t)size};
    }
}

/* Entries `first` to `first + count` of the history, and the rollup of every `rollup_step`th of them. */
static inline void world_entries(struct meter_snapshot *snapshot, uint64_t first, size_t count,
                                 size_t rollup_step)
{
    snapshot->entries = memory_take((count + 1) * sizeof *snapshot->entries);
    snapshot->rollups = memory_take((count + 1) * sizeof *snapshot->rollups);
    for (size_t i = 0; i < count; i++) {
        snapshot->entries[i] = world_entry(first + i);
        if (i % rollup_step == 0)
            snapshot->rollups[snapshot->rollup_count++] = world_rollup(&snapshot->entries[i], first + i);
    }
    snapshot->entry_count = count;
}

static inline void world_free(struct meter_snapshot *snapshot)
{
    for (int kind = 0; kind < METER_STRINGS; kind++)
        for (size_t i = 0; i < snapshot->strings[kind].count; i++)
            free(snapshot->strings[kind].list[i].bytes);
    meter_free_snapshot(snapshot);
}

static inline void world_write(struct ledger *ledger, const struct ledger_commit *commit)
{
    struct text why = TEXT_EMPTY;
    int result = ledger_write(ledger, commit, &why);
    ck_assert_msg(result == LEDGER_OK, "%s", why.size ? why.bytes : "");
    text_free(&why);
}

/* What loading gives, counted. */
struct world_seen {
    size_t strings[METER_STRINGS];
    size_t sessions, files, rollups, prices, statements, entries;
    struct ledger_file file; /* the last one */
    uint64_t rollup_entries;
    struct rollup rollup;
    struct session_record session;
    struct unlogged_row statement;
    struct price price;
    char price_name[64];
    bool has_price;
    int64_t last_bucket;
};

static inline void seen_string(void *data, enum meter_string kind, const char *bytes, size_t size)
{
    struct world_seen *seen = data;
    char expected[64];
    snprintf(expected, sizeof expected, "%c-a-name-of-some-length-%zu", "smpjd"[kind],
             seen -> strings[kind]++);
    ck_assert_uint_eq(size, strlen(expected));
    ck_assert_mem_eq(bytes, expected, size);
}

static inline bool seen_session(void *data, const struct session_record *record)
{
    struct world_seen *seen = data;
    seen->sessions++;
    if (record->newest.is_known)
        seen->session = *record;
    return true;
}

static inline bool seen_file(void *data, const struct ledger_file *file)
{
    struct world_seen *seen = data;
    seen->files++;
    seen->file = *file;
    return true;
}

static inline bool seen_rollup(void *data, const struct rollup *rollup)
{
    struct world_seen *seen = data;
    seen->rollups++;
    seen->rollup_entries += rollup->entries;
    seen->rollup = *rollup;
    return true;
}

static inline bool seen_price(void *data, const struct price_record *record)
{
    struct world_seen *seen = data;
    seen->prices++;
    seen->has_price = record->price != NULL;
    if (record->price) {
        seen->price = *record->price;
        snprintf(seen->price_name, sizeof seen->price_name, "%s", record->price->name);
    }
    return true;
}

static inline bool seen_statement(void *data, const struct unlogged_row *row)
{
    struct world_seen *seen = data;
    seen->statements++;
    seen->statement = *row;
    return true;
}

static inline void seen_entry(void *data, const struct entry *entry)
{
    (void)entry;
    ((struct world_seen *)data)->entries++;
}

static inline struct ledger_sink world_sink(struct world_seen *seen)
{
    return (struct ledger_sink){LEDGER_ALL, seen_string,    seen_session, seen_file,
                                seen_price, seen_statement, seen_rollup,  seen};
}

/* Loads and visits everything; the test fails if that fails. */
static inline struct world_seen world_load(struct ledger *ledger)
{
    struct world_seen seen = {0};
    struct text why = TEXT_EMPTY;
    struct ledger_sink sink = world_sink(&seen);
    int result = ledger_load(ledger, &sink, &why);
    if (result == LEDGER_OK)
        result = ledger_visit_entries(ledger, seen_entry, &seen, &why);
    ck_assert_msg(result == LEDGER_OK, "%s", why.size ? why.bytes : "");
    text_free(&why);
    return seen;
}

#endif
