/* What the ledger knows, put into a meter: see restored.h. */
#include "restored.h"

#include "../base/memory.h"

#include <stdlib.h>
#include <string.h>

/* ---- files -------------------------------------------------------------------------------------------- */

static struct restored_file *file_at(struct restored *restored, uint32_t path)
{
    while (restored->count <= path) {
        restored->files =
            memory_grow(restored->files, restored->count, &restored->room, sizeof *restored->files);
        restored->files[restored->count++] = (struct restored_file){0};
    }
    return &restored->files[path];
}

static void note(struct restored *restored, const struct ledger_file *file, bool is_met)
{
    struct restored_file *known = file_at(restored, file->path);
    *known = (struct restored_file){.file = *file, .is_known = true, .is_met = is_met};
}

/* The tree does not know it: what it held counts all the same. */
static void lose(struct restored *restored, struct restored_file *file)
{
    file->is_known = false;
    file->is_gone = true;
    restored->copies_unmet += file->file.copies;
}

/* ---- loading ------------------------------------------------------------------------------------------- */

static bool load_price(void *data, const struct price_record *record)
{
    meter_restore_price(((struct restored *)data)->meter, record);
    return true;
}

static void load_string(void *data, enum meter_string kind, const char *bytes, size_t size)
{
    meter_restore_string(((struct restored *)data)->meter, kind, bytes, size);
}

static bool load_session(void *data, const struct session_record *record)
{
    struct restored *restored = data;
    if (record->newest.is_known && record->newest.path > restored->path)
        restored->path = record->newest.path;
    return meter_restore_session(restored->meter, record);
}

static bool load_unlogged(void *data, const struct unlogged_row *row)
{
    return meter_restore_unlogged(((struct restored *)data)->meter, row);
}

static bool load_rollup(void *data, const struct rollup *rollup)
{
    return meter_restore_rollup(((struct restored *)data)->meter, rollup);
}

static bool load_file(void *data, const struct ledger_file *file)
{
    struct restored *restored = data;
    if (!meter_path_text(restored->meter, file->path))
        return false;
    note(restored, file, false);
    if (!file->position.inode)
        lose(restored, &restored->files[file->path]);
    return true;
}

int restored_load_numbers(struct restored *restored, struct ledger *ledger, struct meter *meter,
                          struct text *why)
{
    restored->meter = meter;
    bool is_in_use = price_book_line(meter_prices(meter), 0) != NULL; /* then it knows more than the ledger */
    const struct ledger_sink sink = {
        .part = LEDGER_NUMBERS,
        .price = is_in_use ? NULL : load_price,
        .string = load_string,
        .session = load_session,
        .unlogged = load_unlogged,
        .rollup = load_rollup,
        .data = restored,
    };
    int result = ledger_load(ledger, &sink, why);
    if (result == LEDGER_OK)
        meter_set_past(meter, ledger_past(ledger));
    return result;
}

int restored_load_files(struct restored *restored, struct ledger *ledger, struct text *why)
{
    const struct ledger_sink sink = {
        .part = LEDGER_FILES, .string = load_string, .file = load_file, .data = restored};
    int result = ledger_load(ledger, &sink, why);
    if (result != LEDGER_OK || !restored->path || meter_path_text(restored->meter, restored->path))
        return result;
    text_add_string(why, "the database is damaged: a log that a session was in has no name");
    return LEDGER_CORRUPT;
}

int restored_load(struct restored *restored, struct ledger *ledger, struct meter *meter, struct text *why)
{
    int result = restored_load_numbers(restored, ledger, meter, why);
    return result == LEDGER_OK ? restored_load_files(restored, ledger, why) : result;
}

int restored_load_prices(struct ledger *ledger, struct meter *meter, struct text *why)
{
    struct restored restored = {.meter = meter};
    const struct ledger_sink sink = {.price = load_price, .data = &restored};
    return ledger_load(ledger, &sink, why);
}

/* ---- what the tree asks and tells -----------------------------------------------------------------------
 */

void restored_note(struct restored *restored, const struct ledger_file *file)
{
    note(restored, file, true);
}

bool restored_forget(struct restored *restored, uint32_t path)
{
    if (path >= restored->count || !restored->files[path].is_known)
        return false;
    restored->files[path].is_known = false;
    restored->files[path].is_gone = true;
    return true;
}

void restored_find_gone(struct restored *restored, void (*gone)(void *data, uint32_t path), void *data)
{
    for (uint32_t path = 0; path < restored->count; path++) {
        if (!restored->files[path].is_known || restored->files[path].is_met)
            continue;
        lose(restored, &restored->files[path]);
        gone(data, path);
    }
}

static bool recall(void *data, const char *path, struct log_position *position, struct log_tally *tally)
{
    struct restored *restored = data;
    uint32_t number = meter_find_path(restored->meter, path);
    struct restored_file *known = number < restored->count ? &restored->files[number] : NULL;
    if (known && known->is_gone) { /* and is back: it is read again, and its copies counted again */
        known->is_gone = false;
        restored->copies_unmet -= known->file.copies;
    }
    if (!known || !known->is_known)
        return false;
    known->is_met = true;
    *position = known->file.position;
    *tally = (struct log_tally){
        .lines = known->file.lines,
        .usage_lines = known->file.usage_lines,
        .skipped = known->file.skipped,
        .copies = known->file.copies,
    };
    return true;
}

struct log_tree_memory restored_memory(struct restored *restored)
{
    return (struct log_tree_memory){recall, restored};
}

void restored_free(struct restored *restored)
{
    free(restored->files);
    *restored = (struct restored){0};
}
