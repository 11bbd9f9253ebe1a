/* The slots as they are, by way of the ring: see segment_view.h. */
#include "segment_view.h"

#include "../base/memory.h"
#include "../base/zone.h"

#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static const int64_t MINUTE_NS = INT64_C(60000000000), MINUTE_US = 60 * MICROSECONDS;

/* ---- slots --------------------------------------------------------------------------------------------- */

int64_t slot_number(const struct tacho_copy *slot, uint32_t word, int64_t none)
{
    uint64_t value;
    return slot && tacho_word(slot, word, &value) ? (int64_t)value : none;
}

struct fact_text slot_text(const struct tacho_copy *slot, uint32_t word)
{
    struct fact_text text = {NULL, 0};
    if (slot)
        text.bytes = tacho_text(slot, word, &text.size);
    return text;
}

struct fact_text slot_place(const struct tacho_copy *slot, char out[TACHO_KEY_MAX + 1])
{
    struct fact_text path = slot_text(slot, TACHO_WORD_DIRECTORY);
    const char *home = getenv("HOME");
    size_t size = home ? strlen(home) : 0;
    bool is_below = size > 1 && path.bytes && path.size >= size && memcmp(path.bytes, home, size) == 0 &&
                    (path.size == size || path.bytes[size] == '/');
    if (!is_below || path.size - size + 2 > TACHO_KEY_MAX)
        return path;
    out[0] = '~';
    memcpy(out + 1, path.bytes + size, path.size - size);
    return (struct fact_text){out, path.size - size + 1};
}

static uint32_t global_index(const struct segment_view *view)
{
    uint32_t index = 0;
    while (index < view->slot_count && !(view->slots[index] && view->slots[index]->kind == TACHO_GLOBAL))
        index++;
    return index;
}

const struct tacho_copy *segment_view_global(const struct segment_view *view)
{
    uint32_t index = global_index(view);
    return index < view->slot_count ? view->slots[index] : NULL;
}

static void read_slot(struct segment_view *view, uint32_t index)
{
    int error = tacho_read(&view->segment, index, view->buffer, view->buffer_size);
    view->is_stale[index] = error == TACHO_BUSY;
    view->is_behind |= error == TACHO_BUSY;
    if (error == TACHO_BUSY)
        return;
    free(view->slots[index]);
    view->slots[index] = NULL;
    if (error)
        return;
    view->slots[index] = memory_take(view->buffer->used);
    memcpy(view->slots[index], view->buffer, view->buffer->used);
}

/* ---- what was spent ------------------------------------------------------------------------------------ */

static void add_spent(struct spent *spent, const struct tacho_event *event)
{
    int64_t minute = event->wall_ns / MINUTE_NS;
    size_t at = (size_t)(minute % SPENT_MINUTES);
    if (spent->key_hash != event->key_hash)
        *spent = (struct spent){.key_hash = event->key_hash};
    if (spent->minutes[at] != minute)
        spent->minutes[at] = minute, spent->pusd[at] = 0;
    spent->pusd[at] += event->after - event->before;
}

int64_t segment_view_rate(const struct segment_view *view, uint32_t slot, int64_t now_us)
{
    const struct spent *spent = &view->spent[slot];
    int64_t minute = now_us / MINUTE_US;
    uint64_t sum = 0;
    for (size_t i = 0; i < SPENT_MINUTES; i++)
        sum += spent->minutes[i] > minute - SPENT_MINUTES ? spent->pusd[i] : 0;
    return (int64_t)(sum * 60 / SPENT_MINUTES);
}

int64_t segment_view_rate_of_all(const struct segment_view *view, int64_t now_us)
{
    uint32_t index = global_index(view);
    return index < view->slot_count ? segment_view_rate(view, index, now_us) : 0;
}

/* ---- events -------------------------------------------------------------------------------------------- */

/* While history is read sums grow, and nothing was spent: what came before the agent was ready is no rate. */
static void take_event(struct segment_view *view, const struct tacho_event *event)
{
    const uint32_t known = TACHO_EVENT_BEFORE | TACHO_EVENT_AFTER;
    if (event->slot >= view->slot_count)
        return;
    view->is_stale[event->slot] = true;
    if (event->word == TACHO_WORD_STATE)
        memset(view->spent, 0, view->slot_count * sizeof *view->spent);
    if (event->word == TACHO_WORD_COST && (event->flags & known) == known && event->after > event->before &&
        event->wall_ns > 0)
        add_spent(&view->spent[event->slot], event);
}

static void mark_all(struct segment_view *view)
{
    memset(view->is_stale, true, view->slot_count * sizeof *view->is_stale);
}

/* Takes as many events as the ring can hold, no more: a writer that is faster is caught up with next time. */
static bool take_events(struct segment_view *view)
{
    struct tacho_event event;
    uint64_t missed = 0;
    bool is_changed = false;
    for (uint32_t i = 0; i < view->segment.header.ring_count; i++) {
        int result = tacho_next(&view->segment, &view->cursor, &event, &missed);
        if (result == 1)
            take_event(view, &event);
        else if (result == TACHO_BUSY)
            mark_all(view);
        else
            break;
        is_changed = true;
    }
    return is_changed;
}

/* ---- the segment --------------------------------------------------------------------------------------- */

static void forget(struct segment_view *view)
{
    for (uint32_t i = 0; i < view->slot_count; i++)
        free(view->slots[i]);
    free(view->slots);
    free(view->spent);
    free(view->is_stale);
    free(view->buffer);
    if (view->agent >= 0)
        close(view->agent);
    if (view->is_open)
        tacho_close(&view->segment);
    segment_view_init(view);
}

/* The cursor begins with the oldest event that the ring still has, for what was spent in the last minutes. */
static void begin(struct segment_view *view, const struct tacho_segment *segment)
{
    forget(view);
    view->segment = *segment;
    view->is_open = true;
    view->cursor.next = 1;
    view->slot_count = segment->header.slot_count;
    view->slots = memory_zeroed(view->slot_count + 1, sizeof *view->slots);
    view->spent = memory_zeroed(view->slot_count + 1, sizeof *view->spent);
    view->is_stale = memory_zeroed(view->slot_count + 1, sizeof *view->is_stale);
    view->buffer_size =
        segment->header.copy_size < TACHO_COPY_MAX ? segment->header.copy_size : TACHO_COPY_MAX;
    view->buffer = memory_take(view->buffer_size + sizeof *view->buffer);
    view->agent = (int)syscall(SYS_pidfd_open, (pid_t)segment->header.agent_pid, 0);
    mark_all(view);
}

/* Whether a segment other than the one at hand was there to be opened. */
static bool open_newer(struct segment_view *view, const char *path)
{
    struct tacho_segment segment;
    if (tacho_open(&segment, path) != TACHO_OK)
        return false;
    if (view->is_open && segment.header.epoch == view->segment.header.epoch) {
        tacho_close(&segment);
        return false;
    }
    begin(view, &segment);
    return true;
}

void segment_view_init(struct segment_view *view)
{
    *view = (struct segment_view){.agent = -1};
}

void segment_view_free(struct segment_view *view)
{
    forget(view);
}

bool segment_view_update(struct segment_view *view, const char *path)
{
    bool is_changed = false;
    if (!view->is_open || view->agent < 0 || tacho_is_retired(&view->segment))
        is_changed = open_newer(view, path);
    if (!view->is_open)
        return is_changed;
    is_changed |= take_events(view) || view->is_behind;
    view->is_behind = false;
    for (uint32_t i = 0; i < view->slot_count; i++)
        if (view->is_stale[i])
            read_slot(view, i);
    return is_changed;
}
