/*
 * Adding sums up, and taking them back: exact, so a contribution that is subtracted leaves no trace.
 */
#ifndef TACHO_SUMS_H
#define TACHO_SUMS_H

#include "meter.h"

void sums_add(struct sums *sums, const struct sums *more);
void sums_subtract(struct sums *sums, const struct sums *less);

/* What one entry comes to, at a cost; `weight`: of its model's tokens (weights.h). */
struct sums sums_of(const uint32_t tokens[TOKEN_KINDS], unsigned weight, unsigned __int128 cost_pusd);

/* All tokens. */
uint64_t sums_tokens(const struct sums *sums);

#endif
