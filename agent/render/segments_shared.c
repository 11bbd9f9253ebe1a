/* What the segments' files share: see segments_draw.h. */
#include "numbers.h"
#include "segments_draw.h"
#include <string.h>

enum { BAR_CELLS = 8, BAR_CELLS_MOST = 60 };

enum role level_role(int32_t used_e2)
{
    return used_e2 >= LEVEL_ALARM_E2 ? ROLE_ALARM : used_e2 >= LEVEL_WARN_E2 ? ROLE_WARN : ROLE_CALM;
}

uint32_t segment_most(const struct line *line, uint32_t usual)
{
    return line->options && line->options->most ? line->options->most : usual;
}

void draw_text(struct line *line, enum role role, struct fact_text text, uint32_t usual)
{
    piece_outside(line, role, text.bytes, text.size, segment_most(line, usual));
}

void draw_percent(struct line *line, int32_t used_e2)
{
    char number[NUMBER_MAX];
    number_percent(number, used_e2);
    piece_text(line, level_role(used_e2), number);
}

void draw_tokens(struct line *line, enum role role, int64_t tokens)
{
    char number[NUMBER_MAX];
    number_tokens(number, tokens);
    piece_text(line, role, number);
}

void draw_span(struct line *line, enum role role, int64_t span_us)
{
    char number[NUMBER_MAX];
    number_countdown(number, span_us);
    piece_text(line, role, number);
}

void draw_countdown(struct line *line, enum role role, const struct facts *facts, int64_t until_us)
{
    int64_t left_us = until_us - facts->now_us, lasts_us = number_countdown_lasts(left_us);
    int64_t changes_us = left_us > 0 ? facts->now_us + lasts_us : INT64_MAX;
    piece_number(line, (double)number_minutes(left_us), changes_us);
    draw_span(line, role, left_us);
    if (left_us > 0)
        piece_valid_until(line, changes_us);
}

/* ---- bars ------------------------------------------------------------------------------------------ */

static const struct bar_style bar_styles[] = {
    {"blocks", "", "▰", "", "▱", ""},  {"bar", "", "█", "", "░", ""},
    {"ball", "", "─", "●", "─", ""},   {"blocks-line", "", "█", "", "─", ""},
    {"capped", "", "━", "╸", "┄", ""}, {"dots", "", "●", "", "○", ""},
    {"filled", "", "■", "", "□", ""},  {"geometric", "", "◆", "", "◇", ""},
    {"line", "", "━", "", "╌", ""},    {"squares", "", "▪", "", "▫", ""},
    {"text", "[", "=", ">", "-", "]"}, {"braille", "", "⣿", "", "⣀", ""},
};

static const struct bar_style ascii_bar = {"ascii", "[", "#", "", "-", "]"};

const struct bar_style *bar_style_at(size_t index)
{
    return index < sizeof bar_styles / sizeof *bar_styles ? &bar_styles[index] : NULL;
}

const struct bar_style *bar_style_find(const char *name)
{
    for (size_t i = 0; i < sizeof bar_styles / sizeof *bar_styles; i++)
        if (strcmp(bar_styles[i].name, name) == 0)
            return &bar_styles[i];
    return NULL;
}

static int bar_cells(const struct line *line)
{
    int cells = line->options && line->options->cells ? line->options->cells : BAR_CELLS;
    return cells < BAR_CELLS_MOST ? cells : BAR_CELLS_MOST;
}

void draw_bar(struct line *line, int32_t used_e2)
{
    const struct bar_style *style = line->options && line->options->bar ? line->options->bar : bar_styles;
    if (line->look->ascii)
        style = &ascii_bar;
    int cells = bar_cells(line);
    int32_t used = used_e2 < 0 ? 0 : used_e2 < PERCENT_FULL_E2 ? used_e2 : PERCENT_FULL_E2;
    int filled = used * cells / PERCENT_FULL_E2;
    if (filled == 0 && used >= PERCENT_FULL_E2 / 100)
        filled = 1; /* some is not none */
    piece_text(line, ROLE_DIM, style->left);
    /* Where a gradient tells how far it is, the level's colour need not. */
    const enum role role = line->gradient ? ROLE_CALM : level_role(used);
    for (int i = 0; i < filled; i++)
        piece_text(line, role, *style->edge && i == filled - 1 ? style->edge : style->full);
    for (int i = filled; i < cells; i++)
        piece_text(line, ROLE_DIM, style->empty);
    piece_text(line, ROLE_DIM, style->right);
}
