/*
 * A change of a metric, for people and for programs.
 */
#ifndef TACHO_EVENT_SHOW_H
#define TACHO_EVENT_SHOW_H

#include "event_stream.h"

#include "../base/text.h"

/* Adds a line: time, whose metric, which, from what to what. */
void event_show_line(struct text *out, struct event_stream *stream, const struct tacho_event *event);

/*
 * Adds a JSON object and a newline: time, wall_ns, monotonic_ns and sequence (of a single change), kind, key,
 * metric, unit, before, after (null: not known), priority, newest (changes before it were passed over); or
 * time and missed, how many events were lost.
 */
void event_show_json(struct text *out, struct event_stream *stream, const struct tacho_event *event);

#endif
