/* Sets of surfaces and depths, and drawing them: see drawn.h. */
#include "drawn.h"

typedef void render_line(struct rendering *rendering, const struct facts *facts, const struct look *look,
                         enum tacho_surface surface, enum tacho_depth depth);

static void render_object(struct rendering *rendering, const struct facts *facts, const struct look *look,
                          enum tacho_surface surface, enum tacho_depth depth)
{
    (void)look;
    (void)surface;
    (void)depth;
    render_json(rendering, facts);
    rendering->valid_until_us = INT64_MAX;
}

/* The lines of each kind of slot, and the surface with which they are asked for. */
static const struct line_of_kind {
    enum tacho_kind kind;
    enum tacho_surface surface, asked_as;
    enum tacho_depth deepest;
    render_line *render;
} lines[] = {
    {TACHO_SESSION, TACHO_CLAUDE, TACHO_CLAUDE, TACHO_TRUE_COLOUR, render_status_line},
    {TACHO_SESSION, TACHO_JSON, TACHO_JSON, TACHO_NO_COLOUR, render_object},
    {TACHO_DIRECTORY, TACHO_BASH, TACHO_BASH, TACHO_TRUE_COLOUR, render_prompt},
    {TACHO_DIRECTORY, TACHO_ZSH, TACHO_ZSH, TACHO_TRUE_COLOUR, render_prompt},
    {TACHO_DIRECTORY, TACHO_FISH, TACHO_FISH, TACHO_TRUE_COLOUR, render_prompt},
    {TACHO_DIRECTORY, TACHO_TMUX, TACHO_TMUX, TACHO_TRUE_COLOUR, render_prompt},
    {TACHO_DIRECTORY, TACHO_PLAIN, TACHO_PLAIN, TACHO_NO_COLOUR, render_prompt},
    {TACHO_DIRECTORY, TACHO_BASH_RIGHT, TACHO_BASH, TACHO_TRUE_COLOUR, render_prompt},
    {TACHO_DIRECTORY, TACHO_ZSH_RIGHT, TACHO_ZSH, TACHO_TRUE_COLOUR, render_prompt},
    {TACHO_DIRECTORY, TACHO_FISH_RIGHT, TACHO_FISH, TACHO_TRUE_COLOUR, render_prompt},
    {TACHO_DIRECTORY, TACHO_PLAIN_RIGHT, TACHO_PLAIN, TACHO_NO_COLOUR, render_prompt},
    {TACHO_DIRECTORY, TACHO_BASH_TRANSIENT, TACHO_BASH, TACHO_TRUE_COLOUR, render_prompt},
    {TACHO_DIRECTORY, TACHO_ZSH_TRANSIENT, TACHO_ZSH, TACHO_TRUE_COLOUR, render_prompt},
    {TACHO_DIRECTORY, TACHO_FISH_TRANSIENT, TACHO_FISH, TACHO_TRUE_COLOUR, render_prompt},
    {TACHO_DIRECTORY, TACHO_PLAIN_TRANSIENT, TACHO_PLAIN, TACHO_NO_COLOUR, render_prompt},
    {TACHO_DIRECTORY, TACHO_JSON, TACHO_JSON, TACHO_NO_COLOUR, render_object},
};
enum { LINES = sizeof lines / sizeof *lines, DEPTHS = TACHO_TRUE_COLOUR + 1 };

static uint64_t bit_of(enum tacho_surface surface, enum tacho_depth depth)
{
    _Static_assert((TACHO_PLAIN_TRANSIENT + 1) * DEPTHS <= 64, "a set is one word");
    return UINT64_C(1) << ((unsigned)surface * DEPTHS + (unsigned)depth);
}

static uint64_t every_depth(const struct line_of_kind *line)
{
    uint64_t drawn = 0;
    for (enum tacho_depth depth = TACHO_NO_COLOUR; depth <= line->deepest; depth++)
        drawn |= bit_of(line->surface, depth);
    return drawn;
}

uint64_t drawn_always(enum tacho_kind kind)
{
    return drawn_for(kind, kind == TACHO_SESSION ? TACHO_CLAUDE : TACHO_PLAIN, TACHO_NO_COLOUR);
}

uint64_t drawn_for(enum tacho_kind kind, unsigned surface, unsigned depth)
{
    uint64_t drawn = 0;
    for (const struct line_of_kind *line = lines; line < lines + LINES; line++)
        if (line->kind == kind && !surface)
            drawn |= every_depth(line);
        else if (line->kind == kind && (line->asked_as == surface || line->surface == surface))
            drawn |= bit_of(line->surface, depth < line->deepest ? depth : line->deepest);
    return drawn;
}

uint64_t drawn_in(const struct tacho_copy *copy)
{
    uint64_t drawn = 0;
    for (uint32_t i = 0; i < copy->block_count; i++) {
        const struct tacho_block *block = tacho_block_at(copy, i);
        if (block)
            drawn |= drawn_for(copy->kind, block->surface, block->depth);
    }
    return drawn;
}

bool drawn_has(uint64_t drawn, enum tacho_surface surface, enum tacho_depth depth)
{
    return drawn & bit_of(surface, depth);
}

static void draft_rendering(struct segment_draft *draft, const struct rendering *rendering,
                            enum tacho_surface surface, enum tacho_depth depth)
{
    draft_block(draft, surface, depth, rendering->pieces, rendering->piece_count, rendering->text,
                rendering->text_size);
}

int64_t drawn_draft(struct segment_draft *draft, struct rendering *rendering, uint64_t drawn,
                    const struct facts *facts, const struct look *look)
{
    int64_t until = INT64_MAX;
    for (const struct line_of_kind *line = lines; line < lines + LINES; line++)
        for (enum tacho_depth depth = TACHO_NO_COLOUR; depth <= line->deepest; depth++) {
            if (!drawn_has(drawn, line->surface, depth))
                continue;
            line->render(rendering, facts, look, line->surface, depth);
            draft_rendering(draft, rendering, line->surface, depth);
            if (line->surface == TACHO_CLAUDE &&
                depth == TACHO_NO_COLOUR) /* without colours it is plain text */
                draft_rendering(draft, rendering, TACHO_PLAIN, depth);
            if (rendering->piece_count && rendering->valid_until_us < until)
                until = rendering->valid_until_us;
        }
    return until;
}
