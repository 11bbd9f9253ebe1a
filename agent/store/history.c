/* The log tree, the meter and the ledger, together: see history.h. */
#include "history.h"

#include "../base/memory.h"
#include "../base/say.h"
#include "../base/watch.h"
#include "keeper.h"

#include <ev.h>
#include <stdlib.h>

struct history {
    struct history_place place;
    struct history_events events;
    struct ledger *ledger;
    struct ledger_report report;
    struct meter *meter;
    struct restored restored;
    struct keeper *keeper;
    struct log_tree *tree;
    ev_prepare renew; /* never started, only fed: tells of news outside the calls that brought them */
    bool is_damaged;
};

static void history_begin(struct history *history);
static void history_end(struct history *history);

/* ---- what the tree brings ------------------------------------------------------------------------------ */

static void history_batch(void *data, struct log_tree *tree, const struct batch *batch)
{
    (void)tree;
    struct history *history = data;
    meter_apply(history->meter, batch);
    keeper_changed(history->keeper);
    history->events.changed(history->events.data);
}

static void history_gone(void *data, struct log_tree *tree, const char *path)
{
    (void)tree;
    struct history *history = data;
    meter_settle_file(history->meter, path);
    keeper_gone(history->keeper, path);
}

static void history_ready(void *data, struct log_tree *tree)
{
    (void)tree;
    struct history *history = data;
    keeper_ready(history->keeper);
    ev_feed_event(history->place.loop, &history->renew, EV_PREPARE);
}

/* ---- what the keeper tells ----------------------------------------------------------------------------- */

static void history_flushed(void *data)
{
    struct history *history = data;
    history->events.flushed(history->events.data);
}

static void history_damaged(void *data)
{
    struct history *history = data;
    history->is_damaged = true;
    ev_feed_event(history->place.loop, &history->renew, EV_PREPARE);
}

/* A damaged ledger is set aside, and everything is read anew: from its last backup, and the logs. */
static void history_renew(struct ev_loop *loop, ev_prepare *prepare, int events)
{
    (void)loop;
    (void)events;
    struct history *history = prepare->data;
    if (history->is_damaged) {
        history_end(history);
        history_begin(history);
    }
    /* Ready means: all that was there when it began. What came since is in the watcher's queue. */
    if (history->place.watcher)
        watcher_drain(history->place.watcher);
    history_catch_up(history);
    history->events.renewed(history->events.data);
}

/* ---- start and stop ------------------------------------------------------------------------------------ */

static void say_about_ledger(const struct history *history)
{
    const struct ledger_report *report = &history->report;
    if (report->why.size)
        say("ledger: %s", report->why.bytes);
    else if (history->place.ledger_path && !history->ledger)
        say("ledger: cannot be used; numbers last as long as the agent");
}

static void history_load(struct history *history)
{
    struct text why = TEXT_EMPTY;
    if (history->ledger &&
        restored_load(&history->restored, history->ledger, history->meter, &why) == LEDGER_OK)
        return;
    if (history->ledger) {
        say("ledger: %s; it is set aside when the agent starts again", why.size ? why.bytes : "cannot be read");
        ledger_condemn(history->ledger);
        ledger_close(history->ledger);
        history->ledger = NULL;
    }
    text_free(&why);
    meter_free(history->meter);
    restored_free(&history->restored);
    history->meter = history->restored.meter = meter_new();
}

static void history_begin(struct history *history)
{
    struct history_place *place = &history->place;
    history->is_damaged = false;
    history->report = (struct ledger_report){0};
    if (place->ledger_path)
        history->ledger = ledger_open(place->ledger_path, LEDGER_WRITE, &history->report);
    say_about_ledger(history);
    history->meter = history->restored.meter = meter_new();
    history_load(history);
    struct keeper_events kept = {history_flushed, history_damaged, history};
    history->keeper = keeper_open(place->loop, place->keeper, history->ledger, history->meter,
                                  &history->restored, kept);
    struct log_tree_events events = {history_batch, history_ready, history_gone, history};
    struct log_tree_memory memory = restored_memory(&history->restored);
    history->tree = log_tree_grow(place->directories, place->watcher, place->scanners, events, &memory);
    keeper_follow(history->keeper, history->tree);
}

/* The keeper before the tree, whose positions it commits. */
static void history_end(struct history *history)
{
    keeper_close(history->keeper, history->is_damaged);
    log_tree_fell(history->tree);
    meter_free(history->meter);
    restored_free(&history->restored);
    ledger_close(history->ledger);
    text_free(&history->report.why);
    history->ledger = NULL;
}

struct history *history_open(const struct history_place *place, struct history_events events)
{
    struct history *history = memory_zeroed(1, sizeof *history);
    history->place = *place;
    history->events = events;
    ev_prepare_init(&history->renew, history_renew);
    history->renew.data = history;
    history_begin(history);
    return history;
}

void history_close(struct history *history)
{
    if (!history)
        return;
    ev_clear_pending(history->place.loop, &history->renew);
    history_end(history);
    free(history);
}

/* ---- questions ----------------------------------------------------------------------------------------- */

void history_catch_up(struct history *history)
{
    log_tree_catch_up(history->tree);
}

bool history_is_ready(const struct history *history)
{
    return log_tree_is_ready(history->tree);
}

bool history_is_behind(const struct history *history)
{
    return log_tree_is_behind(history->tree);
}

void history_flush(struct history *history)
{
    keeper_flush(history->keeper);
}

bool history_is_flushed(const struct history *history)
{
    return keeper_is_flushed(history->keeper);
}

struct meter *history_meter(struct history *history)
{
    return history->meter;
}

struct log_tree_counts history_counts(const struct history *history)
{
    struct log_tree_counts counts = log_tree_counts(history->tree);
    counts.copies += history->restored.copies_unmet;
    return counts;
}

struct ledger *history_ledger(const struct history *history, const char **why)
{
    *why = history->report.why.size ? history->report.why.bytes : "";
    return history->ledger;
}
