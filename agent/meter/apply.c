/*
 * Copies into the meter. Every change of an entry goes through entry_change(): what the entry contributed is
 * taken from each sum, and what it now contributes is added. All sums are whole numbers, so they are exact in
 * any order.
 */
#include "../base/memory.h"
#include "project.h"
#include "state.h"
#include "sums.h"

#include <string.h>

#define COPIES_AHEAD 4 /* whose places in memory are asked for while one is applied */

/* ---- changing an entry --------------------------------------------------------------------------------- */

void meter_mark_entry(struct meter *meter, uint32_t number)
{
    struct entry *entry = entries_at(&meter->entries, number);
    if (entry->is_unsaved)
        return;
    entry->is_unsaved = true;
    meter->unsaved =
        memory_grow(meter->unsaved, meter->unsaved_count, &meter->unsaved_room, sizeof *meter->unsaved);
    meter->unsaved[meter->unsaved_count++] = number;
}

uint32_t meter_rollup_of(struct meter *meter, const struct entry *entry)
{
    struct rollup_key key = {
        .bucket = rollup_bucket(entry->when_us),
        .session = entry->session,
        .project = meter->project_of[entry->path],
        .model = entry->model,
        .fast = entry->fast,
    };
    return rollups_take(&meter->rollups, &key);
}

static void span_add(struct rollup *rollup, int64_t when_us)
{
    const int64_t start_us = rollup_start_us(rollup->key.bucket);
    rollup->moved = ROLLUP_MOVED_NONE;
    if (!rollup->entries) {
        rollup->is_span_stale = false;
        rollup->first_us = rollup->last_us = when_us;
    } else if (when_us < rollup->first_us) {
        rollup->moved = ROLLUP_MOVED_FIRST;
        rollup->before = (uint32_t)(rollup->first_us - start_us);
        rollup->first_us = when_us;
    } else if (when_us > rollup->last_us) {
        rollup->moved = ROLLUP_MOVED_LAST;
        rollup->before = (uint32_t)(rollup->last_us - start_us);
        rollup->last_us = when_us;
    }
}

/*
 * An entry goes that others stay of. If it was added last, as an unterminated line is before each snapshot,
 * the span is what it was before; else the other entries say what it is, and they may not be in memory.
 */
static void span_subtract(struct meter *meter, struct rollup *rollup, int64_t when_us)
{
    const int64_t before_us = rollup_start_us(rollup->key.bucket) + rollup->before;
    if (rollup->moved == ROLLUP_MOVED_FIRST && when_us == rollup->first_us)
        rollup->first_us = before_us;
    else if (rollup->moved == ROLLUP_MOVED_LAST && when_us == rollup->last_us)
        rollup->last_us = before_us;
    else if (when_us == rollup->first_us || when_us == rollup->last_us)
        rollup->is_span_stale = meter->has_stale_spans = true;
}

static void rollup_add(struct meter *meter, const struct entry *entry, unsigned __int128 calculated)
{
    struct rollup *rollup = rollups_at(&meter->rollups, entry->rollup);
    span_add(rollup, entry->when_us);
    for (int kind = 0; kind < TOKEN_KINDS; kind++)
        rollup->tokens[kind] += entry->tokens[kind];
    rollup->entries++;
    rollup->without_usd += !entry->has_usd;
    rollup->usd_pusd += entry->usd_pusd;
    rollup->calculated_pusd += calculated;
    if (!entry->has_usd)
        rollup->rest_pusd += calculated;
    rollups_mark(&meter->rollups, entry->rollup);
}

/* `stays`: at the same instant, the entry is added to the row again. */
static void rollup_subtract(struct meter *meter, const struct entry *entry, unsigned __int128 calculated,
                            bool stays)
{
    struct rollup *rollup = rollups_at(&meter->rollups, entry->rollup);
    for (int kind = 0; kind < TOKEN_KINDS; kind++)
        rollup->tokens[kind] -= entry->tokens[kind];
    rollup->entries--;
    rollup->without_usd -= !entry->has_usd;
    rollup->usd_pusd -= entry->usd_pusd;
    rollup->calculated_pusd -= calculated;
    if (!entry->has_usd)
        rollup->rest_pusd -= calculated;
    if (!stays && rollup->entries > 0)
        span_subtract(meter, rollup, entry->when_us);
    rollup->moved = ROLLUP_MOVED_NONE;
    rollups_mark(&meter->rollups, entry->rollup);
}

/* `after` is what the entry becomes, and is added already; NULL: it goes. */
static void subtract(struct meter *meter, const struct entry *entry, const struct sums *sums,
                     unsigned __int128 calculated, const struct entry *after)
{
    bool stays = after && after->when_us == entry->when_us;
    rollup_subtract(meter, entry, calculated, stays && after->rollup == entry->rollup);
    sums_subtract(&meter->total, sums);
    sums_subtract(days_take(&meter->days, rollups_at(&meter->rollups, entry->rollup)->day), sums);
    sessions_subtract(&meter->sessions, entry, sums, stays && after->session == entry->session);
}

static void add(struct meter *meter, const struct entry *entry, const struct sums *sums,
                unsigned __int128 calculated)
{
    rollup_add(meter, entry, calculated);
    sums_add(&meter->total, sums);
    sums_add(days_take(&meter->days, rollups_at(&meter->rollups, entry->rollup)->day), sums);
    sessions_add(&meter->sessions, entry, sums);
}

/* An entry of the table becomes what `after` says. */
static void entry_change(struct meter *meter, uint32_t number, const struct entry *after)
{
    struct entry *entry = entries_at(&meter->entries, number);
    if (entry_equal(entry, after))
        return;
    struct entry before = *entry;
    unsigned __int128 cost_before, cost_after;
    struct sums was = meter_contribution(meter, &before, &cost_before);
    struct sums is = meter_contribution(meter, after, &cost_after);
    *entry = *after;
    entry->tools = before.tools;
    entry->unnamed_tools = before.unnamed_tools;
    entry->is_read_again = before.is_read_again;
    entry->provisional = before.provisional;
    entry->is_unsaved = before.is_unsaved;
    entry->rollup = meter_rollup_of(meter, entry);
    add(meter, entry, &is, cost_after);
    subtract(meter, &before, &was, cost_before, entry);
    if (after->when_us != before.when_us) {
        blocks_remove(&meter->blocks, before.when_us, &was);
        blocks_insert(&meter->blocks, after->when_us, &is);
    } else {
        blocks_change(&meter->blocks, after->when_us, &was, &is);
    }
    meter_mark_entry(meter, number);
}

static uint32_t entry_new(struct meter *meter, const struct entry *copy)
{
    uint32_t number = entries_add(&meter->entries, copy);
    struct entry *entry = entries_at(&meter->entries, number);
    unsigned __int128 cost;
    struct sums sums = meter_contribution(meter, entry, &cost);
    entry->rollup = meter_rollup_of(meter, entry);
    add(meter, entry, &sums, cost);
    blocks_insert(&meter->blocks, entry->when_us, &sums);
    meter_mark_entry(meter, number);
    return number;
}

/* The last entry takes the number of one that goes. */
static void entry_drop(struct meter *meter, uint32_t number)
{
    const struct entry *entry = entries_at(&meter->entries, number);
    unsigned __int128 cost;
    struct sums sums = meter_contribution(meter, entry, &cost);
    subtract(meter, entry, &sums, cost, NULL);
    blocks_remove(&meter->blocks, entry->when_us, &sums);
    entries_remove(&meter->entries, number);
    if (number < meter->entries.count && entries_at(&meter->entries, number)->is_unsaved) {
        entries_at(&meter->entries, number)->is_unsaved = false;
        meter_mark_entry(meter, number);
    }
}

uint32_t meter_add_known(struct meter *meter, const struct entry *entry)
{
    uint32_t number = entries_add(&meter->entries, entry);
    struct entry *known = entries_at(&meter->entries, number);
    known->rollup = meter_rollup_of(meter, entry);
    known->unnamed_tools = entry->tools < UINT8_MAX ? (uint8_t)entry->tools : UINT8_MAX;
    return number;
}

uint32_t meter_recall(struct meter *meter, struct identity identity)
{
    uint32_t number = entries_find(&meter->entries, identity);
    struct entry entry;
    if (number != ENTRY_NONE || !meter->past.find || !meter->past.find(meter->past.data, identity, &entry) ||
        !meter_can_hold(meter, &entry))
        return number;
    return meter_add_known(meter, &entry);
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

uint32_t meter_model(struct meter *meter, const char *bytes, size_t size)
{
    size_t known = meter->model_names.count;
    uint32_t number = interned_take(&meter->model_names, bytes, size);
    if (number == known) {
        meter->models = memory_grow(meter->models, known, &meter->model_room, sizeof *meter->models);
        meter->models[known] = (struct model){price_book_find(meter->prices, bytes, size),
                                              weights_of(&meter->weights, bytes, size)};
    }
    return number;
}

uint32_t meter_path(struct meter *meter, const char *bytes, size_t size)
{
    size_t known = meter->paths.count;
    uint32_t number = interned_take(&meter->paths, bytes, size);
    if (number == known) {
        size_t project_size;
        const char *project = project_of_path(bytes, &project_size);
        meter->project_of =
            memory_grow(meter->project_of, known, &meter->project_room, sizeof *meter->project_of);
        meter->project_of[known] = interned_take(&meter->projects, project, project_size);
    }
    return number;
}

static uint32_t model_of(struct meter *meter, const struct batch *batch, uint32_t string)
{
    uint32_t *number = &meter->model_of[string];
    if (*number == INTERNED_NONE)
        *number =
            meter_model(meter, batch->bytes + batch->strings[string].offset, batch->strings[string].size);
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

/* Whether a copy's line follows, in the entry's own log, all that was read of it before. */
static bool goes_on(const struct meter *meter, const struct entry *entry, const struct entry *copy)
{
    const struct newest *newest = &meter->sessions.list[copy->session].newest;
    return newest->is_known && newest->path == copy->path && copy->line > newest->line &&
           newest->identity.low == entry->identity.low && newest->identity.high == entry->identity.high;
}

/*
 * Counts the tool calls of a copy that are new to its entry. The same call in another entry is another, so
 * that it does not matter which came first. Of an entry from the past it is known how many calls it had, not
 * which; once its lines come again, what they have is taken for those.
 */
static void add_tools(struct meter *meter, uint32_t number, const struct entry *copy, const uint64_t *tools,
                      size_t count)
{
    struct entry *entry = entries_at(&meter->entries, number);
    if (entry->unnamed_tools && !entry->is_read_again)
        entry->is_read_again = !goes_on(meter, entry, copy);
    for (size_t i = 0; i < count && entry->tools < UINT16_MAX; i++) {
        if (!tool_calls_add(&meter->tools, entry->identity, tools[i]))
            continue;
        if (entry->is_read_again && entry->unnamed_tools) {
            entry->unnamed_tools--;
            continue;
        }
        entry->tools++;
        meter->tool_calls++;
        meter->sessions.list[entry->session].tools++;
        sessions_mark(&meter->sessions, entry->session);
        sessions_mark_unsaved(&meter->sessions, entry->session);
        meter_mark_entry(meter, number);
    }
}

static bool has_entry(const void *entries, struct identity identity)
{
    return entries_find(entries, identity) != ENTRY_NONE;
}

void meter_keep_tools(struct meter *meter)
{
    tool_calls_keep(&meter->tools, has_entry, &meter->entries);
}

/* Merges a copy into an entry of the table. Whose session the entry is not then repeats another's messages.
 */
static void entry_take(struct meter *meter, uint32_t number, const struct entry *copy)
{
    struct entry merged = *entries_at(&meter->entries, number);
    uint32_t session = merged.session;
    entry_merge(&merged, copy, &meter->paths, &meter->model_names);
    entry_change(meter, number, &merged);
    if (session != copy->session)
        unlogged_repeats(meter->unlogged, merged.session == session ? copy->session : session);
}

static void apply_copy(struct meter *meter, const struct batch *batch, const struct usage_copy *usage,
                       uint32_t path)
{
    struct entry copy = entry_of(meter, batch, usage, path);
    bool main_chain = !usage->sidechain && !usage->advisor;
    uint32_t number = meter_recall(meter, copy.identity);
    struct entry *entry = number == ENTRY_NONE ? NULL : entries_at(&meter->entries, number);
    if (usage->provisional)
        provisional_add(&meter->provisional, &copy, main_chain, entry);
    else if (entry && entry->provisional)
        provisional_settle(&meter->provisional, &copy, &meter->paths, &meter->model_names);
    if (entry)
        entry_take(meter, number, &copy);
    else
        number = entry_new(meter, &copy);
    if (usage->provisional) {
        entries_at(&meter->entries, number)->provisional = true;
        sessions_mark(&meter->sessions, copy.session);
        return; /* its tool calls count, and it is offered as the newest, when it is final */
    }
    if (meter->counts_tools)
        add_tools(meter, number, &copy, batch->tools + usage->tools, usage->tool_count);
    if (main_chain)
        sessions_offer(&meter->sessions, &copy, &meter->paths);
}

/* Most often taking back changes nothing, because the copies stand in the log again. */
void meter_take_back(struct meter *meter)
{
    struct provisional_copy gone;
    while (provisional_take(&meter->provisional, &gone)) {
        uint32_t number = entries_find(&meter->entries, gone.copy.identity);
        struct entry left;
        sessions_mark(&meter->sessions, gone.copy.session);
        if (provisional_rebuild(&meter->provisional, gone.copy.identity, &left, &meter->paths,
                                &meter->model_names)) {
            entry_change(meter, number, &left);
            entries_at(&meter->entries, number)->provisional = left.provisional;
        } else {
            entry_drop(meter, number);
        }
    }
}

void meter_put_again(struct meter *meter, const struct provisional_copy *copies, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        uint32_t number = entries_find(&meter->entries, copies[i].copy.identity);
        struct entry *entry = number == ENTRY_NONE ? NULL : entries_at(&meter->entries, number);
        provisional_add(&meter->provisional, &copies[i].copy, copies[i].main_chain, entry);
        if (entry)
            entry_take(meter, number, &copies[i].copy);
        else
            number = entry_new(meter, &copies[i].copy);
        entries_at(&meter->entries, number)->provisional = true;
        sessions_mark(&meter->sessions, copies[i].copy.session);
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

static void apply_costs(struct meter *meter, const struct batch *batch)
{
    for (size_t i = 0; i < batch->cost_count; i++) {
        const struct cost_state *cost = &batch->costs[i];
        unlogged_state(meter->unlogged, session_of(meter, batch, cost->session),
                       model_of(meter, batch, cost->model), cost->when_us, cost->tokens, cost->cost_pusd);
    }
}

void meter_settle_file(struct meter *meter, const char *bytes)
{
    uint32_t path = interned_find(&meter->paths, bytes, strlen(bytes));
    struct provisional *provisional = &meter->provisional;
    for (size_t i = 0; i < provisional->count; i++)
        if (provisional->copies[i].copy.path == path)
            provisional_settle(provisional, &provisional->copies[i].copy, &meter->paths, &meter->model_names);
    if (path == INTERNED_NONE || !provisional_supersede(provisional, path))
        return;
    meter_take_back(meter);
    meter->changes++;
}

void meter_apply(struct meter *meter, const struct batch *batch)
{
    uint32_t path = meter_path(meter, batch->path, strlen(batch->path));
    bool supersedes = provisional_supersede(&meter->provisional, path);
    strings_begin(meter, batch->string_count);
    for (size_t i = 0; i < batch->copy_count; i++) {
        if (i + COPIES_AHEAD < batch->copy_count)
            entries_expect(&meter->entries, batch->copies[i + COPIES_AHEAD].identity);
        apply_copy(meter, batch, &batch->copies[i], path);
    }
    if (supersedes)
        meter_take_back(meter);
    apply_places(meter, batch);
    apply_costs(meter, batch);
    meter->changes++;
}

/* ---- entries that were counted elsewhere ----------------------------------------------------------------
 */

/* Which calls they were is not known, so the larger number counts. */
static void raise_tools(struct meter *meter, uint32_t number, uint16_t tools)
{
    struct entry *entry = entries_at(&meter->entries, number);
    if (tools <= entry->tools)
        return;
    meter->tool_calls += tools - entry->tools;
    meter->sessions.list[entry->session].tools += tools - entry->tools;
    entry->tools = tools;
    sessions_mark(&meter->sessions, entry->session);
    sessions_mark_unsaved(&meter->sessions, entry->session);
    meter_mark_entry(meter, number);
}

void meter_merge_entry(struct meter *meter, const struct entry *counted)
{
    uint32_t number = meter_recall(meter, counted->identity);
    struct entry copy = *counted;
    copy.tools = 0;
    copy.provisional = copy.is_unsaved = false;
    if (number == ENTRY_NONE)
        number = entry_new(meter, &copy);
    else
        entry_take(meter, number, &copy);
    raise_tools(meter, number, counted->tools);
}

uint32_t meter_take_string(struct meter *meter, enum meter_string kind, const char *bytes, size_t size)
{
    switch (kind) {
    case METER_STRING_SESSION:
        return sessions_take(&meter->sessions, bytes, size);
    case METER_STRING_MODEL:
        return meter_model(meter, bytes, size);
    case METER_STRING_PATH:
        return meter_path(meter, bytes, size);
    case METER_STRING_PROJECT:
    case METER_STRING_DIRECTORY:
    case METER_STRINGS:
        break;
    }
    return UINT32_MAX;
}
