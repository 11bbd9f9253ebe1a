/* A strict reader of TOML: see toml.h. Sections named are those of toml.io/en/v1.0.0. */
#include "toml.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DEPTH_MAX = 32 };

struct toml {
    const char *start, *at, *end;
    json_t *root;
    json_t *table; /* what key/value lines go to; borrowed */
    int depth;
    struct text *why;
};

static json_t *read_value(struct toml *toml);

static bool fail(struct toml *toml, const char *what)
{
    int line = 1;
    for (const char *at = toml->start; at < toml->at; at++)
        line += *at == '\n';
    if (!toml->why->size)
        text_addf(toml->why, "line %d: %s", line, what);
    return false;
}

static int peek(const struct toml *toml)
{
    return toml->at < toml->end ? (unsigned char)*toml->at : EOF;
}

static bool take(struct toml *toml, char c)
{
    if (peek(toml) != (unsigned char)c)
        return false;
    toml->at++;
    return true;
}

static void skip_blanks(struct toml *toml)
{
    while (peek(toml) == ' ' || peek(toml) == '\t')
        toml->at++;
}

static void skip_comment(struct toml *toml)
{
    if (peek(toml) == '#')
        while (toml->at < toml->end && *toml->at != '\n')
            toml->at++;
}

/* Blanks, comments and line ends, which arrays may have between elements. */
static void skip_lines(struct toml *toml)
{
    do {
        while (toml->at < toml->end && strchr(" \t\r\n", *toml->at))
            toml->at++;
        skip_comment(toml);
    } while (peek(toml) == '\n');
}

static bool read_line_end(struct toml *toml)
{
    skip_blanks(toml);
    skip_comment(toml);
    take(toml, '\r');
    return take(toml, '\n') || toml->at == toml->end || fail(toml, "something follows the value");
}

/* ---- strings ("String") ------------------------------------------------------------------------------ */

static void add_character(struct text *out, uint32_t point)
{
    char bytes[4];
    size_t size = 0;
    if (point < 0x80) {
        bytes[size++] = (char)point;
    } else if (point < 0x800) {
        bytes[size++] = (char)(0xc0 | point >> 6);
    } else if (point < 0x10000) {
        bytes[size++] = (char)(0xe0 | point >> 12);
        bytes[size++] = (char)(0x80 | (point >> 6 & 0x3f));
    } else {
        bytes[size++] = (char)(0xf0 | point >> 18);
        bytes[size++] = (char)(0x80 | (point >> 12 & 0x3f));
        bytes[size++] = (char)(0x80 | (point >> 6 & 0x3f));
    }
    if (point >= 0x80)
        bytes[size++] = (char)(0x80 | (point & 0x3f));
    text_add(out, bytes, size);
}

static bool read_unicode(struct toml *toml, struct text *out, int digits)
{
    uint32_t point = 0;
    for (int i = 0; i < digits; i++) {
        int c = peek(toml);
        if (c == EOF || !isxdigit(c))
            return fail(toml, "not a character's number");
        point = point * 16 + (uint32_t)(isdigit(c) ? c - '0' : (c | 0x20) - 'a' + 10);
        toml->at++;
    }
    if (point == 0 || point > 0x10ffff || (point >= 0xd800 && point < 0xe000))
        return fail(toml, "no such character");
    add_character(out, point);
    return true;
}

static bool read_escape(struct toml *toml, struct text *out)
{
    static const char names[] = "btnfr\"\\", bytes[] = "\b\t\n\f\r\"\\";
    int c = peek(toml);
    const char *name = c > 0 ? strchr(names, c) : NULL;
    toml->at += c != EOF;
    if (c == 'u' || c == 'U')
        return read_unicode(toml, out, c == 'u' ? 4 : 8);
    if (!name || !*name)
        return fail(toml, "no such escape");
    text_add_char(out, bytes[name - names]);
    return true;
}

/* A basic string, between ", or a literal one, between '. */
static bool read_string(struct toml *toml, struct text *out)
{
    char quote = *toml->at++;
    if (toml->end - toml->at >= 2 && toml->at[0] == quote && toml->at[1] == quote)
        return fail(toml, "a string of several lines, which is not read here");
    while (!take(toml, quote)) {
        int c = peek(toml);
        if (c == EOF || c == '\n')
            return fail(toml, "a string without its end");
        if (c < 0x20 && c != '\t')
            return fail(toml, "a control character in a string");
        toml->at++;
        if (c != '\\' || quote == '\'')
            text_add_char(out, (char)c);
        else if (!read_escape(toml, out))
            return false;
    }
    return true;
}

/* ---- keys ("Keys") and tables ------------------------------------------------------------------------ */

static bool read_key(struct toml *toml, struct text *key)
{
    text_clear(key);
    text_add(key, "", 0);
    skip_blanks(toml);
    if (peek(toml) == '"' || peek(toml) == '\'')
        return read_string(toml, key);
    while (isalnum(peek(toml)) || peek(toml) == '_' || peek(toml) == '-')
        text_add_char(key, *toml->at++);
    return key->size > 0 || fail(toml, "a key is missing");
}

/* The table of that name in `table`; of an array of tables the last one. Made if it is not there. */
static json_t *enter_table(struct toml *toml, json_t *table, const char *key)
{
    json_t *inner = json_object_get(table, key);
    if (!inner) {
        json_object_set_new(table, key, json_object());
        inner = json_object_get(table, key);
    }
    if (json_is_array(inner))
        inner = json_array_get(inner, json_array_size(inner) - 1);
    if (!json_is_object(inner))
        fail(toml, "not a table");
    return json_is_object(inner) ? inner : NULL;
}

/* Walks a dotted key to the table that its last part is in, which is left in `key`. */
static json_t *walk_key(struct toml *toml, json_t *table, struct text *key)
{
    if (!read_key(toml, key))
        return NULL;
    skip_blanks(toml);
    while (table && take(toml, '.')) {
        table = enter_table(toml, table, key->bytes);
        if (!table || !read_key(toml, key))
            return NULL;
        skip_blanks(toml);
    }
    return table;
}

/* `[table]` or `[[array of tables]]`: what follows goes there. */
static bool read_header(struct toml *toml, struct text *key)
{
    bool is_array = false;
    toml->at++;
    is_array = take(toml, '[');
    json_t *table = walk_key(toml, toml->root, key);
    if (!table)
        return false;
    if (!take(toml, ']') || (is_array && !take(toml, ']')))
        return fail(toml, "a ] is missing");
    if (!is_array) {
        toml->table = enter_table(toml, table, key->bytes);
        return toml->table && read_line_end(toml);
    }
    json_t *array = json_object_get(table, key->bytes);
    if (!array) {
        json_object_set_new(table, key->bytes, json_array());
        array = json_object_get(table, key->bytes);
    }
    if (!json_is_array(array))
        return fail(toml, "not an array of tables");
    json_array_append_new(array, json_object());
    toml->table = json_array_get(array, json_array_size(array) - 1);
    return read_line_end(toml);
}

static bool read_pair(struct toml *toml, json_t *table, struct text *key)
{
    table = walk_key(toml, table, key);
    if (!table)
        return false;
    if (!take(toml, '='))
        return fail(toml, "a = is missing");
    if (json_object_get(table, key->bytes))
        return fail(toml, "a key that was there before");
    json_t *value = read_value(toml);
    if (value && json_object_set_new(table, key->bytes, value) < 0)
        return fail(toml, "a key that is not UTF-8");
    return value != NULL;
}

/* ---- values ------------------------------------------------------------------------------------------ */

static json_t *read_string_value(struct toml *toml)
{
    struct text string = TEXT_EMPTY;
    json_t *value = NULL;
    text_add(&string, "", 0);
    if (read_string(toml, &string)) {
        value = json_stringn(string.bytes, string.size);
        if (!value)
            fail(toml, "a string that is not UTF-8");
    }
    text_free(&string);
    return value;
}

static json_t *read_array(struct toml *toml)
{
    json_t *array = json_array();
    toml->at++;
    for (skip_lines(toml); !take(toml, ']'); skip_lines(toml)) {
        json_t *value = read_value(toml);
        json_array_append_new(array, value);
        skip_lines(toml);
        if (!value || (!take(toml, ',') && peek(toml) != ']')) {
            fail(toml, "an array without its end");
            json_decref(array);
            return NULL;
        }
    }
    return array;
}

static json_t *read_inline_table(struct toml *toml)
{
    json_t *table = json_object();
    struct text key = TEXT_EMPTY;
    bool whole = true, last = true;
    toml->at++;
    skip_blanks(toml);
    for (bool is_empty = peek(toml) == '}'; whole && !is_empty && last;) {
        whole = read_pair(toml, table, &key);
        skip_blanks(toml);
        last = take(toml, ',');
    }
    text_free(&key);
    if (whole && take(toml, '}'))
        return table;
    fail(toml, "an inline table without its end");
    json_decref(table);
    return NULL;
}

/* A number or a word: true, false, 1_000, -2, 3.5, 1e3. */
static json_t *read_scalar(struct toml *toml)
{
    char word[64];
    size_t size = 0;
    const char *begin = toml->at;
    while (size < sizeof word - 1 &&
           (isalnum(peek(toml)) || (peek(toml) > 0 && strchr("+-._:", peek(toml))))) {
        if (*toml->at != '_')
            word[size++] = *toml->at;
        toml->at++;
    }
    word[size] = '\0';
    if (strcmp(word, "true") == 0 || strcmp(word, "false") == 0)
        return json_boolean(word[0] == 't');
    char *end = word;
    errno = 0;
    json_t *value = NULL;
    bool is_decimal = size > 0 && strspn(word, "0123456789+-.eE") == size;
    if (is_decimal && strpbrk(word, ".eE"))
        value = json_real(strtod(word, &end));
    else if (is_decimal)
        value = json_integer(strtoll(word, &end, 10));
    if (value && *end == '\0' && errno == 0)
        return value;
    json_decref(value);
    toml->at = begin;
    fail(toml, "a value that is not read here");
    return NULL;
}

static json_t *read_value(struct toml *toml)
{
    json_t *value = NULL;
    skip_blanks(toml);
    if (++toml->depth > DEPTH_MAX)
        fail(toml, "nested too deep");
    else if (peek(toml) == '"' || peek(toml) == '\'')
        value = read_string_value(toml);
    else if (peek(toml) == '[')
        value = read_array(toml);
    else if (peek(toml) == '{')
        value = read_inline_table(toml);
    else
        value = read_scalar(toml);
    toml->depth--;
    return value;
}

json_t *toml_read(const char *bytes, size_t size, struct text *why)
{
    static const char mark[] = "\xef\xbb\xbf"; /* of UTF-8 */
    struct toml toml = {.start = bytes, .at = bytes, .end = bytes + size, .root = json_object(), .why = why};
    struct text key = TEXT_EMPTY;
    bool whole = true;
    if (size >= 3 && memcmp(bytes, mark, 3) == 0)
        toml.at += 3;
    toml.table = toml.root;
    for (skip_lines(&toml); whole && toml.at < toml.end; skip_lines(&toml))
        whole = peek(&toml) == '[' ? read_header(&toml, &key)
                                   : read_pair(&toml, toml.table, &key) && read_line_end(&toml);
    text_free(&key);
    if (whole)
        return toml.root;
    json_decref(toml.root);
    return NULL;
}
