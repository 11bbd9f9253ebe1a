/* Configuration files in git's syntax: see setting.h. */
#include "setting.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

static int peek(const struct setting_reader *reader)
{
    return reader->at < reader->size ? (unsigned char)reader->bytes[reader->at] : EOF;
}

static int next(struct setting_reader *reader)
{
    return reader->at < reader->size ? (unsigned char)reader->bytes[reader->at++] : EOF;
}

static void skip_blanks(struct setting_reader *reader)
{
    while (peek(reader) == ' ' || peek(reader) == '\t' || peek(reader) == '\r')
        reader->at++;
}

static void skip_line(struct setting_reader *reader)
{
    int c;
    do
        c = next(reader);
    while (c != '\n' && c != EOF);
}

/* Reads the rest of `[section]` or `[section "subsection"]`, which is called section.subsection. */
static bool read_section(struct setting_reader *reader)
{
    int c;
    bool is_quoted = false;
    text_clear(&reader->section);
    while ((c = next(reader)) != EOF && c != '\n') {
        if (c == ']' && !is_quoted)
            return reader->section.size > 0;
        if (c == '"') {
            is_quoted = !is_quoted;
            if (is_quoted)
                text_add_char(&reader->section, '.');
        } else if (is_quoted) {
            text_add_char(&reader->section, (char)(c == '\\' ? next(reader) : c));
        } else if (c != ' ' && c != '\t') {
            text_add_char(&reader->section, (char)tolower(c));
        }
    }
    return false;
}

static bool read_key(struct setting_reader *reader)
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
static bool read_escape(struct setting_reader *reader)
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
static bool read_value(struct setting_reader *reader)
{
    bool is_quoted = false;
    size_t kept = 0; /* blanks behind this many bytes may be the last */
    text_clear(&reader->value);
    text_add_string(&reader->value, "");
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
    reader->value.bytes[kept] = '\0';
    reader->value.size = kept;
    return !is_quoted;
}

static enum setting_item read_entry(struct setting_reader *reader)
{
    if (!read_key(reader))
        return SETTING_WRONG;
    if (peek(reader) == '=') {
        reader->at++;
        return read_value(reader) ? SETTING_VALUE : SETTING_WRONG;
    }
    text_clear(&reader->value);
    text_add_string(&reader->value, "true");
    int c = peek(reader);
    if (c != '\n' && c != '#' && c != ';' && c != EOF)
        return SETTING_WRONG;
    skip_line(reader);
    return SETTING_VALUE;
}

void setting_begin(struct setting_reader *reader, const char *bytes, size_t size)
{
    static const char mark[] = "\xef\xbb\xbf"; /* of UTF-8 */
    *reader = (struct setting_reader){.bytes = bytes, .size = size};
    if (size >= 3 && memcmp(bytes, mark, 3) == 0)
        reader->at = 3;
}

enum setting_item setting_next(struct setting_reader *reader)
{
    for (;;) {
        reader->begin = reader->at;
        while (isspace(peek(reader)))
            if (next(reader) == '\n')
                reader->begin = reader->at;
        if (peek(reader) == EOF)
            return SETTING_END;
        if (peek(reader) != '#' && peek(reader) != ';')
            break;
        skip_line(reader);
    }
    if (peek(reader) != '[')
        return read_entry(reader);
    reader->begin = reader->at++;
    return read_section(reader) ? SETTING_SECTION : SETTING_WRONG;
}

void setting_finish(struct setting_reader *reader)
{
    text_free(&reader->section);
    text_free(&reader->key);
    text_free(&reader->value);
}

bool setting_is(const struct setting_reader *reader, const char *name)
{
    const char *dot = strrchr(name, '.');
    size_t size = (size_t)(dot - name);
    return reader->section.size == size && memcmp(reader->section.bytes, name, size) == 0 &&
           strcmp(reader->key.bytes, dot + 1) == 0;
}

unsigned setting_line(const struct setting_reader *reader, size_t at)
{
    unsigned line = 1;
    for (size_t i = 0; i < at && i < reader->size; i++)
        line += reader->bytes[i] == '\n';
    return line;
}

bool setting_find(const char *bytes, size_t size, const char *name, struct text *value)
{
    bool is_found = false;
    enum setting_item item;
    struct setting_reader reader;
    setting_begin(&reader, bytes, size);
    while ((item = setting_next(&reader)) == SETTING_SECTION || item == SETTING_VALUE) {
        if (item == SETTING_SECTION || !setting_is(&reader, name))
            continue;
        is_found = true;
        text_clear(value);
        text_add(value, reader.value.bytes, reader.value.size);
    }
    setting_finish(&reader);
    return is_found;
}

bool setting_load(const char *path, struct text *content)
{
    char part[4096];
    size_t size;
    FILE *file = fopen(path, "re");
    if (!file)
        return false;
    errno = 0;
    while ((size = fread(part, 1, sizeof part, file)) > 0)
        text_add(content, part, size);
    int error = ferror(file) ? errno : 0;
    fclose(file);
    errno = error;
    return error == 0;
}

bool setting_read(const char *path, const char *name, struct text *value)
{
    struct text content = TEXT_EMPTY;
    bool is_found = setting_load(path, &content) && content.size &&
                    setting_find(content.bytes, content.size, name, value);
    text_free(&content);
    return is_found;
}
