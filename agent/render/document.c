/* Documents: which one a request asks for, in the zone it names. See document.h. */
#include "document.h"

#include "../base/zone.h"
#include "document_parts.h"

#include <stdio.h>

struct document_request document_request_default(enum document_kind kind)
{
    return (struct document_request){
        .kind = kind,
        .mode = COST_AUTO,
        .since = INT32_MIN,
        .until = INT32_MAX,
    };
}

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

static void write_report(const struct meter *meter, const struct document_request *request, struct text *out)
{
    struct report report;
    report_build(&report, meter, request);
    if (request->kind == DOCUMENT_SESSION)
        document_write_sessions(&report, request, out);
    else
        document_write_daily(&report, request, out);
    report_free(&report);
}

static void write_document(const struct meter *meter, const struct log_tree_counts *counts,
                           const struct document_request *request, struct text *out)
{
    if (!request->json)
        document_write_table(meter, counts, request, out);
    else if (request->kind == DOCUMENT_TOTALS)
        document_write_totals(meter, counts, request, out);
    else if (request->kind == DOCUMENT_SESSION && request->id[0])
        document_write_one_session(meter, request, out);
    else
        write_report(meter, request, out);
}

int document_write(const struct meter *meter, const struct log_tree_counts *counts,
                   const struct document_request *request, struct text *out)
{
    char before[256];
    const bool was_own = zone_is_own();
    snprintf(before, sizeof before, "%s", zone_name());
    if (request->zone[0] && !zone_enter(request->zone, out))
        return -1;
    write_document(meter, counts, request, out);
    if (request->zone[0])
        zone_use(was_own ? NULL : before);
    return 0;
}
