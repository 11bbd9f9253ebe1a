/*
 * Reports: a document (render/document.h) asked of the agent if one runs, else made here from the ledger and
 * the logs. The same numbers either way.
 */
#ifndef TACHO_COMMAND_REPORTS_H
#define TACHO_COMMAND_REPORTS_H

#include "command.h"

#include "../render/document.h"

/* How a document is come by. */
struct report_source {
    bool direct;    /* without the agent, even if one runs */
    bool logs_only; /* only what is on disk now; not what the ledger keeps */
    unsigned threads; /* 0: as many as are worth it */
};

/*
 * Makes the document. `command` is who speaks in messages. Returns the exit status; it has been said what is
 * wrong.
 */
int reports_make(const char *command, struct document_request *request, const struct report_source *source,
                 struct text *out);

/* The same, printed; through `jq FILTER` if `filter` is not NULL. */
int reports_print(const char *command, struct document_request *request, const struct report_source *source,
                  const char *filter);

/* `tacho daily` and its like, and below `tacho claude`: ccusage 20's flags. Returns the exit status. */
int reports_command(enum document_kind kind, bool claude, int argc, char **argv);

/* `tacho statusline`, with `claude` before it or not: they are the same. */
int reports_statusline(bool claude, int argc, char **argv);

/* ---- parts -------------------------------------------------------------------------------------------- */

/* Counts here and now and writes the document, or, returning -1, the reason why not (direct.c). */
int direct_write(const char *command, const struct document_request *request,
                 const struct report_source *source, struct text *out);

/* Has the agent, if it runs for the same logs, put all that it knows into the ledger: what is counted here
 * from the ledger is then to know it, too. */
void reports_flush_agent(void);

/* Prints a document through the program jq (jq.c). Returns the exit status. */
int jq_print(const char *command, const char *filter, const struct text *document);

/*
 * Reads a ccusage.json and calls `set` for every option it gives a command, those that count more first
 * (report_config.c). Keys come as on the command line, "start-of-week"; flags as "true" and "false". Returns
 * false with the reason in `why`.
 */
bool report_config_read(const char *path, const char *command, bool claude,
                        void (*set)(void *data, const char *key, const char *value), void *data,
                        struct text *why);

/* Reads --mode and --tz into the request; false after saying what is wrong. NULL: not given. */
bool reports_read_mode(struct document_request *request, const struct options *options, const char *mode);
bool reports_read_zone(struct document_request *request, const struct options *options, const char *option,
                       const char *zone);

/* Reads --since and --until likewise. */
bool reports_read_days(struct document_request *request, const struct options *options, const char *since,
                       const char *until);

/* A number; false after saying that something else was `expected`. */
bool reports_read_number(const struct options *options, const char *option, const char *word, uint64_t least,
                         uint64_t most, const char *expected, uint64_t *number);

/* A word among others; false after saying what is wrong. NULL: not given, *found stays. */
bool reports_read_word(const struct options *options, const char *option, const char *value,
                       const char *const *words, unsigned *found);

#endif
