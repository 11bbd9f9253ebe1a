/* Commits, on the worker: see keeper.h. */
#include "keeper.h"

#include "../base/memory.h"
#include "../base/say.h"
#include "../base/worker.h"
#include "filter.h"

#include <ev.h>
#include <stdlib.h>

static const double COMMIT_AFTER_SECONDS = 1.0; /* of the first change */
static const double RETRY_AFTER_SECONDS = 60.0;
static const int64_t YOUNG_US = INT64_C(3600000000); /* entries of this age stay in memory */
enum {
    COMMIT_AT_ENTRIES = 65536,     /* or as soon as so many have changed */
    ENTRIES_WHILE_READING = 65536, /* in memory, beyond which those that are old leave; */
    ENTRIES_AT_REST = 8192,        /* the same once all is committed: copies of them rarely come then */
    LARGE_COMMIT_ENTRIES = 4096,   /* which took memory that is worth giving back */
    BACKUP_PAGES = 256,            /* a step */
};

/* What is being written; it stays until it is. */
struct commit {
    struct job job;
    struct keeper *keeper;
    struct meter_snapshot snapshot;
    struct ledger_commit rows;
    struct ledger_file *files;
    size_t file_room;
    uint32_t *gone;
    bool is_full; /* there is something to write */
    int result;
    struct text why;
};

struct look {
    struct job job;
    struct keeper *keeper;
    struct filter *filter;
};

struct backup {
    struct job job;
    struct keeper *keeper;
    int result;
    struct text why;
};

struct keeper {
    struct ev_loop *loop;
    struct worker *worker;
    struct ledger *ledger;
    struct meter *meter;
    struct log_tree *tree;
    struct restored *restored;
    struct keeper_events events;
    uint32_t *gone; /* numbers of paths, to be committed */
    size_t gone_count, gone_room;
    struct commit commit;
    struct look look;
    struct backup backup;
    ev_timer later;
    uint64_t commits;
    int64_t committed_us, failing_since_us; /* 0: never, not */
    struct text failure;                    /* why it fails */
    uint32_t entries_left;                  /* in memory and saved, after others had to leave */
    bool is_busy;                           /* the worker has one of the jobs */
    bool wants_flush, has_failed, is_lost;
    bool drops_prices; /* with the next commit */
};

static void keeper_go_on(struct keeper *keeper);

static int64_t keeper_now_us(const struct keeper *keeper)
{
    return (int64_t)(ev_now(keeper->loop) * 1e6);
}

static void keeper_submit(struct keeper *keeper, struct job *job)
{
    keeper->is_busy = true;
    worker_submit(keeper->worker, job, false);
}

/* ---- what is to be committed --------------------------------------------------------------------------- */

static bool has_news(const struct keeper *keeper)
{
    return keeper->ledger && (keeper->commit.is_full || keeper->gone_count || keeper->drops_prices ||
                              meter_is_unsaved(keeper->meter));
}

static void take_file(void *data, const char *path, const struct log_position *position,
                      const struct log_tally *tally)
{
    struct keeper *keeper = data;
    struct commit *commit = &keeper->commit;
    struct ledger_file file = {
        .path = meter_take_path(keeper->meter, path),
        .position = *position,
        .lines = tally->lines,
        .usage_lines = tally->usage_lines,
        .skipped = tally->skipped,
        .copies = tally->copies,
    };
    commit->files =
        memory_grow(commit->files, commit->rows.file_count, &commit->file_room, sizeof *commit->files);
    commit->files[commit->rows.file_count++] = file;
    restored_note(keeper->restored, &file);
}

/* Files first: their paths are strings that the snapshot must have. */
static void commit_fill(struct keeper *keeper)
{
    struct commit *commit = &keeper->commit;
    commit->rows = (struct ledger_commit){0};
    if (keeper->tree)
        log_tree_take_moved(keeper->tree, take_file, keeper);
    meter_take_snapshot(keeper->meter, &commit->snapshot);
    commit->gone = keeper->gone;
    commit->rows.gone_count = keeper->gone_count;
    keeper->gone = NULL;
    keeper->gone_count = keeper->gone_room = 0;
    commit->rows.snapshot = &commit->snapshot;
    commit->rows.files = commit->files;
    commit->rows.gone_files = commit->gone;
    commit->rows.drops_prices = keeper->drops_prices;
    keeper->drops_prices = false;
    commit->is_full = true;
}

static void commit_clear(struct commit *commit)
{
    meter_free_snapshot(&commit->snapshot);
    free(commit->files);
    free(commit->gone);
    commit->files = NULL;
    commit->file_room = 0;
    commit->gone = NULL;
    commit->rows = (struct ledger_commit){0};
    commit->is_full = false;
}

/* ---- writing ------------------------------------------------------------------------------------------- */

static void commit_run(struct job *job)
{
    struct commit *commit = (struct commit *)job;
    commit->result = ledger_write(commit->keeper->ledger, &commit->rows, &commit->why);
}

/* Tells of a failure, and of its end. */
static void note_result(struct keeper *keeper, int result, struct text *why)
{
    bool has_failed = result != LEDGER_OK;
    text_clear(&keeper->failure);
    if (has_failed)
        text_add_string(&keeper->failure, why->size ? why->bytes : "cannot be written");
    if (has_failed && !keeper->has_failed)
        say("ledger: %s; numbers are kept in memory meanwhile", keeper->failure.bytes);
    else if (!has_failed && keeper->has_failed)
        say("ledger: written again");
    if (!has_failed) {
        keeper->commits++;
        keeper->committed_us = keeper_now_us(keeper);
    }
    keeper->failing_since_us = !has_failed                ? 0
                               : keeper->failing_since_us ? keeper->failing_since_us
                                                          : keeper_now_us(keeper);
    keeper->has_failed = has_failed;
    text_clear(why);
}

/* Lets old entries leave memory, unless too few came since the last time for that to be worth the work. */
static void forget_old(struct keeper *keeper)
{
    uint32_t count = meter_entries_in_memory(keeper->meter);
    uint32_t most = meter_is_unsaved(keeper->meter) ? ENTRIES_WHILE_READING : ENTRIES_AT_REST;
    if (count <= most || count / 2 < keeper->entries_left)
        return;
    meter_forget_entries(keeper->meter, keeper_now_us(keeper) - YOUNG_US);
    keeper->entries_left =
        meter_entries_in_memory(keeper->meter) - (uint32_t)meter_unsaved_count(keeper->meter);
}

/* The meter goes with the ledger: what is not there, or wrong for want of an answer, is read again. */
static void keeper_lose(struct keeper *keeper, bool is_damage)
{
    if (keeper->is_lost)
        return;
    keeper->is_lost = true;
    if (is_damage)
        ledger_condemn(keeper->ledger);
    keeper->events.lost(keeper->events.data);
}

static void commit_done(struct job *job)
{
    struct commit *commit = (struct commit *)job;
    struct keeper *keeper = commit->keeper;
    keeper->is_busy = false;
    if (worker_is_stopping(keeper->worker))
        return; /* keeper_close() writes it */
    int result = commit->result;
    note_result(keeper, result, &commit->why);
    if (result == LEDGER_CORRUPT) {
        keeper_lose(keeper, true);
        return;
    }
    if (result == LEDGER_OK) {
        bool is_large = commit->snapshot.entry_count >= LARGE_COMMIT_ENTRIES;
        ledger_note_written(keeper->ledger, &commit->snapshot);
        commit_clear(commit);
        forget_old(keeper);
        if (is_large)
            memory_trim();
    }
    keeper_go_on(keeper);
}

static void commit_begin(struct keeper *keeper)
{
    if (!keeper->commit.is_full)
        commit_fill(keeper);
    ev_timer_stop(keeper->loop, &keeper->later);
    keeper_submit(keeper, &keeper->commit.job);
}

/* ---- learning what the ledger holds; backing it up ----------------------------------------------------- */

static void look_run(struct job *job)
{
    struct look *look = (struct look *)job;
    look->filter = ledger_scan_identities(look->keeper->ledger);
}

static void look_done(struct job *job)
{
    struct look *look = (struct look *)job;
    look->keeper->is_busy = false;
    if (look->filter)
        ledger_use_filter(look->keeper->ledger, look->filter);
    if (!worker_is_stopping(look->keeper->worker))
        keeper_go_on(look->keeper);
}

static void backup_run(struct job *job)
{
    struct backup *backup = (struct backup *)job;
    backup->result = ledger_backup_step(backup->keeper->ledger, BACKUP_PAGES, &backup->why);
}

static void backup_done(struct job *job)
{
    struct backup *backup = (struct backup *)job;
    struct keeper *keeper = backup->keeper;
    keeper->is_busy = false;
    if (worker_is_stopping(keeper->worker))
        return;
    if (backup->result < 0)
        say("ledger: no backup could be made: %s", backup->why.size ? backup->why.bytes : "unknown reason");
    text_clear(&backup->why);
    keeper_go_on(keeper);
}

/* ---- what is next -------------------------------------------------------------------------------------- */

/* Whether the ledger gave wrong answers: nothing is committed any more. */
static bool is_to_be_lost(const struct keeper *keeper)
{
    return ledger_is_damaged(keeper->ledger) || ledger_is_unreadable(keeper->ledger);
}

static void keeper_later(struct ev_loop *loop, ev_timer *timer, int events)
{
    (void)loop;
    (void)events;
    struct keeper *keeper = timer->data;
    if (keeper->is_busy || keeper->is_lost)
        return;
    if (is_to_be_lost(keeper))
        keeper_go_on(keeper);
    else if (has_news(keeper))
        commit_begin(keeper);
}

static void keeper_wait(struct keeper *keeper, double seconds)
{
    if (ev_is_active(&keeper->later))
        return;
    ev_timer_set(&keeper->later, seconds, 0);
    ev_timer_start(keeper->loop, &keeper->later);
}

/* Called when the worker is free, and when something changed. */
static void keeper_go_on(struct keeper *keeper)
{
    if (!keeper->ledger || keeper->is_busy || keeper->is_lost)
        return;
    bool must = keeper->wants_flush && !keeper->has_failed;
    if (is_to_be_lost(keeper)) {
        keeper_lose(keeper, ledger_is_damaged(keeper->ledger));
    } else if (keeper->has_failed) {
        keeper_wait(keeper, RETRY_AFTER_SECONDS);
    } else if (has_news(keeper) && (must || meter_unsaved_count(keeper->meter) >= COMMIT_AT_ENTRIES)) {
        commit_begin(keeper);
    } else if (has_news(keeper)) {
        keeper_wait(keeper, COMMIT_AFTER_SECONDS);
    } else if (keeper->backup.result == 1 || ledger_backup_is_due(keeper->ledger, keeper_now_us(keeper))) {
        keeper_submit(keeper, &keeper->backup.job);
    }
    if (keeper->wants_flush && keeper_is_flushed(keeper)) {
        keeper->wants_flush = false;
        keeper->events.flushed(keeper->events.data);
    }
}

void keeper_changed(struct keeper *keeper)
{
    keeper_go_on(keeper);
}

void keeper_gone(struct keeper *keeper, const char *path)
{
    uint32_t number = meter_find_path(keeper->meter, path);
    if (!restored_forget(keeper->restored, number))
        return;
    keeper->gone = memory_grow(keeper->gone, keeper->gone_count, &keeper->gone_room, sizeof *keeper->gone);
    keeper->gone[keeper->gone_count++] = number;
    keeper_go_on(keeper);
}

void keeper_drop_prices(struct keeper *keeper)
{
    keeper->drops_prices = true;
    keeper_go_on(keeper);
}

static void add_gone(void *data, uint32_t path)
{
    struct keeper *keeper = data;
    keeper->gone = memory_grow(keeper->gone, keeper->gone_count, &keeper->gone_room, sizeof *keeper->gone);
    keeper->gone[keeper->gone_count++] = path;
}

void keeper_ready(struct keeper *keeper)
{
    restored_find_gone(keeper->restored, add_gone, keeper);
    keeper_go_on(keeper);
}

void keeper_flush(struct keeper *keeper)
{
    if (keeper_is_flushed(keeper))
        return;
    keeper->wants_flush = true;
    keeper_go_on(keeper);
}

bool keeper_is_flushed(const struct keeper *keeper)
{
    return !keeper->ledger || keeper->has_failed || keeper->is_lost || !has_news(keeper);
}

bool keeper_is_busy(const struct keeper *keeper)
{
    return keeper->is_busy;
}

struct keeper_state keeper_state(const struct keeper *keeper)
{
    return (struct keeper_state){
        .unsaved =
            (has_news(keeper) ? meter_unsaved_count(keeper->meter) : 0) + keeper->commit.snapshot.entry_count,
        .commits = keeper->commits,
        .committed_us = keeper->committed_us,
        .failing_since_us = keeper->failing_since_us,
        .why = keeper->failure.size ? keeper->failure.bytes : "",
    };
}

/* ---- start and stop ------------------------------------------------------------------------------------ */

struct keeper *keeper_open(struct ev_loop *loop, struct worker *worker, struct ledger *ledger,
                           struct meter *meter, struct restored *restored, struct keeper_events events)
{
    struct keeper *keeper = memory_zeroed(1, sizeof *keeper);
    keeper->loop = loop;
    keeper->worker = worker;
    keeper->ledger = ledger;
    keeper->meter = meter;
    keeper->restored = restored;
    keeper->events = events;
    keeper->commit.keeper = keeper->look.keeper = keeper->backup.keeper = keeper;
    keeper->commit.job = (struct job){.run = commit_run, .done = commit_done};
    keeper->look.job = (struct job){.run = look_run, .done = look_done};
    keeper->backup.job = (struct job){.run = backup_run, .done = backup_done};
    ev_timer_init(&keeper->later, keeper_later, 0, 0);
    keeper->later.data = keeper;
    return keeper;
}

void keeper_learn(struct keeper *keeper)
{
    if (keeper->ledger && !keeper->is_busy)
        keeper_submit(keeper, &keeper->look.job);
}

void keeper_follow(struct keeper *keeper, struct log_tree *tree)
{
    keeper->tree = tree;
}

/* Writes a commit that the worker did not come to, then what is left; it has the time of a stop. */
static void commit_last(struct keeper *keeper)
{
    struct commit *commit = &keeper->commit;
    bool is_older;
    do {
        is_older = commit->is_full;
        if (!is_older)
            commit_fill(keeper);
        commit_run(&commit->job);
        note_result(keeper, commit->result, &commit->why);
        if (commit->result != LEDGER_OK)
            return;
        commit_clear(commit);
    } while (is_older);
}

void keeper_close(struct keeper *keeper, bool lost)
{
    if (!keeper)
        return;
    ev_timer_stop(keeper->loop, &keeper->later);
    if (keeper->ledger && !lost && !is_to_be_lost(keeper))
        commit_last(keeper);
    commit_clear(&keeper->commit);
    text_free(&keeper->commit.why);
    text_free(&keeper->backup.why);
    text_free(&keeper->failure);
    free(keeper->gone);
    free(keeper);
}
