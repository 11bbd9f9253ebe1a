/* SQLite, as this room uses it: see ledger_state.h. */
#include "ledger_state.h"

#define PATIENCE_MS 2000

sqlite3 *database_open(const char *path, int flags, struct text *why)
{
    sqlite3 *database = NULL;
    int code = sqlite3_open_v2(path, &database, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL);
    if (code != SQLITE_OK) {
        text_addf(why, "%s: cannot be opened: %s", path, sqlite3_errstr(code));
        sqlite3_close(database);
        return NULL;
    }
    sqlite3_busy_timeout(database, PATIENCE_MS);
    return database;
}

int database_run(sqlite3 *database, const char *sql)
{
    return sqlite3_exec(database, sql, NULL, NULL, NULL);
}

int64_t database_number(sqlite3 *database, const char *query)
{
    sqlite3_stmt *statement = NULL;
    int64_t number = 0;
    if (sqlite3_prepare_v2(database, query, -1, &statement, NULL) == SQLITE_OK &&
        sqlite3_step(statement) == SQLITE_ROW)
        number = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    return number;
}

int database_each(sqlite3 *database, const char *query, int64_t parameter,
                  bool (*row)(void *, sqlite3_stmt *), void *data)
{
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v2(database, query, -1, &statement, NULL);
    if (code == SQLITE_OK && sqlite3_bind_parameter_count(statement))
        code = sqlite3_bind_int64(statement, 1, parameter);
    while (code == SQLITE_OK && (code = sqlite3_step(statement)) == SQLITE_ROW)
        code = row(data, statement) ? SQLITE_OK : SQLITE_CORRUPT;
    sqlite3_finalize(statement);
    return code == SQLITE_DONE ? SQLITE_OK : code;
}

int database_put(sqlite3_stmt *statement)
{
    int code = sqlite3_step(statement);
    sqlite3_reset(statement);
    return code == SQLITE_DONE ? SQLITE_OK : code;
}

/* A table or column that is missing (SQLITE_ERROR) is damage too: the schema was looked at when it was
 * opened. */
bool database_is_damage(int code)
{
    return (code & 0xff) == SQLITE_CORRUPT || (code & 0xff) == SQLITE_NOTADB ||
           (code & 0xff) == SQLITE_ERROR || (code & 0xff) == SQLITE_MISMATCH;
}

static const char *remedy(int code)
{
    switch (code & 0xff) {
    case SQLITE_FULL:
        return "free some space; nothing is lost, the logs are still there";
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return "another program holds it; it is tried again";
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_CANTOPEN:
    case SQLITE_AUTH:
        return "check the permissions of the file and its folder";
    default:
        return "check the disk and its free space";
    }
}

int ledger_result(struct ledger *ledger, sqlite3 *database, int code, const char *what, struct text *why)
{
    if (code == SQLITE_OK || code == SQLITE_DONE)
        return LEDGER_OK;
    if (database_is_damage(code)) {
        atomic_store(&ledger->is_damaged, true);
        text_addf(why, "%s: %s: the database is damaged (%s)", ledger->path, what,
                  (code & 0xff) == SQLITE_ERROR ? sqlite3_errmsg(database) : sqlite3_errstr(code));
        return LEDGER_CORRUPT;
    }
    text_addf(why, "%s: %s: %s: %s", ledger->path, what, sqlite3_errstr(code), remedy(code));
    return LEDGER_FAILED;
}
