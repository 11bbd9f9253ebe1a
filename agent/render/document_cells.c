/* Filling tables of reports: see document_cells.h. */
#include "document_cells.h"

#include "../base/memory.h"
#include "../base/zone.h"
#include "names.h"
#include "numbers.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool is_for_programs(const struct filling *filling)
{
    return filling->request->format == FORMAT_CSV;
}

void add_column(struct filling *filling, struct table_column column)
{
    filling->table.columns[filling->table.column_count++] = column;
}

/* ---- numbers --------------------------------------------------------------------------------------------
 */

void add_number_columns(struct filling *filling)
{
    filling->before = filling->table.column_count;
    add_column(filling, (struct table_column){"Input", true, 4, 0});
    add_column(filling, (struct table_column){"Output", true, 4, 0});
    if (!filling->request->compact) {
        add_column(filling, (struct table_column){"Cache write", true, 5, 0});
        add_column(filling, (struct table_column){"Cache read", true, 5, 0});
        add_column(filling, (struct table_column){"Total tokens", true, 1, 0});
    }
    if (!filling->request->no_cost)
        add_column(filling, (struct table_column){"Cost", true, 0, 0});
}

void cell_number(struct filling *filling, uint64_t number)
{
    char text[NUMBER_MAX];
    if (is_for_programs(filling))
        snprintf(text, sizeof text, "%" PRIu64, number);
    else
        number_grouped(text, number);
    table_string(&filling->table, text);
}

void cell_dollars(struct filling *filling, double dollars)
{
    char text[NUMBER_MAX];
    if (is_for_programs(filling))
        number_double(text, dollars);
    else /* a double beyond 2^53 cents is shown as that many */
        number_dollars(text, (int64_t)((dollars < 9e6 ? dollars : 9e6) * 1e12));
    table_string(&filling->table, text);
}

void cell_money(struct filling *filling, union money money)
{
    char text[NUMBER_MAX];
    if (filling->report->rules == RULES_CCUSAGE) {
        cell_dollars(filling, money.usd == 0 ? 0 : money.usd);
    } else if (is_for_programs(filling)) {
        struct text exact = TEXT_EMPTY;
        text_add_dollars(&exact, money.pusd);
        table_cell(&filling->table, exact.bytes, exact.size);
        text_free(&exact);
    } else {
        number_dollars(text, money.pusd > INT64_MAX ? INT64_MAX : (int64_t)money.pusd);
        table_string(&filling->table, text);
    }
}

void number_cells(struct filling *filling, const struct report_sums *sums)
{
    cell_number(filling, sums->tokens[TOKENS_INPUT]);
    cell_number(filling, sums->tokens[TOKENS_OUTPUT]);
    if (!filling->request->compact) {
        cell_number(filling, sums->tokens[TOKENS_CACHE_WRITE_5M] + sums->tokens[TOKENS_CACHE_WRITE_1H]);
        cell_number(filling, sums->tokens[TOKENS_CACHE_READ]);
        cell_number(filling, report_tokens(sums));
    }
    if (!filling->request->no_cost)
        cell_money(filling, sums->cost);
}

/* ---- names ----------------------------------------------------------------------------------------------
 */

static struct fact_text model_name(const struct filling *filling, uint32_t number)
{
    const struct interned_string *name = &filling->report->models.list[number];
    struct fact_text whole = {name->bytes, name->size};
    return is_for_programs(filling) ? whole : name_of_model(whole);
}

/* Whether a model is called what one of those before it is called: ids that differ in their date alone. */
static bool is_named_before(const struct filling *filling, const uint32_t *used, size_t index)
{
    struct fact_text name = model_name(filling, used[index]);
    for (size_t i = 0; i < index; i++) {
        struct fact_text other = model_name(filling, used[i]);
        if (other.size == name.size && memcmp(other.bytes, name.bytes, name.size) == 0)
            return true;
    }
    return false;
}

void cell_models(struct filling *filling, const struct report_row *row)
{
    struct text list = TEXT_EMPTY;
    for (size_t i = 0; i < row->model_count; i++) {
        if (is_named_before(filling, row->used, i))
            continue;
        struct fact_text shown = model_name(filling, row->used[i]);
        text_add_string(&list, list.size ? ", " : "");
        text_add(&list, shown.bytes, shown.size);
    }
    table_cell(&filling->table, list.bytes ? list.bytes : "", list.size);
    text_free(&list);
}

void cell_model(struct filling *filling, uint32_t name)
{
    struct fact_text shown = model_name(filling, name);
    table_cell(&filling->table, shown.bytes, shown.size);
}

/* What the person calls a project: aliases are "slug=name,slug=name". */
static struct report_text project_alias(const char *aliases, struct report_text project)
{
    for (const char *at = aliases; *at;) {
        size_t size = strcspn(at, ","), key = strcspn(at, "=");
        if (key < size && key == project.size && !memcmp(at, project.bytes, key))
            return (struct report_text){at + key + 1, size - key - 1};
        at += size + (at[size] == ',');
    }
    return project;
}

void cell_project(struct filling *filling, const struct report_row *row)
{
    struct report_text name = project_alias(filling->request->aliases, row->project);
    table_cell(&filling->table, name.bytes, name.size);
}

void cell_clock(struct filling *filling, int64_t when_us)
{
    struct text instant = TEXT_EMPTY;
    char day[16];
    int hours, minutes;
    if (is_for_programs(filling)) {
        document_add_instant(&instant, when_us);
    } else {
        zone_day_name(zone_day(when_us), day);
        zone_clock(when_us, &hours, &minutes);
        text_addf(&instant, "%s %02d:%02d", day, hours, minutes);
    }
    table_cell(&filling->table, instant.bytes, instant.size);
    text_free(&instant);
}

void total_row(struct filling *filling)
{
    table_row(&filling->table, TABLE_STRONG, true);
    for (unsigned c = 0; c < filling->before; c++)
        table_string(&filling->table, c ? "" : "Total");
    number_cells(filling, &filling->report->total);
}

/* ---- one session ----------------------------------------------------------------------------------------
 */

void fill_entries(struct filling *filling)
{
    add_column(filling, (struct table_column){"Time", false, 0, 0});
    add_column(filling, (struct table_column){"Model", false, 2, NARROWEST_LIST});
    add_number_columns(filling);
    for (size_t i = 0; i < filling->report->entry_count; i++) {
        const struct report_entry *entry = &filling->report->entries[i];
        struct report_sums sums = {.cost = entry->cost};
        struct fact_text model = {entry->model.bytes, entry->model.size};
        memcpy(sums.tokens, entry->tokens, sizeof sums.tokens);
        if (!is_for_programs(filling))
            model = name_of_model(model);
        table_row(&filling->table, TABLE_PLAIN, false);
        cell_clock(filling, entry->when_us);
        table_cell(&filling->table, model.bytes, model.size);
        number_cells(filling, &sums);
    }
    const struct report_sums *unlogged = &filling->report->unlogged;
    if (filling->request->with_unlogged && (report_tokens(unlogged) || unlogged->cost.pusd)) {
        table_row(&filling->table, TABLE_FAINT, false);
        table_string(&filling->table, "not in the logs");
        table_string(&filling->table, "");
        number_cells(filling, unlogged);
    }
    total_row(filling);
}
