/*
 * A directory's part of a shell prompt: `~/loom/src main ⇡1 +2 !3 ?1 $12.34`. What the shell alone knows (the
 * last command's status, jobs, the environment) its init script puts around it.
 */
#include "layout.h"

static const struct {
    enum tacho_surface syntax;
    enum prompt_side side;
} sides[] = {
    [TACHO_BASH_RIGHT] = {TACHO_BASH, PROMPT_RIGHT},
    [TACHO_ZSH_RIGHT] = {TACHO_ZSH, PROMPT_RIGHT},
    [TACHO_FISH_RIGHT] = {TACHO_FISH, PROMPT_RIGHT},
    [TACHO_PLAIN_RIGHT] = {TACHO_PLAIN, PROMPT_RIGHT},
    [TACHO_BASH_TRANSIENT] = {TACHO_BASH, PROMPT_TRANSIENT},
    [TACHO_ZSH_TRANSIENT] = {TACHO_ZSH, PROMPT_TRANSIENT},
    [TACHO_FISH_TRANSIENT] = {TACHO_FISH, PROMPT_TRANSIENT},
    [TACHO_PLAIN_TRANSIENT] = {TACHO_PLAIN, PROMPT_TRANSIENT},
};

/* A mark of staleness says something of what is beside it. */
static bool says_something(const struct rendering *rendering)
{
    for (uint32_t i = 0; i < rendering->piece_count; i++)
        if (!(rendering->pieces[i].flags & TACHO_STALE_MARK))
            return true;
    return false;
}

void render_prompt(struct rendering *rendering, const struct facts *facts, const struct look *look,
                   enum tacho_surface surface, enum tacho_depth depth)
{
    bool is_side = surface < sizeof sides / sizeof *sides && sides[surface].syntax;
    enum prompt_side side = is_side ? sides[surface].side : PROMPT_LEFT;
    enum tacho_surface syntax = is_side ? sides[surface].syntax : surface;
    const struct layout *layout = look->prompts[side] ? look->prompts[side] : layout_default_prompt(side);
    rendering->piece_count = 0;
    rendering->text_size = 0;
    if (layout)
        render_layout(rendering, facts, look, layout, syntax, depth);
    if (!says_something(rendering))
        rendering->piece_count = rendering->text_size = 0;
}
