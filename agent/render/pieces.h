/*
 * Pieces that the status line and the prompt share. Each function draws what is known and nothing else.
 */
#ifndef TACHO_PIECES_H
#define TACHO_PIECES_H

#include "line.h"

/* Branch or what stands for it, ⇡ahead⇣behind, the action under way, ✗conflicted +staged !unstaged
 * ?untracked, *stashes: each into the open piece. `stale`: the counts are not those of this moment. */
void piece_git_head(struct line *line, const struct git_state *git);
void piece_git_sync(struct line *line, const struct git_state *git);
void piece_git_action(struct line *line, const struct git_state *git);
void piece_git_changes(struct line *line, const struct git_state *git, bool stale);
void piece_git_stashes(struct line *line, const struct git_state *git);

/* A sign and a count; nothing if there are none. */
void piece_signed_count(struct line *line, enum role role, const char *sign, const char *ascii,
                        int64_t count);

/* A sum of money; while history is still being read, as "≥" and rounded down. */
void piece_dollars(struct line *line, const struct facts *facts, int64_t pusd);

#endif
