/* A document without the agent: from the ledger, if there is one, and what the logs have beyond it. */
#include "reports.h"

#include "../base/clock.h"
#include "../base/say.h"
#include "../meter/keep.h"
#include "../meter/personal.h"
#include "../meter/weights.h"
#include "../store/ledger.h"
#include "../store/restored.h"

#include <stdlib.h>

struct count {
    struct price_book *prices;
    struct meter *meter;
    struct progress progress;
    struct ledger *ledger; /* NULL: none is used */
    struct restored restored;
    struct log_tree_counts counts;
};

static void count_take(void *data, const struct batch *batch)
{
    meter_apply(((struct count *)data)->meter, batch);
}

static void count_progress(void *data, uint64_t read, uint64_t total)
{
    progress_show(&((struct count *)data)->progress, read, total);
}

static void begin_meter(struct count *count)
{
    struct weights weights = weights_default();
    personal_weights(&weights, places_environment());
    count->meter = meter_new_for_reports();
    meter_use_prices(count->meter, count->prices);
    meter_set_weights(count->meter, &weights);
}

/* Fills the meter from the ledger; with `logs_only` only its prices. */
static int load_meter(struct count *count, bool logs_only, struct text *why)
{
    return logs_only ? restored_load_prices(count->ledger, count->meter, why)
                     : restored_load(&count->restored, count->ledger, count->meter, why);
}

static void close_ledger(struct count *count)
{
    if (!count->ledger)
        return;
    ledger_end_reading(count->ledger);
    ledger_close(count->ledger);
    count->ledger = NULL;
}

/* Without a ledger everything is read; that is worth a word only if there is one and it cannot be used. */
static void load_ledger(struct count *count, const char *command, bool logs_only)
{
    char *path = places_ledger();
    struct ledger_report report = {0};
    struct text why = TEXT_EMPTY;
    if (!path)
        return;
    count->ledger = ledger_open(path, LEDGER_READ, &report);
    if (count->ledger)
        ledger_begin_reading(count->ledger); /* what is loaded and what is asked later must agree */
    if (!count->ledger && !report.is_missing)
        say("%s: counting without the ledger: %s", command,
            report.why.size ? report.why.bytes : "it cannot be read");
    if (count->ledger && load_meter(count, logs_only, &why) != LEDGER_OK) {
        say("%s: counting without the ledger: %s", command, why.size ? why.bytes : "it cannot be read");
        restored_free(&count->restored);
        close_ledger(count);
        meter_free(count->meter);
        begin_meter(count);
    }
    if (logs_only)
        close_ledger(count);
    text_free(&why);
    text_free(&report.why);
    free(path);
}

/* What a person should know about a scan whose sums may be less than they expect. */
static void say_about_scan(const char *command, char *const *directories, bool listed,
                           const struct log_tree_counts *counts)
{
    if (counts->unreadable)
        say("%s: %llu log files cannot be read and are not counted: check their permissions", command,
            (unsigned long long)counts->unreadable);
    if (listed && counts->files)
        return;
    struct text looked = TEXT_EMPTY;
    for (size_t i = 0; directories[i]; i++)
        text_addf(&looked, "%s%s", i ? ", " : "", directories[i]);
    say("%s: no logs yet: looked below %s; set CLAUDE_CONFIG_DIR if yours are elsewhere", command,
        looked.size ? looked.bytes : "nothing");
    text_free(&looked);
}

/* A log that the ledger knows and that is not there any more: its copies still count. */
static void count_gone(void *data, uint32_t path)
{
    (void)data;
    (void)path;
}

static void scan_logs(struct count *count, const char *command, char *const *directories, unsigned threads)
{
    struct log_tree_memory memory = restored_memory(&count->restored);
    const struct log_scan_order order = {
        .take = count_take,
        .progress = count_progress,
        .data = count,
        .memory = count->ledger ? &memory : NULL,
        .threads = threads,
    };
    progress_begin(&count->progress, "reading logs");
    bool listed = log_tree_scan(directories, &order, &count->counts) == 0;
    progress_end(&count->progress);
    if (count->ledger) {
        restored_find_gone(&count->restored, count_gone, count);
        count->counts.copies += count->restored.copies_unmet;
    }
    say_about_scan(command, directories, listed, &count->counts);
}

static int write_counted(const char *command, const struct document_request *request,
                         const struct report_source *source, char *const *directories, struct text *out)
{
    struct count count = {.prices = price_book_new()};
    bool has_prices = personal_prices(count.prices, places_environment()) == 0;
    begin_meter(&count);
    load_ledger(&count, command, source->logs_only);
    if (has_prices)
        meter_renew_prices(count.meter, clock_now_us());
    scan_logs(&count, command, directories, source->threads);
    if (!document_request_is_light(request))
        meter_recall_all(count.meter);
    int result = document_write(count.meter, &count.counts, request, out);
    meter_free(count.meter);
    restored_free(&count.restored);
    close_ledger(&count);
    price_book_free(count.prices);
    return result;
}

int direct_write(const char *command, const struct document_request *request,
                 const struct report_source *source, struct text *out)
{
    char **directories = log_tree_directories(places_environment());
    const struct document_logs logs = {directories, source->threads};
    int result = request->rules == RULES_CCUSAGE ? document_write_ccusage(&logs, request, out)
                                                 : write_counted(command, request, source, directories, out);
    log_tree_free_directories(directories);
    return result;
}
