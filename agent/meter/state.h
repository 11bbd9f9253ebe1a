/*
 * What a meter holds: shared by apply.c, which changes it, and meter.c, which answers from it.
 */
#ifndef TACHO_METER_STATE_H
#define TACHO_METER_STATE_H

#include "blocks.h"
#include "days.h"
#include "entries.h"
#include "id_set.h"
#include "meter.h"
#include "provisional.h"
#include "sessions.h"

struct model {
    const struct price *price; /* NULL: not known */
    bool is_opus;
};

struct meter {
    struct interned model_names;
    struct model *models;
    size_t model_room;
    struct interned paths;
    struct interned directories;
    struct sessions sessions;
    struct entries entries;
    struct provisional provisional;
    struct id_set tools;
    struct days days;
    struct blocks blocks;
    struct sums total;
    uint64_t copies;
    uint64_t tool_calls;
    uint32_t *model_of; /* while a batch is applied: its strings' numbers here, INTERNED_NONE if not yet
                           looked up */
    uint32_t *session_of;
    size_t string_room;
};

/* What an entry adds to every sum that it is in. */
struct sums meter_contribution(const struct meter *meter, const struct entry *entry);

#endif
