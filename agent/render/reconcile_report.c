/* Balancing Tacho's reports against ccusage's: see reconcile_report.h. */
#include "reconcile_report.h"

#include "../base/memory.h"
#include "report_ccusage.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

/* What floating addition may have lost in one of ccusage's sums. */
struct addends {
    double magnitude; /* the sum of their absolute values */
    double cut_off;   /* what reconcile_pusd() left out of them */
    uint64_t count;
};

struct balancing {
    struct reconcile_report *report;
    const struct reconcile_source *source;
    struct document_request request; /* as ccusage's per-agent form */
    struct report_days days;         /* of the zone */
    struct ccusage_logs logs;
    struct report_index numbers; /* of days */
    struct addends total;
    struct addends *by_day;
    size_t room;
};

enum ccusage_reading reconcile_reading(enum document_kind kind)
{
    return kind == DOCUMENT_DAILY ? CCUSAGE_DAILY : CCUSAGE_ENTRIES;
}

/* ---- days ---------------------------------------------------------------------------------------------- */

/* The number of a day's balance. Those added later move the balances. */
static uint32_t day_take(struct balancing *balancing, int32_t day)
{
    struct reconcile_report *report = balancing->report;
    uint32_t number = report_index_take(&balancing->numbers, (uint32_t)day);
    if (number == report->day_count) {
        report->days = memory_grow(report->days, report->day_count, &report->day_room, sizeof *report->days);
        balancing->by_day =
            memory_grow(balancing->by_day, report->day_count, &balancing->room, sizeof *balancing->by_day);
        balancing->by_day[report->day_count] = (struct addends){0};
        report->days[report->day_count++] = (struct reconcile_balance){.day = day};
    }
    return number;
}

/* A day's balance, until the next one is added. */
static struct reconcile_balance *balance_of(struct balancing *balancing, int32_t day)
{
    uint32_t number = day_take(balancing, day);
    return &balancing->report->days[number];
}

static int32_t day_of(struct balancing *balancing, int64_t when_us, bool is_theirs)
{
    return is_theirs ? ccusage_day_at(&balancing->logs, when_us / 1000)
                     : report_days_at(&balancing->days, when_us);
}

/* ---- sums ---------------------------------------------------------------------------------------------- */

static struct reconcile_amounts amounts_of(const struct report_sums *sums, __int128 cost_pusd)
{
    return (struct reconcile_amounts){
        .messages = (int64_t)sums->entries,
        .tokens = {[BOTH_INPUT] = sums->tokens[TOKENS_INPUT],
                   [BOTH_OUTPUT] = sums->tokens[TOKENS_OUTPUT],
                   [BOTH_CACHE_WRITE] =
                       (__int128)sums->tokens[TOKENS_CACHE_WRITE_5M] + sums->tokens[TOKENS_CACHE_WRITE_1H],
                   [BOTH_CACHE_READ] = sums->tokens[TOKENS_CACHE_READ]},
        .cost_pusd = cost_pusd,
    };
}

/* Which of Tacho's sums a meter has: all that it knows, and what of it is in the logs. */
enum { OURS_ALL = 1, OURS_IN_LOGS = 2 };

static void add_ours(struct reconcile_balance *balance, const struct report_sums *sums, unsigned which)
{
    const struct reconcile_amounts amounts = amounts_of(sums, (__int128)sums->cost.pusd);
    struct reconcile_amounts *history = &balance->reasons[REASON_HISTORY];
    if (which & OURS_ALL) {
        reconcile_add(&balance->ours, &amounts);
        reconcile_subtract(history, &amounts);
    }
    if (which & OURS_IN_LOGS)
        reconcile_add(history, &amounts);
}

static void fold_ours(struct balancing *balancing, const struct meter *meter, unsigned which)
{
    struct report report;
    report_build(&report, meter, DOCUMENT_DAILY, &balancing->request);
    add_ours(&balancing->report->total, &report.total, which);
    for (size_t i = 0; i < report.row_count; i++)
        add_ours(balance_of(balancing, report.rows[i].day), &report.rows[i].sums, which);
    report_free(&report);
}

static void take_ours(struct balancing *balancing)
{
    const struct reconcile_source *source = balancing->source;
    if (source->history)
        fold_ours(balancing, source->history, OURS_ALL);
    fold_ours(balancing, source->meter, source->history ? OURS_IN_LOGS : OURS_ALL | OURS_IN_LOGS);
}

static void set_theirs(struct reconcile_balance *balance, const struct report_sums *sums)
{
    balance->dollars = sums->cost.usd;
    balance->theirs = amounts_of(sums, reconcile_pusd(sums->cost.usd));
}

static void take_theirs(struct balancing *balancing)
{
    struct report days = {.kind = DOCUMENT_DAILY, .rules = RULES_CCUSAGE};
    struct report asked = {.kind = balancing->request.kind, .rules = RULES_CCUSAGE};
    ccusage_report_make(&days, &balancing->logs);
    for (size_t i = 0; i < days.row_count; i++)
        set_theirs(balance_of(balancing, days.rows[i].day), &days.rows[i].sums);
    report_free(&days);
    ccusage_report_make(&asked, &balancing->logs);
    set_theirs(&balancing->report->total, &asked.total);
    report_free(&asked);
}

static void add_addend(struct addends *addends, double dollars)
{
    double size = fabs(dollars);
    addends->count++;
    addends->magnitude += size;
    if (size > RECONCILE_DOLLARS_MOST)
        addends->cut_off += size;
}

static void take_addends(struct balancing *balancing)
{
    const struct ccusage_entries *entries = balancing->source->entries;
    for (size_t i = 0; i < entries->count; i++) {
        int32_t day = ccusage_day(&balancing->logs, &entries->list[i]);
        if (!ccusage_takes_day(&balancing->logs, day))
            continue;
        uint32_t number = day_take(balancing, day); /* which may move `by_day` */
        add_addend(&balancing->total, entries->list[i].cost);
        add_addend(&balancing->by_day[number], entries->list[i].cost);
    }
    balancing->total.count += balancing->report->day_count; /* days are added up, too */
}

/* ---- reasons ------------------------------------------------------------------------------------------- */

static void keep_example(struct balancing *balancing, const struct reconcile_difference *difference)
{
    struct reconcile_report *report = balancing->report;
    size_t *count = &report->example_count[difference->reason];
    if (*count == balancing->source->examples)
        return;
    struct reconcile_example **list = &report->examples[difference->reason];
    *list = memory_resize(*list, (*count + 1) * sizeof **list);
    (*list)[(*count)++] = (struct reconcile_example){balancing->source->files->list[difference->file].path,
                                                     difference->line + 1};
}

static bool takes(const struct balancing *balancing, int32_t day)
{
    return ccusage_takes_day(&balancing->logs, day);
}

static void add_reason(struct balancing *balancing, const struct reconcile_difference *difference,
                       int32_t day)
{
    struct reconcile_balance *total = &balancing->report->total;
    struct reconcile_balance *balance = balance_of(balancing, day);
    reconcile_add(&total->reasons[difference->reason], &difference->amounts);
    reconcile_add(&balance->reasons[difference->reason], &difference->amounts);
    balance->cases[difference->reason]++;
}

/* Amounts that are counted on another day. */
static void take_move(struct balancing *balancing, const struct reconcile_difference *difference)
{
    const int32_t from = day_of(balancing, difference->from_us, false);
    const int32_t to = day_of(balancing, difference->when_us, difference->is_theirs);
    struct reconcile_difference leaving = *difference;
    if (from == to || !(takes(balancing, from) || takes(balancing, to)))
        return;
    leaving.amounts = (struct reconcile_amounts){0};
    reconcile_subtract(&leaving.amounts, &difference->amounts);
    if (takes(balancing, from))
        add_reason(balancing, &leaving, from);
    if (takes(balancing, to))
        add_reason(balancing, difference, to);
    balancing->report->total.cases[REASON_DAY]++;
    keep_example(balancing, difference);
}

static void take_difference(void *data, const struct reconcile_difference *difference)
{
    struct balancing *balancing = data;
    if (difference->reason == REASON_DAY) {
        take_move(balancing, difference);
        return;
    }
    int32_t day = day_of(balancing, difference->when_us, difference->is_theirs);
    if (!takes(balancing, day))
        return;
    add_reason(balancing, difference, day);
    balancing->report->total.cases[difference->reason]++;
    keep_example(balancing, difference);
}

/* Sessions without tokens, which are in ccusage's days and not in its sessions: of the total alone. */
static void take_empty_sessions(struct balancing *balancing)
{
    const struct ccusage_entries *entries = balancing->source->entries;
    struct reconcile_balance *total = &balancing->report->total;
    uint32_t *sessions = ccusage_number_sessions(balancing->logs.files);
    bool *is_used = memory_zeroed(balancing->logs.files->count + 1, sizeof *is_used);
    for (int pass = 0; pass < 2; pass++)
        for (size_t i = 0; i < entries->count; i++) {
            const struct ccusage_entry *entry = &entries->list[i];
            const struct ccusage_usage *usage = &entry->usage;
            if (!takes(balancing, ccusage_day(&balancing->logs, entry)))
                continue;
            if (pass == 0) {
                is_used[sessions[entry->file]] |=
                    usage->input || usage->output || ccusage_writes(usage) || usage->cache_read;
            } else if (!is_used[sessions[entry->file]]) {
                total->reasons[REASON_EMPTY_SESSION].messages--;
                total->reasons[REASON_EMPTY_SESSION].cost_pusd -= reconcile_pusd(entry->cost);
                total->cases[REASON_EMPTY_SESSION]++;
            }
        }
    free(is_used);
    free(sessions);
}

/* ---- the balance --------------------------------------------------------------------------------------- */

static void count_history(struct reconcile_balance *balance)
{
    const struct reconcile_amounts *history = &balance->reasons[REASON_HISTORY];
    const int64_t messages = history->messages < 0 ? -history->messages : history->messages;
    if (!reconcile_is_nothing(history))
        balance->cases[REASON_HISTORY] = messages ? (uint64_t)messages : 1;
}

/*
 * Adds what follows from how ccusage adds up, and sees what is left. n additions of doubles are off by at
 * most n / 2 units in the last place of the sum of absolute values (Higham, Accuracy and Stability of
 * Numerical Algorithms, 4.2); no more than that counts as rounding.
 */
static void settle(struct reconcile_balance *balance, const struct addends *addends)
{
    const __int128 most = UINT64_MAX;
    struct reconcile_amounts *overflow = &balance->reasons[REASON_OVERFLOW];
    struct reconcile_amounts *rounding = &balance->reasons[REASON_ROUNDING];
    struct reconcile_amounts *rest = &balance->rest;
    count_history(balance);
    *rest = balance->theirs;
    reconcile_subtract(rest, &balance->ours);
    for (int reason = 0; reason < REASONS; reason++)
        reconcile_subtract(rest, &balance->reasons[reason]);
    for (int kind = 0; kind < BOTH_KINDS; kind++) {
        __int128 whole = balance->theirs.tokens[kind] - rest->tokens[kind];
        if (whole <= most || balance->theirs.tokens[kind] != most)
            continue;
        overflow->tokens[kind] = rest->tokens[kind];
        rest->tokens[kind] = 0;
        balance->cases[REASON_OVERFLOW]++;
    }
    double lost = (double)addends->count * DBL_EPSILON * addends->magnitude + addends->cut_off;
    double left = fabs((double)rest->cost_pusd) / 1e12;
    if (rest->cost_pusd && (left <= lost + 1e-12 || !isfinite(addends->magnitude))) {
        rounding->cost_pusd += rest->cost_pusd;
        rest->cost_pusd = 0;
        balance->cases[REASON_ROUNDING]++;
    }
}

static int by_day(const void *a, const void *b)
{
    const struct reconcile_balance *first = a, *second = b;
    return (first->day > second->day) - (first->day < second->day);
}

void reconcile_report_make(struct reconcile_report *report, const struct reconcile_source *source,
                           const struct document_request *request)
{
    struct balancing balancing = {.report = report, .source = source, .request = *request};
    *report = (struct reconcile_report){0};
    balancing.request.claude = true;
    balancing.logs =
        (struct ccusage_logs){&source->files->theirs, source->entries, &balancing.request, &balancing.days};
    take_ours(&balancing);
    take_theirs(&balancing);
    take_addends(&balancing);
    reconcile_explain(source->reconcile, take_difference, &balancing);
    if (request->kind == DOCUMENT_SESSION)
        take_empty_sessions(&balancing);
    settle(&report->total, &balancing.total);
    for (size_t i = 0; i < report->day_count; i++)
        settle(&report->days[i], &balancing.by_day[i]);
    if (report->day_count)
        qsort(report->days, report->day_count, sizeof *report->days, by_day);
    report_days_free(&balancing.days);
    report_index_free(&balancing.numbers);
    free(balancing.by_day);
}

bool reconcile_report_is_whole(const struct reconcile_report *report)
{
    bool is_whole = reconcile_is_nothing(&report->total.rest);
    for (size_t i = 0; i < report->day_count; i++)
        is_whole = is_whole && reconcile_is_nothing(&report->days[i].rest);
    return is_whole;
}

void reconcile_report_free(struct reconcile_report *report)
{
    for (int reason = 0; reason < REASONS; reason++)
        free(report->examples[reason]);
    free(report->days);
    *report = (struct reconcile_report){0};
}
