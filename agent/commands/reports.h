/*
 * Reports: a document (render/document.h) asked of the agent if one runs, else made here from the logs. The
 * same numbers either way.
 */
#ifndef TACHO_COMMAND_REPORTS_H
#define TACHO_COMMAND_REPORTS_H

#include "command.h"

#include "../render/document.h"

/* Prints the document; `direct` forces the scan. `command` is who speaks in messages. Returns the exit
 * status. */
int reports_print(const char *command, struct document_request *request, bool direct);

/* `tacho daily` and `session`, and below `tacho claude`: ccusage 20's flags. Returns the exit status. */
int reports_command(enum document_kind kind, bool claude, int argc, char **argv);

/* Reads --mode and --tz into the request; false after saying what is wrong. NULL: not given. */
bool reports_read_mode(struct document_request *request, const struct options *options, const char *mode);
bool reports_read_zone(struct document_request *request, const struct options *options, const char *option,
                       const char *zone);

#endif
