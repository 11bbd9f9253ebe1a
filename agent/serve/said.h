/*
 * What the client said of a session beyond what decides its numbers (live.h): who, where, how, for the
 * segments that show it. Kept until it says otherwise; not carried over a restart of the agent.
 */
#ifndef TACHO_SAID_H
#define TACHO_SAID_H

#include "../ingest/payload.h"
#include "../render/facts.h"

/* All zero: nothing was said. */
struct said {
    char *texts; /* one behind the other, each with a NUL */
    size_t size, room;
    uint32_t at[24]; /* where each begins, + 1; 0: unknown */
    int64_t duration_us, api_duration_us, review_number, added_directories;
    struct fact_tokens last;
    bool thinking, exceeds_200k, known;
};

/* Takes what a payload says; what it does not say is unknown from now on. */
void said_take(struct said *said, const struct payload *payload);
void said_free(struct said *said);

/* Adds what was said; texts last until something else is. */
void facts_add_said(struct facts *facts, const struct said *said);

#endif
