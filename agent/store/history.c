/* The log tree, the meter and the ledger, together: see history.h. */
#include "history.h"

#include "../base/clock.h"
#include "../base/memory.h"
#include "../base/say.h"
#include "../base/watch.h"
#include "../meter/personal.h"
#include "../meter/weights.h"

#include <ev.h>
#include <stdlib.h>

/* A ledger that was mended so often is better done without. */
enum { TIMES_MENDED_MOST = 3 };

struct history {
    struct history_place place;
    struct history_events events;
    struct ledger *ledger;
    struct ledger_report report;
    struct price_book *prices;
    struct weights weights;
    struct meter *meter;
    struct restored restored;
    struct keeper *keeper;
    struct log_tree *tree;
    ev_prepare renew; /* never started, only fed: tells of news outside the calls that brought them */
    bool is_lost;     /* the ledger is to be opened anew */
    bool was_damaged; /* because it was damaged */
    int times_mended;
    bool has_prices; /* the person's own could be read */
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

static void history_lost(void *data)
{
    struct history *history = data;
    history->is_lost = true;
    ev_feed_event(history->place.loop, &history->renew, EV_PREPARE);
}

/*
 * A damaged ledger is set aside, and everything is read anew: from its last backup, and the logs. One that
 * could not be read for once is opened again; the second time it is a damaged one.
 */
static void history_mend(struct history *history)
{
    if (history->place.ledger_path && !ledger_is_damaged(history->ledger)) {
        say("ledger: %s: could not be read: check the disk", history->place.ledger_path);
        if (history->times_mended)
            ledger_condemn(history->ledger);
    }
    history->was_damaged = ledger_is_damaged(history->ledger);
    if (++history->times_mended > TIMES_MENDED_MOST)
        history->place.ledger_path = NULL;
    history_end(history);
    history_begin(history);
    history_start(history);
}

static void history_renew(struct ev_loop *loop, ev_prepare *prepare, int events)
{
    (void)loop;
    (void)events;
    struct history *history = prepare->data;
    if (history->is_lost)
        history_mend(history);
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

static void history_new_meter(struct history *history)
{
    history->meter = history->restored.meter = meter_new();
    meter_use_prices(history->meter, history->prices);
    meter_set_weights(history->meter, &history->weights);
}

/* Loads what the ledger holds. Returns whether that must be tried anew: it was damaged, and set aside. */
static bool history_load(struct history *history, bool is_last)
{
    struct text why = TEXT_EMPTY;
    int result = LEDGER_OK;
    if (history->ledger)
        result = restored_load_numbers(&history->restored, history->ledger, history->meter, &why);
    if (result == LEDGER_OK)
        return false;
    say("ledger: %s", why.size ? why.bytes : "cannot be read");
    if (result == LEDGER_CORRUPT)
        ledger_condemn(history->ledger);
    ledger_close(history->ledger);
    history->ledger = NULL;
    text_clear(&history->report.why);
    text_add_string(&history->report.why, why.size ? why.bytes : "cannot be read");
    text_free(&why);
    meter_free(history->meter);
    restored_free(&history->restored);
    history_new_meter(history);
    return result == LEDGER_CORRUPT && !is_last;
}

/* What was opened stands in the place of one that was set aside when it was closed. */
static void report_damage(struct history *history)
{
    struct ledger_report *report = &history->report;
    text_clear(&report->why);
    text_addf(&report->why, "%s: was damaged and has been set aside; %s", history->place.ledger_path,
              report->outcome == LEDGER_RESTORED
                  ? "the last backup is in its place, and the logs fill in what is newer"
                  : "there is no backup: what the logs still hold is counted anew");
}

/*
 * A ledger that is damaged is set aside, and its backup, or an empty one, opened in its stead: once. Returns
 * whether that was so.
 */
static bool history_open_ledger(struct history *history)
{
    bool again = true;
    int turn = 0;
    for (; again; turn++) {
        text_free(&history->report.why);
        history->report = (struct ledger_report){0};
        if (history->place.ledger_path)
            history->ledger = ledger_open(history->place.ledger_path, LEDGER_WRITE, &history->report);
        if (history->ledger && (history->was_damaged || turn))
            report_damage(history);
        say_about_ledger(history);
        again = history_load(history, turn == 1);
    }
    return turn > 1;
}

static void history_begin(struct history *history)
{
    struct history_place *place = &history->place;
    history->is_lost = false;
    /* After damage the book knows more than the ledger that took the damaged one's place. */
    bool is_in_use = price_book_line(history->prices, 0) != NULL;
    history_new_meter(history);
    bool is_again = history_open_ledger(history) || is_in_use;
    if (is_again)
        price_book_tell_again(history->prices);
    if (!is_in_use && history->has_prices)
        meter_renew_prices(history->meter, clock_now_us());
    struct keeper_events kept = {history_flushed, history_lost, history};
    history->keeper =
        keeper_open(place->loop, place->keeper, history->ledger, history->meter, &history->restored, kept);
    if (is_again)
        keeper_drop_prices(history->keeper);
    struct log_tree_events events = {history_batch, history_ready, history_gone, history};
    struct log_tree_memory memory = restored_memory(&history->restored);
    history->tree = log_tree_grow(place->directories, place->watcher, place->scanners, events, &memory);
    keeper_follow(history->keeper, history->tree);
}

/* Without the files, what is read would get numbers that the ledger uses for others. */
void history_start(struct history *history)
{
    struct text why = TEXT_EMPTY;
    int result = LEDGER_OK;
    if (history->ledger)
        result = restored_load_files(&history->restored, history->ledger, &why);
    if (result != LEDGER_OK) {
        say("ledger: %s", why.size ? why.bytes : "cannot be read");
        if (result == LEDGER_CORRUPT)
            ledger_condemn(history->ledger);
        else
            history->place.ledger_path = NULL;
        history_lost(history);
    }
    text_free(&why);
    keeper_learn(history->keeper);
}

/* The keeper before the tree, whose positions it commits. */
static void history_end(struct history *history)
{
    keeper_close(history->keeper, history->is_lost);
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
    history->prices = price_book_new();
    history->weights = weights_default();
    history->has_prices = personal_prices(history->prices, place->environment) == 0;
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
    price_book_free(history->prices);
    free(history);
}

/* ---- prices and weights -------------------------------------------------------------------------------- */

/* What everything costs may be another. */
static void history_repriced(struct history *history)
{
    keeper_changed(history->keeper);
    ev_feed_event(history->place.loop, &history->renew, EV_PREPARE);
}

int history_reload_prices(struct history *history)
{
    history->has_prices = personal_prices(history->prices, history->place.environment) == 0;
    if (!history->has_prices)
        return -1;
    meter_renew_prices(history->meter, clock_now_us());
    history_repriced(history);
    return 0;
}

int history_recalculate(struct history *history)
{
    history->has_prices = personal_prices(history->prices, history->place.environment) == 0;
    if (!history->has_prices)
        return -1;
    meter_recalculate(history->meter);
    keeper_drop_prices(history->keeper);
    history_repriced(history);
    return 0;
}

void history_set_weights(struct history *history, const struct weights *weights)
{
    history->weights = *weights;
    meter_set_weights(history->meter, weights);
}

void history_take_total(struct history *history, const char *session, size_t size, uint64_t cost_pusd)
{
    if (history_is_ready(history) && meter_take_total(history->meter, session, size, cost_pusd))
        keeper_changed(history->keeper);
}

/* ---- questions ----------------------------------------------------------------------------------------- */

void history_catch_up(struct history *history)
{
    log_tree_catch_up(history->tree);
}

void history_read_first(struct history *history, const char *log)
{
    log_tree_read_first(history->tree, log);
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

struct history_ledger history_ledger(const struct history *history)
{
    const struct text *why = &history->report.why;
    return (struct history_ledger){
        .path = history->place.ledger_path,
        .is_kept = history->ledger != NULL,
        .why = why->size ? why->bytes : "",
        .bytes = history->ledger ? ledger_bytes(history->ledger) : 0,
        .state = keeper_state(history->keeper),
    };
}
