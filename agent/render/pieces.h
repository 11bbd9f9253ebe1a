/*
 * Pieces that the status line and the prompt share. Each function draws what is known and nothing else.
 */
#ifndef TACHO_PIECES_H
#define TACHO_PIECES_H

#include "line.h"

struct git_ranks {
    uint8_t branch, sync, action, changes, stashes;
};

/* Branch or what stands for it, ⇡ahead⇣behind, the action under way, +staged !unstaged ?untracked, *stashes.
 */
void pieces_git(struct line *line, const struct facts *facts, const struct git_ranks *ranks, enum lead lead);

/* The same, one by one, into the open piece. `stale`: the counts are not those of this moment. */
void piece_git_head(struct line *line, const struct git_state *git);
void piece_git_sync(struct line *line, const struct git_state *git);
void piece_git_action(struct line *line, const struct git_state *git);
void piece_git_changes(struct line *line, const struct git_state *git, bool stale);
void piece_git_stashes(struct line *line, const struct git_state *git);

/* A sign and a count; nothing if there are none. */
void piece_signed_count(struct line *line, enum role role, const char *sign, const char *ascii,
                        int64_t count);

/* Today's cost, followed by `word`. */
void piece_today(struct line *line, const struct facts *facts, uint8_t rank, enum lead lead,
                 const char *word);

/* A sum of money; while history is still being read, as "≥" and rounded down. */
void piece_dollars(struct line *line, const struct facts *facts, int64_t pusd);

/*
 * What a reader shows on a line that it knows to be stale, and everybody on one that is: a mark, and the word
 * where there is room.
 */
void pieces_stale(struct line *line, const struct facts *facts, uint8_t mark_rank, uint8_t word_rank,
                  enum lead lead);

#endif
