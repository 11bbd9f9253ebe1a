/* The neutral form of a status line's configuration, and finding the peers' files: see import.h. */
#include "import.h"

#include "file.h"
#include "toml.h"

#include "../base/memory.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- the neutral form -------------------------------------------------------------------------------- */

struct import_row *import_add_row(struct import *import)
{
    import->rows = memory_grow(import->rows, import->row_count, &import->row_room, sizeof *import->rows);
    struct import_row *row = &import->rows[import->row_count++];
    *row = (struct import_row){0};
    return row;
}

struct import_item *import_add(struct import_row *row, enum import_kind kind, const char *name)
{
    row->items = memory_grow(row->items, row->count, &row->room, sizeof *row->items);
    struct import_item *item = &row->items[row->count++];
    *item = (struct import_item){.kind = kind};
    import_say(&item->name, name);
    return item;
}

void import_say(char **member, const char *value)
{
    char *copy = value ? memory_string(value, strlen(value)) : NULL;
    free(*member);
    *member = copy;
}

void import_note(struct import *import, const char *format, ...)
{
    va_list arguments;
    char *line = NULL;
    va_start(arguments, format);
    int size = vasprintf(&line, format, arguments);
    va_end(arguments);
    if (size > 0)
        text_addf(&import->notes, "%s\n", line);
    if (size >= 0)
        free(line);
}

static void item_free(struct import_item *item)
{
    free(item->name);
    free(item->text);
    free(item->url);
    free(item->colour);
    free(item->background);
    free(item->gradient);
    free(item->icon);
    free(item->bar);
}

void import_free(struct import *import)
{
    for (size_t i = 0; i < import->row_count; i++) {
        for (size_t j = 0; j < import->rows[i].count; j++)
            item_free(&import->rows[i].items[j]);
        free(import->rows[i].items);
    }
    free(import->rows);
    free(import->style);
    free(import->theme);
    free(import->charset);
    free(import->separator);
    text_free(&import->notes);
    *import = (struct import){0};
}

/* ---- documents --------------------------------------------------------------------------------------- */

const char *import_string(const json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

bool import_flag(const json_t *object, const char *key, bool otherwise)
{
    const json_t *value = json_object_get(object, key);
    return json_is_boolean(value) ? json_is_true(value) : otherwise;
}

json_int_t import_number(const json_t *object, const char *key, json_int_t otherwise)
{
    const json_t *value = json_object_get(object, key);
    return json_is_number(value) ? (json_int_t)json_number_value(value) : otherwise;
}

static json_t *load_json(const struct text *content, struct text *why)
{
    static const char mark[] = "\xef\xbb\xbf"; /* of UTF-8 */
    size_t skip = content->size >= 3 && memcmp(content->bytes, mark, 3) == 0 ? 3 : 0;
    json_error_t error;
    json_t *document =
        json_loadb(content->bytes ? content->bytes + skip : "", content->size - skip, 0, &error);
    if (!document)
        text_addf(why, "line %d: %s", error.line, error.text);
    return document;
}

static json_t *load(const struct import_peer *peer, const char *path, struct text *why)
{
    struct file file;
    json_t *document = NULL;
    if (file_load(&file, path, why) == 0) {
        if (!file.exists)
            text_addf(why, "%s: no such file", path);
        else if (peer->is_toml)
            document = toml_read(file.content.bytes ? file.content.bytes : "", file.content.size, why);
        else
            document = load_json(&file.content, why);
    }
    file_free(&file);
    if (document && !json_is_object(document)) {
        text_add_string(why, "not an object");
        json_decref(document);
        document = NULL;
    }
    return document;
}

/* ---- the peers --------------------------------------------------------------------------------------- */

const struct import_peer *import_peer_at(size_t index)
{
    static const struct import_peer *const peers[] = {&import_ccstatusline, &import_claude_powerline,
                                                      &import_ccline};
    return index < sizeof peers / sizeof *peers ? peers[index] : NULL;
}

const struct import_peer *import_peer_of(const char *command)
{
    const struct import_peer *peer;
    for (size_t i = 0; (peer = import_peer_at(i)); i++)
        if (strstr(command, peer->word))
            return peer;
    return NULL;
}

/* The words of a command line, as far as quotes and blanks tell; *at moves on. NULL: no more. To be freed. */
static char *next_word(const char **at)
{
    struct text word = TEXT_EMPTY;
    char quote = '\0';
    while (**at == ' ' || **at == '\t')
        ++*at;
    for (; **at && (quote || (**at != ' ' && **at != '\t')); ++*at) {
        if (quote ? **at == quote : **at == '"' || **at == '\'')
            quote = quote ? '\0' : **at;
        else
            text_add_char(&word, **at);
    }
    return word.bytes;
}

char *import_option(const char *command, const char *name, char letter)
{
    size_t size = strlen(name);
    char *word, *found = NULL;
    for (const char *at = command; at && !found && (word = next_word(&at)); free(word)) {
        bool is_name = strncmp(word, "--", 2) == 0 && strncmp(word + 2, name, size) == 0;
        if (is_name && word[2 + size] == '=')
            found = memory_string(word + 3 + size, strlen(word + 3 + size));
        else if ((is_name && !word[2 + size]) || (letter && word[0] == '-' && word[1] == letter && !word[2]))
            found = next_word(&at);
    }
    return found;
}

/* A place with ~/ and ./ resolved, to be freed; NULL: that cannot be told. */
static char *resolve(const char *place, const char *project)
{
    const char *base = place[0] == '~' ? getenv("HOME") : place[0] == '.' ? project : "";
    if (!base)
        return NULL;
    struct text path = TEXT_EMPTY;
    text_addf(&path, "%s%s", base, *base ? place + 1 : place);
    return path.bytes;
}

char *import_find(const struct import_peer *peer, const char *command, const char *project)
{
    char *said = peer->said(command);
    char *path = said ? resolve(said, NULL) : NULL;
    for (size_t i = 0; !said && !path && peer->places[i]; i++) {
        path = resolve(peer->places[i], project);
        if (path && access(path, F_OK) < 0) {
            free(path);
            path = NULL;
        }
    }
    free(said);
    return path;
}

/* What the command says wins over the file; CCometixLine's theme is the file. */
static void read_options(struct import *import, const char *command)
{
    static const char *const charsets[][2] = {{"text", "ascii"}, {"unicode", "unicode"}};
    char *theme = import->peer->is_toml ? NULL : import_option(command, "theme", '\0');
    char *style = import_option(command, "style", '\0'), *charset = import_option(command, "charset", '\0');
    if (theme)
        import_say(&import->theme, theme);
    if (style)
        import_say(&import->style, style);
    for (size_t i = 0; charset && i < 2; i++)
        if (strcmp(charset, charsets[i][0]) == 0)
            import_say(&import->charset, charsets[i][1]);
    free(theme);
    free(style);
    free(charset);
}

int import_read(struct import *import, const struct import_peer *peer, const char *path, const char *command,
                struct text *why)
{
    *import = (struct import){.peer = peer};
    json_t *document = path ? load(peer, path, why) : NULL;
    if (path && !document)
        return -1;
    int result = peer->read(import, document, why);
    if (result == 0 && command)
        read_options(import, command);
    json_decref(document);
    return result;
}
