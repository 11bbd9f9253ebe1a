/*
 * Numbers → documents: the JSON, tables, CSV and Markdown that commands print. Written once, used by the
 * agent, which answers commands with finished text, and by `tacho` itself when it counts without an agent:
 * so both give the same bytes.
 */
#ifndef TACHO_DOCUMENT_H
#define TACHO_DOCUMENT_H

#include "../base/text.h"
#include "../ingest/log_tree.h"
#include "../meter/meter.h"

enum document_kind {
    DOCUMENT_TOTALS, /* shared/reference/count.py's document */
    DOCUMENT_DAILY,  /* ccusage 20's reports of these names */
    DOCUMENT_WEEKLY,
    DOCUMENT_MONTHLY,
    DOCUMENT_SESSION,
    DOCUMENT_BLOCKS,
    DOCUMENT_STATUSLINE, /* what `tacho statusline` needs to know of a session, today and the active block:
                            lines of `name value` */
    DOCUMENT_KINDS,
};

enum document_format { FORMAT_TABLE, FORMAT_JSON, FORMAT_CSV, FORMAT_MARKDOWN };

/* Whose counting rules: Tacho's (DESIGN.md §5), or ccusage 20.0.24's. */
enum document_rules { RULES_TACHO, RULES_CCUSAGE };

enum document_weekday { SUNDAY, MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY };

#define TOKEN_LIMIT_NONE    UINT64_MAX
#define TOKEN_LIMIT_LARGEST (UINT64_MAX - 1) /* the largest block that is over is the limit */

struct document_request {
    enum document_kind kind;
    enum document_format format;
    enum document_rules rules;
    enum cost_mode mode;
    char zone[64];        /* IANA name; "": the person's own */
    bool claude;          /* grammar `tacho claude daily`: ccusage's per-agent document; else its unified one */
    bool descending;      /* newest first; sessions are always dearest first */
    int32_t since, until; /* local days since 1970, inclusive; INT32_MIN, INT32_MAX: unbounded */
    uint32_t last;        /* daily, weekly, monthly: only so many periods up to the present one; 0: all */
    int64_t now_us;       /* what is "now" for `last` and blocks; 0: the clock's */
    uint32_t columns;     /* for tables; 0: unknown */
    bool colour;
    bool compact;        /* tables: fewer columns */
    bool breakdown;      /* tables, CSV, Markdown: a row per model */
    bool no_cost;        /* without money */
    bool with_unlogged;  /* adds what the logs do not have to the totals */
    bool instances;      /* daily: grouped by project */
    char project[128];   /* daily: only this project slug; "": all */
    char aliases[1024];  /* tables: names for projects, "slug=name,slug=name" */
    char id[128];        /* session: only this one; "": all */
    uint32_t sections;   /* unified JSON: these kinds too, a bit (1 << kind) each */
    bool by_agent;       /* unified JSON: what each agent had in each row */
    enum document_weekday week_start; /* weekly */
    bool active, recent;              /* blocks: only the active one; only those of the last three days */
    uint64_t token_limit;             /* blocks; or one of TOKEN_LIMIT_... */
    int64_t block_us;                 /* blocks: their length */
};

/* The request without wishes: mode auto, own zone, table, ascending, all days, blocks of five hours. */
struct document_request document_request_default(enum document_kind kind);

/* Whether the request can be answered from rollups; else it needs a meter that holds every single entry. */
bool document_request_is_light(const struct document_request *request);

/*
 * Writes the document by Tacho's rules. Uses the request's zone (base/zone.h) and restores the one before.
 * Returns 0, or -1 with a message in `out` ("unknown time zone …").
 */
int document_write(const struct meter *meter, const struct log_tree_counts *counts,
                   const struct document_request *request, struct text *out);

/* What documents by ccusage's rules are made from: what the logs below the config directories hold now. */
struct document_logs {
    char *const *directories; /* NULL-terminated */
    unsigned threads;         /* that read them; 0: as many as are worth starting */
};

/* The same by ccusage's rules. */
int document_write_ccusage(const struct document_logs *logs, const struct document_request *request,
                           struct text *out);

/* A request as one line of text, for the agent's control socket, and back. Returns false if malformed. */
void document_request_encode(const struct document_request *request, struct text *out);
bool document_request_decode(struct document_request *request, const char *line, size_t size);

#endif
