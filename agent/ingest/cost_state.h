/*
 * The client's own account of a session, which it appends at exit and at /clear: a line of type `cost-state`
 * with `modelUsage`, an object of one object a model. It holds what no other line has, such as the tokens of
 * a compaction, and is told apart from usage: nothing of it is a copy of a message.
 */
#ifndef TACHO_COST_STATE_H
#define TACHO_COST_STATE_H

#include "batch.h"
#include "claude_log.h"

/* Adds a line's accounts to batch->costs: none if it is not such a line, or not well-formed. Counts no line.
 */
void cost_state_read(struct batch *batch, const struct log_place *place, const char *line, size_t size);

#endif
