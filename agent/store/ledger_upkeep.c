/* Backups, checks and sizes: see ledger.h. */
#include "ledger_state.h"

#include "../base/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define DAY_US   INT64_C(86400000000)
#define PAUSE_US INT64_C(3600000000) /* after a backup that failed */
#define FRESH    ".backup-new"

/* When a file was last written; 0: there is none. */
static int64_t written_us(const char *path, const char *ending, uint64_t *bytes)
{
    char *file = ledger_file(path, ending);
    struct stat status;
    bool there = stat(file, &status) == 0;
    free(file);
    *bytes = there ? (uint64_t)status.st_size : 0;
    return there ? status.st_mtim.tv_sec * INT64_C(1000000) + status.st_mtim.tv_nsec / 1000 : 0;
}

/* ---- backups ------------------------------------------------------------------------------------------- */

static bool entry_row(void *data, sqlite3_stmt *row)
{
    (void)row;
    *(bool *)data = true;
    return true;
}

/* The first backup is worth its while when there is something to lose. */
bool ledger_backup_is_due(const struct ledger *ledger, int64_t at_us)
{
    uint64_t bytes;
    bool has_entries = false;
    int64_t made_us = written_us(ledger->path, BACKUP_ENDING, &bytes);
    if (!ledger->writer || at_us < atomic_load(&ledger->backup_not_before_us))
        return false;
    if (made_us)
        return at_us - made_us >= DAY_US;
    return database_each(ledger->reader, "SELECT 1 FROM entry LIMIT 1", 0, entry_row, &has_entries) ==
               SQLITE_OK &&
           has_entries;
}

static void backup_end(struct ledger *ledger)
{
    sqlite3_backup_finish(ledger->backup);
    sqlite3_close(ledger->backup_target);
    ledger->backup = NULL;
    ledger->backup_target = NULL;
}

/* Nobody needs what a crash leaves of a copy, so it is written without a journal; it is made safe at its end.
 */
static int backup_begin(struct ledger *ledger, const char *fresh, struct text *why)
{
    unlink(fresh);
    if (ledger_touch(fresh) < 0) {
        text_addf(why, "%s: %s", fresh, strerror(errno));
        return LEDGER_FAILED;
    }
    ledger->backup_target = database_open(fresh, SQLITE_OPEN_READWRITE, why);
    if (!ledger->backup_target)
        return LEDGER_FAILED;
    database_run(ledger->backup_target, "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF");
    ledger->backup = sqlite3_backup_init(ledger->backup_target, "main", ledger->writer, "main");
    if (ledger->backup)
        return LEDGER_OK;
    text_addf(why, "%s: %s", fresh, sqlite3_errmsg(ledger->backup_target));
    backup_end(ledger);
    return LEDGER_FAILED;
}

static int sync_file(const char *path)
{
    int descriptor = open(path, O_RDWR | O_CLOEXEC);
    if (descriptor < 0)
        return -1;
    int result = fsync(descriptor);
    close(descriptor);
    return result;
}

/* The copy takes the old one's place if it is sound. If not, either what was copied is damaged, or the disk
 * took less than it said. */
static int backup_adopt(struct ledger *ledger, const char *fresh, struct text *why)
{
    const bool is_sound = ledger_is_sound(fresh);
    if (!is_sound && ledger_database_is_sound(ledger->writer)) {
        text_addf(why, "%s: the copy is not whole: check the disk and its free space", fresh);
        return LEDGER_FAILED;
    }
    if (!is_sound) {
        atomic_store(&ledger->is_damaged, true);
        text_addf(why, "%s: the database is damaged: its backup does not pass PRAGMA quick_check",
                  ledger->path);
        return LEDGER_CORRUPT;
    }
    char *backup = ledger_file(ledger->path, BACKUP_ENDING);
    int result = sync_file(fresh) < 0 || rename(fresh, backup) < 0 ? LEDGER_FAILED : LEDGER_OK;
    if (result != LEDGER_OK)
        text_addf(why, "%s: %s", backup, strerror(errno));
    ledger_sync_folder(backup);
    free(backup);
    return result;
}

int ledger_backup_step(struct ledger *ledger, int pages, struct text *why)
{
    char *fresh = ledger_file(ledger->path, FRESH);
    int result = ledger->backup ? LEDGER_OK : backup_begin(ledger, fresh, why);
    if (result != LEDGER_OK)
        goto out;
    int code = sqlite3_backup_step(ledger->backup, pages);
    if (code == SQLITE_OK || code == SQLITE_BUSY || code == SQLITE_LOCKED) {
        result = 1;
        goto out;
    }
    result = ledger_result(ledger, ledger->writer, code == SQLITE_DONE ? SQLITE_OK : code,
                           "cannot be backed up", why);
    backup_end(ledger);
    if (result == LEDGER_OK)
        result = backup_adopt(ledger, fresh, why);
out:
    if (result < 0) {
        unlink(fresh);
        atomic_store(&ledger->backup_not_before_us, clock_now_us() + PAUSE_US);
    }
    free(fresh);
    return result;
}

/* ---- checks -------------------------------------------------------------------------------------------- */

static bool finding_row(void *data, sqlite3_stmt *row)
{
    const char *finding = (const char *)sqlite3_column_text(row, 0);
    if (finding && strcmp(finding, "ok") != 0)
        text_addf(data, "%s\n", finding);
    return true;
}

int ledger_check(struct ledger *ledger, struct text *findings)
{
    size_t before = findings->size;
    int code = database_each(ledger->reader, "PRAGMA integrity_check", 0, finding_row, findings);
    if (code == SQLITE_OK && findings->size == before)
        return LEDGER_OK;
    if (code != SQLITE_OK &&
        ledger_result(ledger, ledger->reader, code, "cannot be checked", findings) == LEDGER_FAILED)
        return LEDGER_FAILED;
    atomic_store(&ledger->is_damaged, true);
    return LEDGER_CORRUPT;
}

int ledger_vacuum(struct ledger *ledger, struct text *why)
{
    int code = database_run(ledger->writer, "VACUUM");
    if (code == SQLITE_OK)
        code = sqlite3_wal_checkpoint_v2(ledger->writer, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    return ledger_result(ledger, ledger->writer, code, "cannot be vacuumed", why);
}

/* ---- sizes --------------------------------------------------------------------------------------------- */

static bool number_row(void *data, sqlite3_stmt *row)
{
    *(uint64_t *)data = (uint64_t)sqlite3_column_int64(row, 0);
    return true;
}

uint64_t ledger_bytes(const struct ledger *ledger)
{
    uint64_t database_bytes, wal_bytes;
    written_us(ledger->path, "", &database_bytes);
    written_us(ledger->path, "-wal", &wal_bytes);
    return database_bytes + wal_bytes;
}

int ledger_measure(struct ledger *ledger, struct ledger_size *size, struct text *why)
{
    uint64_t schema = 0, pages = 0, free_pages = 0, bytes;
    const struct {
        const char *query;
        uint64_t *number;
    } questions[] = {
        {"SELECT count(*) FROM entry", &size->entries},
        {"SELECT count(*) FROM rollup", &size->rollup_hours},
        {"SELECT count(*) FROM session", &size->sessions},
        {"SELECT count(*) FROM file WHERE inode <> 0", &size->files},
        {"PRAGMA user_version", &schema},
        {"PRAGMA freelist_count", &free_pages},
        {"PRAGMA page_count", &pages},
    };
    int code = SQLITE_OK;
    *size = (struct ledger_size){0};
    for (size_t i = 0; i < sizeof questions / sizeof *questions && code == SQLITE_OK; i++)
        code = database_each(ledger->reader, questions[i].query, 0, number_row, questions[i].number);
    size->schema = (int)schema;
    size->free_bytes = free_pages * PAGE_BYTES;
    size->bytes = pages * PAGE_BYTES;
    written_us(ledger->path, "-wal", &size->wal_bytes);
    size->backup_us = written_us(ledger->path, BACKUP_ENDING, &bytes);
    return ledger_result(ledger, ledger->reader, code, "cannot be read", why);
}
