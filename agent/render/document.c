/* Documents: which one a request asks for, in the zone it names. See document.h. */
#include "document.h"

#include "../base/memory.h"
#include "../base/zone.h"
#include "document_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct document_request document_request_default(enum document_kind kind)
{
    return (struct document_request){
        .kind = kind,
        .mode = COST_AUTO,
        .since = INT32_MIN,
        .until = INT32_MAX,
        .token_limit = TOKEN_LIMIT_NONE,
        .block_us = 5 * 3600 * MICROSECONDS,
    };
}

bool document_request_is_light(const struct document_request *request)
{
    if (request->kind == DOCUMENT_STATUSLINE && request->rules == RULES_TACHO)
        return true;
    if (request->rules != RULES_TACHO || (request->kind == DOCUMENT_SESSION && request->id[0]))
        return false;
    return request->kind != DOCUMENT_BLOCKS || report_is_light(request);
}

/* ---- the zone and the days ------------------------------------------------------------------------------
 */

/* Uses a zone; false with a message if there is none of that name. */
static bool zone_enter(const char *name, struct text *out)
{
    if (zone_use(name))
        return true;
    text_add_string(out, "unknown time zone ");
    for (const char *at = name; *at; at++)
        text_add_char(out, *at >= ' ' && *at <= '~' ? *at : '?');
    text_add_string(out,
                    ": give a name such as Europe/Berlin or UTC (timedatectl list-timezones lists them)");
    return false;
}

/* The first day of the last `count` periods up to the one that a day is in. */
static int32_t first_of_last(const struct document_request *request, int32_t today)
{
    int32_t first = today;
    if (request->kind == DOCUMENT_WEEKLY)
        return report_week(today, request->week_start) - 7 * (int32_t)(request->last - 1);
    if (request->kind != DOCUMENT_MONTHLY)
        return today - (int32_t)(request->last - 1);
    first = report_month(today);
    for (uint32_t i = 1; i < request->last; i++)
        first = report_month(first - 1);
    return first;
}

/* `last` as days, which is what rows are chosen by. */
struct document_request document_with_days(const struct document_request *request)
{
    struct document_request clear = *request;
    if (!request->last)
        return clear;
    int32_t first = first_of_last(request, zone_day(report_now(request)));
    clear.since = first > clear.since ? first : clear.since;
    return clear;
}

/* ---- what is asked for ----------------------------------------------------------------------------------
 */

/* The kinds of report in a document, the one asked for first. Returns how many. */
size_t document_kinds(const struct document_request *request, enum document_kind kinds[DOCUMENT_KINDS])
{
    size_t count = 1;
    kinds[0] = request->kind;
    for (int kind = DOCUMENT_DAILY; kind <= DOCUMENT_SESSION; kind++)
        if (kind != (int)request->kind && (request->sections & (1u << kind)))
            kinds[count++] = (enum document_kind)kind;
    return count;
}

void document_write_reports(const struct report *reports, size_t count,
                            const struct document_request *request, const struct document_notes *notes,
                            struct text *out)
{
    if (request->format != FORMAT_JSON)
        for (size_t i = 0; i < count; i++) {
            text_add_string(out, i ? "\n" : "");
            document_write_table(&reports[i], request, notes, out);
        }
    else if (request->kind == DOCUMENT_BLOCKS)
        document_write_blocks(reports, request, out);
    else if (request->kind == DOCUMENT_SESSION && request->id[0])
        document_write_one_session(reports, request, out);
    else
        document_write_json(reports, count, request, out);
}

static void write_statusline(const struct meter *meter, const struct document_request *request,
                             struct text *out)
{
    const struct document_request session = document_of_session(request), today = document_of_today(request),
                                  block = document_of_block(request);
    struct document_moment moment;
    report_build(&moment.session, meter, DOCUMENT_DAILY, &session);
    report_build(&moment.today, meter, DOCUMENT_DAILY, &today);
    report_build(&moment.block, meter, DOCUMENT_BLOCKS, &block);
    document_write_statusline(&moment, meter, request, out);
    report_free(&moment.session);
    report_free(&moment.today);
    report_free(&moment.block);
}

static void write_document(const struct meter *meter, const struct log_tree_counts *counts,
                           const struct document_request *request, struct text *out)
{
    struct report reports[DOCUMENT_KINDS];
    enum document_kind kinds[DOCUMENT_KINDS];
    struct document_notes notes = {.meter = meter, .counts = counts};
    if (request->kind == DOCUMENT_TOTALS && request->format == FORMAT_JSON) {
        document_write_totals(meter, counts, request, out);
        return;
    }
    if (request->kind == DOCUMENT_STATUSLINE) {
        write_statusline(meter, request, out);
        return;
    }
    size_t count = document_kinds(request, kinds);
    for (size_t i = 0; i < count; i++)
        report_build(&reports[i], meter, kinds[i], request);
    document_write_reports(reports, count, request, &notes, out);
    for (size_t i = 0; i < count; i++)
        report_free(&reports[i]);
}

/* Tables on narrow terminals cut ids: the beginning of one stands for it, if only one session's begins so. */
static void complete_id(const struct meter *meter, struct document_request *request)
{
    struct meter_session session;
    const char *found = NULL;
    const size_t size = strlen(request->id);
    if (request->kind != DOCUMENT_SESSION || !size || meter_find_session(meter, request->id, size, &session))
        return;
    for (size_t i = 0; i < meter_session_limit(meter); i++) {
        if (!meter_session_at(meter, i, &session) || !session.sums.entries || session.id_size <= size ||
            memcmp(session.id, request->id, size) != 0)
            continue;
        if (found)
            return;
        found = session.id;
    }
    if (found && strlen(found) < sizeof request->id)
        snprintf(request->id, sizeof request->id, "%s", found);
}

/* ---- entrances ------------------------------------------------------------------------------------------
 */

struct document_zone document_enter_zone(const struct document_request *request, struct text *out)
{
    struct document_zone before = {.is_own = zone_is_own(), .is_entered = true};
    snprintf(before.name, sizeof before.name, "%s", zone_name());
    if (request->zone[0])
        before.is_entered = zone_enter(request->zone, out);
    return before;
}

void document_leave_zone(const struct document_request *request, const struct document_zone *before)
{
    if (request->zone[0])
        zone_use(before->is_own ? NULL : before->name);
}

int document_write(const struct meter *meter, const struct log_tree_counts *counts,
                   const struct document_request *request, struct text *out)
{
    const struct document_zone before = document_enter_zone(request, out);
    if (!before.is_entered)
        return -1;
    struct document_request clear = document_with_days(request);
    complete_id(meter, &clear);
    write_document(meter, counts, &clear, out);
    document_leave_zone(request, &before);
    return 0;
}
