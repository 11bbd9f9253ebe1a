/*
 * What a meter holds: shared by apply.c, which changes it, and meter.c, which answers from it.
 */
#ifndef TACHO_METER_STATE_H
#define TACHO_METER_STATE_H

#include "blocks.h"
#include "days.h"
#include "entries.h"
#include "keep.h"
#include "meter.h"
#include "price_book.h"
#include "provisional.h"
#include "rollups.h"
#include "sessions.h"
#include "tool_calls.h"
#include "unlogged.h"
#include "weights.h"

struct model {
    const struct price_line *prices;
    unsigned weight;
};

struct meter {
    struct price_book *prices;
    bool owns_prices;
    struct weights weights;
    struct interned model_names;
    struct model *models;
    size_t model_room;
    struct interned paths;
    uint32_t *project_of; /* by number of path */
    size_t project_room;
    struct interned projects;
    struct interned directories;
    struct sessions sessions;
    struct entries entries; /* those in memory */
    uint32_t *unsaved;      /* numbers of those that changed; some may have been saved or moved since */
    size_t unsaved_count, unsaved_room;
    struct meter_past past; /* of entries that are not in memory */
    struct rollups rollups;
    struct provisional provisional;
    struct unlogged *unlogged;
    struct tool_calls tools; /* of the entries in memory */
    struct days days;
    struct blocks blocks;
    struct sums total;
    uint64_t tool_calls;
    uint32_t saved_strings[METER_STRINGS]; /* how many of each are in snapshots */
    uint64_t changes, saved_changes; /* calls that changed something: in all, and before the last snapshot */
    bool counts_tools;
    bool has_stale_spans; /* of rollups */
    uint32_t *model_of;   /* while a batch is applied: its strings' numbers here, INTERNED_NONE if not yet
                             looked up */
    uint32_t *session_of;
    size_t string_room;
};

/* What an entry adds to every sum that it is in; *calculated is its cost by tokens. */
struct sums meter_contribution(const struct meter *meter, const struct entry *entry,
                               unsigned __int128 *calculated);

/* The numbers of a path and of a model, made known if they are not. */
uint32_t meter_path(struct meter *meter, const char *bytes, size_t size);
uint32_t meter_model(struct meter *meter, const char *bytes, size_t size);

/* The price of an entry; NULL: not known. */
static inline const struct price *meter_price(const struct meter *meter, const struct entry *entry)
{
    return price_line_at(meter->models[entry->model].prices, entry->when_us);
}

/* The number of the row that an entry belongs to. */
uint32_t meter_rollup_of(struct meter *meter, const struct entry *entry);

/* What a row adds to the sums by day, session and in all. */
struct sums meter_sums_of_rollup(const struct meter *meter, const struct rollup *rollup);

/* An entry by its identity: in memory, or fetched there from the past; ENTRY_NONE. */
uint32_t meter_recall(struct meter *meter, struct identity identity);

/* Puts an entry into memory that is in all sums already. */
uint32_t meter_add_known(struct meter *meter, const struct entry *entry);

/* Takes back all provisional copies that are superseded. */
void meter_take_back(struct meter *meter);

/* Offers provisional copies again that were all taken back. */
void meter_put_again(struct meter *meter, const struct provisional_copy *copies, size_t count);

/* Works out the spans of rows that lost the entry at one end. */
void meter_settle_spans(struct meter *meter);

/* Forgets the tool calls of entries that are not in memory any more. */
void meter_keep_tools(struct meter *meter);

void meter_mark_entry(struct meter *meter, uint32_t number);

#endif
