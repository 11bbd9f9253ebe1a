/* Blocks as a table for people: gaps, the active block, what is left of its limit and what it will come to. */
#include "document_cells.h"

#include "../base/zone.h"
#include "numbers.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define NARROWEST_STATE 12 /* gaps, and rows below the active block, are nothing without it */

/* "4h 30m", "12m". */
static void write_duration(struct text *out, int64_t duration_us)
{
    int64_t minutes = duration_us > 0 ? duration_us / (60 * MICROSECONDS) : 0;
    if (minutes >= 60)
        text_addf(out, "%" PRId64 "h %" PRId64 "m", minutes / 60, minutes % 60);
    else
        text_addf(out, "%" PRId64 "m", minutes);
}

static void cell_state(struct filling *filling, const struct report_row *row, int64_t now_us)
{
    const struct report_block *block = &row->block;
    struct text state = TEXT_EMPTY;
    if (is_for_programs(filling)) {
        text_add_string(&state, block->is_gap ? "gap" : block->is_active ? "active" : "over");
    } else if (block->is_gap) {
        write_duration(&state, block->end_us - block->start_us);
        text_add_string(&state, " unused");
    } else if (block->is_active) {
        text_add_string(&state, "active, ");
        write_duration(&state, block->end_us - now_us);
        text_add_string(&state, " left");
    } else {
        write_duration(&state, row->last_us - block->start_us);
    }
    table_cell(&filling->table, state.bytes, state.size);
    text_free(&state);
}

static void cell_percent(struct filling *filling, uint64_t tokens)
{
    char percent[NUMBER_MAX] = "";
    if (filling->report->token_limit)
        snprintf(percent, sizeof percent, is_for_programs(filling) ? "%.6f" : "%.1f%%",
                 document_limit_percent(filling->report, tokens));
    table_string(&filling->table, percent);
}

static bool has_limit(const struct filling *filling)
{
    return filling->report->token_limit != TOKEN_LIMIT_NONE;
}

static void block_row(struct filling *filling, const struct report_row *row, int64_t now_us)
{
    const bool is_gap = row->block.is_gap;
    table_row(&filling->table,
              is_gap                 ? TABLE_FAINT
              : row->block.is_active ? TABLE_STRONG
                                     : TABLE_PLAIN,
              false);
    cell_clock(filling, row->block.start_us);
    cell_state(filling, row, now_us);
    cell_models(filling, row);
    const bool is_empty = is_gap && !is_for_programs(filling);
    if (is_empty)
        table_string(&filling->table, "");
    else
        cell_number(filling, report_tokens(&row->sums));
    if (has_limit(filling) && is_gap)
        table_string(&filling->table, "");
    else if (has_limit(filling))
        cell_percent(filling, report_tokens(&row->sums));
    if (filling->request->no_cost)
        return;
    if (is_empty)
        table_string(&filling->table, "");
    else
        cell_money(filling, row->sums.cost);
}

/* A row that belongs to the active block: only for people. */
static void further_row(struct filling *filling, const char *what, uint64_t tokens, const double *dollars)
{
    table_row(&filling->table, TABLE_FAINT, false);
    table_string(&filling->table, "");
    table_string(&filling->table, what);
    table_string(&filling->table, "");
    cell_number(filling, tokens);
    if (has_limit(filling))
        cell_percent(filling, tokens);
    if (filling->request->no_cost)
        return;
    if (dollars)
        cell_dollars(filling, *dollars);
    else
        table_string(&filling->table, "");
}

static void active_rows(struct filling *filling, const struct report_row *row)
{
    const uint64_t tokens = report_tokens(&row->sums), limit = filling->report->token_limit;
    if (is_for_programs(filling))
        return;
    if (has_limit(filling))
        further_row(filling, "left of limit", limit > tokens ? limit - tokens : 0, NULL);
    if (row->block.has_projection)
        further_row(filling, "at its end, at this rate", row->block.projected_tokens,
                    &row->block.projected_dollars);
}

void fill_blocks(struct filling *filling)
{
    const int64_t now_us = report_now(filling->request);
    add_column(filling, (struct table_column){"Block", false, 0, 0});
    add_column(filling, (struct table_column){"State", false, 0, NARROWEST_STATE});
    add_column(filling, (struct table_column){"Models", false, 2, NARROWEST_LIST});
    add_column(filling, (struct table_column){"Tokens", true, 1, 0});
    if (has_limit(filling))
        add_column(filling, (struct table_column){"Of limit", true, 1, 0});
    if (!filling->request->no_cost)
        add_column(filling, (struct table_column){"Cost", true, 0, 0});
    for (size_t i = 0; i < filling->report->row_count; i++) {
        block_row(filling, &filling->report->rows[i], now_us);
        if (filling->report->rows[i].block.is_active)
            active_rows(filling, &filling->report->rows[i]);
    }
}

/* ---- only the active one -------------------------------------------------------------------------------- */

static void add_line(struct text *out, const char *label, const char *value, const char *more)
{
    text_addf(out, "  %-22s%s%s\n", label, value, more);
}

static void add_tokens(struct text *out, const char *label, uint64_t tokens, const char *more)
{
    char number[NUMBER_MAX];
    number_grouped(number, tokens);
    add_line(out, label, number, more);
}

static void add_dollars(struct text *out, const char *label, double dollars,
                        const struct document_request *request)
{
    char number[NUMBER_MAX];
    if (request->no_cost)
        return;
    number_dollars(number, (int64_t)((dollars < 9e6 ? dollars : 9e6) * 1e12));
    add_line(out, label, number, "");
}

static void add_times(struct text *out, const struct report_block *block, int64_t now_us)
{
    char day[16];
    int hours, minutes;
    struct text span = TEXT_EMPTY;
    zone_day_name(zone_day(block->start_us), day);
    zone_clock(block->start_us, &hours, &minutes);
    text_addf(&span, "%s %02d:%02d", day, hours, minutes);
    add_line(out, "Began", span.bytes, "");
    text_clear(&span);
    write_duration(&span, now_us - block->start_us);
    text_add_string(&span, " ago, ");
    write_duration(&span, block->end_us - now_us);
    add_line(out, "", span.bytes, " left");
    text_free(&span);
}

static void add_limit(struct text *out, const struct report *report, const struct report_row *row)
{
    const uint64_t tokens = report_tokens(&row->sums);
    char more[64];
    if (!row->block.has_limit || !report->token_limit)
        return;
    add_tokens(out, "Limit", report->token_limit, " tokens");
    snprintf(more, sizeof more, " (%.1f%% used)", document_limit_percent(report, tokens));
    add_tokens(out, "Left of it", report->token_limit > tokens ? report->token_limit - tokens : 0, more);
    snprintf(more, sizeof more, " (%.1f%%: %s)", document_limit_percent(report, row->block.projected_tokens),
             document_limit_status(report, &row->block));
    add_tokens(out, "At this rate", row->block.projected_tokens, more);
}

bool document_write_active(const struct report *report, const struct document_request *request,
                           struct text *out)
{
    if (!report->row_count)
        return false;
    const struct report_row *row = &report->rows[0];
    const struct report_block *block = &row->block;
    style_begin(out, TABLE_STRONG, request->colour);
    text_add_string(out, "The active block");
    style_end(out, TABLE_STRONG, request->colour);
    text_add_string(out, "\n\n");
    add_times(out, block, report_now(request));
    add_tokens(out, "Input", row->sums.tokens[TOKENS_INPUT], " tokens");
    add_tokens(out, "Output", row->sums.tokens[TOKENS_OUTPUT], " tokens");
    add_tokens(out, "All", report_tokens(&row->sums), " tokens");
    add_dollars(out, "Cost", report_dollars(report, row->sums.cost), request);
    if (block->has_burn_rate) {
        add_tokens(out, "A minute", (uint64_t)(block->tokens_per_minute + 0.5), " tokens");
        add_dollars(out, "An hour", block->dollars_per_hour, request);
    }
    if (block->has_projection) {
        add_tokens(out, "At its end", block->projected_tokens, " tokens at this rate");
        add_dollars(out, "", block->projected_dollars, request);
    }
    add_limit(out, report, row);
    return true;
}
