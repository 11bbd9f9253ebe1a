/* Documents by ccusage's rules: the same documents, from reports that are made otherwise. */
#include "document_parts.h"

#include <string.h>

static void free_reports(struct report *reports, size_t count)
{
    for (size_t i = 0; i < count; i++)
        report_free(&reports[i]);
}

static int write_reports(const struct document_logs *logs, const struct document_request *request,
                         struct text *out)
{
    const struct document_notes notes = {NULL, NULL};
    struct report reports[DOCUMENT_KINDS] = {0};
    enum document_kind kinds[DOCUMENT_KINDS];
    size_t count = document_kinds(request, kinds);
    int result = report_build_ccusage(reports, kinds, count, logs, request, out);
    if (result == 0 && request->kind == DOCUMENT_BLOCKS)
        report_finish_blocks(reports, request);
    if (result == 0)
        document_write_reports(reports, count, request, &notes, out);
    free_reports(reports, count);
    return result;
}

static int build_one(struct report *report, enum document_kind kind, const struct document_logs *logs,
                     const struct document_request *request, struct text *out)
{
    *report = (struct report){0};
    int result = report_build_ccusage(report, &kind, 1, logs, request, out);
    if (result == 0 && kind == DOCUMENT_BLOCKS)
        report_finish_blocks(report, request);
    return result;
}

/* ccusage, too, reads all logs more than once for its status line. */
static int write_statusline(const struct document_logs *logs, const struct document_request *request,
                            struct text *out)
{
    const struct document_request session = document_of_session(request), today = document_of_today(request),
                                  block = document_of_block(request);
    struct document_moment moment = {0};
    int result = build_one(&moment.session, DOCUMENT_SESSION, logs, &session, out);
    if (result == 0)
        result = build_one(&moment.today, DOCUMENT_SESSION, logs, &today, out);
    if (result == 0)
        result = build_one(&moment.block, DOCUMENT_BLOCKS, logs, &block, out);
    if (result == 0)
        document_write_statusline(&moment, NULL, request, out);
    free_reports(&moment.session, 1);
    free_reports(&moment.today, 1);
    free_reports(&moment.block, 1);
    return result;
}

int document_write_ccusage(const struct document_logs *logs, const struct document_request *request,
                           struct text *out)
{
    const struct document_zone before = document_enter_zone(request, out);
    if (!before.is_entered)
        return -1;
    const struct document_request clear = document_with_days(request);
    int result = request->kind == DOCUMENT_STATUSLINE ? write_statusline(logs, &clear, out)
                                                      : write_reports(logs, &clear, out);
    document_leave_zone(request, &before);
    return result;
}
