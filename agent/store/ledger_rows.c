/* The tables of which a row is a few numbers: see ledger_rows.h. */
#include "ledger_rows.h"

#include "ledger_state.h"
#include "pack.h"

#include <string.h>

enum { FIXED_ROW_BYTES = 60 }; /* about what a row takes */

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

int ledger_write_sessions(struct writing *writing, const struct meter_snapshot *snapshot)
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

int ledger_write_files(struct writing *writing, const struct ledger_commit *commit)
{
    sqlite3_stmt *lose = NULL, *replace = NULL;
    int code = sqlite3_prepare_v2(writing->database, "UPDATE file SET device = 0, inode = 0 WHERE path = ?1",
                                  -1, &lose, NULL);
    for (size_t i = 0; i < commit->gone_count && code == SQLITE_OK; i++) {
        sqlite3_bind_int64(lose, 1, commit->gone_files[i]);
        code = database_put(lose);
    }
    if (code == SQLITE_OK)
        code = sqlite3_prepare_v2(writing->database,
                                  "INSERT OR REPLACE INTO file VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)", -1,
                                  &replace, NULL);
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
                                   (int64_t)file->skipped.of[SKIP_SYNTAX],
                                   (int64_t)file->skipped.of[SKIP_TIME],
                                   (int64_t)file->skipped.of[SKIP_TOKENS],
                                   (int64_t)file->skipped.of[SKIP_MEMORY],
                                   (int64_t)file->copies};
        bind_numbers(replace, 1, numbers, sizeof numbers / sizeof *numbers);
        code = database_put(replace);
        writing->row_bytes += FIXED_ROW_BYTES;
    }
    sqlite3_finalize(lose);
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

int ledger_write_prices(struct writing *writing, const struct meter_snapshot *snapshot)
{
    sqlite3_stmt *replace = NULL;
    int code = sqlite3_prepare_v2(writing->database,
                                  "INSERT OR REPLACE INTO price VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)", -1,
                                  &replace, NULL);
    for (size_t i = 0; i < snapshot->price_count && code == SQLITE_OK; i++) {
        bind_price(replace, &snapshot->prices[i]);
        code = database_put(replace);
        writing->row_bytes += FIXED_ROW_BYTES;
    }
    sqlite3_finalize(replace);
    return code;
}

int ledger_write_unlogged(struct writing *writing, const struct meter_snapshot *snapshot)
{
    sqlite3_stmt *replace = NULL;
    int code =
        sqlite3_prepare_v2(writing->database, "INSERT OR REPLACE INTO unlogged VALUES(?,?,?,?,?,?,?,?,?,?,?)",
                           -1, &replace, NULL);
    for (size_t i = 0; i < snapshot->unlogged_count && code == SQLITE_OK; i++) {
        const struct unlogged_row *row = &snapshot->unlogged[i];
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
