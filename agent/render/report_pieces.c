/* What rows are made of: a meter's rollups, or its entries in their form. See report_parts.h. */
#include "report_parts.h"

#include "../base/memory.h"
#include "../base/zone.h"
#include "../meter/project.h"
#include "json_writer.h"

#include <stdlib.h>
#include <string.h>

/* Entries name their session, project and model by text: here they get numbers. */
struct single_pieces {
    struct single_piece {
        uint64_t tokens[TOKEN_KINDS];
        uint32_t session, project, model;
    } *list;
    struct interned sessions, projects, models;
};

/* In blocks shorter than the hour they begin at, an entry may come after the end of its own block. */
bool report_is_light(const struct document_request *request)
{
    static const int64_t hour_us = 3600 * MICROSECONDS, quarter_us = 900 * MICROSECONDS;
    return request->block_us >= hour_us && request->block_us % quarter_us == 0;
}

static void single_fill(struct single_pieces *singles, struct single_piece *single,
                        const struct entry_view *entry)
{
    size_t size;
    const char *project = project_of_path(entry->path, &size);
    for (int kind = 0; kind < TOKEN_KINDS; kind++)
        single->tokens[kind] = entry->tokens[kind];
    single->session = interned_take(&singles->sessions, entry->session, entry->session_size);
    single->project = interned_take(&singles->projects, project, size);
    single->model = interned_take(&singles->models, entry->model, entry->model_size);
}

void report_pieces_open(struct report_pieces *pieces, const struct meter *meter, bool single)
{
    *pieces = (struct report_pieces){.meter = meter};
    if (!single) {
        pieces->count = meter_rollup_count(meter);
        pieces->models = meter_names(meter).models;
        return;
    }
    struct single_pieces *singles = memory_zeroed(1, sizeof *singles);
    pieces->count = (size_t)meter_entry_count(meter);
    singles->list = memory_take(pieces->count * sizeof *singles->list);
    for (size_t i = 0; i < pieces->count; i++) {
        struct entry_view entry;
        meter_entry(meter, i, &entry);
        single_fill(singles, &singles->list[i], &entry);
    }
    pieces->models = (uint32_t)singles->models.count;
    pieces->singles = singles;
}

void report_pieces_close(struct report_pieces *pieces)
{
    if (!pieces->singles)
        return;
    interned_free(&pieces->singles->sessions);
    interned_free(&pieces->singles->projects);
    interned_free(&pieces->singles->models);
    free(pieces->singles->list);
    free(pieces->singles);
}

static void piece_of_entry(const struct single_piece *single, const struct entry_view *entry,
                           struct rollup_view *piece)
{
    bool unpriced;
    *piece = (struct rollup_view){
        .start_us = entry->when_us,
        .first_us = entry->when_us,
        .last_us = entry->when_us,
        .session = single->session,
        .project = single->project,
        .model = single->model,
        .session_id = entry->session,
        .session_size = entry->session_size,
        .model_name = entry->model,
        .model_size = entry->model_size,
        .fast = entry->fast,
        .is_priced = entry->price != NULL,
        .weight = 1,
        .tokens = single->tokens,
        .entries = 1,
        .without_usd = !entry->has_usd,
    };
    piece->project_name = project_of_path(entry->path, &piece->project_size);
    for (int mode = COST_AUTO; mode <= COST_DISPLAY; mode++)
        piece->cost_pusd[mode] = entry_cost(entry, (enum cost_mode)mode, &unpriced);
}

bool report_piece(const struct report_pieces *pieces, size_t index, struct rollup_view *piece)
{
    if (!pieces->singles) {
        meter_rollup(pieces->meter, (uint32_t)index, piece);
        return piece->entries != 0;
    }
    struct entry_view entry;
    meter_entry(pieces->meter, index, &entry);
    piece_of_entry(&pieces->singles->list[index], &entry, piece);
    return true;
}

/* ---- single entries as such ----------------------------------------------------------------------------- */

static int compare_entries(const void *a, const void *b)
{
    const struct report_entry *x = a, *y = b;
    if (x->when_us != y->when_us)
        return x->when_us < y->when_us ? -1 : 1;
    /* At one time: by what is shown, so that the order of reading does not show. */
    int order = code_points_compare(x->model.bytes, x->model.size, y->model.bytes, y->model.size);
    for (int kind = 0; kind < TOKEN_KINDS && !order; kind++)
        order = (x->tokens[kind] > y->tokens[kind]) - (x->tokens[kind] < y->tokens[kind]);
    return order ? order : (x->cost.pusd > y->cost.pusd) - (x->cost.pusd < y->cost.pusd);
}

static void take_entry(struct report *report, const struct entry_view *entry, enum cost_mode mode)
{
    bool unpriced;
    report->entries =
        memory_grow(report->entries, report->entry_count, &report->entry_room, sizeof *report->entries);
    struct report_entry *taken = &report->entries[report->entry_count++];
    *taken = (struct report_entry){
        .model = {entry->model, entry->model_size},
        .cost.pusd = entry_cost(entry, mode, &unpriced),
        .when_us = entry->when_us,
    };
    for (int kind = 0; kind < TOKEN_KINDS; kind++)
        taken->tokens[kind] = entry->tokens[kind];
}

void report_take_entries(struct report *report, const struct meter *meter,
                         const struct document_request *request)
{
    const size_t id_size = strlen(request->id);
    for (uint64_t i = 0; i < meter_entry_count(meter); i++) {
        struct entry_view entry;
        meter_entry(meter, i, &entry);
        if (entry.session_size != id_size || memcmp(entry.session, request->id, id_size) != 0)
            continue;
        int32_t day = zone_day(entry.when_us);
        if (day >= request->since && day <= request->until)
            take_entry(report, &entry, request->mode);
    }
    if (report->entry_count)
        qsort(report->entries, report->entry_count, sizeof *report->entries, compare_entries);
}
