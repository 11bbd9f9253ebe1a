/*
 * What ccusage 20.0.24 charges, offline: its table (ccusage_prices.def), its way of finding a name in it, and
 * its floating sums, term by term. Tacho's own prices are in prices.h; nothing is shared with them.
 */
#ifndef TACHO_CCUSAGE_PRICES_H
#define TACHO_CCUSAGE_PRICES_H

#include "../ingest/ccusage_line.h"

struct ccusage_price;

/* A model's price; NULL: ccusage has none. A search through the table: keep what was found. */
const struct ccusage_price *ccusage_price_find(const char *model, size_t size);

/* What a message costs in dollars. */
double ccusage_price_cost(const struct ccusage_price *price, const struct ccusage_usage *usage,
                          int64_t when_ms);

#endif
