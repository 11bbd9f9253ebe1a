/*
 * Daily and session reports in the document shapes of ccusage 20 (`ccusage claude daily --json` and, without
 * `claude`, its unified form): keys in alphabetical order, two spaces a level. The numbers are Tacho's: exact
 * decimals, one row a session. Where ccusage orders by what it happened to read first, Tacho orders by time
 * of first use, then by name.
 */
#include "document_parts.h"

#include "../base/memory.h"
#include "../base/zone.h"
#include "json_writer.h"

#include "../meter/sums.h"

#include <stdlib.h>
#include <string.h>

void document_add_instant(struct text *out, int64_t when_us)
{
    const int64_t day_us = 86400 * MICROSECONDS;
    int64_t day = when_us / day_us - (when_us % day_us < 0);
    int64_t ms = (when_us - day * day_us) / 1000;
    char name[16];
    zone_day_name((int32_t)day, name);
    text_addf(out, "%sT%02d:%02d:%02d.%03dZ", name, (int)(ms / 3600000), (int)(ms / 60000 % 60),
              (int)(ms / 1000 % 60), (int)(ms % 1000));
}

static void member_text(struct json_writer *json, const char *key, const char *value)
{
    json_key(json, key);
    json_string(json, value, strlen(value));
}

static void member_number(struct json_writer *json, const char *key, uint64_t value)
{
    json_key(json, key);
    json_number(json, value);
}

static void member_dollars(struct json_writer *json, const char *key, unsigned __int128 pusd)
{
    json_key(json, key);
    json_dollars(json, pusd);
}

static void member_instant(struct json_writer *json, const char *key, int64_t when_us)
{
    struct text instant = TEXT_EMPTY;
    document_add_instant(&instant, when_us);
    member_text(json, key, instant.bytes);
    text_free(&instant);
}

/* The members that come first in alphabetical order wherever tokens are told. */
static void cache_members(struct json_writer *json, const struct sums *sums)
{
    member_number(json, "cacheCreationTokens",
                  sums->tokens[TOKENS_CACHE_WRITE_5M] + sums->tokens[TOKENS_CACHE_WRITE_1H]);
    member_number(json, "cacheReadTokens", sums->tokens[TOKENS_CACHE_READ]);
}

static void write_name(struct json_writer *json, const struct interned *names, uint32_t number)
{
    json_string(json, names->list[number].bytes, names->list[number].size);
}

static void write_breakdown(struct json_writer *json, const struct report *report,
                            const struct report_model *model)
{
    json_open(json, '{');
    cache_members(json, &model->sums);
    member_dollars(json, "cost", model->sums.cost_pusd);
    member_number(json, "inputTokens", model->sums.tokens[TOKENS_INPUT]);
    if (model->is_unpriced) {
        json_key(json, "missingPricing");
        json_word(json, "true");
    }
    json_key(json, "modelName");
    write_name(json, &report->models, model->name);
    member_number(json, "outputTokens", model->sums.tokens[TOKENS_OUTPUT]);
    json_close(json, '}');
}

static void model_members(struct json_writer *json, const struct report *report, const struct report_row *row,
                          bool by_name)
{
    json_key(json, "modelBreakdowns");
    json_open(json, '[');
    for (size_t i = 0; i < row->model_count; i++)
        write_breakdown(json, report, &row->models[i]);
    json_close(json, ']');
    uint32_t *used = report_models_used(report, row, by_name);
    json_key(json, "modelsUsed");
    json_open(json, '[');
    for (size_t i = 0; i < row->model_count; i++)
        write_name(json, &report->models, used[i]);
    json_close(json, ']');
    free(used);
    member_number(json, "outputTokens", row->sums.tokens[TOKENS_OUTPUT]);
}

static void total_members(struct json_writer *json, const struct sums *sums)
{
    member_dollars(json, "totalCost", sums->cost_pusd);
    member_number(json, "totalTokens", sums_tokens(sums));
}

static void write_totals(struct json_writer *json, const struct report *report)
{
    json_key(json, "totals");
    json_open(json, '{');
    cache_members(json, &report->total);
    member_number(json, "inputTokens", report->total.tokens[TOKENS_INPUT]);
    member_number(json, "outputTokens", report->total.tokens[TOKENS_OUTPUT]);
    total_members(json, &report->total);
    if (report->unpriced.count) {
        uint32_t *sorted = report_sorted(&report->unpriced);
        json_key(json, "unpricedModels");
        json_open(json, '[');
        for (size_t i = 0; i < report->unpriced.count; i++)
            write_name(json, &report->unpriced, sorted[i]);
        json_close(json, ']');
        free(sorted);
    }
    json_close(json, '}');
}

/* ---- by day ---------------------------------------------------------------------------------------------
 */

static void write_claude_day(struct json_writer *json, const struct report *report,
                             const struct report_row *row, bool instances)
{
    char day[16];
    zone_day_name(row->day, day);
    json_open(json, '{');
    cache_members(json, &row->sums);
    member_text(json, "date", day);
    member_number(json, "inputTokens", row->sums.tokens[TOKENS_INPUT]);
    model_members(json, report, row, false);
    if (instances) {
        json_key(json, "project");
        json_string(json, row->project, row->project_size);
    }
    total_members(json, &row->sums);
    json_close(json, '}');
}

static void write_unified_day(struct json_writer *json, const struct report *report,
                              const struct report_row *row)
{
    char day[16];
    zone_day_name(row->day, day);
    json_open(json, '{');
    member_text(json, "agent", "all");
    cache_members(json, &row->sums);
    member_number(json, "inputTokens", row->sums.tokens[TOKENS_INPUT]);
    json_key(json, "metadata");
    json_open(json, '{');
    json_key(json, "agents");
    json_open(json, '[');
    json_string(json, "claude", strlen("claude"));
    json_close(json, ']');
    json_close(json, '}');
    model_members(json, report, row, true);
    member_text(json, "period", day);
    total_members(json, &row->sums);
    json_close(json, '}');
}

static bool is_same_project(const struct report_row *a, const struct report_row *b)
{
    return a->project_size == b->project_size && !memcmp(a->project, b->project, a->project_size);
}

static void write_projects(struct json_writer *json, const struct report *report)
{
    json_key(json, "projects");
    json_open(json, '{');
    for (size_t i = 0; i < report->row_count; i++) {
        const struct report_row *row = &report->rows[i];
        if (i == 0 || !is_same_project(row, row - 1)) {
            json_key_sized(json, row->project, row->project_size);
            json_open(json, '[');
        }
        write_claude_day(json, report, row, true);
        if (i + 1 == report->row_count || !is_same_project(row, row + 1))
            json_close(json, ']');
    }
    json_close(json, '}');
}

void document_write_daily(const struct report *report, const struct document_request *request,
                          struct text *out)
{
    struct json_writer json = {.out = out, .indent = 2};
    json_open(&json, '{');
    if (request->instances) {
        write_projects(&json, report);
    } else {
        json_key(&json, "daily");
        json_open(&json, '[');
        for (size_t i = 0; i < report->row_count; i++) {
            if (request->claude)
                write_claude_day(&json, report, &report->rows[i], false);
            else
                write_unified_day(&json, report, &report->rows[i]);
        }
        json_close(&json, ']');
    }
    write_totals(&json, report);
    json_close(&json, '}');
    text_add_char(out, '\n');
}

/* ---- by session -----------------------------------------------------------------------------------------
 */

static void write_claude_session(struct json_writer *json, const struct report *report,
                                 const struct report_row *row)
{
    json_open(json, '{');
    cache_members(json, &row->sums);
    member_instant(json, "firstActivity", row->first_us);
    member_number(json, "inputTokens", row->sums.tokens[TOKENS_INPUT]);
    member_instant(json, "lastActivity", row->last_us);
    model_members(json, report, row, false);
    json_key(json, "projectPath");
    json_string(json, row->project, row->project_size);
    json_key(json, "sessionId");
    json_string(json, row->session, row->session_size);
    total_members(json, &row->sums);
    json_close(json, '}');
}

static void write_unified_session(struct json_writer *json, const struct report *report,
                                  const struct report_row *row)
{
    json_open(json, '{');
    member_text(json, "agent", "claude");
    cache_members(json, &row->sums);
    member_number(json, "inputTokens", row->sums.tokens[TOKENS_INPUT]);
    json_key(json, "metadata");
    json_open(json, '{');
    member_instant(json, "lastActivity", row->last_us);
    json_close(json, '}');
    model_members(json, report, row, false);
    json_key(json, "period");
    json_string(json, row->session, row->session_size);
    total_members(json, &row->sums);
    json_close(json, '}');
}

void document_write_sessions(const struct report *report, const struct document_request *request,
                             struct text *out)
{
    struct json_writer json = {.out = out, .indent = 2};
    json_open(&json, '{');
    json_key(&json, request->claude ? "sessions" : "session");
    json_open(&json, '[');
    for (size_t i = 0; i < report->row_count; i++) {
        if (request->claude)
            write_claude_session(&json, report, &report->rows[i]);
        else
            write_unified_session(&json, report, &report->rows[i]);
    }
    json_close(&json, ']');
    write_totals(&json, report);
    json_close(&json, '}');
    text_add_char(out, '\n');
}

/* ---- one session ----------------------------------------------------------------------------------------
 */

struct moment_of {
    int64_t when_us;
    uint64_t entry;
};

static int compare_entries(const void *a, const void *b, void *meter)
{
    const struct moment_of *x = a, *y = b;
    if (x->when_us != y->when_us)
        return x->when_us < y->when_us ? -1 : 1;
    struct entry_view left, right; /* at one time: by what is shown, so that the order of reading does not */
    meter_entry(meter, x->entry, &left);
    meter_entry(meter, y->entry, &right);
    int order = code_points_compare(left.model, left.model_size, right.model, right.model_size);
    for (int kind = 0; kind < TOKEN_KINDS && !order; kind++)
        order = (left.tokens[kind] > right.tokens[kind]) - (left.tokens[kind] < right.tokens[kind]);
    return order ? order : (left.usd_pusd > right.usd_pusd) - (left.usd_pusd < right.usd_pusd);
}

/* The entries that a request takes, in order of time. The caller frees them. */
static struct moment_of *entries_taken(const struct meter *meter, const struct document_request *request,
                                       size_t *count)
{
    struct moment_of *taken = NULL;
    size_t room = 0;
    *count = 0;
    for (uint64_t i = 0; i < meter_entry_count(meter); i++) {
        struct entry_view entry;
        meter_entry(meter, i, &entry);
        if (!report_takes(request, &entry, zone_day(entry.when_us)))
            continue;
        taken = memory_grow(taken, *count, &room, sizeof *taken);
        taken[(*count)++] = (struct moment_of){entry.when_us, i};
    }
    if (*count)
        qsort_r(taken, *count, sizeof *taken, compare_entries, (void *)(uintptr_t)meter);
    return taken;
}

static void write_entry(struct json_writer *json, const struct entry_view *entry, const struct sums *sums)
{
    json_open(json, '{');
    cache_members(json, sums);
    member_dollars(json, "costUSD", sums->cost_pusd);
    member_number(json, "inputTokens", sums->tokens[TOKENS_INPUT]);
    json_key(json, "model");
    json_string(json, entry->model, entry->model_size);
    member_number(json, "outputTokens", sums->tokens[TOKENS_OUTPUT]);
    member_instant(json, "timestamp", entry->when_us);
    json_close(json, '}');
}

void document_write_one_session(const struct meter *meter, const struct document_request *request,
                                struct text *out)
{
    struct json_writer json = {.out = out, .indent = 2};
    struct sums total = {0};
    size_t count;
    struct moment_of *taken = entries_taken(meter, request, &count);
    if (!count) {
        text_add_string(out, "null\n");
        return;
    }
    json_open(&json, '{');
    json_key(&json, "entries");
    json_open(&json, '[');
    for (size_t i = 0; i < count; i++) {
        struct entry_view entry;
        bool unpriced;
        meter_entry(meter, taken[i].entry, &entry);
        struct sums sums = sums_of(entry.tokens, false, entry_cost(&entry, request->mode, &unpriced));
        sums_add(&total, &sums);
        write_entry(&json, &entry, &sums);
    }
    json_close(&json, ']');
    member_text(&json, "sessionId", request->id);
    total_members(&json, &total);
    json_close(&json, '}');
    text_add_char(out, '\n');
    free(taken);
}
