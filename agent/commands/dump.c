/* `tacho dump`: the segment as any reader sees it, through shm/tacho.h alone; no agent is asked. */
#include "command.h"

#include "../base/memory.h"
#include "../base/say.h"

#include "../../shm/tacho.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

static const char usage[] =
    "usage: tacho dump [--json]\n"
    "\n"
    "Prints the shared memory that hooks and prompts read: its header, and for every slot its numbers and "
    "its\n"
    "finished lines. The segment describes itself, so this works with an agent of any version; none need "
    "run.\n"
    "\n"
    "  -j, --json   as one JSON object\n"
    "\n"
    "examples:\n"
    "  tacho dump | less\n"
    "  tacho dump --json | jq '.slots[] | select(.kind == \"session\") | .metrics.cost'\n";

enum { LINE_BYTES_MAX = 64 * 1024 };

static const char *const kinds[] = {NULL, "global", "session", "directory"};
static const char *const surfaces[] = {NULL,
                                       "claude",
                                       "bash",
                                       "zsh",
                                       "fish",
                                       "tmux",
                                       "plain",
                                       "json",
                                       "bash-right",
                                       "zsh-right",
                                       "fish-right",
                                       "plain-right",
                                       "bash-transient",
                                       "zsh-transient",
                                       "fish-transient",
                                       "plain-transient"};
static const char *const depths[] = {"none", "16", "256", "true"};
static const char *const types[] = {NULL, "unsigned", "signed", "text"};
static const char *const semantics[] = {NULL, "counter", "gauge", "instant", "label"};

/* Enumerations of the file may be newer than this program. */
#define NAME_OF(names, value) name_of(names, sizeof(names) / sizeof *(names), value)

static const char *name_of(const char *const *names, size_t count, unsigned value)
{
    return value < count && names[value] ? names[value] : "unknown";
}

struct dump {
    struct tacho_segment segment;
    struct tacho_metric *metrics;
    uint32_t metric_count;
    struct tacho_copy *copy; /* header.copy_size bytes: the slot at hand */
    size_t copy_size;
    char line[LINE_BYTES_MAX];
    size_t line_size;
    struct text out;
    bool json;
    bool damaged;
};

/* ---- small parts ------------------------------------------------------------------------------------- */

/* Bytes as a person can read and paste them: escapes and controls are spelled out. */
static void add_visible(struct text *out, const char *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        unsigned char c = (unsigned char)bytes[i];
        if (c == 0x1b)
            text_add_string(out, "\\e");
        else if (c == '\n')
            text_add_string(out, "\\n");
        else if (c < 0x20 || c == 0x7f)
            text_addf(out, "\\x%02x", c);
        else
            text_add_char(out, (char)c);
    }
}

static void add_string(const struct dump *dump, struct text *out, const char *bytes, size_t size)
{
    if (dump->json)
        text_add_json(out, bytes, size);
    else
        add_visible(out, bytes, size);
}

static void add_time(struct text *out, int64_t ns)
{
    time_t seconds = (time_t)(ns / 1000000000);
    struct tm local;
    char name[40];
    if (ns > 0 && localtime_r(&seconds, &local) && strftime(name, sizeof name, "%Y-%m-%d %H:%M:%S", &local))
        text_addf(out, "%s.%03d", name, (int)(ns / 1000000 % 1000));
    else
        text_addf(out, "%lld ns", (long long)ns);
}

static void add_value(struct dump *dump, const struct tacho_metric *metric, uint64_t word)
{
    struct text *out = &dump->out;
    size_t size;
    const char *string;
    if (metric->type == TACHO_TEXT && (string = tacho_text(dump->copy, metric->word, &size)))
        add_string(dump, out, string, size);
    else if (metric->type == TACHO_SIGNED)
        text_addf(out, "%lld", (long long)word);
    else
        text_addf(out, "%llu", (unsigned long long)word);
}

/* Fits a block to no width at all: the whole line. */
static bool read_line(struct dump *dump, const struct tacho_block *block)
{
    int64_t size = tacho_format(dump->copy, (enum tacho_surface)block->surface,
                                (enum tacho_depth)block->depth, 0, 0, dump->line, sizeof dump->line);
    dump->line_size = size < 0 ? 0 : (size_t)size;
    return size >= 0;
}

static const struct tacho_block *block_at(const struct dump *dump, uint32_t index)
{
    const char *copy = (const char *)dump->copy;
    return (const struct tacho_block *)(const void *)(copy + dump->copy->block_offset) + index;
}

/* ---- for people -------------------------------------------------------------------------------------- */

static void print_header(struct dump *dump, const char *path)
{
    const struct tacho_header *header = &dump->segment.header;
    struct text *out = &dump->out;
    text_addf(out, "segment    %s\n", path);
    text_addf(out, "version    %u.%u, %llu bytes, epoch %016llx%s\n", header->major, header->minor,
              (unsigned long long)header->file_size, (unsigned long long)header->epoch,
              tacho_is_retired(&dump->segment) ? ", retired" : "");
    text_addf(out, "agent      %.*s, process %u, since ", (int)strnlen(header->agent_version, 32),
              header->agent_version, header->agent_pid);
    add_time(out, header->agent_start_ns);
    text_addf(out, "\nslots      %u of %u bytes; %llu published\n", header->slot_count, header->slot_size,
              (unsigned long long)header->publishes);
    text_addf(out, "events     %u kept; the next is number %llu\n", header->ring_count,
              (unsigned long long)header->ring_next);
    text_addf(out, "metrics    %u\n", dump->metric_count);
}

static void print_metrics(struct dump *dump)
{
    struct text *out = &dump->out;
    for (uint32_t i = 0; i < dump->metric_count; i++) {
        const struct tacho_metric *metric = &dump->metrics[i];
        uint64_t word;
        if (!tacho_word(dump->copy, metric->word, &word))
            continue;
        text_addf(out, "  %-24s ", metric->name);
        add_value(dump, metric, word);
        text_addf(out, "%s%s\n", metric->unit[0] ? " " : "", metric->unit);
    }
}

static void print_slot(struct dump *dump, uint32_t index)
{
    const struct tacho_copy *copy = dump->copy;
    struct text *out = &dump->out;
    text_addf(out, "\nslot %u, %s ", index, NAME_OF(kinds, copy->kind));
    add_visible(out, tacho_key(copy), copy->key_size);
    text_addf(out, "\n  version %llu, as of ", (unsigned long long)copy->version);
    add_time(out, copy->as_of_ns);
    text_add_string(out, ", good until ");
    add_time(out, copy->valid_until_ns);
    text_add_char(out, '\n');
    print_metrics(dump);
    for (uint32_t i = 0; i < copy->block_count; i++) {
        const struct tacho_block *block = block_at(dump, i);
        if (!read_line(dump, block))
            continue;
        text_addf(out, "  %-6s %-7s ", NAME_OF(surfaces, block->surface), NAME_OF(depths, block->depth));
        add_visible(out, dump->line, dump->line_size);
        text_add_char(out, '\n');
    }
}

/* ---- for programs ------------------------------------------------------------------------------------ */

static void json_header(struct dump *dump, const char *path)
{
    const struct tacho_header *header = &dump->segment.header;
    struct text *out = &dump->out;
    text_add_string(out, "{\n  \"header\": {\"path\": ");
    text_add_json(out, path, strlen(path));
    text_addf(
        out,
        ", \"major\": %u, \"minor\": %u, \"file_size\": %llu, \"epoch\": \"%016llx\", \"retired\": %s,\n",
        header->major, header->minor, (unsigned long long)header->file_size,
        (unsigned long long)header->epoch, tacho_is_retired(&dump->segment) ? "true" : "false");
    text_add_string(out, "    \"agent_version\": ");
    text_add_json(out, header->agent_version, strnlen(header->agent_version, sizeof header->agent_version));
    text_addf(out, ", \"agent_pid\": %u, \"agent_start_ns\": %lld,\n", header->agent_pid,
              (long long)header->agent_start_ns);
    text_addf(out,
              "    \"slot_count\": %u, \"slot_size\": %u, \"copy_size\": %u, \"ring_count\": %u, "
              "\"ring_next\": %llu, \"publishes\": %llu},\n",
              header->slot_count, header->slot_size, header->copy_size, header->ring_count,
              (unsigned long long)header->ring_next, (unsigned long long)header->publishes);
}

static void json_metric_table(struct dump *dump)
{
    struct text *out = &dump->out;
    text_add_string(out, "  \"metrics\": [");
    for (uint32_t i = 0; i < dump->metric_count; i++) {
        const struct tacho_metric *metric = &dump->metrics[i];
        text_addf(out, "%s\n    {\"name\": ", i ? "," : "");
        text_add_json(out, metric->name, strlen(metric->name));
        text_add_string(out, ", \"unit\": ");
        text_add_json(out, metric->unit, strlen(metric->unit));
        text_addf(out, ", \"type\": \"%s\", \"semantics\": \"%s\", \"help\": ", NAME_OF(types, metric->type),
                  NAME_OF(semantics, metric->semantics));
        text_add_json(out, metric->help, strlen(metric->help));
        text_add_char(out, '}');
    }
    text_add_string(out, "\n  ],\n  \"slots\": [");
}

static void json_slot(struct dump *dump, uint32_t index, bool first)
{
    const struct tacho_copy *copy = dump->copy;
    struct text *out = &dump->out;
    text_addf(out, "%s\n    {\"index\": %u, \"kind\": \"%s\", \"key\": ", first ? "" : ",", index,
              NAME_OF(kinds, copy->kind));
    text_add_json(out, tacho_key(copy), copy->key_size);
    text_addf(out, ", \"version\": %llu, \"as_of_ns\": %lld, \"valid_until_ns\": %lld,\n     \"metrics\": {",
              (unsigned long long)copy->version, (long long)copy->as_of_ns, (long long)copy->valid_until_ns);
    const char *separator = "";
    for (uint32_t i = 0; i < dump->metric_count; i++) {
        uint64_t word;
        if (!tacho_word(copy, dump->metrics[i].word, &word))
            continue;
        text_add_string(out, separator);
        text_add_json(out, dump->metrics[i].name, strlen(dump->metrics[i].name));
        text_add_string(out, ": ");
        add_value(dump, &dump->metrics[i], word);
        separator = ", ";
    }
    text_add_string(out, "},\n     \"lines\": [");
    separator = "";
    for (uint32_t i = 0; i < copy->block_count; i++) {
        const struct tacho_block *block = block_at(dump, i);
        if (!read_line(dump, block))
            continue;
        text_addf(out, "%s{\"surface\": \"%s\", \"colours\": \"%s\", \"text\": ", separator,
                  NAME_OF(surfaces, block->surface), NAME_OF(depths, block->depth));
        text_add_json(out, dump->line, dump->line_size);
        text_add_char(out, '}');
        separator = ", ";
    }
    text_add_string(out, "]}");
}

/* ---- the whole --------------------------------------------------------------------------------------- */

static bool read_metrics(struct dump *dump)
{
    size_t room = 0;
    struct tacho_metric metric;
    int error;
    while ((error = tacho_metric_at(&dump->segment, dump->metric_count, &metric)) == 0) {
        dump->metrics = memory_grow(dump->metrics, dump->metric_count, &room, sizeof metric);
        dump->metrics[dump->metric_count++] = metric;
    }
    return error == TACHO_NOT_FOUND;
}

static void dump_slots(struct dump *dump)
{
    bool first = true;
    for (uint32_t i = 0; i < dump->segment.header.slot_count; i++) {
        int error = tacho_read(&dump->segment, i, dump->copy, dump->copy_size);
        if (error == TACHO_NOT_FOUND)
            continue;
        if (error) {
            say("dump: slot %u: %s", i,
                error == TACHO_BUSY ? "changes too quickly to be read" : "is damaged");
            dump->damaged |= error != TACHO_BUSY;
            continue;
        }
        if (dump->json)
            json_slot(dump, i, first);
        else
            print_slot(dump, i);
        first = false;
        fwrite(dump->out.bytes, 1, dump->out.size, stdout);
        text_clear(&dump->out);
    }
}

static int dump_segment(struct dump *dump, const char *path)
{
    if (!read_metrics(dump)) {
        say("dump: %s: its metric table is damaged: 'tacho restart' makes a new segment", path);
        return STATUS_FAILED;
    }
    dump->copy_size = dump->segment.header.copy_size;
    if (dump->copy_size > TACHO_COPY_MAX)
        dump->copy_size = TACHO_COPY_MAX;
    dump->copy = memory_take(dump->copy_size + sizeof *dump->copy);
    if (dump->json) {
        json_header(dump, path);
        json_metric_table(dump);
    } else {
        print_header(dump, path);
    }
    fwrite(dump->out.bytes, 1, dump->out.size, stdout);
    text_clear(&dump->out);
    dump_slots(dump);
    if (dump->json)
        fputs("\n  ]\n}\n", stdout);
    return dump->damaged ? STATUS_FAILED : STATUS_DONE;
}

int command_dump(int argc, char **argv)
{
    static struct dump dump; /* its line buffer is too large for a stack */
    const struct option_rule rules[] = {{"json", 'j', OPTION_FLAG, &dump.json}};
    const struct options options = {"dump", usage, rules, 1, 0};
    int status;
    if (!options_read(argc, argv, &options, &status))
        return status;
    char *path = places_runtime(TACHO_SEGMENT_NAME);
    if (!path)
        return STATUS_FAILED;
    if (tacho_open(&dump.segment, path) == 0) {
        status = dump_segment(&dump, path);
        tacho_close(&dump.segment);
    } else {
        say("dump: %s: no segment that can be trusted: 'tacho start' makes one", path);
        status = STATUS_FAILED;
    }
    free(dump.metrics);
    free(dump.copy);
    text_free(&dump.out);
    free(path);
    return status;
}
