/* Editing a configuration in its own text: see config_text.h. */
#include "config_text.h"

#include "../base/setting.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

static const char usual_indent[] = "    ";

static void begin(struct setting_reader *reader, const struct text *config)
{
    setting_begin(reader, config->bytes ? config->bytes : "", config->size);
}

bool config_text_check(const struct text *config, struct text *why)
{
    struct setting_reader reader;
    enum setting_item item;
    begin(&reader, config);
    while ((item = setting_next(&reader)) != SETTING_END && item != SETTING_WRONG)
        ;
    if (item == SETTING_WRONG)
        text_addf(why, "line %u: neither [section], nor key = value, nor # comment",
                  setting_line(&reader, reader.begin));
    setting_finish(&reader);
    return item == SETTING_END;
}

bool config_text_is_name(const char *name)
{
    const char *first = strchr(name, '.'), *last = strrchr(name, '.');
    if (!first || first == name || !isalpha((unsigned char)last[1]))
        return false;
    for (const char *at = name; *at; at++) {
        bool is_plain = isalnum((unsigned char)*at) || *at == '-' || *at == '.';
        if ((at <= first || at > last) ? !is_plain : (unsigned char)*at < 0x20)
            return false;
    }
    return true;
}

size_t config_text_get(const struct text *config, const char *name, struct text *out)
{
    struct setting_reader reader;
    enum setting_item item;
    size_t count = 0;
    begin(&reader, config);
    while ((item = setting_next(&reader)) == SETTING_SECTION || item == SETTING_VALUE) {
        if (item == SETTING_SECTION || !setting_is(&reader, name))
            continue;
        text_add(out, reader.value.bytes, reader.value.size);
        text_add_char(out, '\n');
        count++;
    }
    setting_finish(&reader);
    return count;
}

/* ---- writing ----------------------------------------------------------------------------------------- */

void config_text_add_section(struct text *out, const char *section)
{
    const char *dot = strchr(section, '.');
    text_addf(out, "[%.*s", dot ? (int)(dot - section) : (int)strlen(section), section);
    if (dot) {
        text_add_string(out, " \"");
        for (const char *at = dot + 1; *at; at++) {
            if (*at == '"' || *at == '\\')
                text_add_char(out, '\\');
            text_add_char(out, *at);
        }
        text_add_char(out, '"');
    }
    text_add_string(out, "]\n");
}

/* Whether a value is read as it is written without quotes. */
static bool is_plain(const char *value)
{
    size_t size = strlen(value);
    return size > 0 && !strpbrk(value, "#;\"\\\n\t\b\r") && value[0] != ' ' && value[size - 1] != ' ';
}

static void add_value(struct text *out, const char *indent, size_t indent_size, const char *key,
                      const char *value)
{
    static const char bytes[] = "\n\t\b\"\\", names[] = "ntb\"\\";
    bool quoted = !is_plain(value);
    text_add(out, indent, indent_size);
    text_addf(out, "%s = %s", key, quoted ? "\"" : "");
    for (; *value; value++) {
        const char *special = strchr(bytes, *value);
        if (special)
            text_add_char(out, '\\');
        text_add_char(out, special ? names[special - bytes] : *value);
    }
    text_add_string(out, quoted ? "\"\n" : "\n");
}

void config_text_add_value(struct text *out, const char *key, const char *value)
{
    add_value(out, usual_indent, sizeof usual_indent - 1, key, value);
}

/* Where values of a name go, found in a first reading. */
struct place {
    bool has_section, has_value;
    size_t at;                  /* behind the section's last line; of the first value's begin */
    size_t indent, indent_size; /* what stands before the section's values */
};

/* Behind the line end that follows `at`, if nothing else but a comment does. */
static size_t line_end(const struct text *config, size_t at)
{
    const char *end = memchr(config->bytes + at, '\n', config->size - at);
    return end ? (size_t)(end - config->bytes) + 1 : config->size;
}

static bool only_comment_follows(const struct text *config, size_t at)
{
    while (at < config->size &&
           (config->bytes[at] == ' ' || config->bytes[at] == '\t' || config->bytes[at] == '\r'))
        at++;
    return at == config->size || strchr("#;\n", config->bytes[at]);
}

static bool is_section(const struct setting_reader *reader, const char *name)
{
    size_t size = (size_t)(strrchr(name, '.') - name);
    return reader->section.size == size && memcmp(reader->section.bytes, name, size) == 0;
}

static struct place find_place(const struct text *config, const char *name)
{
    struct place place = {0};
    struct setting_reader reader;
    enum setting_item item;
    begin(&reader, config);
    while (!place.has_value && ((item = setting_next(&reader)) == SETTING_SECTION || item == SETTING_VALUE)) {
        if (!is_section(&reader, name))
            continue;
        place.has_section = true;
        place.has_value = item == SETTING_VALUE && setting_is(&reader, name);
        if (item == SETTING_VALUE) {
            size_t blanks = strspn(config->bytes + reader.begin, " \t");
            bool begins_line = reader.begin == 0 || config->bytes[reader.begin - 1] == '\n';
            place.indent = reader.begin;
            place.indent_size = begins_line ? blanks : 0;
        }
        place.at = place.has_value                           ? reader.begin
                   : item == SETTING_VALUE                   ? reader.at
                   : only_comment_follows(config, reader.at) ? line_end(config, reader.at)
                                                             : reader.at;
    }
    setting_finish(&reader);
    return place;
}

/* Adds a part of the configuration; what stood behind a section's header on its line gets a line of its own.
 */
static void add_part(struct text *out, const struct text *config, size_t from, size_t to)
{
    if (from < to && out->size && out->bytes[out->size - 1] != '\n' && config->bytes[from] != '\n')
        text_add_char(out, '\n');
    text_add(out, from < to ? config->bytes + from : "", to - from);
}

static void add_values(const struct text *config, const struct place *place, const char *name,
                       const char *const *values, size_t count, struct text *out)
{
    const char *key = strrchr(name, '.') + 1;
    if (count && out->size && out->bytes[out->size - 1] != '\n')
        text_add_char(out, '\n');
    for (size_t i = 0; i < count; i++)
        add_value(out, place->indent_size ? config->bytes + place->indent : usual_indent,
                  place->indent_size ? place->indent_size : sizeof usual_indent - 1, key, values[i]);
}

static void add_new_section(const char *name, struct text *out)
{
    const char *last = strrchr(name, '.');
    struct text section = TEXT_EMPTY;
    if (out->size && out->bytes[out->size - 1] != '\n')
        text_add_char(out, '\n');
    text_add(&section, name, (size_t)(last - name));
    config_text_add_section(out, section.bytes);
    text_free(&section);
}

void config_text_set(const struct text *config, const char *name, const char *const *values, size_t count,
                     struct text *out)
{
    struct place place = find_place(config, name);
    struct setting_reader reader;
    enum setting_item item;
    size_t done = 0;
    if (place.has_section) {
        text_add(out, config->bytes, place.at);
        add_values(config, &place, name, values, count, out);
        done = place.at;
    }
    begin(&reader, config);
    while ((item = setting_next(&reader)) == SETTING_SECTION || item == SETTING_VALUE) {
        if (item == SETTING_SECTION || !setting_is(&reader, name))
            continue;
        add_part(out, config, done, reader.begin);
        done = reader.at;
    }
    setting_finish(&reader);
    add_part(out, config, done, config->size);
    if (!place.has_section && count) {
        add_new_section(name, out);
        add_values(config, &place, name, values, count, out);
    }
}

void config_text_drop(const struct text *config, bool (*is_unwanted)(const char *section), struct text *out)
{
    struct setting_reader reader;
    enum setting_item item;
    size_t kept = 0;
    bool dropping = false;
    text_add_string(out, "");
    begin(&reader, config);
    while ((item = setting_next(&reader)) == SETTING_SECTION || item == SETTING_VALUE) {
        if (item != SETTING_SECTION)
            continue;
        if (!dropping)
            text_add(out, config->bytes + kept, reader.begin - kept);
        kept = reader.begin;
        dropping = is_unwanted(reader.section.bytes);
    }
    setting_finish(&reader);
    if (!dropping && config->size)
        text_add(out, config->bytes + kept, config->size - kept);
}
