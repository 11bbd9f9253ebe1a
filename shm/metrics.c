/*
 * The metric table, as it goes into the file: metrics.def with its names filled in.
 */
#include "metrics.h"

#define UNSIGNED TACHO_UNSIGNED
#define SIGNED   TACHO_SIGNED
#define TEXT     TACHO_TEXT
#define COUNTER  TACHO_COUNTER
#define GAUGE    TACHO_GAUGE
#define INSTANT  TACHO_INSTANT
#define LABEL    TACHO_LABEL

const struct tacho_metric metric_table[TACHO_WORD_COUNT] = {
#define METRIC(identifier, name, unit, type, semantics, kinds, help)                                         \
    {name, unit, help, type, semantics, kinds, TACHO_WORD_##identifier},
#include "metrics.def"
#undef METRIC
};

#define METRIC(identifier, name, unit, type, semantics, kinds, help)                                         \
    _Static_assert(sizeof(name) <= 40 && sizeof(unit) <= 16 && sizeof(help) <= 96,                           \
                   name ": no room for the NUL");
#include "metrics.def"
#undef METRIC

_Static_assert(TACHO_WORD_COUNT <= TACHO_WORDS_MAX, "more metrics than a copy has room for");
