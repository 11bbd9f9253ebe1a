/*
 * The segment's one writer: the agent. It makes a new file, fills it, and renames it over the old one
 * (whose header it then marks retired); afterwards it publishes slots and events. Space is allocated when
 * the file is made, so that a full tmpfs fails here, with a message, and never faults later. See tacho.h
 * for the layout and the protocol.
 */
#ifndef TACHO_WRITER_H
#define TACHO_WRITER_H

#include "metrics.h"
#include "tacho.h"

struct segment_writer;

/* Sizes of a new segment; segment_sizes_default() fills in the usual ones. */
struct segment_sizes {
    uint32_t slot_count;
    uint32_t copy_size;
    uint32_t ring_count; /* a power of two */
};

struct segment_sizes segment_sizes_default(void);

/*
 * Makes a segment named `path` in an existing directory. Returns NULL with errno set (ENOSPC: no room).
 * The caller holds the agent's lock, so that there is one writer.
 */
struct segment_writer *segment_create(const char *path, struct segment_sizes sizes, const char *version);

/*
 * The same in two steps: what is published between them is there from the first instant at which a reader can
 * see the new file. segment_install() returns 0, or -1 with errno set.
 */
struct segment_writer *segment_prepare(const char *path, struct segment_sizes sizes, const char *version);
int segment_install(struct segment_writer *writer, const char *path);

/* Unmaps; with `retire`, marks the file retired first. The file itself stays: its last lines remain good. */
void segment_close(struct segment_writer *writer, int retire);

uint64_t segment_epoch(const struct segment_writer *writer);

/* ---- one publication: draft, fill, publish ------------------------------------------------------- */

/* What will become a copy. Filled in place by the functions below; all text is copied. */
struct segment_draft;

/*
 * Starts the draft of a slot. The returned draft belongs to the writer and lasts until published.
 * A key longer than TACHO_KEY_MAX gives NULL.
 */
struct segment_draft *segment_draft(struct segment_writer *writer, enum tacho_kind kind, const char *key,
                                    size_t key_size);

void draft_times(struct segment_draft *draft, int64_t as_of_ns, int64_t valid_until_ns);
void draft_number(struct segment_draft *draft, enum tacho_metric_word word, uint64_t value);
void draft_text(struct segment_draft *draft, enum tacho_metric_word word, const char *text, size_t size);

/* Adds a block: piece offsets count from text. Returns 0, or -1 if there is no room: the block is left out.
 */
int draft_block(struct segment_draft *draft, enum tacho_surface surface, enum tacho_depth depth,
                const struct tacho_piece *pieces, uint32_t piece_count, const char *text, uint32_t text_size);

/*
 * Publishes the draft into its key's slot, taking the least recently used slot if it has none, and
 * writes an event for every metric that changed. If nothing but as_of_ns differs from what is published,
 * nothing is written. Returns the slot's index, or -1.
 */
int64_t segment_publish(struct segment_writer *writer, struct segment_draft *draft);

/* Counts the key's slot as used just now, without publishing. Returns its index, or -1 if it has none. */
int64_t segment_touch(struct segment_writer *writer, enum tacho_kind kind, const char *key, size_t key_size);

/*
 * Wakes those who wait for events, if any were written since the last time: one system call, to be made when
 * nothing more will be published for now.
 */
void segment_signal(struct segment_writer *writer);

/* The sequence that the next event will have; how many the ring has room for. */
uint64_t segment_next_event(const struct segment_writer *writer);
uint32_t segment_ring_size(const struct segment_writer *writer);

/* Slots published since the segment was made. */
uint64_t segment_publishes(const struct segment_writer *writer);

#endif
