/* Documents from the agent, or made here and now: see reports.h. */
#include "reports.h"

#include "../base/say.h"
#include "../base/zone.h"

#include <string.h>

/* ---- from the agent ---------------------------------------------------------------------------------- */

/* Asks for something that waits until all logs are accounted for, with a progress bar. */
static enum agent_answer agent_ask_ready(const char *request, struct text *out)
{
    struct progress progress;
    progress_begin(&progress, "reading logs");
    enum agent_answer answer = agent_ask_ours(request, out, progress_show, &progress);
    progress_end(&progress);
    return answer;
}

static enum agent_answer document_ask(const struct document_request *request, struct text *out)
{
    struct text line = TEXT_EMPTY;
    text_add_string(&line, "document ");
    document_request_encode(request, &line);
    enum agent_answer answer = agent_ask_ready(line.bytes, out);
    text_free(&line);
    return answer;
}

void reports_flush_agent(void)
{
    struct text out = TEXT_EMPTY;
    agent_ask_ready("flush", &out);
    text_free(&out);
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

/* ---- either way -------------------------------------------------------------------------------------- */

int reports_make(const char *command, struct document_request *request, const struct report_source *source,
                 struct text *out)
{
    enum agent_answer answer = AGENT_ABSENT;
    const bool by_tacho = request->rules == RULES_TACHO;
    const bool by_ledger = by_tacho && !source->logs_only;
    if (zone_can_travel(request) && by_ledger && !source->direct && document_request_is_light(request))
        answer = document_ask(request, out);
    else if (by_ledger)
        reports_flush_agent();
    if (answer == AGENT_SILENT)
        say("%s: the agent does not answer: counting without it", command);
    if (answer == AGENT_ABSENT || answer == AGENT_SILENT) {
        text_clear(out);
        if (direct_write(command, request, source, out) < 0)
            answer = AGENT_REFUSED;
    }
    if (answer != AGENT_REFUSED)
        return STATUS_DONE;
    say("%s: %s", command, out->size ? out->bytes : "the agent refused the request: run 'tacho restart'");
    return STATUS_FAILED;
}

int reports_print(const char *command, struct document_request *request, const struct report_source *source,
                  const char *filter)
{
    struct text out = TEXT_EMPTY;
    int status = reports_make(command, request, source, &out);
    if (status == STATUS_DONE && filter)
        status = jq_print(command, filter, &out);
    else if (status == STATUS_DONE)
        fwrite(out.bytes, 1, out.size, stdout);
    text_free(&out);
    return status;
}
