/*
 * New prices and weights in a meter that has counted already. Sums are whole numbers, so what a row came to
 * before is taken from each sum, and what it comes to now is added. Rows' costs come from their entries,
 * which may not be in memory; a row of which some cannot be found keeps its cost.
 */
#include "../base/memory.h"
#include "state.h"
#include "sums.h"

#include <stdlib.h>

void meter_use_prices(struct meter *meter, struct price_book *prices)
{
    if (meter->owns_prices)
        price_book_free(meter->prices);
    meter->prices = prices;
    meter->owns_prices = false;
}

struct price_book *meter_prices(const struct meter *meter)
{
    return meter->prices;
}

/* A row comes to other sums than before. */
static void change_row(struct meter *meter, const struct rollup *rollup, const struct sums *before,
                       const struct sums *after)
{
    struct sums *all[] = {&meter->total, days_take(&meter->days, rollup->day),
                          &meter->sessions.list[rollup->key.session].sums};
    for (int i = 0; i < 3; i++) {
        sums_subtract(all[i], before);
        sums_add(all[i], after);
    }
    sessions_mark(&meter->sessions, rollup->key.session);
}

/* ---- weights ------------------------------------------------------------------------------------------- */

/* Gives a model its weight; returns whether that is another than before. */
static bool weigh_model(struct meter *meter, size_t number, unsigned *before)
{
    const struct interned_string *name = &meter->model_names.list[number];
    *before = meter->models[number].weight;
    meter->models[number].weight = weights_of(&meter->weights, name->bytes, name->size);
    return *before != meter->models[number].weight;
}

void meter_set_weights(struct meter *meter, const struct weights *weights)
{
    unsigned *before = memory_zeroed(meter->model_names.count + 1, sizeof *before);
    bool is_other = false;
    meter->weights = *weights;
    for (size_t i = 0; i < meter->model_names.count; i++)
        is_other |= weigh_model(meter, i, &before[i]);
    for (uint32_t i = 0; i < meter->rollups.count && is_other; i++) {
        const struct rollup *rollup = rollups_at(&meter->rollups, i);
        struct sums is = meter_sums_of_rollup(meter, rollup), was = is;
        was.weighted = sums_tokens(&was) * before[rollup->key.model];
        if (was.weighted != is.weighted)
            change_row(meter, rollup, &was, &is);
    }
    if (is_other)
        blocks_free(&meter->blocks);
    free(before);
}

/* ---- prices -------------------------------------------------------------------------------------------- */

/* What the entries of a row come to by tokens. */
struct charge {
    unsigned __int128 calculated_pusd, rest_pusd;
    uint64_t entries;
    bool is_wanted;
};

struct charging {
    struct meter *meter;
    struct charge *charges; /* by number of the row */
};

static void charge_entry(struct charging *charging, const struct entry *entry, uint32_t number)
{
    struct charge *charge = &charging->charges[number];
    if (!charge->is_wanted)
        return;
    unsigned __int128 calculated;
    meter_contribution(charging->meter, entry, &calculated);
    charge->calculated_pusd += calculated;
    charge->rest_pusd += entry->has_usd ? 0 : calculated;
    charge->entries++;
}

static void charge_past_entry(void *data, const struct entry *entry)
{
    struct charging *charging = data;
    struct meter *meter = charging->meter;
    uint32_t known = meter->rollups.count;
    if (!meter_can_hold(meter, entry) || entries_find(&meter->entries, entry->identity) != ENTRY_NONE)
        return;
    uint32_t number = meter_rollup_of(meter, entry);
    if (number < known) /* else the ledger has an entry whose row it lost */
        charge_entry(charging, entry, number);
}

/* Whether rows are still short of entries. */
static bool is_short(const struct charging *charging, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        if (charging->charges[i].is_wanted &&
            charging->charges[i].entries != rollups_at(&charging->meter->rollups, i)->entries)
            return true;
    return false;
}

static void apply_charge(struct meter *meter, uint32_t number, const struct charge *charge)
{
    struct rollup *rollup = rollups_at(&meter->rollups, number);
    if (!charge->is_wanted || charge->entries != rollup->entries ||
        (charge->calculated_pusd == rollup->calculated_pusd && charge->rest_pusd == rollup->rest_pusd))
        return;
    struct sums before = meter_sums_of_rollup(meter, rollup);
    rollup->calculated_pusd = charge->calculated_pusd;
    rollup->rest_pusd = charge->rest_pusd;
    rollups_mark(&meter->rollups, number);
    struct sums after = meter_sums_of_rollup(meter, rollup);
    change_row(meter, rollup, &before, &after);
}

/* Works out anew what everything cost that was used at or after an instant. */
static void charge_since(struct meter *meter, int64_t from_us)
{
    uint32_t count = meter->rollups.count, wanted = 0;
    struct charging charging = {meter, memory_zeroed(count + 1, sizeof *charging.charges)};
    for (uint32_t i = 0; i < count; i++) {
        const struct rollup *rollup = rollups_at(&meter->rollups, i);
        charging.charges[i].is_wanted = rollup->entries && rollup->last_us >= from_us;
        wanted += charging.charges[i].is_wanted;
    }
    for (uint32_t i = 0; i < meter->entries.count && wanted; i++) {
        const struct entry *entry = entries_at(&meter->entries, i);
        charge_entry(&charging, entry, entry->rollup);
    }
    if (wanted && meter->past.visit && is_short(&charging, count))
        meter->past.visit(meter->past.data, charge_past_entry, &charging);
    for (uint32_t i = 0; i < count; i++)
        apply_charge(meter, i, &charging.charges[i]);
    free(charging.charges);
    blocks_free(&meter->blocks);
    meter->changes++;
}

void meter_renew_prices(struct meter *meter, int64_t now_us)
{
    int64_t first = price_book_renew(meter->prices, now_us);
    if (first != INT64_MAX)
        charge_since(meter, first);
}

void meter_recalculate(struct meter *meter)
{
    price_book_forget(meter->prices);
    charge_since(meter, INT64_MIN);
}
