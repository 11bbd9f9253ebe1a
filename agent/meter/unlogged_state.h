/*
 * What is kept of the client's statements: shared by unlogged.c, which takes them in, and unlogged_parts.c,
 * which makes the difference.
 */
#ifndef TACHO_UNLOGGED_STATE_H
#define TACHO_UNLOGGED_STATE_H

#include "unlogged.h"

/* A cost-state line's part for one model. */
struct statement {
    uint32_t model;
    int64_t when_us; /* 0: not known */
    uint64_t tokens[TOKEN_KINDS];
    uint64_t cost_pusd;
    bool is_news;
};

/* What one client's status line has come to; what it began with was spent elsewhere. */
struct total {
    uint64_t cost_pusd, base_pusd;
    bool is_news;
};

struct stated {
    struct statement *statements; /* the first `settled` by model and time, each pair once */
    size_t count, room, settled;
    struct total *totals;
    size_t total_count, total_room;
    bool repeats, repeats_is_news;
    bool is_changed; /* is in unlogged->changed */
};

struct unlogged {
    struct stated *list; /* by number of session */
    size_t count, room;
    uint32_t *changed;
    size_t changed_count, changed_room;
};

/* Brings a session's statements into order, and makes those of one model and time one. */
void stated_settle(struct stated *stated);

#endif
