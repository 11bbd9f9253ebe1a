/* One log line, member by member: see record.h. */
#include "record.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum level { LINE, MESSAGE, USAGE, CREATION };

static const struct {
    enum level level;
    const char *key; /* NULL: the value is a whole member */
} places[FIELD_COUNT] = {
    [FIELD_TYPE] = {LINE, "type"},
    [FIELD_SIDECHAIN] = {LINE, "isSidechain"},
    [FIELD_CWD] = {LINE, "cwd"},
    [FIELD_VERSION] = {LINE, "version"},
    [FIELD_SESSION_ID] = {LINE, "sessionId"},
    [FIELD_FORKED_FROM] = {LINE, "forkedFrom"},
    [FIELD_REQUEST_ID] = {LINE, "requestId"},
    [FIELD_UUID] = {LINE, "uuid"},
    [FIELD_TIMESTAMP] = {LINE, "timestamp"},
    [FIELD_COST_USD] = {LINE, "costUSD"},
    [FIELD_LINE_EXTRA] = {LINE, NULL},
    [FIELD_MESSAGE] = {LINE, "message"},
    [FIELD_MESSAGE_ID] = {MESSAGE, "id"},
    [FIELD_MODEL] = {MESSAGE, "model"},
    [FIELD_CONTENT] = {MESSAGE, "content"},
    [FIELD_MESSAGE_EXTRA] = {MESSAGE, NULL},
    [FIELD_USAGE] = {MESSAGE, "usage"},
    [FIELD_INPUT] = {USAGE, "input_tokens"},
    [FIELD_OUTPUT] = {USAGE, "output_tokens"},
    [FIELD_CACHE_WRITE] = {USAGE, "cache_creation_input_tokens"},
    [FIELD_CACHE_READ] = {USAGE, "cache_read_input_tokens"},
    [FIELD_SPEED] = {USAGE, "speed"},
    [FIELD_ITERATIONS] = {USAGE, "iterations"},
    [FIELD_USAGE_EXTRA] = {USAGE, NULL},
    [FIELD_CREATION] = {USAGE, "cache_creation"},
    [FIELD_WRITE_5M] = {CREATION, "ephemeral_5m_input_tokens"},
    [FIELD_WRITE_1H] = {CREATION, "ephemeral_1h_input_tokens"},
};

struct writing {
    struct text *out;
    const struct record *record;
    struct random *random;
    bool inner; /* inside a progress line, which has some members itself */
};

void record_free(struct record *record)
{
    for (size_t i = 0; i < FIELD_COUNT; i++)
        text_free(&record->values[i]);
    text_free(&record->outer_timestamp);
    text_free(&record->before);
    text_free(&record->after);
    text_free(&record->twice_value);
}

void record_set(struct record *record, enum field field, const char *json)
{
    text_clear(&record->values[field]);
    text_add_string(&record->values[field], json);
}

void record_setf(struct record *record, enum field field, const char *format, ...)
{
    char json[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(json, sizeof json, format, arguments);
    va_end(arguments);
    record_set(record, field, json);
}

bool record_has(const struct record *record, enum field field)
{
    return record->values[field].size != 0;
}

/* RFC 8259 §2 allows these around every structural character. */
static void write_blank(struct writing *writing)
{
    static const char *const blanks[] = {"", " ", "  ", "\t", " \r "};
    if (writing->record->spaced)
        text_add_string(writing->out, random_of(writing->random, blanks));
}

static void write_key(struct writing *writing, const char *key)
{
    bool is_usage = strcmp(key, "usage") == 0;
    bool escaped = is_usage ? writing->record->usage_escaped : writing->record->keys_escaped;
    size_t odd = escaped ? random_below(writing->random, strlen(key)) : SIZE_MAX;
    text_add_char(writing->out, '"');
    for (size_t i = 0; key[i]; i++) {
        if (i == odd)
            text_addf(writing->out, random_chance(writing->random, 50) ? "\\u%04x" : "\\u%04X", key[i]);
        else
            text_add_char(writing->out, key[i]);
    }
    text_add_char(writing->out, '"');
    write_blank(writing);
    text_add_char(writing->out, ':');
    write_blank(writing);
}

static void write_object(struct writing *writing, enum level level);

static void write_member(struct writing *writing, enum field field, const struct text *value, bool *first)
{
    if (!*first)
        text_add_char(writing->out, ',');
    *first = false;
    write_blank(writing);
    if (places[field].key)
        write_key(writing, places[field].key);
    if (strcmp(value->bytes, COMPOSED) == 0)
        write_object(writing, field == FIELD_MESSAGE ? MESSAGE : field == FIELD_USAGE ? USAGE : CREATION);
    else
        text_add(writing->out, value->bytes, value->size);
    write_blank(writing);
}

static void write_field(struct writing *writing, enum field field, bool *first)
{
    const struct record *record = writing->record;
    bool twice = record->twice == field && record->twice_value.size;
    if (writing->inner && (field == FIELD_SESSION_ID || field == FIELD_FORKED_FROM))
        return;
    if (twice && !record->twice_last)
        write_member(writing, field, &record->twice_value, first);
    if (record_has(record, field))
        write_member(writing, field, &record->values[field], first);
    if (twice && record->twice_last)
        write_member(writing, field, &record->twice_value, first);
}

static void write_object(struct writing *writing, enum level level)
{
    size_t start = writing->record->shuffled ? random_below(writing->random, FIELD_COUNT) : 0;
    bool first = true;
    text_add_char(writing->out, '{');
    for (size_t i = 0; i < FIELD_COUNT; i++) {
        enum field field = (enum field)((i + start) % FIELD_COUNT);
        if (places[field].level == level)
            write_field(writing, field, &first);
    }
    write_blank(writing);
    text_add_char(writing->out, '}');
}

/* A subagent's message as its parent's file reports it (clients 2.0.76 to 2.1.4x). */
static void write_progress(struct writing *writing)
{
    const struct record *record = writing->record;
    struct text *out = writing->out;
    text_add_string(
        out, "{\"parentUuid\":null,\"type\":\"progress\",\"data\":{\"type\":\"agent_progress\",\"message\":");
    writing->inner = true;
    write_object(writing, LINE);
    text_add_string(out, ",\"prompt\":\"look at "
                         "it\",\"agentId\":\"a1b2c3d\"},\"toolUseID\":\"agent_msg_1\",\"uuid\":\"outer\"");
    static const enum field outer[] = {FIELD_SESSION_ID, FIELD_FORKED_FROM};
    for (size_t i = 0; i < 2; i++)
        if (record_has(record, outer[i]))
            text_addf(out, ",\"%s\":%s", places[outer[i]].key, record->values[outer[i]].bytes);
    if (record->outer_timestamp.size)
        text_addf(out, ",\"timestamp\":%s", record->outer_timestamp.bytes);
    text_add_char(out, '}');
}

void record_write(struct text *out, const struct record *record, struct random *random)
{
    struct writing writing = {out, record, random, false};
    text_add(out, record->before.bytes, record->before.size);
    if (record->progress)
        write_progress(&writing);
    else
        write_object(&writing, LINE);
    text_add(out, record->after.bytes, record->after.size);
}
