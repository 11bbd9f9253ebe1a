/*
 * The shared pieces. Signs for git are those of powerlevel10k, which most people who have seen any have
 * seen: ⇡ ⇣ + ! ? *.
 */
#include "pieces.h"
#include "../git/git.h"
#include "numbers.h"
#include <string.h>

#define BRANCH_COLUMNS  40
#define ACTION_COLUMNS  16
#define SHORT_OID_BYTES 8

void piece_signed_count(struct line *line, enum role role, const char *sign, const char *ascii, int64_t count)
{
    char number[NUMBER_MAX];
    if (count <= 0)
        return;
    number_decimal(number, count, 0);
    piece_symbol(line, role, sign, ascii);
    piece_text(line, role, number);
}

static void add_spaced_count(struct line *line, enum role role, const char *sign, const char *ascii,
                             int64_t count)
{
    if (count > 0 && line->columns > 0)
        piece_text(line, role, " ");
    piece_signed_count(line, role, sign, ascii, count);
}

void piece_git_head(struct line *line, const struct git_state *git)
{
    if (git->branch[0]) {
        piece_outside(line, ROLE_BRANCH, git->branch, strlen(git->branch), BRANCH_COLUMNS);
    } else if (git->tag[0]) {
        piece_text(line, ROLE_DIM, "@");
        piece_outside(line, ROLE_BRANCH, git->tag, strlen(git->tag), BRANCH_COLUMNS - 1);
    } else if (git->oid[0]) {
        piece_text(line, ROLE_DIM, "@");
        piece_outside(line, ROLE_BRANCH, git->oid, strnlen(git->oid, SHORT_OID_BYTES), SHORT_OID_BYTES);
    } else if (!git->unborn) {
        piece_text(line, ROLE_DIM, "(git?)");
    }
    if (git->unborn)
        piece_text(line, ROLE_DIM, line->columns > 0 ? " (unborn)" : "(unborn)");
}

void piece_git_action(struct line *line, const struct git_state *git)
{
    char number[NUMBER_MAX];
    piece_outside(line, ROLE_ACTION, git->action, strlen(git->action), ACTION_COLUMNS);
    if (!git->action[0] || git->steps == 0)
        return;
    piece_text(line, ROLE_ACTION, " ");
    number_decimal(number, git->step, 0);
    piece_text(line, ROLE_ACTION, number);
    piece_text(line, ROLE_ACTION, "/");
    number_decimal(number, git->steps, 0);
    piece_text(line, ROLE_ACTION, number);
}

/* The counts, and "…" where some of them are not those of this moment. */
void piece_git_changes(struct line *line, const struct git_state *git, bool stale)
{
    bool unknown = git->staged < 0 || git->unstaged < 0 || git->untracked < 0;
    add_spaced_count(line, ROLE_CONFLICT, "✗", "x", git->conflicted);
    add_spaced_count(line, ROLE_STAGED, "+", "+", git->staged);
    add_spaced_count(line, ROLE_UNSTAGED, "!", "!", git->unstaged);
    add_spaced_count(line, ROLE_UNTRACKED, "?", "?", git->untracked);
    if (stale || (unknown && !git->bare))
        piece_symbol(line, ROLE_DIM, "…", "..");
}

void piece_git_sync(struct line *line, const struct git_state *git)
{
    piece_signed_count(line, ROLE_SYNC, "⇡", ">", git->ahead);
    piece_signed_count(line, ROLE_SYNC, "⇣", "<", git->behind);
}

void piece_git_stashes(struct line *line, const struct git_state *git)
{
    piece_signed_count(line, ROLE_STASH, "*", "*", git->stashes);
}

void piece_dollars(struct line *line, const struct facts *facts, int64_t pusd)
{
    char number[NUMBER_MAX];
    if (facts->catching_up) {
        piece_symbol(line, ROLE_DIM, "≥", ">=");
        number_dollars_so_far(number, pusd);
    } else {
        number_dollars(number, pusd);
    }
    piece_text(line, ROLE_COST, number);
}
