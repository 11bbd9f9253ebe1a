/* What no log line has: see unlogged.h. How the difference is made is unlogged_parts.c. */
#include "unlogged.h"

#include "../base/memory.h"
#include "interned.h"
#include "unlogged_state.h"

#include <stdlib.h>
#include <string.h>

enum { TOTALS_MAX = 32 }; /* clients of one session; what further ones say is in doubt */

struct unlogged *unlogged_new(void)
{
    return memory_zeroed(1, sizeof(struct unlogged));
}

void unlogged_free(struct unlogged *unlogged)
{
    if (!unlogged)
        return;
    for (size_t i = 0; i < unlogged->count; i++) {
        free(unlogged->list[i].statements);
        free(unlogged->list[i].totals);
    }
    free(unlogged->list);
    free(unlogged->changed);
    free(unlogged);
}

static struct stated *stated_take(struct unlogged *unlogged, uint32_t session)
{
    while (session >= unlogged->count) {
        unlogged->list =
            memory_grow(unlogged->list, unlogged->count, &unlogged->room, sizeof *unlogged->list);
        unlogged->list[unlogged->count++] = (struct stated){.is_changed = false};
    }
    return &unlogged->list[session];
}

static void mark_changed(struct unlogged *unlogged, uint32_t session)
{
    if (unlogged->list[session].is_changed)
        return;
    unlogged->list[session].is_changed = true;
    unlogged->changed = memory_grow(unlogged->changed, unlogged->changed_count, &unlogged->changed_room,
                                    sizeof *unlogged->changed);
    unlogged->changed[unlogged->changed_count++] = session;
}

/* ---- cost-state lines --------------------------------------------------------------------------------- */

static int statement_compare(const void *a, const void *b)
{
    const struct statement *x = a, *y = b;
    if (x->model != y->model)
        return x->model < y->model ? -1 : 1;
    return (x->when_us > y->when_us) - (x->when_us < y->when_us);
}

/* Makes one of two statements that cannot be ordered: the largest counts, kind by kind. */
static void statement_merge(struct statement *into, const struct statement *other)
{
    bool is_news = into->is_news && other->is_news;
    for (int kind = 0; kind < TOKEN_KINDS; kind++) {
        if (into->tokens[kind] != other->tokens[kind])
            is_news = true;
        if (into->tokens[kind] < other->tokens[kind])
            into->tokens[kind] = other->tokens[kind];
    }
    if (into->cost_pusd != other->cost_pusd)
        is_news = true;
    if (into->cost_pusd < other->cost_pusd)
        into->cost_pusd = other->cost_pusd;
    into->is_news = is_news;
}

void stated_settle(struct stated *stated)
{
    if (stated->settled == stated->count)
        return;
    size_t kept = 0;
    qsort(stated->statements, stated->count, sizeof *stated->statements, statement_compare);
    for (size_t i = 1; i < stated->count; i++) {
        if (statement_compare(&stated->statements[kept], &stated->statements[i]) == 0)
            statement_merge(&stated->statements[kept], &stated->statements[i]);
        else
            stated->statements[++kept] = stated->statements[i];
    }
    stated->count = stated->settled = kept + 1;
}

static void add_statement(struct stated *stated, const struct statement *statement)
{
    if (stated->count == stated->room)
        stated_settle(stated); /* the client repeats itself: that may make room */
    stated->statements = memory_grow(stated->statements, stated->count, &stated->room, sizeof *statement);
    stated->statements[stated->count++] = *statement;
}

void unlogged_state(struct unlogged *unlogged, uint32_t session, uint32_t model, int64_t when_us,
                    const uint64_t tokens[TOKEN_KINDS], uint64_t cost_pusd)
{
    struct statement statement = {
        .model = model, .when_us = when_us, .cost_pusd = cost_pusd, .is_news = true};
    memcpy(statement.tokens, tokens, sizeof statement.tokens);
    statement.tokens[TOKENS_CACHE_WRITE_5M] += statement.tokens[TOKENS_CACHE_WRITE_1H];
    statement.tokens[TOKENS_CACHE_WRITE_1H] = 0;
    add_statement(stated_take(unlogged, session), &statement);
    mark_changed(unlogged, session);
}

/* ---- status lines ------------------------------------------------------------------------------------- */

/* The greatest of a session's totals that is at or below a cost; NULL: all are above it. */
static struct total *total_below(struct stated *stated, uint64_t cost_pusd)
{
    struct total *best = NULL;
    for (size_t i = 0; i < stated->total_count; i++) {
        struct total *total = &stated->totals[i];
        if (total->cost_pusd <= cost_pusd && (!best || total->cost_pusd > best->cost_pusd))
            best = total;
    }
    return best;
}

/* Whether a cost that is below all totals is a new client's, and not an old statement that comes late. */
static bool is_anew(const struct stated *stated, uint64_t cost_pusd)
{
    for (size_t i = 0; i < stated->total_count; i++)
        if (cost_pusd >= stated->totals[i].cost_pusd / 2)
            return false;
    return stated->total_count < TOTALS_MAX;
}

static void add_total(struct stated *stated, struct total total)
{
    stated->totals = memory_grow(stated->totals, stated->total_count, &stated->total_room, sizeof total);
    stated->totals[stated->total_count++] = total;
}

bool unlogged_total(struct unlogged *unlogged, uint32_t session, uint64_t cost_pusd, bool logged_any)
{
    struct stated *stated = stated_take(unlogged, session);
    struct total *known = total_below(stated, cost_pusd);
    if (known && known->cost_pusd == cost_pusd)
        return false;
    if (known) {
        known->cost_pusd = cost_pusd;
        known->is_news = true;
    } else if (is_anew(stated, cost_pusd)) {
        bool is_elsewhere = !stated->total_count && !logged_any;
        add_total(stated, (struct total){cost_pusd, is_elsewhere ? cost_pusd : 0, true});
    } else {
        return false;
    }
    mark_changed(unlogged, session);
    return true;
}

void unlogged_repeats(struct unlogged *unlogged, uint32_t session)
{
    struct stated *stated = stated_take(unlogged, session);
    if (stated->repeats)
        return;
    stated->repeats = stated->repeats_is_news = true;
    mark_changed(unlogged, session);
}

bool unlogged_has(const struct unlogged *unlogged, uint32_t session)
{
    if (session >= unlogged->count)
        return false;
    const struct stated *stated = &unlogged->list[session];
    return (stated->count || stated->total_count) && !stated->repeats;
}

int64_t unlogged_last_us(const struct unlogged *unlogged, uint32_t session)
{
    const struct stated *stated = &unlogged->list[session];
    int64_t last_us = 0;
    for (size_t i = 0; i < stated->count; i++)
        if (stated->statements[i].when_us > last_us)
            last_us = stated->statements[i].when_us;
    return last_us;
}

bool unlogged_is_empty(const struct unlogged *unlogged)
{
    return unlogged->count == 0;
}

/* ---- the ledger's rows -------------------------------------------------------------------------------- */

void unlogged_recall(struct unlogged *unlogged, const struct unlogged_row *row)
{
    struct stated *stated = stated_take(unlogged, row->session);
    struct statement statement = {.model = row->model, .when_us = row->when_us, .cost_pusd = row->cost_pusd};
    memcpy(statement.tokens, row->tokens, sizeof statement.tokens);
    switch (row->kind) {
    case UNLOGGED_STATE:
        add_statement(stated, &statement);
        break;
    case UNLOGGED_TOTAL: /* by number: a missing one is a client that spent nothing */
        while (row->when_us >= 0 && row->when_us < TOTALS_MAX && stated->total_count <= (size_t)row->when_us)
            add_total(stated, (struct total){.cost_pusd = 0});
        if (row->when_us >= 0 && row->when_us < TOTALS_MAX)
            stated->totals[row->when_us] = (struct total){row->cost_pusd, row->base_pusd, false};
        break;
    case UNLOGGED_REPEATS:
        stated->repeats = true;
        break;
    }
}

struct rows {
    struct unlogged_row *list;
    size_t count, room;
};

static void rows_add(struct rows *rows, struct unlogged_row row)
{
    rows->list = memory_grow(rows->list, rows->count, &rows->room, sizeof row);
    rows->list[rows->count++] = row;
}

static void rows_add_statement(struct rows *rows, uint32_t session, const struct statement *statement)
{
    struct unlogged_row row = {.session = session,
                               .model = statement->model,
                               .kind = UNLOGGED_STATE,
                               .when_us = statement->when_us,
                               .cost_pusd = statement->cost_pusd};
    memcpy(row.tokens, statement->tokens, sizeof row.tokens);
    rows_add(rows, row);
}

/* Adds what is news of a session, and marks it as taken. */
static void rows_take(struct rows *rows, uint32_t session, struct stated *stated)
{
    struct unlogged_row row = {.session = session, .model = INTERNED_NONE};
    stated_settle(stated);
    for (size_t i = 0; i < stated->count; i++) {
        if (stated->statements[i].is_news)
            rows_add_statement(rows, session, &stated->statements[i]);
        stated->statements[i].is_news = false;
    }
    for (size_t i = 0; i < stated->total_count; i++) {
        struct total *total = &stated->totals[i];
        row.kind = UNLOGGED_TOTAL;
        row.when_us = (int64_t)i;
        row.cost_pusd = total->cost_pusd;
        row.base_pusd = total->base_pusd;
        if (total->is_news)
            rows_add(rows, row);
        total->is_news = false;
    }
    if (stated->repeats_is_news)
        rows_add(rows,
                 (struct unlogged_row){.session = session, .model = INTERNED_NONE, .kind = UNLOGGED_REPEATS});
    stated->repeats_is_news = false;
}

struct unlogged_row *unlogged_news(struct unlogged *unlogged, size_t *count)
{
    struct rows rows = {NULL, 0, 0};
    for (size_t i = 0; i < unlogged->changed_count; i++) {
        uint32_t session = unlogged->changed[i];
        unlogged->list[session].is_changed = false;
        rows_take(&rows, session, &unlogged->list[session]);
    }
    unlogged->changed_count = 0;
    *count = rows.count;
    return rows.list;
}
