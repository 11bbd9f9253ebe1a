/*
 * Reports by period and session in the document shapes of ccusage 20 (`ccusage claude daily --json` and,
 * without `claude`, its unified form): keys in alphabetical order, two spaces a level. By Tacho's rules the
 * numbers are exact decimals, and where ccusage orders by what it happened to read first, Tacho orders by
 * time of first use, then by name.
 */
#include "document_parts.h"

#include "../base/memory.h"
#include "../base/zone.h"

#include <stdlib.h>
#include <string.h>

/* What is being written. */
struct writing {
    struct json_writer json;
    const struct report *report;
    const struct document_request *request;
};

/* The members that come first in alphabetical order wherever tokens are told. */
static void cache_members(struct writing *writing, const struct report_sums *sums)
{
    member_number(&writing->json, "cacheCreationTokens",
                  sums->tokens[TOKENS_CACHE_WRITE_5M] + sums->tokens[TOKENS_CACHE_WRITE_1H]);
    member_number(&writing->json, "cacheReadTokens", sums->tokens[TOKENS_CACHE_READ]);
}

static void input_member(struct writing *writing, const struct report_sums *sums)
{
    member_number(&writing->json, "inputTokens", sums->tokens[TOKENS_INPUT]);
}

/* ccusage's unified form writes whole dollars as an integer. */
static void total_cost_member(struct writing *writing, union money cost)
{
    if (writing->report->rules == RULES_CCUSAGE && !writing->request->claude)
        member_whole_money(&writing->json, "totalCost", writing->report, cost, writing->request);
    else
        member_money(&writing->json, "totalCost", writing->report, cost, writing->request);
}

static void total_members(struct writing *writing, const struct report_sums *sums)
{
    total_cost_member(writing, sums->cost);
    member_number(&writing->json, "totalTokens", report_tokens(sums));
}

static void write_name(struct writing *writing, const struct interned *names, uint32_t number)
{
    json_text(&writing->json, names->list[number].bytes, names->list[number].size);
}

/* ---- models ---------------------------------------------------------------------------------------------
 */

static void write_breakdown(struct writing *writing, const struct report_model *model)
{
    struct json_writer *json = &writing->json;
    json_open(json, '{');
    cache_members(writing, &model->sums);
    member_money(json, "cost", writing->report, model->sums.cost, writing->request);
    input_member(writing, &model->sums);
    if (model->is_unpriced)
        member_word(json, "missingPricing", "true");
    json_key(json, "modelName");
    write_name(writing, &writing->report->models, model->name);
    member_number(json, "outputTokens", model->sums.tokens[TOKENS_OUTPUT]);
    json_close(json, '}');
}

struct by_name {
    const struct interned *names;
};

static int compare_names(const void *a, const void *b, void *names)
{
    const struct interned *strings = ((const struct by_name *)names)->names;
    const struct interned_string *x = &strings->list[*(const uint32_t *)a];
    const struct interned_string *y = &strings->list[*(const uint32_t *)b];
    return code_points_compare(x->bytes, x->size, y->bytes, y->size);
}

static void write_models_used(struct writing *writing, const struct report_row *row, bool by_name)
{
    struct by_name order = {&writing->report->models};
    uint32_t *used = memory_take((row->model_count + 1) * sizeof *used);
    for (size_t i = 0; i < row->model_count; i++)
        used[i] = row->used[i];
    if (by_name && row->model_count)
        qsort_r(used, row->model_count, sizeof *used, compare_names, &order);
    json_key(&writing->json, "modelsUsed");
    json_open(&writing->json, '[');
    for (size_t i = 0; i < row->model_count; i++)
        write_name(writing, &writing->report->models, used[i]);
    json_close(&writing->json, ']');
    free(used);
}

/* `month`: what stands between two of them in monthly rows; NULL: nothing. */
static void model_members(struct writing *writing, const struct report_row *row, bool by_name,
                          const char *month)
{
    json_key(&writing->json, "modelBreakdowns");
    json_open(&writing->json, '[');
    for (size_t i = 0; i < row->model_count; i++)
        write_breakdown(writing, &row->models[i]);
    json_close(&writing->json, ']');
    write_models_used(writing, row, by_name);
    if (month)
        member_text(&writing->json, "month", month);
    member_number(&writing->json, "outputTokens", row->sums.tokens[TOKENS_OUTPUT]);
}

/* ---- totals ---------------------------------------------------------------------------------------------
 */

static void unpriced_member(struct writing *writing)
{
    const struct interned *unpriced = &writing->report->unpriced;
    if (!unpriced->count)
        return;
    uint32_t *sorted = report_sorted(unpriced);
    json_key(&writing->json, "unpricedModels");
    json_open(&writing->json, '[');
    for (size_t i = 0; i < unpriced->count; i++)
        write_name(writing, unpriced, sorted[i]);
    json_close(&writing->json, ']');
    free(sorted);
}

static void totals_member(struct writing *writing)
{
    const struct report_sums *total = &writing->report->total;
    json_key(&writing->json, "totals");
    json_open(&writing->json, '{');
    cache_members(writing, total);
    input_member(writing, total);
    member_number(&writing->json, "outputTokens", total->tokens[TOKENS_OUTPUT]);
    total_cost_member(writing, total->cost);
    member_number(&writing->json, "totalTokens", report_tokens(total));
    unpriced_member(writing);
    json_close(&writing->json, '}');
}

/* ---- rows -----------------------------------------------------------------------------------------------
 */

static void period_name(const struct report *report, const struct report_row *row, char name[16])
{
    zone_day_name(row->day, name);
    if (report->kind == DOCUMENT_MONTHLY)
        name[7] = '\0'; /* YYYY-MM */
}

static void write_claude_period(struct writing *writing, const struct report_row *row)
{
    const enum document_kind kind = writing->report->kind;
    struct json_writer *json = &writing->json;
    char name[16];
    period_name(writing->report, row, name);
    json_open(json, '{');
    cache_members(writing, &row->sums);
    if (kind == DOCUMENT_DAILY)
        member_text(json, "date", name);
    input_member(writing, &row->sums);
    model_members(writing, row, false, kind == DOCUMENT_MONTHLY ? name : NULL);
    if (kind == DOCUMENT_DAILY && (writing->request->instances || writing->request->project[0]))
        member_texts(json, "project", row->project);
    total_members(writing, &row->sums);
    if (kind == DOCUMENT_WEEKLY)
        member_text(json, "week", name);
    json_close(json, '}');
}

static void write_claude_session(struct writing *writing, const struct report_row *row)
{
    struct json_writer *json = &writing->json;
    json_open(json, '{');
    cache_members(writing, &row->sums);
    member_instant(json, "firstActivity", row->first_us);
    input_member(writing, &row->sums);
    member_instant(json, "lastActivity", row->last_us);
    model_members(writing, row, false, NULL);
    member_texts(json, "projectPath", row->project);
    member_texts(json, "sessionId", row->session);
    total_members(writing, &row->sums);
    json_close(json, '}');
}

/* The only agent there is, in a row of all agents. */
static void agents_member(struct writing *writing, const struct report_row *row)
{
    json_key(&writing->json, "agents");
    json_open(&writing->json, '[');
    json_open(&writing->json, '{');
    member_text(&writing->json, "agent", "claude");
    cache_members(writing, &row->sums);
    input_member(writing, &row->sums);
    model_members(writing, row, false, NULL);
    total_members(writing, &row->sums);
    json_close(&writing->json, '}');
    json_close(&writing->json, ']');
}

static void metadata_member(struct writing *writing, const struct report_row *row)
{
    struct json_writer *json = &writing->json;
    json_key(json, "metadata");
    json_open(json, '{');
    if (writing->report->kind == DOCUMENT_SESSION) {
        member_instant(json, "lastActivity", row->last_us);
    } else {
        json_key(json, "agents");
        json_open(json, '[');
        json_text(json, "claude", strlen("claude"));
        json_close(json, ']');
    }
    json_close(json, '}');
}

static void write_unified_row(struct writing *writing, const struct report_row *row)
{
    const bool by_session = writing->report->kind == DOCUMENT_SESSION;
    struct json_writer *json = &writing->json;
    char name[16];
    period_name(writing->report, row, name);
    json_open(json, '{');
    member_text(json, "agent", by_session ? "claude" : "all");
    if (writing->request->by_agent && !by_session)
        agents_member(writing, row);
    cache_members(writing, &row->sums);
    input_member(writing, &row->sums);
    metadata_member(writing, row);
    model_members(writing, row, !by_session, NULL);
    if (by_session)
        member_texts(json, "period", row->session);
    else
        member_text(json, "period", name);
    total_members(writing, &row->sums);
    json_close(json, '}');
}

static void write_row(struct writing *writing, const struct report_row *row)
{
    if (!writing->request->claude)
        write_unified_row(writing, row);
    else if (writing->report->kind == DOCUMENT_SESSION)
        write_claude_session(writing, row);
    else
        write_claude_period(writing, row);
}

/* ---- documents ------------------------------------------------------------------------------------------
 */

static bool is_same_project(const struct report_row *a, const struct report_row *b)
{
    return a->project.size == b->project.size && !memcmp(a->project.bytes, b->project.bytes, a->project.size);
}

static void projects_member(struct writing *writing)
{
    const struct report *report = writing->report;
    json_key(&writing->json, "projects");
    json_open(&writing->json, '{');
    for (size_t i = 0; i < report->row_count; i++) {
        const struct report_row *row = &report->rows[i];
        if (i == 0 || !is_same_project(row, row - 1)) {
            json_key_sized(&writing->json, row->project.bytes, row->project.size);
            json_open(&writing->json, '[');
        }
        write_claude_period(writing, row);
        if (i + 1 == report->row_count || !is_same_project(row, row + 1))
            json_close(&writing->json, ']');
    }
    json_close(&writing->json, '}');
}

static void rows_member(struct writing *writing)
{
    static const char *const keys[] = {[DOCUMENT_DAILY] = "daily",
                                       [DOCUMENT_WEEKLY] = "weekly",
                                       [DOCUMENT_MONTHLY] = "monthly",
                                       [DOCUMENT_SESSION] = "session"};
    const enum document_kind kind = writing->report->kind;
    json_key(&writing->json, kind == DOCUMENT_SESSION && writing->request->claude ? "sessions" : keys[kind]);
    json_open(&writing->json, '[');
    for (size_t i = 0; i < writing->report->row_count; i++)
        write_row(writing, &writing->report->rows[i]);
    json_close(&writing->json, ']');
}

void document_write_json(const struct report *reports, size_t count, const struct document_request *request,
                         struct text *out)
{
    struct writing writing = {{.out = out, .indent = 2}, reports, request};
    const bool totals_first = count == 1 && reports->kind == DOCUMENT_WEEKLY; /* by the alphabet */
    json_open(&writing.json, '{');
    if (totals_first)
        totals_member(&writing);
    for (size_t i = 0; i < count; i++) {
        writing.report = &reports[i];
        if (reports[i].kind == DOCUMENT_DAILY && request->instances && reports[i].row_count)
            projects_member(&writing);
        else
            rows_member(&writing);
    }
    writing.report = reports;
    if (!totals_first)
        totals_member(&writing);
    member_unlogged(&writing.json, reports, request);
    json_close(&writing.json, '}');
    text_add_char(out, '\n');
}
