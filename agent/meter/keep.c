/* Snapshots, and coming back from them: see keep.h. */
#include "keep.h"

#include "../base/memory.h"
#include "state.h"
#include "sums.h"

#include <stdlib.h>
#include <string.h>

static const struct interned *strings_of(const struct meter *meter, enum meter_string kind)
{
    switch (kind) {
    case METER_STRING_SESSION:
        return &meter->sessions.names;
    case METER_STRING_MODEL:
        return &meter->model_names;
    case METER_STRING_PATH:
        return &meter->paths;
    case METER_STRING_PROJECT:
        return &meter->projects;
    case METER_STRING_DIRECTORY:
    case METER_STRINGS:
        break;
    }
    return &meter->directories;
}

/* ---- snapshots ----------------------------------------------------------------------------------------- */

size_t meter_unsaved_count(const struct meter *meter)
{
    return meter->unsaved_count;
}

bool meter_is_unsaved(const struct meter *meter)
{
    return meter->changes != meter->saved_changes;
}

static void take_strings(struct meter *meter, struct meter_snapshot *snapshot)
{
    for (int kind = 0; kind < METER_STRINGS; kind++) {
        const struct interned *strings = strings_of(meter, kind);
        struct meter_string_list *list = &snapshot->strings[kind];
        list->first = meter->saved_strings[kind];
        list->count = strings->count - list->first;
        list->list = memory_take(list->count * sizeof *list->list);
        for (size_t i = 0; i < list->count; i++)
            list->list[i] = strings->list[list->first + i];
        meter->saved_strings[kind] = (uint32_t)strings->count;
    }
}

/* A number may be in the list whose entry was dropped, or moved: then the flag is not set. */
static void take_entries(struct meter *meter, struct meter_snapshot *snapshot)
{
    snapshot->entries = memory_take(meter->unsaved_count * sizeof *snapshot->entries);
    for (size_t i = 0; i < meter->unsaved_count; i++) {
        uint32_t number = meter->unsaved[i];
        struct entry *entry = number < meter->entries.count ? entries_at(&meter->entries, number) : NULL;
        if (!entry || !entry->is_unsaved)
            continue;
        entry->is_unsaved = false;
        snapshot->entries[snapshot->entry_count++] = *entry;
    }
    meter->unsaved_count = 0;
}

static void take_rollups(struct meter *meter, struct meter_snapshot *snapshot)
{
    struct rollups *rollups = &meter->rollups;
    snapshot->rollups = memory_take(rollups->unsaved_count * sizeof *snapshot->rollups);
    for (size_t i = 0; i < rollups->unsaved_count; i++) {
        struct rollup *rollup = rollups_at(rollups, rollups->unsaved[i]);
        rollup->is_unsaved = false;
        snapshot->rollups[snapshot->rollup_count++] = *rollup;
    }
    rollups->unsaved_count = 0;
}

static void take_sessions(struct meter *meter, struct meter_snapshot *snapshot)
{
    struct sessions *sessions = &meter->sessions;
    snapshot->sessions = memory_take(sessions->unsaved_count * sizeof *snapshot->sessions);
    for (size_t i = 0; i < sessions->unsaved_count; i++) {
        sessions->list[sessions->unsaved[i]].is_unsaved = false;
        snapshot->sessions[snapshot->session_count++] = sessions_record(sessions, sessions->unsaved[i]);
    }
    sessions->unsaved_count = 0;
}

/* Takes every provisional copy back. Returns them, for meter_put_again(); the caller frees them. */
static struct provisional_copy *set_aside(struct meter *meter, size_t *count)
{
    struct provisional *provisional = &meter->provisional;
    *count = provisional->count;
    if (!*count)
        return NULL;
    struct provisional_copy *copies = memory_take(*count * sizeof *copies);
    memcpy(copies, provisional->copies, *count * sizeof *copies);
    for (size_t i = 0; i < *count; i++)
        provisional->copies[i].superseded = true;
    meter_take_back(meter);
    return copies;
}

void meter_take_snapshot(struct meter *meter, struct meter_snapshot *snapshot)
{
    size_t provisional_count;
    struct provisional_copy *provisional = set_aside(meter, &provisional_count);
    *snapshot = (struct meter_snapshot){0};
    meter_settle_spans(meter);
    take_strings(meter, snapshot);
    take_entries(meter, snapshot);
    take_rollups(meter, snapshot);
    take_sessions(meter, snapshot);
    snapshot->unlogged = unlogged_news(meter->unlogged, &snapshot->unlogged_count);
    snapshot->prices = price_book_news(meter->prices, &snapshot->price_count);
    meter->saved_changes = meter->changes;
    meter_put_again(meter, provisional, provisional_count);
    free(provisional);
}

void meter_free_snapshot(struct meter_snapshot *snapshot)
{
    for (int kind = 0; kind < METER_STRINGS; kind++)
        free(snapshot->strings[kind].list);
    free(snapshot->entries);
    free(snapshot->rollups);
    free(snapshot->sessions);
    free(snapshot->prices);
    free(snapshot->unlogged);
    *snapshot = (struct meter_snapshot){0};
}

/* ---- the past ------------------------------------------------------------------------------------------ */

void meter_set_past(struct meter *meter, struct meter_past past)
{
    meter->past = past;
}

static void recall_entry(void *data, const struct entry *entry)
{
    struct meter *meter = data;
    if (entries_find(&meter->entries, entry->identity) == ENTRY_NONE && meter_can_hold(meter, entry))
        meter_add_known(meter, entry);
}

void meter_recall_all(struct meter *meter)
{
    if (meter->past.visit)
        meter->past.visit(meter->past.data, recall_entry, meter);
}

uint32_t meter_entries_in_memory(const struct meter *meter)
{
    return meter->entries.count;
}

void meter_forget_entries(struct meter *meter, int64_t before_us)
{
    struct entries kept = {0};
    meter->unsaved_count = 0;
    for (uint32_t i = 0; i < meter->entries.count; i++) {
        const struct entry *entry = entries_at(&meter->entries, i);
        if (entry->when_us >= before_us || entry->is_unsaved || entry->provisional)
            entries_add(&kept, entry);
    }
    entries_free(&meter->entries);
    meter->entries = kept;
    for (uint32_t i = 0; i < kept.count; i++) {
        struct entry *entry = entries_at(&meter->entries, i);
        if (entry->is_unsaved) {
            entry->is_unsaved = false;
            meter_mark_entry(meter, i);
        }
    }
    meter_keep_tools(meter);
}

/* ---- paths --------------------------------------------------------------------------------------------- */

uint32_t meter_take_path(struct meter *meter, const char *path)
{
    return meter_path(meter, path, strlen(path));
}

uint32_t meter_find_path(const struct meter *meter, const char *path)
{
    return interned_find(&meter->paths, path, strlen(path));
}

const char *meter_path_text(const struct meter *meter, uint32_t number)
{
    return number < meter->paths.count ? meter->paths.list[number].bytes : NULL;
}

/* ---- coming back --------------------------------------------------------------------------------------- */

void meter_restore_price(struct meter *meter, const struct price_record *record)
{
    price_book_recall(meter->prices, record, 1);
}

void meter_restore_string(struct meter *meter, enum meter_string kind, const char *bytes, size_t size)
{
    switch (kind) {
    case METER_STRING_SESSION:
        sessions_take(&meter->sessions, bytes, size);
        break;
    case METER_STRING_MODEL:
        meter_model(meter, bytes, size);
        break;
    case METER_STRING_PATH:
        meter_path(meter, bytes, size);
        break;
    case METER_STRING_PROJECT:
        interned_take(&meter->projects, bytes, size);
        break;
    case METER_STRING_DIRECTORY:
        interned_take(&meter->directories, bytes, size);
        break;
    case METER_STRINGS:
        return;
    }
    meter->saved_strings[kind] = (uint32_t)strings_of(meter, kind)->count;
}

bool meter_restore_session(struct meter *meter, const struct session_record *record)
{
    if (record->session >= meter->sessions.count ||
        (record->directory != INTERNED_NONE && record->directory >= meter->directories.count))
        return false;
    sessions_restore(&meter->sessions, record);
    meter->tool_calls += record->tools;
    return true;
}

struct sums meter_sums_of_rollup(const struct meter *meter, const struct rollup *rollup)
{
    struct sums sums = {.cost_pusd = rollup_cost(rollup, COST_AUTO), .entries = rollup->entries};
    memcpy(sums.tokens, rollup->tokens, sizeof sums.tokens);
    sums.weighted = sums_tokens(&sums) * meter->models[rollup->key.model].weight;
    return sums;
}

bool meter_restore_unlogged(struct meter *meter, const struct unlogged_row *row)
{
    if (row->session >= meter->sessions.count ||
        (row->model != INTERNED_NONE && row->model >= meter->model_names.count))
        return false;
    unlogged_recall(meter->unlogged, row);
    return true;
}

bool meter_restore_rollup(struct meter *meter, const struct rollup *from)
{
    if (from->key.session >= meter->sessions.count || from->key.model >= meter->model_names.count ||
        from->key.project >= meter->projects.count || !from->entries)
        return false;
    struct rollup *rollup = rollups_at(&meter->rollups, rollups_take(&meter->rollups, &from->key));
    if (rollup->entries)
        return false;
    int32_t day = rollup->day;
    *rollup = *from;
    rollup->day = day;
    rollup->is_span_stale = rollup->is_unsaved = false;
    struct sums sums = meter_sums_of_rollup(meter, rollup);
    sums_add(&meter->total, &sums);
    sums_add(days_take(&meter->days, day), &sums);
    sessions_add_rollup(&meter->sessions, from->key.session, &sums, from->first_us, from->last_us);
    return true;
}

bool meter_can_hold(const struct meter *meter, const struct entry *entry)
{
    return entry->session < meter->sessions.count && entry->model < meter->model_names.count &&
           entry->path < meter->paths.count;
}
