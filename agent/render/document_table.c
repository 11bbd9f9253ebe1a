/*
 * Reports as tables for people: by day, by session, and the totals by model, fitted to the terminal; and what
 * to say when there is nothing to show.
 */
#include "document_parts.h"

#include "../base/zone.h"
#include "../meter/sums.h"
#include "names.h"
#include "numbers.h"
#include "table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NARROWEST_LIST 18
#define NARROWEST_ID   9 /* the first eight characters of an id tell it from others */

/* The columns of numbers that every table ends in. */
static const struct table_column number_columns[] = {
    {"Input", true, 4, 0},      {"Output", true, 4, 0},       {"Cache write", true, 5, 0},
    {"Cache read", true, 5, 0}, {"Total tokens", true, 1, 0}, {"Cost", true, 0, 0},
};

static void add_column(struct table *table, struct table_column column)
{
    table->columns[table->column_count++] = column;
}

static void add_number_columns(struct table *table)
{
    for (size_t i = 0; i < sizeof number_columns / sizeof *number_columns; i++)
        add_column(table, number_columns[i]);
}

/* ---- cells ----------------------------------------------------------------------------------------------
 */

/* A number with a comma before every third digit from the right. */
static void cell_number(struct table *table, uint64_t number)
{
    char digits[24], grouped[32];
    size_t count = (size_t)snprintf(digits, sizeof digits, "%llu", (unsigned long long)number), used = 0;
    for (size_t i = 0; i < count; i++) {
        if (i > 0 && (count - i) % 3 == 0)
            grouped[used++] = ',';
        grouped[used++] = digits[i];
    }
    table_cell(table, grouped, used);
}

static void cell_dollars(struct table *table, unsigned __int128 pusd)
{
    char dollars[NUMBER_MAX];
    number_dollars(dollars, pusd > INT64_MAX ? INT64_MAX : (int64_t)pusd);
    table_string(table, dollars);
}

static void number_cells(struct table *table, const struct sums *sums)
{
    cell_number(table, sums->tokens[TOKENS_INPUT]);
    cell_number(table, sums->tokens[TOKENS_OUTPUT]);
    cell_number(table, sums->tokens[TOKENS_CACHE_WRITE_5M] + sums->tokens[TOKENS_CACHE_WRITE_1H]);
    cell_number(table, sums->tokens[TOKENS_CACHE_READ]);
    cell_number(table, sums_tokens(sums));
    cell_dollars(table, sums->cost_pusd);
}

static struct fact_text model_name(const struct report *report, uint32_t number)
{
    const struct interned_string *name = &report->models.list[number];
    return name_of_model((struct fact_text){name->bytes, name->size});
}

static void add_model_name(struct text *out, const struct report *report, uint32_t number)
{
    struct fact_text shown = model_name(report, number);
    text_add(out, shown.bytes, shown.size);
}

/* Whether a model is called what one of those before it is called: ids that differ in their date alone. */
static bool is_named_before(const struct report *report, const uint32_t *used, size_t index)
{
    struct fact_text name = model_name(report, used[index]);
    for (size_t i = 0; i < index; i++) {
        struct fact_text other = model_name(report, used[i]);
        if (other.size == name.size && memcmp(other.bytes, name.bytes, name.size) == 0)
            return true;
    }
    return false;
}

static void cell_models(struct table *table, const struct report *report, const struct report_row *row)
{
    struct text list = TEXT_EMPTY;
    uint32_t *used = report_models_used(report, row, false);
    for (size_t i = 0; i < row->model_count; i++) {
        if (is_named_before(report, used, i))
            continue;
        if (list.size)
            text_add_string(&list, ", ");
        add_model_name(&list, report, used[i]);
    }
    table_cell(table, list.bytes ? list.bytes : "", list.size);
    free(used);
    text_free(&list);
}

static void cell_clock(struct table *table, int64_t when_us)
{
    char day[16], clock[32];
    int hours, minutes;
    zone_day_name(zone_day(when_us), day);
    zone_clock(when_us, &hours, &minutes);
    snprintf(clock, sizeof clock, "%s %02d:%02d", day, hours, minutes);
    table_string(table, clock);
}

/* ---- rows -----------------------------------------------------------------------------------------------
 */

static void breakdown_rows(struct table *table, const struct report *report, const struct report_row *row,
                           unsigned columns_before)
{
    for (size_t i = 0; i < row->model_count && row->model_count > 1; i++) {
        struct text name = TEXT_EMPTY;
        add_model_name(&name, report, row->models[i].name);
        table_row(table, TABLE_FAINT, false);
        for (unsigned c = 0; c + 1 < columns_before; c++)
            table_string(table, c ? "" : "  of which");
        table_cell(table, name.bytes, name.size);
        number_cells(table, &row->models[i].sums);
        text_free(&name);
    }
}

static void total_row(struct table *table, const struct sums *total, unsigned columns_before)
{
    table_row(table, TABLE_STRONG, true);
    for (unsigned c = 0; c < columns_before; c++)
        table_string(table, c ? "" : "Total");
    number_cells(table, total);
}

static void fill_daily(struct table *table, const struct report *report,
                       const struct document_request *request)
{
    add_column(table, (struct table_column){"Date", false, 0, 0});
    if (request->instances)
        add_column(table, (struct table_column){"Project", false, 3, NARROWEST_LIST});
    add_column(table, (struct table_column){"Models", false, request->breakdown ? 0 : 2, NARROWEST_LIST});
    unsigned before = table->column_count;
    add_number_columns(table);
    for (size_t i = 0; i < report->row_count; i++) {
        const struct report_row *row = &report->rows[i];
        char day[16];
        zone_day_name(row->day, day);
        table_row(table, TABLE_PLAIN, false);
        table_string(table, day);
        if (request->instances)
            table_cell(table, row->project, row->project_size);
        cell_models(table, report, row);
        number_cells(table, &row->sums);
        if (request->breakdown)
            breakdown_rows(table, report, row, before);
    }
    total_row(table, &report->total, before);
}

static void fill_sessions(struct table *table, const struct report *report,
                          const struct document_request *request)
{
    add_column(table, (struct table_column){"Session", false, 0, NARROWEST_ID});
    add_column(table, (struct table_column){"Project", false, 3, NARROWEST_LIST});
    add_column(table, (struct table_column){"Last activity", false, 2, 0});
    add_column(table, (struct table_column){"Models", false, request->breakdown ? 0 : 4, NARROWEST_LIST});
    unsigned before = table->column_count;
    add_number_columns(table);
    for (size_t i = 0; i < report->row_count; i++) {
        const struct report_row *row = &report->rows[i];
        table_row(table, TABLE_PLAIN, false);
        table_cell(table, row->session, row->session_size);
        table_cell(table, row->project, row->project_size);
        cell_clock(table, row->last_us);
        cell_models(table, report, row);
        number_cells(table, &row->sums);
        if (request->breakdown)
            breakdown_rows(table, report, row, before);
    }
    total_row(table, &report->total, before);
}

/* Totals: what each model had in all, the dearest first. */
static void fill_models(struct table *table, const struct report *report)
{
    add_column(table, (struct table_column){"Model", false, 0, NARROWEST_LIST});
    add_number_columns(table);
    for (size_t r = 0; r < report->row_count; r++) {
        const struct report_row *row = &report->rows[r];
        for (size_t i = 0; i < row->model_count; i++) {
            struct text name = TEXT_EMPTY;
            add_model_name(&name, report, row->models[i].name);
            table_row(table, TABLE_PLAIN, false);
            table_cell(table, name.bytes, name.size);
            number_cells(table, &row->models[i].sums);
            text_free(&name);
        }
    }
    total_row(table, &report->total, 1);
}

/* ---- around the table -----------------------------------------------------------------------------------
 */

static void add_title(const struct document_request *request, struct text *out)
{
    static const char *const titles[] = {
        [DOCUMENT_TOTALS] = "Claude Code usage by model",
        [DOCUMENT_DAILY] = "Claude Code usage by day",
        [DOCUMENT_SESSION] = "Claude Code usage by session",
    };
    style_begin(out, TABLE_STRONG, request->colour);
    text_add_string(out, titles[request->kind]);
    style_end(out, TABLE_STRONG, request->colour);
    style_begin(out, TABLE_FAINT, request->colour);
    text_add_string(out, "  ");
    text_add_harmless(out, zone_name(), strlen(zone_name()));
    text_add_string(out, request->mode == COST_CALCULATE ? ", costs calculated from tokens"
                         : request->mode == COST_DISPLAY ? ", costs as the logs state them"
                                                         : "");
    style_end(out, TABLE_FAINT, request->colour);
    text_add_string(out, "\n\n");
}

static void add_unpriced(const struct report *report, struct text *out)
{
    if (!report->unpriced.count)
        return;
    uint32_t *sorted = report_sorted(&report->unpriced);
    text_add_string(out, "No price is known for ");
    for (size_t i = 0; i < report->unpriced.count; i++) {
        const struct interned_string *name = &report->unpriced.list[sorted[i]];
        text_add_string(out, i ? ", " : "");
        text_add_harmless(out, name->bytes, name->size);
    }
    text_add_string(out, ": those tokens are counted and cost nothing here\n");
    free(sorted);
}

static void add_notes(const struct report *report, const struct log_tree_counts *counts,
                      const struct document_request *request, unsigned left_out, struct text *out)
{
    style_begin(out, TABLE_FAINT, request->colour);
    if (left_out)
        text_addf(out, "%u column%s left out: widen the terminal, or ask for --json\n", left_out,
                  left_out > 1 ? "s are" : " is");
    add_unpriced(report, out);
    if (counts->malformed)
        text_addf(out, "Malformed and not counted: %llu of the lines with usage (tacho doctor tells more)\n",
                  (unsigned long long)counts->malformed);
    if (counts->unreadable)
        text_addf(out, "Not readable: %llu of the files and folders (tacho doctor tells more)\n",
                  (unsigned long long)counts->unreadable);
    style_end(out, TABLE_FAINT, request->colour);
}

/* ---- nothing to show ------------------------------------------------------------------------------------
 */

static void add_places(struct text *out)
{
    char **directories = log_tree_directories((const char *const *)environ);
    for (size_t i = 0; directories[i]; i++) {
        text_add_string(out, i ? " or " : " below ");
        text_add_harmless(out, directories[i], strlen(directories[i]));
        text_add_string(out, "/projects");
    }
    log_tree_free_directories(directories);
}

static void add_nothing(const struct meter *meter, const struct log_tree_counts *counts, struct text *out)
{
    if (meter_entry_count(meter)) {
        text_addf(out, "No usage found in this selection; without its limits there are %llu messages\n",
                  (unsigned long long)meter_entry_count(meter));
        return;
    }
    if (counts->files)
        text_addf(out, "No usage found in the %llu log files", (unsigned long long)counts->files);
    else
        text_add_string(out, "No usage found: there are no Claude Code logs");
    add_places(out);
    text_add_string(out, "\nUsage appears here with Claude Code's first answer; "
                         "set CLAUDE_CONFIG_DIR if its logs are elsewhere\n");
}

/* ---- the document ---------------------------------------------------------------------------------------
 */

static void fill(struct table *table, const struct report *report, const struct document_request *request)
{
    if (request->kind == DOCUMENT_DAILY)
        fill_daily(table, report, request);
    else if (request->kind == DOCUMENT_SESSION)
        fill_sessions(table, report, request);
    else
        fill_models(table, report);
}

void document_write_table(const struct meter *meter, const struct log_tree_counts *counts,
                          const struct document_request *request, struct text *out)
{
    struct report report;
    struct table table = {.column_count = 0};
    report_build(&report, meter, request);
    if (report.row_count) {
        add_title(request, out);
        fill(&table, &report, request);
        unsigned left_out = table_draw(&table, request->columns, request->colour, out);
        add_notes(&report, counts, request, left_out, out);
    } else {
        add_nothing(meter, counts, out);
    }
    table_free(&table);
    report_free(&report);
}
