/* The steps from Tacho's entry to ccusage's: see reconcile_pair.h. */
#include "reconcile_pair.h"

#include "ccusage_prices.h"

#include <math.h>
#include <string.h>

/* ---- amounts ------------------------------------------------------------------------------------------- */

__int128 reconcile_pusd(double dollars)
{
    if (isnan(dollars))
        return 0;
    if (fabs(dollars) > RECONCILE_DOLLARS_MOST)
        dollars = copysign(RECONCILE_DOLLARS_MOST, dollars);
    return (__int128)roundl((long double)dollars * 1e12L);
}

static void set_tokens(struct reconcile_amounts *amounts, const uint32_t tokens[TOKEN_KINDS])
{
    amounts->tokens[BOTH_INPUT] = tokens[TOKENS_INPUT];
    amounts->tokens[BOTH_OUTPUT] = tokens[TOKENS_OUTPUT];
    amounts->tokens[BOTH_CACHE_WRITE] =
        (__int128)tokens[TOKENS_CACHE_WRITE_5M] + tokens[TOKENS_CACHE_WRITE_1H];
    amounts->tokens[BOTH_CACHE_READ] = tokens[TOKENS_CACHE_READ];
}

static struct reconcile_amounts amounts_of_theirs(const struct ccusage_entry *entry)
{
    return (struct reconcile_amounts){
        .messages = 1,
        .tokens = {[BOTH_INPUT] = entry->usage.input,
                   [BOTH_OUTPUT] = entry->usage.output,
                   [BOTH_CACHE_WRITE] = ccusage_writes(&entry->usage),
                   [BOTH_CACHE_READ] = entry->usage.cache_read},
        .cost_pusd = reconcile_pusd(entry->cost),
    };
}

/* Tacho's price of some tokens, as if they were the entry's. */
static __int128 calculated(const struct reconcile_pair *pair, const uint32_t tokens[TOKEN_KINDS],
                           uint32_t model, bool fast)
{
    struct entry entry = *pair->entry;
    unsigned __int128 cost;
    memcpy(entry.tokens, tokens, sizeof entry.tokens);
    entry.model = model;
    entry.fast = fast;
    meter_contribution(pair->meter, &entry, &cost);
    return (__int128)cost;
}

/* Whether Tacho takes a unit's cost from the line itself. */
static bool is_stated(const struct reconcile_pair *pair, const struct reconcile_unit *unit)
{
    return pair->entries->mode == COST_DISPLAY || (pair->entries->mode == COST_AUTO && unit->has_usd);
}

/* What Tacho counts for a unit; but for the tokens, if they are given. */
static struct reconcile_amounts amounts_of_ours(const struct reconcile_pair *pair,
                                                const struct reconcile_unit *unit, const uint32_t *tokens)
{
    struct reconcile_amounts amounts = {.messages = 1};
    tokens = tokens ? tokens : unit->tokens;
    set_tokens(&amounts, tokens);
    amounts.cost_pusd =
        is_stated(pair, unit) ? (__int128)unit->usd_pusd : calculated(pair, tokens, unit->model, unit->fast);
    return amounts;
}

bool reconcile_unit_is_of(const struct reconcile_unit *unit, const struct entry *entry)
{
    return unit->model == entry->model && unit->has_usd == entry->has_usd && unit->fast == entry->fast &&
           unit->usd_pusd == entry->usd_pusd && !memcmp(unit->tokens, entry->tokens, sizeof unit->tokens);
}

uint64_t reconcile_unit_tokens(const struct reconcile_unit *unit)
{
    uint64_t sum = 0;
    for (int kind = 0; kind < TOKEN_KINDS; kind++)
        sum += unit->tokens[kind];
    return sum;
}

/* ---- telling ------------------------------------------------------------------------------------------- */

/* Tells that from `before` to `after` there is a step for a reason, if there is one at all. */
static void tell_step(const struct reconcile_pair *pair, enum reconcile_reason reason,
                      const struct reconcile_amounts *before, const struct reconcile_amounts *after)
{
    struct reconcile_difference difference = {
        .reason = reason,
        .amounts = *after,
        .when_us = pair->their_entry->when_ms * 1000,
        .is_theirs = true,
        .file = pair->theirs->file,
        .line = pair->theirs->line,
    };
    reconcile_subtract(&difference.amounts, before);
    if (!reconcile_is_nothing(&difference.amounts))
        pair->tell(pair->data, &difference);
}

static void tell_missing(const struct reconcile_pair *pair, const struct reconcile_amounts *amounts)
{
    const struct reconcile_unit *unit = pair->ours;
    struct reconcile_difference difference = {
        .reason = unit->record == UNIT_NONE ? unit->missing : REASON_MERGED,
        .when_us = pair->entry->when_us,
        .file = unit->file,
        .line = unit->line,
    };
    reconcile_subtract(&difference.amounts, amounts);
    pair->tell(pair->data, &difference);
}

/* The amounts as they are, counted at another instant. */
static void tell_move(const struct reconcile_pair *pair, const struct reconcile_amounts *amounts)
{
    struct reconcile_difference difference = {
        .reason = REASON_DAY,
        .amounts = *amounts,
        .when_us = pair->their_entry->when_ms * 1000,
        .from_us = pair->entry->when_us,
        .is_theirs = true,
        .file = pair->theirs->file,
        .line = pair->theirs->line,
    };
    if (difference.when_us != difference.from_us)
        pair->tell(pair->data, &difference);
}

void reconcile_explain_extra(const struct reconcile_unit *unit, const struct ccusage_entry *entry,
                             enum reconcile_reason reason,
                             void (*tell)(void *data, const struct reconcile_difference *difference),
                             void *data)
{
    const struct reconcile_difference difference = {
        .reason = reason,
        .amounts = amounts_of_theirs(entry),
        .when_us = entry->when_ms * 1000,
        .is_theirs = true,
        .file = unit->file,
        .line = unit->line,
    };
    tell(data, &difference);
}

/* ---- prices -------------------------------------------------------------------------------------------- */

/* Whether two costs of one message differ by no more than what floating arithmetic makes of it. */
static bool is_near(__int128 a, __int128 b)
{
    __int128 apart = a > b ? a - b : b - a, size = a < 0 ? -a : a;
    return apart <= 1 + size / 1000000000000;
}

/* Whether both charge the same for some tokens of the model. */
static bool agree(const struct reconcile_pair *pair, const uint32_t tokens[TOKEN_KINDS], bool fast)
{
    const struct ccusage_entry *entry = pair->their_entry;
    const struct ccusage_price *price = pair->entries->prices[entry->model];
    const struct ccusage_usage usage = {
        .input = tokens[TOKENS_INPUT],
        .output = tokens[TOKENS_OUTPUT],
        .cache_read = tokens[TOKENS_CACHE_READ],
        .has_breakdown = true,
        .write_5m = tokens[TOKENS_CACHE_WRITE_5M],
        .write_1h = tokens[TOKENS_CACHE_WRITE_1H],
        .speed = fast ? SPEED_FAST : SPEED_STANDARD,
    };
    return is_near(calculated(pair, tokens, pair->theirs->model, fast),
                   reconcile_pusd(ccusage_price_cost(price, &usage, entry->when_ms)));
}

/* Why both calculate another cost: found by pricing what is short, and what is not in fast mode. */
static enum reconcile_reason reason_of_price(const struct reconcile_pair *pair, __int128 ours,
                                             const uint32_t tokens[TOKEN_KINDS])
{
    const struct ccusage_entry *entry = pair->their_entry;
    uint32_t few[TOKEN_KINDS];
    if (is_near(ours, reconcile_pusd(entry->cost)))
        return REASON_ROUNDING;
    if (entry->model == INTERNED_NONE || !pair->entries->prices[entry->model] || !ours)
        return REASON_UNKNOWN_PRICE;
    for (int kind = 0; kind < TOKEN_KINDS; kind++)
        few[kind] = tokens[kind] < 1000 ? tokens[kind] : 1000;
    if (!agree(pair, few, false))
        return REASON_PRICE;
    return pair->theirs->fast && agree(pair, tokens, false) ? REASON_FAST : REASON_LONG_CONTEXT;
}

static enum reconcile_reason reason_of_cost(const struct reconcile_pair *pair, __int128 ours,
                                            const uint32_t tokens[TOKEN_KINDS])
{
    const struct ccusage_entry *entry = pair->their_entry;
    const struct ccusage_entries *entries = pair->entries;
    const bool is_theirs_stated =
        entries->mode == COST_DISPLAY || (entries->mode == COST_AUTO && entry->has_cost);
    if (is_theirs_stated != is_stated(pair, pair->theirs))
        return REASON_STATED_COST;
    if (is_theirs_stated)
        return is_near(ours, reconcile_pusd(entry->cost)) ? REASON_ROUNDING : REASON_STATED_COST;
    return reason_of_price(pair, ours, tokens);
}

/* ---- one line, read by both ---------------------------------------------------------------------------- */

static bool is_same_part(const struct reconcile_pair *pair)
{
    static const char unknown[] = "unknown"; /* what Tacho calls a model that is not named */
    const struct reconcile_unit *unit = pair->theirs;
    const struct ccusage_entry *entry = pair->their_entry;
    const struct interned_string *ours = &pair->meter->model_names.list[unit->model];
    const struct interned_string none = {(char *)unknown, sizeof unknown - 1};
    const struct interned_string *theirs =
        entry->model == INTERNED_NONE ? &none : &pair->entries->names.list[entry->model];
    return entry->usage.input == unit->tokens[TOKENS_INPUT] &&
           entry->usage.output == unit->tokens[TOKENS_OUTPUT] &&
           entry->usage.cache_read == unit->tokens[TOKENS_CACHE_READ] && ours->size == theirs->size &&
           memcmp(ours->bytes, theirs->bytes, ours->size) == 0;
}

/* From what Tacho reads of a line to what ccusage does. */
static void explain_line(const struct reconcile_pair *pair, const struct reconcile_amounts *ours)
{
    const struct ccusage_usage *usage = &pair->their_entry->usage;
    const struct reconcile_amounts theirs = amounts_of_theirs(pair->their_entry);
    const uint64_t write_5m = usage->has_breakdown ? usage->write_5m : usage->cache_write;
    const uint64_t write_1h = usage->has_breakdown ? usage->write_1h : 0;
    if (!is_same_part(pair) || write_5m > UINT32_MAX || write_1h > UINT32_MAX) {
        tell_step(pair, REASON_PART, ours, &theirs);
        return;
    }
    uint32_t tokens[TOKEN_KINDS];
    memcpy(tokens, pair->theirs->tokens, sizeof tokens);
    tokens[TOKENS_CACHE_WRITE_5M] = (uint32_t)write_5m;
    tokens[TOKENS_CACHE_WRITE_1H] = (uint32_t)write_1h;
    const struct reconcile_amounts broken_down = amounts_of_ours(pair, pair->theirs, tokens);
    tell_step(pair, REASON_BREAKDOWN, ours, &broken_down);
    tell_step(pair, reason_of_cost(pair, broken_down.cost_pusd, tokens), &broken_down, &theirs);
}

/* Why another copy's tokens count for ccusage. */
static enum reconcile_reason reason_of_copy(const struct reconcile_pair *pair)
{
    if (pair->ours->record == UNIT_NONE)
        return pair->ours->missing;
    return pair->ours->is_sidechain && !pair->theirs->is_sidechain ? REASON_SIDECHAIN : REASON_COPY;
}

void reconcile_pair_explain(const struct reconcile_pair *pair)
{
    const struct reconcile_amounts ours = amounts_of_ours(pair, pair->ours, NULL);
    if (!pair->their_entry) {
        tell_missing(pair, &ours);
        return;
    }
    tell_move(pair, &ours);
    if (pair->theirs->entry == UNIT_NONE) { /* nothing that Tacho reads */
        const struct reconcile_amounts theirs = amounts_of_theirs(pair->their_entry);
        tell_step(pair, pair->theirs->missing, &ours, &theirs);
        return;
    }
    const struct reconcile_amounts copy = amounts_of_ours(pair, pair->theirs, NULL);
    tell_step(pair, reason_of_copy(pair), &ours, &copy);
    explain_line(pair, &copy);
}
