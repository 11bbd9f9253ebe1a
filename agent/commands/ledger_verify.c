/* `tacho ledger verify` and `rebuild`: the sums of the ledger, made anew from its entries. */
#include "../base/memory.h"
#include "../base/say.h"
#include "../store/pack.h"
#include "command.h"
#include "ledger.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    ENTRIES_IN_MEMORY = 65536,
    DIFFERENCES_SHOWN = 10,
};

/* ---- what the entries come to -------------------------------------------------------------------------- */

struct recount {
    struct meter *meter;
    uint64_t entries, strange, in_memory;
};

static void recount_string(void *data, enum meter_string kind, const char *bytes, size_t size)
{
    meter_restore_string(data, kind, bytes, size);
}

static bool recount_price(void *data, const struct price_record *record)
{
    meter_restore_price(data, record);
    return true;
}

static void recount_entry(void *data, const struct entry *entry)
{
    struct recount *recount = data;
    recount->entries++;
    if (!meter_can_hold(recount->meter, entry)) {
        recount->strange++;
        return;
    }
    meter_merge_entry(recount->meter, entry);
    if (++recount->in_memory < ENTRIES_IN_MEMORY)
        return;
    /* Each identity comes once, so none of these is asked for again. */
    struct meter_snapshot snapshot;
    meter_take_snapshot(recount->meter, &snapshot);
    meter_free_snapshot(&snapshot);
    meter_forget_entries(recount->meter, INT64_MAX);
    recount->in_memory = 0;
}

struct meter *ledger_recount(struct ledger *ledger, uint64_t *entries, uint64_t *strange, struct text *why)
{
    struct recount recount = {.meter = meter_new()};
    const struct ledger_sink sink = {.price = recount_price, .string = recount_string, .data = recount.meter};
    int result = ledger_load(ledger, &sink, why);
    if (result == LEDGER_OK)
        result = ledger_visit_entries(ledger, recount_entry, &recount, why);
    *entries = recount.entries;
    *strange = recount.strange;
    if (result == LEDGER_OK)
        return recount.meter;
    meter_free(recount.meter);
    return NULL;
}

static int by_key(const void *a, const void *b)
{
    return rollup_compare(a, b);
}

static struct rollup rollup_of(const struct rollup_view *view)
{
    struct rollup rollup = {
        .key = {rollup_bucket(view->first_us), view->session, view->project, view->model, view->fast},
        .first_us = view->first_us,
        .last_us = view->last_us,
        .entries = view->entries,
        .without_usd = view->without_usd,
        .usd_pusd = view->cost_pusd[COST_DISPLAY],
        .calculated_pusd = view->cost_pusd[COST_CALCULATE],
        .rest_pusd = view->cost_pusd[COST_AUTO] - view->cost_pusd[COST_DISPLAY],
    };
    memcpy(rollup.tokens, view->tokens, sizeof rollup.tokens);
    return rollup;
}

struct rollup *ledger_rollups(const struct meter *meter, size_t *count)
{
    uint32_t limit = meter_rollup_count(meter);
    struct rollup *list = memory_take((limit + 1) * sizeof *list);
    *count = 0;
    for (uint32_t i = 0; i < limit; i++) {
        struct rollup_view view;
        meter_rollup(meter, i, &view);
        if (view.entries)
            list[(*count)++] = rollup_of(&view);
    }
    qsort(list, *count, sizeof *list, by_key);
    return list;
}

/* ---- verify -------------------------------------------------------------------------------------------- */

struct stored {
    struct rollup *list;
    size_t count, room;
};

static bool stored_add(void *data, const struct rollup *rollup)
{
    struct stored *stored = data;
    stored->list = memory_grow(stored->list, stored->count, &stored->room, sizeof *stored->list);
    stored->list[stored->count++] = *rollup;
    return true;
}

static bool is_equal(const struct rollup *a, const struct rollup *b)
{
    return a->first_us == b->first_us && a->last_us == b->last_us && a->entries == b->entries &&
           a->without_usd == b->without_usd && a->usd_pusd == b->usd_pusd && a->rest_pusd == b->rest_pusd &&
           a->calculated_pusd == b->calculated_pusd && !memcmp(a->tokens, b->tokens, sizeof a->tokens);
}

static void show_difference(const char *what, const struct rollup *rollup)
{
    char when[32];
    time_t seconds = (time_t)(rollup_start_us(rollup->key.bucket) / 1000000);
    struct tm parts;
    strftime(when, sizeof when, "%Y-%m-%d %H:%M", gmtime_r(&seconds, &parts));
    printf("  %s UTC, session %u, project %u, model %u: %s\n", when, rollup->key.session, rollup->key.project,
           rollup->key.model, what);
}

/* Counts the rows in which the two differ, and shows the first of them. Both are in order of key. */
static uint64_t compare(const struct stored *stored, const struct rollup *counted, size_t counted_count)
{
    uint64_t differences = 0;
    for (size_t i = 0, j = 0; i < stored->count || j < counted_count;) {
        const struct rollup *is = i < stored->count ? &stored->list[i] : NULL;
        const struct rollup *should = j < counted_count ? &counted[j] : NULL;
        int order = !is ? 1 : !should ? -1 : rollup_compare(is, should);
        i += order <= 0;
        j += order >= 0;
        if (order == 0 && is_equal(is, should))
            continue;
        if (differences++ < DIFFERENCES_SHOWN)
            show_difference(order < 0   ? "no message is in it"
                            : order > 0 ? "is missing"
                                        : "is another sum",
                            order <= 0 ? is : should);
    }
    return differences;
}

static int verify_sums(struct ledger *ledger)
{
    uint64_t entries, strange;
    struct text why = TEXT_EMPTY;
    struct stored stored = {0};
    const struct ledger_sink sink = {.rollup = stored_add, .data = &stored};
    char a[32], b[32];
    struct meter *meter = NULL;
    int status = STATUS_FAILED;
    if (ledger_load(ledger, &sink, &why) != LEDGER_OK ||
        !(meter = ledger_recount(ledger, &entries, &strange, &why))) {
        printf("messages  %s\n", why.size ? why.bytes : "cannot be read");
        goto out;
    }
    printf("messages  %s, ", show_count(a, entries));
    if (strange)
        printf("%s of them in sessions, models or logs that are not known\n", show_count(b, strange));
    else
        puts("every number in its range");
    size_t counted_count;
    struct rollup *counted = ledger_rollups(meter, &counted_count);
    qsort(stored.list, stored.count, stored.count ? sizeof *stored.list : 1, by_key);
    uint64_t differences = compare(&stored, counted, counted_count);
    if (differences)
        printf("sums      %s of %s differ from what the messages come to\n", show_count(a, differences),
               show_count(b, stored.count));
    else
        printf("sums      %s, all equal to what the messages come to\n", show_count(a, stored.count));
    status = strange || differences ? STATUS_FAILED : STATUS_DONE;
    free(counted);
out:
    meter_free(meter);
    free(stored.list);
    text_free(&why);
    return status;
}

int ledger_command_verify(void)
{
    struct text findings = TEXT_EMPTY;
    struct ledger *ledger = ledger_to_read();
    if (!ledger)
        return STATUS_FAILED;
    ledger_begin_reading(ledger);
    int status = STATUS_DONE;
    if (ledger_check(ledger, &findings) == LEDGER_OK) {
        puts("database  sound");
    } else {
        if (!findings.size || findings.bytes[findings.size - 1] != '\n')
            text_add_char(&findings, '\n');
        printf("database  damaged:\n%s", findings.bytes);
        status = STATUS_FAILED;
    }
    if (verify_sums(ledger) != STATUS_DONE)
        status = STATUS_FAILED;
    ledger_end_reading(ledger);
    ledger_close(ledger);
    text_free(&findings);
    if (status != STATUS_DONE)
        say("ledger: not as it should be: 'tacho ledger rebuild' mends it");
    return status;
}

/* ---- rebuild ------------------------------------------------------------------------------------------- */

/* A database that is damaged is set aside by closing it; the next one is the backup, or empty. */
static struct ledger *open_sound(bool *had_agent)
{
    struct text findings = TEXT_EMPTY;
    bool unused;
    struct ledger *ledger = ledger_to_write(had_agent);
    if (ledger && ledger_check(ledger, &findings) == LEDGER_CORRUPT) {
        say("ledger: the database is damaged and is set aside");
        ledger_close(ledger);
        ledger = ledger_to_write(&unused);
    }
    text_free(&findings);
    return ledger;
}

static int write_anew(struct ledger *ledger, const struct meter *meter, struct text *why)
{
    struct meter_snapshot snapshot = {0};
    snapshot.rollups = ledger_rollups(meter, &snapshot.rollup_count);
    const struct ledger_commit commit = {.snapshot = &snapshot, .drops_rollups = true, .drops_files = true};
    int result = ledger_write(ledger, &commit, why);
    meter_free_snapshot(&snapshot);
    return result;
}

int ledger_command_rebuild(void)
{
    bool had_agent;
    uint64_t entries, strange;
    char a[32];
    struct text why = TEXT_EMPTY;
    struct ledger *ledger = open_sound(&had_agent);
    struct meter *meter = ledger ? ledger_recount(ledger, &entries, &strange, &why) : NULL;
    int status = STATUS_FAILED;
    if (meter && write_anew(ledger, meter, &why) == LEDGER_OK) {
        printf("the sums of %s messages are made anew; all logs are read again%s\n", show_count(a, entries),
               had_agent ? "" : " when the agent starts");
        status = STATUS_DONE;
    } else if (ledger) {
        ledger_say(&why);
    }
    meter_free(meter);
    return ledger_written(ledger, had_agent, status);
}
