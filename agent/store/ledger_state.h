/*
 * What a ledger handle holds: shared by the files of this room.
 */
#ifndef TACHO_LEDGER_STATE_H
#define TACHO_LEDGER_STATE_H

#include "filter.h"
#include "ledger.h"

#include <sqlite3.h>
#include <stdatomic.h>

#define PAGE_BYTES 4096

struct ledger {
    char *path;
    int lock;               /* a writer's; else -1 */
    atomic_bool is_damaged; /* seen by either thread */
    bool is_unreadable;     /* a question had no answer; the loop thread's */
    sqlite3 *reader;        /* the loop thread's */
    sqlite3_stmt *find;     /* on it */
    bool is_reading;        /* much is read in a row, */
    bool is_held;           /* and a transaction is open for it */
    struct filter *filter;  /* NULL: not known yet */
    sqlite3 *writer;        /* the worker's; NULL: opened to read */
    int wal_pages;          /* in the WAL after the last commit */
    struct ledger_figures figures;
    sqlite3 *backup_target; /* NULL: no backup is under way */
    sqlite3_backup *backup;
    _Atomic int64_t backup_not_before_us; /* one has failed: leave it for a while */
};

/* ---- database.c: SQLite, as this room uses it
 * -------------------------------------------------------------- */

/* Opens a connection for one thread at a time, that waits a bounded time for others. NULL after writing to
 * `why`. */
sqlite3 *database_open(const char *path, int flags, struct text *why);

/* Runs SQL that gives no rows. Returns an SQLite code. */
int database_run(sqlite3 *database, const char *sql);

/* The first number that a query gives; 0 if there is none. */
int64_t database_number(sqlite3 *database, const char *query);

/*
 * Calls `row` for each row of a query, whose parameter ?1, if it has one, is `parameter`. If `row` says that
 * a row cannot be, the result is SQLITE_CORRUPT. Returns an SQLite code.
 */
int database_each(sqlite3 *database, const char *query, int64_t parameter,
                  bool (*row)(void *, sqlite3_stmt *), void *data);

/* Runs a prepared statement that gives no rows, and readies it for the next time. Returns an SQLite code. */
int database_put(sqlite3_stmt *statement);

/* Whether a code says that the database is damaged. */
bool database_is_damage(int code);

/*
 * What an SQLite code means for the caller of a ledger function: LEDGER_OK; or a failure, with the reason in
 * `why` and damage noted.
 */
int ledger_result(struct ledger *ledger, sqlite3 *database, int code, const char *what, struct text *why);

/* ---- ledger_ask.c
 * -------------------------------------------------------------------------------------------- */

/* Before the reader reads: opens the transaction for what is read in a row, if it is not open yet. */
void ledger_hold(struct ledger *ledger);

/* ---- files.c: the files beside the database
 * ------------------------------------------------------------------ */

/* The path with another ending, to be freed: "…/ledger.db" and "-wal". */
char *ledger_file(const char *path, const char *ending);

#define BACKUP_ENDING ".backup"

/* Takes the lock that makes one process the writer. Its descriptor, or -1 after writing to `why`. */
int ledger_lock(const char *path, struct text *why);

/* Makes an empty file that only its owner may read, if there is none. 0, or -1 with errno. */
int ledger_touch(const char *path);

/* Renames the database, with its WAL, to a name that tells when. 0, or -1 with the reason. */
int ledger_set_aside(const char *path, struct text *why);

/* Puts a copy of the backup into the place of the database. 1: done; 0: there is no good one; -1: `why`. */
int ledger_restore(const char *path, struct text *why);

/* The path as an SQLite URI that promises that nobody writes: no WAL and no lock beside it is looked for. */
char *ledger_still_uri(const char *path);

/* Whether a database is sound all through: one that is open, or the file of one that nobody has open. */
bool ledger_database_is_sound(sqlite3 *database);
bool ledger_is_sound(const char *path);

/* Makes sure that what was renamed in the folder of `path` stays so. */
void ledger_sync_folder(const char *path);

#endif
