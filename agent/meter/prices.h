/*
 * What a token costs. The table is prices.def, facts measured from ccusage 20.0.24's offline table, in
 * whole picodollars a token, so that every sum is exact in any order.
 */
#ifndef TACHO_PRICES_H
#define TACHO_PRICES_H

#include "../ingest/batch.h"

struct price {
    const char *name;
    uint64_t base[TOKEN_KINDS]; /* pusd a token; the 1 h cache write is twice the input price */
    uint64_t over; /* tokens of context above which `above` holds for the whole request; 0: never */
    uint64_t above[TOKEN_KINDS];
    uint32_t fast_tenths;  /* fast mode multiplies by this / 10 */
    uint32_t context_size; /* tokens; 0: unknown */
};

/*
 * The price of a model: its own key; else the longest key in its name that only a vendor prefix and a date,
 * version, thinking or long-context mark surround (names compared in lower case, '.' and '@' as '-').
 * NULL: not known; costs nothing and is reported.
 */
const struct price *price_find(const char *model, size_t size);

/* The cost of an entry, in pusd, half to even once. */
unsigned __int128 price_cost(const struct price *price, const uint32_t tokens[TOKEN_KINDS], bool fast);

/* For `tacho prices list`: the table's entries, by index; NULL past the end. */
const struct price *price_at(size_t index);

/* Of when the table is: "2026-11". */
const char *price_table_date(void);

#endif
