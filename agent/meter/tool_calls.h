/*
 * Which tool calls were counted for which entry, so that copies of a message do not count its calls again.
 */
#ifndef TACHO_TOOL_CALLS_H
#define TACHO_TOOL_CALLS_H

#include "../ingest/batch.h"

struct tool_call {
    struct identity entry;
    uint64_t tool; /* hash of the call's id; 0: a free place */
};

/* All zero: none. */
struct tool_calls {
    struct tool_call *slots; /* open addressing */
    size_t size, count;
};

/* Adds a call. Returns false if it was there. */
bool tool_calls_add(struct tool_calls *calls, struct identity entry, uint64_t tool);

/* Drops the calls of all entries but those that `is_kept` says. */
void tool_calls_keep(struct tool_calls *calls, bool (*is_kept)(const void *data, struct identity entry),
                     const void *data);

void tool_calls_free(struct tool_calls *calls);

#endif
