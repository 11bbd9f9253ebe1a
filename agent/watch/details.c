/*
 * The page of one session: everything that its slot says, by the segment's own table of metrics, so that what
 * a newer agent knows is shown, too.
 */
#include "choice.h"

#include "../render/numbers.h"

#include <ncurses.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum { NAME_COLUMNS = 26, VALUE_COLUMNS = 34 };

static void number_of_time(char out[NUMBER_MAX], int64_t ns)
{
    time_t seconds = (time_t)(ns / 1000000000);
    struct tm local;
    if (!localtime_r(&seconds, &local) || !strftime(out, NUMBER_MAX, "%Y-%m-%d %H:%M:%S", &local))
        out[0] = '\0';
}

/* A number in its unit. */
static void number_in_unit(char out[NUMBER_MAX], const struct tacho_metric *metric, uint64_t word)
{
    if (strcmp(metric->unit, "pusd") == 0)
        number_dollars(out, (int64_t)word);
    else if (strcmp(metric->unit, "unix_ns") == 0)
        number_of_time(out, (int64_t)word);
    else if (strcmp(metric->unit, "percent_e2") == 0)
        number_percent(out, word < INT32_MAX ? (int32_t)word : INT32_MAX);
    else
        number_grouped(out, word);
}

/* A metric's name, its value, and where there is room what it means. */
static void paint_metric(struct strip strip, const struct tacho_metric *metric, const struct tacho_copy *slot,
                         uint64_t word)
{
    char number[NUMBER_MAX];
    struct strip name = strip, value = strip;
    name.end = strip.x + NAME_COLUMNS;
    paint_text(&name, ROLE_DIM, text_of(metric->name));
    value.x = name.end + 1;
    if (strip.end > value.x + 2 * VALUE_COLUMNS) {
        value.end = value.x + VALUE_COLUMNS;
        strip.x = value.end + 1;
        paint_text(&strip, ROLE_DIM, text_of(metric->help));
    }
    if (metric->type == TACHO_TEXT) {
        paint_tail(&value, ROLE_PATH, slot_text(slot, metric->word));
        return;
    }
    number_in_unit(number, metric, word);
    paint_whole(&value, ROLE_TEXT, "%s", number);
}

static size_t count_metrics(const struct watch *watch, const struct tacho_copy *slot)
{
    struct tacho_metric metric;
    size_t count = 0;
    uint64_t word;
    for (uint32_t i = 0; tacho_metric_at(&watch->segment.segment, i, &metric) == TACHO_OK; i++)
        count += tacho_word(slot, metric.word, &word);
    return count;
}

/* The last of them may come up to the last row, no further. */
static void stop_at_end(struct watch *watch, const struct tacho_copy *slot, int rows)
{
    size_t count = count_metrics(watch, slot), room = rows > 0 ? (size_t)rows : 0;
    size_t last = count > room ? count - room : 0;
    watch->top = watch->top < last ? watch->top : last;
}

static void paint_metrics(struct watch *watch, const struct tacho_copy *slot, int y, int rows)
{
    struct tacho_metric metric;
    size_t skipped = 0;
    uint64_t word;
    for (uint32_t i = 0; rows > 0 && tacho_metric_at(&watch->segment.segment, i, &metric) == TACHO_OK; i++) {
        if (!tacho_word(slot, metric.word, &word) || skipped++ < watch->top)
            continue;
        paint_metric(watch_row(watch, y++), &metric, slot, word);
        rows--;
    }
}

void details_paint(struct watch *watch)
{
    size_t selected = choice_selected(watch);
    struct strip strip = watch_row(watch, 0);
    const struct tacho_copy *slot = selected < watch->row_count ? watch->rows[selected].slot : NULL;
    if (!slot) {
        paint_whole(&strip, ROLE_DIM, "no session is selected");
        return;
    }
    paint_whole(&strip, ROLE_DIM, "Session  ");
    paint_text(&strip, ROLE_ROOT, session_name(slot));
    paint_whole(&strip, ROLE_DIM, "  ");
    paint_text(&strip, ROLE_DETAIL, (struct fact_text){tacho_key(slot), slot->key_size});
    stop_at_end(watch, slot, LINES - 3);
    paint_metrics(watch, slot, 2, LINES - 3);
    strip = watch_row(watch, LINES - 1);
    paint_whole(&strip, ROLE_DIM, "Esc back  ");
    paint_whole(&strip, ROLE_DIM, "arrows scroll  ");
    paint_whole(&strip, ROLE_DIM, "q quit");
}
