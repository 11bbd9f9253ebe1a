/* The ring of events, from a subscriber's side: see tacho.h. Freestanding, as reader.c is. */
#include "reader.h"
#include "system.h"
#include "words.h"

#define OLD_AGENT_MS 100 /* between looks where the agent wakes nobody */

static int fetch_ring_next(const struct tacho_segment *segment, uint64_t *next)
{
    return segment_fetch_header(segment, offsetof(struct tacho_header, ring_next), next);
}

int tacho_subscribe(const struct tacho_segment *segment, struct tacho_cursor *cursor)
{
    return fetch_ring_next(segment, &cursor->next);
}

int tacho_next(const struct tacho_segment *segment, struct tacho_cursor *cursor, struct tacho_event *event,
               uint64_t *missed)
{
    const struct tacho_header *header = &segment->header;
    uint64_t next, place = cursor->next & (header->ring_count - 1);
    if (fetch_ring_next(segment, &next) != TACHO_OK)
        return TACHO_CORRUPT;
    if (cursor->next >= next)
        return 0;
    loads_in_order();
    if (segment_fetch(segment, header->ring_offset + place * header->ring_size, event, sizeof *event) !=
        TACHO_OK)
        return TACHO_CORRUPT;
    loads_in_order();
    if (fetch_ring_next(segment, &next) != TACHO_OK)
        return TACHO_CORRUPT;
    /* The writer may already be at work on event `next`, in the place of event next - ring_count. */
    if (next - cursor->next >= header->ring_count) {
        /* Half a ring behind the writer: the oldest event that is left would be gone before it is read. */
        uint64_t ahead = next - header->ring_count / 2;
        *missed += ahead - cursor->next;
        cursor->next = ahead;
        return TACHO_BUSY;
    }
    if (event->sequence != cursor->next)
        return TACHO_CORRUPT;
    cursor->next++;
    return 1;
}

uint64_t tacho_lag(const struct tacho_segment *segment, const struct tacho_cursor *cursor)
{
    uint64_t next;
    if (fetch_ring_next(segment, &next) != TACHO_OK || next <= cursor->next)
        return 0;
    return next - cursor->next;
}

/* 1: an event is waiting. TACHO_NO_SEGMENT: none is, nor will be. 0: neither. */
static int look(const struct tacho_segment *segment, const struct tacho_cursor *cursor)
{
    if (tacho_lag(segment, cursor) > 0)
        return 1;
    return tacho_is_retired(segment) ? TACHO_NO_SEGMENT : 0;
}

/*
 * Sleeps while the signal is `seen`. It is the kernel that reads the page: a mapping made for it alone cannot
 * fault in this program, whatever becomes of the file.
 */
static long sleep_while(const struct tacho_segment *segment, uint32_t seen, int timeout_ms)
{
    const volatile uint8_t *page =
        segment->map ? segment->map : system_map(segment->descriptor, TACHO_HEADER_SIZE);
    if (!page)
        return TACHO_CORRUPT;
    long result = system_futex_wait(page + offsetof(struct tacho_header, ring_signal), seen, timeout_ms);
    if (page != segment->map)
        system_unmap(page, TACHO_HEADER_SIZE);
    if (result == 0 || result == -SYSTEM_EAGAIN || result == -SYSTEM_EINTR || result == -SYSTEM_ETIMEDOUT)
        return TACHO_OK;
    return TACHO_CORRUPT;
}

int tacho_wait(const struct tacho_segment *segment, const struct tacho_cursor *cursor, int timeout_ms)
{
    uint64_t signal;
    if (segment_fetch_header(segment, offsetof(struct tacho_header, ring_signal), &signal) != TACHO_OK)
        return TACHO_CORRUPT;
    loads_in_order(); /* what comes after this look changes the signal that was seen */
    int found = look(segment, cursor);
    if (found)
        return found;
    if (segment->header.minor < 2 && (timeout_ms < 0 || timeout_ms > OLD_AGENT_MS))
        timeout_ms = OLD_AGENT_MS;
    if (sleep_while(segment, (uint32_t)signal, timeout_ms) != TACHO_OK)
        return TACHO_CORRUPT;
    return look(segment, cursor);
}
