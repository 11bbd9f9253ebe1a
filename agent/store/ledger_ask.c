/* Entries by identity, all entries, and the filter before them: see ledger.h. */
#include "ledger_state.h"
#include "pack.h"

#include <string.h>

#define ENTRY_PAGE_BYTES 50 /* of an entry in the file: rather too few than too many */

/* ---- reading much in a row
 * --------------------------------------------------------------------------------- */

void ledger_begin_reading(struct ledger *ledger)
{
    ledger->is_reading = true;
}

void ledger_hold(struct ledger *ledger)
{
    if (ledger->is_reading && !ledger->is_held)
        ledger->is_held = database_run(ledger->reader, "BEGIN") == SQLITE_OK;
}

void ledger_end_reading(struct ledger *ledger)
{
    if (ledger->is_held)
        database_run(ledger->reader, "COMMIT");
    ledger->is_reading = ledger->is_held = false;
}

/* ---- entries
 * ----------------------------------------------------------------------------------------------- */

/* The packed column of a row; false if it is no entry. */
static bool entry_column(sqlite3_stmt *row, int column, struct entry *entry)
{
    const unsigned char *packed = sqlite3_column_blob(row, column);
    return packed && unpack_entry(packed, (size_t)sqlite3_column_bytes(row, column), entry);
}

bool ledger_find(struct ledger *ledger, struct identity identity, struct entry *entry)
{
    if (ledger->filter && !filter_has(ledger->filter, identity))
        return false;
    ledger_hold(ledger);
    unsigned char key[IDENTITY_BYTES];
    pack_identity(identity, key);
    sqlite3_bind_blob(ledger->find, 1, key, sizeof key, SQLITE_STATIC);
    int code = sqlite3_step(ledger->find);
    bool found = code == SQLITE_ROW;
    if (found) {
        entry->identity = identity;
        found = entry_column(ledger->find, 0, entry);
        code = found ? SQLITE_OK : SQLITE_CORRUPT;
    }
    if (database_is_damage(code))
        atomic_store(&ledger->is_damaged, true);
    else if (!found && code != SQLITE_DONE)
        ledger->is_unreadable = true;
    sqlite3_reset(ledger->find);
    return found;
}

struct visit {
    void (*each)(void *data, const struct entry *entry);
    void *data;
};

static bool visit_row(void *data, sqlite3_stmt *row)
{
    const struct visit *visit = data;
    const unsigned char *key = sqlite3_column_blob(row, 0);
    struct entry entry;
    if (!key || sqlite3_column_bytes(row, 0) != IDENTITY_BYTES)
        return false;
    entry.identity = unpack_identity(key);
    if (!entry_column(row, 1, &entry))
        return false;
    visit->each(visit->data, &entry);
    return true;
}

int ledger_visit_entries(struct ledger *ledger, void (*each)(void *data, const struct entry *entry),
                         void *data, struct text *why)
{
    struct visit visit = {each, data};
    ledger_hold(ledger);
    int code = database_each(ledger->reader, "SELECT identity, packed FROM entry", 0, visit_row, &visit);
    return ledger_result(ledger, ledger->reader, code, "entries cannot be read", why);
}

/* ---- as a meter asks
 * --------------------------------------------------------------------------------------- */

static bool past_find(void *data, struct identity identity, struct entry *entry)
{
    return ledger_find(data, identity, entry);
}

/* A failure is told by ledger_is_damaged() or ledger_is_unreadable(). */
static void past_visit(void *data, void (*each)(void *each_data, const struct entry *entry), void *each_data)
{
    struct text why = TEXT_EMPTY;
    if (ledger_visit_entries(data, each, each_data, &why) == LEDGER_FAILED)
        ((struct ledger *)data)->is_unreadable = true;
    text_free(&why);
}

struct meter_past ledger_past(struct ledger *ledger)
{
    return (struct meter_past){past_find, past_visit, ledger};
}

/* ---- the filter
 * -------------------------------------------------------------------------------------------- */

static bool identity_row(void *data, sqlite3_stmt *row)
{
    const unsigned char *key = sqlite3_column_blob(row, 0);
    if (!key || sqlite3_column_bytes(row, 0) != IDENTITY_BYTES)
        return false;
    filter_add(data, unpack_identity(key));
    return true;
}

struct filter *ledger_scan_identities(struct ledger *ledger)
{
    struct text unused = TEXT_EMPTY;
    int64_t pages = database_number(ledger->writer, "PRAGMA page_count");
    struct filter *filter = filter_new((size_t)(pages > 0 ? pages : 1) * PAGE_BYTES / ENTRY_PAGE_BYTES);
    int code = database_each(ledger->writer, "SELECT identity FROM entry", 0, identity_row, filter);
    if (ledger_result(ledger, ledger->writer, code, "cannot be read", &unused) != LEDGER_OK) {
        filter_free(filter);
        filter = NULL;
    }
    text_free(&unused);
    sqlite3_db_release_memory(ledger->writer);
    return filter;
}

void ledger_use_filter(struct ledger *ledger, struct filter *filter)
{
    filter_free(ledger->filter);
    ledger->filter = filter;
}

void ledger_note_written(struct ledger *ledger, const struct meter_snapshot *snapshot)
{
    for (size_t i = 0; ledger->filter && i < snapshot->entry_count; i++)
        if (!filter_has(ledger->filter, snapshot->entries[i].identity))
            filter_add(ledger->filter, snapshot->entries[i].identity);
}
