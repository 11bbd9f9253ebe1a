/*
 * `tacho ledger export`: every entry as a line of JSON, in ASCII, with all strings in it. The usage text of
 * `tacho ledger` says which keys there are; further ones, and lines of other kinds, may be added. Bytes of
 * names that are no UTF-8 are written as Python's surrogateescape has them (PEP 383).
 */
#include "../base/say.h"
#include "../meter/interned.h"
#include "../render/json_writer.h"
#include "command.h"
#include "ledger.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define CHUNK (64 * 1024) /* is written at once */

struct export
{
    struct interned names[METER_STRINGS];
    struct text out;
    FILE *file;
    uint64_t entries;
    bool is_strange; /* an entry refers to what there is not */
};

static void export_name(void *data, enum meter_string kind, const char *bytes, size_t size)
{
    interned_take(&((struct export *)data)->names[kind], bytes, size);
}

static void add_name(struct export *export, const char *key, enum meter_string kind, uint32_t number)
{
    const struct interned *names = &export->names[kind];
    struct json_writer writer = {.out = &export->out, .ascii = true, .is_value = true};
    if (number >= names->count) {
        export->is_strange = true;
        return;
    }
    text_addf(&export->out, ", \"%s\": ", key);
    json_text(&writer, names->list[number].bytes, names->list[number].size);
}

static void flush(struct export *export)
{
    fwrite(export->out.bytes, 1, export->out.size, export->file);
    text_clear(&export->out);
}

static void export_entry(void *data, const struct entry *entry)
{
    static const char *const kinds[TOKEN_KINDS] = {
        [TOKENS_INPUT] = "input",
        [TOKENS_OUTPUT] = "output",
        [TOKENS_CACHE_WRITE_5M] = "cache_write_5m",
        [TOKENS_CACHE_WRITE_1H] = "cache_write_1h",
        [TOKENS_CACHE_READ] = "cache_read",
    };
    struct export *export = data;
    struct text *out = &export->out;
    text_addf(out, "{\"entry\": \"%016llx%016llx\", \"when_us\": %lld",
              (unsigned long long)entry->identity.high, (unsigned long long)entry->identity.low,
              (long long)entry->when_us);
    add_name(export, "session", METER_STRING_SESSION, entry->session);
    add_name(export, "model", METER_STRING_MODEL, entry->model);
    add_name(export, "path", METER_STRING_PATH, entry->path);
    text_addf(out, ", \"line\": %llu", (unsigned long long)entry->line);
    for (int kind = 0; kind < TOKEN_KINDS; kind++)
        text_addf(out, ", \"%s\": %u", kinds[kind], entry->tokens[kind]);
    text_addf(out, ", \"tools\": %u", entry->tools);
    if (entry->has_usd)
        text_addf(out, ", \"usd_pusd\": %llu", (unsigned long long)entry->usd_pusd);
    text_add_string(out, entry->fast ? ", \"fast\": true" : "");
    text_add_string(out, entry->forked ? ", \"forked\": true" : "");
    text_add_string(out, entry->foreign ? ", \"foreign\": true" : "");
    text_add_string(out, "}\n");
    export->entries++;
    if (out->size >= CHUNK)
        flush(export);
}

static int export_all(struct export *export, struct ledger *ledger)
{
    struct text why = TEXT_EMPTY;
    const struct ledger_sink sink = {.string = export_name, .data = export};
    ledger_begin_reading(ledger);
    text_add_string(&export->out, "{\"ledger\": 1}\n");
    int result = ledger_load(ledger, &sink, &why);
    if (result == LEDGER_OK)
        result = ledger_visit_entries(ledger, export_entry, export, &why);
    ledger_end_reading(ledger);
    flush(export);
    if (result != LEDGER_OK)
        return ledger_say(&why);
    if (export->is_strange) {
        say("ledger: some messages are in sessions or logs that are not known: 'tacho ledger verify' says "
            "more");
        return STATUS_FAILED;
    }
    return STATUS_DONE;
}

/* History is private: a new file is its owner's alone. */
static FILE *open_output(const char *path)
{
    if (!path || strcmp(path, "-") == 0)
        return stdout;
    int descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    FILE *file = descriptor < 0 ? NULL : fdopen(descriptor, "w");
    if (!file)
        say("ledger: %s: %s", path, strerror(errno));
    return file;
}

int ledger_command_export(const char *path)
{
    struct export export = {0};
    struct ledger *ledger = ledger_to_read();
    int status = STATUS_FAILED;
    if (ledger && (export.file = open_output(path)))
        status = export_all(&export, ledger);
    if (export.file && export.file != stdout) {
        bool failed = ferror(export.file) != 0;
        if (fclose(export.file) != 0 || failed) {
            say("ledger: %s: cannot be written: is the disk full?", path);
            status = STATUS_FAILED;
        }
    }
    for (int kind = 0; kind < METER_STRINGS; kind++)
        interned_free(&export.names[kind]);
    text_free(&export.out);
    ledger_close(ledger);
    return status;
}
