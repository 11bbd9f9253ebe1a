/*
 * Adding sums up, and taking them back: exact, so a contribution that is subtracted leaves no trace.
 */
#ifndef TACHO_SUMS_H
#define TACHO_SUMS_H

#include "meter.h"

void sums_add(struct sums *sums, const struct sums *more);
void sums_subtract(struct sums *sums, const struct sums *less);

/* What one entry comes to, at a cost. */
struct sums sums_of(const uint32_t tokens[TOKEN_KINDS], bool is_opus, unsigned __int128 cost_pusd);
struct sums sums_weighted(const uint32_t tokens[TOKEN_KINDS], unsigned weight, unsigned __int128 cost_pusd);

/* Whether a model's tokens weigh five times: "opus" is in its name, in whatever case. */
bool is_opus(const char *model, size_t size);

/* All tokens. */
uint64_t sums_tokens(const struct sums *sums);

#endif
