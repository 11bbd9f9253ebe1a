/* Loading the ledger at start: see ledger.h. */
#include "ledger_state.h"
#include "pack.h"

#include <string.h>

struct loading {
    const struct ledger_sink *sink;
    enum meter_string kind;
    sqlite3_int64 next; /* number of the next string */
};

static uint64_t unsigned_column(sqlite3_stmt *row, int column)
{
    return (uint64_t)sqlite3_column_int64(row, column);
}

/* A number of a string; `none` where there is none. False if it is no such number. */
static bool number_column(sqlite3_stmt *row, int column, uint32_t *number)
{
    sqlite3_int64 value = sqlite3_column_int64(row, column);
    *number = sqlite3_column_type(row, column) == SQLITE_NULL ? INTERNED_NONE : (uint32_t)value;
    return value >= 0 && value < UINT32_MAX;
}

static void token_columns(sqlite3_stmt *row, int column, uint64_t tokens[TOKEN_KINDS])
{
    for (int kind = 0; kind < TOKEN_KINDS; kind++)
        tokens[kind] = unsigned_column(row, column + kind);
}

/* ---- row by row ---------------------------------------------------------------------------------------- */

/* Numbers of strings have no gaps: the meter gives each the number that it had by their order. */
static bool string_row(void *data, sqlite3_stmt *row)
{
    struct loading *loading = data;
    if (sqlite3_column_int64(row, 0) != loading->next++ || loading->next >= UINT32_MAX)
        return false;
    const char *bytes = sqlite3_column_blob(row, 1);
    loading->sink->string(loading->sink->data, loading->kind, bytes ? bytes : "",
                          (size_t)sqlite3_column_bytes(row, 1));
    return true;
}

static bool newest_columns(sqlite3_stmt *row, int column, struct newest *newest)
{
    if (sqlite3_column_type(row, column) == SQLITE_NULL)
        return true;
    const unsigned char *identity = sqlite3_column_blob(row, column);
    if (!identity || sqlite3_column_bytes(row, column) != IDENTITY_BYTES)
        return false;
    newest->is_known = true;
    newest->identity = unpack_identity(identity);
    newest->when_us = sqlite3_column_int64(row, column + 1);
    newest->line = unsigned_column(row, column + 2);
    return number_column(row, column + 3, &newest->path) && newest->path != INTERNED_NONE;
}

static bool session_row(void *data, sqlite3_stmt *row)
{
    const struct ledger_sink *sink = ((struct loading *)data)->sink;
    struct session_record record = {
        .session = (uint32_t)sqlite3_column_int64(row, 0),
        .tools = unsigned_column(row, 1),
        .directory_us = sqlite3_column_int64(row, 3),
    };
    return number_column(row, 2, &record.directory) && newest_columns(row, 4, &record.newest) &&
           sink->session(sink->data, &record);
}

static bool file_row(void *data, sqlite3_stmt *row)
{
    const struct ledger_sink *sink = ((struct loading *)data)->sink;
    struct ledger_file file = {
        .position = {.device = unsigned_column(row, 1),
                     .inode = unsigned_column(row, 2),
                     .offset = unsigned_column(row, 3),
                     .line = unsigned_column(row, 4),
                     .seen_size = unsigned_column(row, 5),
                     .modified_ns = sqlite3_column_int64(row, 6),
                     .before_hash = unsigned_column(row, 7)},
        .lines = unsigned_column(row, 8),
        .usage_lines = unsigned_column(row, 9),
        .skipped = {{[SKIP_SYNTAX] = unsigned_column(row, 10),
                     [SKIP_TIME] = unsigned_column(row, 11),
                     [SKIP_TOKENS] = unsigned_column(row, 12),
                     [SKIP_MEMORY] = unsigned_column(row, 13)}},
        .copies = unsigned_column(row, 14),
    };
    return number_column(row, 0, &file.path) && file.position.offset <= file.position.seen_size &&
           file.position.seen_size <= INT64_MAX && sink->file(sink->data, &file);
}

static bool price_row(void *data, sqlite3_stmt *row)
{
    const struct ledger_sink *sink = ((struct loading *)data)->sink;
    const char *model = sqlite3_column_blob(row, 0);
    struct price price = {
        .name = (const char *)sqlite3_column_text(row, 2),
        .over = unsigned_column(row, 8),
        .fast_tenths = (uint32_t)sqlite3_column_int64(row, 14),
        .context_size = (uint32_t)sqlite3_column_int64(row, 15),
    };
    token_columns(row, 3, price.base);
    token_columns(row, 9, price.above);
    struct price_record record = {
        .name = model ? model : "",
        .name_size = (size_t)sqlite3_column_bytes(row, 0),
        .from_us = sqlite3_column_int64(row, 1),
        .price = price.name ? &price : NULL,
    };
    return sink->price(sink->data, &record);
}

static bool unlogged_row(void *data, sqlite3_stmt *row)
{
    const struct ledger_sink *sink = ((struct loading *)data)->sink;
    sqlite3_int64 kind = sqlite3_column_int64(row, 1), model = sqlite3_column_int64(row, 2);
    struct unlogged_row statement = {
        .model = model < 0 ? INTERNED_NONE : (uint32_t)model,
        .kind = (enum unlogged_kind)kind,
        .when_us = sqlite3_column_int64(row, 3),
        .cost_pusd = unsigned_column(row, 9),
        .base_pusd = unsigned_column(row, 10),
    };
    token_columns(row, 4, statement.tokens);
    return number_column(row, 0, &statement.session) && kind >= UNLOGGED_STATE && kind <= UNLOGGED_REPEATS &&
           model >= -1 && model < UINT32_MAX && sink->unlogged(sink->data, &statement);
}

static bool rollup_row(void *data, sqlite3_stmt *row)
{
    const struct ledger_sink *sink = ((struct loading *)data)->sink;
    struct rollup rollup;
    int64_t hour = sqlite3_column_int64(row, 0);
    const unsigned char *at = sqlite3_column_blob(row, 1);
    const unsigned char *end = at + (at ? sqlite3_column_bytes(row, 1) : 0);
    if (hour < HOUR_MIN || hour > HOUR_MAX)
        return false;
    while (at < end)
        if (!unpack_rollup(hour, &at, end, &rollup) || !sink->rollup(sink->data, &rollup))
            return false;
    return true;
}

/* ---- the whole ----------------------------------------------------------------------------------------- */

static int load_strings(sqlite3 *database, const struct ledger_sink *sink)
{
    static const char *const queries[METER_STRINGS] = {
        [METER_STRING_SESSION] = "SELECT id, name FROM session ORDER BY id",
        [METER_STRING_MODEL] = "SELECT id, name FROM model ORDER BY id",
        [METER_STRING_PATH] = "SELECT id, name FROM path ORDER BY id",
        [METER_STRING_PROJECT] = "SELECT id, name FROM project ORDER BY id",
        [METER_STRING_DIRECTORY] = "SELECT id, name FROM directory ORDER BY id",
    };
    int code = SQLITE_OK;
    for (int kind = 0; kind < METER_STRINGS && sink->string && code == SQLITE_OK; kind++) {
        if (sink->part == (kind == METER_STRING_PATH ? LEDGER_NUMBERS : LEDGER_FILES))
            continue;
        struct loading loading = {sink, (enum meter_string)kind, 0};
        code = database_each(database, queries[kind], 0, string_row, &loading);
    }
    return code;
}

/* Before the models, which look for their prices. */
static int load_prices(sqlite3 *database, const struct ledger_sink *sink)
{
    struct loading loading = {.sink = sink};
    if (!sink->price)
        return SQLITE_OK;
    return database_each(
        database,
        "SELECT model, from_us, name, input, output, cache_write_5m, cache_write_1h, cache_read, over, "
        "over_input, over_output, over_cache_write_5m, over_cache_write_1h, over_cache_read, fast_tenths, "
        "context_size FROM price",
        0, price_row, &loading);
}

static int load_tables(sqlite3 *database, const struct ledger_sink *sink)
{
    const struct {
        bool is_wanted;
        const char *query;
        bool (*row)(void *data, sqlite3_stmt *row);
    } tables[] = {
        {sink->session,
         "SELECT id, tools, directory, directory_us, newest, newest_us, newest_line, newest_path FROM "
         "session",
         session_row},
        {sink->file,
         "SELECT path, device, inode, offset, line, seen_size, modified_ns, before_hash, lines, usage_lines, "
         "bad_syntax, bad_time, bad_tokens, too_long, copies FROM file",
         file_row},
        {sink->unlogged,
         "SELECT session, kind, model, when_us, input, output, cache_write_5m, cache_write_1h, cache_read, "
         "cost, base FROM unlogged",
         unlogged_row},
        {sink->rollup, "SELECT hour, packed FROM rollup ORDER BY hour DESC", rollup_row},
    };
    struct loading loading = {.sink = sink};
    int code = SQLITE_OK;
    for (size_t i = 0; i < sizeof tables / sizeof *tables && code == SQLITE_OK; i++)
        if (tables[i].is_wanted)
            code = database_each(database, tables[i].query, 0, tables[i].row, &loading);
    return code;
}

/* In one transaction, so that all of it is of one commit. */
int ledger_load(struct ledger *ledger, const struct ledger_sink *sink, struct text *why)
{
    ledger_hold(ledger);
    int code = ledger->is_held ? SQLITE_OK : database_run(ledger->reader, "BEGIN");
    if (code == SQLITE_OK)
        code = load_prices(ledger->reader, sink);
    if (code == SQLITE_OK)
        code = load_strings(ledger->reader, sink);
    if (code == SQLITE_OK)
        code = load_tables(ledger->reader, sink);
    int result = ledger_result(ledger, ledger->reader, code, "cannot be read", why);
    if (!ledger->is_held)
        database_run(ledger->reader, "COMMIT");
    return result;
}
