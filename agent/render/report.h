/*
 * Entries → the rows of a report: by day, by day and project, by session, or all in one, with what each model
 * had in them. A report is made for one document and thrown away.
 */
#ifndef TACHO_REPORT_H
#define TACHO_REPORT_H

#include "../meter/interned.h"
#include "document.h"

/* What one model had in a row. */
struct report_model {
    struct sums sums;
    int64_t first_us; /* of its first entry in the row */
    uint32_t name;    /* number among the report's models: the name, with -fast in fast mode */
    bool is_unpriced;
};

struct report_row {
    struct sums sums;
    int32_t day;
    int64_t first_us, last_us;
    const char *session, *path,
        *project; /* path: of the first entry; project: NUL-terminated part of it, or not */
    size_t session_size, project_size;
    struct report_model *models; /* by cost, dearest first */
    size_t model_count, model_room;
};

struct report {
    struct report_row *rows; /* in the order in which they are shown */
    size_t row_count, row_room;
    struct sums total;
    struct interned models;
    struct interned unpriced; /* models whose price was needed and is not known */
    struct interned keys;
};

/* Makes the report that a request asks for. In use: the zone that the request names. */
void report_build(struct report *report, const struct meter *meter, const struct document_request *request);
void report_free(struct report *report);

/* Whether a request's days, project and session take an entry. */
bool report_takes(const struct document_request *request, const struct entry_view *entry, int32_t day);

/* The numbers of a row's models in the order of their first use (then by name), or by name. The caller frees
 * it. */
uint32_t *report_models_used(const struct report *report, const struct report_row *row, bool by_name);

/* The numbers of a set of strings in order of their code points. The caller frees it. */
uint32_t *report_sorted(const struct interned *strings);

/*
 * The project that a log file belongs to: the folder below the last `projects` in its path that has one.
 * "Unknown Project" for a file beside the folders, as ccusage calls it.
 */
const char *report_project(const char *path, size_t *size);

/* The models that Claude Code makes up for its own messages; they are in sums, and not listed. */
bool report_is_synthetic(const struct entry_view *entry);

#endif
