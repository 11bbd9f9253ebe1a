/* Segments of money: sums, what is spent an hour, budgets. */
#include "../base/zone.h"
#include "numbers.h"
#include "pieces.h"
#include "segments_draw.h"

static const int64_t HOUR_US = 3600 * MICROSECONDS;

bool block_is_shown(const struct facts *facts)
{
    return facts->block_active && facts->block_end_us > facts->now_us;
}

void segment_cost_session(struct line *line, const struct facts *facts)
{
    if (facts->session_cost_pusd >= 0)
        piece_dollars(line, facts, facts->session_cost_pusd);
}

static void draw_sum(struct line *line, const struct facts *facts, int64_t pusd, const char *word)
{
    piece_dollars(line, facts, pusd);
    piece_text(line, ROLE_DIM, word);
}

void segment_cost_today(struct line *line, const struct facts *facts)
{
    if (facts->today_cost_pusd >= 0)
        draw_sum(line, facts, facts->today_cost_pusd, " today");
}

void segment_cost_spent(struct line *line, const struct facts *facts)
{
    if (facts->today_cost_pusd > 0)
        piece_dollars(line, facts, facts->today_cost_pusd);
}

void segment_cost_week(struct line *line, const struct facts *facts)
{
    if (facts->week_cost_pusd > 0)
        draw_sum(line, facts, facts->week_cost_pusd, " week");
}

void segment_cost_month(struct line *line, const struct facts *facts)
{
    if (facts->month_cost_pusd > 0)
        draw_sum(line, facts, facts->month_cost_pusd, " month");
}

void segment_cost_block(struct line *line, const struct facts *facts)
{
    if (block_is_shown(facts) && facts->block_cost_pusd >= 0)
        draw_sum(line, facts, facts->block_cost_pusd, " block");
}

/* ---- burn rate ------------------------------------------------------------------------------------- */

/* Over the time between the block's first and last message, as ccusage does; 0: not known. */
static int64_t hourly_pusd(const struct facts *facts)
{
    int64_t span_us = facts->block_last_us - facts->block_first_us;
    if (!block_is_shown(facts) || facts->block_cost_pusd <= 0 || span_us < 60 * MICROSECONDS)
        return 0;
    __int128 hourly = (__int128)facts->block_cost_pusd * HOUR_US / span_us;
    return hourly < INT64_MAX ? (int64_t)hourly : INT64_MAX;
}

void segment_cost_rate(struct line *line, const struct facts *facts)
{
    int64_t hourly = hourly_pusd(facts);
    if (hourly > 0)
        draw_sum(line, facts, hourly, "/h");
}

void segment_cost_projected(struct line *line, const struct facts *facts)
{
    int64_t hourly = hourly_pusd(facts);
    if (hourly == 0)
        return;
    __int128 projected =
        facts->block_cost_pusd + (__int128)hourly * (facts->block_end_us - facts->now_us) / HOUR_US;
    int64_t pusd = projected < INT64_MAX ? (int64_t)projected : INT64_MAX;
    piece_symbol(line, ROLE_DIM, "→ ", "-> ");
    piece_number(line, (double)pusd / 1e12, facts->now_us + 60 * MICROSECONDS);
    draw_sum(line, facts, pusd, " block");
}

/* ---- budgets --------------------------------------------------------------------------------------- */

static void draw_budget(struct line *line, int64_t spent_pusd, enum budget budget, const char *word)
{
    int64_t whole = line->look->layout ? line->look->layout->budget_pusd[budget] : 0;
    if (whole <= 0 || spent_pusd < 0)
        return;
    __int128 share = (__int128)spent_pusd * PERCENT_FULL_E2 / whole;
    draw_percent(line, share < INT32_MAX ? (int32_t)share : INT32_MAX);
    piece_text(line, ROLE_DIM, word);
}

void segment_budget_session(struct line *line, const struct facts *facts)
{
    draw_budget(line, facts->session_cost_pusd, BUDGET_SESSION, " of session");
}

void segment_budget_today(struct line *line, const struct facts *facts)
{
    draw_budget(line, facts->today_cost_pusd, BUDGET_TODAY, " of today");
}

void segment_budget_week(struct line *line, const struct facts *facts)
{
    draw_budget(line, facts->week_cost_pusd, BUDGET_WEEK, " of week");
}

void segment_budget_month(struct line *line, const struct facts *facts)
{
    draw_budget(line, facts->month_cost_pusd, BUDGET_MONTH, " of month");
}

void segment_budget_block(struct line *line, const struct facts *facts)
{
    if (block_is_shown(facts))
        draw_budget(line, facts->block_cost_pusd, BUDGET_BLOCK, " of block");
}
