/*
 * Prices from outside, in the shape of LiteLLM's model_prices_and_context_window.json: an object that has, by
 * model, an object of
 *
 *     input_cost_per_token, output_cost_per_token          US dollars; both are needed
 *     cache_creation_input_token_cost                      of 5 min; if not there, 1.25 times the input price
 *     cache_creation_input_token_cost_above_1hr            of 1 h; 2 times the input price
 *     cache_read_input_token_cost                          0.1 times the input price
 *     ..._above_200k_tokens                                any of these, for requests with more context; the
 *                                                          number of thousands is free, but one a model
 *     max_input_tokens                                     the context window
 *     fast_multiplier, or provider_specific_entry.fast     what fast mode multiplies by, to a tenth
 *     effective_date                                       ours: from when on; YYYY-MM-DD (UTC) or RFC 3339
 *
 * or, ours again, an array of such objects for several dates. Other keys are ignored; window and multiplier
 * are the built-in table's where they are not there.
 */
#ifndef TACHO_PRICE_FILE_H
#define TACHO_PRICE_FILE_H

#include "prices.h"

struct text;

struct price_entry {
    struct price price; /* .name is NUL-terminated, owned by the file */
    size_t name_size;   /* it may hold NULs */
    int64_t from_us;    /* PRICE_ALWAYS (price_book.h) if the entry has no date */
};

/* All zero: none. */
struct price_file {
    struct price_entry *list; /* by name (bytes), then date; each pair once */
    size_t count, room;
    size_t left_out; /* models with neither input nor output price: images, hours, searches */
};

/*
 * Reads a text. Returns 0, or -1 if it is no JSON object: then the file is empty. Writes mistakes to
 * `problems`, a line each, "MODEL: what is wrong"; the entry is left out and the rest applies. A price must
 * be a whole number of picodollars, so that sums are exact.
 */
int price_file_parse(struct price_file *file, const char *bytes, size_t size, struct text *problems);

/* Reads a file; if there is none, it is empty and that is no problem. Returns -1 also if it cannot be read.
 */
int price_file_read(struct price_file *file, const char *path, struct text *problems);

/* Adds an entry, copied, in its place; one of the same name and date is replaced. */
void price_file_add(struct price_file *file, const struct price_entry *entry);

/* Removes all entries of a name. */
void price_file_remove(struct price_file *file, const char *name, size_t size);

/* The number of entries that have the name of the one at `index`, which must be the name's first. */
size_t price_file_run(const struct price_file *file, size_t index);

/* Writes it as JSON, a model a line; price_file_parse() reads the same entries from it. */
void price_file_write(const struct price_file *file, struct text *out);

/* Writes one entry as a JSON object; `source`: a word for "source", or NULL. */
void price_entry_write(const struct price_entry *entry, const char *source, struct text *out);

/* Writes the entry's date, as short as it can be told; false if it has none. */
bool price_entry_date(const struct price_entry *entry, struct text *out);

void price_file_free(struct price_file *file);

#endif
