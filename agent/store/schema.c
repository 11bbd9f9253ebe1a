/* The ledger's tables: see schema.h. */
#include "schema.h"

#include <stdio.h>

/*
 * Version 1. Numbers of strings are the numbers that the meter interned them by, from 0. Strings come from
 * outside and may hold any bytes, so they are blobs. `entry` is without rowid: a row is its key and one
 * packed blob, with no second index. `rollup` has a row an hour, because history is loaded whole at every
 * start and a row costs more than what is in it; for packed columns see pack.h. `price` holds what was
 * charged when, in pusd a token; a price without a name is one that was not known. A file of inode 0 is gone.
 */
static const char version_1[] =
    "CREATE TABLE entry(identity BLOB NOT NULL PRIMARY KEY, packed BLOB NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE rollup(hour INTEGER PRIMARY KEY, packed BLOB NOT NULL);"
    "CREATE TABLE session(id INTEGER PRIMARY KEY, name BLOB NOT NULL, tools INTEGER NOT NULL DEFAULT 0,"
    "    directory INTEGER, directory_us INTEGER,"
    "    newest BLOB, newest_us INTEGER, newest_line INTEGER, newest_path INTEGER);"
    "CREATE TABLE model(id INTEGER PRIMARY KEY, name BLOB NOT NULL);"
    "CREATE TABLE path(id INTEGER PRIMARY KEY, name BLOB NOT NULL);"
    "CREATE TABLE project(id INTEGER PRIMARY KEY, name BLOB NOT NULL);"
    "CREATE TABLE directory(id INTEGER PRIMARY KEY, name BLOB NOT NULL);"
    "CREATE TABLE file(path INTEGER PRIMARY KEY, device INTEGER NOT NULL, inode INTEGER NOT NULL,"
    "    offset INTEGER NOT NULL, line INTEGER NOT NULL, seen_size INTEGER NOT NULL,"
    "    modified_ns INTEGER NOT NULL, before_hash INTEGER NOT NULL, lines INTEGER NOT NULL,"
    "    usage_lines INTEGER NOT NULL, bad_syntax INTEGER NOT NULL, bad_time INTEGER NOT NULL,"
    "    bad_tokens INTEGER NOT NULL, too_long INTEGER NOT NULL, copies INTEGER NOT NULL);"
    "CREATE TABLE price(model BLOB NOT NULL, from_us INTEGER NOT NULL, name BLOB,"
    "    input INTEGER, output INTEGER, cache_write_5m INTEGER, cache_write_1h INTEGER, cache_read INTEGER,"
    "    over INTEGER, over_input INTEGER, over_output INTEGER, over_cache_write_5m INTEGER,"
    "    over_cache_write_1h INTEGER, over_cache_read INTEGER, fast_tenths INTEGER, context_size INTEGER,"
    "    PRIMARY KEY(model, from_us)) WITHOUT ROWID;"
    "CREATE TABLE unlogged(session INTEGER NOT NULL, kind INTEGER NOT NULL, model INTEGER NOT NULL,"
    "    when_us INTEGER NOT NULL, input INTEGER NOT NULL, output INTEGER NOT NULL,"
    "    cache_write_5m INTEGER NOT NULL, cache_write_1h INTEGER NOT NULL, cache_read INTEGER NOT NULL,"
    "    cost INTEGER NOT NULL, base INTEGER NOT NULL, PRIMARY KEY(session, kind, model, when_us)) WITHOUT "
    "ROWID;";

const char *const schema_steps[] = {version_1};
const size_t schema_step_count = sizeof schema_steps / sizeof *schema_steps;

/* The one number that a query gives; false if it cannot be had. */
static int number(sqlite3 *database, const char *query, int *value)
{
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v2(database, query, -1, &statement, NULL);
    if (code == SQLITE_OK && (code = sqlite3_step(statement)) == SQLITE_ROW) {
        *value = sqlite3_column_int(statement, 0);
        code = SQLITE_OK;
    }
    sqlite3_finalize(statement);
    return code;
}

enum schema_state schema_look(sqlite3 *database, int *version)
{
    int application = 0, tables = 0;
    *version = 0;
    if (number(database, "PRAGMA application_id", &application) != SQLITE_OK ||
        number(database, "PRAGMA user_version", version) != SQLITE_OK ||
        number(database, "SELECT count(*) FROM sqlite_schema", &tables) != SQLITE_OK)
        return SCHEMA_BROKEN;
    if (application == 0 && *version == 0 && tables == 0)
        return SCHEMA_EMPTY;
    if (application != LEDGER_APPLICATION || *version < 1)
        return SCHEMA_FOREIGN;
    if ((size_t)*version > schema_step_count)
        return SCHEMA_NEWER;
    return (size_t)*version < schema_step_count ? SCHEMA_OLDER : SCHEMA_READY;
}

int schema_migrate(sqlite3 *database, int version, const char *const *steps, size_t step_count)
{
    char last[96];
    snprintf(last, sizeof last, "PRAGMA application_id = %d; PRAGMA user_version = %zu; COMMIT",
             LEDGER_APPLICATION, step_count);
    int code = sqlite3_exec(database, "BEGIN IMMEDIATE", NULL, NULL, NULL);
    for (size_t step = (size_t)version; step < step_count && code == SQLITE_OK; step++)
        code = sqlite3_exec(database, steps[step], NULL, NULL, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_exec(database, last, NULL, NULL, NULL);
    if (code != SQLITE_OK && !sqlite3_get_autocommit(database))
        sqlite3_exec(database, "ROLLBACK", NULL, NULL, NULL);
    return code;
}
