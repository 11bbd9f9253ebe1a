/*
 * ccusage.json: options for reports, as ccusage 20 reads them. `defaults` are for every command, `commands` for
 * one; the same two below `claude` are for `claude` commands, and count more. A file of its own, because
 * jansson's names for types are those of ingest/json.h.
 */
#include "reports.h"

#include <ctype.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

struct reading {
    void (*set)(void *data, const char *key, const char *value);
    void *data;
};

/* "startOfWeek" → "start-of-week". */
static void write_key(struct text *out, const char *key)
{
    for (; *key; key++) {
        if (isupper((unsigned char)*key))
            text_add_char(out, '-');
        text_add_char(out, (char)tolower((unsigned char)*key));
    }
}

static void give(const struct reading *reading, const char *key, const json_t *value)
{
    struct text name = TEXT_EMPTY, text = TEXT_EMPTY;
    write_key(&name, key);
    if (json_is_string(value))
        text_add_string(&text, json_string_value(value));
    else if (json_is_boolean(value))
        text_add_string(&text, json_is_true(value) ? "true" : "false");
    else if (json_is_integer(value))
        text_addf(&text, "%lld", (long long)json_integer_value(value));
    else if (json_is_real(value))
        text_addf(&text, "%.17g", json_real_value(value));
    if (name.size && text.bytes)
        reading->set(reading->data, name.bytes, text.bytes);
    text_free(&name);
    text_free(&text);
}

static void give_all(const struct reading *reading, const json_t *object)
{
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)object, key, value)
    {
        give(reading, key, value);
    }
}

/* One level's options for a command: its own before those for all. */
static void give_level(const struct reading *reading, const json_t *level, const char *command)
{
    give_all(reading, json_object_get(json_object_get(level, "commands"), command));
    give_all(reading, json_object_get(level, "defaults"));
}

bool report_config_read(const char *path, const char *command, bool claude,
                        void (*set)(void *data, const char *key, const char *value), void *data,
                        struct text *why)
{
    const struct reading reading = {set, data};
    json_error_t error;
    json_t *document = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
    bool is_good = document && json_is_object(document);
    if (!document && error.line > 0)
        text_addf(why, "line %d: %s", error.line, error.text);
    else if (!is_good)
        text_add_string(why, document ? "it must be an object in braces" : error.text);
    if (is_good && claude)
        give_level(&reading, json_object_get(document, "claude"), command);
    if (is_good)
        give_level(&reading, document, command);
    json_decref(document);
    return is_good;
}
