/* Prices with dates: see price_book.h. */
#include "price_book.h"

#include "../base/memory.h"
#include "interned.h"
#include "price_file.h"
#include "price_name.h"

#include <stdlib.h>
#include <string.h>

struct price_book {
    struct price_file overrides;
    struct interned names;     /* of lines; a name's number is its line's */
    struct price_line **lines; /* each stays where it is, because meters hold it */
    size_t room;
    struct price **prices; /* those that periods refer to and the built-in table has not */
    size_t price_count, price_room;
};

/* What table and overrides say of a name, now that both are known. */
struct offer {
    const struct price *built_in;      /* NULL: not known */
    const struct price_entry *entries; /* overrides, by date; before the first the built-in price holds */
    size_t count;
};

struct price_book *price_book_new(void)
{
    return memory_zeroed(1, sizeof(struct price_book));
}

void price_book_free(struct price_book *book)
{
    if (!book)
        return;
    for (size_t i = 0; i < book->names.count; i++) {
        free(book->lines[i]->periods);
        free(book->lines[i]);
    }
    for (size_t i = 0; i < book->price_count; i++) {
        free((char *)book->prices[i]->name);
        free(book->prices[i]);
    }
    interned_free(&book->names);
    price_file_free(&book->overrides);
    free(book->lines);
    free(book->prices);
    free(book);
}

int price_book_read(struct price_book *book, const char *path, struct text *problems)
{
    struct price_file file = {0};
    if (price_file_read(&file, path, problems) < 0)
        return -1;
    price_file_free(&book->overrides);
    book->overrides = file;
    return 0;
}

bool price_equal(const struct price *a, const struct price *b)
{
    if (!a || !b)
        return a == b;
    return memcmp(a->base, b->base, sizeof a->base) == 0 &&
           memcmp(a->above, b->above, sizeof a->above) == 0 && a->over == b->over &&
           a->fast_tenths == b->fast_tenths && a->context_size == b->context_size;
}

/* ---- what table and overrides say --------------------------------------------------------------------- */

static struct offer offer_find(const struct price_book *book, const char *model, size_t size)
{
    const struct price_file *overrides = &book->overrides;
    struct offer offer = {.built_in = price_find(model, size)};
    struct name_search search;
    name_search_begin(&search, model, size);
    for (size_t i = 0; i < overrides->count; i += price_file_run(overrides, i))
        name_search_offer(&search, overrides->list[i].price.name, overrides->list[i].name_size,
                          &overrides->list[i]);
    if (offer.built_in)
        name_search_offer(&search, offer.built_in->name, strlen(offer.built_in->name), offer.built_in);
    const void *best = name_search_end(&search);
    if (!best || best == offer.built_in)
        return offer;
    offer.entries = best;
    offer.count = price_file_run(overrides, (size_t)(offer.entries - overrides->list));
    return offer;
}

/* The offer's price at an instant, with its source. */
static struct price_period offer_at(const struct offer *offer, int64_t when_us)
{
    struct price_period period = {when_us, offer->built_in, PRICE_BUILT_IN, true};
    for (size_t i = 0; i < offer->count && offer->entries[i].from_us <= when_us; i++) {
        period.price = &offer->entries[i].price;
        period.source = PRICE_OVERRIDE;
    }
    return period;
}

/* ---- lines -------------------------------------------------------------------------------------------- */

/* A copy that lasts as long as the book. */
static const struct price *keep_price(struct price_book *book, const struct price *price)
{
    struct price *copy = memory_take(sizeof *copy);
    *copy = *price;
    copy->name = memory_string(price->name, strlen(price->name));
    book->prices = memory_grow(book->prices, book->price_count, &book->price_room, sizeof *book->prices);
    book->prices[book->price_count++] = copy;
    return copy;
}

static struct price_line *line_take(struct price_book *book, const char *model, size_t size)
{
    size_t known = book->names.count;
    uint32_t number = interned_take(&book->names, model, size);
    if (number == known) {
        book->lines = memory_grow(book->lines, known, &book->room, sizeof *book->lines);
        book->lines[known] = memory_zeroed(1, sizeof *book->lines[known]);
        book->lines[known]->name = book->names.list[known].bytes;
        book->lines[known]->name_size = size;
    }
    return book->lines[number];
}

/* The index of the period that an instant lies in; the line has some. */
static size_t line_index(const struct price_line *line, int64_t when_us)
{
    size_t at = line->count - 1;
    while (at > 0 && line->periods[at].from_us > when_us)
        at--;
    return at;
}

/* Sets the price from an instant on until the next period; the line has the period before it, or none. */
static void line_set(struct price_book *book, struct price_line *line, struct price_period period)
{
    if (period.price && period.source != PRICE_BUILT_IN)
        period.price = keep_price(book, period.price);
    size_t at = line->count ? line_index(line, period.from_us) : 0;
    if (line->count && line->periods[at].from_us == period.from_us) {
        line->periods[at] = period;
        return;
    }
    if (line->count && line->periods[at].from_us < period.from_us)
        at++;
    line->periods = memory_grow(line->periods, line->count, &line->room, sizeof *line->periods);
    memmove(line->periods + at + 1, line->periods + at, (line->count - at) * sizeof *line->periods);
    line->periods[at] = period;
    line->count++;
}

static void line_fill(struct price_book *book, struct price_line *line)
{
    struct offer offer = offer_find(book, line->name, line->name_size);
    line_set(book, line, offer_at(&offer, PRICE_ALWAYS));
    for (size_t i = 0; i < offer.count; i++)
        line_set(book, line, offer_at(&offer, offer.entries[i].from_us));
}

const struct price_line *price_book_find(struct price_book *book, const char *model, size_t size)
{
    struct price_line *line = line_take(book, model, size);
    if (!line->count)
        line_fill(book, line);
    return line;
}

const struct price_line *price_book_line(const struct price_book *book, size_t index)
{
    return index < book->names.count ? book->lines[index] : NULL;
}

const struct price_entry *price_book_override(const struct price_book *book, size_t index)
{
    return index < book->overrides.count ? &book->overrides.list[index] : NULL;
}

/* ---- memory ------------------------------------------------------------------------------------------- */

void price_book_recall(struct price_book *book, const struct price_record *records, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct price_period period = {records[i].from_us, records[i].price, PRICE_REMEMBERED, false};
        line_set(book, line_take(book, records[i].name, records[i].name_size), period);
    }
}

static int64_t earlier(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* Sets the price from an instant on, if that is another. Returns whether it is. */
static bool line_change(struct price_book *book, struct price_line *line, struct price_period period)
{
    if (price_equal(line->periods[line_index(line, period.from_us)].price, period.price))
        return false;
    line_set(book, line, period);
    return true;
}

/* Makes the line what the offer says from `now_us` on. Returns the first instant that changed. */
static int64_t line_renew(struct price_book *book, struct price_line *line, const struct offer *offer,
                          int64_t now_us)
{
    int64_t first = INT64_MAX;
    if (line_change(book, line, offer_at(offer, now_us)))
        first = now_us;
    /* A planned period that holds no longer stays as a border, so that the ledger need not delete. */
    for (size_t i = line_index(line, now_us) + 1; i < line->count; i++)
        if (line_change(book, line, offer_at(offer, line->periods[i].from_us)))
            first = earlier(first, line->periods[i].from_us);
    for (size_t i = 0; i < offer->count; i++) {
        int64_t from = offer->entries[i].from_us;
        if (from > now_us && line_change(book, line, offer_at(offer, from)))
            first = earlier(first, from);
    }
    return first;
}

/* Where the offer still says what is remembered, it is the source. */
static void line_name_sources(struct price_line *line, const struct offer *offer)
{
    for (size_t i = 0; i < line->count; i++) {
        struct price_period now = offer_at(offer, line->periods[i].from_us);
        bool same = price_equal(now.price, line->periods[i].price);
        line->periods[i].source = same ? now.source : PRICE_REMEMBERED;
    }
}

int64_t price_book_renew(struct price_book *book, int64_t now_us)
{
    int64_t first = INT64_MAX;
    for (size_t i = 0; i < book->names.count; i++) {
        struct price_line *line = book->lines[i];
        struct offer offer = offer_find(book, line->name, line->name_size);
        first = earlier(first, line_renew(book, line, &offer, now_us));
        line_name_sources(line, &offer);
    }
    return first;
}

struct price_record *price_book_news(struct price_book *book, size_t *count)
{
    struct price_record *records = NULL;
    size_t room = 0;
    *count = 0;
    for (size_t i = 0; i < book->names.count; i++) {
        struct price_line *line = book->lines[i];
        for (size_t k = 0; k < line->count; k++) {
            struct price_period *period = &line->periods[k];
            if (!period->is_news)
                continue;
            period->is_news = false;
            records = memory_grow(records, *count, &room, sizeof *records);
            records[(*count)++] =
                (struct price_record){line->name, line->name_size, period->from_us, period->price};
        }
    }
    return records;
}

void price_book_tell_again(struct price_book *book)
{
    for (size_t i = 0; i < book->names.count; i++)
        for (size_t k = 0; k < book->lines[i]->count; k++)
            book->lines[i]->periods[k].is_news = true;
}

void price_book_forget(struct price_book *book)
{
    for (size_t i = 0; i < book->names.count; i++) {
        book->lines[i]->count = 0;
        line_fill(book, book->lines[i]);
    }
}
