/*
 * `tacho ledger`: what its files share. Each `ledger_command_…` does one subcommand and returns the exit
 * status.
 */
#ifndef TACHO_COMMAND_LEDGER_H
#define TACHO_COMMAND_LEDGER_H

#include "../store/ledger.h"

#include <stdbool.h>
#include <stdio.h>

/* Opens the ledger to read, after a running agent has put into it what it knows. NULL after saying why not.
 */
struct ledger *ledger_to_read(void);

/* Ends the agent if one runs, and opens the ledger to write. NULL after saying why not; *had_agent is set
 * anyway. */
struct ledger *ledger_to_write(bool *had_agent);

/* Closes it, and starts the agent again if one ran, or came meanwhile. Returns the exit status: `status`, or
 * worse. */
int ledger_written(struct ledger *ledger, bool had_agent, int status);

/* Says that something failed, and why. Returns STATUS_FAILED. Frees `why`. */
int ledger_say(struct text *why);

/*
 * What the entries of a ledger come to by themselves, in a new meter: strings, prices and entries are loaded,
 * sums are not. Entries leave memory again, so it does not grow with history. *strange counts those that
 * refer to what there is not; they are left out. NULL with `why`.
 */
struct meter *ledger_recount(struct ledger *ledger, uint64_t *entries, uint64_t *strange, struct text *why);

/* The rollups of a meter that have entries, by key, in an array to be freed. */
struct rollup *ledger_rollups(const struct meter *meter, size_t *count);

int ledger_command_verify(void);
int ledger_command_rebuild(void);
int ledger_command_export(const char *path);
int ledger_command_import(const char *path);

#endif
