/* Opening and closing the ledger: see ledger.h. */
#include "../base/memory.h"
#include "ledger_state.h"
#include "schema.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FIND_SQL "SELECT packed FROM entry WHERE identity = ?1"

/*
 * The WAL is moved into the database by ledger_write(), not behind its back; a file that one large commit
 * made large is cut again. https://www.sqlite.org/wal.html, https://www.sqlite.org/pragma.html
 */
static const char writer_settings[] = "PRAGMA page_size = 4096; PRAGMA journal_mode = WAL;"
                                      "PRAGMA wal_autocheckpoint = 0; PRAGMA journal_size_limit = 16777216;"
                                      "PRAGMA cache_size = -4096";
static const char durable[] = "PRAGMA synchronous = NORMAL";
static const char reader_settings[] = "PRAGMA query_only = 1; PRAGMA cache_size = -2048";

/* ---- a database in place ------------------------------------------------------------------------------- */

enum opening {
    OPENING_DONE,
    OPENING_DAMAGED, /* to be set aside */
    OPENING_FAILED,  /* report->why says why */
};

static enum opening failed(struct ledger *ledger, sqlite3 *database, int code, struct ledger_report *report)
{
    if (database_is_damage(code) && ledger->writer)
        return OPENING_DAMAGED;
    ledger_result(ledger, database, code, "cannot be opened", &report->why);
    return OPENING_FAILED;
}

static enum opening judge(struct ledger *ledger, sqlite3 *database, struct ledger_report *report)
{
    int version, code;
    switch (schema_look(database, &version)) {
    case SCHEMA_READY:
        return OPENING_DONE;
    case SCHEMA_EMPTY:
    case SCHEMA_OLDER:
        if (!ledger->writer) {
            report->is_missing = version == 0;
            text_addf(&report->why, "%s: %s: 'tacho start' makes it ready", ledger->path,
                      version ? "made by an older Tacho" : "still empty");
            return OPENING_FAILED;
        }
        code = schema_migrate(database, version, schema_steps, schema_step_count);
        if (code != SQLITE_OK)
            return failed(ledger, database, code, report);
        if (report->outcome == LEDGER_OPENED)
            report->outcome = version ? LEDGER_MIGRATED : LEDGER_NEW;
        return OPENING_DONE;
    case SCHEMA_NEWER:
        text_addf(&report->why, "%s: made by a newer Tacho (schema %d; this one knows %zu): install that",
                  ledger->path, version, schema_step_count);
        return OPENING_FAILED;
    case SCHEMA_FOREIGN:
        if (ledger->writer)
            return OPENING_DAMAGED;
        text_addf(&report->why, "%s: not a ledger of Tacho's: move it away", ledger->path);
        return OPENING_FAILED;
    case SCHEMA_BROKEN:
        break;
    }
    return failed(ledger, database, sqlite3_extended_errcode(database), report);
}

/* The connection that writes, and what is in the file. */
static enum opening open_writer(struct ledger *ledger, struct ledger_report *report)
{
    ledger->writer = database_open(ledger->path, SQLITE_OPEN_READWRITE, &report->why);
    if (!ledger->writer)
        return OPENING_FAILED;
    if (sqlite3_db_readonly(ledger->writer, "main") == 1) {
        text_addf(&report->why, "%s: may not be written: check its permissions", ledger->path);
        return OPENING_FAILED;
    }
    /* A new one has nothing to lose: the first line need not wait until the disk has its empty tables. */
    const bool is_new = database_number(ledger->writer, "PRAGMA page_count") == 0;
    int code = database_run(ledger->writer, is_new ? "PRAGMA synchronous = OFF" : durable);
    if (code == SQLITE_OK)
        code = database_run(ledger->writer, writer_settings);
    enum opening opening = code == SQLITE_OK ? judge(ledger, ledger->writer, report)
                                             : failed(ledger, ledger->writer, code, report);
    if (opening == OPENING_DONE && (code = database_run(ledger->writer, durable)) != SQLITE_OK)
        return failed(ledger, ledger->writer, code, report);
    return opening;
}

/* Whether nobody can be writing: the folder is closed to us, and there is no WAL. */
static bool is_still(const char *path)
{
    char *wal = ledger_file(path, "-wal"), *folder = memory_string(path, strlen(path));
    char *slash = strrchr(folder, '/');
    if (slash)
        *slash = '\0';
    bool still = slash && access(folder, W_OK) < 0 && access(wal, F_OK) < 0;
    free(wal);
    free(folder);
    return still;
}

/* The connection that reads. SQLite needs to write beside a database in WAL mode, unless it is told that it
 * is still. */
static enum opening open_reader(struct ledger *ledger, struct ledger_report *report)
{
    char *uri = is_still(ledger->path) ? ledger_still_uri(ledger->path) : NULL;
    ledger->reader = database_open(uri ? uri : ledger->path,
                                   SQLITE_OPEN_READONLY | (uri ? SQLITE_OPEN_URI : 0), &report->why);
    free(uri);
    if (!ledger->reader)
        return OPENING_FAILED;
    int code = database_run(ledger->reader, reader_settings);
    enum opening opening = code == SQLITE_OK ? judge(ledger, ledger->reader, report)
                                             : failed(ledger, ledger->reader, code, report);
    if (opening != OPENING_DONE)
        return opening;
    code = sqlite3_prepare_v3(ledger->reader, FIND_SQL, -1, SQLITE_PREPARE_PERSISTENT, &ledger->find, NULL);
    return code == SQLITE_OK ? OPENING_DONE : failed(ledger, ledger->reader, code, report);
}

/* ---- opening ------------------------------------------------------------------------------------------- */

static void close_connections(struct ledger *ledger)
{
    sqlite3_backup_finish(ledger->backup);
    sqlite3_close(ledger->backup_target);
    sqlite3_finalize(ledger->find);
    sqlite3_close(ledger->reader);
    sqlite3_close(ledger->writer);
    ledger->backup = NULL;
    ledger->find = NULL;
    ledger->backup_target = ledger->reader = ledger->writer = NULL;
}

/* Makes a file where there is none: from the backup, else empty. */
static enum opening make_file(struct ledger *ledger, struct ledger_report *report)
{
    struct stat status;
    if (lstat(ledger->path, &status) == 0)
        return OPENING_DONE;
    int restored = ledger_restore(ledger->path, &report->why);
    if (restored > 0) {
        report->outcome = LEDGER_RESTORED;
        text_addf(&report->why, "%s: %s; the last backup is in its place, and the logs fill in what is newer",
                  ledger->path,
                  atomic_load(&ledger->is_damaged) ? "was damaged and has been set aside" : "was gone");
        return OPENING_DONE;
    }
    if (restored < 0)
        return OPENING_FAILED;
    if (ledger_touch(ledger->path) == 0)
        return OPENING_DONE;
    text_addf(&report->why, "%s: cannot be made: %s", ledger->path, strerror(errno));
    return OPENING_FAILED;
}

static enum opening open_to_write(struct ledger *ledger, struct ledger_report *report)
{
    enum opening opening = make_file(ledger, report);
    if (opening == OPENING_DONE)
        opening = open_writer(ledger, report);
    if (opening == OPENING_DONE)
        opening = open_reader(ledger, report);
    return opening;
}

/* What is damaged goes aside; a backup or an empty database takes its place. */
static enum opening open_after_damage(struct ledger *ledger, struct ledger_report *report)
{
    close_connections(ledger);
    atomic_store(&ledger->is_damaged, true);
    if (ledger_set_aside(ledger->path, &report->why) < 0)
        return OPENING_FAILED;
    enum opening opening = open_to_write(ledger, report);
    if (opening != OPENING_DONE)
        return opening;
    atomic_store(&ledger->is_damaged, false);
    if (report->outcome == LEDGER_NEW) {
        report->outcome = LEDGER_SET_ASIDE;
        text_addf(&report->why,
                  "%s: was damaged and has been set aside; there is no backup: what the logs still "
                  "hold is counted anew",
                  ledger->path);
    }
    return OPENING_DONE;
}

static enum opening open_as_wished(struct ledger *ledger, enum ledger_wish wish, struct ledger_report *report)
{
    struct stat status;
    if (wish == LEDGER_READ) {
        if (stat(ledger->path, &status) == 0)
            return open_reader(ledger, report);
        report->is_missing = errno == ENOENT;
        text_addf(&report->why, "%s: %s", ledger->path, strerror(errno));
        return OPENING_FAILED;
    }
    ledger->lock = ledger_lock(ledger->path, &report->why);
    if (ledger->lock < 0)
        return OPENING_FAILED;
    enum opening opening = open_to_write(ledger, report);
    if (opening == OPENING_DAMAGED)
        opening = open_after_damage(ledger, report);
    return opening;
}

struct ledger *ledger_open(const char *path, enum ledger_wish wish, struct ledger_report *report)
{
    struct ledger *ledger = memory_zeroed(1, sizeof *ledger);
    ledger->path = memory_string(path, strlen(path));
    ledger->lock = -1;
    enum opening opening = open_as_wished(ledger, wish, report);
    if (opening == OPENING_DONE)
        return ledger;
    if (opening == OPENING_DAMAGED)
        text_addf(&report->why, "%s: the database is damaged", path);
    report->outcome = LEDGER_UNAVAILABLE;
    atomic_store(&ledger->is_damaged, false);
    ledger_close(ledger);
    return NULL;
}

void ledger_close(struct ledger *ledger)
{
    if (!ledger)
        return;
    struct text unused = TEXT_EMPTY;
    bool goes = ledger->writer && atomic_load(&ledger->is_damaged);
    close_connections(ledger);
    if (goes)
        ledger_set_aside(ledger->path, &unused);
    if (ledger->lock >= 0)
        close(ledger->lock);
    filter_free(ledger->filter);
    text_free(&unused);
    free(ledger->path);
    free(ledger);
}

void ledger_condemn(struct ledger *ledger)
{
    atomic_store(&ledger->is_damaged, true);
}

bool ledger_is_damaged(const struct ledger *ledger)
{
    return atomic_load(&((struct ledger *)ledger)->is_damaged);
}

bool ledger_is_unreadable(const struct ledger *ledger)
{
    return ledger->is_unreadable;
}
