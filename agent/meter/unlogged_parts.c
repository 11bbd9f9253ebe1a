/* The difference between what clients stated and what logs explain: see unlogged.h. */
#include "../base/memory.h"
#include "unlogged_state.h"

#include <stdlib.h>
#include <string.h>

#define NOISE_PUSD 1000000 /* a millionth of a dollar */

typedef unsigned __int128 wide;

static uint64_t less(uint64_t a, uint64_t b)
{
    return a > b ? a - b : 0;
}

static wide wide_less(wide a, wide b)
{
    return a > b ? a - b : 0;
}

static uint64_t least(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* Cache writes are not told apart in statements, so they are not told apart here. */
static void part_join_writes(struct unlogged_part *part)
{
    part->tokens[TOKENS_CACHE_WRITE_5M] += part->tokens[TOKENS_CACHE_WRITE_1H];
    part->tokens[TOKENS_CACHE_WRITE_1H] = 0;
}

static void part_add(struct unlogged_part *part, const uint64_t tokens[TOKEN_KINDS], wide cost_pusd)
{
    for (int kind = 0; kind < TOKEN_KINDS; kind++)
        part->tokens[kind] += tokens[kind];
    part->cost_pusd += cost_pusd;
}

static bool part_is_noise(const struct unlogged_part *part)
{
    for (int kind = 0; kind < TOKEN_KINDS; kind++)
        if (part->tokens[kind])
            return false;
    return part->cost_pusd < NOISE_PUSD;
}

static int part_compare(const void *a, const void *b)
{
    const struct unlogged_part *x = a, *y = b;
    if (x->session != y->session)
        return x->session < y->session ? -1 : 1;
    return (x->model > y->model) - (x->model < y->model);
}

/* A growing list of parts. */
struct parts {
    struct unlogged_part *list;
    size_t count, room;
};

static void parts_add(struct parts *parts, const struct unlogged_part *part)
{
    parts->list = memory_grow(parts->list, parts->count, &parts->room, sizeof *part);
    parts->list[parts->count++] = *part;
}

/* ---- what is stated ----------------------------------------------------------------------------------- */

static bool is_smaller(const struct statement *statement, const struct statement *before)
{
    for (int kind = 0; kind < TOKEN_KINDS; kind++)
        if (statement->tokens[kind] < before->tokens[kind])
            return true;
    return statement->cost_pusd < before->cost_pusd;
}

/* What the statements of one model come to: the last of each client's, or the one that has no time if that is
 * more. */
static struct unlogged_part state_sum(uint32_t session, const struct statement *statements, size_t count)
{
    struct unlogged_part sum = {.session = session, .model = statements->model};
    const struct statement *untimed = statements->when_us == 0 ? statements : NULL;
    for (size_t i = untimed != NULL; i < count; i++)
        if (i + 1 == count || is_smaller(&statements[i + 1], &statements[i]))
            part_add(&sum, statements[i].tokens, statements[i].cost_pusd);
    for (int kind = 0; untimed && kind < TOKEN_KINDS; kind++)
        if (sum.tokens[kind] < untimed->tokens[kind])
            sum.tokens[kind] = untimed->tokens[kind];
    if (untimed && sum.cost_pusd < untimed->cost_pusd)
        sum.cost_pusd = untimed->cost_pusd;
    return sum;
}

/* Adds what is stated of a session, a part a model. */
static void add_stated(struct parts *parts, uint32_t session, const struct stated *stated)
{
    for (size_t i = 0, run; i < stated->count; i += run) {
        const struct statement *first = &stated->statements[i];
        run = 1;
        while (i + run < stated->count && first[run].model == first->model)
            run++;
        struct unlogged_part sum = state_sum(session, first, run);
        parts_add(parts, &sum);
    }
}

/* What the session's status lines come to. */
static wide totals_sum(const struct stated *stated)
{
    wide sum = 0;
    for (size_t i = 0; i < stated->total_count; i++)
        sum += less(stated->totals[i].cost_pusd, stated->totals[i].base_pusd);
    return sum;
}

wide unlogged_totals_pusd(const struct unlogged *unlogged, uint32_t session)
{
    return unlogged_has(unlogged, session) ? totals_sum(&unlogged->list[session]) : 0;
}

/* ---- one session -------------------------------------------------------------------------------------- */

/* What the log has of one session: parts in order of model, more than one of a model perhaps. */
struct logged {
    const struct unlogged_part *list;
    size_t first, end;
};

static struct unlogged_part sum_of(const struct unlogged_part *list, size_t first, size_t end)
{
    struct unlogged_part sum = {.session = 0};
    for (size_t i = first; i < end; i++)
        part_add(&sum, list[i].tokens, list[i].cost_pusd);
    part_join_writes(&sum);
    return sum;
}

static struct unlogged_part logged_of(const struct logged *logged, uint32_t model)
{
    size_t first = logged->first, end;
    while (first < logged->end && logged->list[first].model < model)
        first++;
    for (end = first; end < logged->end && logged->list[end].model == model;)
        end++;
    return sum_of(logged->list, first, end);
}

/* Takes away from `part` what the log explains, and what is more than `left`; takes the rest from `left`. */
static void part_reduce(struct unlogged_part *part, const struct unlogged_part *explained,
                        struct unlogged_part *left)
{
    for (int kind = 0; kind < TOKEN_KINDS; kind++) {
        part->tokens[kind] = least(less(part->tokens[kind], explained->tokens[kind]), left->tokens[kind]);
        left->tokens[kind] -= part->tokens[kind];
    }
    part->cost_pusd = wide_less(part->cost_pusd, explained->cost_pusd);
    if (part->cost_pusd > left->cost_pusd)
        part->cost_pusd = left->cost_pusd;
    left->cost_pusd -= part->cost_pusd;
}

/* Adds a cost to the session's part of a model; its parts begin at `first`. */
static void add_cost(struct parts *parts, size_t first, uint32_t session, uint32_t model, wide cost_pusd)
{
    struct unlogged_part part = {.session = session, .model = model, .cost_pusd = cost_pusd};
    for (size_t i = first; i < parts->count; i++) {
        if (parts->list[i].model == model) {
            parts->list[i].cost_pusd += cost_pusd;
            return;
        }
    }
    parts_add(parts, &part);
}

static int compare_names(const void *a, const void *b, void *data)
{
    const struct unlogged_part *x = a, *y = b;
    const struct unlogged_models *models = data;
    return models->compare(models->data, x->model, y->model);
}

/* Adds what is unlogged of a session. The models take from what is left in order of their names. */
static void work_out_session(struct parts *parts, uint32_t session, struct stated *stated,
                             const struct logged *logged, const struct unlogged_models *models)
{
    size_t first = parts->count, kept = first;
    stated_settle(stated);
    add_stated(parts, session, stated);
    if (parts->count > first)
        qsort_r(parts->list + first, parts->count - first, sizeof *parts->list, compare_names,
                (void *)(uintptr_t)models);
    struct unlogged_part explained = sum_of(logged->list, logged->first, logged->end);
    struct unlogged_part left = sum_of(parts->list, first, parts->count);
    for (int kind = 0; kind < TOKEN_KINDS; kind++)
        left.tokens[kind] = less(left.tokens[kind], explained.tokens[kind]);
    left.cost_pusd = wide_less(left.cost_pusd, explained.cost_pusd);
    wide found = 0;
    for (size_t i = first; i < parts->count; i++) {
        struct unlogged_part part = parts->list[i], model_explained = logged_of(logged, part.model);
        part_reduce(&part, &model_explained, &left);
        if (part_is_noise(&part))
            continue;
        found += part.cost_pusd;
        parts->list[kept++] = part;
    }
    parts->count = kept;
    wide rest = wide_less(totals_sum(stated), explained.cost_pusd + found);
    if (rest >= NOISE_PUSD)
        add_cost(parts, first, session, models->present(models->data, session), rest);
}

struct unlogged_part *unlogged_work_out(struct unlogged *unlogged, struct unlogged_part *logged,
                                        size_t logged_count, const struct unlogged_models *models,
                                        size_t *count)
{
    struct parts parts = {NULL, 0, 0};
    if (logged_count)
        qsort(logged, logged_count, sizeof *logged, part_compare);
    size_t at = 0, end;
    for (uint32_t session = 0; session < unlogged->count; session++) {
        if (!unlogged_has(unlogged, session))
            continue;
        while (at < logged_count && logged[at].session < session)
            at++;
        for (end = at; end < logged_count && logged[end].session == session;)
            end++;
        struct logged own = {logged, at, end};
        work_out_session(&parts, session, &unlogged->list[session], &own, models);
    }
    if (parts.count)
        qsort(parts.list, parts.count, sizeof *parts.list, part_compare);
    *count = parts.count;
    return parts.list;
}
