/*
 * A filter of identities: says "not there" for certain, or "perhaps there". A blocked Bloom filter: an
 * identity sets bits within one cache line, so a question costs one look at memory. When as many were added
 * as it was made for, a layer of twice the size is put on; 12 bits an identity and 7 looks give about 1 wrong
 * "perhaps" in 150.
 *
 * Putze, Sanders, Singler: Cache-, Hash- and Space-Efficient Bloom Filters (2007).
 */
#ifndef TACHO_FILTER_H
#define TACHO_FILTER_H

#include "../ingest/batch.h"

struct filter;

/* Made for `expected` identities at first. */
struct filter *filter_new(size_t expected);
void filter_free(struct filter *filter);

void filter_add(struct filter *filter, struct identity identity);
bool filter_has(const struct filter *filter, struct identity identity);

size_t filter_bytes(const struct filter *filter);

#endif
