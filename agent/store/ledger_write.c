/* Committing: see ledger.h. */
#include "../base/memory.h"
#include "ledger_state.h"
#include "pack.h"

#include <stdlib.h>
#include <string.h>

enum {
    CHECKPOINT_PAGES = 1000, /* of WAL, after which it is moved into the database */
    WAL_PAGES_MAX =
        16 * CHECKPOINT_PAGES, /* after which it is also made to begin anew, waiting for readers */
    FIXED_ROW_BYTES = 60,      /* about what a row of a session, file, counter, price or statement takes */
};

struct writing {
    sqlite3 *database;
    uint64_t row_bytes;
};

/* Binds numbers to parameters from `first` on. */
static void bind_numbers(sqlite3_stmt *statement, int first, const int64_t *numbers, int count)
{
    for (int i = 0; i < count; i++)
        sqlite3_bind_int64(statement, first + i, numbers[i]);
}

static void bind_tokens(sqlite3_stmt *statement, int first, const uint64_t tokens[TOKEN_KINDS])
{
    for (int kind = 0; kind < TOKEN_KINDS; kind++)
        sqlite3_bind_int64(statement, first + kind, (int64_t)tokens[kind]);
}

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

/* ---- the rest: a row each ------------------------------------------------------------------------------ */

static void bind_session(sqlite3_stmt *update, const struct session_record *record,
                         unsigned char key[IDENTITY_BYTES])
{
    sqlite3_clear_bindings(update);
    sqlite3_bind_int64(update, 1, record->session);
    sqlite3_bind_int64(update, 2, (int64_t)record->tools);
    if (record->directory != INTERNED_NONE) {
        sqlite3_bind_int64(update, 3, record->directory);
        sqlite3_bind_int64(update, 4, record->directory_us);
    }
    if (!record->newest.is_known)
        return;
    pack_identity(record->newest.identity, key);
    sqlite3_bind_blob(update, 5, key, IDENTITY_BYTES, SQLITE_STATIC);
    bind_numbers(update, 6,
                 (const int64_t[]){record->newest.when_us, (int64_t)record->newest.line, record->newest.path},
                 3);
}

static int write_sessions(struct writing *writing, const struct meter_snapshot *snapshot)
{
    static const char sql[] =
        "UPDATE session SET tools = ?2, directory = ?3, directory_us = ?4, newest = ?5, "
        "newest_us = ?6, newest_line = ?7, newest_path = ?8 WHERE id = ?1";
    sqlite3_stmt *update = NULL;
    int code = sqlite3_prepare_v2(writing->database, sql, -1, &update, NULL);
    for (size_t i = 0; i < snapshot->session_count && code == SQLITE_OK; i++) {
        unsigned char key[IDENTITY_BYTES];
        bind_session(update, &snapshot->sessions[i], key);
        code = database_put(update);
        writing->row_bytes += FIXED_ROW_BYTES;
    }
    sqlite3_finalize(update);
    return code;
}

static int write_files(struct writing *writing, const struct ledger_commit *commit)
{
    sqlite3_stmt *remove = NULL, *replace = NULL;
    int code = sqlite3_prepare_v2(writing->database, "DELETE FROM file WHERE path = ?1", -1, &remove, NULL);
    for (size_t i = 0; i < commit->gone_count && code == SQLITE_OK; i++) {
        sqlite3_bind_int64(remove, 1, commit->gone_files[i]);
        code = database_put(remove);
    }
    if (code == SQLITE_OK)
        code = sqlite3_prepare_v2(writing->database,
                                  "INSERT OR REPLACE INTO file VALUES(?,?,?,?,?,?,?,?,?,?,?,?)", -1, &replace,
                                  NULL);
    for (size_t i = 0; i < commit->file_count && code == SQLITE_OK; i++) {
        const struct ledger_file *file = &commit->files[i];
        const struct log_position *position = &file->position;
        const int64_t numbers[] = {file->path,
                                   (int64_t)position->device,
                                   (int64_t)position->inode,
                                   (int64_t)position->offset,
                                   (int64_t)position->line,
                                   (int64_t)position->seen_size,
                                   position->modified_ns,
                                   (int64_t)position->before_hash,
                                   (int64_t)file->lines,
                                   (int64_t)file->usage_lines,
                                   (int64_t)file->malformed,
                                   (int64_t)file->copies};
        bind_numbers(replace, 1, numbers, sizeof numbers / sizeof *numbers);
        code = database_put(replace);
        writing->row_bytes += FIXED_ROW_BYTES;
    }
    sqlite3_finalize(remove);
    sqlite3_finalize(replace);
    return code;
}

static int write_counters(struct writing *writing, const struct ledger_commit *commit)
{
    sqlite3_stmt *replace = NULL;
    int code = sqlite3_prepare_v2(writing->database, "INSERT OR REPLACE INTO counter VALUES(?1, ?2)", -1,
                                  &replace, NULL);
    for (size_t i = 0; i < commit->counter_count && code == SQLITE_OK; i++) {
        sqlite3_bind_text(replace, 1, commit->counters[i].name, -1, SQLITE_STATIC);
        sqlite3_bind_int64(replace, 2, commit->counters[i].value);
        code = database_put(replace);
        writing->row_bytes += FIXED_ROW_BYTES;
    }
    sqlite3_finalize(replace);
    return code;
}

static void bind_price(sqlite3_stmt *replace, const struct price_record *record)
{
    const struct price *price = record->price;
    sqlite3_clear_bindings(replace);
    sqlite3_bind_blob64(replace, 1, record->name, record->name_size, SQLITE_STATIC);
    sqlite3_bind_int64(replace, 2, record->from_us);
    if (!price)
        return;
    sqlite3_bind_blob64(replace, 3, price->name, strlen(price->name), SQLITE_STATIC);
    bind_tokens(replace, 4, price->base);
    sqlite3_bind_int64(replace, 9, (int64_t)price->over);
    bind_tokens(replace, 10, price->above);
    sqlite3_bind_int64(replace, 15, price->fast_tenths);
    sqlite3_bind_int64(replace, 16, price->context_size);
}

static int write_prices(struct writing *writing, const struct ledger_commit *commit)
{
    sqlite3_stmt *replace = NULL;
    int code = sqlite3_prepare_v2(writing->database,
                                  "INSERT OR REPLACE INTO price VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)", -1,
                                  &replace, NULL);
    for (size_t i = 0; i < commit->price_count && code == SQLITE_OK; i++) {
        bind_price(replace, &commit->prices[i]);
        code = database_put(replace);
        writing->row_bytes += FIXED_ROW_BYTES;
    }
    sqlite3_finalize(replace);
    return code;
}

static int write_unlogged(struct writing *writing, const struct ledger_commit *commit)
{
    sqlite3_stmt *replace = NULL;
    int code =
        sqlite3_prepare_v2(writing->database, "INSERT OR REPLACE INTO unlogged VALUES(?,?,?,?,?,?,?,?,?,?,?)",
                           -1, &replace, NULL);
    for (size_t i = 0; i < commit->unlogged_count && code == SQLITE_OK; i++) {
        const struct unlogged_row *row = &commit->unlogged[i];
        int64_t model = row->model == INTERNED_NONE ? -1 : (int64_t)row->model;
        bind_numbers(replace, 1, (const int64_t[]){row->session, row->kind, model, row->when_us}, 4);
        bind_tokens(replace, 5, row->tokens);
        bind_numbers(replace, 10, (const int64_t[]){(int64_t)row->cost_pusd, (int64_t)row->base_pusd}, 2);
        code = database_put(replace);
        writing->row_bytes += FIXED_ROW_BYTES;
    }
    sqlite3_finalize(replace);
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
        code = write_sessions(writing, snapshot);
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
        code = write_files(writing, commit);
    if (code == SQLITE_OK)
        code = write_counters(writing, commit);
    if (code == SQLITE_OK)
        code = write_prices(writing, commit);
    if (code == SQLITE_OK)
        code = write_unlogged(writing, commit);
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
    return LEDGER_OK;
}

struct ledger_figures ledger_figures(const struct ledger *ledger)
{
    return ledger->figures;
}
