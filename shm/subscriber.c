/*
 * Subscribers to the ring of events: see tacho.h. Freestanding, as reader.c is.
 *
 * Events of the ring are either given as they are, or marked as bits (one for each metric of each slot) whose
 * newest values are then read from the slots. A newest value may be newer than events that the ring still
 * holds: `settled` is the event up to which they are marked, too, so that no metric seems to go back.
 */
#include "reader.h"

#define BITS_WORDS (TACHO_WORDS_MAX / 64)

/* One call of tacho_take(). */
struct taking {
    const struct tacho_segment *segment;
    struct tacho_subscriber *subscriber;
    struct tacho_event *events;
    size_t count, made;
    void *buffer; /* for one copy */
    size_t size;
};

/* ---- what is followed ------------------------------------------------------------------------------- */

/* Whether a metric is called `name`, or `name` and a dot and more. */
static int name_begins(const char *metric, const char *name)
{
    while (*name && *metric == *name) {
        metric++;
        name++;
    }
    return *name == '\0' && (*metric == '\0' || *metric == '.');
}

int tacho_filter_metric(const struct tacho_segment *segment, struct tacho_filter *filter, const char *name)
{
    struct tacho_metric metric;
    int found = 0, result;
    for (uint32_t i = 0; i < TACHO_WORDS_MAX; i++) {
        result = tacho_metric_at(segment, i, &metric);
        if (result == TACHO_NOT_FOUND)
            break;
        if (result != TACHO_OK)
            return TACHO_CORRUPT;
        if (name_begins(metric.name, name)) {
            filter->words[metric.word / 64] |= UINT64_C(1) << metric.word % 64;
            found++;
        }
    }
    return found;
}

static uint64_t followed_words(const struct tacho_filter *filter, uint32_t index)
{
    uint64_t any = 0;
    for (uint32_t i = 0; i < BITS_WORDS; i++)
        any |= filter->words[i];
    return any ? filter->words[index] : UINT64_MAX;
}

/* Kind 0: an agent that does not say. */
static int follows_slot(const struct tacho_filter *filter, uint32_t kind, uint64_t key_hash)
{
    if (filter->kinds && kind && (kind >= 32 || !(filter->kinds >> kind & 1)))
        return 0;
    uint32_t count = filter->key_count < TACHO_FILTER_KEYS ? filter->key_count : TACHO_FILTER_KEYS;
    for (uint32_t i = 0; i < count; i++)
        if (filter->keys[i] == key_hash)
            return 1;
    return count == 0;
}

static int follows(const struct taking *taking, const struct tacho_event *event)
{
    const struct tacho_filter *filter = &taking->subscriber->filter;
    return event->word < TACHO_WORDS_MAX && event->slot < taking->segment->header.slot_count &&
           followed_words(filter, event->word / 64) >> event->word % 64 & 1 &&
           follows_slot(filter, event->kind, event->key_hash);
}

/* ---- marks ------------------------------------------------------------------------------------------ */

static uint64_t *slot_bits(const struct tacho_subscriber *subscriber, uint32_t slot)
{
    return subscriber->changed + (size_t)slot * BITS_WORDS;
}

static int has_bits(const uint64_t *bits)
{
    uint64_t any = 0;
    for (uint32_t i = 0; i < BITS_WORDS; i++)
        any |= bits[i];
    return any != 0;
}

static void mark(struct tacho_subscriber *subscriber, uint32_t slot, uint32_t word)
{
    uint64_t *bits = slot_bits(subscriber, slot);
    subscriber->changed_slots += !has_bits(bits);
    bits[word / 64] |= UINT64_C(1) << word % 64;
}

/* Marks all that is followed, or nothing. */
static void mark_all(const struct tacho_segment *segment, struct tacho_subscriber *subscriber, int marked)
{
    for (uint32_t slot = 0; slot < segment->header.slot_count; slot++)
        for (uint32_t i = 0; i < BITS_WORDS; i++) {
            slot_bits(subscriber, slot)[i] = marked ? followed_words(&subscriber->filter, i) : 0;
            __asm__ volatile(""); /* no call to memset, which may not be there */
        }
    subscriber->changed_slots = marked ? segment->header.slot_count : 0;
    subscriber->renewing = marked != 0;
}

/* ---- starting --------------------------------------------------------------------------------------- */

size_t tacho_subscriber_size(const struct tacho_segment *segment)
{
    return (size_t)segment->header.slot_count * BITS_WORDS * sizeof(uint64_t);
}

int tacho_attach(const struct tacho_segment *segment, struct tacho_subscriber *subscriber, void *memory,
                 enum tacho_start start)
{
    const uint32_t kept = segment->header.ring_count - 1;
    int result = tacho_subscribe(segment, &subscriber->cursor);
    if (result != TACHO_OK)
        return result;
    subscriber->settled = subscriber->cursor.next;
    subscriber->given = subscriber->conflated = subscriber->missed = 0;
    subscriber->changed = memory;
    subscriber->slot = 0;
    mark_all(segment, subscriber, start == TACHO_FROM_VALUES);
    if (start == TACHO_FROM_OLDEST) {
        uint64_t next = subscriber->cursor.next;
        subscriber->cursor.next = next > kept ? next - kept : 1;
        subscriber->settled = subscriber->cursor.next;
    }
    return TACHO_OK;
}

/* ---- the ring --------------------------------------------------------------------------------------- */

/* From now on, what is written until now is told by newest values. */
static void settle(const struct taking *taking)
{
    struct tacho_cursor now;
    if (tacho_subscribe(taking->segment, &now) == TACHO_OK && now.next > taking->subscriber->settled)
        taking->subscriber->settled = now.next;
}

/* So many events were overwritten before they were read. */
static void tell_missed(struct taking *taking, struct tacho_event *event, uint64_t missed)
{
    struct tacho_subscriber *subscriber = taking->subscriber;
    struct tacho_event *last = taking->made > 0 ? &taking->events[taking->made - 1] : NULL;
    subscriber->missed += missed;
    mark_all(taking->segment, subscriber, 1);
    settle(taking);
    if (last && last->flags & TACHO_EVENT_MISSED) {
        last->after += missed;
        return;
    }
    event->sequence = event->key_hash = event->before = 0;
    event->monotonic_ns = event->wall_ns = 0;
    event->slot = event->word = 0;
    event->kind = 0;
    event->priority = 1;
    event->flags = TACHO_EVENT_MISSED;
    event->after = missed;
    taking->made++;
}

/* An event that is followed and stands in its place among the results: to stay there, or to be marked. */
static void take_event(struct taking *taking, const struct tacho_event *event)
{
    struct tacho_subscriber *subscriber = taking->subscriber;
    if (event->priority || event->sequence >= subscriber->settled) {
        taking->made++;
    } else {
        mark(subscriber, event->slot, event->word);
        subscriber->conflated++;
    }
}

/*
 * Takes events up to the end of the ring, or with `settled` up to that one: behind it come newest values
 * first. Returns 0, or TACHO_CORRUPT.
 */
static int take_events(struct taking *taking)
{
    struct tacho_subscriber *subscriber = taking->subscriber;
    uint64_t looks = 2 * (uint64_t)taking->segment->header.ring_count;
    while (taking->made < taking->count && looks-- > 0) {
        if (subscriber->changed_slots > 0 && subscriber->cursor.next >= subscriber->settled)
            return TACHO_OK;
        struct tacho_event *event = &taking->events[taking->made];
        uint64_t missed = 0;
        int result = tacho_next(taking->segment, &subscriber->cursor, event, &missed);
        if (result == TACHO_BUSY)
            tell_missed(taking, event, missed);
        else if (result != 1)
            return result;
        else if (follows(taking, event))
            take_event(taking, event);
    }
    return TACHO_OK;
}

/* ---- newest values ---------------------------------------------------------------------------------- */

/* Gives the newest value of one metric of the copy in the buffer. */
static void give_value(struct taking *taking, uint32_t word, uint64_t key_hash)
{
    const struct tacho_copy *copy = taking->buffer;
    struct tacho_event *event = &taking->events[taking->made];
    struct tacho_metric metric;
    size_t size;
    int known = tacho_word(copy, word, &event->after);
    if (!known && taking->subscriber->renewing)
        return; /* all that is known is given: this is not */
    const char *text = NULL;
    if (known && tacho_metric_at(taking->segment, word, &metric) == TACHO_OK && metric.word == word &&
        metric.type == TACHO_TEXT)
        text = tacho_text(copy, word, &size);
    if (text)
        event->after = tacho_hash(0, text, size);
    event->sequence = event->before = 0;
    event->monotonic_ns = 0;
    event->wall_ns = copy->as_of_ns;
    event->key_hash = key_hash;
    event->slot = taking->subscriber->slot;
    event->word = word;
    event->priority = 0;
    event->flags = (uint16_t)(TACHO_EVENT_NEWEST | (known ? TACHO_EVENT_AFTER : 0));
    event->kind = copy->kind;
    if (!known)
        event->after = 0;
    taking->made++;
}

/* Gives what is marked of the copy in the buffer, as far as there is room, and takes those marks away. */
static void give_marked(struct taking *taking, uint64_t *bits)
{
    const struct tacho_copy *copy = taking->buffer;
    uint64_t key_hash = tacho_hash((enum tacho_kind)copy->kind, tacho_key(copy), copy->key_size);
    int followed = follows_slot(&taking->subscriber->filter, copy->kind, key_hash);
    for (uint32_t i = 0; i < BITS_WORDS; i++)
        for (; bits[i] && taking->made < taking->count; bits[i] &= bits[i] - 1)
            if (followed)
                give_value(taking, i * 64 + (uint32_t)__builtin_ctzll(bits[i]), key_hash);
}

/* Gives the newest values of the slot at hand. Returns whether it is done with. */
static int give_slot(struct taking *taking)
{
    uint64_t *bits = slot_bits(taking->subscriber, taking->subscriber->slot);
    if (!has_bits(bits))
        return 1;
    int result = tacho_read(taking->segment, taking->subscriber->slot, taking->buffer, taking->size);
    if (result == TACHO_BUSY)
        return 1; /* its marks stay, and events of it are on their way */
    if (result == TACHO_OK)
        give_marked(taking, bits);
    else
        for (uint32_t i = 0; i < BITS_WORDS; i++)
            bits[i] = 0; /* nothing is there, or nothing that can be read */
    if (has_bits(bits))
        return 0;
    taking->subscriber->changed_slots--;
    return 1;
}

static void give_newest(struct taking *taking)
{
    struct tacho_subscriber *subscriber = taking->subscriber;
    const uint32_t slots = taking->segment->header.slot_count;
    for (uint32_t looks = 0; looks < slots && subscriber->changed_slots > 0; looks++) {
        if (!give_slot(taking))
            break;
        subscriber->slot = subscriber->slot + 1 < slots ? subscriber->slot + 1 : 0;
    }
    if (subscriber->changed_slots == 0)
        subscriber->renewing = 0;
    settle(taking);
}

/* ---- the whole -------------------------------------------------------------------------------------- */

int64_t tacho_take(const struct tacho_segment *segment, struct tacho_subscriber *subscriber,
                   struct tacho_event *events, size_t count, void *buffer, size_t size)
{
    struct taking taking = {segment, subscriber, events, count, 0, buffer, size};
    uint32_t patience = subscriber->patience ? subscriber->patience : segment->header.ring_count / 4;
    if (size < segment->header.copy_size)
        return TACHO_TOO_SMALL;
    if (subscriber->changed_slots > 0 || tacho_lag(segment, &subscriber->cursor) > patience)
        settle(&taking);
    int result = take_events(&taking);
    if (result == TACHO_OK && taking.made < count && subscriber->changed_slots > 0)
        give_newest(&taking);
    subscriber->given += taking.made;
    return result < 0 && taking.made == 0 ? result : (int64_t)taking.made;
}
