/* One value out of a configuration file: see setting.h. */
#include "setting.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

struct reader {
    const char *at, *end;
    struct text section, key, value;
};

static int peek(const struct reader *reader)
{
    return reader->at < reader->end ? (unsigned char)*reader->at : EOF;
}

static int next(struct reader *reader)
{
    return reader->at < reader->end ? (unsigned char)*reader->at++ : EOF;
}

static void skip_blanks(struct reader *reader)
{
    while (peek(reader) == ' ' || peek(reader) == '\t' || peek(reader) == '\r')
        reader->at++;
}

static void skip_line(struct reader *reader)
{
    int c;
    do
        c = next(reader);
    while (c != '\n' && c != EOF);
}

/* Reads the rest of `[section]` or `[section "subsection"]`. */
static bool read_section(struct reader *reader)
{
    int c;
    bool is_quoted = false;
    text_clear(&reader->section);
    while ((c = next(reader)) != EOF && c != '\n') {
        if (c == ']' && !is_quoted)
            return reader->section.size > 0;
        if (c == '"')
            is_quoted = !is_quoted;
        if (c == '\\' && is_quoted)
            c = next(reader);
        text_add_char(&reader->section, is_quoted ? (char)c : (char)tolower(c));
    }
    return false;
}

static bool read_key(struct reader *reader)
{
    text_clear(&reader->key);
    while (isalnum(peek(reader)) || peek(reader) == '-')
        text_add_char(&reader->key, (char)tolower(next(reader)));
    skip_blanks(reader);
    return reader->key.size > 0;
}

/* What a backslash and the character after it stand for; 0: nothing does. */
static char escaped(int c)
{
    return c == 'n' ? '\n' : c == 't' ? '\t' : c == 'b' ? '\b' : c == '"' || c == '\\' ? (char)c : '\0';
}

/* Takes up the character after a backslash. A line that ends with one goes on with the next. */
static bool read_escape(struct reader *reader)
{
    int c = next(reader);
    if (c == '\r' && peek(reader) == '\n')
        c = next(reader);
    if (c == '\n')
        return true;
    if (!escaped(c))
        return false;
    text_add_char(&reader->value, escaped(c));
    return true;
}

/* Reads what stands behind the '='. Blanks at both ends do not count unless they are quoted. */
static bool read_value(struct reader *reader)
{
    bool is_quoted = false;
    size_t kept = 0; /* blanks behind this many bytes may be the last */
    text_clear(&reader->value);
    skip_blanks(reader);
    for (int c; (c = next(reader)) != EOF && c != '\n';) {
        if (!is_quoted && (c == '#' || c == ';')) {
            skip_line(reader);
            break;
        }
        if (c == '"')
            is_quoted = !is_quoted;
        else if (c == '\\' && !read_escape(reader))
            return false;
        else if (c != '\\')
            text_add_char(&reader->value, (char)c);
        if (is_quoted || !isspace(c))
            kept = reader->value.size;
    }
    if (reader->value.bytes)
        reader->value.bytes[kept] = '\0';
    reader->value.size = kept;
    return !is_quoted;
}

/* Reads an entry into the reader; false at the end and where something is wrong. */
static bool read_entry(struct reader *reader)
{
    for (;;) {
        while (isspace(peek(reader)))
            reader->at++;
        if (peek(reader) == '#' || peek(reader) == ';') {
            skip_line(reader);
        } else if (peek(reader) == '[') {
            reader->at++;
            if (!read_section(reader))
                return false;
        } else {
            break;
        }
    }
    if (!read_key(reader))
        return false;
    if (peek(reader) == '=') {
        reader->at++;
        return read_value(reader);
    }
    text_clear(&reader->value);
    text_add_string(&reader->value, "true");
    return peek(reader) == '\n' || peek(reader) == '#' || peek(reader) == ';' || peek(reader) == EOF;
}

static bool is_name(const struct reader *reader, const char *name)
{
    const char *dot = strchr(name, '.');
    return reader->section.size == (size_t)(dot - name) &&
           memcmp(reader->section.bytes, name, reader->section.size) == 0 &&
           strcmp(reader->key.bytes, dot + 1) == 0;
}

bool setting_find(const char *bytes, size_t size, const char *name, struct text *value)
{
    static const char mark[] = "\xef\xbb\xbf"; /* of UTF-8 */
    bool is_found = false;
    struct reader reader = {.at = bytes, .end = bytes + size};
    if (size >= 3 && memcmp(bytes, mark, 3) == 0)
        reader.at += 3;
    while (read_entry(&reader)) {
        if (!is_name(&reader, name))
            continue;
        is_found = true;
        text_clear(value);
        text_add(value, reader.value.bytes ? reader.value.bytes : "", reader.value.size);
    }
    text_free(&reader.section);
    text_free(&reader.key);
    text_free(&reader.value);
    return is_found;
}

bool setting_read(const char *path, const char *name, struct text *value)
{
    struct text content = TEXT_EMPTY;
    char part[4096];
    size_t size;
    FILE *file = fopen(path, "re");
    if (!file)
        return false;
    while ((size = fread(part, 1, sizeof part, file)) > 0)
        text_add(&content, part, size);
    fclose(file);
    bool is_found = content.size && setting_find(content.bytes, content.size, name, value);
    text_free(&content);
    return is_found;
}
