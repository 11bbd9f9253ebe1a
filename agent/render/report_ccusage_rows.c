/* Days, weeks, months and sessions by ccusage's rules: see report_ccusage.h. */
#include "../base/memory.h"
#include "../base/text.h"
#include "report_ccusage.h"
#include "report_index.h"

#include <stdlib.h>
#include <string.h>

/* ---- order --------------------------------------------------------------------------------------------- */

/* Sorts rows, keeping those that are equal as they are. */
static void sort_rows(struct report *report,
                      int (*compare)(const struct report_row *, const struct report_row *))
{
    size_t count = report->row_count;
    struct report_row *from = report->rows, *to = memory_take((count + 1) * sizeof *to);
    for (size_t width = 1; width < count; width *= 2) {
        for (size_t low = 0; low < count; low += 2 * width) {
            size_t middle = low + width < count ? low + width : count;
            size_t high = middle + width < count ? middle + width : count;
            for (size_t a = low, b = middle, at = low; at < high; at++)
                to[at] = b < high && (a == middle || compare(&from[a], &from[b]) > 0) ? from[b++] : from[a++];
        }
        struct report_row *swap = from;
        from = to;
        to = swap;
    }
    if (from != report->rows) {
        memcpy(report->rows, from, count * sizeof *from);
        to = from;
    }
    free(to);
}

static int compare_texts(struct report_text a, struct report_text b)
{
    size_t size = a.size < b.size ? a.size : b.size;
    int order = size ? memcmp(a.bytes, b.bytes, size) : 0;
    return order ? order : (a.size > b.size) - (a.size < b.size);
}

static int by_project(const struct report_row *a, const struct report_row *b)
{
    return compare_texts(a->project, b->project);
}

static int by_day(const struct report_row *a, const struct report_row *b)
{
    return (a->day > b->day) - (a->day < b->day);
}

static int by_day_latest_first(const struct report_row *a, const struct report_row *b)
{
    return by_day(b, a);
}

static int by_cost(const struct report_row *a, const struct report_row *b)
{
    return (a->sums.cost.usd < b->sums.cost.usd) - (a->sums.cost.usd > b->sums.cost.usd);
}

/* ---- days ---------------------------------------------------------------------------------------------- */

static bool is_of_project(const struct ccusage_logs *logs, const struct ccusage_entry *entry)
{
    const struct document_request *request = logs->request;
    return !request->claude || !request->project[0] ||
           strcmp(logs->files->list[entry->file].project, request->project) == 0;
}

/* A row for each day that has entries, or for each project's, in order of time and then of project. */
static void fold_days(struct report *days, const struct ccusage_logs *logs)
{
    bool apart = days->kind == DOCUMENT_DAILY && logs->request->claude &&
                 (logs->request->instances || logs->request->project[0]);
    struct report_index rows = {0};
    for (size_t i = 0; i < logs->entries->count; i++) {
        const struct ccusage_entry *entry = &logs->entries->list[i];
        const char *name = logs->files->list[entry->file].project;
        int32_t day = ccusage_day(logs, entry);
        if (!ccusage_takes_day(logs, day) || (days->kind == DOCUMENT_DAILY && !is_of_project(logs, entry)))
            continue;
        uint32_t project = apart ? interned_take(&days->strings, name, strlen(name)) : 0;
        uint32_t number = report_index_take(&rows, (uint64_t)(uint32_t)day << 32 | project);
        if (number == days->row_count) {
            struct report_row *row = report_add_row(days);
            row->day = day;
            if (apart)
                row->project = report_keep(days, name, strlen(name));
        }
        ccusage_row_add(days, &days->rows[number], logs, entry);
    }
    report_index_free(&rows);
    for (size_t i = 0; i < days->row_count; i++)
        ccusage_row_sort_models(&days->rows[i]);
    sort_rows(days, by_project);
    sort_rows(days, by_day);
}

static void drop_row(struct report_row *row)
{
    free(row->models);
    free(row->used);
}

/* The unified form, and sessions, leave out what used no tokens. */
static void drop_empty_rows(struct report *report)
{
    size_t kept = 0;
    for (size_t i = 0; i < report->row_count; i++)
        if (report_tokens(&report->rows[i].sums))
            report->rows[kept++] = report->rows[i];
        else
            drop_row(&report->rows[i]);
    report->row_count = kept;
}

/* ---- weeks and months ---------------------------------------------------------------------------------- */

/* Puts a row's `used` in order of name, as the unified form has it once rows are merged. */
static void sort_used(const struct report *report, struct report_row *row)
{
    for (size_t i = 1; i < row->model_count; i++) {
        uint32_t name = row->used[i];
        size_t at = i;
        for (; at > 0 && interned_compare(&report->models, row->used[at - 1], name) > 0; at--)
            row->used[at] = row->used[at - 1];
        row->used[at] = name;
    }
}

#define YEAR_ZERO  (-719528) /* 0000-01-01, in days since 1970 */
#define YEAR_10000 2932897   /* 10000-01-01 */

static int32_t bucket_of(const struct report *report, const struct document_request *request, int32_t day)
{
    if (report->kind == DOCUMENT_MONTHLY)
        return report_month(day);
    if (day < YEAR_ZERO || day >= YEAR_10000)
        return day; /* ccusage does not understand its own years that have not four digits */
    return report_week(day, request->claude ? request->week_start : MONDAY);
}

/* Makes rows of days into rows of weeks or months. */
static void merge_days(struct report *report, const struct document_request *request)
{
    struct report_row *days = report->rows;
    struct report_index buckets = {0};
    size_t count = report->row_count;
    report->rows = NULL;
    report->row_count = report->row_room = 0;
    for (size_t i = 0; i < count; i++) {
        int32_t bucket = bucket_of(report, request, days[i].day);
        uint32_t number = report_index_take(&buckets, (uint32_t)bucket);
        bool is_first = number == report->row_count;
        if (is_first)
            report_add_row(report)->day = bucket;
        struct report_row *row = &report->rows[number];
        ccusage_row_merge(row, &days[i]);
        if (!request->claude && !is_first) {
            sort_used(report, row);
            ccusage_row_sort_models(row);
        }
        drop_row(&days[i]);
    }
    for (size_t i = 0; i < report->row_count; i++)
        ccusage_row_sort_models(&report->rows[i]);
    report_index_free(&buckets);
    free(days);
}

void ccusage_make_days(struct report *report, const struct ccusage_logs *logs)
{
    const struct document_request *request = logs->request;
    fold_days(report, logs);
    if (!request->claude)
        drop_empty_rows(report);
    if (request->descending && request->claude)
        sort_rows(report, by_day_latest_first);
    if (report->kind != DOCUMENT_DAILY)
        merge_days(report, request);
    sort_rows(report, request->descending ? by_day_latest_first : by_day);
    ccusage_report_total(report);
    if (report->kind == DOCUMENT_DAILY && request->instances)
        sort_rows(report, by_project); /* shown project by project, but added up day by day */
}

/* ---- sessions ------------------------------------------------------------------------------------------ */

uint32_t *ccusage_number_sessions(const struct ccusage_files *files)
{
    uint32_t *numbers = memory_take((files->count + 1) * sizeof *numbers);
    struct interned sessions = {0};
    struct text key = TEXT_EMPTY;
    for (size_t i = 0; i < files->count; i++) {
        const struct ccusage_file *file = &files->list[i];
        text_clear(&key);
        text_add(&key, file->session_project, strlen(file->session_project) + 1);
        text_add_string(&key, file->session);
        numbers[i] = interned_take(&sessions, key.bytes, key.size);
    }
    text_free(&key);
    interned_free(&sessions);
    return numbers;
}

static int by_session(const struct report_row *a, const struct report_row *b)
{
    return compare_texts(a->session, b->session);
}

void ccusage_make_sessions(struct report *report, const struct ccusage_logs *logs)
{
    uint32_t *sessions = ccusage_number_sessions(logs->files);
    struct report_index rows = {0};
    for (size_t i = 0; i < logs->entries->count; i++) {
        const struct ccusage_entry *entry = &logs->entries->list[i];
        if (!ccusage_takes_day(logs, ccusage_day(logs, entry)))
            continue;
        uint32_t number = report_index_take(&rows, sessions[entry->file]);
        if (number == report->row_count) {
            const struct ccusage_file *file = &logs->files->list[entry->file];
            struct report_row *row = report_add_row(report);
            row->session = report_keep(report, file->session, strlen(file->session));
            row->project = report_keep(report, file->session_project, strlen(file->session_project));
        }
        ccusage_row_add(report, &report->rows[number], logs, entry);
    }
    for (size_t i = 0; i < report->row_count; i++)
        ccusage_row_sort_models(&report->rows[i]);
    drop_empty_rows(report);
    if (!logs->request->claude) {
        sort_rows(report, by_project);
        sort_rows(report, by_session);
    }
    sort_rows(report, by_cost);
    ccusage_report_total(report);
    report_index_free(&rows);
    free(sessions);
}
