/* A document without the agent: from the ledger, if there is one, and what the logs have beyond it. */
#include "reports.h"

#include "../base/say.h"
#include "../meter/keep.h"
#include "counter.h"

struct count {
    struct counter counter;
    struct progress progress;
    struct log_tree_counts counts;
};

static void count_take(void *data, const struct batch *batch)
{
    meter_apply(((struct count *)data)->counter.meter, batch);
}

static void count_progress(void *data, uint64_t read, uint64_t total)
{
    progress_show(&((struct count *)data)->progress, read, total);
}

/* A log that the ledger knows and that is not there any more: its copies still count. */
static void count_gone(void *data, uint32_t path)
{
    (void)data;
    (void)path;
}

/* A table says itself that there is nothing, and where it was looked for; the active block's does not. */
static bool document_says_so(const struct count *count, const struct document_request *request)
{
    return request->format == FORMAT_TABLE && !request->active && !meter_total(count->counter.meter).entries;
}

static void scan_logs(struct count *count, const char *command, const struct document_request *request,
                      char *const *directories, unsigned threads)
{
    struct log_tree_memory memory = restored_memory(&count->counter.restored);
    const struct log_scan_order order = {
        .take = count_take,
        .progress = count_progress,
        .data = count,
        .memory = count->counter.ledger ? &memory : NULL,
        .threads = threads,
    };
    progress_begin(&count->progress, "reading logs");
    bool listed = log_tree_scan(directories, &order, &count->counts) == 0;
    progress_end(&count->progress);
    if (count->counter.ledger) {
        restored_find_gone(&count->counter.restored, count_gone, count);
        count->counts.copies += count->counter.restored.copies_unmet;
    }
    counter_say_about_logs(command, directories,
                           (listed && count->counts.files) || document_says_so(count, request),
                           count->counts.unreadable);
}

static void count_logs(struct count *count, const char *command, const struct document_request *request,
                       const struct report_source *source, char *const *directories)
{
    *count = (struct count){0};
    counter_open(&count->counter, command, source->logs_only);
    scan_logs(count, command, request, directories, source->threads);
    if (!document_request_is_light(request))
        meter_recall_all(count->counter.meter);
}

/* What was counted by answers that the ledger could not give is wrong. */
static int write_counted(const char *command, const struct document_request *request,
                         const struct report_source *source, char *const *directories, struct text *out)
{
    struct count count;
    count_logs(&count, command, request, source, directories);
    const struct ledger *ledger = count.counter.ledger;
    if (ledger && (ledger_is_damaged(ledger) || ledger_is_unreadable(ledger))) {
        const struct report_source logs = {.logs_only = true, .threads = source->threads};
        say("%s: counting without the ledger: it is damaged: 'tacho start' mends it", command);
        counter_close(&count.counter);
        count_logs(&count, command, request, &logs, directories);
    }
    int result = document_write(count.counter.meter, &count.counts, request, out);
    counter_close(&count.counter);
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
