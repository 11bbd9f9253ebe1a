/*
 * The parts of documents, one function each. Internal to document*.c.
 */
#ifndef TACHO_DOCUMENT_PARTS_H
#define TACHO_DOCUMENT_PARTS_H

#include "json_writer.h"
#include "report.h"

/* shared/reference/count.py's document. */
void document_write_totals(const struct meter *meter, const struct log_tree_counts *counts,
                           const struct document_request *request, struct text *out);

/* ccusage 20's documents: the report that was asked for, then the `count - 1` further sections. */
void document_write_json(const struct report *reports, size_t count, const struct document_request *request,
                         struct text *out);
void document_write_blocks(const struct report *report, const struct document_request *request,
                           struct text *out);

/* One session, entry by entry, as `session --id` gives it. */
void document_write_one_session(const struct report *report, const struct document_request *request,
                                struct text *out);

/*
 * The numbers of a status line. Reports: of the request's session by session, of today by session, and the
 * active block. `meter` (may be NULL) knows the session's context.
 */
struct document_moment {
    struct report session, today, block;
};
void document_write_statusline(const struct document_moment *moment, const struct meter *meter,
                               const struct document_request *request, struct text *out);

/* The requests that a moment's reports are made by. */
struct document_request document_of_session(const struct document_request *request);
struct document_request document_of_today(const struct document_request *request);
struct document_request document_of_block(const struct document_request *request);

/* What stands around a table: notes from the logs; all of it may be absent (NULL, 0). */
struct document_notes {
    const struct meter *meter;
    const struct log_tree_counts *counts;
};

/* Tables for people, CSV and Markdown. */
void document_write_table(const struct report *report, const struct document_request *request,
                          const struct document_notes *notes, struct text *out);

/* ---- steps of every document ----------------------------------------------------------------------------
 */

/* The zone that was in use before a document, to be used again. */
struct document_zone {
    char name[256];
    bool is_own;
    bool is_entered; /* false: there is no zone of the name asked for, as `out` says */
};
struct document_zone document_enter_zone(const struct document_request *request, struct text *out);
void document_leave_zone(const struct document_request *request, const struct document_zone *before);

/* The request with its `last` as days, which is what rows are chosen by. */
struct document_request document_with_days(const struct document_request *request);

/* The kinds of report in a document, the one asked for first. Returns how many. */
size_t document_kinds(const struct document_request *request, enum document_kind kinds[DOCUMENT_KINDS]);

void document_write_reports(const struct report *reports, size_t count,
                            const struct document_request *request, const struct document_notes *notes,
                            struct text *out);

/* How a block's projection stands to the token limit, "ok", "warning" or "exceeds"; and tokens in percent of
 * it. */
const char *document_limit_status(const struct report *report, const struct report_block *block);
double document_limit_percent(const struct report *report, uint64_t tokens);

/* ---- members of JSON objects ----------------------------------------------------------------------------
 */

void member_text(struct json_writer *json, const char *key, const char *value);
void member_texts(struct json_writer *json, const char *key, struct report_text value);
void member_number(struct json_writer *json, const char *key, uint64_t value);
/* What logs do not have, if the request is with it (Tacho's rules). */
void member_unlogged(struct json_writer *json, const struct report *report,
                     const struct document_request *request);
void member_instant(struct json_writer *json, const char *key, int64_t when_us);
void member_word(struct json_writer *json, const char *key, const char *word);

/* An amount of money; nothing if the request is without. */
void member_money(struct json_writer *json, const char *key, const struct report *report, union money money,
                  const struct document_request *request);

/* The same without a fraction where there is none, as ccusage writes it in blocks and in the unified form. */
void member_whole_money(struct json_writer *json, const char *key, const struct report *report,
                        union money money, const struct document_request *request);

/* An instant as YYYY-MM-DDTHH:MM:SS.mmmZ. */
void document_add_instant(struct text *out, int64_t when_us);

#endif
