/* `tacho prices diff` and `import`: what a file of prices would change, and taking it over. */
#include "file.h"
#include "prices.h"

#include "../base/clock.h"
#include "../base/memory.h"
#include "../base/say.h"
#include "../meter/personal.h"
#include "../meter/price_file.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* An entry of the file that charges something else than what is in effect. */
struct change {
    const struct price_entry *entry;
    const struct price *before; /* NULL: not known; lasts as long as the book */
};

struct import {
    const struct prices_wish *wish;
    struct price_book *book; /* what is in effect */
    struct price_file file;  /* what is to be taken over */
    struct change *changes;
    size_t change_count, change_room;
};

/* ---- reading ------------------------------------------------------------------------------------------ */

static int read_input(struct price_file *file, const char *path, struct text *problems)
{
    if (strcmp(path, "-") != 0) {
        if (access(path, F_OK) == 0)
            return price_file_read(file, path, problems);
        text_add_string(problems, "there is no such file\n");
        return -1;
    }
    struct text content = TEXT_EMPTY;
    char buffer[16 * 1024];
    size_t size;
    while ((size = fread(buffer, 1, sizeof buffer, stdin)) > 0)
        text_add(&content, buffer, size);
    int result = price_file_parse(file, content.bytes ? content.bytes : "", content.size, problems);
    text_free(&content);
    return result;
}

/*
 * What a model is charged when the entry would hold: an entry without a date that is the model's only one is
 * meant for now.
 */
static const struct price *price_before(struct price_book *book, const struct price_entry *entry,
                                        bool is_only)
{
    const struct price_line *line = price_book_find(book, entry->price.name, entry->name_size);
    bool is_now = is_only && entry->from_us == PRICE_ALWAYS;
    return price_line_at(line, is_now ? clock_now_us() : entry->from_us);
}

static void find_changes(struct import *import)
{
    const struct price_file *file = &import->file;
    for (size_t i = 0, run; i < file->count; i += run) {
        run = price_file_run(file, i);
        for (size_t k = i; k < i + run; k++) {
            struct change change = {&file->list[k], price_before(import->book, &file->list[k], run == 1)};
            if (price_equal(&change.entry->price, change.before))
                continue;
            import->changes = memory_grow(import->changes, import->change_count, &import->change_room,
                                          sizeof *import->changes);
            import->changes[import->change_count++] = change;
        }
    }
}

/* Reads the file and compares. Returns 0, or -1 after saying why not. */
static int import_open(struct import *import, const struct prices_wish *wish, const char *path)
{
    struct text problems = TEXT_EMPTY;
    const char *name = strcmp(path, "-") == 0 ? "standard input" : path;
    *import = (struct import){.wish = wish, .book = prices_open()};
    int result = import->book ? read_input(&import->file, path, &problems) : -1;
    personal_complain(name, &problems);
    if (result == 0 && problems.size && !import->file.count)
        result = say_failed("prices: %s: has no price that can be used", name);
    if (result == 0)
        find_changes(import);
    text_free(&problems);
    return result;
}

static void import_close(struct import *import)
{
    price_book_free(import->book);
    price_file_free(&import->file);
    free(import->changes);
}

/* ---- showing ------------------------------------------------------------------------------------------ */

/* Adds "input 3.0 -> 2.5" if the two differ, or "input 2.5" if there was none. */
static void add_price(struct text *out, const char *name, const uint64_t *before, uint64_t after)
{
    if (before && *before == after)
        return;
    text_addf(out, ", %s ", name);
    if (before) {
        prices_add_price(out, *before);
        text_add_string(out, " -> ");
    }
    prices_add_price(out, after);
}

static void add_prices(struct text *out, const char *suffix, const uint64_t *before, const uint64_t *after)
{
    static const char *const names[TOKEN_KINDS] = {"input", "output", "cache write 5m", "cache write 1h",
                                                   "cache read"};
    for (int kind = 0; kind < TOKEN_KINDS; kind++) {
        char name[64];
        snprintf(name, sizeof name, "%s%s", names[kind], suffix);
        add_price(out, name, before ? &before[kind] : NULL, after[kind]);
    }
}

/* Adds what is no price, where it differs. */
static void add_rest(struct text *out, const struct price *before, const struct price *after)
{
    if (before && before->over && before->over != after->over)
        text_addf(out, ", no other price above %llu tokens", (unsigned long long)before->over);
    if (before ? before->fast_tenths != after->fast_tenths : after->fast_tenths != 10)
        text_addf(out, ", fast x %u.%u", after->fast_tenths / 10, after->fast_tenths % 10);
    if (before ? before->context_size != after->context_size : after->context_size > 0)
        text_addf(out, ", window %u", after->context_size);
}

static void print_change(const struct change *change)
{
    const struct price *before = change->before, *after = &change->entry->price;
    struct text out = TEXT_EMPTY, date = TEXT_EMPTY;
    char suffix[48];
    prices_add_name(&out, after->name, change->entry->name_size, 0);
    if (price_entry_date(change->entry, &date))
        text_addf(&out, " from %s", date.bytes);
    text_add_string(&out, before ? ": " : ": new: ");
    size_t begin = out.size;
    add_prices(&out, "", before ? before->base : NULL, after->base);
    snprintf(suffix, sizeof suffix, " above %llu tokens", (unsigned long long)after->over);
    if (after->over)
        add_prices(&out, suffix, before && before->over == after->over ? before->above : NULL, after->above);
    add_rest(&out, before, after);
    /* Each addition begins with ", ": the first needs none. */
    fwrite(out.bytes, 1, begin, stdout);
    fwrite(out.bytes + begin + 2, 1, out.size - begin - 2, stdout);
    putchar('\n');
    text_free(&date);
    text_free(&out);
}

static void print_changes(const struct import *import)
{
    size_t same = import->file.count - import->change_count;
    if (import->change_count)
        puts("USD for a million tokens:");
    for (size_t i = 0; i < import->change_count; i++)
        print_change(&import->changes[i]);
    printf("%zu to change, %zu as they are", import->change_count, same);
    if (import->file.left_out)
        printf("; left out %zu without prices for tokens", import->file.left_out);
    putchar('\n');
}

static void print_json(const struct import *import)
{
    struct text out = TEXT_EMPTY;
    text_add_string(&out, "{\"changes\": [");
    for (size_t i = 0; i < import->change_count; i++) {
        const struct change *change = &import->changes[i];
        text_add_string(&out, i ? ",\n  {\"model\": " : "\n  {\"model\": ");
        text_add_json(&out, change->entry->price.name, change->entry->name_size);
        text_add_string(&out, ", \"before\": ");
        if (change->before) {
            struct price_entry before = {*change->before, change->entry->name_size, PRICE_ALWAYS};
            price_entry_write(&before, NULL, &out);
        } else {
            text_add_string(&out, "null");
        }
        text_add_string(&out, ", \"after\": ");
        price_entry_write(change->entry, NULL, &out);
        text_add_char(&out, '}');
    }
    text_addf(&out, "%s], \"unchanged\": %zu, \"left_out\": %zu}\n", import->change_count ? "\n" : "",
              import->file.count - import->change_count, import->file.left_out);
    fwrite(out.bytes, 1, out.size, stdout);
    text_free(&out);
}

static void show(const struct import *import)
{
    if (import->wish->json)
        print_json(import);
    else
        print_changes(import);
}

int prices_diff(const struct prices_wish *wish, const char *path)
{
    struct import import;
    int result = import_open(&import, wish, path);
    if (result == 0)
        show(&import);
    import_close(&import);
    return result == 0 ? STATUS_DONE : STATUS_FAILED;
}

/* ---- taking over -------------------------------------------------------------------------------------- */

/*
 * The overrides with the changes in them. A model's only entry without a date, or a whole line of dates,
 * takes the place of all that is there; one with a date joins them.
 */
static void merge(const struct import *import, struct price_file *overrides)
{
    const struct price_file *file = &import->file;
    for (size_t i = 0, run, at = 0; i < file->count; i += run) {
        const struct price_entry *first = &file->list[i];
        run = price_file_run(file, i);
        bool changes = at < import->change_count && import->changes[at].entry < first + run;
        while (at < import->change_count && import->changes[at].entry < first + run)
            at++;
        if (!changes)
            continue;
        if (run > 1 || first->from_us == PRICE_ALWAYS)
            price_file_remove(overrides, first->price.name, first->name_size);
        for (size_t k = 0; k < run; k++)
            price_file_add(overrides, &first[k]);
    }
}

static bool is_agreed(const struct prices_wish *wish)
{
    if (wish->yes)
        return true;
    if (!isatty(STDIN_FILENO)) {
        fflush(stdout);
        say("prices: nothing was written: there is no terminal to ask on; run it with --yes");
        return false;
    }
    if (terminal_agrees("Take these prices over? [y/N] "))
        return true;
    puts("Nothing was written.");
    return false;
}

/* Writes the overrides anew and keeps them as they were. Returns 0, or -1 after saying why not. */
static int write_overrides(const struct import *import, const char *path, char **backup)
{
    struct file place = {0};
    struct price_file overrides = {0};
    struct text content = TEXT_EMPTY, why = TEXT_EMPTY;
    int result = file_load(&place, path, &why);
    if (result == 0 && place.exists)
        result = price_file_parse(&overrides, place.content.bytes ? place.content.bytes : "",
                                  place.content.size, &why);
    if (result < 0)
        goto out;
    text_clear(&why); /* what is wrong with single entries was said when the book was read */
    merge(import, &overrides);
    price_file_write(&overrides, &content);
    result = -1;
    if (!file_is_writable(&place, &why) || (place.exists && !(*backup = file_backup(&place, &why))))
        goto out;
    result = file_replace(&place, &content, &why);
out:
    if (result < 0)
        personal_complain(path, &why);
    file_free(&place);
    price_file_free(&overrides);
    text_free(&content);
    text_free(&why);
    return result;
}

/* Tells a running agent. It finds the file by itself when it starts. */
static void tell_agent(void)
{
    struct text answer = TEXT_EMPTY;
    switch (agent_ask("reload", &answer, NULL, NULL)) {
    case AGENT_REFUSED:
        say("prices: the running agent did not take them: %s: run 'tacho restart'", answer.bytes);
        break;
    case AGENT_SILENT:
        agent_say_silent("prices");
        break;
    case AGENT_OK:
    case AGENT_ABSENT:
        break;
    }
    text_free(&answer);
}

static int take_over(const struct import *import)
{
    char *path = prices_path(), *backup = NULL;
    int status = STATUS_FAILED;
    if (path && write_overrides(import, path, &backup) == 0) {
        tell_agent();
        status = STATUS_DONE;
    }
    if (status == STATUS_DONE && !import->wish->json) {
        printf("Written to %s%s%s\n", path, backup ? "; as it was: " : "", backup ? backup : "");
        puts("What was counted before keeps its price; 'tacho prices recalculate' prices it anew.");
    }
    free(backup);
    free(path);
    return status;
}

int prices_import(const struct prices_wish *wish, const char *path)
{
    struct import import;
    int status = STATUS_FAILED;
    if (import_open(&import, wish, path) == 0) {
        show(&import);
        if (!import.change_count || wish->print)
            status = STATUS_DONE;
        else if (is_agreed(wish))
            status = take_over(&import);
    }
    import_close(&import);
    return status;
}
