/*
 * Numbers → documents: the JSON and tables that commands print. Written once, used by the agent, which
 * answers commands with finished text, and by `tacho` itself when it scans without an agent: so both
 * give the same bytes.
 */
#ifndef TACHO_DOCUMENT_H
#define TACHO_DOCUMENT_H

#include "../base/text.h"
#include "../ingest/log_tree.h"
#include "../meter/meter.h"

enum document_kind {
    DOCUMENT_TOTALS,  /* shared/reference/count.py's document */
    DOCUMENT_DAILY,   /* ccusage 20's `daily` */
    DOCUMENT_SESSION, /* ccusage 20's `session` */
};

struct document_request {
    enum document_kind kind;
    enum cost_mode mode;
    char zone[64]; /* IANA name; "": the person's own */
    bool json;     /* else a table for people */
    bool claude;   /* grammar `tacho claude daily`: ccusage's per-agent document; else its unified one */
    bool descending;
    int32_t since, until; /* local days since 1970, inclusive; INT32_MIN, INT32_MAX: unbounded */
    uint32_t columns;     /* for tables; 0: unknown */
    bool colour;
    bool breakdown;    /* tables: a row per model */
    bool instances;    /* daily: grouped by project */
    char project[128]; /* daily, session: only this project slug; "": all */
    char id[128];      /* session: only this one; "": all */
};

/* The request without wishes: mode auto, own zone, table, ascending, all days. */
struct document_request document_request_default(enum document_kind kind);

/*
 * Writes the document. Uses the request's zone (base/zone.h) and restores the one before. Returns 0,
 * or -1 with a message in `out` ("unknown time zone …").
 */
int document_write(const struct meter *meter, const struct log_tree_counts *counts,
                   const struct document_request *request, struct text *out);

/* A request as one line of text, for the agent's control socket, and back. Returns false if malformed. */
void document_request_encode(const struct document_request *request, struct text *out);
bool document_request_decode(struct document_request *request, const char *line, size_t size);

#endif
