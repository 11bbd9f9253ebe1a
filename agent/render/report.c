/*
 * A meter's rollups → rows, by Tacho's counting rules. One pass, by numbers: a row is found by what it is
 * about (a day, a session, ...), a model in it by row and name; no text is looked at more than once.
 */
#include "report_parts.h"

#include "../base/memory.h"
#include "../base/zone.h"
#include "../meter/project.h"
#include "json_writer.h"
#include "report_days.h"

#include <stdlib.h>
#include <string.h>

/* What is being added up. */
struct fold {
    struct report *report;
    const struct document_request *request;
    struct report_days days;
    struct report_index rows;  /* by row_key() */
    struct report_index cells; /* by row and model */
    uint32_t *cell_models;     /* the model's place in its row, by number of the cell */
    size_t cell_room;
    uint32_t
        *names; /* number of a model's name in the report + 1, by number of the model and fast; 0: unknown */
    size_t name_count;
};

/* ---- what a piece belongs to ----------------------------------------------------------------------------
 */

static bool equals(const char *bytes, size_t size, const char *string)
{
    return size == strlen(string) && !memcmp(bytes, string, size);
}

bool report_takes(const struct document_request *request, const struct rollup_view *piece, int32_t day)
{
    return day >= request->since && day <= request->until &&
           (!request->project[0] || equals(piece->project_name, piece->project_size, request->project)) &&
           (!request->id[0] || equals(piece->session_id, piece->session_size, request->id));
}

int32_t report_week(int32_t day, enum document_weekday first)
{
    int32_t past = (day + THURSDAY - (int32_t)first) % 7; /* 1970-01-01 was a Thursday */
    return day - (past < 0 ? past + 7 : past);
}

int32_t report_month(int32_t day)
{
    char name[16];
    zone_day_name(day, name);
    return day - (name[8] - '0') * 10 - (name[9] - '0') + 1;
}

static int32_t period_of(const struct fold *fold, int32_t day)
{
    return fold->report->kind == DOCUMENT_WEEKLY    ? report_week(day, fold->request->week_start)
           : fold->report->kind == DOCUMENT_MONTHLY ? report_month(day)
           : fold->report->kind == DOCUMENT_DAILY   ? day
                                                    : 0;
}

static uint64_t row_key(const struct fold *fold, const struct rollup_view *piece, int32_t period)
{
    if (fold->report->kind == DOCUMENT_SESSION)
        return piece->session;
    bool by_project = fold->report->kind == DOCUMENT_DAILY && fold->request->instances;
    return (uint64_t)(uint32_t)period << 32 | (by_project ? piece->project : 0);
}

/* ---- adding up ------------------------------------------------------------------------------------------
 */

struct report_sums report_sums_of(const struct rollup_view *piece, enum cost_mode mode)
{
    struct report_sums sums = {.cost.pusd = piece->cost_pusd[mode], .entries = piece->entries};
    for (int kind = 0; kind < TOKEN_KINDS; kind++) {
        sums.tokens[kind] = piece->tokens[kind];
        sums.weighted += piece->tokens[kind] * piece->weight;
    }
    return sums;
}

void report_add_sums(struct report_sums *sums, const struct report_sums *more)
{
    sums->cost.pusd += more->cost.pusd;
    for (int kind = 0; kind < TOKEN_KINDS; kind++)
        sums->tokens[kind] += more->tokens[kind];
    sums->weighted += more->weighted;
    sums->entries += more->entries;
}

/* The number of the model's name among the report's. */
static uint32_t name_of(struct fold *fold, const struct rollup_view *piece)
{
    if (piece->model == UINT32_MAX)
        return interned_take(&fold->report->models, piece->model_name, piece->model_size);
    uint32_t *number = &fold->names[(size_t)piece->model * 2 + piece->fast];
    if (!*number) {
        struct text name = TEXT_EMPTY;
        text_add(&name, piece->model_name, piece->model_size);
        if (piece->fast)
            text_add_string(&name, "-fast");
        *number = interned_take(&fold->report->models, name.bytes ? name.bytes : "", name.size) + 1;
        text_free(&name);
    }
    return *number - 1;
}

static struct report_model *model_of(struct fold *fold, uint32_t row_number, const struct rollup_view *piece)
{
    struct report_row *row = &fold->report->rows[row_number];
    uint32_t name = name_of(fold, piece), known = fold->cells.count;
    uint32_t cell = report_index_take(&fold->cells, (uint64_t)row_number << 32 | name);
    if (cell < known)
        return &row->models[fold->cell_models[cell]];
    fold->cell_models = memory_grow(fold->cell_models, cell, &fold->cell_room, sizeof *fold->cell_models);
    fold->cell_models[cell] = (uint32_t)row->model_count;
    struct report_model *model = report_add_model(row);
    model->name = name;
    model->first_us = piece->first_us;
    return model;
}

/* The row's time, and what its first piece says of it. */
static void add_moment(struct report_row *row, const struct rollup_view *piece)
{
    bool is_new = !row->sums.entries;
    bool is_first =
        is_new || piece->first_us < row->first_us ||
        (piece->first_us == row->first_us && code_points_compare(piece->project_name, piece->project_size,
                                                                 row->project.bytes, row->project.size) < 0);
    if (is_first) {
        row->first_us = piece->first_us;
        row->project = (struct report_text){piece->project_name, piece->project_size};
        row->session = (struct report_text){piece->session_id, piece->session_size};
    }
    if (is_new || piece->last_us > row->last_us)
        row->last_us = piece->last_us;
}

bool report_lacks_price(const struct rollup_view *piece, enum cost_mode mode)
{
    return !piece->is_priced && (mode == COST_CALCULATE || (mode == COST_AUTO && piece->without_usd));
}

static void add_to_row(struct fold *fold, uint32_t row_number, const struct rollup_view *piece)
{
    static const char synthetic[] = "<synthetic>";
    struct report_sums sums = report_sums_of(piece, fold->request->mode);
    struct report_row *row = &fold->report->rows[row_number];
    add_moment(row, piece);
    report_add_sums(&row->sums, &sums);
    report_add_sums(&fold->report->total, &sums);
    if (equals(piece->model_name, piece->model_size, synthetic))
        return;
    struct report_model *model = model_of(fold, row_number, piece);
    report_add_sums(&model->sums, &sums);
    if (piece->first_us < model->first_us)
        model->first_us = piece->first_us;
    if (report_lacks_price(piece, fold->request->mode) && !model->is_unpriced) {
        model->is_unpriced = true;
        interned_take(&fold->report->unpriced, piece->model_name, piece->model_size);
    }
}

static void add_piece(struct fold *fold, const struct rollup_view *piece)
{
    int32_t day = report_days_at(&fold->days, piece->start_us);
    if (!report_takes(fold->request, piece, day))
        return;
    int32_t period = period_of(fold, day);
    uint32_t number = report_index_take(&fold->rows, row_key(fold, piece, period));
    if (number == fold->report->row_count)
        report_add_row(fold->report)->day = period;
    add_to_row(fold, number, piece);
}

/* ---- what logs do not have ------------------------------------------------------------------------------
 */

/* The block that an instant lies in; NULL: none. */
static struct report_row *block_at(const struct report *report, int64_t when_us)
{
    for (size_t i = 0; i < report->row_count; i++) {
        struct report_row *row = &report->rows[i];
        if (!row->block.is_gap && row->first_us <= when_us && when_us <= row->last_us)
            return row;
    }
    return NULL;
}

static void add_unlogged(struct fold *fold, struct rollup_view *piece)
{
    struct report *report = fold->report;
    struct report_row *block = NULL;
    piece->model = UINT32_MAX; /* its number may be another than that of pieces */
    if (!report_takes(fold->request, piece, report_days_at(&fold->days, piece->start_us)) ||
        (report->kind == DOCUMENT_BLOCKS && !(block = block_at(report, piece->first_us))))
        return;
    struct report_sums sums = report_sums_of(piece, fold->request->mode);
    report_add_sums(&report->unlogged, &sums);
    if (!fold->request->with_unlogged)
        return;
    if (block)
        add_to_row(fold, (uint32_t)(block - report->rows), piece);
    else
        add_piece(fold, piece);
}

/* Tables tell of it also where it is not added. */
static void fold_unlogged(struct fold *fold, const struct meter *meter)
{
    struct unlogged_rows rows;
    if (!fold->request->with_unlogged && fold->request->format != FORMAT_TABLE)
        return;
    meter_unlogged_rows(meter, &rows);
    for (size_t i = 0; i < rows.count; i++)
        add_unlogged(fold, &rows.list[i]);
    unlogged_rows_free(&rows);
}

/* ---- blocks ---------------------------------------------------------------------------------------------
 */

/* The rows are there already, one for each block: adds every piece to its own. */
static void add_to_blocks(struct fold *fold, const struct report_pieces *pieces, const uint32_t *rows)
{
    struct rollup_view piece;
    for (size_t i = 0; i < pieces->count; i++)
        if (report_piece(pieces, i, &piece))
            add_to_row(fold, rows[i], &piece);
}

static void fold_blocks(struct fold *fold, const struct report_pieces *pieces)
{
    uint32_t *rows = report_split_blocks(fold->report, pieces, fold->request);
    add_to_blocks(fold, pieces, rows);
    free(rows);
    fold_unlogged(fold, pieces->meter);
    report_finish_blocks(fold->report, fold->request);
}

/* ---- the report -----------------------------------------------------------------------------------------
 */

static void fold_pieces(struct fold *fold, const struct report_pieces *pieces)
{
    struct rollup_view piece;
    for (size_t i = 0; i < pieces->count; i++)
        if (report_piece(pieces, i, &piece))
            add_piece(fold, &piece);
    fold_unlogged(fold, pieces->meter);
}

static void fold_free(struct fold *fold)
{
    report_days_free(&fold->days);
    report_index_free(&fold->rows);
    report_index_free(&fold->cells);
    free(fold->cell_models);
    free(fold->names);
}

void report_build(struct report *report, const struct meter *meter, enum document_kind kind,
                  const struct document_request *request)
{
    *report = (struct report){.kind = kind};
    if (kind == DOCUMENT_SESSION && request->id[0])
        report_take_entries(report, meter, request);
    struct report_pieces pieces;
    report_pieces_open(&pieces, meter, kind == DOCUMENT_BLOCKS && !report_is_light(request));
    struct fold fold = {.report = report, .request = request};
    fold.name_count = (size_t)pieces.models * 2;
    fold.names = memory_zeroed(fold.name_count + 1, sizeof *fold.names);
    if (kind == DOCUMENT_BLOCKS)
        fold_blocks(&fold, &pieces);
    else
        fold_pieces(&fold, &pieces);
    fold_free(&fold);
    report_pieces_close(&pieces);
    report_order_rows(report, request);
}

struct report_row *report_add_row(struct report *report)
{
    report->rows = memory_grow(report->rows, report->row_count, &report->row_room, sizeof *report->rows);
    struct report_row *row = &report->rows[report->row_count++];
    *row = (struct report_row){0};
    return row;
}

struct report_model *report_add_model(struct report_row *row)
{
    row->models = memory_grow(row->models, row->model_count, &row->model_room, sizeof *row->models);
    struct report_model *model = &row->models[row->model_count++];
    *model = (struct report_model){0};
    return model;
}

struct report_text report_keep(struct report *report, const char *bytes, size_t size)
{
    uint32_t number = interned_take(&report->strings, bytes, size); /* may move the list */
    const struct interned_string *kept = &report->strings.list[number];
    return (struct report_text){kept->bytes, kept->size};
}

void report_free_row(struct report_row *row)
{
    free(row->models);
    free(row->used);
}

void report_free(struct report *report)
{
    for (size_t i = 0; i < report->row_count; i++)
        report_free_row(&report->rows[i]);
    free(report->rows);
    free(report->entries);
    interned_free(&report->models);
    interned_free(&report->unpriced);
    interned_free(&report->strings);
    *report = (struct report){0};
}

uint64_t report_tokens(const struct report_sums *sums)
{
    uint64_t all = 0;
    for (int kind = 0; kind < TOKEN_KINDS; kind++)
        if (__builtin_add_overflow(all, sums->tokens[kind], &all))
            return UINT64_MAX; /* by ccusage's rules a log may say so */
    return all;
}

double report_dollars(const struct report *report, union money money)
{
    return report->rules == RULES_CCUSAGE ? money.usd : (double)money.pusd / 1e12;
}
