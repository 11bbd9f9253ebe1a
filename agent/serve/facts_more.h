/*
 * Facts that only some layouts show: sums of longer than a day, a session's tokens by kind, when the prompt
 * cache ends, the machine. See gather.h for those of the default line.
 */
#ifndef TACHO_FACTS_MORE_H
#define TACHO_FACTS_MORE_H

#include "../meter/meter.h"
#include "../render/facts.h"
#include "../store/history.h"

/* Adds sums of the week (from Sunday, as `tacho weekly`) and the month, and of the session (NULL: none). */
void facts_add_sums(struct facts *facts, const struct meter *meter, const struct meter_session *session);

/* Adds what the machine's files under /proc and /sys say now. */
void facts_add_machine(struct facts *facts, const char *host);

/* Adds what there is to say of the agent itself. */
void facts_add_agent(struct facts *facts, struct history *history);

/* Mixes all those, and what the client said beside (said.h), into a fingerprint. */
uint64_t facts_mix_more(uint64_t hash, const struct facts *facts);

#endif
