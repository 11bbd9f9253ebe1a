/*
 * Status lines of sessions: a layout's segments, row by row, composed into pieces. What is unknown is left
 * out; a section begins with the first of its segments that has something to show.
 */
#include "condition.h"
#include "edges.h"
#include "numbers.h"
#include "segments_draw.h"

/* A limit that is nearly used up matters more than what is usually before it. */
enum { PRIORITY_FIVE_HOUR_HIGH = 20, PRIORITY_SEVEN_DAY_HIGH = 25 };

/* Of a row's edges and flexible room, without which nothing of it can be shown right. */
enum { RANK_FRAME = 0 };

struct drawing {
    struct line line;
    const struct facts *facts;
    const struct layout *layout;
    struct edges edges;
    bool has_head;      /* of the section: a segment in it was drawn */
    uint32_t head;      /* its piece */
    enum family family; /* of the section before */
    bool other_shade;   /* its neighbour of the same family is told apart by a shade */
};

/* `*urgent`: it matters more than it usually does. */
static uint8_t item_rank(const struct layout_item *item, const struct facts *facts, bool *urgent)
{
    const struct segment *segment = item->segment;
    *urgent = false;
    if (item->options && item->options->priority)
        return item->options->priority;
    *urgent = true;
    if (segment->draw == segment_limit_five_hour && facts->five_hour.used_e2 >= LEVEL_ALARM_E2)
        return PRIORITY_FIVE_HOUR_HIGH;
    if (segment->draw == segment_limit_seven_day && facts->seven_day.used_e2 >= LEVEL_ALARM_E2)
        return PRIORITY_SEVEN_DAY_HIGH;
    *urgent = false;
    return segment->priority;
}

static bool item_is_stale_mark(const struct layout_item *item, const struct facts *facts)
{
    return !facts->carried &&
           (item->segment->draw == segment_stale || item->segment->draw == segment_stale_word);
}

/* ---- one segment ----------------------------------------------------------------------------------- */

/* Two sections beside each other that share a background could not be told apart. */
static const struct ground *section_ground(struct drawing *drawing, const struct layout_item *item)
{
    if (!drawing->edges.fills)
        return NULL;
    if (item->options && item->options->ground)
        return item->options->ground;
    bool same =
        drawing->edges.has_before && !drawing->edges.after_flex && drawing->family == item->segment->family;
    return &drawing->layout->grounds[item->segment->family][same && !drawing->other_shade];
}

/* One icon stands for a section, unless a person gave others their own. */
static void draw_icon(const struct drawing *drawing, struct line *line, const struct layout_item *item,
                      bool opens)
{
    const char *icon = item->options ? item->options->icon : NULL;
    if (!icon && opens && drawing->layout->icons && line->look->nerd)
        icon = item->segment->nerd;
    if (!icon || !*icon)
        return;
    piece_given(line, ROLE_DETAIL, icon);
    piece_text(line, ROLE_DETAIL, " ");
}

/*
 * The body, its text cut to `most` columns; `shaded` of them are the length of its gradient, if it has one.
 * Returns how many columns the segment took: 0 if it had nothing to say.
 */
static uint32_t draw_body(const struct drawing *drawing, struct line *line, const struct layout_item *item,
                          bool opens, uint32_t most, uint32_t shaded)
{
    const struct segment_options *options = item->options;
    if (opens)
        edges_body(&drawing->edges, line);
    draw_icon(drawing, line, item, opens);
    if (options && options->before)
        piece_given(line, ROLE_DETAIL, options->before);
    uint32_t start = line->columns;
    if (most < UINT32_MAX - start)
        line->most = start + most;
    line->gradient = shaded ? options->gradient : NULL;
    line->shaded_from = start;
    line->shaded_columns = shaded;
    item->segment->draw(line, drawing->facts);
    line->gradient = NULL;
    return line->columns - start;
}

static bool has_gradient(const struct line *line, const struct segment_options *options)
{
    return options && options->gradient && line->depth >= TACHO_256_COLOURS && line_is_coloured(line);
}

static void draw_ellipsis(struct line *line)
{
    line->cut = false;
    line->most = UINT32_MAX;
    piece_symbol(line, ROLE_DIM, "…", "..");
}

static bool draw_whole_body(const struct drawing *drawing, struct line *line, const struct layout_item *item,
                            bool opens)
{
    const struct segment_options *options = item->options;
    uint32_t most = options && options->most ? options->most : UINT32_MAX;
    uint32_t ellipsis = line->look->ascii ? 2 : 1;
    uint32_t drawn = draw_body(drawing, line, item, opens, most, 0);
    uint32_t shaded = has_gradient(line, options) ? drawn : 0;
    if (drawn && line->cut && most > ellipsis) {
        piece_again(line);
        draw_body(drawing, line, item, opens, most - ellipsis, shaded ? most - ellipsis : 0);
        draw_ellipsis(line);
    } else if (shaded) {
        /* How long it is is known only now. */
        piece_again(line);
        draw_body(drawing, line, item, opens, most, shaded);
    }
    line->cut = false;
    line->most = UINT32_MAX;
    if (drawn && options && options->after)
        piece_given(line, ROLE_DETAIL, options->after);
    return drawn > 0;
}

static void draw_item(struct drawing *drawing, const struct layout_item *item)
{
    struct line *line = &drawing->line;
    bool urgent;
    uint8_t rank = item_rank(item, drawing->facts, &urgent), flags = 0;
    /* What is urgent now must not depend on a head that is not. */
    bool opens = !drawing->has_head || (urgent && rank < line->rendering->pieces[drawing->head].rank);
    uint32_t before = line->rendering->piece_count;
    if (item->options && !condition_holds(&item->options->when, drawing->facts, line->look))
        return;
    const struct ground *ground = opens ? section_ground(drawing, item) : line->ground;
    const struct ground *ground_before = line->ground;
    line->ground = ground;
    line->options = item->options;
    piece_open(line, rank, LEAD_OWN);
    if (opens)
        edges_lead(&drawing->edges, line);
    else
        edges_join(line, item->join);
    piece_body(line);
    if (!draw_whole_body(drawing, line, item, opens))
        piece_again(line);
    if (item_is_stale_mark(item, drawing->facts))
        flags |= TACHO_STALE_MARK;
    if (!opens && drawing->edges.fills)
        flags |= TACHO_FOLLOWS;
    piece_close_flagged(line, flags);
    line->options = NULL;
    if (line->rendering->piece_count == before) {
        line->ground = ground_before;
        return;
    }
    if (opens) {
        drawing->has_head = true;
        drawing->head = before;
        drawing->other_shade =
            drawing->edges.fills && ground == &drawing->layout->grounds[item->segment->family][1];
        drawing->family = item->segment->family;
        drawing->edges.has_before = true;
        drawing->edges.after_flex = false;
    }
    /* A section is kept as long as the most important of its segments. */
    struct tacho_piece *head = &line->rendering->pieces[drawing->head];
    if (rank < head->rank)
        head->rank = rank;
}

/* ---- rows ------------------------------------------------------------------------------------------ */

static void draw_flex(struct drawing *drawing)
{
    struct line *line = &drawing->line;
    piece_open(line, RANK_FRAME, LEAD_OWN);
    edges_close(&drawing->edges, line);
    line->ground = NULL;
    piece_body(line);
    line_plain(line); /* the client trims what begins with a space */
    piece_raw(line, " ");
    piece_close_flagged(line, TACHO_FLEX);
    drawing->has_head = drawing->edges.has_before = false;
    drawing->edges.after_flex = drawing->edges.right = true;
}

static void draw_row_end(struct drawing *drawing)
{
    struct line *line = &drawing->line;
    if (drawing->edges.fills && drawing->edges.has_before) {
        piece_open(line, RANK_FRAME, LEAD_OWN);
        edges_close(&drawing->edges, line);
        line->ground = NULL;
        piece_body(line);
        piece_close_flagged(line, TACHO_ENDS);
    }
    line->ground = NULL;
}

static void draw_row_begin(struct drawing *drawing, uint8_t row)
{
    drawing->line.row = row;
    drawing->has_head = false;
    edges_begin(&drawing->edges, &drawing->line, drawing->layout);
}

/* Where nothing else has room or anything to say, this shows that it is so: an empty line looks like a fault.
 */
static void draw_instead(struct drawing *drawing)
{
    struct line *line = &drawing->line;
    draw_row_begin(drawing, 0);
    piece_open(line, RANK_FRAME, LEAD_OWN);
    piece_body(line);
    piece_symbol(line, ROLE_DIM, "…", ".");
    piece_close_flagged(line, TACHO_INSTEAD);
}

/* Priorities become ranks, of which each piece has its own; of equal ones the first is kept longest. */
static void rank_pieces(struct rendering *rendering)
{
    uint8_t ranks[TACHO_PIECES_MAX] = {0};
    const struct tacho_piece *pieces = rendering->pieces;
    for (uint32_t i = 0; i < rendering->piece_count; i++)
        for (uint32_t j = 0; j < i; j++)
            ranks[pieces[j].rank <= pieces[i].rank ? i : j]++;
    for (uint32_t i = 0; i < rendering->piece_count; i++)
        rendering->pieces[i].rank = ranks[i];
}

static void draw_rows(struct drawing *drawing)
{
    const struct layout *layout = drawing->layout;
    draw_row_begin(drawing, 0);
    for (size_t i = 0; i < layout->count; i++) {
        const struct layout_item *item = &layout->items[i];
        if (item->row != drawing->line.row) {
            draw_row_end(drawing);
            draw_row_begin(drawing, item->row);
        }
        if (item->join == JOIN_SECTION)
            drawing->has_head = false;
        if (item->segment)
            draw_item(drawing, item);
        else
            draw_flex(drawing);
    }
    draw_row_end(drawing);
}

void render_layout(struct rendering *rendering, const struct facts *facts, const struct look *look,
                   const struct layout *layout, enum tacho_surface surface, enum tacho_depth depth)
{
    struct drawing drawing = {.facts = facts, .layout = layout};
    line_begin(&drawing.line, rendering, look, surface, depth);
    draw_rows(&drawing);
    rank_pieces(rendering);
}

void render_status_line(struct rendering *rendering, const struct facts *facts, const struct look *look,
                        enum tacho_surface surface, enum tacho_depth depth)
{
    struct drawing drawing = {.facts = facts, .layout = look->layout ? look->layout : layout_default()};
    line_begin(&drawing.line, rendering, look, surface, depth);
    draw_rows(&drawing);
    draw_instead(&drawing);
    rank_pieces(rendering);
}

/* ---- how long a line is right ---------------------------------------------------------------------- */

static int64_t earlier(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t limit_valid_until(const struct fact_limit *limit, int64_t heard_us, int64_t now_us)
{
    if (!limit_is_shown(limit, now_us))
        return INT64_MAX;
    const int64_t until = limit_age_lasts_until(heard_us, now_us);
    if (limit->resets_us == 0)
        return until;
    if (limit->used_e2 >= LEVEL_ALARM_E2)
        return earlier(until, now_us + number_countdown_lasts(limit->resets_us - now_us));
    return earlier(until, limit->resets_us);
}

int64_t render_valid_until(const struct facts *facts)
{
    int64_t until = earlier(limit_valid_until(&facts->five_hour, facts->five_hour_heard_us, facts->now_us),
                            limit_valid_until(&facts->seven_day, facts->seven_day_heard_us, facts->now_us));
    if (block_is_shown(facts))
        until = earlier(until, facts->now_us + number_countdown_lasts(facts->block_end_us - facts->now_us));
    return until;
}
