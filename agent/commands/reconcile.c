/* `tacho reconcile`: why Tacho's numbers and ccusage's differ. */
#include "reports.h"

#include "../base/say.h"
#include "../meter/keep.h"
#include "../render/reconcile_report.h"
#include "counter.h"

#include <string.h>
#include <unistd.h>

static const char usage[] =
    "usage: tacho reconcile [daily|weekly|monthly|session] [OPTIONS]\n"
    "\n"
    "Why Tacho's total and that of `ccusage claude daily` (or weekly, ...) differ: every message, token and\n"
    "picodollar by reason, until nothing is left. Tacho's sums are those of `tacho daily`, ccusage's what "
    "its\n"
    "version 20.0.24 says, --offline, of the logs that are on disk. ccusage reads logs in one way for daily "
    "and\n"
    "in another for the rest; its blocks and statusline are like session. Exits with 1 if something is not\n"
    "explained.\n"
    "\n"
    "  -d, --days           day by day as well\n"
    "  -e, --examples N     so many lines of each reason, as file:line; default: 1\n"
    "  -s, --since DAY      from this day on: YYYYMMDD or YYYY-MM-DD\n"
    "  -u, --until DAY      up to and with this day\n"
    "  -z, --timezone ZONE  whose midnight ends a day: Europe/Berlin; default: this machine's\n"
    "  -m, --mode MODE      costs: auto: the log's own, else by tokens; calculate; display\n"
    "      --logs-only      only what is on disk now, not what the ledger keeps of logs that are gone\n"
    "  -j, --json           for programs; costs are integers of 10^-12 US dollars\n"
    "\n"
    "examples:\n"
    "  tacho reconcile\n"
    "  tacho reconcile session --mode calculate --examples 3\n"
    "  tacho reconcile --days --since 20260801\n"
    "  tacho reconcile --json | jq '.reasons[] | [.reason, .cost_pusd]'\n";

struct wish {
    struct document_request request;
    size_t examples;
    bool days, logs_only;
};

/* What lines are read into, with a bar. */
struct reading {
    struct reconcile *reconcile;
    struct meter *history; /* NULL: none is kept apart */
    struct progress progress;
};

static void take(void *data, const struct both_batch *batch)
{
    struct reading *reading = data;
    reconcile_take(reading->reconcile, batch);
    if (reading->history)
        meter_apply(reading->history, &batch->ours);
}

static void show(void *data, uint64_t read, uint64_t total)
{
    progress_show(&((struct reading *)data)->progress, read, total);
}

/* Returns whether all is explained. */
static bool print_report(const struct wish *wish, const struct reconcile_source *source)
{
    struct reconcile_report report;
    struct text out = TEXT_EMPTY;
    reconcile_report_make(&report, source, &wish->request);
    reconcile_report_write(&report, &wish->request, wish->days, &out);
    fwrite(out.bytes, 1, out.size, stdout);
    bool is_whole = reconcile_report_is_whole(&report);
    reconcile_report_free(&report);
    text_free(&out);
    return is_whole;
}

/* Reads all logs into both, and compares. `history` is the meter that has the ledger, or NULL. */
static bool compare(const struct wish *wish, struct meter *meter, struct meter *history)
{
    const enum ccusage_reading how = reconcile_reading(wish->request.kind);
    char **directories = log_tree_directories(places_environment());
    struct ccusage_entries entries;
    struct both_files files;
    both_files_find(&files, directories);
    ccusage_entries_init(&entries, how, wish->request.mode);
    struct reading reading = {.reconcile = reconcile_new(meter, &entries), .history = history};
    progress_begin(&reading.progress, "reading logs");
    uint64_t unreadable = both_rules_scan(&files, how, take, show, &reading);
    progress_end(&reading.progress);
    counter_say_about_logs("reconcile", directories, files.count > 0, unreadable);
    const struct reconcile_source source = {reading.reconcile, &files,   meter,
                                            history,           &entries, wish->examples};
    bool is_whole = print_report(wish, &source);
    reconcile_free(reading.reconcile);
    ccusage_entries_free(&entries);
    both_files_free(&files);
    log_tree_free_directories(directories);
    return is_whole;
}

static bool run(const struct wish *wish)
{
    struct counter counter;
    if (!wish->logs_only)
        reports_flush_agent();
    counter_open(&counter, "reconcile", wish->logs_only);
    if (!counter.ledger) {
        bool is_whole = compare(wish, counter.meter, NULL);
        counter_close(&counter);
        return is_whole;
    }
    struct meter *meter = meter_new_for_reports();
    meter_use_prices(meter, counter.prices);
    meter_recall_all(counter.meter); /* every line will be merged into it */
    bool is_whole = compare(wish, meter, counter.meter);
    meter_free(meter);
    counter_close(&counter);
    return is_whole;
}

int command_reconcile(int argc, char **argv)
{
    static const char *const kinds[] = {"daily", "weekly", "monthly", "session", NULL};
    const char *zone = NULL, *mode = NULL, *since = NULL, *until = NULL, *examples = NULL;
    struct wish wish = {.request = document_request_default(DOCUMENT_DAILY)};
    uint64_t count = 1;
    unsigned kind = 0;
    bool json = false;
    const struct option_rule rules[] = {
        {"days", 'd', OPTION_FLAG, &wish.days},
        {"examples", 'e', OPTION_TEXT, &examples},
        {"since", 's', OPTION_TEXT, &since},
        {"until", 'u', OPTION_TEXT, &until},
        {"timezone", 'z', OPTION_TEXT, &zone},
        {"tz", 0, OPTION_TEXT, &zone},
        {"logs-only", 0, OPTION_FLAG, &wish.logs_only},
        {"mode", 'm', OPTION_TEXT, &mode},
        {"json", 'j', OPTION_FLAG, &json},
    };
    const struct options options = {"reconcile", usage, rules, sizeof rules / sizeof *rules, 1};
    int status;
    if (!options_read(argc, argv, &options, &status))
        return status;
    if (!reports_read_mode(&wish.request, &options, mode) ||
        !reports_read_zone(&wish.request, &options, "timezone", zone) ||
        !reports_read_days(&wish.request, &options, since, until) ||
        !reports_read_number(&options, "examples", examples, 0, 1000, "how many, up to 1000", &count))
        return STATUS_USAGE;
    while (optind < argc && kinds[kind] && strcmp(kinds[kind], argv[optind]) != 0)
        kind++;
    if (!kinds[kind]) {
        say("reconcile: unknown report '%s': one of daily, weekly, monthly and session", argv[optind]);
        return STATUS_USAGE;
    }
    wish.request.kind = DOCUMENT_DAILY + kind;
    wish.request.format = json ? FORMAT_JSON : FORMAT_TABLE;
    wish.request.columns = terminal_columns();
    wish.request.colour = !json && terminal_colour(stdout, COLOUR_AUTO);
    wish.examples = (size_t)count;
    return run(&wish) ? STATUS_DONE : STATUS_FAILED;
}
