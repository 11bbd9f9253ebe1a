/* Passes over history, and the change from one to the next: see history.h. */
#include "history.h"

#include "../base/memory.h"
#include "../base/watch.h"

#include <ev.h>
#include <stdlib.h>

/* A log that is rewritten again and again must not keep the machine busy: passes take at most 1/5 of the time. */
static const double REST_PER_PASS = 4.0;

struct pass {
    struct history *history;
    struct log_tree *tree;
    struct meter *meter;
    bool broken;
};

struct history {
    struct ev_loop *loop;
    char *const *directories;
    struct watcher *watcher;
    struct worker *worker;
    struct history_events events;
    struct pass *present, *next;
    ev_timer regrow;
    ev_prepare renew; /* never started, only fed: swaps passes outside the tree's own callbacks */
    ev_tstamp pass_started, pass_seconds;
};

static void pass_free(struct pass *pass)
{
    if (!pass)
        return;
    log_tree_fell(pass->tree);
    meter_free(pass->meter);
    free(pass);
}

static void pass_batch(void *data, struct log_tree *tree, const struct batch *batch)
{
    (void)tree;
    struct pass *pass = data;
    meter_apply(pass->meter, batch);
    if (pass == pass->history->present)
        pass->history->events.changed(pass->history->events.data);
}

static void history_look_after(struct history *history)
{
    ev_feed_event(history->loop, &history->renew, EV_PREPARE);
}

static void pass_ready(void *data, struct log_tree *tree)
{
    (void)tree;
    struct pass *pass = data;
    pass->history->pass_seconds = ev_now(pass->history->loop) - pass->history->pass_started;
    history_look_after(pass->history);
}

static void pass_broken(void *data, struct log_tree *tree)
{
    (void)tree;
    struct pass *pass = data;
    pass->broken = true;
    history_look_after(pass->history);
}

static struct pass *pass_start(struct history *history)
{
    struct pass *pass = memory_zeroed(1, sizeof *pass);
    pass->history = history;
    pass->meter = meter_new();
    ev_now_update(history->loop);
    history->pass_started = ev_now(history->loop);
    struct log_tree_events events = {pass_batch, pass_ready, pass_broken, pass};
    pass->tree = log_tree_grow(history->directories, history->watcher, history->worker, events);
    return pass;
}

static void history_regrow(struct ev_loop *loop, ev_timer *timer, int events)
{
    (void)loop;
    (void)events;
    struct history *history = timer->data;
    if (!history->next)
        history->next = pass_start(history);
}

/* Puts the next pass in the place of the present one if it is whole, and starts another where one is needed. */
static void history_renew(struct ev_loop *loop, ev_prepare *prepare, int events)
{
    (void)events;
    struct history *history = prepare->data;
    /* Ready means: all that was there when the pass began. What came since is in the watcher's queue. */
    watcher_drain(history->watcher);
    history_catch_up(history);
    struct pass *next = history->next;
    if (next && next->broken) {
        history->next = NULL;
        pass_free(next);
    } else if (next && log_tree_is_ready(next->tree)) {
        struct pass *over = history->present;
        history->present = next;
        history->next = NULL;
        history->events.renewed(history->events.data);
        pass_free(over);
    } else if (!next && !history->present->broken) {
        history->events.renewed(history->events.data);
    }
    if (history->present->broken && !history->next && !ev_is_active(&history->regrow)) {
        ev_tstamp since = ev_now(loop) - history->pass_started;
        ev_tstamp rest = history->pass_seconds * (1 + REST_PER_PASS) - since;
        ev_timer_set(&history->regrow, rest > 0 ? rest : 0, 0);
        ev_timer_start(loop, &history->regrow);
    }
}

struct history *history_open(struct ev_loop *loop, char *const *directories, struct watcher *watcher,
                             struct worker *worker, struct history_events events)
{
    struct history *history = memory_zeroed(1, sizeof *history);
    history->loop = loop;
    history->directories = directories;
    history->watcher = watcher;
    history->worker = worker;
    history->events = events;
    ev_timer_init(&history->regrow, history_regrow, 0, 0);
    history->regrow.data = history;
    ev_prepare_init(&history->renew, history_renew);
    history->renew.data = history;
    history->present = pass_start(history);
    return history;
}

void history_close(struct history *history)
{
    if (!history)
        return;
    ev_timer_stop(history->loop, &history->regrow);
    ev_clear_pending(history->loop, &history->renew);
    pass_free(history->next);
    pass_free(history->present);
    free(history);
}

void history_catch_up(struct history *history)
{
    log_tree_catch_up(history->present->tree);
    if (history->next)
        log_tree_catch_up(history->next->tree);
}

bool history_is_ready(const struct history *history)
{
    return log_tree_is_ready(history->present->tree);
}

bool history_is_behind(const struct history *history)
{
    return log_tree_is_behind(history->present->tree);
}

struct meter *history_meter(struct history *history)
{
    return history->present->meter;
}

struct log_tree_counts history_counts(const struct history *history)
{
    return log_tree_counts(history->present->tree);
}
