/* The ring of events, from a subscriber's side: see tacho.h. Freestanding, as reader.c is. */
#include "reader.h"
#include "words.h"

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
