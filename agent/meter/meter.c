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

struct meter *meter_new(void)
{
    return memory_zeroed(1, sizeof(struct meter));
}

void meter_free(struct meter *meter)
{
    if (!meter)
        return;
    interned_free(&meter->model_names);
    interned_free(&meter->paths);
    interned_free(&meter->directories);
    sessions_free(&meter->sessions);
    entries_free(&meter->entries);
    provisional_free(&meter->provisional);
    id_set_free(&meter->tools);
    days_free(&meter->days);
    blocks_free(&meter->blocks);
    free(meter->models);
    free(meter->model_of);
    free(meter->session_of);
    free(meter);
}

struct sums meter_contribution(const struct meter *meter, const struct entry *entry)
{
    struct model model = meter->models[entry->model];
    unsigned __int128 cost = 0;
    if (entry->has_usd)
        cost = entry->usd_pusd;
    else if (model.price)
        cost = price_cost(model.price, entry->tokens, entry->fast);
    return sums_of(entry->tokens, model.is_opus, cost);
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

static int compare_moments(const void *a, const void *b)
{
    int64_t x = ((const struct moment *)a)->when_us, y = ((const struct moment *)b)->when_us;
    return (x > y) - (x < y);
}

/* The moments of all entries after an instant, in order. The caller frees them. */
static struct moment *moments_after(const struct meter *meter, int64_t after_us, size_t *count)
{
    size_t found = 0;
    for (uint32_t i = 0; i < meter->entries.count; i++)
        found += entries_at(&meter->entries, i)->when_us > after_us;
    struct moment *moments = memory_take(found * sizeof *moments);
    *count = 0;
    for (uint32_t i = 0; i < meter->entries.count; i++) {
        int64_t when = entries_at(&meter->entries, i)->when_us;
        if (when > after_us)
            moments[(*count)++] = (struct moment){when, i};
    }
    qsort(moments, found, sizeof *moments, compare_moments);
    return moments;
}

/* Builds the blocks from a gap that lies a day back, or as far as it takes to find one. */
static void blocks_build(struct meter *meter, int64_t now_us)
{
    struct moment *moments;
    size_t count;
    int64_t origin = INT64_MIN;
    for (int64_t reach = DAY_US;; reach *= 4) {
        int64_t after = reach > 20000 * DAY_US ? INT64_MIN : now_us - reach;
        moments = moments_after(meter, after, &count);
        origin = after == INT64_MIN ? INT64_MIN : blocks_origin(moments, count, after, now_us);
        if (origin != INT64_MIN || count == meter->entries.count)
            break;
        free(moments);
    }
    blocks_begin(&meter->blocks, origin);
    for (size_t i = 0; i < count; i++) {
        struct sums sums = meter_contribution(meter, entries_at(&meter->entries, moments[i].entry));
        if (moments[i].when_us >= origin)
            blocks_insert(&meter->blocks, moments[i].when_us, &sums);
    }
    free(moments);
}

struct meter_block meter_active_block(struct meter *meter, int64_t now_us)
{
    if (!blocks_reach(&meter->blocks, now_us))
        blocks_build(meter, now_us);
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

static void fill_context(const struct meter *meter, struct newest newest, struct meter_session *session)
{
    uint32_t number = newest.is_known ? entries_find(&meter->entries, newest.identity) : ENTRY_NONE;
    if (number == ENTRY_NONE)
        return;
    const struct entry *entry = entries_at(&meter->entries, number);
    const struct interned_string *name = &meter->model_names.list[entry->model];
    const struct price *price = meter->models[entry->model].price;
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
    if (known->directory != INTERNED_NONE)
        session->directory = meter->directories.list[known->directory].bytes;
    if (known->sums.entries) {
        sessions_settle_span(known, (uint32_t)index, &meter->entries);
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
    return meter->entries.count;
}

uint64_t meter_duplicate_count(const struct meter *meter)
{
    return meter->copies - meter->entries.count;
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
        .price = meter->models[entry->model].price,
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
