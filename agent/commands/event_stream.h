/*
 * The segment's changes as `tacho events` gets them: through shm/tacho.h alone, across agents that come and
 * go.
 */
#ifndef TACHO_EVENT_STREAM_H
#define TACHO_EVENT_STREAM_H

#include "../../shm/tacho.h"
#include <stdbool.h>

enum { EVENTS_AT_ONCE = 256 };

/* A copy of a slot, and which one it is. */
struct slot_copy {
    struct tacho_copy *copy;
    uint32_t slot;
    bool valid;
};

struct event_stream {
    char *path;
    /* What is followed; the filter's words are of the metrics that are named, of the segment at hand. */
    const char *metrics; /* names, separated by commas; NULL: all */
    struct tacho_filter filter;

    struct tacho_segment segment;
    struct tacho_segment
        before; /* the one that this took the place of, until its last values are told apart */
    bool has_before;
    struct tacho_metric table[TACHO_WORDS_MAX]; /* by word; without a name: none */
    struct tacho_subscriber subscriber;
    void *bits;
    void *buffer; /* for one copy, for the library */
    struct slot_copy current, previous;
    struct tacho_event events[EVENTS_AT_ONCE];
};

/*
 * Opens the segment in the runtime directory and subscribes; path, metrics and filter (but for its words) are
 * set, the rest is zero. Returns 0, or -1 after saying what is wrong.
 */
int event_stream_open(struct event_stream *stream, enum tacho_start start, uint32_t patience);
void event_stream_close(struct event_stream *stream);

/*
 * Takes changes into `events`. Returns how many, or -1 after saying that the segment is damaged. After
 * another agent has taken over, only what differs from before is given.
 */
int64_t event_stream_take(struct event_stream *stream);

/*
 * Sleeps until there is more, or so long (negative: no limit); goes over to the next agent's segment. Returns
 * 0, or -1 as event_stream_take().
 */
int event_stream_wait(struct event_stream *stream, int timeout_ms);

/* The copy of an event's slot, as it is now, if it is still the slot of that key; NULL otherwise. */
const struct tacho_copy *event_stream_copy(struct event_stream *stream, const struct tacho_event *event);

/* What the event's text metric says, if it still says so; NULL otherwise. */
const char *event_stream_text(struct event_stream *stream, const struct tacho_event *event, size_t *size);

/*
 * The session whose id begins so; follows it. If none is there, `prefix` is taken for an id. Returns 0, or -1
 * after saying that there are several.
 */
int event_stream_follow_session(struct event_stream *stream, const char *prefix);

#endif
