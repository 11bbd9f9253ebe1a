/* Documents from the agent, or from a scan of the logs here and now: see reports.h. */
#include "reports.h"

#include "../base/say.h"
#include "../base/zone.h"

#include <string.h>

/* ---- here and now ------------------------------------------------------------------------------------ */

struct scan {
    struct meter *meter;
    struct progress progress;
};

static void scan_take(void *data, const struct batch *batch)
{
    meter_apply(((struct scan *)data)->meter, batch);
}

static void scan_progress(void *data, uint64_t read, uint64_t total)
{
    progress_show(&((struct scan *)data)->progress, read, total);
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

static int document_scan(const char *command, const struct document_request *request, struct text *out)
{
    struct log_tree_counts counts = {0};
    struct scan scan = {.meter = meter_new()};
    char **directories = log_tree_directories(places_environment());
    progress_begin(&scan.progress, "reading logs");
    bool listed = log_tree_scan(directories, scan_take, &scan, scan_progress, &counts) == 0;
    progress_end(&scan.progress);
    say_about_scan(command, directories, listed, &counts);
    int result = document_write(scan.meter, &counts, request, out);
    log_tree_free_directories(directories);
    meter_free(scan.meter);
    return result;
}

/* ---- from the agent ---------------------------------------------------------------------------------- */

/* Whether the agent reads the logs that this person asks about: it may have been started for others. */
static enum agent_answer agent_reads_our_logs(bool *same)
{
    struct text its = TEXT_EMPTY, ours = TEXT_EMPTY;
    enum agent_answer answer = agent_ask("directories", &its, NULL, NULL);
    char **directories = log_tree_directories(places_environment());
    for (char **directory = directories; *directory; directory++)
        text_addf(&ours, "%s\n", *directory);
    *same = its.size == ours.size && (!ours.size || memcmp(its.bytes, ours.bytes, ours.size) == 0);
    log_tree_free_directories(directories);
    text_free(&its);
    text_free(&ours);
    return answer;
}

static enum agent_answer document_ask(const struct document_request *request, struct text *out)
{
    struct progress progress;
    struct text line = TEXT_EMPTY;
    bool same;
    enum agent_answer answer = agent_reads_our_logs(&same);
    if (answer != AGENT_OK || !same)
        return answer == AGENT_OK ? AGENT_ABSENT : answer;
    progress_begin(&progress, "reading logs");
    answer = agent_ask("wait", out, progress_show, &progress);
    progress_end(&progress);
    if (answer != AGENT_OK)
        return answer;
    text_add_string(&line, "document ");
    document_request_encode(request, &line);
    while (line.size && line.bytes[line.size - 1] == '\n')
        line.bytes[--line.size] = '\0';
    answer = agent_ask(line.bytes, out, NULL, NULL);
    text_free(&line);
    return answer;
}

/*
 * Names the person's own zone in the request, because the agent may have been started in another. Returns
 * false if it has no name that the agent could look up: then only this process knows it.
 */
static bool zone_can_travel(struct document_request *request)
{
    if (request->zone[0])
        return true;
    const char *name = zone_name();
    if (strlen(name) >= sizeof request->zone)
        return false;
    char copy[sizeof request->zone];
    snprintf(copy, sizeof copy, "%s", name);
    bool known = zone_use(copy);
    if (known)
        snprintf(request->zone, sizeof request->zone, "%s", copy);
    return known;
}

int reports_print(const char *command, struct document_request *request, bool direct)
{
    struct text out = TEXT_EMPTY;
    enum agent_answer answer = AGENT_ABSENT;
    if (zone_can_travel(request) && !direct)
        answer = document_ask(request, &out);
    if (answer == AGENT_SILENT)
        say("%s: the agent does not answer: reading the logs without it", command);
    int status = STATUS_DONE;
    if (answer == AGENT_ABSENT || answer == AGENT_SILENT) {
        text_clear(&out);
        if (document_scan(command, request, &out) < 0)
            answer = AGENT_REFUSED;
    }
    if (answer == AGENT_REFUSED) {
        say("%s: %s", command, out.size ? out.bytes : "the agent refused the request: run 'tacho restart'");
        status = STATUS_FAILED;
    } else {
        fwrite(out.bytes, 1, out.size, stdout);
    }
    text_free(&out);
    return status;
}
