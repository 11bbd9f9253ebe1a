/* `tacho prices`: what tokens cost, and the person's own prices. Taking in a file is prices_import.c. */
#include "prices.h"

#include "../base/clock.h"
#include "../base/memory.h"
#include "../base/say.h"
#include "../meter/personal.h"
#include "../meter/price_file.h"
#include "../render/harmless.h"
#include "../store/ledger.h"

#include "../../shm/place.h"

#include <getopt.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

static const char usage[] =
    "usage: tacho prices list [NAME...] [--json]\n"
    "       tacho prices diff FILE [--json]\n"
    "       tacho prices import FILE [--yes] [--print] [--json]\n"
    "       tacho prices recalculate\n"
    "\n"
    "What a token costs, by model: the built-in table, and your own prices in prices.json beside the\n"
    "configuration, which take the table's place. Tacho never looks prices up: import is how they change.\n"
    "\n"
    "  list          the prices in effect; NAME: only models with that in their name\n"
    "  diff          what FILE would change\n"
    "  import        shows that, asks, and takes FILE's prices over; your prices of other models stay, and "
    "the\n"
    "                file as it was is kept beside it. FILE is in the shape of LiteLLM's\n"
    "                model_prices_and_context_window.json; \"-\" is standard input\n"
    "  recalculate   prices all history anew by what is in effect. Without it a change counts from the "
    "moment\n"
    "                Tacho learns of it, or from the entry's \"effective_date\" if that is later\n"
    "\n"
    "  -j, --json    for programs; what list writes, import takes\n"
    "  -y, --yes     do not ask\n"
    "  -p, --print   only show the change\n"
    "\n"
    "examples:\n"
    "  tacho prices list opus-4\n"
    "  echo '{\"my-model\": {\"input_cost_per_token\": 2e-06, \"output_cost_per_token\": 8e-06}}' |\n"
    "      tacho prices import - --yes\n"
    "  tacho prices diff model_prices_and_context_window.json\n"
    "  tacho prices recalculate\n";

/* ---- shared ------------------------------------------------------------------------------------------- */

char *prices_path(void)
{
    char path[PATH_MAX];
    int size = place_config(path, sizeof path, places_environment(), PERSONAL_PRICES);
    if (size < 0) {
        say("prices: no configuration directory: neither TACHO_CONFIG nor HOME is an absolute path: set one");
        return NULL;
    }
    return memory_string(path, (size_t)size);
}

static bool recall_price(void *book, const struct price_record *record)
{
    price_book_recall(book, record, 1);
    return true;
}

/* Takes in what was charged so far, if there is a ledger that can be read. */
static void recall_ledger(struct price_book *book)
{
    struct ledger_report report = {.outcome = LEDGER_OPENED};
    struct text why = TEXT_EMPTY;
    char *path = places_ledger();
    struct ledger *ledger = path ? ledger_open(path, LEDGER_READ, &report) : NULL;
    const struct ledger_sink sink = {.price = recall_price, .data = book};
    if (ledger && ledger_load(ledger, &sink, &why) != LEDGER_OK)
        say("prices: what was charged before is not shown: %s", why.bytes);
    else if (!ledger && path && !report.is_missing && report.why.size)
        say("prices: what was charged before is not shown: %s", report.why.bytes);
    ledger_close(ledger);
    text_free(&report.why);
    text_free(&why);
    free(path);
}

struct price_book *prices_open(void)
{
    char *path = prices_path();
    if (!path)
        return NULL;
    struct price_book *book = price_book_new();
    struct text problems = TEXT_EMPTY;
    int result = price_book_read(book, path, &problems);
    personal_complain(path, &problems);
    if (result < 0) {
        say("prices: %s: mend it, or move it away", path);
        price_book_free(book);
        book = NULL;
    } else {
        recall_ledger(book);
        price_book_renew(book, clock_now_us());
    }
    text_free(&problems);
    free(path);
    return book;
}

void prices_add_name(struct text *out, const char *name, size_t size, size_t columns)
{
    struct grapheme grapheme;
    size_t used = 0;
    for (size_t at = 0; harmless_next(&grapheme, name + at, size - at, false); at += grapheme.taken) {
        text_add(out, grapheme.bytes, grapheme.size);
        used += grapheme.columns;
    }
    for (; used < columns; used++)
        text_add_char(out, ' ');
}

void prices_add_price(struct text *out, uint64_t pusd)
{
    text_add_dollars(out, (unsigned __int128)pusd * 1000000);
}

/* ---- list --------------------------------------------------------------------------------------------- */

enum { NAME_COLUMNS = 48 };

static const char *source_name(enum price_source source)
{
    static const char *const names[] = {
        [PRICE_BUILT_IN] = "built-in", [PRICE_OVERRIDE] = "override", [PRICE_REMEMBERED] = "remembered"};
    return names[source];
}

static int compare_lines(const void *a, const void *b)
{
    return strcmp((*(const struct price_line *const *)a)->name, (*(const struct price_line *const *)b)->name);
}

/* Whether a line is asked for: by a part of its name, or by a name that only leads to a price. */
static bool is_wanted(const struct price_line *line, char *const *names, int count)
{
    for (int i = 0; i < count; i++)
        if (strcasestr(line->name, names[i]))
            return true;
    return count == 0;
}

/* Has the book make a line of everything that has a price. */
static void fill_book(struct price_book *book, char *const *names, int count)
{
    const struct price *price;
    const struct price_entry *entry;
    for (size_t i = 0; (price = price_at(i)); i++)
        price_book_find(book, price->name, strlen(price->name));
    for (size_t i = 0; (entry = price_book_override(book, i)); i++)
        price_book_find(book, entry->price.name, entry->name_size);
    for (int i = 0; i < count; i++)
        price_book_find(book, names[i], strlen(names[i]));
}

static void print_line_json(const struct price_line *line, bool is_first)
{
    struct text out = TEXT_EMPTY;
    size_t written = 0, known = 0;
    for (size_t i = 0; i < line->count; i++)
        known += line->periods[i].price != NULL;
    text_add_string(&out, is_first ? "\n  " : ",\n  ");
    text_add_json(&out, line->name, line->name_size);
    text_add_string(&out, known > 1 ? ": [" : ": ");
    for (size_t i = 0; i < line->count; i++) {
        const struct price_period *period = &line->periods[i];
        if (!period->price)
            continue;
        struct price_entry entry = {*period->price, strlen(period->price->name), period->from_us};
        text_add_string(&out, written++ ? ",\n    " : "");
        price_entry_write(&entry, source_name(period->source), &out);
    }
    text_add_string(&out, known > 1 ? "]" : "");
    fwrite(out.bytes, 1, out.size, stdout);
    text_free(&out);
}

/* A row of the table for people: five prices. */
static void print_row(const char *name, size_t size, const uint64_t prices[TOKEN_KINDS], const char *rest)
{
    static const enum token_kind order[] = {TOKENS_INPUT, TOKENS_OUTPUT, TOKENS_CACHE_WRITE_5M,
                                            TOKENS_CACHE_WRITE_1H, TOKENS_CACHE_READ};
    struct text cell = TEXT_EMPTY;
    prices_add_name(&cell, name, size, NAME_COLUMNS);
    fwrite(cell.bytes, 1, cell.size, stdout);
    for (int i = 0; i < TOKEN_KINDS; i++) {
        text_clear(&cell);
        prices_add_price(&cell, prices[order[i]]);
        printf(" %9s", cell.bytes);
    }
    printf("%s%s\n", *rest ? "  " : "", rest);
    text_free(&cell);
}

static void print_period(const struct price_line *line, const struct price_period *period)
{
    const struct price *price = period->price;
    const struct price_entry entry = {.from_us = period->from_us};
    char label[64];
    struct text rest = TEXT_EMPTY, date = TEXT_EMPTY;
    text_add_string(&rest, source_name(period->source));
    if (price_entry_date(&entry, &date))
        text_addf(&rest, " from %s", date.bytes);
    if (price->fast_tenths != 10)
        text_addf(&rest, ", fast x %u.%u", price->fast_tenths / 10, price->fast_tenths % 10);
    print_row(line->name, line->name_size, price->base, rest.bytes);
    snprintf(label, sizeof label, "  above %llu tokens", (unsigned long long)price->over);
    if (price->over)
        print_row(label, strlen(label), price->above, "");
    text_free(&date);
    text_free(&rest);
}

static void print_line(const struct price_line *line)
{
    for (size_t i = 0; i < line->count; i++)
        if (line->periods[i].price)
            print_period(line, &line->periods[i]);
}

static bool has_price(const struct price_line *line)
{
    for (size_t i = 0; i < line->count; i++)
        if (line->periods[i].price)
            return true;
    return false;
}

/* The lines to be shown, by name. The caller frees the array. */
static const struct price_line **wanted_lines(const struct price_book *book, char *const *names, int count,
                                              size_t *found)
{
    const struct price_line **lines = NULL, *line;
    size_t room = 0;
    *found = 0;
    for (size_t i = 0; (line = price_book_line(book, i)); i++) {
        if (!has_price(line) || !is_wanted(line, names, count))
            continue;
        lines = memory_grow(lines, *found, &room, sizeof *lines);
        lines[(*found)++] = line;
    }
    if (lines)
        qsort(lines, *found, sizeof *lines, compare_lines);
    return lines;
}

static int list(const struct prices_wish *wish, char *const *names, int name_count)
{
    struct price_book *book = prices_open();
    if (!book)
        return STATUS_FAILED;
    fill_book(book, names, name_count);
    size_t count;
    const struct price_line **lines = wanted_lines(book, names, name_count, &count);
    if (wish->json) {
        putchar('{');
        for (size_t i = 0; i < count; i++)
            print_line_json(lines[i], i == 0);
        puts("\n}");
    } else if (count) {
        printf("USD for a million tokens; the built-in table is of %s\n\n", price_table_date());
        printf("%-*s %9s %9s %9s %9s %9s\n", NAME_COLUMNS, "model", "input", "output", "write 5m", "write 1h",
               "read");
        for (size_t i = 0; i < count; i++)
            print_line(lines[i]);
    } else {
        say("prices: no model of that name has a price: 'tacho prices list' shows all");
    }
    free(lines);
    price_book_free(book);
    return count || wish->json ? STATUS_DONE : STATUS_FAILED;
}

/* ------------------------------------------------------------------------------------------------------- */

static int usage_wrong(const char *what)
{
    say("prices: %s: see 'tacho prices --help'", what);
    return STATUS_USAGE;
}

int command_prices(int argc, char **argv)
{
    struct prices_wish wish = {.json = false};
    const struct option_rule rules[] = {
        {"json", 'j', OPTION_FLAG, &wish.json},
        {"yes", 'y', OPTION_FLAG, &wish.yes},
        {"print", 'p', OPTION_FLAG, &wish.print},
    };
    const struct options options = {"prices", usage, rules, sizeof rules / sizeof *rules, INT_MAX};
    int status;
    if (!options_read(argc, argv, &options, &status))
        return status;
    wish.options = &options;
    char *const *operands = argv + optind + 1;
    int count = argc - optind - 1;
    const char *verb = count >= 0 ? argv[optind] : "";
    if (strcmp(verb, "list") == 0)
        return list(&wish, operands, count);
    bool takes_file = strcmp(verb, "diff") == 0 || strcmp(verb, "import") == 0;
    if (takes_file && count != 1)
        return usage_wrong("expected one FILE, or - for standard input");
    if (takes_file)
        return *verb == 'd' ? prices_diff(&wish, operands[0]) : prices_import(&wish, operands[0]);
    if (strcmp(verb, "recalculate") == 0)
        return count ? usage_wrong("recalculate takes no names") : prices_recalculate();
    return usage_wrong("expected list, diff, import or recalculate");
}
