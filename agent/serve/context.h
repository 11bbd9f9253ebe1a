/*
 * How full a session's context window is, and where the session works: what its client says, put right by its
 * log. The client's word is of its last draw, and goes wrong after a compaction (0 %) and in a resumed
 * session (0 % or nothing); the log knows of every answer, and what came since.
 */
#ifndef TACHO_CONTEXT_H
#define TACHO_CONTEXT_H

#include "live.h"

#include "../ingest/transcript.h"
#include "../meter/meter.h"
#include "../render/facts.h"

/* Fills in the context's facts. `log` and `session` are NULL where nothing is known. */
void facts_add_context(struct facts *facts, const struct client_words *words,
                       const struct transcript_facts *log, const struct meter_session *session);

/* The directory a session works in: of a worktree that its client has entered, that. NULL: unknown. */
const char *session_directory(const struct client_words *words, const struct transcript_facts *log,
                              const struct meter_session *session);

#endif
