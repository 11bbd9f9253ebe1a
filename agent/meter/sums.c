/* Sums: see sums.h. */
#include "sums.h"

void sums_add(struct sums *sums, const struct sums *more)
{
    for (int kind = 0; kind < TOKEN_KINDS; kind++)
        sums->tokens[kind] += more->tokens[kind];
    sums->cost_pusd += more->cost_pusd;
    sums->weighted += more->weighted;
    sums->entries += more->entries;
}

void sums_subtract(struct sums *sums, const struct sums *less)
{
    for (int kind = 0; kind < TOKEN_KINDS; kind++)
        sums->tokens[kind] -= less->tokens[kind];
    sums->cost_pusd -= less->cost_pusd;
    sums->weighted -= less->weighted;
    sums->entries -= less->entries;
}

struct sums sums_of(const uint32_t tokens[TOKEN_KINDS], unsigned weight, unsigned __int128 cost_pusd)
{
    struct sums sums = {.cost_pusd = cost_pusd, .entries = 1};
    for (int kind = 0; kind < TOKEN_KINDS; kind++)
        sums.tokens[kind] = tokens[kind];
    sums.weighted = sums_tokens(&sums) * weight;
    return sums;
}

uint64_t sums_tokens(const struct sums *sums)
{
    uint64_t all = 0;
    for (int kind = 0; kind < TOKEN_KINDS; kind++)
        all += sums->tokens[kind];
    return all;
}
