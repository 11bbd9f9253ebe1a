/* Segments of the context window, tokens and the prompt cache. */
#include "../base/zone.h"
#include "numbers.h"
#include "segments_draw.h"

/*
 * The client compacts by itself when about so much of the window is left: the figure that claude-powerline
 * and claude-hud use; the client does not say.
 */
static const int64_t COMPACT_BUFFER = 33000;

/* ---- the window ------------------------------------------------------------------------------------ */

static bool context_is_known(const struct facts *facts)
{
    return facts->context_used_e2 >= 0;
}

static int32_t context_used(const struct facts *facts)
{
    return facts->context_used_e2 < PERCENT_FULL_E2 ? facts->context_used_e2 : PERCENT_FULL_E2;
}

static void mark_estimate(struct line *line, const struct facts *facts)
{
    if (facts->context_estimated)
        piece_text(line, ROLE_DIM, "~");
}

/* The one segment that always shows something, because it fits four columns. */
void segment_context_used(struct line *line, const struct facts *facts)
{
    if (!context_is_known(facts)) {
        piece_text(line, ROLE_DIM, "--%");
        return;
    }
    /* Full is as much as can be shown, about or not. */
    if (context_used(facts) < PERCENT_FULL_E2)
        mark_estimate(line, facts);
    draw_percent(line, context_used(facts));
}

void segment_context_left(struct line *line, const struct facts *facts)
{
    char number[NUMBER_MAX];
    if (!context_is_known(facts))
        return;
    int32_t used = context_used(facts);
    mark_estimate(line, facts);
    number_percent(number, PERCENT_FULL_E2 - used);
    piece_text(line, level_role(used), number);
    piece_text(line, ROLE_DIM, " left");
}

void segment_context_bar(struct line *line, const struct facts *facts)
{
    if (context_is_known(facts))
        draw_bar(line, context_used(facts));
}

static bool tokens_are_known(const struct facts *facts)
{
    return context_is_known(facts) && facts->context_tokens >= 0 && facts->context_size > 0;
}

void segment_context_length(struct line *line, const struct facts *facts)
{
    if (context_is_known(facts) && facts->context_tokens > 0)
        draw_tokens(line, ROLE_DETAIL, facts->context_tokens);
}

void segment_context_size(struct line *line, const struct facts *facts)
{
    if (facts->context_size > 0)
        draw_tokens(line, ROLE_DETAIL, facts->context_size);
}

void segment_context_tokens(struct line *line, const struct facts *facts)
{
    if (!tokens_are_known(facts))
        return;
    draw_tokens(line, ROLE_DIM, facts->context_tokens);
    piece_text(line, ROLE_DIM, "/");
    draw_tokens(line, ROLE_DIM, facts->context_size);
}

void segment_context_usable(struct line *line, const struct facts *facts)
{
    int64_t usable = facts->context_size - COMPACT_BUFFER;
    if (!tokens_are_known(facts) || usable <= 0)
        return;
    int64_t used = facts->context_tokens < usable ? facts->context_tokens : usable;
    mark_estimate(line, facts);
    draw_percent(line, (int32_t)(used * PERCENT_FULL_E2 / usable));
    piece_text(line, ROLE_DIM, " of usable");
}

void segment_context_compact(struct line *line, const struct facts *facts)
{
    int64_t left = facts->context_size - COMPACT_BUFFER - facts->context_tokens;
    if (!tokens_are_known(facts) || facts->context_size <= COMPACT_BUFFER)
        return;
    if (left > 0) {
        draw_tokens(line, level_role(context_used(facts)), left);
        piece_text(line, ROLE_DIM, " to compact");
    } else {
        piece_text(line, ROLE_ALARM, "compacts next");
    }
}

void segment_context_warning(struct line *line, const struct facts *facts)
{
    if (facts->exceeds_200k)
        piece_text(line, ROLE_ALARM, ">200k");
}

/* ---- tokens ---------------------------------------------------------------------------------------- */

static int64_t input_of(const struct fact_tokens *tokens)
{
    return tokens->input + tokens->cache_write + tokens->cache_read;
}

static void draw_tokens_of(struct line *line, int64_t tokens, const char *word)
{
    if (tokens <= 0)
        return;
    draw_tokens(line, ROLE_DETAIL, tokens);
    piece_text(line, ROLE_DIM, word);
}

void segment_tokens_input(struct line *line, const struct facts *facts)
{
    draw_tokens_of(line, facts->total.input, " in");
}

void segment_tokens_output(struct line *line, const struct facts *facts)
{
    draw_tokens_of(line, facts->total.output, " out");
}

void segment_tokens_cached(struct line *line, const struct facts *facts)
{
    draw_tokens_of(line, facts->total.cache_read + facts->total.cache_write, " cached");
}

void segment_tokens_total(struct line *line, const struct facts *facts)
{
    draw_tokens_of(line, input_of(&facts->total) + facts->total.output, " tokens");
}

void segment_tokens_last(struct line *line, const struct facts *facts)
{
    int64_t input = input_of(&facts->last);
    if (input + facts->last.output <= 0)
        return;
    piece_symbol(line, ROLE_DIM, "↑", "in ");
    draw_tokens(line, ROLE_DETAIL, input);
    piece_symbol(line, ROLE_DIM, " ↓", " out ");
    draw_tokens(line, ROLE_DETAIL, facts->last.output);
}

void segment_tokens_today(struct line *line, const struct facts *facts)
{
    draw_tokens_of(line, facts->today_tokens, " today");
}

void segment_tokens_block(struct line *line, const struct facts *facts)
{
    draw_tokens_of(line, facts->block_tokens, " block");
}

static void draw_rate(struct line *line, const struct facts *facts, int64_t tokens, const char *word)
{
    if (tokens <= 0 || facts->api_duration_us < MICROSECONDS)
        return;
    draw_tokens(line, ROLE_DETAIL, (int64_t)((__int128)tokens * MICROSECONDS / facts->api_duration_us));
    piece_text(line, ROLE_DIM, word);
}

void segment_tokens_rate(struct line *line, const struct facts *facts)
{
    draw_rate(line, facts, facts->total.input + facts->total.output, " tok/s");
}

void segment_tokens_rate_input(struct line *line, const struct facts *facts)
{
    draw_rate(line, facts, facts->total.input, " in/s");
}

void segment_tokens_rate_output(struct line *line, const struct facts *facts)
{
    draw_rate(line, facts, facts->total.output, " out/s");
}

/* ---- the prompt cache ------------------------------------------------------------------------------ */

void segment_cache_hit(struct line *line, const struct facts *facts)
{
    char number[NUMBER_MAX];
    int64_t input = input_of(&facts->total);
    if (input <= 0)
        return;
    number_percent(number, (int32_t)((__int128)facts->total.cache_read * PERCENT_FULL_E2 / input));
    piece_text(line, ROLE_DETAIL, number);
    piece_text(line, ROLE_DIM, " hit");
}

void segment_cache_read(struct line *line, const struct facts *facts)
{
    draw_tokens_of(line, facts->last.cache_read, " cache read");
}

void segment_cache_write(struct line *line, const struct facts *facts)
{
    draw_tokens_of(line, facts->last.cache_write, " cache write");
}

void segment_cache_expiry(struct line *line, const struct facts *facts)
{
    if (facts->cache_until_us == 0)
        return;
    piece_text(line, ROLE_DIM, "cache ");
    if (facts->cache_until_us > facts->now_us)
        draw_countdown(line, ROLE_DETAIL, facts, facts->cache_until_us);
    else
        piece_text(line, ROLE_WARN, "cold");
}
