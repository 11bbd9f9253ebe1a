/* Balances between Tacho's sums and ccusage's, as a table and as JSON: see reconcile_report.h. */
#include "../base/zone.h"
#include "document_parts.h"
#include "numbers.h"
#include "reconcile_report.h"
#include "table.h"

#include <string.h>

/* ---- signed numbers ------------------------------------------------------------------------------------ */

static unsigned __int128 size_of(__int128 number)
{
    return number < 0 ? -(unsigned __int128)number : (unsigned __int128)number;
}

static void add_digits(struct text *out, unsigned __int128 number, bool is_dollars)
{
    char grouped[NUMBER_MAX];
    if (is_dollars) {
        text_add_char(out, '$');
        text_add_dollars(out, number);
    } else if (number > UINT64_MAX) {
        text_add_wide(out, number);
    } else {
        number_grouped(grouped, (uint64_t)number);
        text_add_string(out, grouped);
    }
}

/* A cell with an amount; as a difference with its sign, and nothing for none. */
static void amount_cell(struct table *table, __int128 number, bool is_difference, bool is_dollars)
{
    struct text cell = TEXT_EMPTY;
    if (is_difference && number)
        text_add_char(&cell, number < 0 ? '-' : '+');
    if (!is_difference || number)
        add_digits(&cell, size_of(number), is_dollars);
    table_cell(table, cell.bytes ? cell.bytes : "", cell.size);
    text_free(&cell);
}

/* ---- tables -------------------------------------------------------------------------------------------- */

static void start_table(struct table *table, bool by_day)
{
    static const struct table_column columns[] = {
        {"Day", false, 0, 0},        {"", false, 0, 0},          {"Cases", true, 5, 0},
        {"Messages", true, 4, 0},    {"Input", true, 3, 0},      {"Output", true, 3, 0},
        {"Cache write", true, 2, 0}, {"Cache read", true, 1, 0}, {"Cost (USD)", true, 0, 0},
    };
    *table = (struct table){0};
    for (size_t i = !by_day; i < sizeof columns / sizeof *columns; i++)
        table->columns[table->column_count++] = columns[i];
}

/* A row; `day` is "" in a row that belongs to the day above, and NULL if there is no such column. */
static void add_row(struct table *table, const char *day, const char *what, const uint64_t *cases,
                    const struct reconcile_amounts *amounts, enum table_style style)
{
    const bool is_difference = style == TABLE_PLAIN;
    table_row(table, style, day && *day);
    if (day)
        table_string(table, day);
    table_string(table, what);
    if (cases && *cases)
        amount_cell(table, *cases, false, false);
    else
        table_string(table, "");
    amount_cell(table, amounts->messages, is_difference, false);
    for (int kind = 0; kind < BOTH_KINDS; kind++)
        amount_cell(table, amounts->tokens[kind], is_difference, false);
    amount_cell(table, amounts->cost_pusd, is_difference, true);
}

static void add_balance(struct table *table, const char *day, const char *name,
                        const struct reconcile_balance *balance)
{
    add_row(table, day, "Tacho", NULL, &balance->ours, TABLE_STRONG);
    day = day ? "" : NULL;
    for (int reason = 0; reason < REASONS; reason++)
        if (balance->cases[reason])
            add_row(table, day, reconcile_reason_name((enum reconcile_reason)reason), &balance->cases[reason],
                    &balance->reasons[reason], TABLE_PLAIN);
    if (!reconcile_is_nothing(&balance->rest))
        add_row(table, day, "not explained", NULL, &balance->rest, TABLE_PLAIN);
    add_row(table, day, name, NULL, &balance->theirs, TABLE_STRONG);
}

static bool has_differences(const struct reconcile_balance *balance)
{
    uint64_t cases = 0;
    for (int reason = 0; reason < REASONS; reason++)
        cases += balance->cases[reason];
    return cases || !reconcile_is_nothing(&balance->rest);
}

static void write_days(const struct reconcile_report *report, const struct document_request *request,
                       const char *name, struct text *out)
{
    struct table table;
    size_t same = 0;
    start_table(&table, true);
    for (size_t i = 0; i < report->day_count; i++) {
        char day[16];
        zone_day_name(report->days[i].day, day);
        if (has_differences(&report->days[i]))
            add_balance(&table, day, name, &report->days[i]);
        else
            same++;
    }
    text_add_char(out, '\n');
    if (table.row_count)
        table_draw(&table, request->columns, request->colour, out);
    if (same)
        text_addf(out, "%zu %s without a difference.\n", same, same == 1 ? "day" : "days");
    table_free(&table);
}

/* A paragraph, its lines broken at blanks. */
static void write_paragraph(struct text *out, const char *name, const char *words, unsigned width)
{
    const unsigned indent = 20, least = 40;
    const size_t room = (width > indent + least ? width : 100) - indent;
    text_addf(out, "%-*s", (int)indent, name);
    while (strlen(words) > room) {
        size_t at = room;
        while (at > 0 && words[at] != ' ')
            at--;
        at = at ? at : room;
        text_addf(out, "%.*s\n%*s", (int)at, words, (int)indent, "");
        words += at + (words[at] == ' ');
    }
    text_addf(out, "%s\n", words);
}

static void write_reasons(const struct reconcile_report *report, const struct document_request *request,
                          struct text *out)
{
    for (int i = 0; i < REASONS; i++) {
        const enum reconcile_reason reason = (enum reconcile_reason)i;
        if (!report->total.cases[i])
            continue;
        write_paragraph(out, reconcile_reason_name(reason), reconcile_reason_meaning(reason),
                        request->columns);
        for (size_t n = 0; n < report->example_count[i]; n++) {
            const struct reconcile_example *example = &report->examples[i][n];
            text_addf(out, "%20s", "");
            text_add_harmless(out, example->path, strlen(example->path));
            text_addf(out, ":%llu\n", (unsigned long long)example->line);
        }
    }
}

static const char *kind_name(enum document_kind kind)
{
    return kind == DOCUMENT_WEEKLY    ? "weekly"
           : kind == DOCUMENT_MONTHLY ? "monthly"
           : kind == DOCUMENT_SESSION ? "session"
                                      : "daily";
}

static void write_table(const struct reconcile_report *report, const struct document_request *request,
                        bool days, struct text *out)
{
    struct table table;
    struct text name = TEXT_EMPTY;
    text_addf(&name, "ccusage %s", kind_name(request->kind));
    start_table(&table, false);
    add_balance(&table, NULL, name.bytes, &report->total);
    table_draw(&table, request->columns, request->colour, out);
    table_free(&table);
    text_add_char(out, '\n');
    write_reasons(report, request, out);
    if (days)
        write_days(report, request, name.bytes, out);
    text_add_string(out, !reconcile_report_is_whole(report)
                             ? "\nSome of it is NOT explained: please report this.\n"
                         : has_differences(&report->total) ? "\nEvery token and picodollar is explained.\n"
                                                           : "There is no difference.\n");
    text_free(&name);
}

/* ---- JSON ---------------------------------------------------------------------------------------------- */

static void member_signed(struct json_writer *json, const char *key, __int128 number)
{
    struct text word = TEXT_EMPTY;
    text_add_string(&word, number < 0 ? "-" : "");
    text_add_wide(&word, size_of(number));
    member_word(json, key, word.bytes);
    text_free(&word);
}

static void members_amounts(struct json_writer *json, const struct reconcile_amounts *amounts)
{
    static const char *const names[BOTH_KINDS] = {"inputTokens", "outputTokens", "cacheCreationTokens",
                                                  "cacheReadTokens"};
    member_signed(json, "messages", amounts->messages);
    for (int kind = 0; kind < BOTH_KINDS; kind++)
        member_signed(json, names[kind], amounts->tokens[kind]);
    member_signed(json, "cost_pusd", amounts->cost_pusd);
}

static void write_amounts(struct json_writer *json, const char *key, const struct reconcile_amounts *amounts)
{
    json_key(json, key);
    json_open(json, '{');
    members_amounts(json, amounts);
    json_close(json, '}');
}

static void write_examples(struct json_writer *json, const struct reconcile_example *examples, size_t count)
{
    json_key(json, "examples");
    json_open(json, '[');
    for (size_t i = 0; i < count; i++) {
        json_open(json, '{');
        member_text(json, "file", examples[i].path);
        member_number(json, "line", examples[i].line);
        json_close(json, '}');
    }
    json_close(json, ']');
}

/* The members of a balance; `report` for that of all, which has examples and meanings. */
static void members_balance(struct json_writer *json, const struct reconcile_balance *balance,
                            const struct reconcile_report *report)
{
    write_amounts(json, "tacho", &balance->ours);
    json_key(json, "ccusage");
    json_open(json, '{');
    members_amounts(json, &balance->theirs);
    json_key(json, "totalCost");
    json_double(json, balance->dollars);
    json_close(json, '}');
    json_key(json, "reasons");
    json_open(json, '[');
    for (int reason = 0; reason < REASONS; reason++) {
        if (!balance->cases[reason])
            continue;
        json_open(json, '{');
        member_text(json, "reason", reconcile_reason_name((enum reconcile_reason)reason));
        if (report)
            member_text(json, "meaning", reconcile_reason_meaning((enum reconcile_reason)reason));
        member_number(json, "cases", balance->cases[reason]);
        members_amounts(json, &balance->reasons[reason]);
        if (report && report->example_count[reason])
            write_examples(json, report->examples[reason], report->example_count[reason]);
        json_close(json, '}');
    }
    json_close(json, ']');
    write_amounts(json, "remainder", &balance->rest);
}

static void write_json(const struct reconcile_report *report, const struct document_request *request,
                       bool days, struct text *out)
{
    static const char *const modes[] = {
        [COST_AUTO] = "auto", [COST_CALCULATE] = "calculate", [COST_DISPLAY] = "display"};
    struct json_writer json = {.out = out, .indent = 2};
    json_open(&json, '{');
    member_text(&json, "report", kind_name(request->kind));
    member_text(&json, "mode", modes[request->mode]);
    member_text(&json, "timezone", zone_name());
    members_balance(&json, &report->total, report);
    if (days) {
        json_key(&json, "days");
        json_open(&json, '[');
        for (size_t i = 0; i < report->day_count; i++) {
            char day[16];
            zone_day_name(report->days[i].day, day);
            json_open(&json, '{');
            member_text(&json, "date", day);
            members_balance(&json, &report->days[i], NULL);
            json_close(&json, '}');
        }
        json_close(&json, ']');
    }
    json_close(&json, '}');
    text_add_char(out, '\n');
}

void reconcile_report_write(const struct reconcile_report *report, const struct document_request *request,
                            bool days, struct text *out)
{
    if (request->format == FORMAT_JSON)
        write_json(report, request, days, out);
    else
        write_table(report, request, days, out);
}
