/*
 * Snapshots and the past: a meter whose entries leave memory, and that is made anew from snapshots now and
 * then, must say the same as one that keeps everything. The ledger here is two arrays.
 */
#include "../../agent/base/memory.h"
#include "../../agent/base/zone.h"
#include "../../agent/meter/keep.h"
#include "../../agent/meter/rollups.h"
#include "suite.h"

#include <stdlib.h>
#include <string.h>

#define MINUTE (60 * MICROSECONDS)
#define START  (INT64_C(20000) * 86400 * MICROSECONDS)

enum { ROUNDS = 40, BATCHES = 60, PATHS = 6, IDS = 120 };

static const char *const paths[PATHS] = {"/c/projects/a/1.jsonl", "/c/projects/a/2.jsonl",
                                         "/c/projects/b/3.jsonl", "/c/projects/b/4.jsonl",
                                         "/c/projects/c/5.jsonl", "/d/6.jsonl"};
static const char *const sessions[PATHS] = {"1", "2", "3", "4", "5", "6"};
static const char *const models[] = {"claude-opus-4-6", "claude-sonnet-4-5", "mystery"};

/* ---- a ledger in memory -------------------------------------------------------------------------------- */

struct store {
    struct interned_string strings[METER_STRINGS][256];
    size_t string_count[METER_STRINGS];
    struct entry entries[IDS];
    size_t entry_count;
    struct rollup rollups[4096];
    size_t rollup_count;
    struct session_record sessions[PATHS];
    size_t session_count;
    unsigned visits;
};

static bool is_same(struct identity a, struct identity b)
{
    return a.low == b.low && a.high == b.high;
}

static bool store_find(void *data, struct identity identity, struct entry *entry)
{
    struct store *store = data;
    for (size_t i = 0; i < store->entry_count; i++) {
        if (is_same(store->entries[i].identity, identity)) {
            *entry = store->entries[i];
            return true;
        }
    }
    return false;
}

static void store_visit(void *data, void (*each)(void *each_data, const struct entry *entry), void *each_data)
{
    struct store *store = data;
    store->visits++;
    for (size_t i = 0; i < store->entry_count; i++)
        each(each_data, &store->entries[i]);
}

static void store_entry(struct store *store, const struct entry *entry)
{
    ck_assert(!entry->provisional);
    for (size_t i = 0; i < store->entry_count; i++) {
        if (is_same(store->entries[i].identity, entry->identity)) {
            store->entries[i] = *entry;
            return;
        }
    }
    store->entries[store->entry_count++] = *entry;
}

static bool is_same_key(const struct rollup_key *a, const struct rollup_key *b)
{
    return a->bucket == b->bucket && a->session == b->session && a->project == b->project &&
           a->model == b->model && a->fast == b->fast;
}

static void store_rollup(struct store *store, const struct rollup *rollup)
{
    size_t at = 0;
    while (at < store->rollup_count && !is_same_key(&store->rollups[at].key, &rollup->key))
        at++;
    ck_assert_uint_lt(at, 4096);
    store->rollups[at] = *rollup;
    if (at == store->rollup_count)
        store->rollup_count++;
    if (!rollup->entries)
        store->rollups[at] = store->rollups[--store->rollup_count];
}

static void store_session(struct store *store, const struct session_record *record)
{
    size_t at = 0;
    while (at < store->session_count && store->sessions[at].session != record->session)
        at++;
    store->sessions[at] = *record;
    if (at == store->session_count)
        store->session_count++;
}

static void store_snapshot(struct store *store, struct meter *meter)
{
    struct meter_snapshot snapshot;
    meter_take_snapshot(meter, &snapshot);
    for (int kind = 0; kind < METER_STRINGS; kind++) {
        ck_assert_uint_eq(snapshot.strings[kind].first, store->string_count[kind]);
        for (size_t i = 0; i < snapshot.strings[kind].count; i++) {
            struct interned_string string = snapshot.strings[kind].list[i];
            string.bytes = memory_string(string.bytes, string.size);
            store->strings[kind][store->string_count[kind]++] = string;
        }
    }
    for (size_t i = 0; i < snapshot.entry_count; i++)
        store_entry(store, &snapshot.entries[i]);
    for (size_t i = 0; i < snapshot.rollup_count; i++)
        store_rollup(store, &snapshot.rollups[i]);
    for (size_t i = 0; i < snapshot.session_count; i++)
        store_session(store, &snapshot.sessions[i]);
    meter_free_snapshot(&snapshot);
}

static struct meter *store_load(struct store *store)
{
    struct meter *meter = meter_new();
    for (int kind = 0; kind < METER_STRINGS; kind++)
        for (size_t i = 0; i < store->string_count[kind]; i++)
            meter_restore_string(meter, kind, store->strings[kind][i].bytes, store->strings[kind][i].size);
    for (size_t i = 0; i < store->session_count; i++)
        ck_assert(meter_restore_session(meter, &store->sessions[i]));
    for (size_t i = 0; i < store->rollup_count; i++)
        ck_assert(meter_restore_rollup(meter, &store->rollups[i]));
    meter_set_past(meter, (struct meter_past){store_find, store_visit, store});
    return meter;
}

static void store_free(struct store *store)
{
    for (int kind = 0; kind < METER_STRINGS; kind++)
        for (size_t i = 0; i < store->string_count[kind]; i++)
            free(store->strings[kind][i].bytes);
    free(store);
}

/* ---- random batches ------------------------------------------------------------------------------------ */

static void fill(struct batch *batch, unsigned path, unsigned *seed)
{
    unsigned copies = 1 + (unsigned)rand_r(seed) % 4;
    for (unsigned i = 0; i < copies; i++) {
        unsigned id = (unsigned)rand_r(seed) % IDS;
        struct usage_copy copy = {
            .identity = {id, id * 7},
            /* on quarters, now and then */
            .when_us = START + (int64_t)((unsigned)rand_r(seed) % 2000) * MINUTE * 3,
            .line = (unsigned)rand_r(seed) % 50,
            .tokens = {(uint32_t)rand_r(seed) % 100, (uint32_t)rand_r(seed) % 100, 0, 5, 1},
            .model = batch_string(batch, models[id % 3], strlen(models[id % 3])),
            .session = batch_string(batch, sessions[path], 1),
            .has_usd = rand_r(seed) % 4 == 0,
            .fast = rand_r(seed) % 16 == 0,
            .provisional = i + 1 == copies && rand_r(seed) % 4 == 0,
        };
        copy.usd_pusd = copy.has_usd ? (uint64_t)rand_r(seed) : 0;
        batch_add_copy(batch, &copy);
    }
}

/* ---- comparing ----------------------------------------------------------------------------------------- */

static void same_sums(struct sums a, struct sums b)
{
    ck_assert_uint_eq(a.entries, b.entries);
    ck_assert_uint_eq(a.weighted, b.weighted);
    ck_assert(a.cost_pusd == b.cost_pusd);
    ck_assert_mem_eq(a.tokens, b.tokens, sizeof a.tokens);
}

/* The row of `meter` for the key of a row of another, by its texts; false if there is none with entries. */
static bool find_row(const struct meter *meter, const struct rollup_view *like, struct rollup_view *row)
{
    for (uint32_t i = 0; i < meter_rollup_count(meter); i++) {
        meter_rollup(meter, i, row);
        if (row->entries && row->start_us == like->start_us && row->fast == like->fast &&
            (row->first_us == row->start_us) == (like->first_us == like->start_us) &&
            !strcmp(row->session_id, like->session_id) && !strcmp(row->project_name, like->project_name) &&
            !strcmp(row->model_name, like->model_name))
            return true;
    }
    return false;
}

static void same_rollups(const struct meter *a, const struct meter *b)
{
    for (uint32_t i = 0; i < meter_rollup_count(a); i++) {
        struct rollup_view row, other;
        meter_rollup(a, i, &row);
        if (!row.entries)
            continue;
        ck_assert(find_row(b, &row, &other));
        ck_assert_int_eq(row.first_us, other.first_us);
        ck_assert_int_eq(row.last_us, other.last_us);
        ck_assert_uint_eq(row.entries, other.entries);
        ck_assert_uint_eq(row.without_usd, other.without_usd);
        ck_assert_mem_eq(row.tokens, other.tokens, TOKEN_KINDS * sizeof *row.tokens);
        for (int mode = 0; mode < 3; mode++)
            ck_assert(row.cost_pusd[mode] == other.cost_pusd[mode]);
    }
}

static void same_sessions(const struct meter *a, const struct meter *b)
{
    for (int i = 0; i < PATHS; i++) {
        struct meter_session one, two;
        bool is_known = meter_find_session(a, sessions[i], 1, &one);
        ck_assert_int_eq(meter_find_session(b, sessions[i], 1, &two), is_known);
        if (!is_known)
            continue;
        same_sums(one.sums, two.sums);
        ck_assert_uint_eq(one.context_tokens, two.context_tokens);
        ck_assert(!one.model == !two.model);
        if (one.model)
            ck_assert_str_eq(one.model, two.model);
    }
}

static void same_meters(struct meter *a, struct meter *b)
{
    same_sums(meter_total(a), meter_total(b));
    same_rollups(a, b);
    same_rollups(b, a);
    same_sessions(a, b);
    for (int32_t day = 20000; day < 20010; day++)
        same_sums(meter_day(a, day), meter_day(b, day));
    for (int64_t now = START; now < START + 6000 * MINUTE; now += 333 * MINUTE) {
        struct meter_block one = meter_active_block(a, now), two = meter_active_block(b, now);
        ck_assert_int_eq(one.active, two.active);
        ck_assert_int_eq(one.start_us, two.start_us);
        ck_assert_int_eq(one.first_us, two.first_us);
        ck_assert_int_eq(one.last_us, two.last_us);
        same_sums(one.sums, two.sums);
    }
}

START_TEST(a_meter_with_a_past_equals_one_that_keeps_everything)
{
    ck_assert(zone_use("UTC"));
    unsigned visits = 0;
    for (unsigned round = 0; round < ROUNDS; round++) {
        unsigned seed = round + 1;
        struct store *store = memory_zeroed(1, sizeof *store);
        struct meter *whole = meter_new(), *kept = store_load(store);
        for (int i = 0; i < BATCHES; i++) {
            unsigned path = (unsigned)rand_r(&seed) % PATHS;
            struct batch batch;
            batch_init(&batch, paths[path]);
            fill(&batch, path, &seed);
            meter_apply(whole, &batch);
            meter_apply(kept, &batch);
            batch_free(&batch);
            int what = rand_r(&seed) % 8;
            if (what == 0)
                store_snapshot(store, kept);
            if (what == 1) {
                store_snapshot(store, kept);
                meter_forget_entries(kept, START + (int64_t)(rand_r(&seed) % 6000) * MINUTE);
            }
            if (what == 2) { /* as at a stop: provisional lines are then read again */
                for (int p = 0; p < PATHS; p++) {
                    meter_settle_file(kept, paths[p]);
                    meter_settle_file(whole, paths[p]);
                }
                store_snapshot(store, kept);
                ck_assert(!meter_is_unsaved(kept));
                meter_free(kept);
                kept = store_load(store);
            }
            if (what == 3)
                same_meters(whole, kept);
        }
        same_meters(whole, kept);
        meter_recall_all(kept);
        ck_assert_uint_eq(meter_entries_in_memory(kept), meter_entry_count(kept));
        same_meters(whole, kept);
        visits += store->visits;
        meter_free(whole);
        meter_free(kept);
        store_free(store);
    }
    ck_assert_uint_gt(visits, ROUNDS); /* spans had to be looked for in the past */
}
END_TEST

static struct meter *meter_of_one(bool provisional)
{
    struct meter *meter = meter_new();
    struct batch batch;
    batch_init(&batch, paths[0]);
    struct usage_copy copy = {.identity = {1, 2},
                              .when_us = START + MINUTE,
                              .tokens = {1, 2, 3, 4, 5},
                              .model = batch_string(&batch, "claude-opus-4-6", 15),
                              .session = batch_string(&batch, "1", 1),
                              .provisional = provisional};
    batch_add_copy(&batch, &copy);
    meter_apply(meter, &batch);
    batch_free(&batch);
    return meter;
}

START_TEST(a_provisional_copy_is_in_no_snapshot)
{
    ck_assert(zone_use("UTC"));
    struct meter *meter = meter_of_one(true);
    struct meter_snapshot snapshot;
    meter_take_snapshot(meter, &snapshot);
    ck_assert_uint_eq(snapshot.entry_count, 0);
    for (size_t i = 0; i < snapshot.rollup_count; i++)
        ck_assert_uint_eq(snapshot.rollups[i].entries, 0);
    ck_assert_uint_eq(meter_entry_count(meter), 1); /* and still counts */
    meter_free_snapshot(&snapshot);
    meter_free(meter);
}
END_TEST

START_TEST(a_second_snapshot_has_only_what_is_new)
{
    ck_assert(zone_use("UTC"));
    struct meter *meter = meter_of_one(false);
    struct meter_snapshot snapshot;
    meter_take_snapshot(meter, &snapshot);
    ck_assert_uint_eq(snapshot.entry_count, 1);
    ck_assert_uint_eq(snapshot.rollup_count, 1);
    meter_free_snapshot(&snapshot);
    ck_assert(!meter_is_unsaved(meter));
    meter_take_snapshot(meter, &snapshot);
    ck_assert_uint_eq(snapshot.entry_count + snapshot.rollup_count + snapshot.session_count, 0);
    meter_free_snapshot(&snapshot);
    meter_free(meter);
}
END_TEST

START_TEST(what_refers_to_unknown_strings_is_refused)
{
    struct meter *meter = meter_new();
    struct rollup rollup = {.entries = 1};
    struct session_record record = {.session = 3};
    struct entry entry = {.path = 1};
    ck_assert(!meter_restore_rollup(meter, &rollup));
    ck_assert(!meter_restore_session(meter, &record));
    ck_assert(!meter_can_hold(meter, &entry));
    meter_free(meter);
}
END_TEST

START_TEST(buckets_are_quarters_and_the_instants_between_them)
{
    ck_assert_int_eq(rollup_bucket(0), 0);
    ck_assert_int_eq(rollup_bucket(1), 1);
    ck_assert_int_eq(rollup_bucket(QUARTER_US - 1), 1);
    ck_assert_int_eq(rollup_bucket(QUARTER_US), 2);
    ck_assert_int_eq(rollup_bucket(-1), -1);
    ck_assert_int_eq(rollup_bucket(-QUARTER_US), -2);
    ck_assert_int_eq(rollup_start_us(rollup_bucket(-1)), -QUARTER_US);
    ck_assert_int_eq(rollup_start_us(rollup_bucket(QUARTER_US + 5)), QUARTER_US);
}
END_TEST

/* ---- what is asked again when entries are not in memory -------------------------------------------------
 */

/* A line of a log: a message with tool calls, of which the first is `tool`. */
static void apply_line(struct meter *meter, unsigned path, unsigned id, uint64_t line, unsigned tools,
                       bool provisional)
{
    struct batch batch;
    batch_init(&batch, paths[path]);
    struct usage_copy copy = {.identity = {id, id},
                              .when_us = START + id * MICROSECONDS,
                              .line = line,
                              .tokens = {1, 2, 3, 4, 5},
                              .model = batch_string(&batch, "claude-opus-4-6", 15),
                              .session = batch_string(&batch, sessions[path], 1),
                              .tool_count = tools,
                              .provisional = provisional};
    for (unsigned tool = 0; tool < tools; tool++)
        batch_add_tool(&batch, line * 100 + tool);
    batch_add_copy(&batch, &copy);
    meter_apply(meter, &batch);
    batch_free(&batch);
}

START_TEST(tool_calls_of_entries_that_left_memory_count_once)
{
    ck_assert(zone_use("UTC"));
    struct store *store = memory_zeroed(1, sizeof *store);
    struct meter *meter = meter_new();
    meter_set_past(meter, (struct meter_past){store_find, store_visit, store});
    apply_line(meter, 1, 1, 0, 0, false);
    apply_line(meter, 1, 1, 1, 2, false);
    apply_line(meter, 1, 1, 2, 1, false);
    store_snapshot(store, meter);
    for (unsigned path = 0; path < 3; path += 2) { /* resumed: another log has the lines again */
        meter_forget_entries(meter, INT64_MAX);
        apply_line(meter, path, 1, 0, 0, false);
        apply_line(meter, path, 1, 1, 2, false);
        apply_line(meter, path, 1, 2, 1, false);
        ck_assert_uint_eq(meter_tool_calls(meter), 3);
    }
    store_snapshot(store, meter);
    meter_free(meter);
    meter = store_load(store);
    apply_line(meter, 0, 1, 0, 0, false); /* rewritten, and so read again */
    apply_line(meter, 0, 1, 1, 2, false);
    apply_line(meter, 0, 1, 2, 1, false);
    ck_assert_uint_eq(meter_tool_calls(meter), 3);
    apply_line(meter, 0, 1, 3, 1, false); /* the message goes on */
    ck_assert_uint_eq(meter_tool_calls(meter), 4);
    meter_free(meter);
    store_free(store);
}
END_TEST

START_TEST(a_message_may_go_on_after_a_restart)
{
    ck_assert(zone_use("UTC"));
    struct store *store = memory_zeroed(1, sizeof *store);
    struct meter *meter = meter_new();
    apply_line(meter, 0, 1, 1, 1, false);
    store_snapshot(store, meter);
    meter_free(meter);
    meter = store_load(store);
    apply_line(meter, 0, 1, 2, 1, false);
    ck_assert_uint_eq(meter_tool_calls(meter), 2);
    meter_free(meter);
    store_free(store);
}
END_TEST

START_TEST(an_unterminated_line_does_not_have_all_history_read)
{
    ck_assert(zone_use("UTC"));
    struct store *store = memory_zeroed(1, sizeof *store);
    struct meter *meter = meter_new();
    meter_set_past(meter, (struct meter_past){store_find, store_visit, store});
    apply_line(meter, 0, 1, 1, 0, false);
    store_snapshot(store, meter);
    meter_forget_entries(meter, INT64_MAX);
    apply_line(meter, 0, 2, 2, 0, true); /* the newest of its quarter */
    for (int i = 0; i < 5; i++) {
        apply_line(meter, 1, 10 + (unsigned)i, 1, 0, false);
        store_snapshot(store, meter);
    }
    struct rollup_view row;
    meter_rollup(meter, 0, &row);
    ck_assert_int_eq(row.last_us, START + 2 * MICROSECONDS);
    ck_assert_uint_eq(store->visits, 0);
    ck_assert_int_eq(store->rollups[0].last_us, START + MICROSECONDS);
    meter_free(meter);
    store_free(store);
}
END_TEST

SUITE_MAIN("keep", a_meter_with_a_past_equals_one_that_keeps_everything, a_provisional_copy_is_in_no_snapshot,
           a_second_snapshot_has_only_what_is_new, what_refers_to_unknown_strings_is_refused,
           buckets_are_quarters_and_the_instants_between_them,
           tool_calls_of_entries_that_left_memory_count_once, a_message_may_go_on_after_a_restart,
           an_unterminated_line_does_not_have_all_history_read)
