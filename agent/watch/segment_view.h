/*
 * What the segment says, kept up to date for the screen: the newest copy of every slot, read again only where
 * an event says that it changed, and what each session spends, from the events themselves.
 */
#ifndef TACHO_SEGMENT_VIEW_H
#define TACHO_SEGMENT_VIEW_H

#include "../../shm/metrics.h"
#include "../../shm/tacho.h"
#include "../render/facts.h"

#include <stdbool.h>

/* The window over which spending is measured: a bucket a minute. */
enum { SPENT_MINUTES = 10 };

struct spent {
    uint64_t key_hash; /* whose; a slot may be given to another key */
    int64_t minutes[SPENT_MINUTES];
    uint64_t pusd[SPENT_MINUTES];
};

struct segment_view {
    struct tacho_segment segment;
    bool is_open;
    struct tacho_cursor cursor;
    struct tacho_copy **slots; /* slot_count of them; NULL: empty */
    struct spent *spent;       /* by slot */
    bool *is_stale;            /* by slot: an event said that it changed */
    bool is_behind;            /* one of them changed too quickly to be read: to be updated again, soon */
    struct tacho_copy *buffer;
    size_t buffer_size;
    uint32_t slot_count;
    int agent; /* readable once the agent's process has ended; -1: it has, or none */
};

void segment_view_init(struct segment_view *view);
void segment_view_free(struct segment_view *view);

/*
 * Takes what changed. A segment that a new agent has replaced is opened anew; while there is none, what was
 * read last stays. Returns whether anything may look different.
 */
bool segment_view_update(struct segment_view *view, const char *path);

/* The slot of totals, or NULL. */
const struct tacho_copy *segment_view_global(const struct segment_view *view);

/* A slot's number; `none` if it is not known. */
int64_t slot_number(const struct tacho_copy *slot, uint32_t word, int64_t none);

/* A slot's text; bytes are NULL if it is not known. */
struct fact_text slot_text(const struct tacho_copy *slot, uint32_t word);

/* A slot's directory as it is shown: below the person's home it begins with ~, and may be in `out`. */
struct fact_text slot_place(const struct tacho_copy *slot, char out[TACHO_KEY_MAX + 1]);

/* What the last ten minutes would cost in an hour, in picodollars. */
int64_t segment_view_rate(const struct segment_view *view, uint32_t slot, int64_t now_us);
int64_t segment_view_rate_of_all(const struct segment_view *view, int64_t now_us);

#endif
