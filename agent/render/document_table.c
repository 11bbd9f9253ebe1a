/*
 * Reports for people, fitted to the terminal, and the same rows as CSV and Markdown; and what to say when
 * there is nothing to show.
 */
#include "document_cells.h"

#include "../base/zone.h"
#include "names.h"
#include "numbers.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- rows -----------------------------------------------------------------------------------------------
 */

static bool is_by_project(const struct filling *filling)
{
    return filling->request->instances && filling->report->kind == DOCUMENT_DAILY;
}

/* Terminals are too narrow for a column of projects: there each project's rows have its name above them. */
static bool has_project_column(const struct filling *filling)
{
    return is_by_project(filling) && filling->request->format != FORMAT_TABLE;
}

/* What tells a row from others: all columns before its models. */
static void lead_cells(struct filling *filling, const struct report_row *row, bool names_project)
{
    char name[16];
    if (filling->report->kind == DOCUMENT_SESSION) {
        table_cell(&filling->table, row->session.bytes, row->session.size);
        cell_project(filling, row);
        cell_clock(filling, row->last_us);
        return;
    }
    zone_day_name(row->day, name);
    if (filling->report->kind == DOCUMENT_MONTHLY)
        name[7] = '\0';
    if (has_project_column(filling) && names_project)
        cell_project(filling, row);
    else if (has_project_column(filling))
        table_string(&filling->table, "");
    table_string(&filling->table, name);
}

/* A row for each model of a row that has several. */
static void breakdown_rows(struct filling *filling, const struct report_row *row)
{
    for (size_t i = 0; i < row->model_count && row->model_count > 1; i++) {
        table_row(&filling->table, TABLE_FAINT, false);
        for (unsigned c = 0; c + 1 < filling->before; c++)
            table_string(&filling->table, c ? "" : "  of which");
        cell_model(filling, row->models[i].name);
        number_cells(filling, &row->models[i].sums);
    }
}

/* For programs a breakdown has nothing but the rows of models, so that a column adds up to its total. */
static void breakdown_for_programs(struct filling *filling, const struct report_row *row)
{
    for (size_t i = 0; i < row->model_count; i++) {
        table_row(&filling->table, TABLE_PLAIN, false);
        lead_cells(filling, row, true);
        cell_model(filling, row->models[i].name);
        number_cells(filling, &row->models[i].sums);
    }
}

static void report_rows(struct filling *filling, const struct report_row *row, bool names_project)
{
    if (filling->request->breakdown && is_for_programs(filling) && row->model_count) {
        breakdown_for_programs(filling, row);
        return;
    }
    table_row(&filling->table, TABLE_PLAIN, false);
    lead_cells(filling, row, names_project);
    cell_models(filling, row);
    number_cells(filling, &row->sums);
    if (filling->request->breakdown)
        breakdown_rows(filling, row);
}

static bool is_new_project(const struct report *report, size_t index)
{
    if (index == 0)
        return true;
    struct report_text a = report->rows[index - 1].project, b = report->rows[index].project;
    return a.size != b.size || memcmp(a.bytes, b.bytes, a.size) != 0;
}

static void fill_periods(struct filling *filling)
{
    static const char *const titles[] = {
        [DOCUMENT_DAILY] = "Date", [DOCUMENT_WEEKLY] = "Week of", [DOCUMENT_MONTHLY] = "Month"};
    const unsigned models_drop = filling->request->breakdown ? 0 : 2;
    if (has_project_column(filling))
        add_column(filling, (struct table_column){"Project", false, 0, 0});
    add_column(filling, (struct table_column){titles[filling->report->kind], false, 0, 0});
    add_column(filling, (struct table_column){"Models", false, models_drop, NARROWEST_LIST});
    add_number_columns(filling);
    for (size_t i = 0; i < filling->report->row_count; i++) {
        const struct report_row *row = &filling->report->rows[i];
        const bool is_first = is_by_project(filling) && is_new_project(filling->report, i);
        if (is_first && !has_project_column(filling)) {
            table_heading(&filling->table, i);
            cell_project(filling, row);
        }
        report_rows(filling, row, is_first || is_for_programs(filling));
    }
    total_row(filling);
}

static void fill_sessions(struct filling *filling)
{
    add_column(filling, (struct table_column){"Session", false, 0, NARROWEST_ID});
    add_column(filling, (struct table_column){"Project", false, 3, NARROWEST_LIST});
    add_column(filling, (struct table_column){"Last activity", false, 2, 0});
    add_column(filling,
               (struct table_column){"Models", false, filling->request->breakdown ? 0 : 4, NARROWEST_LIST});
    add_number_columns(filling);
    for (size_t i = 0; i < filling->report->row_count; i++)
        report_rows(filling, &filling->report->rows[i], true);
    total_row(filling);
}

/* Totals: what each model had in all, the dearest first. */
static void fill_models(struct filling *filling)
{
    add_column(filling, (struct table_column){"Model", false, 0, NARROWEST_LIST});
    add_number_columns(filling);
    for (size_t r = 0; r < filling->report->row_count; r++) {
        const struct report_row *row = &filling->report->rows[r];
        for (size_t i = 0; i < row->model_count; i++) {
            table_row(&filling->table, TABLE_PLAIN, false);
            cell_model(filling, row->models[i].name);
            number_cells(filling, &row->models[i].sums);
        }
    }
    total_row(filling);
}

/* ---- around the table -----------------------------------------------------------------------------------
 */

static void add_title(const struct report *report, const struct document_request *request, struct text *out)
{
    static const char *const titles[] = {
        [DOCUMENT_TOTALS] = "by model",  [DOCUMENT_DAILY] = "by day",       [DOCUMENT_WEEKLY] = "by week",
        [DOCUMENT_MONTHLY] = "by month", [DOCUMENT_SESSION] = "by session", [DOCUMENT_BLOCKS] = "in blocks",
    };
    style_begin(out, TABLE_STRONG, request->colour);
    text_addf(out, "Claude Code usage %s",
              report->kind == DOCUMENT_SESSION && request->id[0] ? "of one session" : titles[report->kind]);
    style_end(out, TABLE_STRONG, request->colour);
    style_begin(out, TABLE_FAINT, request->colour);
    text_add_string(out, "  ");
    text_add_harmless(out, zone_name(), strlen(zone_name()));
    text_add_string(out, request->mode == COST_CALCULATE ? ", costs calculated from tokens"
                         : request->mode == COST_DISPLAY ? ", costs as the logs state them"
                                                         : "");
    text_add_string(out, report->rules == RULES_CCUSAGE ? ", by ccusage's rules" : "");
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

static void add_unlogged(const struct report *report, const struct document_request *request,
                         struct text *out)
{
    const struct report_sums *sums = &report->unlogged;
    char number[NUMBER_MAX];
    if (!report_tokens(sums) && (!sums->cost.pusd || request->no_cost))
        return;
    number_grouped(number, report_tokens(sums));
    text_addf(out, "Stated by the client and not in the logs: %s tokens", number);
    if (!request->no_cost) {
        number_dollars(number, sums->cost.pusd > INT64_MAX ? INT64_MAX : (int64_t)sums->cost.pusd);
        text_addf(out, ", %s", number);
    }
    if (request->with_unlogged)
        text_add_string(out, "; in the sums above\n");
    else if (report->kind == DOCUMENT_TOTALS)
        text_add_string(out, "; not in the sums above (tacho daily --with-unlogged adds it)\n");
    else
        text_add_string(out, "; not in the sums above (--with-unlogged adds it)\n");
}

static void add_counts(const struct log_tree_counts *counts, struct text *out)
{
    if (skips_total(&counts->skipped))
        text_addf(out, "Malformed and not counted: %llu of the lines with usage (tacho doctor tells more)\n",
                  (unsigned long long)skips_total(&counts->skipped));
    if (counts->unreadable)
        text_addf(out, "Not readable: %llu of the files and folders (tacho doctor tells more)\n",
                  (unsigned long long)counts->unreadable);
}

static void add_notes(const struct report *report, const struct document_request *request,
                      const struct document_notes *notes, unsigned left_out, struct text *out)
{
    struct text lines = TEXT_EMPTY;
    if (left_out)
        text_addf(&lines, "%u column%s left out: widen the terminal, or ask for --json\n", left_out,
                  left_out > 1 ? "s are" : " is");
    if (!request->no_cost)
        add_unpriced(report, &lines);
    add_unlogged(report, request, &lines);
    if (notes->counts)
        add_counts(notes->counts, &lines);
    if (lines.size) {
        style_begin(out, TABLE_FAINT, request->colour);
        text_add(out, lines.bytes, lines.size - 1);
        style_end(out, TABLE_FAINT, request->colour);
        text_add_char(out, '\n');
    }
    text_free(&lines);
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

static void add_nothing(const struct document_notes *notes, const struct document_request *request,
                        struct text *out)
{
    const uint64_t messages = notes->meter ? meter_total(notes->meter).entries : 0;
    const uint64_t files = notes->counts ? notes->counts->files : 0;
    if (messages && request->kind == DOCUMENT_SESSION && request->id[0]) {
        text_add_string(out, "No usage found in this selection of a session whose id is ");
        text_add_harmless(out, request->id, strlen(request->id));
        text_add_string(out, ", or alone begins so; 'tacho session' lists them\n");
        return;
    }
    if (messages) {
        text_addf(out, "No usage found in this selection; without its limits there are %llu messages\n",
                  (unsigned long long)messages);
        return;
    }
    if (files)
        text_addf(out, "No usage found in the %llu log files", (unsigned long long)files);
    else
        text_add_string(out, notes->counts ? "No usage found: there are no Claude Code logs"
                                           : "No usage found in this selection of the logs");
    add_places(out);
    text_add_string(out, "\nUsage appears here with Claude Code's first answer; "
                         "set CLAUDE_CONFIG_DIR if its logs are elsewhere\n");
}

/* ---- the document ---------------------------------------------------------------------------------------
 */

static void fill(struct filling *filling)
{
    const enum document_kind kind = filling->report->kind;
    if (kind == DOCUMENT_TOTALS)
        fill_models(filling);
    else if (kind == DOCUMENT_BLOCKS)
        fill_blocks(filling);
    else if (kind == DOCUMENT_SESSION && filling->request->id[0])
        fill_entries(filling);
    else if (kind == DOCUMENT_SESSION)
        fill_sessions(filling);
    else
        fill_periods(filling);
}

static void write_for_people(struct filling *filling, const struct document_notes *notes, struct text *out)
{
    const struct report *report = filling->report;
    const struct document_request *request = filling->request;
    const bool is_empty =
        report->kind == DOCUMENT_SESSION && request->id[0] ? !report->entry_count : !report->row_count;
    if (report->kind == DOCUMENT_BLOCKS && request->active) {
        if (!document_write_active(report, request, out))
            text_add_string(out, "No block is active: the last message is more than a block's length ago\n");
    } else if (is_empty) {
        add_nothing(notes, request, out);
    } else {
        add_title(report, request, out);
        fill(filling);
        unsigned left_out = table_draw(&filling->table, request->columns, request->colour, out);
        add_notes(report, request, notes, left_out, out);
    }
}

void document_write_table(const struct report *report, const struct document_request *request,
                          const struct document_notes *notes, struct text *out)
{
    struct filling filling = {.report = report, .request = request};
    if (request->format == FORMAT_TABLE) {
        write_for_people(&filling, notes, out);
    } else {
        fill(&filling);
        if (request->format == FORMAT_CSV)
            table_write_csv(&filling.table, out);
        else
            table_write_markdown(&filling.table, out);
    }
    table_free(&filling.table);
}
