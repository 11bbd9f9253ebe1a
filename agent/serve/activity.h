/*
 * What a session is doing at the moment: put together from the events of the client's own hooks, from the
 * file in which each client says whether it is idle, and from the session's log. The latest news counts; what
 * hooks tell of tools is earlier than the log and goes before it.
 */
#ifndef TACHO_ACTIVITY_H
#define TACHO_ACTIVITY_H

#include "../ingest/event.h"
#include "../ingest/transcript.h"
#include "../render/facts.h"

#include <stdint.h>

struct activity;

struct activity *activity_new(void);
void activity_free(struct activity *activity);

/* Something happened in the session. */
void activity_take_event(struct activity *activity, const struct event *event);

/*
 * The client says what state it is in, or, STATE_UNKNOWN, it has ended: nothing runs any more. `is_remote`:
 * it is controlled from elsewhere.
 */
void activity_take_state(struct activity *activity, enum session_state state, bool is_remote);

/* Fills in what is known; `log` is NULL where the log is not known. The texts last until the next change. */
void activity_facts(const struct activity *activity, const struct transcript_facts *log, struct facts *facts);

/* The directory that the last event named; NULL: none has. */
const char *activity_directory(const struct activity *activity);

#endif
