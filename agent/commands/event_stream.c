/* Changes of the segment, across agents: see event_stream.h. */
#include "event_stream.h"

#include "../base/memory.h"
#include "../base/say.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { FIRST_PAUSE_MS = 1, LONGEST_PAUSE_MS = 1000 };

static int say_damaged(const struct event_stream *stream)
{
    return say_failed("events: %s: the segment is damaged: 'tacho restart' makes a new one", stream->path);
}

/* ---- opening ------------------------------------------------------------------------------------------ */

static void read_table(struct event_stream *stream)
{
    struct tacho_metric metric;
    memset(stream->table, 0, sizeof stream->table);
    for (uint32_t i = 0; tacho_metric_at(&stream->segment, i, &metric) == TACHO_OK; i++)
        stream->table[metric.word] = metric;
}

/* Sets the filter's words to the metrics that are named. */
static int read_metrics(struct event_stream *stream)
{
    char name[sizeof stream->table[0].name];
    memset(stream->filter.words, 0, sizeof stream->filter.words);
    for (const char *at = stream->metrics; at && *at; at += *at == ',') {
        size_t size = strcspn(at, ",");
        bool fits = size > 0 && size < sizeof name;
        if (fits) {
            memcpy(name, at, size);
            name[size] = '\0';
        }
        if (!fits || tacho_filter_metric(&stream->segment, &stream->filter, name) <= 0)
            return say_failed("events: no metric is called '%.*s': 'tacho dump' shows them", (int)size, at);
        at += size;
    }
    return 0;
}

static void *copy_memory(const struct event_stream *stream)
{
    return memory_take(stream->segment.header.copy_size);
}

static int subscribe(struct event_stream *stream, enum tacho_start start, uint32_t patience)
{
    if (read_metrics(stream))
        return -1;
    stream->subscriber.filter = stream->filter;
    stream->subscriber.patience = patience;
    stream->bits = memory_take(tacho_subscriber_size(&stream->segment));
    stream->buffer = copy_memory(stream);
    stream->current = (struct slot_copy){.copy = copy_memory(stream)};
    return tacho_attach(&stream->segment, &stream->subscriber, stream->bits, start) ? say_damaged(stream) : 0;
}

static void unsubscribe(struct event_stream *stream)
{
    free(stream->bits);
    free(stream->buffer);
    free(stream->current.copy);
    stream->bits = stream->buffer = NULL;
    stream->current = (struct slot_copy){0};
}

/* Without a mapping all works the same, only slower. */
static int open_segment(struct event_stream *stream)
{
    if (tacho_open(&stream->segment, stream->path))
        return -1;
    tacho_map(&stream->segment);
    read_table(stream);
    return 0;
}

int event_stream_open(struct event_stream *stream, enum tacho_start start, uint32_t patience)
{
    if (open_segment(stream))
        return say_failed("events: %s: no segment that can be trusted: 'tacho start' makes one",
                          stream->path);
    if (!patience)
        patience = stream->segment.header.ring_count;
    return subscribe(stream, start, patience);
}

static void forget_before(struct event_stream *stream)
{
    if (stream->has_before)
        tacho_close(&stream->before);
    free(stream->previous.copy);
    stream->previous = (struct slot_copy){0};
    stream->has_before = false;
}

void event_stream_close(struct event_stream *stream)
{
    forget_before(stream);
    unsubscribe(stream);
    tacho_close(&stream->segment);
}

/* ---- from one agent to the next ------------------------------------------------------------------------ */

static void pause_ms(long ms)
{
    nanosleep(&(struct timespec){.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000}, NULL);
}

/*
 * Goes over to the segment that took this one's place, which its maker does at once after having marked this
 * one; only one that was killed in between leaves us to look again and again, ever less often.
 */
static int go_over(struct event_stream *stream)
{
    const uint64_t epoch = stream->segment.header.epoch;
    forget_before(stream);
    stream->before = stream->segment;
    stream->has_before = true;
    stream->previous = (struct slot_copy){.copy = copy_memory(stream)};
    unsubscribe(stream);
    for (long pause = FIRST_PAUSE_MS; open_segment(stream) || stream->segment.header.epoch == epoch;
         pause = pause < LONGEST_PAUSE_MS ? pause * 2 : pause) {
        tacho_close(&stream->segment);
        pause_ms(pause);
    }
    return subscribe(stream, TACHO_FROM_VALUES, 0);
}

int event_stream_wait(struct event_stream *stream, int timeout_ms)
{
    forget_before(stream); /* all that was to be told apart has been taken */
    int result = tacho_wait(&stream->segment, &stream->subscriber.cursor, timeout_ms);
    if (result == TACHO_NO_SEGMENT)
        return go_over(stream);
    return result < 0 ? say_damaged(stream) : 0;
}

/* ---- what an event is about ---------------------------------------------------------------------------- */

/* Reads the slot's copy, unless it is there and need not be the newest. */
static bool read_copy(const struct tacho_segment *segment, struct slot_copy *held, uint32_t slot, bool newest)
{
    if (!held->valid || held->slot != slot || newest)
        held->valid = tacho_read(segment, slot, held->copy, segment->header.copy_size) == TACHO_OK;
    held->slot = slot;
    return held->valid;
}

static bool copy_is_of(const struct tacho_copy *copy, const struct tacho_event *event)
{
    return tacho_hash((enum tacho_kind)copy->kind, tacho_key(copy), copy->key_size) == event->key_hash;
}

const struct tacho_copy *event_stream_copy(struct event_stream *stream, const struct tacho_event *event)
{
    for (int newest = 0; newest < 2; newest++)
        if (read_copy(&stream->segment, &stream->current, event->slot, newest) &&
            copy_is_of(stream->current.copy, event))
            return stream->current.copy;
    return NULL;
}

/* A copy's text, if it is the one whose hash is given. */
static const char *copy_text(const struct tacho_copy *copy, uint32_t word, uint64_t hash, size_t *size)
{
    const char *text = tacho_text(copy, word, size);
    return text && tacho_hash((enum tacho_kind)0, text, *size) == hash ? text : NULL;
}

const char *event_stream_text(struct event_stream *stream, const struct tacho_event *event, size_t *size)
{
    const char *text = NULL;
    for (int newest = 0; newest < 2 && !text; newest++)
        if (read_copy(&stream->segment, &stream->current, event->slot, newest) &&
            copy_is_of(stream->current.copy, event))
            text = copy_text(stream->current.copy, event->word, event->after, size);
    return text;
}

/* ---- taking -------------------------------------------------------------------------------------------- */

/* The same slot's copy in the segment before. */
static const struct tacho_copy *copy_before(struct event_stream *stream, const struct tacho_event *event)
{
    const struct tacho_copy *now = event_stream_copy(stream, event);
    if (!now)
        return NULL;
    int64_t slot = tacho_find(&stream->before, (enum tacho_kind)now->kind, tacho_key(now), now->key_size);
    if (slot < 0 || !read_copy(&stream->before, &stream->previous, (uint32_t)slot, false) ||
        !copy_is_of(stream->previous.copy, event))
        return NULL;
    return stream->previous.copy;
}

/* Whether a new agent's value is another than the one before, which is then the event's `before`. */
static bool is_news(struct event_stream *stream, struct tacho_event *event)
{
    if (!(event->flags & TACHO_EVENT_NEWEST) || event->word >= TACHO_WORDS_MAX)
        return true;
    const struct tacho_copy *before = copy_before(stream, event);
    uint64_t value;
    if (!before || !tacho_word(before, event->word, &value))
        return true;
    size_t size;
    const char *text = NULL;
    if (stream->table[event->word].type == TACHO_TEXT && (text = tacho_text(before, event->word, &size)))
        value = tacho_hash((enum tacho_kind)0, text, size);
    event->before = value;
    event->flags |= TACHO_EVENT_BEFORE;
    return !(event->flags & TACHO_EVENT_AFTER) || value != event->after;
}

int64_t event_stream_take(struct event_stream *stream)
{
    int64_t count, kept;
    do {
        count = tacho_take(&stream->segment, &stream->subscriber, stream->events, EVENTS_AT_ONCE,
                           stream->buffer, stream->segment.header.copy_size);
        kept = 0;
        for (int64_t i = 0; i < count; i++)
            if (!stream->has_before || is_news(stream, &stream->events[i]))
                stream->events[kept++] = stream->events[i];
    } while (count > 0 && kept == 0);
    return count < 0 ? say_damaged(stream) : kept;
}

/* ---- a session ----------------------------------------------------------------------------------------- */

static int say_several(const char *prefix)
{
    return say_failed("events: several sessions' ids begin with '%s': give more of the one that is meant",
                      prefix);
}

int event_stream_follow_session(struct event_stream *stream, const char *prefix)
{
    const size_t size = strlen(prefix);
    uint64_t found = tacho_hash(TACHO_SESSION, prefix, size);
    unsigned count = 0;
    for (uint32_t slot = 0; slot < stream->segment.header.slot_count; slot++) {
        const struct tacho_copy *copy = stream->current.copy;
        if (!read_copy(&stream->segment, &stream->current, slot, true) || copy->kind != TACHO_SESSION)
            continue;
        if (strcmp(tacho_key(copy), prefix) == 0) {
            count = 0; /* the whole id, whatever else begins with it */
            break;
        }
        if (strncmp(tacho_key(copy), prefix, size) != 0 || strchr(tacho_key(copy), '#'))
            continue;
        if (count++ > 0)
            return say_several(prefix);
        found = tacho_hash(TACHO_SESSION, tacho_key(copy), copy->key_size);
    }
    if (count == 0)
        found = tacho_hash(TACHO_SESSION, prefix, size);
    stream->filter.keys[0] = stream->subscriber.filter.keys[0] = found;
    stream->filter.key_count = stream->subscriber.filter.key_count = 1;
    return 0;
}
