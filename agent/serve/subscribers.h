/*
 * Who follows the event stream: subscribers that tell of themselves (shm/request.h, struct tacho_report), for
 * `tacho events --clients` and for the metrics stream.subscribers and stream.slow.
 *
 * A subscriber is forgotten when it hangs up. It is slow when it is further behind than the bound: as it said
 * last, or now, where it has said nothing for a while; and stalled when it is behind and has long said
 * nothing. None costs the agent more than a place in a table of fixed size.
 */
#ifndef TACHO_SUBSCRIBERS_H
#define TACHO_SUBSCRIBERS_H

#include "../../shm/request.h"
#include "../../shm/writer.h"

struct ev_loop;
struct subscribers;

struct subscribers_count {
    unsigned all, slow;
};

/*
 * Listens at `path`; `lag` is the bound. `changed` is called when subscribers_count() has. NULL with errno
 * set.
 */
struct subscribers *subscribers_open(struct ev_loop *loop, const char *path,
                                     const struct segment_writer *writer, uint32_t lag,
                                     void (*changed)(void *data), void *data);
void subscribers_close(struct subscribers *subscribers);

/* To be called when events were written: others may be slow now. Both take NULL for none. */
void subscribers_look(struct subscribers *subscribers);
struct subscribers_count subscribers_count(const struct subscribers *subscribers);

#endif
