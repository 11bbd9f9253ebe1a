/* Rows of the overview with sums, limits and history. */
#include "overview.h"

#include "../base/zone.h"
#include "../render/names.h"
#include "../render/numbers.h"
#include "../render/segments_draw.h"

#include <ncurses.h>
#include <stdio.h>
#include <string.h>

static const double PUSD = 1e12;

void number_of_dollars(char out[NUMBER_MAX], double dollars)
{
    number_dollars(out, dollars < 9e6 ? (int64_t)(dollars * PUSD) : INT64_C(9000000) * (int64_t)PUSD);
}

struct strip labelled(const struct watch *watch, int y, const char *label)
{
    struct strip strip = watch_row(watch, y);
    paint_whole(&strip, ROLE_DIM, "%s", label);
    paint_up_to(&strip, LABEL_COLUMNS + 1);
    return strip;
}

static int bar_columns(void)
{
    return COLS < 50 ? 8 : COLS < 90 ? 12 : 20;
}

static const char *arrow(const struct watch *watch)
{
    return watch->look.ascii ? "->" : "→";
}

/* ---- sums ---------------------------------------------------------------------------------------------- */

static void paint_rate(struct strip *strip, const char *label, const char *dollars)
{
    char text[NUMBER_MAX + 2];
    snprintf(text, sizeof text, "%s/h", dollars);
    paint_pair(strip, label, ROLE_DETAIL, text);
}

void paint_today(struct watch *watch, int y)
{
    const struct tacho_copy *all = segment_view_global(&watch->segment);
    struct strip strip = labelled(watch, y, "Today");
    char number[NUMBER_MAX];
    number_dollars(number, slot_number(all, TACHO_WORD_TODAY_COST, 0));
    paint_whole(&strip, ROLE_COST, "%s", number);
    number_tokens(number, slot_number(all, TACHO_WORD_TODAY_TOKENS, 0));
    if (paint_pair(&strip, "", ROLE_DETAIL, number))
        paint_whole(&strip, ROLE_DIM, " tokens");
    int64_t rate_pusd = segment_view_rate_of_all(&watch->segment, watch->now_us);
    number_dollars(number, rate_pusd);
    if (rate_pusd)
        paint_rate(&strip, "now", number);
}

void paint_block(struct watch *watch, int y)
{
    const struct tacho_copy *all = segment_view_global(&watch->segment);
    int64_t start_us = slot_number(all, TACHO_WORD_BLOCK_START, 0) / 1000;
    int64_t end_us = slot_number(all, TACHO_WORD_BLOCK_END, 0) / 1000;
    struct strip strip = labelled(watch, y, "Block");
    char number[NUMBER_MAX];
    if (end_us <= watch->now_us || end_us <= start_us) {
        paint_whole(&strip, ROLE_DIM, "none is active");
        return;
    }
    int64_t gone_us = watch->now_us > start_us ? watch->now_us - start_us : 0;
    paint_bar(&strip, ROLE_CALM, bar_columns(), gone_us * PERCENT_FULL_E2 / (end_us - start_us));
    number_dollars(number, slot_number(all, TACHO_WORD_BLOCK_COST, 0));
    paint_pair(&strip, "", ROLE_COST, number);
    watch_countdown(watch, number, end_us);
    if (paint_pair(&strip, "", ROLE_DETAIL, number))
        paint_whole(&strip, ROLE_DIM, " left");
    if (watch->reports.block_projected >= 0 && watch->reports.is_known) {
        number_of_dollars(number, watch->reports.block_projected);
        paint_pair(&strip, arrow(watch), ROLE_COST, number);
    }
    if (watch->reports.block_per_hour >= 0 && watch->reports.is_known) {
        number_of_dollars(number, watch->reports.block_per_hour);
        paint_rate(&strip, "at", number);
    }
}

/* ---- limits -------------------------------------------------------------------------------------------- */

static struct fact_limit limit_of(const struct watch *watch, uint32_t used, uint32_t reset)
{
    const struct tacho_copy *all = segment_view_global(&watch->segment);
    int64_t used_e2 = slot_number(all, used, -1);
    struct fact_limit limit = {used_e2 >= 0, (int32_t)used_e2, slot_number(all, reset, 0) / 1000};
    limit.known = limit_is_shown(&limit, watch->now_us);
    return limit;
}

static struct fact_limit five_hour(const struct watch *watch)
{
    return limit_of(watch, TACHO_WORD_FIVE_HOUR_USED, TACHO_WORD_FIVE_HOUR_RESET);
}

static struct fact_limit seven_day(const struct watch *watch)
{
    return limit_of(watch, TACHO_WORD_SEVEN_DAY_USED, TACHO_WORD_SEVEN_DAY_RESET);
}

int five_hour_wanted(const struct watch *watch)
{
    return five_hour(watch).known;
}

int seven_day_wanted(const struct watch *watch)
{
    return seven_day(watch).known;
}

static void paint_limit(struct watch *watch, int y, const char *name, const struct fact_limit *limit,
                        int64_t window_us)
{
    struct strip strip = labelled(watch, y, name);
    char number[NUMBER_MAX];
    enum role role = level_role(limit->used_e2);
    paint_bar(&strip, role, bar_columns(), limit->used_e2);
    number_percent(number, limit->used_e2);
    paint_pair(&strip, "", role, number);
    if (limit->resets_us) {
        watch_countdown(watch, number, limit->resets_us);
        paint_pair(&strip, "resets in", ROLE_DETAIL, number);
    }
    int32_t pace_e2 = limit_pace(limit, watch->now_us, window_us);
    if (pace_e2 >= 0) {
        number_percent(number, pace_e2);
        if (paint_pair(&strip, arrow(watch), level_role(pace_e2), number))
            paint_whole(&strip, ROLE_DIM, " at this pace");
    }
}

void paint_five_hour(struct watch *watch, int y)
{
    struct fact_limit limit = five_hour(watch);
    paint_limit(watch, y, "5 hours", &limit, FIVE_HOURS_US);
}

void paint_seven_day(struct watch *watch, int y)
{
    struct fact_limit limit = seven_day(watch);
    paint_limit(watch, y, "7 days", &limit, SEVEN_DAYS_US);
}

/* ---- history ------------------------------------------------------------------------------------------- */

static void paint_history(const struct watch *watch, int y, const char *label, const double *dollars,
                          size_t count)
{
    struct strip strip = labelled(watch, y, label);
    char number[NUMBER_MAX];
    double sum = 0, most = 0;
    int room = strip.end - strip.x - 12;
    for (size_t i = 0; i < count; i++) {
        sum += dollars[i];
        most = dollars[i] > most ? dollars[i] : most;
    }
    paint_sparkline(&strip, ROLE_BRANCH, room < (int)count ? (room > 0 ? room : 0) : (int)count, dollars,
                    count);
    paint_up_to(&strip, LABEL_COLUMNS + 1 + (COLS >= 60 ? REPORT_DAYS : 0));
    number_of_dollars(number, sum);
    paint_pair(&strip, "", ROLE_COST, number);
    number_of_dollars(number, most);
    paint_pair(&strip, "most", ROLE_DETAIL, number);
}

void paint_hours(struct watch *watch, int y)
{
    paint_history(watch, y, "24 hours", watch->reports.hours, REPORT_HOURS);
}

/* Today's is newer in the segment. */
void paint_days(struct watch *watch, int y)
{
    const struct tacho_copy *all = segment_view_global(&watch->segment);
    watch->reports.days[REPORT_DAYS - 1] = (double)slot_number(all, TACHO_WORD_TODAY_COST, 0) / PUSD;
    paint_history(watch, y, "30 days", watch->reports.days, REPORT_DAYS);
}
