/*
 * The table of sessions. Columns that there is no room for are left out, what matters least first; those of
 * names and places share what is left over, as far as their texts need it.
 */
#include "choice.h"
#include "overview.h"

#include "../render/harmless.h"
#include "../render/names.h"
#include "../render/numbers.h"
#include "../render/segments_draw.h"

#include <stdio.h>
#include <string.h>

enum column { STATE, NAME, MODEL, CONTEXT, COST, RATE, ACTIVE, DIRECTORY, BRANCH, COLUMNS_COUNT };

static const struct {
    const char *title;
    int least, most; /* columns */
    int rank;        /* 0 stays longest */
    bool is_right;   /* stands at the right */
} columns[COLUMNS_COUNT] = {
    [STATE] = {"State", 7, 7, 1, false},    [NAME] = {"Session", 8, 32, 0, false},
    [MODEL] = {"Model", 8, 18, 4, false},   [CONTEXT] = {"Context", 7, 13, 3, false},
    [COST] = {"Cost", 9, 9, 2, true},       [RATE] = {"$/h", 8, 8, 6, true},
    [ACTIVE] = {"Active", 6, 6, 5, true},   [DIRECTORY] = {"Directory", 10, 48, 7, false},
    [BRANCH] = {"Branch", 8, 32, 8, false},
};

enum { GAP = 1, BAR_COLUMNS = 8 };

struct table {
    int widths[COLUMNS_COUNT]; /* 0: left out */
};

/* ---- cells --------------------------------------------------------------------------------------------- */

static struct fact_text model_of(const struct tacho_copy *slot)
{
    struct fact_text name = slot_text(slot, TACHO_WORD_MODEL_NAME);
    return name_of_model(name.bytes ? name : slot_text(slot, TACHO_WORD_MODEL_ID));
}

static void paint_state(struct strip *strip, const struct tacho_copy *slot)
{
    struct fact_text state = slot_text(slot, TACHO_WORD_SESSION_STATE);
    int role = ROLE_DIM;
    if (state.bytes && strcmp(state.bytes, "waiting") == 0)
        role = ROLE_ALARM;
    else if (state.bytes && strcmp(state.bytes, "busy") == 0)
        role = ROLE_CALM;
    paint_text(strip, role, state.bytes ? state : text_of("-"));
}

static void paint_context(struct strip *strip, const struct tacho_copy *slot)
{
    char number[NUMBER_MAX];
    int64_t used_e2 = slot_number(slot, TACHO_WORD_CONTEXT_USED, -1);
    if (used_e2 < 0) {
        paint_whole(strip, ROLE_DIM, "-");
        return;
    }
    number_percent(number, (int32_t)used_e2);
    if (strip->end - strip->x >= BAR_COLUMNS + 5) {
        paint_bar(strip, level_role((int32_t)used_e2), BAR_COLUMNS, used_e2);
        paint_up_to(strip, strip->x + 5 - (int)strlen(number));
    }
    paint_whole(strip, level_role((int32_t)used_e2), "%s", number);
}

/* What stands at the right is short and ours. */
static void paint_right(struct strip *strip, int role, const char *text)
{
    paint_up_to(strip, strip->end - (int)strlen(text));
    paint_whole(strip, role, "%s", text);
}

static void paint_cell(struct watch *watch, struct strip *strip, enum column column,
                       const struct session_row *row)
{
    char number[NUMBER_MAX] = "", place[TACHO_KEY_MAX + 1];
    const struct tacho_copy *slot = row->slot;
    switch (column) {
    case STATE:
        paint_state(strip, slot);
        break;
    case NAME:
        paint_text(strip, ROLE_TEXT, session_name(slot));
        break;
    case MODEL:
        paint_text(strip, ROLE_MODEL, model_of(slot));
        break;
    case CONTEXT:
        paint_context(strip, slot);
        break;
    case COST:
        number_dollars(number, slot_number(slot, TACHO_WORD_COST, 0));
        paint_right(strip, ROLE_COST, number);
        break;
    case RATE:
        number_dollars(number, row->rate_pusd);
        paint_right(strip, row->rate_pusd ? ROLE_COST : ROLE_DIM, row->rate_pusd ? number : "-");
        break;
    case ACTIVE:
        watch_age(watch, number, row->active_us);
        paint_right(strip, ROLE_DETAIL, number);
        break;
    case DIRECTORY:
        paint_tail(strip, ROLE_PATH, slot_place(slot, place));
        break;
    default:
        paint_text(strip, ROLE_BRANCH, slot_text(slot, TACHO_WORD_GIT_BRANCH));
    }
}

/* ---- widths -------------------------------------------------------------------------------------------- */

/* What a column's text wants; 0: it is as wide as its title and its least. */
static int wanted_columns(const struct watch *watch, enum column column, const struct tacho_copy *slot)
{
    char place[TACHO_KEY_MAX + 1];
    struct fact_text text = {NULL, 0};
    if (column == NAME)
        text = session_name(slot);
    else if (column == MODEL)
        text = model_of(slot);
    else if (column == DIRECTORY)
        text = slot_place(slot, place);
    else if (column == BRANCH)
        text = slot_text(slot, TACHO_WORD_GIT_BRANCH);
    uint32_t wide = text.bytes ? harmless_columns(text.bytes, text.size, watch->look.ascii) : 0;
    return wide < 1000 ? (int)wide : 1000;
}

static int most_wanted(const struct watch *watch, enum column column)
{
    int most = column == CONTEXT ? columns[column].most : columns[column].least;
    for (size_t i = 0; i < watch->row_count; i++) {
        int wanted = wanted_columns(watch, column, watch->rows[i].slot);
        most = wanted > most ? wanted : most;
    }
    return most < columns[column].most ? most : columns[column].most;
}

static struct table fit_table(const struct watch *watch, int room)
{
    static const enum column growing[] = {NAME, CONTEXT, MODEL, DIRECTORY, BRANCH};
    struct table table = {0};
    for (int rank = 0; rank < COLUMNS_COUNT; rank++)
        for (int column = 0; column < COLUMNS_COUNT; column++)
            if (columns[column].rank == rank && columns[column].least + GAP <= room) {
                table.widths[column] = columns[column].least;
                room -= columns[column].least + GAP;
            }
    for (size_t i = 0; i < sizeof growing / sizeof *growing; i++) {
        int *width = &table.widths[growing[i]];
        int more = *width ? most_wanted(watch, growing[i]) - *width : 0;
        more = more < room ? more : room;
        *width += more;
        room -= more;
    }
    return table;
}

/* ---- rows ---------------------------------------------------------------------------------------------- */

/* The part of a row that a column takes; what is between the columns is blank. */
static struct strip cell_at(struct strip *row, int width)
{
    struct strip cell = *row;
    cell.end = cell.x + width;
    row->x += width;
    return cell;
}

static void paint_row(struct watch *watch, const struct table *table, struct strip strip,
                      const struct session_row *row)
{
    for (int column = 0; column < COLUMNS_COUNT; column++) {
        if (!table->widths[column])
            continue;
        struct strip cell = cell_at(&strip, table->widths[column]);
        if (!row && columns[column].is_right)
            paint_right(&cell, ROLE_DIM, columns[column].title);
        else if (!row)
            paint_whole(&cell, ROLE_DIM, "%s", columns[column].title);
        else
            paint_cell(watch, &cell, (enum column)column, row);
        paint_up_to(&cell, cell.end);
        paint_up_to(&strip, strip.x + GAP);
    }
    if (strip.is_marked)
        paint_up_to(&strip, strip.end);
}

static void paint_title(const struct watch *watch, int y)
{
    struct strip strip = watch_row(watch, y);
    paint_whole(&strip, ROLE_ROOT, "Sessions");
    if (watch->row_count == watch->session_count)
        paint_whole(&strip, ROLE_TEXT, " %zu", watch->row_count);
    else
        paint_whole(&strip, ROLE_TEXT, " %zu of %zu", watch->row_count, watch->session_count);
    paint_whole(&strip, ROLE_DIM, "  by %s%s", sort_name(watch->sort),
                watch->is_reversed ? ", reversed" : "");
    if (watch->filter[0] || watch->is_filtering) {
        paint_whole(&strip, ROLE_DIM, "  /");
        paint_text(&strip, ROLE_WARN, text_of(watch->filter));
        if (watch->is_filtering)
            paint_whole(&strip, ROLE_WARN, "_");
    }
}

/* The selected session is always among those shown. */
static void scroll(struct watch *watch, size_t selected, size_t rows)
{
    size_t last = watch->row_count > rows ? watch->row_count - rows : 0;
    if (selected < watch->top)
        watch->top = selected;
    if (selected >= watch->top + rows)
        watch->top = selected - rows + 1;
    watch->top = watch->top < last ? watch->top : last;
}

void sessions_paint(struct watch *watch, int y, int rows)
{
    bool has_headings = rows > 3;
    struct strip strip = watch_row(watch, y + 1);
    struct table table = fit_table(watch, strip.end - strip.x + GAP);
    size_t selected = choice_selected(watch);
    paint_title(watch, y);
    if (has_headings)
        paint_row(watch, &table, strip, NULL);
    watch->table_y = y + 1 + has_headings;
    watch->table_rows = rows - 1 - has_headings;
    if (watch->table_rows <= 0)
        return;
    scroll(watch, selected, (size_t)watch->table_rows);
    if (!watch->row_count)
        paint_whole(
            &(struct strip){.y = watch->table_y, .x = strip.x, .end = strip.end, .look = &watch->look},
            ROLE_DIM, watch->session_count ? "none that is shown: a shows all" : "none yet");
    for (int i = 0; i < watch->table_rows && watch->top + (size_t)i < watch->row_count; i++) {
        strip = watch_row(watch, watch->table_y + i);
        strip.is_marked = watch->top + (size_t)i == selected;
        paint_row(watch, &table, strip, &watch->rows[watch->top + (size_t)i]);
    }
}
