/*
 * The segment's writer. A slot is published as the kernel's seqcount_latch is (tacho.h). What readers may be
 * reading at the same moment is stored in relaxed atomic words, in the order that the fences give.
 *
 * What the writer knows about its slots (keys, versions, when last used) and where they are in the directory,
 * it keeps in its own memory: it takes nothing from the file that could lead it astray.
 */
#include "writer.h"
#include "checksum.h"
#include "draft.h"
#include "segment_file.h"
#include "words.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

#define NOWHERE UINT32_MAX

/* A slot, as the writer knows it. */
struct slot {
    char *key; /* NULL: free */
    uint32_t key_size;
    enum tacho_kind kind;
    uint64_t hash;
    uint64_t version;
    uint64_t used_at; /* the writer's clock when it was last asked for or changed */
    uint32_t used;    /* bytes of the published copy */
};

struct segment_writer {
    volatile uint8_t *map;
    struct tacho_header layout; /* as in the file; only the counters at its end change */
    uint64_t clock;             /* counts uses */
    uint64_t signalled;         /* ring_next when those who wait were last woken */
    struct slot *slots;
    uint32_t *directory; /* of each entry, slot index + 1, or 0 */
    struct segment_draft draft;
};

/* ---- making and closing ----------------------------------------------------------------------------- */

/* Allocates a writer for a file of this layout; nothing is mapped yet. NULL with errno set. */
static struct segment_writer *writer_allocate(const struct tacho_header *layout)
{
    struct segment_writer *writer = calloc(1, sizeof *writer);
    if (!writer)
        return NULL;
    writer->layout = *layout;
    writer->signalled = layout->ring_next;
    writer->slots = calloc(layout->slot_count, sizeof *writer->slots);
    writer->directory = calloc(layout_entries(layout), sizeof *writer->directory);
    writer->draft.copy = calloc(1, layout->copy_size);
    writer->draft.room = layout->copy_size;
    if (writer->slots && writer->directory && writer->draft.copy)
        return writer;
    segment_close(writer, 0);
    errno = ENOMEM;
    return NULL;
}

struct segment_writer *segment_prepare(const char *path, struct segment_sizes sizes, const char *version)
{
    struct tacho_header layout;
    if (layout_make(&layout, sizes, version))
        return NULL;
    struct segment_writer *writer = writer_allocate(&layout);
    if (!writer)
        return NULL;
    writer->map = segment_file_make(path, &layout);
    if (writer->map)
        return writer;
    segment_close(writer, 0);
    return NULL;
}

int segment_install(struct segment_writer *writer, const char *path)
{
    (void)writer; /* whose file it is that now gets the name */
    return segment_file_install(path);
}

struct segment_writer *segment_create(const char *path, struct segment_sizes sizes, const char *version)
{
    struct segment_writer *writer = segment_prepare(path, sizes, version);
    if (writer && segment_install(writer, path)) {
        segment_close(writer, 0);
        writer = NULL;
    }
    return writer;
}

/* The number first: who has seen the one before will not sleep any more. */
static void signal_waiters(struct segment_writer *writer)
{
    writer->layout.ring_signal++;
    __atomic_store_n((volatile uint32_t *)(writer->map + offsetof(struct tacho_header, ring_signal)),
                     writer->layout.ring_signal, __ATOMIC_RELEASE);
    segment_wake(writer->map);
}

void segment_close(struct segment_writer *writer, int retire)
{
    int error = errno;
    if (!writer)
        return;
    if (writer->map)
        segment_signal(writer);
    if (writer->map && retire) {
        __atomic_store_n((volatile uint32_t *)(writer->map + offsetof(struct tacho_header, retired)), 1,
                         __ATOMIC_RELEASE);
        signal_waiters(writer);
    }
    if (writer->map)
        munmap((void *)writer->map, writer->layout.file_size);
    for (uint32_t i = 0; writer->slots && i < writer->layout.slot_count; i++)
        free(writer->slots[i].key);
    free(writer->slots);
    free(writer->directory);
    free(writer->draft.copy);
    free(writer);
    errno = error;
}

void segment_signal(struct segment_writer *writer)
{
    if (writer->signalled == writer->layout.ring_next)
        return;
    writer->signalled = writer->layout.ring_next;
    signal_waiters(writer);
}

uint64_t segment_epoch(const struct segment_writer *writer)
{
    return writer->layout.epoch;
}

uint64_t segment_next_event(const struct segment_writer *writer)
{
    return writer->layout.ring_next;
}

uint32_t segment_ring_size(const struct segment_writer *writer)
{
    return writer->layout.ring_count;
}

uint64_t segment_publishes(const struct segment_writer *writer)
{
    return writer->layout.publishes;
}

struct segment_draft *segment_draft(struct segment_writer *writer, enum tacho_kind kind, const char *key,
                                    size_t key_size)
{
    return draft_start(&writer->draft, kind, key, key_size) == 0 ? &writer->draft : NULL;
}

/* ---- slots and the directory ------------------------------------------------------------------------ */

static volatile uint8_t *slot_at(const struct segment_writer *writer, uint32_t index)
{
    return writer->map + writer->layout.slot_offset + (size_t)index * writer->layout.slot_size;
}

/* Entry `position` of a hash's window, as an index into the directory. */
static uint32_t window_entry(const struct segment_writer *writer, uint64_t hash, uint32_t position)
{
    return (uint32_t)(hash & (writer->layout.directory_count - 1)) + position;
}

/* The slot that entry `position` of a hash's window names, or NOWHERE: it is empty. */
static uint32_t window_slot(const struct segment_writer *writer, uint64_t hash, uint32_t position)
{
    uint32_t slot = writer->directory[window_entry(writer, hash, position)];
    return slot > 0 ? slot - 1 : NOWHERE;
}

/* The first position in a hash's window whose entry names `slot` (NOWHERE: no slot), or the window's size. */
static uint32_t window_search(const struct segment_writer *writer, uint64_t hash, uint32_t slot)
{
    uint32_t position = 0;
    while (position < writer->layout.directory_window && window_slot(writer, hash, position) != slot)
        position++;
    return position;
}

/* Makes an entry name a slot (NOWHERE: none). */
static void window_set(struct segment_writer *writer, uint64_t hash, uint32_t position, uint32_t slot)
{
    uint32_t entry = window_entry(writer, hash, position);
    volatile uint8_t *to =
        writer->map + writer->layout.directory_offset + (size_t)entry * sizeof(struct tacho_directory_entry);
    uint32_t named = slot == NOWHERE ? 0 : slot + 1;
    writer->directory[entry] = named;
    word_store(to, named ? hash : 0);
    word_publish(to + offsetof(struct tacho_directory_entry, slot), named);
}

static bool slot_has_key(const struct slot *slot, enum tacho_kind kind, const char *key, size_t size)
{
    return slot->key && slot->kind == kind && slot->key_size == size && memcmp(slot->key, key, size) == 0;
}

/* The slot of a key, or NOWHERE. */
static uint32_t slot_find(const struct segment_writer *writer, uint64_t hash, enum tacho_kind kind,
                          const char *key, size_t size)
{
    for (uint32_t i = 0; i < writer->layout.directory_window; i++) {
        uint32_t index = window_slot(writer, hash, i);
        if (index != NOWHERE && writer->slots[index].hash == hash &&
            slot_has_key(&writer->slots[index], kind, key, size))
            return index;
    }
    return NOWHERE;
}

/* The slot used longest ago, free ones first. */
static uint32_t slot_oldest(const struct segment_writer *writer)
{
    uint32_t oldest = 0;
    for (uint32_t i = 1; i < writer->layout.slot_count; i++)
        if (writer->slots[i].used_at < writer->slots[oldest].used_at)
            oldest = i;
    return oldest;
}

/* The same among the slots that fill the window of a hash. */
static uint32_t slot_oldest_in_window(const struct segment_writer *writer, uint64_t hash)
{
    uint32_t oldest = window_slot(writer, hash, 0);
    for (uint32_t i = 1; i < writer->layout.directory_window; i++) {
        uint32_t index = window_slot(writer, hash, i);
        if (writer->slots[index].used_at < writer->slots[oldest].used_at)
            oldest = index;
    }
    return oldest;
}

/* Takes a slot from its key: nobody finds it any more. */
static void slot_free(struct segment_writer *writer, uint32_t index)
{
    struct slot *slot = &writer->slots[index];
    if (!slot->key)
        return;
    window_set(writer, slot->hash, window_search(writer, slot->hash, index), NOWHERE);
    free(slot->key);
    slot->key = NULL;
}

/*
 * Gives the draft's key a slot, if need be another key's, and leaves an entry free in its window. The
 * directory does not name the slot yet. Returns NOWHERE if there is no memory for the key.
 */
static uint32_t slot_assign(struct segment_writer *writer, const struct segment_draft *draft)
{
    const struct tacho_copy *copy = draft->copy;
    char *key = malloc(copy->key_size + 1);
    if (!key)
        return NOWHERE;
    memcpy(key, tacho_key(copy), copy->key_size + 1);
    bool is_full = window_search(writer, draft->hash, NOWHERE) == writer->layout.directory_window;
    uint32_t index = is_full ? slot_oldest_in_window(writer, draft->hash) : slot_oldest(writer);
    slot_free(writer, index);
    struct slot *slot = &writer->slots[index];
    slot->key = key;
    slot->key_size = copy->key_size;
    slot->kind = copy->kind;
    slot->hash = draft->hash;
    return index;
}

/* ---- events ----------------------------------------------------------------------------------------- */

/* One metric of a copy; texts are not hashed before they are known to differ. */
struct value {
    bool known;
    uint64_t word;
    const char *text; /* NULL: a number */
};

/* NULL stands for a copy that knows nothing. */
static struct value value_of(const struct tacho_copy *copy, uint32_t word)
{
    struct value value = {false, 0, NULL};
    size_t size = 0;
    if (!copy || !tacho_word(copy, word, &value.word))
        return value;
    value.known = true;
    if (metric_table[word].type == TACHO_TEXT) {
        value.text = tacho_text(copy, word, &size);
        value.known = value.text != NULL;
        value.word = size;
    }
    return value;
}

static bool values_are_equal(struct value a, struct value b)
{
    if (a.known != b.known || a.word != b.word)
        return false;
    return !a.known || !a.text || memcmp(a.text, b.text, a.word) == 0;
}

/* What an event says of a value: a number, or a text's hash. */
static uint64_t value_in_event(struct value value)
{
    return value.text ? tacho_hash(0, value.text, value.word) : value.word;
}

/* When a limit was heard of is no change of it. */
static bool is_priority(uint32_t word)
{
    return word == TACHO_WORD_STREAM_SLOW || word == TACHO_WORD_FIVE_HOUR_USED ||
           word == TACHO_WORD_FIVE_HOUR_RESET || word == TACHO_WORD_SEVEN_DAY_USED ||
           word == TACHO_WORD_SEVEN_DAY_RESET || word == TACHO_WORD_ALERTS ||
           word == TACHO_WORD_ALERT_CHANGES || word == TACHO_WORD_ALERT_BELLS || word == TACHO_WORD_ALERT;
}

static int64_t clock_ns(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

/* Writes an event, whose sequence is the next one, over the oldest. */
static void event_write(struct segment_writer *writer, const struct tacho_event *event)
{
    struct tacho_header *layout = &writer->layout;
    uint64_t sequence = layout->ring_next;
    size_t place = sequence & (layout->ring_count - 1);
    volatile uint8_t *to = writer->map + layout->ring_offset + place * sizeof *event;
    const word_in_buffer *words = (const void *)event;
    stores_in_order(); /* the ring's next sequence, which says that this place is no longer safe, before */
    word_store(to, 0);
    stores_in_order();
    for (size_t i = 1; i < sizeof *event / 8; i++)
        word_store(to + i * 8, words[i]);
    word_publish(to, sequence);
    layout->ring_next = sequence + 1;
    word_publish(writer->map + offsetof(struct tacho_header, ring_next), layout->ring_next);
}

/* Writes the event, of which slot and key are filled in, if the copies differ in `word`. */
static void event_write_if_changed(struct segment_writer *writer, struct tacho_event *event, uint32_t word,
                                   const struct tacho_copy *old, const struct tacho_copy *new)
{
    struct value before = value_of(old, word), after = value_of(new, word);
    if (values_are_equal(before, after))
        return;
    if (event->wall_ns == 0) {
        event->monotonic_ns = clock_ns(CLOCK_MONOTONIC);
        event->wall_ns = clock_ns(CLOCK_REALTIME);
    }
    event->word = word;
    event->before = value_in_event(before);
    event->after = value_in_event(after);
    event->priority = is_priority(word);
    event->flags =
        (uint16_t)((before.known ? TACHO_EVENT_BEFORE : 0) | (after.known ? TACHO_EVENT_AFTER : 0));
    event_write(writer, event);
}

/* Writes an event for every metric in which the copies differ. */
static void events_write(struct segment_writer *writer, uint32_t index, const struct tacho_copy *old,
                         const struct tacho_copy *new)
{
    struct tacho_event event = {.slot = index, .key_hash = writer->slots[index].hash, .kind = new->kind};
    for (uint32_t first = 0; first < TACHO_WORD_COUNT; first += 64) {
        uint64_t present = new->present[first / 64] | (old ? old->present[first / 64] : 0);
        for (; present; present &= present - 1) {
            uint32_t word = first + (uint32_t)__builtin_ctzll(present);
            if (word < TACHO_WORD_COUNT)
                event_write_if_changed(writer, &event, word, old, new);
        }
    }
}

/* ---- publishing ------------------------------------------------------------------------------------- */

/* Whether two copies differ in nothing but version, checksum and as_of_ns. */
static bool copies_are_equal(const struct tacho_copy *a, const struct tacho_copy *b)
{
    const size_t used_at = offsetof(struct tacho_copy, used);
    const size_t as_of_at = offsetof(struct tacho_copy, as_of_ns);
    const size_t rest_at = offsetof(struct tacho_copy, valid_until_ns);
    const char *first = (const char *)a, *second = (const char *)b;
    return memcmp(first + used_at, second + used_at, as_of_at - used_at) == 0 &&
           memcmp(first + rest_at, second + rest_at, a->used - rest_at) == 0;
}

/* The published copy, or NULL: somebody else has written to the file. */
static const struct tacho_copy *slot_copy(const struct segment_writer *writer, uint32_t index)
{
    const struct tacho_copy *copy = (const void *)slot_at(writer, index);
    return copy->used == writer->slots[index].used ? copy : NULL;
}

/* Stores a copy, but for its version, which is its first word. */
static void copy_store(volatile uint8_t *to, const struct tacho_copy *copy)
{
    const word_in_buffer *words = (const void *)copy;
    for (size_t i = 1; i < copy->used / 8; i++)
        word_store(to + i * 8, words[i]);
}

/*
 * Stores a copy as the version after the slot's. The order of stores matters to readers that go by the
 * version alone: it must be seen to have left this copy before anything is stored there, and to reach it
 * after everything.
 */
static void copy_publish(struct segment_writer *writer, uint32_t index, struct tacho_copy *copy,
                         uint64_t content_checksum)
{
    uint64_t version = ++writer->slots[index].version;
    volatile uint8_t *front = slot_at(writer, index);
    volatile uint8_t *to = version & 1 ? front + writer->layout.back_offset : front;
    copy->checksum = checksum_whole(content_checksum, version);
    stores_in_order();
    copy_store(to, copy);
    if (to != front)
        word_store(to, version);
    word_publish(front, version);
}

/* Tells readers who open the file from now on how large copies are. */
static void advise_size(struct segment_writer *writer, uint32_t used)
{
    if (used <= writer->layout.read_size)
        return;
    writer->layout.read_size = used;
    __atomic_store_n((volatile uint32_t *)(writer->map + offsetof(struct tacho_header, read_size)), used,
                     __ATOMIC_RELAXED);
}

/*
 * Publishes a copy in its slot, and the changes from the slot's old copy (NULL: none) in the ring. The old
 * one is the front copy, and there until the front is published: hence events between the two.
 */
static void slot_publish(struct segment_writer *writer, uint32_t index, const struct tacho_copy *old,
                         struct tacho_copy *copy)
{
    uint64_t content_checksum = checksum_content(copy);
    copy_publish(writer, index, copy, content_checksum);
    events_write(writer, index, old, copy);
    copy_publish(writer, index, copy, content_checksum);
    writer->slots[index].used = copy->used;
    advise_size(writer, copy->used);
    writer->layout.publishes++;
    word_store(writer->map + offsetof(struct tacho_header, publishes), writer->layout.publishes);
}

int64_t segment_publish(struct segment_writer *writer, struct segment_draft *draft)
{
    struct tacho_copy *copy = draft->copy;
    const struct tacho_copy *old = NULL;
    draft_finish(draft);
    uint32_t index = slot_find(writer, draft->hash, copy->kind, tacho_key(copy), copy->key_size);
    bool is_new = index == NOWHERE;
    if (is_new)
        index = slot_assign(writer, draft);
    if (index == NOWHERE)
        return -1;
    struct slot *slot = &writer->slots[index];
    slot->used_at = ++writer->clock;
    if (!is_new)
        old = slot_copy(writer, index);
    if (old && copies_are_equal(copy, old))
        return index;
    slot_publish(writer, index, old, copy);
    if (is_new)
        window_set(writer, slot->hash, window_search(writer, slot->hash, NOWHERE), index);
    return index;
}

int64_t segment_touch(struct segment_writer *writer, enum tacho_kind kind, const char *key, size_t key_size)
{
    uint32_t index = slot_find(writer, tacho_hash(kind, key, key_size), kind, key, key_size);
    if (index == NOWHERE)
        return -1;
    writer->slots[index].used_at = ++writer->clock;
    return index;
}
