/* Segments of the repository, its host, and what the session changed in it. */
#include "../base/zone.h"
#include "../git/git.h"
#include "pieces.h"
#include "segments_draw.h"
#include <stdio.h>
#include <string.h>

enum { NAME_COLUMNS = 40, STATE_COLUMNS = 20, SHORT_COMMIT = 8 };

/* ---- git ------------------------------------------------------------------------------------------- */

void segment_git_branch(struct line *line, const struct facts *facts)
{
    if (facts->git)
        piece_git_head(line, facts->git);
}

void segment_git_sync(struct line *line, const struct facts *facts)
{
    if (facts->git)
        piece_git_sync(line, facts->git);
}

void segment_git_action(struct line *line, const struct facts *facts)
{
    if (facts->git)
        piece_git_action(line, facts->git);
}

void segment_git_changes(struct line *line, const struct facts *facts)
{
    if (facts->git)
        piece_git_changes(line, facts->git, facts->git_stale);
}

void segment_git_stashes(struct line *line, const struct facts *facts)
{
    if (facts->git)
        piece_git_stashes(line, facts->git);
}

/* Signs are powerlevel10k's. */
void segment_git_push(struct line *line, const struct facts *facts)
{
    const struct git_state *git = facts->git;
    if (!git || (git->push_ahead == git->ahead && git->push_behind == git->behind))
        return;
    piece_signed_count(line, ROLE_SYNC, "⇢", "->", git->push_ahead);
    piece_signed_count(line, ROLE_SYNC, "⇠", "<-", git->push_behind);
}

void segment_git_kind(struct line *line, const struct facts *facts)
{
    const struct git_state *git = facts->git;
    if (git && git->bare)
        piece_text(line, ROLE_DETAIL, "bare");
    if (git && git->submodule)
        piece_text(line, ROLE_DETAIL, "submodule");
    if (git && git->sparse)
        piece_text(line, ROLE_DETAIL, git->submodule ? " sparse" : "sparse");
}

void segment_git_ahead(struct line *line, const struct facts *facts)
{
    if (facts->git)
        piece_signed_count(line, ROLE_SYNC, "⇡", ">", facts->git->ahead);
}

void segment_git_behind(struct line *line, const struct facts *facts)
{
    if (facts->git)
        piece_signed_count(line, ROLE_SYNC, "⇣", "<", facts->git->behind);
}

void segment_git_staged(struct line *line, const struct facts *facts)
{
    if (facts->git)
        piece_signed_count(line, ROLE_STAGED, "+", "+", facts->git->staged);
}

void segment_git_unstaged(struct line *line, const struct facts *facts)
{
    if (facts->git)
        piece_signed_count(line, ROLE_UNSTAGED, "!", "!", facts->git->unstaged);
}

void segment_git_untracked(struct line *line, const struct facts *facts)
{
    if (facts->git)
        piece_signed_count(line, ROLE_UNTRACKED, "?", "?", facts->git->untracked);
}

void segment_git_conflicts(struct line *line, const struct facts *facts)
{
    if (facts->git)
        piece_signed_count(line, ROLE_CONFLICT, "✗", "x", facts->git->conflicted);
}

/* Not while something is not known. */
void segment_git_clean(struct line *line, const struct facts *facts)
{
    const struct git_state *git = facts->git;
    if (!git || git->staged < 0 || git->unstaged < 0 || git->untracked < 0)
        return;
    if (git->staged + git->unstaged + git->untracked + git->conflicted > 0)
        piece_symbol(line, ROLE_UNSTAGED, "●", "*");
    else
        piece_symbol(line, ROLE_CALM, "✓", "=");
}

void segment_git_commit(struct line *line, const struct facts *facts)
{
    if (facts->git)
        piece_outside(line, ROLE_DETAIL, facts->git->oid, strnlen(facts->git->oid, SHORT_COMMIT),
                      SHORT_COMMIT);
}

/* To the minute, as long as somebody looks. */
void segment_git_age(struct line *line, const struct facts *facts)
{
    const int64_t minute = 60 * MICROSECONDS;
    if (!facts->git || facts->git->committed_us <= 0)
        return;
    const int64_t age =
        facts->now_us > facts->git->committed_us ? facts->now_us - facts->git->committed_us : 0;
    draw_span(line, ROLE_DETAIL, age / minute * minute);
    piece_text(line, ROLE_DIM, " ago");
    piece_valid_until(line, facts->now_us - age % minute + minute);
}

void segment_git_tag(struct line *line, const struct facts *facts)
{
    if (facts->git)
        draw_text(line, ROLE_BRANCH, fact_string(facts->git->tag), NAME_COLUMNS);
}

void segment_git_upstream(struct line *line, const struct facts *facts)
{
    if (facts->git)
        draw_text(line, ROLE_SYNC, fact_string(facts->git->upstream), NAME_COLUMNS);
}

void segment_git_root(struct line *line, const struct facts *facts)
{
    if (!facts->git)
        return;
    const char *last = strrchr(facts->git->root, '/');
    if (last)
        draw_text(line, ROLE_ROOT, fact_string(last + 1), NAME_COLUMNS);
}

/* ---- its host -------------------------------------------------------------------------------------- */

void segment_repository_owner(struct line *line, const struct facts *facts)
{
    draw_text(line, ROLE_DETAIL, facts->repository_owner, NAME_COLUMNS);
}

void segment_repository_name(struct line *line, const struct facts *facts)
{
    draw_text(line, ROLE_ROOT, facts->repository_name, NAME_COLUMNS);
}

void segment_repository_host(struct line *line, const struct facts *facts)
{
    draw_text(line, ROLE_DETAIL, facts->repository_host, NAME_COLUMNS);
}

static void draw_repository(struct line *line, struct fact_text host, struct fact_text owner,
                            struct fact_text name)
{
    char url[1024];
    if (!name.size)
        return;
    if (host.size + owner.size + name.size + 16 < sizeof url && host.size && owner.size) {
        int size = snprintf(url, sizeof url, "https://%.*s/%.*s/%.*s", (int)host.size, host.bytes,
                            (int)owner.size, owner.bytes, (int)name.size, name.bytes);
        piece_link(line, (struct fact_text){url, (size_t)size});
    }
    draw_text(line, ROLE_DETAIL, owner, NAME_COLUMNS);
    if (owner.size)
        piece_text(line, ROLE_DIM, "/");
    draw_text(line, ROLE_ROOT, name, NAME_COLUMNS);
    piece_link_end(line);
}

void segment_repository(struct line *line, const struct facts *facts)
{
    draw_repository(line, facts->repository_host, facts->repository_owner, facts->repository_name);
}

void segment_repository_upstream(struct line *line, const struct facts *facts)
{
    if (!facts->git)
        return;
    const struct git_remote *remote = &facts->git->upstream_remote;
    draw_repository(line, fact_string(remote->host), fact_string(remote->owner), fact_string(remote->name));
}

void segment_repository_fork(struct line *line, const struct facts *facts)
{
    if (!facts->git || !facts->git->upstream_remote.name[0] || !facts->git->origin.name[0])
        return;
    const struct git_remote *origin = &facts->git->origin, *upstream = &facts->git->upstream_remote;
    if (strcmp(origin->owner, upstream->owner) != 0 || strcmp(origin->name, upstream->name) != 0)
        piece_text(line, ROLE_DETAIL, "fork");
}

static enum role review_role(struct fact_text state)
{
    static const struct {
        const char *state;
        enum role role;
    } roles[] = {{"approved", ROLE_CALM},
                 {"changes_requested", ROLE_ALARM},
                 {"pending", ROLE_WARN},
                 {"draft", ROLE_DIM}};
    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++)
        if (state.size == strlen(roles[i].state) && memcmp(state.bytes, roles[i].state, state.size) == 0)
            return roles[i].role;
    return ROLE_DETAIL;
}

static bool is_changes_requested(struct fact_text state)
{
    return state.size == 17 && memcmp(state.bytes, "changes_requested", 17) == 0;
}

void segment_review_number(struct line *line, const struct facts *facts)
{
    const struct fact_review *review = &facts->review;
    if (review->number <= 0)
        return;
    bool is_merge = review->kind.size == 2 && memcmp(review->kind.bytes, "mr", 2) == 0;
    piece_link(line, review->url);
    piece_text(line, ROLE_DIM, is_merge ? "MR !" : "PR #");
    piece_count(line, ROLE_BRANCH, review->number);
    piece_link_end(line);
}

void segment_review_state(struct line *line, const struct facts *facts)
{
    const struct fact_review *review = &facts->review;
    if (review->number <= 0 || !review->state.size)
        return;
    if (is_changes_requested(review->state))
        piece_text(line, ROLE_ALARM, "changes requested");
    else
        draw_text(line, review_role(review->state), review->state, STATE_COLUMNS);
}

void segment_review(struct line *line, const struct facts *facts)
{
    segment_review_number(line, facts);
    if (facts->review.number > 0 && facts->review.state.size)
        piece_text(line, ROLE_DIM, " ");
    segment_review_state(line, facts);
}

/* ---- lines ----------------------------------------------------------------------------------------- */

void segment_lines_added(struct line *line, const struct facts *facts)
{
    piece_signed_count(line, ROLE_CALM, "+", "+", facts->lines_added);
}

void segment_lines_removed(struct line *line, const struct facts *facts)
{
    piece_signed_count(line, ROLE_CONFLICT, "−", "-", facts->lines_removed);
}

void segment_lines(struct line *line, const struct facts *facts)
{
    segment_lines_added(line, facts);
    if (facts->lines_added > 0 && facts->lines_removed > 0)
        piece_text(line, ROLE_DIM, " ");
    segment_lines_removed(line, facts);
}
