/*
 * The default status line of a session, in reading order: model, directory, git, context, cost, block,
 * limits. What is unknown is left out; only the context's share is always there, because it is the one
 * piece that fits four columns.
 */
#include "../git/git.h"
#include "names.h"
#include "numbers.h"
#include "pieces.h"
#include <string.h>

#define MODEL_COLUMNS     30
#define EFFORT_COLUMNS    12
#define SESSION_COLUMNS   24
#define DIRECTORY_COLUMNS 40
#define BAR_CELLS         8
#define FULL_E2           10000
#define WARN_E2           5000
#define ALARM_E2          8000

/* What goes first when there is no room: from the last up. A limit that is nearly used up matters more. */
enum rank {
    RANK_STALE,
    RANK_CONTEXT,
    RANK_MODEL,
    RANK_BRANCH,
    RANK_FIVE_HOUR_HIGH,
    RANK_SEVEN_DAY_HIGH,
    RANK_CHANGES,
    RANK_ACTION,
    RANK_SESSION_COST,
    RANK_TODAY,
    RANK_SYNC,
    RANK_DIRECTORY,
    RANK_BLOCK,
    RANK_FIVE_HOUR,
    RANK_SEVEN_DAY,
    RANK_BAR,
    RANK_STASHES,
    RANK_STALE_WORD,
    RANK_SESSION_NAME,
    RANK_TOKENS,
};

static enum role level_role(int32_t used_e2)
{
    return used_e2 >= ALARM_E2 ? ROLE_ALARM : used_e2 >= WARN_E2 ? ROLE_WARN : ROLE_CALM;
}

/* ---- who and where ---------------------------------------------------------------------------------- */

static void draw_model(struct line *line, const struct facts *facts)
{
    struct fact_text model = name_of_model(facts->model);
    piece_open(line, RANK_MODEL, LEAD_BAR);
    piece_outside(line, ROLE_MODEL, model.bytes, model.size, MODEL_COLUMNS);
    if (facts->effort.bytes && facts->effort.size > 0) {
        piece_text(line, ROLE_DETAIL, line->columns > 0 ? " " : "");
        piece_outside(line, ROLE_DETAIL, facts->effort.bytes, facts->effort.size, EFFORT_COLUMNS);
    }
    if (facts->fast_mode)
        piece_text(line, ROLE_DETAIL, line->columns > 0 ? " fast" : "fast");
    piece_close(line);

    piece_open(line, RANK_SESSION_NAME, LEAD_DOT);
    piece_outside(line, ROLE_DETAIL, facts->session_name.bytes, facts->session_name.size, SESSION_COLUMNS);
    piece_close(line);
}

/* Adds what fits the rest of the directory's columns. */
static void add_path(struct line *line, enum role role, struct fact_text text)
{
    if (line->columns < DIRECTORY_COLUMNS)
        piece_outside(line, role, text.bytes, text.size, DIRECTORY_COLUMNS - line->columns);
}

static void draw_directory(struct line *line, const struct facts *facts)
{
    if (!facts->directory.bytes || facts->directory.size == 0)
        return;
    struct shown_path path =
        name_of_directory(facts->directory, facts->home, facts->git ? facts->git->root : NULL,
                          DIRECTORY_COLUMNS, line->look->ascii);
    piece_open(line, RANK_DIRECTORY, LEAD_BAR);
    if (path.home)
        piece_text(line, ROLE_PATH, "~");
    if (path.cut)
        piece_symbol(line, ROLE_PATH, "…/", "../");
    add_path(line, ROLE_PATH, path.before);
    add_path(line, ROLE_ROOT, path.root);
    if (path.gap && line->columns + 4 < DIRECTORY_COLUMNS)
        piece_symbol(line, ROLE_PATH, "/…/", "/../");
    add_path(line, ROLE_PATH, path.after);
    piece_close(line);
}

/* ---- context ---------------------------------------------------------------------------------------- */

static void add_bar(struct line *line, int32_t used_e2)
{
    int filled = used_e2 * BAR_CELLS / FULL_E2;
    if (filled == 0 && used_e2 >= FULL_E2 / 100)
        filled = 1; /* some is not none */
    piece_symbol(line, ROLE_DIM, "", "[");
    for (int i = 0; i < filled; i++)
        piece_symbol(line, level_role(used_e2), "▰", "#");
    for (int i = filled; i < BAR_CELLS; i++)
        piece_symbol(line, ROLE_DIM, "▱", "-");
    piece_symbol(line, ROLE_DIM, "", "]");
}

static void add_tokens(struct line *line, int64_t tokens, int64_t size)
{
    char number[NUMBER_MAX];
    number_tokens(number, tokens);
    piece_text(line, ROLE_DIM, number);
    piece_text(line, ROLE_DIM, "/");
    number_tokens(number, size);
    piece_text(line, ROLE_DIM, number);
}

static void draw_context(struct line *line, const struct facts *facts)
{
    char number[NUMBER_MAX] = "--%";
    bool known = facts->context_used_e2 >= 0;
    int32_t used_e2 = facts->context_used_e2 < FULL_E2 ? facts->context_used_e2 : FULL_E2;
    if (known)
        number_percent(number, used_e2);
    piece_open(line, RANK_CONTEXT, LEAD_BAR);
    piece_text(line, known ? level_role(used_e2) : ROLE_DIM, number);
    piece_close(line);
    if (!known)
        return;
    piece_open(line, RANK_BAR, LEAD_SPACE);
    add_bar(line, used_e2);
    piece_close(line);
    if (facts->context_tokens < 0 || facts->context_size <= 0)
        return;
    piece_open(line, RANK_TOKENS, LEAD_SPACE);
    add_tokens(line, facts->context_tokens, facts->context_size);
    piece_close(line);
}

/* ---- money and limits ------------------------------------------------------------------------------- */

static bool block_is_shown(const struct facts *facts)
{
    return facts->block_active && facts->block_end_us > facts->now_us;
}

static void draw_costs(struct line *line, const struct facts *facts)
{
    char left[NUMBER_MAX];
    bool session = facts->session_cost_pusd >= 0;
    if (session) {
        piece_open(line, RANK_SESSION_COST, LEAD_BAR);
        piece_dollars(line, facts, facts->session_cost_pusd);
        piece_close(line);
    }
    if (facts->today_cost_pusd >= 0)
        piece_today(line, facts, RANK_TODAY, session ? LEAD_DOT : LEAD_BAR, " today");
    if (!block_is_shown(facts))
        return;
    number_countdown(left, facts->block_end_us - facts->now_us);
    piece_open(line, RANK_BLOCK, LEAD_BAR);
    piece_text(line, ROLE_DETAIL, left);
    piece_text(line, ROLE_DIM, " left");
    if (facts->block_cost_pusd >= 0) {
        piece_text(line, ROLE_DIM, " ");
        piece_dollars(line, facts, facts->block_cost_pusd);
    }
    piece_close(line);
}

static bool limit_counts_down(const struct fact_limit *limit)
{
    return limit->used_e2 >= ALARM_E2 && limit->resets_us != 0;
}

static bool limit_is_shown(const struct fact_limit *limit, int64_t now_us)
{
    return limit->known && limit->used_e2 >= 0 && (limit->resets_us == 0 || limit->resets_us > now_us);
}

static void draw_limit(struct line *line, const struct fact_limit *limit, int64_t now_us, const char *name,
                       enum rank rank, enum lead lead)
{
    char number[NUMBER_MAX];
    piece_open(line, (uint8_t)rank, lead);
    piece_text(line, ROLE_DIM, name);
    number_percent(number, limit->used_e2);
    piece_text(line, level_role(limit->used_e2), number);
    if (limit_counts_down(limit)) {
        number_countdown(number, limit->resets_us - now_us);
        piece_text(line, ROLE_DIM, " ");
        piece_text(line, ROLE_DETAIL, number);
    }
    piece_close(line);
}

static void draw_limits(struct line *line, const struct facts *facts)
{
    const struct fact_limit *five = &facts->five_hour, *seven = &facts->seven_day;
    bool five_shown = limit_is_shown(five, facts->now_us);
    bool five_high = five_shown && five->used_e2 >= ALARM_E2, seven_high = seven->used_e2 >= ALARM_E2;
    bool together = five_shown && five_high >= seven_high; /* the weekly one is never kept alone */
    if (five_shown)
        draw_limit(line, five, facts->now_us, "5h ", five_high ? RANK_FIVE_HOUR_HIGH : RANK_FIVE_HOUR,
                   LEAD_BAR);
    if (limit_is_shown(seven, facts->now_us))
        draw_limit(line, seven, facts->now_us, "7d ", seven_high ? RANK_SEVEN_DAY_HIGH : RANK_SEVEN_DAY,
                   together ? LEAD_DOT : LEAD_BAR);
}

/* ---- the line --------------------------------------------------------------------------------------- */

void render_status_line(struct rendering *rendering, const struct facts *facts, const struct look *look,
                        enum tacho_surface surface, enum tacho_depth depth)
{
    static const struct git_ranks ranks = {RANK_BRANCH, RANK_SYNC, RANK_ACTION, RANK_CHANGES, RANK_STASHES};
    struct line line;
    line_begin(&line, rendering, look, surface, depth);
    draw_model(&line, facts);
    draw_directory(&line, facts);
    pieces_git(&line, facts, &ranks, LEAD_BAR);
    draw_context(&line, facts);
    draw_costs(&line, facts);
    draw_limits(&line, facts);
    pieces_stale(&line, facts, RANK_STALE, RANK_STALE_WORD, LEAD_BAR);
}

static int64_t earlier(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t limit_valid_until(const struct fact_limit *limit, int64_t now_us)
{
    if (!limit_is_shown(limit, now_us) || limit->resets_us == 0)
        return INT64_MAX;
    if (limit_counts_down(limit))
        return now_us + number_countdown_lasts(limit->resets_us - now_us);
    return limit->resets_us;
}

int64_t render_valid_until(const struct facts *facts)
{
    int64_t until = earlier(limit_valid_until(&facts->five_hour, facts->now_us),
                            limit_valid_until(&facts->seven_day, facts->now_us));
    if (block_is_shown(facts))
        until = earlier(until, facts->now_us + number_countdown_lasts(facts->block_end_us - facts->now_us));
    return until;
}
