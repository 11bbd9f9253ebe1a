/*
 * The metrics as an enum: TACHO_WORD_<identifier> is the metric's word in a copy. See metrics.def.
 */
#ifndef TACHO_METRICS_H
#define TACHO_METRICS_H

#include "tacho.h"

enum tacho_metric_word {
#define METRIC(identifier, name, unit, type, semantics, kinds, help) TACHO_WORD_##identifier,
#include "metrics.def"
#undef METRIC
    TACHO_WORD_COUNT
};

/* The table as it stands in the file; a metric's index is its word. */
extern const struct tacho_metric metric_table[TACHO_WORD_COUNT];

#endif
