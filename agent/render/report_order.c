/* The order in which a report's rows and models are shown. All orders are total: no two runs differ. */
#include "report_parts.h"

#include "../base/memory.h"
#include "json_writer.h"

#include <stdlib.h>
#include <string.h>

static int compare_wide(unsigned __int128 a, unsigned __int128 b)
{
    return (a > b) - (a < b);
}

static int compare_times(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

static int compare_texts(struct report_text a, struct report_text b)
{
    return code_points_compare(a.bytes, a.size, b.bytes, b.size);
}

static int compare_names(const struct interned *strings, uint32_t a, uint32_t b)
{
    const struct interned_string *x = &strings->list[a], *y = &strings->list[b];
    return code_points_compare(x->bytes, x->size, y->bytes, y->size);
}

/* ---- models --------------------------------------------------------------------------------------------- */

static int compare_first_use(const void *a, const void *b, void *models)
{
    const struct report_model *x = a, *y = b;
    int order = compare_times(x->first_us, y->first_us);
    return order ? order : compare_names(models, x->name, y->name);
}

static int compare_cost(const void *a, const void *b, void *models)
{
    const struct report_model *x = a, *y = b;
    int order = compare_wide(y->sums.cost.pusd, x->sums.cost.pusd);
    return order ? order : compare_first_use(a, b, models);
}

void report_order_models(const struct report *report, struct report_row *row)
{
    void *models = (void *)(uintptr_t)&report->models;
    if (!row->model_count)
        return;
    row->used = memory_resize(row->used, row->model_count * sizeof *row->used);
    if (row->model_count > 1)
        qsort_r(row->models, row->model_count, sizeof *row->models, compare_first_use, models);
    for (size_t i = 0; i < row->model_count; i++)
        row->used[i] = row->models[i].name;
    if (row->model_count > 1)
        qsort_r(row->models, row->model_count, sizeof *row->models, compare_cost, models);
}

/* ---- rows ----------------------------------------------------------------------------------------------- */

/* Rows are large: their places are sorted, and then the rows moved once. */
struct place {
    const struct report_row *row;
    bool descending;
};

static int compare_sessions(const void *a, const void *b)
{
    const struct report_row *x = ((const struct place *)a)->row, *y = ((const struct place *)b)->row;
    int order = compare_wide(y->sums.cost.pusd, x->sums.cost.pusd);
    if (!order)
        order = compare_times(x->first_us, y->first_us);
    return order ? order : compare_texts(x->session, y->session);
}

static int compare_periods(const void *a, const void *b)
{
    const struct place *left = a, *right = b;
    int order = (left->row->day > right->row->day) - (left->row->day < right->row->day);
    return left->descending ? -order : order;
}

static int compare_instances(const void *a, const void *b)
{
    const struct place *left = a, *right = b;
    int order = compare_texts(left->row->project, right->row->project);
    return order ? order : compare_periods(a, b);
}

static void move_rows(struct report *report, const struct place *places)
{
    struct report_row *rows = memory_take(report->row_count * sizeof *rows);
    for (size_t i = 0; i < report->row_count; i++)
        rows[i] = *places[i].row;
    free(report->rows);
    report->rows = rows;
    report->row_room = report->row_count;
}

static void sort_rows(struct report *report, const struct document_request *request)
{
    struct place *places = memory_take(report->row_count * sizeof *places);
    for (size_t i = 0; i < report->row_count; i++)
        places[i] = (struct place){&report->rows[i], request->descending};
    bool by_project = report->kind == DOCUMENT_DAILY && request->instances;
    qsort(places, report->row_count, sizeof *places,
          report->kind == DOCUMENT_SESSION ? compare_sessions
          : by_project                     ? compare_instances
                                           : compare_periods);
    move_rows(report, places);
    free(places);
}

void report_order_rows(struct report *report, const struct document_request *request)
{
    for (size_t i = 0; i < report->row_count; i++)
        report_order_models(report, &report->rows[i]);
    if (report->row_count > 1 && report->kind != DOCUMENT_BLOCKS)
        sort_rows(report, request);
}

/* ---- names ---------------------------------------------------------------------------------------------- */

static int compare_numbers(const void *a, const void *b, void *strings)
{
    return compare_names(strings, *(const uint32_t *)a, *(const uint32_t *)b);
}

uint32_t *report_sorted(const struct interned *strings)
{
    uint32_t *numbers = memory_take(strings->count * sizeof *numbers);
    for (size_t i = 0; i < strings->count; i++)
        numbers[i] = (uint32_t)i;
    if (strings->count)
        qsort_r(numbers, strings->count, sizeof *numbers, compare_numbers, (void *)(uintptr_t)strings);
    return numbers;
}
