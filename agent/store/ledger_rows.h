/*
 * Parts of a commit, each the rows of one table. They return SQLite codes.
 */
#ifndef TACHO_LEDGER_ROWS_H
#define TACHO_LEDGER_ROWS_H

#include "ledger.h"

#include <sqlite3.h>

/* A transaction under way. */
struct writing {
    sqlite3 *database;
    uint64_t row_bytes; /* of all that was written */
};

/* Those of sessions, whose names are there already. */
int ledger_write_sessions(struct writing *writing, const struct meter_snapshot *snapshot);
int ledger_write_files(struct writing *writing, const struct ledger_commit *commit);
int ledger_write_prices(struct writing *writing, const struct meter_snapshot *snapshot);
int ledger_write_unlogged(struct writing *writing, const struct meter_snapshot *snapshot);

#endif
