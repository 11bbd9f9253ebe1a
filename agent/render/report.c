/* Entries → the rows of a report: see report.h. */
#include "report.h"

#include "../base/memory.h"
#include "../base/zone.h"
#include "../meter/sums.h"
#include "json_writer.h"

#include <stdlib.h>
#include <string.h>

/* ---- what an entry belongs to ---------------------------------------------------------------------------
 */

const char *report_project(const char *path, size_t *size)
{
    static const char unknown[] = "Unknown Project", folder[] = "projects/";
    const char *project = NULL;
    for (const char *at = path; (at = strstr(at, folder)); at++) {
        const char *below = at + sizeof folder - 1;
        if ((at == path || at[-1] == '/') && strchr(below, '/'))
            project = below;
    }
    *size = project ? strcspn(project, "/") : sizeof unknown - 1;
    return project ? project : unknown;
}

bool report_is_synthetic(const struct entry_view *entry)
{
    static const char name[] = "<synthetic>";
    return entry->model_size == sizeof name - 1 && !memcmp(entry->model, name, sizeof name - 1);
}

static bool equals(const char *bytes, size_t size, const char *string)
{
    return size == strlen(string) && !memcmp(bytes, string, size);
}

bool report_takes(const struct document_request *request, const struct entry_view *entry, int32_t day)
{
    size_t size;
    const char *project = report_project(entry->path, &size);
    return day >= request->since && day <= request->until &&
           (!request->project[0] || equals(project, size, request->project)) &&
           (!request->id[0] || equals(entry->session, entry->session_size, request->id));
}

/* ---- adding up ------------------------------------------------------------------------------------------
 */

static struct report_row *row_at(struct report *report, const char *key, size_t size)
{
    uint32_t number = interned_take(&report->keys, key, size);
    if (number == report->row_count) {
        report->rows = memory_grow(report->rows, report->row_count, &report->row_room, sizeof *report->rows);
        report->rows[report->row_count++] = (struct report_row){0};
    }
    return &report->rows[number];
}

static struct report_row *row_of(struct report *report, const struct document_request *request,
                                 const struct entry_view *entry, int32_t day)
{
    if (request->kind == DOCUMENT_TOTALS)
        return row_at(report, "", 0);
    if (request->kind == DOCUMENT_SESSION)
        return row_at(report, entry->session, entry->session_size);
    struct text key = TEXT_EMPTY;
    text_addf(&key, "%d/", day);
    if (request->instances) {
        size_t size;
        const char *project = report_project(entry->path, &size);
        text_add(&key, project, size);
    }
    struct report_row *row = row_at(report, key.bytes, key.size);
    text_free(&key);
    return row;
}

static struct report_model *model_of(struct report *report, struct report_row *row,
                                     const struct entry_view *entry)
{
    struct text name = TEXT_EMPTY;
    text_add(&name, entry->model, entry->model_size);
    if (entry->fast)
        text_add_string(&name, "-fast");
    uint32_t number = interned_take(&report->models, name.bytes, name.size);
    text_free(&name);
    for (size_t i = 0; i < row->model_count; i++)
        if (row->models[i].name == number)
            return &row->models[i];
    row->models = memory_grow(row->models, row->model_count, &row->model_room, sizeof *row->models);
    struct report_model *model = &row->models[row->model_count++];
    *model = (struct report_model){.name = number, .first_us = entry->when_us};
    return model;
}

/* The row's time, and what its first entry says of it. */
static void add_moment(struct report_row *row, const struct entry_view *entry, int32_t day)
{
    bool is_first = !row->sums.entries || entry->when_us < row->first_us ||
                    (entry->when_us == row->first_us && strcmp(entry->path, row->path) < 0);
    if (is_first) {
        row->first_us = entry->when_us;
        row->path = entry->path;
        row->project = report_project(entry->path, &row->project_size);
    }
    if (!row->sums.entries || entry->when_us > row->last_us)
        row->last_us = entry->when_us;
    row->day = day;
    row->session = entry->session;
    row->session_size = entry->session_size;
}

static void add_entry(struct report *report, const struct document_request *request,
                      const struct entry_view *entry, int32_t day)
{
    bool unpriced;
    unsigned __int128 cost = entry_cost(entry, request->mode, &unpriced);
    struct sums sums = sums_of(entry->tokens, is_opus(entry->model, entry->model_size), cost);
    struct report_row *row = row_of(report, request, entry, day);
    add_moment(row, entry, day);
    sums_add(&row->sums, &sums);
    sums_add(&report->total, &sums);
    if (report_is_synthetic(entry))
        return;
    struct report_model *model = model_of(report, row, entry);
    sums_add(&model->sums, &sums);
    if (entry->when_us < model->first_us)
        model->first_us = entry->when_us;
    if (unpriced) {
        model->is_unpriced = true;
        interned_take(&report->unpriced, entry->model, entry->model_size);
    }
}

/* ---- order ----------------------------------------------------------------------------------------------
 */

static int compare_wide(unsigned __int128 a, unsigned __int128 b)
{
    return (a > b) - (a < b);
}

static int compare_times(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

static int compare_names(const struct interned *strings, uint32_t a, uint32_t b)
{
    const struct interned_string *x = &strings->list[a], *y = &strings->list[b];
    return code_points_compare(x->bytes, x->size, y->bytes, y->size);
}

static int compare_cost(const void *a, const void *b, void *report)
{
    const struct report_model *x = a, *y = b;
    int order = compare_wide(y->sums.cost_pusd, x->sums.cost_pusd);
    if (!order)
        order = compare_times(x->first_us, y->first_us);
    return order ? order : compare_names(&((const struct report *)report)->models, x->name, y->name);
}

static int compare_days(const void *a, const void *b)
{
    const struct report_row *x = a, *y = b;
    return (x->day > y->day) - (x->day < y->day);
}

static int compare_sessions(const void *a, const void *b)
{
    const struct report_row *x = a, *y = b;
    int order = compare_wide(y->sums.cost_pusd, x->sums.cost_pusd);
    if (!order)
        order = compare_times(x->first_us, y->first_us);
    return order ? order : code_points_compare(x->session, x->session_size, y->session, y->session_size);
}

static int compare_instances(const void *a, const void *b)
{
    const struct report_row *x = a, *y = b;
    int order = code_points_compare(x->project, x->project_size, y->project, y->project_size);
    return order ? order : compare_days(a, b);
}

static void reverse_days(struct report_row *rows, size_t count)
{
    for (size_t i = 0; i < count / 2; i++) {
        struct report_row row = rows[i];
        rows[i] = rows[count - 1 - i];
        rows[count - 1 - i] = row;
    }
}

/* Newest day first, projects staying in order. */
static void reverse_instances(struct report *report)
{
    for (size_t from = 0, to; from < report->row_count; from = to) {
        for (to = from + 1; to < report->row_count; to++) {
            const struct report_row *a = &report->rows[from], *b = &report->rows[to];
            if (code_points_compare(a->project, a->project_size, b->project, b->project_size) != 0)
                break;
        }
        reverse_days(report->rows + from, to - from);
    }
}

static void sort_rows(struct report *report, const struct document_request *request)
{
    bool by_session = request->kind == DOCUMENT_SESSION;
    if (!report->row_count)
        return;
    qsort(report->rows, report->row_count, sizeof *report->rows,
          by_session           ? compare_sessions
          : request->instances ? compare_instances
                               : compare_days);
    for (size_t i = 0; i < report->row_count; i++)
        if (report->rows[i].model_count)
            qsort_r(report->rows[i].models, report->rows[i].model_count, sizeof *report->rows[i].models,
                    compare_cost, report);
    if (request->descending && !by_session && request->instances)
        reverse_instances(report);
    else if (request->descending && !by_session)
        reverse_days(report->rows, report->row_count);
}

static int compare_first_use(const void *a, const void *b, void *report)
{
    const struct report_model *x = *(const struct report_model *const *)a;
    const struct report_model *y = *(const struct report_model *const *)b;
    int order = compare_times(x->first_us, y->first_us);
    return order ? order : compare_names(&((const struct report *)report)->models, x->name, y->name);
}

static int compare_numbers(const void *a, const void *b, void *strings)
{
    return compare_names(strings, *(const uint32_t *)a, *(const uint32_t *)b);
}

uint32_t *report_models_used(const struct report *report, const struct report_row *row, bool by_name)
{
    uint32_t *numbers = memory_take(row->model_count * sizeof *numbers);
    const struct report_model **models = memory_take(row->model_count * sizeof *models);
    for (size_t i = 0; i < row->model_count; i++)
        models[i] = &row->models[i];
    qsort_r(models, row->model_count, sizeof *models, compare_first_use, (void *)(uintptr_t)report);
    for (size_t i = 0; i < row->model_count; i++)
        numbers[i] = models[i]->name;
    if (by_name)
        qsort_r(numbers, row->model_count, sizeof *numbers, compare_numbers,
                (void *)(uintptr_t)&report->models);
    free(models);
    return numbers;
}

uint32_t *report_sorted(const struct interned *strings)
{
    uint32_t *numbers = memory_take(strings->count * sizeof *numbers);
    for (size_t i = 0; i < strings->count; i++)
        numbers[i] = (uint32_t)i;
    qsort_r(numbers, strings->count, sizeof *numbers, compare_numbers, (void *)(uintptr_t)strings);
    return numbers;
}

/* ---- the report -----------------------------------------------------------------------------------------
 */

void report_build(struct report *report, const struct meter *meter, const struct document_request *request)
{
    *report = (struct report){0};
    for (uint64_t i = 0; i < meter_entry_count(meter); i++) {
        struct entry_view entry;
        meter_entry(meter, i, &entry);
        int32_t day = zone_day(entry.when_us);
        if (report_takes(request, &entry, day))
            add_entry(report, request, &entry, day);
    }
    sort_rows(report, request);
}

void report_free(struct report *report)
{
    for (size_t i = 0; i < report->row_count; i++)
        free(report->rows[i].models);
    free(report->rows);
    interned_free(&report->models);
    interned_free(&report->unpriced);
    interned_free(&report->keys);
}
