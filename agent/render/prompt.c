/*
 * A directory's part of a shell prompt: `main ⇡1 +2 !3 ?1 $12.34`. The directory itself is the shell's
 * own to show.
 */
#include "pieces.h"

enum rank {
    RANK_STALE,
    RANK_BRANCH,
    RANK_CHANGES,
    RANK_ACTION,
    RANK_SYNC,
    RANK_TODAY,
    RANK_STASHES,
    RANK_STALE_WORD,
};

void render_prompt(struct rendering *rendering, const struct facts *facts, const struct look *look,
                   enum tacho_surface surface, enum tacho_depth depth)
{
    static const struct git_ranks ranks = {RANK_BRANCH, RANK_SYNC, RANK_ACTION, RANK_CHANGES, RANK_STASHES};
    struct line line;
    line_begin(&line, rendering, look, surface, depth);
    pieces_git(&line, facts, &ranks, LEAD_SPACE);
    if (facts->today_cost_pusd > 0)
        piece_today(&line, facts, RANK_TODAY, LEAD_SPACE, "");
    if (rendering->piece_count > 0)
        pieces_stale(&line, facts, RANK_STALE, RANK_STALE_WORD, LEAD_SPACE);
}
