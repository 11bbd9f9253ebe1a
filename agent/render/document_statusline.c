/* The numbers of `tacho statusline`, a line each: the command that asks makes ccusage's line of them. */
#include "document_parts.h"

#include "../base/zone.h"

#include <inttypes.h>
#include <string.h>

/* A request like this one, without what chooses rows. */
static struct document_request bare(const struct document_request *request)
{
    struct document_request all = document_request_default(request->kind);
    all.rules = request->rules;
    all.mode = request->mode;
    all.now_us = report_now(request);
    all.claude = true;
    all.format = FORMAT_JSON;
    return all;
}

struct document_request document_of_session(const struct document_request *request)
{
    struct document_request session = bare(request);
    memcpy(session.id, request->id, sizeof session.id);
    return session;
}

struct document_request document_of_today(const struct document_request *request)
{
    struct document_request today = bare(request);
    today.since = today.until = zone_day(today.now_us);
    return today;
}

struct document_request document_of_block(const struct document_request *request)
{
    struct document_request block = bare(request);
    block.active = true;
    return block;
}

static void add_context(const struct meter *meter, const struct document_request *request, struct text *out)
{
    struct meter_session session;
    if (!meter || !meter_find_session(meter, request->id, strlen(request->id), &session))
        return;
    text_addf(out, "context_tokens %" PRIu64 "\ncontext_size %" PRIu64 "\n", session.context_tokens,
              session.context_size);
}

static void add_block(const struct report *report, const struct document_request *request, struct text *out)
{
    if (!report->row_count)
        return;
    const struct report_row *row = &report->rows[0];
    text_addf(out, "block %.17g\nblock_left_us %" PRId64 "\n", report_dollars(report, row->sums.cost),
              row->block.end_us - report_now(request));
    if (row->block.has_burn_rate)
        text_addf(out, "per_hour %.17g\nper_minute %.17g\n", row->block.dollars_per_hour,
                  row->block.tokens_per_minute_indicator);
}

void document_write_statusline(const struct document_moment *moment, const struct meter *meter,
                               const struct document_request *request, struct text *out)
{
    if (moment->session.row_count || moment->session.entry_count)
        text_addf(out, "session %.17g\n", report_dollars(&moment->session, moment->session.total.cost));
    text_addf(out, "today %.17g\n", report_dollars(&moment->today, moment->today.total.cost));
    add_block(&moment->block, request, out);
    add_context(meter, request, out);
}
