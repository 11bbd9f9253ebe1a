/*
 * The ledger's tables, and how a database of an older version becomes one of this version.
 *
 * A step of the table brings a database one version on; PRAGMA user_version says where it is. A released step
 * never changes: tests/unit/ledger_schema_N.sql holds version N as it was released, and a test migrates each.
 */
#ifndef TACHO_SCHEMA_H
#define TACHO_SCHEMA_H

#include <sqlite3.h>
#include <stddef.h>

#define LEDGER_APPLICATION 0x5461636f /* "Taco": what file(1) and we know our databases by */

/* The SQL that makes version n + 1 of version n; version 0 is an empty database. */
extern const char *const schema_steps[];
extern const size_t schema_step_count;

enum schema_state {
    SCHEMA_READY,
    SCHEMA_EMPTY, /* nothing is in it yet */
    SCHEMA_OLDER,
    SCHEMA_NEWER,
    SCHEMA_FOREIGN, /* a database, but none of ours */
    SCHEMA_BROKEN,  /* it cannot be read: sqlite3_errcode() says why */
};

/* What a database is; *version is filled in where it can be read. */
enum schema_state schema_look(sqlite3 *database, int *version);

/* Takes the steps that are missing, in one transaction. Returns an SQLite code. */
int schema_migrate(sqlite3 *database, int version, const char *const *steps, size_t step_count);

#endif
