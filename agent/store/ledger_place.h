/*
 * Where the ledger is: in the state directory, one for each set of config directories, so that a look at
 * somebody else's logs, or at a copy, never mixes with a person's own history.
 */
#ifndef TACHO_LEDGER_PLACE_H
#define TACHO_LEDGER_PLACE_H

#include <stddef.h>

#define LEDGER_MARK_SIZE 17

/* Sixteen digits, and NUL, that stand for a set of config directories (NULL-terminated). */
void ledger_mark(char mark[LEDGER_MARK_SIZE], char *const *directories);

/*
 * Writes the path of the ledger of these config directories (NULL-terminated, as log_tree_directories() gives
 * them). Returns its length, or -1 if there is no place or the path does not fit.
 */
int ledger_place(char *out, size_t size, const char *const *environment, char *const *directories);

#endif
