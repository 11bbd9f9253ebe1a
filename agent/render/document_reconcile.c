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

/* How many digits after the point an amount of money needs, from 2 on. */
static unsigned places_of(__int128 pusd)
{
    unsigned __int128 size = size_of(pusd);
    unsigned places = 12;
    for (; places > 2 && size % 10 == 0; places--)
        size /= 10;
    return places;
}

static void add_dollars(struct text *out, unsigned __int128 pusd, unsigned places)
{
    size_t point = out->size + 1;
    text_add_char(out, '$');
    text_add_dollars(out, pusd);
    while (out->bytes[point] != '.')
        point++;
    while (out->size < point + 1 + places)
        text_add_char(out, '0');
}

static void add_count(struct text *out, unsigned __int128 number)
{
    char grouped[NUMBER_MAX];
    if (number > UINT64_MAX) {
        text_add_wide(out, number);
        return;
    }
    number_grouped(grouped, (uint64_t)number);
    text_add_string(out, grouped);
}

/* ---- tables -------------------------------------------------------------------------------------------- */

struct balance_table {
    struct table table;
    unsigned places; /* digits after the point of all money in it */
    bool by_day;
};

static void see_places(struct balance_table *balances, __int128 pusd)
{
    unsigned places = places_of(pusd);
    balances->places = places > balances->places ? places : balances->places;
}

/* Starts a table of `count` balances. */
static void start_table(struct balance_table *balances, bool by_day, const struct reconcile_balance *list,
                        size_t count)
{
    static const struct table_column columns[] = {
        {"Day", false, 0, 0},        {"", false, 0, 0},          {"Cases", true, 4, 0},
        {"Messages", true, 1, 0},    {"Input", true, 2, 0},      {"Output", true, 2, 0},
        {"Cache write", true, 3, 0}, {"Cache read", true, 3, 0}, {"Cost (USD)", true, 0, 0},
    };
    *balances = (struct balance_table){.by_day = by_day};
    for (size_t i = !by_day; i < sizeof columns / sizeof *columns; i++)
        balances->table.columns[balances->table.column_count++] = columns[i];
    for (size_t i = 0; i < count; i++) {
        see_places(balances, list[i].ours.cost_pusd);
        see_places(balances, list[i].theirs.cost_pusd);
        for (int reason = 0; reason < REASONS; reason++)
            see_places(balances, list[i].reasons[reason].cost_pusd);
    }
}

/* A cell with an amount; as a difference with its sign, and nothing for none. Without places it is a count.
 */
static void amount_cell(struct table *table, __int128 number, bool is_difference, unsigned places)
{
    struct text cell = TEXT_EMPTY;
    if (is_difference && number)
        text_add_char(&cell, number < 0 ? '-' : '+');
    if ((!is_difference || number) && places)
        add_dollars(&cell, size_of(number), places);
    else if (!is_difference || number)
        add_count(&cell, size_of(number));
    table_cell(table, cell.bytes ? cell.bytes : "", cell.size);
    text_free(&cell);
}

/* A row; `day` is "" where it is that of the row above. */
static void add_row(struct balance_table *balances, const char *day, const char *what, uint64_t cases,
                    const struct reconcile_amounts *amounts, enum table_style style)
{
    struct table *table = &balances->table;
    const bool is_difference = style == TABLE_PLAIN;
    table_row(table, style, *day && table->row_count > 0);
    if (balances->by_day)
        table_string(table, day);
    table_string(table, what);
    if (cases)
        amount_cell(table, cases, false, 0);
    else
        table_string(table, "");
    amount_cell(table, amounts->messages, is_difference, 0);
    for (int kind = 0; kind < BOTH_KINDS; kind++)
        amount_cell(table, amounts->tokens[kind], is_difference, 0);
    amount_cell(table, amounts->cost_pusd, is_difference, balances->places);
}

static void add_balance(struct balance_table *balances, const char *day, const char *name,
                        const struct reconcile_balance *balance)
{
    add_row(balances, day, "Tacho", 0, &balance->ours, TABLE_STRONG);
    for (int reason = 0; reason < REASONS; reason++)
        if (balance->cases[reason])
            add_row(balances, "", reconcile_reason_name((enum reconcile_reason)reason),
                    balance->cases[reason], &balance->reasons[reason], TABLE_PLAIN);
    if (!reconcile_is_nothing(&balance->rest))
        add_row(balances, "", "not explained", 0, &balance->rest, TABLE_PLAIN);
    add_row(balances, "", name, 0, &balance->theirs, TABLE_STRONG);
}

/* Draws it, and frees it. */
static void end_table(struct balance_table *balances, const struct document_request *request,
                      struct text *out)
{
    unsigned left_out = 0;
    if (balances->table.row_count)
        left_out = table_draw(&balances->table, request->columns, request->colour, out);
    if (left_out)
        text_addf(out, "%u column%s left out: widen the terminal, or ask for --json\n", left_out,
                  left_out > 1 ? "s are" : " is");
    table_free(&balances->table);
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
    struct balance_table balances;
    size_t same = 0;
    start_table(&balances, true, report->days, report->day_count);
    for (size_t i = 0; i < report->day_count; i++) {
        char day[16];
        zone_day_name(report->days[i].day, day);
        if (has_differences(&report->days[i]))
            add_balance(&balances, day, name, &report->days[i]);
        else
            same++;
    }
    text_add_char(out, '\n');
    end_table(&balances, request, out);
    if (same)
        text_addf(out, "%zu %s without a difference.\n", same, same == 1 ? "day" : "days");
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
    struct balance_table balances;
    struct text name = TEXT_EMPTY;
    text_addf(&name, "ccusage %s", kind_name(request->kind));
    start_table(&balances, false, &report->total, 1);
    add_balance(&balances, "", name.bytes, &report->total);
    end_table(&balances, request, out);
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
