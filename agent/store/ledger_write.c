/* Committing: strings, entries and rollups here, the rest in ledger_rows.c. See ledger.h. */
#include "../base/memory.h"
#include "ledger_rows.h"
#include "ledger_state.h"
#include "pack.h"

#include <stdlib.h>
#include <string.h>

enum {
    CHECKPOINT_PAGES = 1000, /* of WAL, after which it is moved into the database */
    WAL_PAGES_MAX =
        16 * CHECKPOINT_PAGES, /* after which it is also made to begin anew, waiting for readers */
};

/* ---- strings ------------------------------------------------------------------------------------------- */

/* A commit that is tried again may bring what is there already. */
static int write_strings(struct writing *writing, const struct meter_snapshot *snapshot)
{
    static const char *const inserts[METER_STRINGS] = {
        [METER_STRING_SESSION] = "INSERT OR IGNORE INTO session(id, name) VALUES(?1, ?2)",
        [METER_STRING_MODEL] = "INSERT OR IGNORE INTO model(id, name) VALUES(?1, ?2)",
        [METER_STRING_PATH] = "INSERT OR IGNORE INTO path(id, name) VALUES(?1, ?2)",
        [METER_STRING_PROJECT] = "INSERT OR IGNORE INTO project(id, name) VALUES(?1, ?2)",
        [METER_STRING_DIRECTORY] = "INSERT OR IGNORE INTO directory(id, name) VALUES(?1, ?2)",
    };
    int code = SQLITE_OK;
    for (int kind = 0; kind < METER_STRINGS && code == SQLITE_OK; kind++) {
        const struct meter_string_list *strings = &snapshot->strings[kind];
        sqlite3_stmt *insert = NULL;
        code = sqlite3_prepare_v2(writing->database, inserts[kind], -1, &insert, NULL);
        for (size_t i = 0; i < strings->count && code == SQLITE_OK; i++) {
            sqlite3_bind_int64(insert, 1, (int64_t)(strings->first + i));
            sqlite3_bind_blob64(insert, 2, strings->list[i].bytes, strings->list[i].size, SQLITE_STATIC);
            writing->row_bytes += strings->list[i].size;
            code = database_put(insert);
        }
        sqlite3_finalize(insert);
    }
    return code;
}

/* ---- entries ------------------------------------------------------------------------------------------- */

static int by_identity(const void *a, const void *b)
{
    return identity_compare(&(*(const struct entry *const *)a)->identity,
                            &(*(const struct entry *const *)b)->identity);
}

/* In order of key, so that each page is changed once. */
static const struct entry **entries_sorted(const struct meter_snapshot *snapshot)
{
    const struct entry **sorted = memory_take(snapshot->entry_count * sizeof *sorted);
    for (size_t i = 0; i < snapshot->entry_count; i++)
        sorted[i] = &snapshot->entries[i];
    qsort(sorted, snapshot->entry_count, sizeof *sorted, by_identity);
    return sorted;
}

static int write_entries(struct writing *writing, const struct meter_snapshot *snapshot)
{
    static const char sql[] = "INSERT INTO entry(identity, packed) VALUES(?1, ?2) "
                              "ON CONFLICT(identity) DO UPDATE SET packed = excluded.packed";
    if (!snapshot->entry_count)
        return SQLITE_OK;
    sqlite3_stmt *insert = NULL;
    int code = sqlite3_prepare_v2(writing->database, sql, -1, &insert, NULL);
    const struct entry **sorted = entries_sorted(snapshot);
    for (size_t i = 0; i < snapshot->entry_count && code == SQLITE_OK; i++) {
        unsigned char key[IDENTITY_BYTES], packed[PACKED_ENTRY_BYTES];
        pack_identity(sorted[i]->identity, key);
        size_t size = pack_entry(sorted[i], packed);
        sqlite3_bind_blob(insert, 1, key, sizeof key, SQLITE_STATIC);
        sqlite3_bind_blob64(insert, 2, packed, size, SQLITE_STATIC);
        writing->row_bytes += sizeof key + size;
        code = database_put(insert);
    }
    free(sorted);
    sqlite3_finalize(insert);
    return code;
}

/* ---- rollups: a row an hour ---------------------------------------------------------------------------- */

struct hour {
    struct rollup *list;
    size_t count, room;
};

static void hour_add(struct hour *hour, const struct rollup *rollup)
{
    hour->list = memory_grow(hour->list, hour->count, &hour->room, sizeof *hour->list);
    hour->list[hour->count++] = *rollup;
}

/* What is in the ledger of an hour, without what is replaced now: `news`, sorted. */
static int hour_read(sqlite3_stmt *select, int64_t number, struct rollup *const *news, size_t news_count,
                     struct hour *hour)
{
    struct rollup old;
    sqlite3_bind_int64(select, 1, number);
    int code = sqlite3_step(select);
    if (code == SQLITE_ROW) {
        const unsigned char *at = sqlite3_column_blob(select, 0);
        const unsigned char *end = at + (at ? sqlite3_column_bytes(select, 0) : 0);
        for (size_t i = 0; at < end;) {
            if (!unpack_rollup(number, &at, end, &old)) {
                code = SQLITE_CORRUPT;
                break;
            }
            while (i < news_count && rollup_compare(news[i], &old) < 0)
                i++;
            if (i == news_count || rollup_compare(news[i], &old) != 0)
                hour_add(hour, &old);
        }
    }
    sqlite3_reset(select);
    return code == SQLITE_ROW || code == SQLITE_DONE ? SQLITE_OK : code;
}

static int by_key(const void *a, const void *b)
{
    return rollup_compare(a, b);
}

static int by_key_of(const void *a, const void *b)
{
    return rollup_compare(*(struct rollup *const *)a, *(struct rollup *const *)b);
}

struct rollup_statements {
    sqlite3_stmt *select, *replace, *remove;
};

/* One hour anew: what was there, and `news` in its place. */
static int hour_write(struct writing *writing, const struct rollup_statements *statements,
                      struct rollup *const *news, size_t news_count)
{
    struct hour hour = {0};
    struct text packed = TEXT_EMPTY;
    int64_t number = rollup_hour(news[0]->key.bucket);
    int code = hour_read(statements->select, number, news, news_count, &hour);
    for (size_t i = 0; i < news_count; i++)
        if (news[i]->entries)
            hour_add(&hour, news[i]);
    if (hour.count)
        qsort(hour.list, hour.count, sizeof *hour.list, by_key);
    for (size_t i = 0; i < hour.count; i++)
        pack_rollup(&hour.list[i], &packed);
    writing->row_bytes += hour.count ? packed.size * news_count / hour.count : 0;
    sqlite3_stmt *statement = hour.count ? statements->replace : statements->remove;
    sqlite3_bind_int64(statement, 1, number);
    if (hour.count)
        sqlite3_bind_blob64(statement, 2, packed.bytes, packed.size, SQLITE_STATIC);
    if (code == SQLITE_OK)
        code = database_put(statement);
    free(hour.list);
    text_free(&packed);
    return code;
}

static int write_sorted(struct writing *writing, const struct rollup_statements *statements,
                        struct rollup **sorted, size_t count)
{
    int code = SQLITE_OK;
    for (size_t first = 0, next; first < count && code == SQLITE_OK; first = next) {
        int64_t hour = rollup_hour(sorted[first]->key.bucket);
        for (next = first + 1; next < count && rollup_hour(sorted[next]->key.bucket) == hour;)
            next++;
        code = hour_write(writing, statements, sorted + first, next - first);
    }
    return code;
}

static int write_rollups(struct writing *writing, const struct meter_snapshot *snapshot)
{
    if (!snapshot->rollup_count)
        return SQLITE_OK;
    struct rollup_statements statements = {0};
    struct rollup **sorted = memory_take(snapshot->rollup_count * sizeof *sorted);
    for (size_t i = 0; i < snapshot->rollup_count; i++)
        sorted[i] = &snapshot->rollups[i];
    qsort(sorted, snapshot->rollup_count, sizeof *sorted, by_key_of);
    sqlite3 *database = writing->database;
    int code = sqlite3_prepare_v2(database, "SELECT packed FROM rollup WHERE hour = ?1", -1,
                                  &statements.select, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_prepare_v2(database, "INSERT OR REPLACE INTO rollup VALUES(?1, ?2)", -1,
                                  &statements.replace, NULL);
    if (code == SQLITE_OK)
        code =
            sqlite3_prepare_v2(database, "DELETE FROM rollup WHERE hour = ?1", -1, &statements.remove, NULL);
    if (code == SQLITE_OK)
        code = write_sorted(writing, &statements, sorted, snapshot->rollup_count);
    sqlite3_finalize(statements.select);
    sqlite3_finalize(statements.replace);
    sqlite3_finalize(statements.remove);
    free(sorted);
    return code;
}

/* ---- the transaction ----------------------------------------------------------------------------------- */

static int drop(sqlite3 *database, const struct ledger_commit *commit)
{
    int code = SQLITE_OK;
    if (commit->drops_rollups)
        code = database_run(database, "DELETE FROM rollup");
    if (commit->drops_files && code == SQLITE_OK)
        code = database_run(database, "DELETE FROM file");
    if (commit->drops_prices && code == SQLITE_OK)
        code = database_run(database, "DELETE FROM price");
    return code;
}

static int write_snapshot(struct writing *writing, const struct meter_snapshot *snapshot)
{
    int code = write_strings(writing, snapshot);
    if (code == SQLITE_OK)
        code = write_entries(writing, snapshot);
    if (code == SQLITE_OK)
        code = write_rollups(writing, snapshot);
    if (code == SQLITE_OK)
        code = ledger_write_sessions(writing, snapshot);
    if (code == SQLITE_OK)
        code = ledger_write_prices(writing, snapshot);
    if (code == SQLITE_OK)
        code = ledger_write_unlogged(writing, snapshot);
    return code;
}

static int write_all(struct writing *writing, const struct ledger_commit *commit)
{
    int code = database_run(writing->database, "BEGIN IMMEDIATE");
    if (code == SQLITE_OK)
        code = drop(writing->database, commit);
    if (code == SQLITE_OK && commit->snapshot)
        code = write_snapshot(writing, commit->snapshot);
    if (code == SQLITE_OK)
        code = ledger_write_files(writing, commit);
    if (code == SQLITE_OK)
        code = database_run(writing->database, "COMMIT");
    if (code != SQLITE_OK && !sqlite3_get_autocommit(writing->database))
        database_run(writing->database, "ROLLBACK");
    return code;
}

/* ---- the WAL ------------------------------------------------------------------------------------------- */

static int note_wal(void *data, sqlite3 *database, const char *name, int pages)
{
    (void)database;
    (void)name;
    ((struct ledger *)data)->wal_pages = pages;
    return SQLITE_OK;
}

/* Moves the WAL into the database when it is long. That this may fail (a full disk) harms nothing: it is
 * tried again. */
static void checkpoint(struct ledger *ledger)
{
    struct ledger_figures *figures = &ledger->figures;
    uint64_t wal_bytes = (uint64_t)ledger->wal_pages * (PAGE_BYTES + 24);
    if (wal_bytes > figures->largest_wal_bytes)
        figures->largest_wal_bytes = wal_bytes;
    if (ledger->wal_pages < CHECKPOINT_PAGES)
        return;
    int mode = ledger->wal_pages < WAL_PAGES_MAX ? SQLITE_CHECKPOINT_PASSIVE : SQLITE_CHECKPOINT_TRUNCATE;
    int moved = 0;
    if (sqlite3_wal_checkpoint_v2(ledger->writer, NULL, mode, NULL, &moved) != SQLITE_OK)
        return;
    figures->checkpoints++;
    figures->checkpoint_bytes +=
        (uint64_t)(mode == SQLITE_CHECKPOINT_TRUNCATE ? ledger->wal_pages : moved) * PAGE_BYTES;
}

int ledger_write(struct ledger *ledger, const struct ledger_commit *commit, struct text *why)
{
    struct writing writing = {.database = ledger->writer};
    int pages = 0, unused = 0;
    sqlite3_wal_hook(ledger->writer, note_wal, ledger);
    sqlite3_db_status(ledger->writer, SQLITE_DBSTATUS_CACHE_WRITE, &pages, &unused, 1);
    int code = write_all(&writing, commit);
    int result = ledger_result(ledger, ledger->writer, code, "cannot be written", why);
    if (result != LEDGER_OK)
        return result;
    sqlite3_db_status(ledger->writer, SQLITE_DBSTATUS_CACHE_WRITE, &pages, &unused, 1);
    ledger->figures.commits++;
    ledger->figures.entries += commit->snapshot ? commit->snapshot->entry_count : 0;
    ledger->figures.row_bytes += writing.row_bytes;
    ledger->figures.wal_bytes += (uint64_t)pages * (PAGE_BYTES + 24);
    checkpoint(ledger);
    sqlite3_db_release_memory(ledger->writer); /* what the next commit needs of it the system still has */
    return LEDGER_OK;
}

struct ledger_figures ledger_figures(const struct ledger *ledger)
{
    return ledger->figures;
}
