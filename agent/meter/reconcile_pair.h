/*
 * How an entry of Tacho's and the one of ccusage's that it is paired with differ, step by step. Internal to
 * reconcile*.c.
 */
#ifndef TACHO_RECONCILE_PAIR_H
#define TACHO_RECONCILE_PAIR_H

#include "reconcile.h"
#include "state.h"

#define UNIT_NONE UINT32_MAX

/* What one line states of one message. */
struct reconcile_unit {
    uint64_t line, usd_pusd;
    uint32_t file;
    uint32_t entry;               /* Tacho's; UNIT_NONE: it counts none */
    uint32_t record;              /* ccusage's; likewise */
    uint32_t next;                /* of the same entry of Tacho's */
    uint32_t tokens[TOKEN_KINDS]; /* as Tacho reads them, as all that follows */
    uint32_t model;
    bool has_usd, fast;
    bool is_sidechain;             /* to ccusage */
    enum reconcile_reason missing; /* why one of them does not count it */
};

struct reconcile_pair {
    const struct meter *meter;
    const struct ccusage_entries *entries;
    const struct entry *entry;                  /* Tacho's */
    const struct ccusage_entry *their_entry;    /* ccusage's; NULL: it has none */
    const struct reconcile_unit *ours, *theirs; /* whose tokens they have */
    void (*tell)(void *data, const struct reconcile_difference *difference);
    void *data;
};

/* Tells all differences of a pair. */
void reconcile_pair_explain(const struct reconcile_pair *pair);

/* Tells of an entry of ccusage's without a counterpart. */
void reconcile_explain_extra(const struct reconcile_unit *unit, const struct ccusage_entry *entry,
                             enum reconcile_reason reason,
                             void (*tell)(void *data, const struct reconcile_difference *difference),
                             void *data);

/* Whether an entry's tokens, model and cost may be this unit's. */
bool reconcile_unit_is_of(const struct reconcile_unit *unit, const struct entry *entry);

uint64_t reconcile_unit_tokens(const struct reconcile_unit *unit);

#endif
