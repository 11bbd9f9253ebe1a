/*
 * The command `tacho`: one file per subcommand, each exporting `int command_NAME(int argc, char **argv)`,
 * which gets its own name as argv[0] and returns the exit status. tacho.c lists them in one table, from which
 * come dispatch and `tacho help`. This header has that table and what the commands share.
 *
 * `tacho` stays thin (DESIGN.md §7, "Two executables"): nothing here may need libev or libgit2.
 */
#ifndef TACHO_COMMAND_H
#define TACHO_COMMAND_H

#include "../base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

/* Exit statuses: the promise of DESIGN.md §6, "errors". */
enum { STATUS_DONE = 0, STATUS_FAILED = 1, STATUS_USAGE = 2 };

/* ---- the table (tacho.c) --------------------------------------------------------------------------- */

struct command {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *summary; /* one line; NULL: not listed */
};

/* Entry `index` of the table; NULL past its end. */
const struct command *command_at(size_t index);
const struct command *command_find(const char *name);

/* Says that there is no such command and which one may be meant; returns STATUS_USAGE. */
int command_unknown(const char *name);

/* ---- options (options.c) --------------------------------------------------------------------------- */

enum option_type {
    OPTION_FLAG, /* value: bool, set to true */
    OPTION_TEXT, /* takes an argument; value: const char * */
};

struct option_rule {
    const char *name;
    char letter; /* 0: none */
    enum option_type type;
    void *value; /* NULL: accepted, without effect */
};

struct options {
    const char *command; /* as people type it after `tacho`: "claude daily" */
    const char *usage;   /* the text of --help, which every command understands */
    const struct option_rule *rules;
    size_t rule_count;
    int operands; /* at most so many arguments that are not options */
};

/*
 * Reads the command line. Returns true to go on: the operands are argv[optind] to argv[argc - 1]. Returns
 * false if help was asked for and printed, or something is wrong and was said: then *status is the exit
 * status.
 */
bool options_read(int argc, char **argv, const struct options *options, int *status);

/* Says what is wrong with an option's argument; returns STATUS_USAGE. */
int option_bad(const struct options *options, const char *option, const char *value, const char *expected);

/* ---- places (places.c) ----------------------------------------------------------------------------- */

/* The environment, as shm/place.h and ingest/log_tree.h take it. */
const char *const *places_environment(void);

/* The path of `name` in the runtime or state directory, to be freed; NULL after saying why not. */
char *places_runtime(const char *name);
char *places_state(const char *name);

/* The path of the ledger of the config directories in the environment, likewise. */
char *places_ledger(void);

/* The path of a program installed with this one, relative to its folder ("tacho-claude",
 * "../libexec/tacho-agent"), to be freed; NULL if /proc does not tell where this program is. */
char *places_beside(const char *relative);

/* ---- the terminal (terminal.c) --------------------------------------------------------------------- */

enum colour_wish { COLOUR_AUTO, COLOUR_NEVER, COLOUR_ALWAYS };

/* Whether to colour what goes to `stream`: on a terminal that can, unless NO_COLOR says no. */
bool terminal_colour(FILE *stream, enum colour_wish wish);

/* Columns of the terminal that stdout is: COLUMNS, else what the kernel says; 0: unknown. */
uint32_t terminal_columns(void);

/*
 * Prints a text as one paragraph, its words wrapped where stdout is a terminal: behind `lead`, which has no
 * characters but ASCII's, and as far in from the second line on. What would move a terminal is made harmless.
 */
void terminal_paragraph(const char *lead, const char *text);

/* Prints a question and reads the answer: true for y or yes. Only for a terminal on stdin. */
bool terminal_agrees(const char *question);

/*
 * A progress bar on stderr, shown only if that is a terminal and the work takes longer than half a second.
 * progress_show() fits the callbacks of log_tree_scan() and agent_ask().
 */
struct progress {
    const char *label;
    int64_t began_ms;
    int64_t shown_ms; /* 0: not yet */
    bool wanted;
};

void progress_begin(struct progress *progress, const char *label);
void progress_show(void *progress, uint64_t read, uint64_t total);
void progress_end(struct progress *progress); /* wipes it */

/* A number for people: 1,234,567; and bytes: 34.0 MB. */
const char *show_count(char out[32], uint64_t count);
const char *show_bytes(char out[32], uint64_t bytes);

/* A time of day for people, from Unix µs; of another day, with the date. */
const char *show_time(char out[32], uint64_t when_us);

/* Prints what comes from outside, so that it moves no terminal's cursor. */
void print_harmless(const char *text, size_t size);

/* ---- the agent (agent_client.c) ----------------------------------------------------------- */

enum agent_answer {
    AGENT_OK,
    AGENT_ABSENT,  /* none runs */
    AGENT_REFUSED, /* it answered `error:`; the text is why */
    AGENT_SILENT,  /* something has the socket and does not answer (stopped, or not an agent) */
};

/* Connects to one of the agent's sockets, of that name (shm/request.h). Returns the descriptor, or -1: no
 * agent. */
int agent_connect(const char *name, int type);

/*
 * Asks the agent (serve/control.h) and collects the body of its answer, or the reason. `progress` (may be
 * NULL) is told of progress lines.
 */
enum agent_answer agent_ask(const char *request, struct text *out,
                            void (*progress)(void *data, uint64_t read, uint64_t total), void *data);

/* The same of an agent that reads the logs that this person asks about; one of others is absent. */
enum agent_answer agent_ask_ours(const char *request, struct text *out,
                                 void (*progress)(void *data, uint64_t read, uint64_t total), void *data);

/* The process id of the agent, whether it answers or not; 0: none runs. */
pid_t agent_pid(void);

/* Says that the agent does not answer and what to do; returns STATUS_FAILED. */
int agent_say_silent(const char *command);

/* Waits until all logs are accounted for, with a progress bar. Returns the exit status. */
int agent_wait(const char *command);

/* Ends the agent and returns once its process is gone. `why` gets the reason if it refused. */
enum agent_answer agent_stop(struct text *why);

/* Starts the agent in the background and returns once it answers (start.c). Returns the exit status. */
int agent_start(const char *command);

/* ---- the commands ---------------------------------------------------------------------------------- */

int command_alerts(int argc, char **argv);
int command_blocks(int argc, char **argv);
int command_claude(int argc, char **argv);
int command_config(int argc, char **argv);
int command_daily(int argc, char **argv);
int command_demo(int argc, char **argv);
int command_doctor(int argc, char **argv);
int command_dump(int argc, char **argv);
int command_events(int argc, char **argv);
int command_help(int argc, char **argv);
int command_ledger(int argc, char **argv);
int command_init(int argc, char **argv);
int command_prices(int argc, char **argv);
int command_monthly(int argc, char **argv);
int command_reconcile(int argc, char **argv);
int command_restart(int argc, char **argv);
int command_segments(int argc, char **argv);
int command_session(int argc, char **argv);
int command_setup(int argc, char **argv);
int command_start(int argc, char **argv);
int command_status(int argc, char **argv);
int command_statusline(int argc, char **argv);
int command_stop(int argc, char **argv);
int command_totals(int argc, char **argv);
int command_version(int argc, char **argv);
int command_watch(int argc, char **argv);
int command_weekly(int argc, char **argv);

#endif
