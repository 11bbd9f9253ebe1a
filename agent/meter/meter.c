/* The meter's life and its answers: see meter.h. How copies come in is apply.c. */
#include "meter.h"

#include "../base/memory.h"
#include "../base/zone.h"
#include "state.h"
#include "sums.h"

#include <stdlib.h>
#include <string.h>

#define DAY_US       (INT64_C(86400) * MICROSECONDS)
#define LONG_CONTEXT 1000000u

struct meter *meter_new_for_reports(void)
{
    struct meter *meter = memory_zeroed(1, sizeof(struct meter));
    meter->prices = price_book_new();
    meter->owns_prices = true;
    meter->weights = weights_default();
    meter->unlogged = unlogged_new();
    return meter;
}

struct meter *meter_new(void)
{
    struct meter *meter = meter_new_for_reports();
    meter->counts_tools = true;
    return meter;
}

void meter_free(struct meter *meter)
{
    if (!meter)
        return;
    if (meter->owns_prices)
        price_book_free(meter->prices);
    interned_free(&meter->model_names);
    interned_free(&meter->paths);
    interned_free(&meter->projects);
    interned_free(&meter->directories);
    sessions_free(&meter->sessions);
    entries_free(&meter->entries);
    rollups_free(&meter->rollups);
    provisional_free(&meter->provisional);
    unlogged_free(meter->unlogged);
    tool_calls_free(&meter->tools);
    days_free(&meter->days);
    blocks_free(&meter->blocks);
    free(meter->unsaved);
    free(meter->project_of);
    free(meter->models);
    free(meter->model_of);
    free(meter->session_of);
    free(meter);
}

struct sums meter_contribution(const struct meter *meter, const struct entry *entry,
                               unsigned __int128 *calculated)
{
    const struct price *price = meter_price(meter, entry);
    *calculated = price ? price_cost(price, entry->tokens, entry->fast) : 0;
    return sums_of(entry->tokens, meter->models[entry->model].weight,
                   entry->has_usd ? entry->usd_pusd : *calculated);
}

struct sums meter_total(const struct meter *meter)
{
    return meter->total;
}

struct sums meter_day(const struct meter *meter, int32_t day)
{
    const struct sums *sums = days_find(&meter->days, day);
    return sums ? *sums : (struct sums){0};
}

/* ---- spans --------------------------------------------------------------------------------------------- */

struct spans {
    struct meter *meter;
    uint32_t *found; /* entries by row */
};

static void span_entry(struct spans *spans, const struct entry *entry, uint32_t number)
{
    struct rollup *rollup = rollups_at(&spans->meter->rollups, number);
    if (!rollup->is_span_stale)
        return;
    bool is_first = spans->found[number]++ == 0;
    if (is_first || entry->when_us < rollup->first_us)
        rollup->first_us = entry->when_us;
    if (is_first || entry->when_us > rollup->last_us)
        rollup->last_us = entry->when_us;
    rollup->moved = ROLLUP_MOVED_NONE;
}

static void span_past_entry(void *data, const struct entry *entry)
{
    struct spans *spans = data;
    struct meter *meter = spans->meter;
    if (!meter_can_hold(meter, entry) || entries_find(&meter->entries, entry->identity) != ENTRY_NONE)
        return;
    span_entry(spans, entry, meter_rollup_of(meter, entry));
}

void meter_settle_spans(struct meter *meter)
{
    if (!meter->has_stale_spans)
        return;
    struct rollups *rollups = &meter->rollups;
    struct spans spans = {meter, memory_zeroed(rollups->count, sizeof *spans.found)};
    for (uint32_t i = 0; i < meter->entries.count; i++) {
        const struct entry *entry = entries_at(&meter->entries, i);
        span_entry(&spans, entry, entry->rollup);
    }
    bool is_whole = true;
    for (uint32_t i = 0; i < rollups->count && is_whole; i++)
        is_whole =
            !rollups_at(rollups, i)->is_span_stale || spans.found[i] == rollups_at(rollups, i)->entries;
    if (!is_whole && meter->past.visit)
        meter->past.visit(meter->past.data, span_past_entry, &spans);
    for (uint32_t i = 0; i < rollups->count; i++)
        rollups_at(rollups, i)->is_span_stale = false;
    meter->has_stale_spans = false;
    free(spans.found);
}

/* ---- blocks -------------------------------------------------------------------------------------------- */

/*
 * The rows whose bucket starts after an instant, in order of the buckets, which is that of their entries too:
 * those of two buckets never lie between each other. There is room for all rows; returns how many they are.
 */
static size_t moments_after(const struct meter *meter, int64_t after_us, struct moment *moments)
{
    size_t count = 0;
    for (uint32_t i = 0; i < meter->rollups.count; i++) {
        const struct rollup *rollup = rollups_at(&meter->rollups, i);
        if (rollup->entries && rollup_start_us(rollup->key.bucket) > after_us)
            moments[count++] = (struct moment){rollup->first_us, rollup->last_us, i};
    }
    moments_sort(moments, count);
    return count;
}

/* Builds the blocks from a gap that lies a day back, or as far as it takes to find one. */
static void blocks_build(struct meter *meter, int64_t now_us)
{
    struct moment *moments = memory_take(meter->rollups.count * sizeof *moments);
    size_t count, whole = 0;
    int64_t origin = INT64_MIN;
    for (uint32_t i = 0; i < meter->rollups.count; i++)
        whole += rollups_at(&meter->rollups, i)->entries > 0;
    for (int64_t reach = DAY_US;; reach *= 16) {
        int64_t after = reach > 20000 * DAY_US ? INT64_MIN : now_us - reach;
        count = moments_after(meter, after, moments);
        /* What lies in the bucket of `after` itself may have been left out: up to a quarter of an hour later.
         */
        origin = after == INT64_MIN ? INT64_MIN : blocks_origin(moments, count, after + QUARTER_US, now_us);
        if (origin != INT64_MIN || count == whole)
            break;
    }
    blocks_begin(&meter->blocks, origin);
    for (size_t i = 0; i < count; i++) {
        struct sums sums = meter_sums_of_rollup(meter, rollups_at(&meter->rollups, moments[i].number));
        if (moments[i].when_us >= origin)
            blocks_insert_span(&meter->blocks, moments[i].when_us, moments[i].last_us, &sums);
    }
    free(moments);
}

struct meter_block meter_active_block(struct meter *meter, int64_t now_us)
{
    if (!blocks_reach(&meter->blocks, now_us)) {
        meter_settle_spans(meter);
        blocks_build(meter, now_us);
    }
    const struct block *block = blocks_active(&meter->blocks, now_us);
    if (!block)
        return (struct meter_block){0};
    return (struct meter_block){
        .active = true,
        .start_us = block->start_us,
        .end_us = block->start_us + 5 * 3600 * MICROSECONDS,
        .first_us = block->first_us,
        .last_us = block->last_us,
        .sums = block->sums,
    };
}

/* The newest copy of a session, those that may be taken back included. */
static struct newest newest_in(const struct meter *meter, uint32_t number)
{
    struct newest newest = meter->sessions.list[number].newest;
    for (size_t i = 0; i < meter->provisional.count; i++) {
        const struct provisional_copy *provisional = &meter->provisional.copies[i];
        if (provisional->main_chain && provisional->copy.session == number)
            newest = newest_of(newest, &provisional->copy, &meter->paths);
    }
    return newest;
}

static bool has_long_mark(const struct interned_string *model)
{
    return memmem(model->bytes, model->size, "[1m]", 4) || memmem(model->bytes, model->size, "[1M]", 4);
}

/* An entry, wherever it is; NULL if there is none. */
static const struct entry *entry_look(const struct meter *meter, struct identity identity,
                                      struct entry *found)
{
    uint32_t number = entries_find(&meter->entries, identity);
    if (number != ENTRY_NONE)
        return entries_at(&meter->entries, number);
    bool is_known = meter->past.find && meter->past.find(meter->past.data, identity, found) &&
                    meter_can_hold(meter, found);
    return is_known ? found : NULL;
}

static void fill_context(const struct meter *meter, struct newest newest, struct meter_session *session)
{
    struct entry found;
    const struct entry *entry = newest.is_known ? entry_look(meter, newest.identity, &found) : NULL;
    if (!entry)
        return;
    const struct interned_string *name = &meter->model_names.list[entry->model];
    const struct price *price = meter_price(meter, entry);
    session->model = name->bytes;
    session->context_tokens = (uint64_t)entry->tokens[TOKENS_INPUT] + entry->tokens[TOKENS_CACHE_WRITE_5M] +
                              entry->tokens[TOKENS_CACHE_WRITE_1H] + entry->tokens[TOKENS_CACHE_READ];
    session->context_size = price ? price->context_size : 0;
    bool is_long = session->context_size && session->context_tokens > session->context_size;
    if ((has_long_mark(name) || is_long) && session->context_size < LONG_CONTEXT)
        session->context_size = LONG_CONTEXT;
}

bool meter_session_at(const struct meter *meter, size_t index, struct meter_session *session)
{
    *session = (struct meter_session){0};
    if (index >= meter->sessions.count)
        return false;
    struct session *known = &meter->sessions.list[index];
    const struct interned_string *name = &meter->sessions.names.list[index];
    session->id = name->bytes;
    session->id_size = name->size;
    session->sums = known->sums;
    session->tool_calls = known->tools;
    const unsigned __int128 stated = unlogged_totals_pusd(meter->unlogged, (uint32_t)index);
    session->unlogged_pusd = stated > known->sums.cost_pusd ? stated - known->sums.cost_pusd : 0;
    if (known->directory != INTERNED_NONE)
        session->directory = meter->directories.list[known->directory].bytes;
    if (known->sums.entries) {
        sessions_settle_span(known, (uint32_t)index, &meter->rollups);
        session->first_us = known->first_us;
        session->last_us = known->last_us;
    }
    fill_context(meter, newest_in(meter, (uint32_t)index), session);
    return known->sums.entries || session->model;
}

bool meter_find_session(const struct meter *meter, const char *id, size_t size, struct meter_session *session)
{
    uint32_t number = interned_find(&meter->sessions.names, id, size);
    return meter_session_at(meter, number == INTERNED_NONE ? SIZE_MAX : number, session);
}

size_t meter_session_limit(const struct meter *meter)
{
    return meter->sessions.count;
}

size_t meter_session_count(const struct meter *meter)
{
    return meter->sessions.used;
}

uint64_t meter_tool_calls(const struct meter *meter)
{
    return meter->tool_calls;
}

uint64_t meter_entry_count(const struct meter *meter)
{
    return meter->total.entries;
}

struct meter_names meter_names(const struct meter *meter)
{
    return (struct meter_names){(uint32_t)meter->sessions.count, (uint32_t)meter->projects.count,
                                (uint32_t)meter->model_names.count};
}

uint32_t meter_rollup_count(const struct meter *meter)
{
    return meter->rollups.count;
}

void meter_rollup(const struct meter *meter, uint32_t index, struct rollup_view *view)
{
    if (meter
            ->has_stale_spans) /* spans are worked out when somebody asks: of what is seen, nothing changes */
        meter_settle_spans((struct meter *)meter);
    const struct rollup *rollup = rollups_at(&meter->rollups, index);
    const struct interned_string *session = &meter->sessions.names.list[rollup->key.session];
    const struct interned_string *project = &meter->projects.list[rollup->key.project];
    const struct interned_string *model = &meter->model_names.list[rollup->key.model];
    const struct price_line *prices = meter->models[rollup->key.model].prices;
    *view = (struct rollup_view){
        .start_us = rollup_start_us(rollup->key.bucket),
        .first_us = rollup->first_us,
        .last_us = rollup->last_us,
        .session = rollup->key.session,
        .project = rollup->key.project,
        .model = rollup->key.model,
        .session_id = session->bytes,
        .project_name = project->bytes,
        .model_name = model->bytes,
        .session_size = session->size,
        .project_size = project->size,
        .model_size = model->size,
        .fast = rollup->key.fast,
        .is_priced = price_line_at(prices, rollup->first_us) && price_line_at(prices, rollup->last_us),
        .weight = meter->models[rollup->key.model].weight,
        .tokens = rollup->tokens,
        .entries = rollup->entries,
        .without_usd = rollup->without_usd,
        .cost_pusd = {rollup_cost(rollup, COST_AUTO), rollup_cost(rollup, COST_CALCULATE),
                      rollup_cost(rollup, COST_DISPLAY)},
    };
}

uint64_t meter_duplicate_count(const struct meter *meter, uint64_t copies)
{
    return copies > meter->total.entries ? copies - meter->total.entries : 0;
}

void meter_entry(const struct meter *meter, uint64_t index, struct entry_view *view)
{
    const struct entry *entry = entries_at(&meter->entries, (uint32_t)index);
    const struct interned_string *model = &meter->model_names.list[entry->model];
    const struct interned_string *session = &meter->sessions.names.list[entry->session];
    *view = (struct entry_view){
        .when_us = entry->when_us,
        .tokens = entry->tokens,
        .model = model->bytes,
        .model_size = model->size,
        .session = session->bytes,
        .session_size = session->size,
        .path = meter->paths.list[entry->path].bytes,
        .price = meter_price(meter, entry),
        .usd_pusd = entry->usd_pusd,
        .has_usd = entry->has_usd,
        .fast = entry->fast,
    };
}

unsigned __int128 entry_cost(const struct entry_view *entry, enum cost_mode mode, bool *unpriced)
{
    *unpriced = false;
    if (mode == COST_DISPLAY || (mode == COST_AUTO && entry->has_usd))
        return entry->usd_pusd;
    *unpriced = !entry->price;
    return entry->price ? price_cost(entry->price, entry->tokens, entry->fast) : 0;
}

size_t meter_take_changed(struct meter *meter, uint32_t *out, size_t room)
{
    return sessions_take_changed(&meter->sessions, out, room);
}
