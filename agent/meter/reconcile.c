/*
 * Pairing Tacho's entries with ccusage's: see reconcile.h. How the two of a pair differ is reconcile_pair.c.
 *
 * A unit is what one line states of one message: as Tacho's copy, as ccusage's record, or both. Units of one
 * Tacho entry are chained. An entry of ccusage's is where its record's unit is.
 */
#include "reconcile.h"

#include "../base/memory.h"
#include "reconcile_pair.h"
#include "state.h"

#include <stdlib.h>
#include <string.h>

struct reconcile {
    struct meter *meter;
    struct ccusage_entries *theirs;
    struct reconcile_unit *units;
    size_t count, room;
    uint32_t *unit_of_record;
    size_t record_room;
    uint32_t *first_unit; /* by entry of Tacho's */
    uint32_t *pair_of;    /* likewise: the entry of ccusage's, if there is one */
    bool *is_paired;      /* by entry of ccusage's */
    void (*each)(void *data, const struct reconcile_difference *difference);
    void *data;
};

struct reconcile *reconcile_new(struct meter *meter, struct ccusage_entries *theirs)
{
    struct reconcile *reconcile = memory_zeroed(1, sizeof *reconcile);
    reconcile->meter = meter;
    reconcile->theirs = theirs;
    theirs->keeps_merges = true;
    return reconcile;
}

void reconcile_free(struct reconcile *reconcile)
{
    free(reconcile->units);
    free(reconcile->unit_of_record);
    free(reconcile->first_unit);
    free(reconcile->pair_of);
    free(reconcile->is_paired);
    free(reconcile);
}

/* ---- taking lines -------------------------------------------------------------------------------------- */

static enum reconcile_reason reason_of_refusal(enum ccusage_refusal refusal)
{
    static const enum reconcile_reason reasons[] = {
        [CCUSAGE_ACCEPTED] = REASON_ADVISOR, /* the line is, so it must be an advisor in it */
        [CCUSAGE_NO_MARKER] = REASON_MARKER,    [CCUSAGE_NULL] = REASON_NULL,
        [CCUSAGE_BAD_JSON] = REASON_JSON,       [CCUSAGE_NO_MESSAGE] = REASON_PROGRESS,
        [CCUSAGE_BAD_MEMBER] = REASON_MEMBER,   [CCUSAGE_BAD_TIMESTAMP] = REASON_TIMESTAMP,
        [CCUSAGE_BAD_VERSION] = REASON_VERSION, [CCUSAGE_EMPTY_NAME] = REASON_EMPTY_NAME,
    };
    return reasons[refusal];
}

static uint64_t tokens_of(const struct ccusage_usage *usage)
{
    return usage->input | usage->output | ccusage_writes(usage) | usage->cache_read;
}

/* Why Tacho does not count what ccusage has a record of. */
static enum reconcile_reason reason_of_verdict(enum our_verdict verdict, const struct ccusage_record *record)
{
    switch (verdict) {
    case OURS_UNREAD:
        return REASON_ONLY_CCUSAGE_READS;
    case OURS_OTHER:
        return REASON_OTHER_LINE;
    case OURS_MALFORMED:
        return REASON_MALFORMED;
    case OURS_COUNTED:
        break;
    }
    return record->is_advisor && tokens_of(&record->usage) ? REASON_ADVISOR : REASON_NOTHING_USED;
}

/* What is being taken. */
struct taking {
    struct reconcile *reconcile;
    const struct both_batch *batch;
    const struct both_line *line;
    uint32_t first_record; /* the batch's first among all */
};

static void set_record(struct reconcile *reconcile, uint32_t record, uint32_t unit)
{
    reconcile->unit_of_record = memory_grow(reconcile->unit_of_record, record, &reconcile->record_room,
                                            sizeof *reconcile->unit_of_record);
    reconcile->unit_of_record[record] = unit;
}

static void set_copy(const struct taking *taking, struct reconcile_unit *unit, const struct usage_copy *copy)
{
    struct meter *meter = taking->reconcile->meter;
    const struct batch *batch = &taking->batch->ours;
    const struct batch_string *name = &batch->strings[copy->model];
    unit->entry = entries_find(&meter->entries, copy->identity);
    unit->model = meter_model(meter, batch->bytes + name->offset, name->size);
    unit->usd_pusd = copy->has_usd ? copy->usd_pusd : 0;
    unit->has_usd = copy->has_usd;
    unit->fast = copy->fast;
    memcpy(unit->tokens, copy->tokens, sizeof unit->tokens);
}

/* Adds a unit; either may be NULL. */
static void add_unit(const struct taking *taking, const struct usage_copy *copy,
                     const struct ccusage_record *record)
{
    struct reconcile *reconcile = taking->reconcile;
    const struct both_batch *batch = taking->batch;
    uint32_t number = (uint32_t)reconcile->count;
    reconcile->units =
        memory_grow(reconcile->units, reconcile->count, &reconcile->room, sizeof *reconcile->units);
    struct reconcile_unit *unit = &reconcile->units[reconcile->count++];
    *unit = (struct reconcile_unit){
        .line = taking->line->number,
        .file = (uint32_t)batch->theirs.file_index,
        .entry = UNIT_NONE,
        .record = UNIT_NONE,
        .next = UNIT_NONE,
        .missing = batch->file->theirs ? reason_of_refusal(taking->line->theirs) : REASON_ONLY_TACHO_READS,
    };
    if (copy)
        set_copy(taking, unit, copy);
    else
        unit->missing = reason_of_verdict(taking->line->ours, record);
    if (record) {
        unit->is_sidechain = record->is_sidechain;
        unit->record = taking->first_record + (uint32_t)(record - batch->theirs.records);
        set_record(reconcile, unit->record, number);
    }
}

/*
 * The advisors of a line, which both have in their order. Tacho leaves out those that used nothing, and so
 * may have fewer.
 */
static void add_advisors(const struct taking *taking, const struct usage_copy *copy, size_t copies,
                         const struct ccusage_record *record, size_t records)
{
    while (copies || records) {
        bool is_skipped = records > copies && !tokens_of(&record->usage);
        bool has_copy = copies && !is_skipped, has_record = records > 0;
        add_unit(taking, has_copy ? copy : NULL, has_record ? record : NULL);
        copy += has_copy;
        copies -= has_copy;
        record += has_record;
        records -= has_record;
    }
}

static void take_line(const struct taking *taking)
{
    const struct both_line *line = taking->line;
    const struct usage_copy *copy = taking->batch->ours.copies + line->first_copy;
    const struct ccusage_record *record = taking->batch->theirs.records + line->first_record;
    size_t has_copy = line->copy_count && !copy->advisor, has_record = line->record_count > 0;
    if (has_copy || has_record)
        add_unit(taking, has_copy ? copy : NULL, has_record ? record : NULL);
    add_advisors(taking, copy + has_copy, line->copy_count - has_copy, record + has_record,
                 line->record_count - has_record);
}

void reconcile_take(void *data, const struct both_batch *batch)
{
    struct reconcile *reconcile = data;
    struct taking taking = {
        .reconcile = reconcile,
        .batch = batch,
        .first_record = (uint32_t)reconcile->theirs->record_count,
    };
    meter_apply(reconcile->meter, &batch->ours);
    ccusage_entries_take(reconcile->theirs, &batch->theirs);
    for (size_t i = 0; i < batch->line_count; i++) {
        taking.line = &batch->lines[i];
        take_line(&taking);
    }
}

/* ---- pairs --------------------------------------------------------------------------------------------- */

/* Chains the units of each Tacho entry, in the order of files and lines. */
static void chain_units(struct reconcile *reconcile)
{
    const size_t entries = reconcile->meter->entries.count;
    reconcile->first_unit = memory_take((entries + 1) * sizeof *reconcile->first_unit);
    memset(reconcile->first_unit, 0xff, (entries + 1) * sizeof *reconcile->first_unit);
    for (size_t i = reconcile->count; i-- > 0;) {
        struct reconcile_unit *unit = &reconcile->units[i];
        if (unit->entry == UNIT_NONE)
            continue;
        unit->next = reconcile->first_unit[unit->entry];
        reconcile->first_unit[unit->entry] = (uint32_t)i;
    }
}

/* The entry of ccusage's that a unit went into, and whether it is the unit that counts in it. */
static uint32_t entry_of(const struct reconcile *reconcile, const struct reconcile_unit *unit)
{
    return unit->record == UNIT_NONE ? UNIT_NONE : reconcile->theirs->merged_into[unit->record];
}

static bool is_winner(const struct reconcile *reconcile, const struct reconcile_unit *unit)
{
    uint32_t entry = entry_of(reconcile, unit);
    return entry != UNIT_NONE && reconcile->theirs->list[entry].record == unit->record;
}

static const struct reconcile_unit *winner_of(const struct reconcile *reconcile, uint32_t entry)
{
    return &reconcile->units[reconcile->unit_of_record[reconcile->theirs->list[entry].record]];
}

static const struct reconcile_unit *unit_at(const struct reconcile *reconcile, uint32_t number)
{
    return number == UNIT_NONE ? NULL : &reconcile->units[number];
}

/* The unit whose tokens Tacho's entry has: of equal ones rather one that counts for ccusage too. */
static const struct reconcile_unit *largest_unit(const struct reconcile *reconcile, const struct entry *entry,
                                                 uint32_t first)
{
    const struct reconcile_unit *best = NULL, *unit;
    int best_rank = -1;
    for (uint32_t at = first; (unit = unit_at(reconcile, at)); at = unit->next) {
        int rank = is_winner(reconcile, unit) + (unit->record != UNIT_NONE);
        if (reconcile_unit_is_of(unit, entry) && rank > best_rank) {
            best = unit;
            best_rank = rank;
        }
    }
    return best;
}

/*
 * The unit that counts for ccusage where `ours` counts for Tacho: itself; else the largest of the same
 * message that does; else one that is no message to Tacho and that ccusage took for a copy of this one.
 */
static const struct reconcile_unit *partner_of(const struct reconcile *reconcile,
                                               const struct reconcile_unit *ours, uint32_t first)
{
    const struct reconcile_unit *best = NULL, *unit;
    if (is_winner(reconcile, ours))
        return ours;
    for (uint32_t at = first; (unit = unit_at(reconcile, at)); at = unit->next)
        if (is_winner(reconcile, unit) &&
            (!best || reconcile_unit_tokens(unit) > reconcile_unit_tokens(best)))
            best = unit;
    for (uint32_t at = first; !best && (unit = unit_at(reconcile, at)); at = unit->next) {
        uint32_t entry = entry_of(reconcile, unit);
        const struct reconcile_unit *winner = entry == UNIT_NONE ? NULL : winner_of(reconcile, entry);
        if (winner && winner->entry == UNIT_NONE && !reconcile->is_paired[entry])
            best = winner;
    }
    return best;
}

static void tell(void *data, const struct reconcile_difference *difference)
{
    struct reconcile *reconcile = data;
    reconcile->each(reconcile->data, difference);
}

static void explain_entry(struct reconcile *reconcile, uint32_t number)
{
    const struct entry *entry = entries_at(&reconcile->meter->entries, number);
    uint32_t first = reconcile->first_unit[number];
    const struct reconcile_unit *ours = largest_unit(reconcile, entry, first);
    const struct reconcile_unit *theirs = partner_of(reconcile, ours, first);
    struct reconcile_pair pair = {
        .meter = reconcile->meter,
        .entries = reconcile->theirs,
        .entry = entry,
        .ours = ours,
        .theirs = theirs,
        .tell = tell,
        .data = reconcile,
    };
    if (theirs) {
        uint32_t their_number = entry_of(reconcile, theirs);
        reconcile->is_paired[their_number] = true;
        reconcile->pair_of[number] = their_number;
        pair.their_entry = &reconcile->theirs->list[their_number];
    }
    reconcile_pair_explain(&pair);
}

/* Why ccusage holds an entry for another message than the one that its Tacho entry is paired with. */
static enum reconcile_reason reason_apart(const struct reconcile *reconcile,
                                          const struct reconcile_unit *unit,
                                          const struct ccusage_entry *entry)
{
    if (unit->entry == UNIT_NONE)
        return unit->missing;
    if (!entry->has_message)
        return REASON_NO_MESSAGE_ID;
    const struct ccusage_entry *paired = &reconcile->theirs->list[reconcile->pair_of[unit->entry]];
    return entry->has_request && paired->has_request ? REASON_OTHER_REQUEST_ID : REASON_NO_REQUEST_ID;
}

void reconcile_explain(struct reconcile *reconcile,
                       void (*each)(void *data, const struct reconcile_difference *difference), void *data)
{
    const struct ccusage_entries *theirs = reconcile->theirs;
    reconcile->each = each;
    reconcile->data = data;
    reconcile->is_paired = memory_zeroed(theirs->count + 1, sizeof *reconcile->is_paired);
    reconcile->pair_of = memory_zeroed(reconcile->meter->entries.count + 1, sizeof *reconcile->pair_of);
    chain_units(reconcile);
    for (uint32_t i = 0; i < reconcile->meter->entries.count; i++)
        explain_entry(reconcile, i);
    for (uint32_t i = 0; i < theirs->count; i++) {
        const struct ccusage_entry *entry = &theirs->list[i];
        const struct reconcile_unit *unit = winner_of(reconcile, i);
        if (!reconcile->is_paired[i])
            reconcile_explain_extra(unit, entry, reason_apart(reconcile, unit, entry), tell, reconcile);
    }
}
