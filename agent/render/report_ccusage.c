/*
 * Reports by ccusage's rules, from the logs as they are: which reading each needs, and the sums of rows. See
 * report_ccusage.h.
 */
#include "report_ccusage.h"

#include "../base/memory.h"
#include "../base/zone.h"

#include <stdlib.h>
#include <string.h>

/* ---- days ---------------------------------------------------------------------------------------------- */

/* Until early in 1972 some zones were off by other than quarters of an hour. */
#define QUARTERS_SINCE_US (INT64_C(94694400) * MICROSECONDS) /* 1973-01-01 */

/* Its library knows no zone's time after this instant: then the day is that of UTC. */
#define ZONES_UNTIL_MS INT64_C(253402207200000) /* 9999-12-30T22:00Z */
#define DAY_MS         86400000

int32_t ccusage_day_at(const struct ccusage_logs *logs, int64_t when_ms)
{
    int64_t when_us = when_ms * 1000;
    if (when_ms > ZONES_UNTIL_MS)
        return (int32_t)(when_ms / DAY_MS);
    return when_us < QUARTERS_SINCE_US ? zone_day(when_us) : report_days_at(logs->days, when_us);
}

int32_t ccusage_day(const struct ccusage_logs *logs, const struct ccusage_entry *entry)
{
    return ccusage_day_at(logs, entry->when_ms);
}

bool ccusage_takes_day(const struct ccusage_logs *logs, int32_t day)
{
    return day >= logs->request->since && day <= logs->request->until;
}

/* ---- sums ---------------------------------------------------------------------------------------------- */

void ccusage_sums_add(struct report_sums *sums, const struct report_sums *more)
{
    for (int kind = 0; kind < TOKEN_KINDS; kind++)
        sums->tokens[kind] = ccusage_add(sums->tokens[kind], more->tokens[kind]);
    sums->cost.usd += more->cost.usd;
    sums->entries += more->entries;
}

/* In its daily reading ccusage adds up what models have without a look at overflow, and it wraps. */
static void add_wrapping(struct report_sums *sums, const struct report_sums *more)
{
    for (int kind = 0; kind < TOKEN_KINDS; kind++)
        sums->tokens[kind] += more->tokens[kind];
    sums->cost.usd += more->cost.usd;
    sums->entries += more->entries;
}

static struct report_sums sums_of(const struct ccusage_entry *entry)
{
    struct report_sums sums = {.cost.usd = entry->cost, .entries = 1};
    sums.tokens[TOKENS_INPUT] = entry->usage.input;
    sums.tokens[TOKENS_OUTPUT] = entry->usage.output;
    sums.tokens[TOKENS_CACHE_WRITE_5M] = ccusage_writes(&entry->usage);
    sums.tokens[TOKENS_CACHE_READ] = entry->usage.cache_read;
    return sums;
}

/* ---- models of a row ----------------------------------------------------------------------------------- */

/* What a model has in a row. Rows have few, so they are looked through. */
static struct report_model *model_of(struct report_row *row, uint32_t name)
{
    for (size_t i = 0; i < row->model_count; i++)
        if (row->models[i].name == name)
            return &row->models[i];
    struct report_model *model = report_add_model(row);
    model->name = name;
    row->used = memory_resize(row->used, row->model_count * sizeof *row->used);
    row->used[row->model_count - 1] = name;
    return model;
}

void ccusage_row_add(struct report *report, struct report_row *row, const struct ccusage_logs *logs,
                     const struct ccusage_entry *entry)
{
    const struct report_sums sums = sums_of(entry);
    int64_t when_us = entry->when_ms * 1000;
    row->first_us = row->sums.entries && row->first_us < when_us ? row->first_us : when_us;
    row->last_us = row->sums.entries && row->last_us > when_us ? row->last_us : when_us;
    ccusage_sums_add(&row->sums, &sums);
    if (entry->shown == INTERNED_NONE)
        return;
    const struct interned_string *name = &logs->entries->names.list[entry->shown];
    struct report_model *model = model_of(row, interned_take(&report->models, name->bytes, name->size));
    if (logs->entries->reading == CCUSAGE_DAILY)
        add_wrapping(&model->sums, &sums);
    else
        ccusage_sums_add(&model->sums, &sums);
    model->is_unpriced |= entry->is_unpriced;
}

/* Puts `used` into the order of first use in both rows. */
static void merge_used(struct report_row *row, const struct report_row *more, size_t before)
{
    size_t count = before;
    for (size_t i = 0; i < more->model_count; i++) {
        size_t at = 0;
        while (at < count && row->used[at] != more->used[i])
            at++;
        if (at == count)
            row->used[count++] = more->used[i];
    }
}

void ccusage_row_merge(struct report_row *row, const struct report_row *more)
{
    size_t before = row->model_count;
    if (!row->sums.entries || more->first_us < row->first_us)
        row->first_us = more->first_us;
    if (!row->sums.entries || more->last_us > row->last_us)
        row->last_us = more->last_us;
    ccusage_sums_add(&row->sums, &more->sums);
    for (size_t i = 0; i < more->model_count; i++) {
        struct report_model *model = model_of(row, more->models[i].name);
        ccusage_sums_add(&model->sums, &more->models[i].sums);
        model->is_unpriced |= more->models[i].is_unpriced;
    }
    merge_used(row, more, before);
}

void ccusage_row_sort_models(struct report_row *row)
{
    for (size_t i = 1; i < row->model_count; i++) {
        struct report_model model = row->models[i];
        size_t at = i;
        for (; at > 0 && row->models[at - 1].sums.cost.usd < model.sums.cost.usd; at--)
            row->models[at] = row->models[at - 1];
        row->models[at] = model;
    }
}

/* ---- totals -------------------------------------------------------------------------------------------- */

void ccusage_report_total(struct report *report)
{
    report->total.cost.usd = -0.0; /* what Rust's sum of nothing is */
    for (size_t i = 0; i < report->row_count; i++) {
        const struct report_row *row = &report->rows[i];
        ccusage_sums_add(&report->total, &row->sums);
        for (size_t m = 0; m < row->model_count; m++) {
            const struct interned_string *name = &report->models.list[row->models[m].name];
            if (row->models[m].is_unpriced)
                interned_take(&report->unpriced, name->bytes, name->size);
        }
    }
}

/* ---- making reports ------------------------------------------------------------------------------------ */

/* Which of its two readings ccusage makes a report from. */
static enum ccusage_reading reading_of(enum document_kind kind, const struct document_request *request)
{
    bool by_day = kind == DOCUMENT_WEEKLY || kind == DOCUMENT_MONTHLY;
    return kind == DOCUMENT_DAILY || (by_day && !request->claude) ? CCUSAGE_DAILY : CCUSAGE_ENTRIES;
}

void ccusage_report_make(struct report *report, const struct ccusage_logs *logs)
{
    if (report->kind == DOCUMENT_BLOCKS)
        ccusage_make_blocks(report, logs);
    else if (report->kind == DOCUMENT_SESSION && logs->request->id[0])
        ccusage_make_entries(report, logs);
    else if (report->kind == DOCUMENT_SESSION)
        ccusage_make_sessions(report, logs);
    else
        ccusage_make_days(report, logs);
}

/* Makes those reports that come of one reading. */
static void make_by(enum ccusage_reading reading, struct report *reports, size_t count,
                    const struct ccusage_files *files, unsigned threads,
                    const struct document_request *request)
{
    struct ccusage_entries entries;
    struct report_days days = {0};
    const struct ccusage_logs logs = {files, &entries, request, &days};
    bool is_read = false;
    for (size_t i = 0; i < count; i++) {
        if (reading_of(reports[i].kind, request) != reading)
            continue;
        if (!is_read) {
            ccusage_entries_init(&entries, reading, request->mode);
            entries.keeps_timestamps = request->id[0];
            ccusage_scan(files, reading, threads, ccusage_entries_take, &entries);
        }
        is_read = true;
        ccusage_report_make(&reports[i], &logs);
    }
    if (is_read)
        ccusage_entries_free(&entries);
    report_days_free(&days);
}

int report_build_ccusage(struct report *reports, const enum document_kind *kinds, size_t count,
                         const struct document_logs *logs, const struct document_request *request,
                         struct text *why)
{
    struct ccusage_files files;
    for (size_t i = 0; i < count; i++)
        reports[i] = (struct report){.kind = kinds[i], .rules = RULES_CCUSAGE};
    ccusage_files_find(&files, logs->directories,
                       kinds[0] == DOCUMENT_DAILY && request->claude ? request->project : "");
    bool is_readable = files.count < UINT32_MAX;
    if (is_readable) {
        make_by(CCUSAGE_DAILY, reports, count, &files, logs->threads, request);
        make_by(CCUSAGE_ENTRIES, reports, count, &files, logs->threads, request);
    } else {
        text_addf(why, "there are %zu log files, which is more than can be counted", files.count);
    }
    ccusage_files_free(&files);
    return is_readable ? 0 : -1;
}
