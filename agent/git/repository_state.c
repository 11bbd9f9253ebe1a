/*
 * The state that others see, put together from what was found out: see struct git_state in git.h.
 */
#include "repository.h"

#include "../base/memory.h"

#include <stdlib.h>
#include <string.h>

static const struct head *head_of(const struct repository *repository)
{
    return repository->last.has_head ? &repository->last.head : &repository->head;
}

static void compose_head(struct git_state *state, const struct repository *repository)
{
    const struct head *head = head_of(repository);
    const char *branch = head->ref;
    if (strncmp(branch, "refs/heads/", 11) == 0)
        branch += 11;
    name_copy(state->branch, sizeof state->branch, branch);
    memcpy(state->oid, head->oid, sizeof state->oid);
    state->detached = head->detached;
    state->unborn = head->unborn;
    state->stashes = repository->last.has_head ? repository->last.stashes : repository->stashes;
}

static void compose_look(struct git_state *state, const struct repository *repository)
{
    const struct survey_result *last = &repository->last;
    name_copy(state->engine, sizeof state->engine, last->engine ? last->engine : "none");
    state->sparse = last->is_sparse;
    state->staged = last->staged;
    state->unstaged = last->unstaged;
    state->untracked = last->untracked;
    state->conflicted = last->conflicted;
    state->committed_us = last->committed_us;
    state->origin = last->origin;
    state->upstream_remote = last->upstream_remote;
    memcpy(state->tag, last->tag, sizeof state->tag);
    memcpy(state->upstream, last->upstream, sizeof state->upstream);
    state->ahead = last->ahead;
    state->behind = last->behind;
    state->push_ahead = last->push_ahead;
    state->push_behind = last->push_behind;
}

static void compose_reason(struct git_state *state, const struct repository *repository)
{
    const char *reason = "";
    if (repository->seen.refusal) {
        reason = repository->seen.refusal;
        state->trouble = GIT_TROUBLE_OWNER;
    } else if (*repository->last.reason) {
        reason = repository->last.reason;
        state->trouble = repository->last.trouble;
    } else if (repository->polled) {
        reason = repository->polled;
        state->trouble = repository->is_remote ? GIT_TROUBLE_REMOTE : GIT_TROUBLE_WATCHES;
    }
    name_copy(state->reason, sizeof state->reason, reason);
}

void repository_compose(struct repository *repository, int64_t as_of_us)
{
    struct git_state *state = memory_zeroed(1, sizeof *state), *old = &repository->state;
    state->staged = state->unstaged = state->untracked = state->conflicted = state->stashes = -1;
    state->ahead = state->behind = state->push_ahead = state->push_behind = -1;
    memcpy(state->root, repository->seen.place.root, sizeof state->root);
    name_copy(state->engine, sizeof state->engine, "none");
    compose_reason(state, repository);
    if (!repository->seen.refusal) {
        state->bare = !*repository->seen.place.root;
        state->submodule = place_is_submodule(&repository->seen.place);
        memcpy(state->worktree, repository->seen.place.worktree, sizeof state->worktree);
        memcpy(state->action, repository->action.name, sizeof state->action);
        state->step = repository->action.step;
        state->steps = repository->action.steps;
        compose_head(state, repository);
        compose_look(state, repository);
    }
    state->generation = old->generation;
    state->as_of_us = old->as_of_us;
    if (memcmp(state, old, sizeof *state) != 0)
        state->generation++;
    state->as_of_us = as_of_us;
    *old = *state;
    free(state);
}
