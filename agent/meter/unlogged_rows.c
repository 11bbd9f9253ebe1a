/* Usage that logs do not have, as rows beside those of history: see meter_unlogged_rows(). */
#include "../base/memory.h"
#include "state.h"

#include <stdlib.h>
#include <string.h>

#define UNKNOWN_MODEL "unknown"

bool meter_take_total(struct meter *meter, const char *id, size_t size, uint64_t cost_pusd)
{
    uint32_t session = sessions_take(&meter->sessions, id, size);
    bool logged_any = meter->sessions.list[session].sums.entries > 0;
    bool is_news = unlogged_total(meter->unlogged, session, cost_pusd, logged_any);
    meter->changes += is_news;
    return is_news;
}

/* ---- what the logs have of the sessions in question ---------------------------------------------------- */

struct gathering {
    const struct meter *meter;
    const struct rollup **last; /* of a session, by number: the row of its last message; NULL: it has none */
    struct unlogged_part *logged;
    size_t count, room;
};

/* The later of two rows of a session; of two that end at one time it must not matter which was met first. */
static bool is_later(const struct meter *meter, const struct rollup *a, const struct rollup *b)
{
    if (a->last_us != b->last_us)
        return a->last_us > b->last_us;
    int order = interned_compare(&meter->model_names, a->key.model, b->key.model);
    return (order ? order : interned_compare(&meter->projects, a->key.project, b->key.project)) > 0;
}

/* Messages that the client makes up itself are of no model. */
static bool is_synthetic(const struct meter *meter, const struct rollup *rollup)
{
    static const char name[] = "<synthetic>";
    const struct interned_string *model = &meter->model_names.list[rollup->key.model];
    return model->size == sizeof name - 1 && memcmp(model->bytes, name, model->size) == 0;
}

static void gather_rollup(struct gathering *gathering, const struct rollup *rollup)
{
    const struct rollup **last = &gathering->last[rollup->key.session];
    struct unlogged_part part = {rollup->key.session, rollup->key.model, {0}, rollup_cost(rollup, COST_AUTO)};
    memcpy(part.tokens, rollup->tokens, sizeof part.tokens);
    gathering->logged =
        memory_grow(gathering->logged, gathering->count, &gathering->room, sizeof *gathering->logged);
    gathering->logged[gathering->count++] = part;
    if (!is_synthetic(gathering->meter, rollup) && (!*last || is_later(gathering->meter, rollup, *last)))
        *last = rollup;
}

static void gather(struct gathering *gathering)
{
    const struct meter *meter = gathering->meter;
    gathering->last = memory_zeroed(meter->sessions.count + 1, sizeof *gathering->last);
    for (uint32_t i = 0; i < meter->rollups.count; i++) {
        const struct rollup *rollup = rollups_at(&meter->rollups, i);
        if (rollup->entries && unlogged_has(meter->unlogged, rollup->key.session))
            gather_rollup(gathering, rollup);
    }
}

static uint32_t present_model(void *data, uint32_t session)
{
    const struct rollup *last = ((struct gathering *)data)->last[session];
    return last ? last->key.model : INTERNED_NONE;
}

static int compare_models(void *data, uint32_t a, uint32_t b)
{
    return interned_compare(&((struct gathering *)data)->meter->model_names, a, b);
}

/* ---- rows ---------------------------------------------------------------------------------------------- */

/* Fills in a part's row; false if nothing says when it was used. */
static bool row_fill(struct rollup_view *row, const struct gathering *gathering,
                     const struct unlogged_part *part)
{
    static char none[] = "", unknown[] = UNKNOWN_MODEL;
    const struct meter *meter = gathering->meter;
    const struct rollup *last = gathering->last[part->session];
    const int64_t when_us = last ? last->last_us : unlogged_last_us(meter->unlogged, part->session);
    const bool has_model = part->model != INTERNED_NONE;
    const struct interned_string no_project = {none, 0}, no_model = {unknown, sizeof unknown - 1};
    const struct interned_string *session = &meter->sessions.names.list[part->session];
    const struct interned_string *project = last ? &meter->projects.list[last->key.project] : &no_project;
    const struct interned_string *model = has_model ? &meter->model_names.list[part->model] : &no_model;
    *row = (struct rollup_view){
        .start_us = rollup_start_us(rollup_bucket(when_us)),
        .first_us = when_us,
        .last_us = when_us,
        .session = part->session,
        .project = last ? last->key.project : (uint32_t)meter->projects.count,
        .model = has_model ? part->model : (uint32_t)meter->model_names.count,
        .session_id = session->bytes,
        .project_name = project->bytes,
        .model_name = model->bytes,
        .session_size = session->size,
        .project_size = project->size,
        .model_size = model->size,
        .is_priced = true,
        .weight = has_model ? meter->models[part->model].weight : 1,
        .tokens = part->tokens,
        .cost_pusd = {part->cost_pusd, part->cost_pusd, part->cost_pusd},
    };
    return when_us != 0;
}

void meter_unlogged_rows(const struct meter *meter, struct unlogged_rows *rows)
{
    struct gathering gathering = {.meter = meter};
    size_t count;
    *rows = (struct unlogged_rows){0};
    if (unlogged_is_empty(meter->unlogged))
        return;
    meter_settle_spans((struct meter *)meter); /* of what is seen, nothing changes */
    gather(&gathering);
    const struct unlogged_models models = {present_model, compare_models, &gathering};
    rows->parts = unlogged_work_out(meter->unlogged, gathering.logged, gathering.count, &models, &count);
    rows->list = memory_take((count + 1) * sizeof *rows->list);
    for (size_t i = 0; i < count; i++)
        rows->count += row_fill(&rows->list[rows->count], &gathering, &rows->parts[i]);
    free(gathering.last);
    free(gathering.logged);
}

void unlogged_rows_free(struct unlogged_rows *rows)
{
    free(rows->list);
    free(rows->parts);
    *rows = (struct unlogged_rows){0};
}
