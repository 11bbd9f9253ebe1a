/*
 * What `tacho status --json` says: the agent's own state as one JSON document. Keys: pid, version, abi,
 * state (catching-up, ready), files, bytes, lines, entries, duplicates, malformed, sessions, rss_bytes,
 * wakeups, publishes, draws (of a slot's lines), draws_unchanged (asked for, but there was nothing new to
 * draw), ingest_bytes_per_s; further keys may be added.
 *
 * `skipped` has the malformed lines by reason: syntax (not JSON), time (no timestamp), tokens (a number of
 * tokens that cannot be), memory (too long). `ledger` has its state: kept, failing (since failing_since_us,
 * Unix time), or none (numbers last as long as the agent), and why.
 */
#ifndef TACHO_STATUS_H
#define TACHO_STATUS_H

#include "publisher.h"

#include "../base/text.h"
#include "../store/history.h"

#include "../../shm/writer.h"

struct status_clock {
    int64_t started_us; /* of clock_monotonic_us(), likewise below */
    int64_t ready_us;   /* when history was first accounted for; 0: not yet */
    uint64_t wakeups;   /* turns of the loop */
};

void status_write(struct text *out, struct history *history, const struct segment_writer *writer,
                  const struct status_clock *clock, const struct publisher_draws *draws);

#endif
