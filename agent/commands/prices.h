/*
 * `tacho prices`: what its parts share.
 */
#ifndef TACHO_COMMAND_PRICES_H
#define TACHO_COMMAND_PRICES_H

#include "../meter/price_book.h"
#include "command.h"

/* What the command line said. */
struct prices_wish {
    const struct options *options;
    bool json, yes, print;
};

/* The path of the overrides, to be freed; NULL after saying why not. */
char *prices_path(void);

/* The prices in effect: overrides, and what the ledger remembers; NULL after saying what is wrong with the
 * overrides. */
struct price_book *prices_open(void);

/* Writes a model's name, made harmless, and blanks up to `columns`: it may come from a log. */
void prices_add_name(struct text *out, const char *name, size_t size, size_t columns);

/* Writes a price for people: dollars for a million tokens. */
void prices_add_price(struct text *out, uint64_t pusd);

/* `tacho prices diff FILE` and `import FILE` (prices_import.c). Both return the exit status. */
int prices_diff(const struct prices_wish *wish, const char *path);
int prices_import(const struct prices_wish *wish, const char *path);

/* `tacho prices recalculate` (prices_recalculate.c). Returns the exit status. */
int prices_recalculate(void);

#endif
