/* Choosing, sorting and selecting sessions: see choice.h. */
#include "choice.h"

#include "../base/memory.h"
#include "../base/zone.h"

#include <stdlib.h>
#include <string.h>

static const int64_t DAY_US = 24 * 3600 * MICROSECONDS;

struct fact_text session_name(const struct tacho_copy *slot)
{
    struct fact_text name = slot_text(slot, TACHO_WORD_SESSION_NAME);
    if (name.bytes && name.size)
        return name;
    size_t size = slot->key_size;
    return (struct fact_text){tacho_key(slot), size < SHORT_ID ? size : SHORT_ID};
}

const char *sort_name(enum sort_key sort)
{
    static const char *const names[SORT_KEYS] = {"activity", "cost", "rate", "context", "name"};
    return names[sort];
}

/* ---- which --------------------------------------------------------------------------------------------- */

static bool holds(struct fact_text text, const char *wanted)
{
    size_t size = strlen(wanted);
    for (size_t at = 0; text.bytes && at + size <= text.size; at++)
        if (strncasecmp(text.bytes + at, wanted, size) == 0)
            return true;
    return false;
}

static bool is_filtered_out(const struct watch *watch, const struct tacho_copy *slot)
{
    static const uint32_t words[] = {TACHO_WORD_SESSION_NAME, TACHO_WORD_DIRECTORY, TACHO_WORD_GIT_BRANCH,
                                     TACHO_WORD_MODEL_NAME,   TACHO_WORD_MODEL_ID,  TACHO_WORD_SESSION_STATE};
    if (!watch->filter[0] || holds((struct fact_text){tacho_key(slot), slot->key_size}, watch->filter))
        return false;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (holds(slot_text(slot, words[i]), watch->filter))
            return false;
    return true;
}

/* ---- in what order ------------------------------------------------------------------------------------- */

static int compare_numbers(int64_t a, int64_t b)
{
    return (a < b) - (a > b);
}

static int compare_texts(struct fact_text a, struct fact_text b)
{
    int order = strncasecmp(a.bytes, b.bytes, a.size < b.size ? a.size : b.size);
    return order ? order : (a.size > b.size) - (a.size < b.size);
}

static int compare_by(enum sort_key sort, const struct session_row *a, const struct session_row *b)
{
    switch (sort) {
    case SORT_COST:
        return compare_numbers(slot_number(a->slot, TACHO_WORD_COST, 0),
                               slot_number(b->slot, TACHO_WORD_COST, 0));
    case SORT_RATE:
        return compare_numbers(a->rate_pusd, b->rate_pusd);
    case SORT_CONTEXT:
        return compare_numbers(slot_number(a->slot, TACHO_WORD_CONTEXT_USED, -1),
                               slot_number(b->slot, TACHO_WORD_CONTEXT_USED, -1));
    case SORT_NAME:
        return compare_texts(session_name(a->slot), session_name(b->slot));
    default:
        return compare_numbers(a->active_us, b->active_us);
    }
}

/* Equals stand in the order of their ids, so that no row moves without need. */
static int compare_rows(const void *a, const void *b, void *data)
{
    const struct session_row *x = a, *y = b;
    const struct watch *watch = data;
    int order = compare_by(watch->sort, x, y);
    if (order)
        return watch->is_reversed ? -order : order;
    return strcmp(tacho_key(x->slot), tacho_key(y->slot));
}

/* ---- the rows ------------------------------------------------------------------------------------------ */

static void add_row(struct watch *watch, uint32_t index)
{
    const struct tacho_copy *slot = watch->segment.slots[index];
    int64_t active_ns = slot_number(slot, TACHO_WORD_LAST_ACTIVE, 0),
            asked_ns = slot_number(slot, TACHO_WORD_ASKED, 0);
    struct session_row row = {slot, segment_view_rate(&watch->segment, index, watch->now_us),
                              (active_ns > asked_ns ? active_ns : asked_ns) / 1000};
    watch->session_count++;
    if (is_filtered_out(watch, slot) || (!watch->shows_all && row.active_us < watch->now_us - DAY_US))
        return;
    watch->rows = memory_grow(watch->rows, watch->row_count, &watch->row_room, sizeof row);
    watch->rows[watch->row_count++] = row;
}

void choice_update(struct watch *watch)
{
    watch->row_count = watch->session_count = 0;
    for (uint32_t i = 0; i < watch->segment.slot_count; i++)
        if (watch->segment.slots[i] && watch->segment.slots[i]->kind == TACHO_SESSION)
            add_row(watch, i);
    if (watch->row_count)
        qsort_r(watch->rows, watch->row_count, sizeof *watch->rows, compare_rows, watch);
    if (choice_selected(watch) == watch->row_count)
        choice_select(watch, 0);
}

size_t choice_selected(const struct watch *watch)
{
    for (size_t i = 0; i < watch->row_count; i++)
        if (strncmp(tacho_key(watch->rows[i].slot), watch->selected, SELECTED_MAX - 1) == 0)
            return i;
    return watch->row_count;
}

void choice_select(struct watch *watch, size_t row)
{
    watch->selected[0] = '\0';
    if (row < watch->row_count)
        strncat(watch->selected, tacho_key(watch->rows[row].slot), SELECTED_MAX - 1);
}

void choice_move(struct watch *watch, int by)
{
    int64_t to = (int64_t)choice_selected(watch) + by, last = (int64_t)watch->row_count - 1;
    if (last >= 0)
        choice_select(watch, (size_t)(to < 0 ? 0 : to > last ? last : to));
}
