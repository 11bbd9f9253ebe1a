/*
 * Copies into the meter. Every change of an entry goes through entry_change(): what the entry contributed is
 * taken from each sum, and what it now contributes is added. All sums are whole numbers, so they are exact in
 * any order.
 */
#include "../base/memory.h"
#include "../base/zone.h"
#include "state.h"
#include "sums.h"

#include <string.h>

/* ---- changing an entry ----------------------------------------------------------------------------------
 */

static void subtract(struct meter *meter, const struct entry *entry, const struct sums *sums)
{
    sums_subtract(&meter->total, sums);
    sums_subtract(days_take(&meter->days, entry->day), sums);
    sessions_subtract(&meter->sessions, entry, sums);
}

static void add(struct meter *meter, const struct entry *entry, const struct sums *sums)
{
    sums_add(&meter->total, sums);
    sums_add(days_take(&meter->days, entry->day), sums);
    sessions_add(&meter->sessions, entry, sums);
}

/* An entry of the table becomes what `after` says. */
static void entry_change(struct meter *meter, struct entry *entry, const struct entry *after)
{
    if (entry_equal(entry, after))
        return;
    struct entry before = *entry;
    struct sums was = meter_contribution(meter, &before), is = meter_contribution(meter, after);
    bool moves = after->when_us != before.when_us;
    subtract(meter, &before, &was);
    *entry = *after;
    entry->tools = before.tools;
    entry->provisional = before.provisional;
    entry->day = moves ? zone_day(after->when_us) : before.day;
    add(meter, entry, &is);
    if (moves) {
        blocks_remove(&meter->blocks, before.when_us, &was);
        blocks_insert(&meter->blocks, after->when_us, &is);
    } else {
        blocks_change(&meter->blocks, after->when_us, &was, &is);
    }
}

static uint32_t entry_new(struct meter *meter, const struct entry *copy)
{
    uint32_t number = entries_add(&meter->entries, copy);
    struct entry *entry = entries_at(&meter->entries, number);
    entry->day = zone_day(copy->when_us);
    struct sums sums = meter_contribution(meter, entry);
    add(meter, entry, &sums);
    blocks_insert(&meter->blocks, entry->when_us, &sums);
    return number;
}

static void entry_drop(struct meter *meter, uint32_t number)
{
    const struct entry *entry = entries_at(&meter->entries, number);
    struct sums sums = meter_contribution(meter, entry);
    subtract(meter, entry, &sums);
    blocks_remove(&meter->blocks, entry->when_us, &sums);
    entries_remove(&meter->entries, number);
}

/* ---- applying a batch ---------------------------------------------------------------------------------- */

static void strings_begin(struct meter *meter, size_t count)
{
    if (count > meter->string_room) {
        meter->string_room = count * 2;
        meter->model_of = memory_resize(meter->model_of, meter->string_room * sizeof *meter->model_of);
        meter->session_of = memory_resize(meter->session_of, meter->string_room * sizeof *meter->session_of);
    }
    if (!count)
        return;
    memset(meter->model_of, 0xff, count * sizeof *meter->model_of);
    memset(meter->session_of, 0xff, count * sizeof *meter->session_of);
}

static uint32_t model_of(struct meter *meter, const struct batch *batch, uint32_t string)
{
    uint32_t *number = &meter->model_of[string];
    if (*number != INTERNED_NONE)
        return *number;
    const char *bytes = batch->bytes + batch->strings[string].offset;
    size_t size = batch->strings[string].size, known = meter->model_names.count;
    *number = interned_take(&meter->model_names, bytes, size);
    if (*number == known) {
        meter->models = memory_grow(meter->models, known, &meter->model_room, sizeof *meter->models);
        meter->models[known] = (struct model){price_find(bytes, size), is_opus(bytes, size)};
    }
    return *number;
}

static uint32_t session_of(struct meter *meter, const struct batch *batch, uint32_t string)
{
    uint32_t *number = &meter->session_of[string];
    if (*number == INTERNED_NONE)
        *number = sessions_take(&meter->sessions, batch->bytes + batch->strings[string].offset,
                                batch->strings[string].size);
    return *number;
}

static struct entry entry_of(struct meter *meter, const struct batch *batch, const struct usage_copy *copy,
                             uint32_t path)
{
    struct entry entry = {
        .identity = copy->identity,
        .when_us = copy->when_us,
        .line = copy->line,
        .usd_pusd = copy->has_usd ? copy->usd_pusd : 0,
        .path = path,
        .session = session_of(meter, batch, copy->session),
        .model = model_of(meter, batch, copy->model),
        .has_usd = copy->has_usd,
        .fast = copy->fast,
        .forked = copy->forked,
        .foreign = copy->foreign,
    };
    memcpy(entry.tokens, copy->tokens, sizeof entry.tokens);
    return entry;
}

/* A tool call of an entry. The same call in another entry is another, so that it does not matter which came
 * first. */
static uint64_t tool_of(struct identity entry, uint64_t tool)
{
    return tool ^ (entry.low * UINT64_C(0x9e3779b97f4a7c15)) ^ (entry.high * UINT64_C(0xc2b2ae3d27d4eb4f));
}

/* Counts the tool calls of a copy that are new to its entry. */
static void add_tools(struct meter *meter, struct entry *entry, const uint64_t *tools, size_t count)
{
    for (size_t i = 0; i < count && entry->tools < UINT16_MAX; i++) {
        if (!id_set_add(&meter->tools, tool_of(entry->identity, tools[i])))
            continue;
        entry->tools++;
        meter->tool_calls++;
        meter->sessions.list[entry->session].tools++;
        sessions_mark(&meter->sessions, entry->session);
    }
}

static void apply_copy(struct meter *meter, const struct batch *batch, const struct usage_copy *usage,
                       uint32_t path)
{
    struct entry copy = entry_of(meter, batch, usage, path);
    bool main_chain = !usage->sidechain && !usage->advisor;
    uint32_t number = entries_find(&meter->entries, copy.identity);
    struct entry *entry = number == ENTRY_NONE ? NULL : entries_at(&meter->entries, number);
    if (usage->provisional)
        provisional_add(&meter->provisional, &copy, main_chain, entry);
    else if (entry && entry->provisional)
        provisional_settle(&meter->provisional, &copy, &meter->paths, &meter->model_names);
    if (entry) {
        struct entry merged = *entry;
        entry_merge(&merged, &copy, &meter->paths, &meter->model_names);
        entry_change(meter, entry, &merged);
    } else {
        entry = entries_at(&meter->entries, entry_new(meter, &copy));
    }
    meter->copies++;
    if (usage->provisional) {
        entry->provisional = true;
        sessions_mark(&meter->sessions, copy.session);
        return; /* its tool calls count, and it is offered as the newest, when it is final */
    }
    add_tools(meter, entry, batch->tools + usage->tools, usage->tool_count);
    if (main_chain)
        sessions_offer(&meter->sessions, &copy, &meter->paths);
}

/* Takes back the copies that what was just applied supersedes. Most often that changes nothing. */
static void take_back(struct meter *meter)
{
    struct provisional_copy gone;
    while (provisional_take(&meter->provisional, &gone)) {
        uint32_t number = entries_find(&meter->entries, gone.copy.identity);
        struct entry left;
        meter->copies--;
        sessions_mark(&meter->sessions, gone.copy.session);
        if (provisional_rebuild(&meter->provisional, gone.copy.identity, &left, &meter->paths,
                                &meter->model_names)) {
            struct entry *entry = entries_at(&meter->entries, number);
            entry_change(meter, entry, &left);
            entry->provisional = left.provisional;
        } else {
            entry_drop(meter, number);
        }
    }
}

static void apply_places(struct meter *meter, const struct batch *batch)
{
    for (size_t i = 0; i < batch->place_count; i++) {
        const struct session_place *place = &batch->places[i];
        struct batch_string name = batch->strings[place->directory];
        uint32_t directory = interned_take(&meter->directories, batch->bytes + name.offset, name.size);
        sessions_place(&meter->sessions, session_of(meter, batch, place->session), place->when_us, directory,
                       &meter->directories);
    }
}

void meter_apply(struct meter *meter, const struct batch *batch)
{
    uint32_t path = interned_take(&meter->paths, batch->path, strlen(batch->path));
    bool supersedes = provisional_supersede(&meter->provisional, path);
    strings_begin(meter, batch->string_count);
    for (size_t i = 0; i < batch->copy_count; i++)
        apply_copy(meter, batch, &batch->copies[i], path);
    if (supersedes)
        take_back(meter);
    apply_places(meter, batch);
}
