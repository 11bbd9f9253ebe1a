/* Segments of limits and of the five-hour block. */
#include "../base/zone.h"
#include "numbers.h"
#include "pieces.h"
#include "segments_draw.h"

/* ---- the block ------------------------------------------------------------------------------------- */

void segment_block_left(struct line *line, const struct facts *facts)
{
    if (!block_is_shown(facts))
        return;
    draw_countdown(line, ROLE_DETAIL, facts, facts->block_end_us);
    piece_text(line, ROLE_DIM, " left");
}

void segment_block(struct line *line, const struct facts *facts)
{
    segment_block_left(line, facts);
    if (!block_is_shown(facts) || facts->block_cost_pusd < 0)
        return;
    piece_text(line, ROLE_DIM, " ");
    piece_dollars(line, facts, facts->block_cost_pusd);
}

/* In begun minutes of what is left, so that both change at once. */
void segment_block_timer(struct line *line, const struct facts *facts)
{
    if (!block_is_shown(facts))
        return;
    int64_t left_us = facts->block_end_us - facts->now_us;
    int64_t gone_us = left_us < FIVE_HOURS_US ? FIVE_HOURS_US - left_us : 0;
    int64_t changes_us = facts->now_us + number_countdown_lasts(left_us);
    piece_number(line, (double)number_minutes(gone_us), changes_us);
    draw_span(line, ROLE_DETAIL, gone_us);
    piece_valid_until(line, changes_us);
}

void segment_block_bar(struct line *line, const struct facts *facts)
{
    if (!block_is_shown(facts))
        return;
    int64_t left_us = facts->block_end_us - facts->now_us;
    int64_t gone_us = left_us < FIVE_HOURS_US ? FIVE_HOURS_US - left_us : 0;
    draw_bar(line, (int32_t)(gone_us * PERCENT_FULL_E2 / FIVE_HOURS_US));
    piece_valid_until(line, facts->now_us + number_countdown_lasts(left_us));
}

/* ---- limits ---------------------------------------------------------------------------------------- */

bool limit_is_shown(const struct fact_limit *limit, int64_t now_us)
{
    return limit->known && limit->used_e2 >= 0 && (limit->resets_us == 0 || limit->resets_us > now_us);
}

/* What was not heard of for so long may be more by now: other programs use the same account. */
static const int64_t LIMIT_OLD_US = 30 * 60 * MICROSECONDS;

/* When the mark of its age changes: appears, or a minute later. */
int64_t limit_age_lasts_until(int64_t heard_us, int64_t now_us)
{
    const int64_t age_us = now_us - heard_us, minute = 60 * MICROSECONDS;
    if (heard_us == 0)
        return INT64_MAX;
    return age_us < LIMIT_OLD_US ? heard_us + LIMIT_OLD_US : now_us + minute - age_us % minute;
}

static void draw_age(struct line *line, const struct facts *facts, int64_t heard_us)
{
    if (heard_us == 0)
        return;
    piece_valid_until(line, limit_age_lasts_until(heard_us, facts->now_us));
    if (facts->now_us - heard_us < LIMIT_OLD_US)
        return;
    piece_text(line, ROLE_DIM, " (");
    draw_span(line, ROLE_DIM, facts->now_us - heard_us);
    piece_text(line, ROLE_DIM, " old)");
}

static void draw_limit(struct line *line, const struct facts *facts, const struct fact_limit *limit,
                       int64_t heard_us, const char *name)
{
    if (!limit_is_shown(limit, facts->now_us))
        return;
    piece_text(line, ROLE_DIM, name);
    piece_number(line, limit->used_e2 / 100, INT64_MAX);
    draw_percent(line, limit->used_e2);
    if (limit->resets_us)
        piece_valid_until(line, limit->resets_us);
    if (limit->used_e2 >= LEVEL_ALARM_E2 && limit->resets_us) {
        piece_text(line, ROLE_DIM, " ");
        draw_countdown(line, ROLE_DETAIL, facts, limit->resets_us);
    }
    draw_age(line, facts, heard_us);
}

static void draw_limit_bar(struct line *line, const struct facts *facts, const struct fact_limit *limit)
{
    if (!limit_is_shown(limit, facts->now_us))
        return;
    draw_bar(line, limit->used_e2);
    if (limit->resets_us)
        piece_valid_until(line, limit->resets_us);
}

static void draw_reset(struct line *line, const struct facts *facts, const struct fact_limit *limit,
                       const char *name)
{
    if (!limit_is_shown(limit, facts->now_us) || limit->resets_us == 0)
        return;
    piece_text(line, ROLE_DIM, name);
    draw_countdown(line, ROLE_DETAIL, facts, limit->resets_us);
}

int32_t limit_pace(const struct fact_limit *limit, int64_t now_us, int64_t window_us)
{
    if (!limit_is_shown(limit, now_us) || limit->resets_us == 0)
        return -1;
    int64_t gone_us = window_us - (limit->resets_us - now_us);
    if (gone_us < window_us / 100 || gone_us > window_us)
        return -1;
    __int128 pace = (__int128)limit->used_e2 * window_us / gone_us;
    return pace < INT32_MAX ? (int32_t)pace : INT32_MAX;
}

static void draw_pace(struct line *line, const struct facts *facts, const struct fact_limit *limit,
                      int64_t window_us)
{
    int32_t pace_e2 = limit_pace(limit, facts->now_us, window_us);
    if (pace_e2 < 0)
        return;
    piece_symbol(line, ROLE_DIM, "→ ", "-> ");
    piece_number(line, pace_e2 / 100, facts->now_us + window_us / 300);
    draw_percent(line, pace_e2);
    piece_valid_until(line, facts->now_us + window_us / 300);
}

void segment_limit_five_hour(struct line *line, const struct facts *facts)
{
    draw_limit(line, facts, &facts->five_hour, facts->five_hour_heard_us, "5h ");
}

void segment_limit_five_hour_bar(struct line *line, const struct facts *facts)
{
    draw_limit_bar(line, facts, &facts->five_hour);
}

void segment_limit_five_hour_reset(struct line *line, const struct facts *facts)
{
    draw_reset(line, facts, &facts->five_hour, "5h reset ");
}

void segment_limit_five_hour_pace(struct line *line, const struct facts *facts)
{
    draw_pace(line, facts, &facts->five_hour, FIVE_HOURS_US);
}

void segment_limit_seven_day(struct line *line, const struct facts *facts)
{
    draw_limit(line, facts, &facts->seven_day, facts->seven_day_heard_us, "7d ");
}

void segment_limit_seven_day_bar(struct line *line, const struct facts *facts)
{
    draw_limit_bar(line, facts, &facts->seven_day);
}

void segment_limit_seven_day_reset(struct line *line, const struct facts *facts)
{
    draw_reset(line, facts, &facts->seven_day, "7d reset ");
}

void segment_limit_seven_day_pace(struct line *line, const struct facts *facts)
{
    draw_pace(line, facts, &facts->seven_day, SEVEN_DAYS_US);
}
