/*
 * `tacho ledger import`: merges what `tacho ledger export` wrote. An entry is merged as a copy of its
 * message, so it does not matter what is there already, in which order, or how often the same is imported.
 * What is not well-formed is counted and skipped, and the next line is unharmed.
 */
#include "../base/memory.h"
#include "../base/say.h"
#include "../ingest/decimal.h"
#include "../ingest/json.h"
#include "../meter/personal.h"
#include "../store/restored.h"
#include "command.h"
#include "ledger.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#define TOKENS_MAX (UINT64_C(1) << 31)
#define PUSD_MAX   UINT64_C(1000000000000000000) /* as in logs: 10^6 dollars */
#define WHEN_MIN   (-INT64_C(86400000000))
#define WHEN_MAX   INT64_C(32503766400000000)

enum { ENTRIES_IN_COMMIT = 50000 };

/* ---- a line -------------------------------------------------------------------------------------------- */

enum name { NAME_SESSION, NAME_MODEL, NAME_PATH, NAMES };

struct line {
    struct entry entry; /* but for the numbers of its names */
    struct text names[NAMES];
    unsigned seen; /* keys that must be there, a bit each */
    bool is_entry;
};

/* Appends a character of a decoded string: what surrogateescape made of a byte becomes that byte again. */
static void text_from_json(const struct json_slice *slice, struct text *out)
{
    char *decoded = memory_take(slice->size + 1);
    size_t size = json_decode(slice, decoded, slice->size);
    text_clear(out);
    text_add(out, "", 0); /* never NULL */
    for (size_t i = 0; i < size;) {
        const unsigned char *at = (const unsigned char *)decoded + i;
        bool is_byte = size - i >= 3 && at[0] == 0xed && at[1] >= 0xb2 && at[1] <= 0xb3;
        if (is_byte)
            text_add_char(out, (char)((at[1] & 1) << 6 | (at[2] & 0x3f) | 0x80));
        else
            text_add_char(out, decoded[i]);
        i += is_byte ? 3 : 1;
    }
    free(decoded);
}

static bool take_number(struct json *json, uint64_t most, uint64_t *number)
{
    struct json_slice slice;
    if (json_take(json, &slice) != JSON_NUMBER)
        return false;
    struct decimal decimal = decimal_read(slice.bytes, slice.size, 0);
    *number = decimal.value;
    return !decimal.negative && !decimal.too_large && decimal.rest == REST_NONE && decimal.value <= most;
}

static bool take_when(struct json *json, int64_t *when_us)
{
    struct json_slice slice;
    if (json_take(json, &slice) != JSON_NUMBER)
        return false;
    struct decimal decimal = decimal_read(slice.bytes, slice.size, 0);
    if (decimal.too_large || decimal.rest != REST_NONE || decimal.value > INT64_MAX)
        return false;
    *when_us = decimal.negative ? -(int64_t)decimal.value : (int64_t)decimal.value;
    return *when_us >= WHEN_MIN && *when_us <= WHEN_MAX;
}

static bool hex_number(const char *digits, uint64_t *number)
{
    *number = 0;
    for (int i = 0; i < 16; i++) {
        static const char all[] = "0123456789abcdef";
        const char *digit = digits[i] ? strchr(all, digits[i]) : NULL;
        if (!digit)
            return false;
        *number = *number << 4 | (uint64_t)(digit - all);
    }
    return true;
}

static bool take_identity(struct json *json, struct identity *identity)
{
    struct json_slice slice;
    return json_take(json, &slice) == JSON_STRING && slice.size == 32 &&
           hex_number(slice.bytes, &identity->high) && hex_number(slice.bytes + 16, &identity->low);
}

static bool take_flag(struct json *json, bool *flag)
{
    enum json_type type = json_take(json, NULL);
    *flag = type == JSON_TRUE;
    return type == JSON_TRUE || type == JSON_FALSE;
}

static bool take_name(struct json *json, struct text *name)
{
    struct json_slice slice;
    if (json_take(json, &slice) != JSON_STRING)
        return false;
    text_from_json(&slice, name);
    return true;
}

/* Keys that every entry has; each is a bit of line->seen by its place here. */
static const char *const required[] = {"entry",          "when_us",        "session",    "model",
                                       "path",           "line",           "input",      "output",
                                       "cache_write_5m", "cache_write_1h", "cache_read", "tools"};
enum {
    KEY_ENTRY,
    KEY_WHEN,
    KEY_SESSION,
    KEY_MODEL,
    KEY_PATH,
    KEY_LINE,
    KEY_INPUT,
    KEY_OUTPUT,
    KEY_CACHE_WRITE_5M,
    KEY_CACHE_WRITE_1H,
    KEY_CACHE_READ,
    KEY_TOOLS,
    KEYS
};
_Static_assert(sizeof required / sizeof *required == KEYS, "each key has a name");

static bool take_required(struct line *line, unsigned key, struct json *json)
{
    static const enum token_kind kinds[] = {TOKENS_INPUT, TOKENS_OUTPUT, TOKENS_CACHE_WRITE_5M,
                                            TOKENS_CACHE_WRITE_1H, TOKENS_CACHE_READ};
    struct entry *entry = &line->entry;
    uint64_t number;
    bool good;
    switch (key) {
    case KEY_ENTRY:
        line->is_entry = true;
        return take_identity(json, &entry->identity);
    case KEY_WHEN:
        return take_when(json, &entry->when_us);
    case KEY_SESSION:
    case KEY_MODEL:
    case KEY_PATH:
        return take_name(json, &line->names[key - KEY_SESSION]);
    case KEY_LINE:
        return take_number(json, INT64_MAX, &entry->line);
    case KEY_TOOLS:
        good = take_number(json, UINT16_MAX, &number);
        entry->tools = (uint16_t)number;
        return good;
    default:
        good = take_number(json, TOKENS_MAX, &number);
        entry->tokens[kinds[key - KEY_INPUT]] = (uint32_t)number;
        return good;
    }
}

static bool take_optional(struct entry *entry, const struct json_slice *key, struct json *json)
{
    bool flag = false, good = true;
    if (json_equals(key, "usd_pusd")) {
        entry->has_usd = true;
        return take_number(json, PUSD_MAX, &entry->usd_pusd);
    }
    if (json_equals(key, "fast")) {
        good = take_flag(json, &flag);
        entry->fast = flag;
    } else if (json_equals(key, "forked")) {
        good = take_flag(json, &flag);
        entry->forked = flag;
    } else if (json_equals(key, "foreign")) {
        good = take_flag(json, &flag);
        entry->foreign = flag;
    } else {
        json_take(json, NULL);
    }
    return good;
}

/* A path of a file, and something that was used: DESIGN.md §5, "An entry with no tokens and no cost is none".
 */
static bool is_sensible(const struct line *line)
{
    const struct text *path = &line->names[NAME_PATH];
    bool is_used = line->entry.has_usd && line->entry.usd_pusd;
    for (int kind = 0; kind < TOKEN_KINDS; kind++)
        is_used |= line->entry.tokens[kind] > 0;
    return is_used && path->size && !memchr(path->bytes, '\0', path->size);
}

/* Reads a line. False if it is not one JSON object, or has an entry and not all that belongs to one. */
static bool line_read(struct line *line, const char *bytes, size_t size)
{
    struct json json;
    struct json_slice key;
    bool good = true;
    line->entry = (struct entry){0};
    line->seen = 0;
    line->is_entry = false;
    json_start(&json, bytes, size);
    if (!json_enter(&json))
        return false;
    while (json_member(&json, &key)) {
        unsigned which = 0;
        while (which < KEYS && !json_equals(&key, required[which]))
            which++;
        if (which == KEYS) {
            good &= take_optional(&line->entry, &key, &json);
        } else {
            good &= take_required(line, which, &json);
            line->seen |= 1u << which;
        }
    }
    if (!json_finish(&json))
        return false;
    return !line->is_entry || (good && line->seen == (1u << KEYS) - 1 && is_sensible(line));
}

/* ---- into the ledger ----------------------------------------------------------------------------------- */

struct import {
    struct ledger *ledger;
    struct meter *meter;
    struct restored restored;
    struct line line;
    uint64_t entries, malformed, others, first_malformed;
    size_t uncommitted;
};

static int import_commit(struct import *import, struct text *why)
{
    struct meter_snapshot snapshot;
    ledger_end_reading(import->ledger);
    meter_take_snapshot(import->meter, &snapshot);
    const struct ledger_commit commit = {
        .snapshot = &snapshot,
    };
    int result = ledger_write(import->ledger, &commit, why);
    meter_free_snapshot(&snapshot);
    meter_forget_entries(import->meter, INT64_MAX);
    ledger_begin_reading(import->ledger);
    import->uncommitted = 0;
    return result;
}

static void import_entry(struct import *import)
{
    struct line *line = &import->line;
    const struct text *names = line->names;
    struct entry entry = line->entry;
    entry.session = meter_take_string(import->meter, METER_STRING_SESSION, names[NAME_SESSION].bytes,
                                      names[NAME_SESSION].size);
    entry.model =
        meter_take_string(import->meter, METER_STRING_MODEL, names[NAME_MODEL].bytes, names[NAME_MODEL].size);
    entry.path =
        meter_take_string(import->meter, METER_STRING_PATH, names[NAME_PATH].bytes, names[NAME_PATH].size);
    meter_merge_entry(import->meter, &entry);
    import->entries++;
    import->uncommitted++;
}

static bool is_blank(const char *bytes, size_t size)
{
    return strspn(bytes, " \t\r\n") >= size;
}

static int import_lines(struct import *import, FILE *file, struct text *why)
{
    char *bytes = NULL;
    size_t room = 0;
    ssize_t size;
    int result = LEDGER_OK;
    ledger_begin_reading(import->ledger);
    for (uint64_t number = 1; result == LEDGER_OK && (size = getline(&bytes, &room, file)) >= 0; number++) {
        if (!line_read(&import->line, bytes, (size_t)size)) {
            if (!is_blank(bytes, (size_t)size) && import->malformed++ == 0)
                import->first_malformed = number;
        } else if (import->line.is_entry) {
            import_entry(import);
        } else if (number > 1) {
            import->others++;
        }
        if (import->uncommitted >= ENTRIES_IN_COMMIT)
            result = import_commit(import, why);
    }
    if (result == LEDGER_OK && ferror(file)) {
        text_addf(why, "cannot be read: %s", strerror(errno));
        result = LEDGER_FAILED;
    }
    if (result == LEDGER_OK)
        result = import_commit(import, why);
    ledger_end_reading(import->ledger);
    free(bytes);
    return result;
}

static int import_say(const struct import *import, const char *path)
{
    char a[32];
    printf("%s messages merged\n", show_count(a, import->entries));
    if (import->others)
        say("ledger: %s: %s lines of a kind that this version does not know were skipped", path,
            show_count(a, import->others));
    if (!import->malformed)
        return STATUS_DONE;
    say("ledger: %s: %s lines are not as an export writes them and were skipped; the first is line %llu",
        path, show_count(a, import->malformed), (unsigned long long)import->first_malformed);
    return STATUS_FAILED;
}

static int import_file(struct import *import, FILE *file, const char *path)
{
    struct text why = TEXT_EMPTY;
    import->meter = meter_new();
    personal_prices(meter_prices(import->meter), places_environment());
    int result = restored_load(&import->restored, import->ledger, import->meter, &why);
    if (result == LEDGER_OK)
        result = import_lines(import, file, &why);
    int status = result == LEDGER_OK ? import_say(import, path) : ledger_say(&why);
    restored_free(&import->restored);
    meter_free(import->meter);
    for (int name = 0; name < NAMES; name++)
        text_free(&import->line.names[name]);
    return status;
}

int ledger_command_import(const char *path)
{
    bool had_agent;
    struct import import = {0};
    FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "re");
    if (!file) {
        say("ledger: %s: %s", path, strerror(errno));
        return STATUS_FAILED;
    }
    import.ledger = ledger_to_write(&had_agent);
    int status = import.ledger ? import_file(&import, file, path) : STATUS_FAILED;
    if (file != stdin)
        fclose(file);
    return ledger_written(import.ledger, had_agent, status);
}
