/*
 * What a token costs when: the built-in table (prices.h), the person's overrides (price_file.h), and what
 * was charged before.
 *
 * Every model's name that was ever asked for has a line of prices, each from an instant on. The first time,
 * the line is what table and overrides say, by their dates. From then on the past is fixed: what the book
 * has said of an instant stays, whatever a newer table or another file says, so that sums which hold it can
 * be taken back exactly, and history is not re-priced. Where table or overrides have come to say something
 * else, price_book_renew() adds it from the present on. price_book_forget() is the explicit way out, for
 * `tacho prices recalculate`: all sums of cost must then be made anew.
 *
 * Not knowing a price is remembered like a price. The ledger keeps records (price_book_news()), whose key is
 * the name and the instant; a record with a known key replaces what was there.
 */
#ifndef TACHO_PRICE_BOOK_H
#define TACHO_PRICE_BOOK_H

#include "prices.h"

#define PRICE_ALWAYS INT64_MIN

struct price_book;
struct price_entry;
struct text;

enum price_source {
    PRICE_BUILT_IN,
    PRICE_OVERRIDE,
    PRICE_REMEMBERED, /* neither says so any more */
};

struct price_period {
    int64_t from_us;           /* until the next period begins */
    const struct price *price; /* NULL: not known; costs nothing and is reported. Lasts as long as the book */
    enum price_source source;
    bool is_news; /* the ledger has not got it yet */
};

/* A model's prices, in order of time; the first holds also before its time. */
struct price_line {
    const char *name; /* NUL-terminated; may hold NULs */
    size_t name_size;
    struct price_period *periods;
    size_t count, room;
};

/* One period as the ledger keeps it. Texts and prices last as long as the book. */
struct price_record {
    const char *name;
    size_t name_size;
    int64_t from_us;
    const struct price *price; /* NULL: not known. Its name is that of the key that priced it */
};

struct price_book *price_book_new(void);
void price_book_free(struct price_book *book);

/*
 * Reads the overrides, in place of those read before; lines that were asked for stay as they are until
 * price_book_renew(). No file is no overrides. Returns 0; or -1 if the file cannot be used: then those read
 * before stay. Writes what is wrong, a line each, to `problems`; what is right applies all the same.
 */
int price_book_read(struct price_book *book, const char *path, struct text *problems);

/* Takes in what was charged before, in any order; it is copied. Before the first price_book_find(); to be
 * followed by price_book_renew(). */
void price_book_recall(struct price_book *book, const struct price_record *records, size_t count);

/* A model's line: never NULL, and it stays where it is as long as the book; see price_line_at(). */
const struct price_line *price_book_find(struct price_book *book, const char *model, size_t size);

/* The price at an instant; NULL: not known then. */
static inline const struct price *price_line_at(const struct price_line *line, int64_t when_us)
{
    size_t at = line->count - 1;
    while (at > 0 && line->periods[at].from_us > when_us)
        at--;
    return line->periods[at].price;
}

/*
 * Brings every line up to date: from `now_us` on it is what table and overrides say. To be called when a
 * ledger was recalled and when overrides were read. Returns the earliest instant from which a price is
 * another than before (now_us or later), or INT64_MAX: what was counted at or after it must be counted anew.
 */
int64_t price_book_renew(struct price_book *book, int64_t now_us);

/* What the ledger has not got yet. Returns an array to be freed, and marks it as taken; NULL and 0: nothing.
 */
struct price_record *price_book_news(struct price_book *book, size_t *count);

/* Makes everything news: the ledger that had it is another one now. Its records are to be deleted. */
void price_book_tell_again(struct price_book *book);

/* Forgets what was charged: every line becomes what table and overrides say, by their dates, and is news. The
 * ledger's records are to be deleted. */
void price_book_forget(struct price_book *book);

/* The lines asked for or recalled, in no particular order; NULL past the end. */
const struct price_line *price_book_line(const struct price_book *book, size_t index);

/* The overrides, by name and date (price_file.h), as long as none are read; NULL past the end. */
const struct price_entry *price_book_override(const struct price_book *book, size_t index);

/* Whether two prices charge the same (their names do not matter). Either may be NULL. */
bool price_equal(const struct price *a, const struct price *b);

#endif
