/* Changing one member of a JSON document in its own text: see settings.h. */
#include "settings.h"

#include "../ingest/json.h"

#include <stdio.h>
#include <string.h>

static const char byte_order_mark[] = "\xef\xbb\xbf";

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Where the document begins: behind a byte-order mark and blanks. */
static size_t content_begin(const char *bytes, size_t size)
{
    size_t at = size >= 3 && memcmp(bytes, byte_order_mark, 3) == 0 ? 3 : 0;
    while (at < size && is_blank(bytes[at]))
        at++;
    return at;
}

bool settings_is_object(const char *bytes, size_t size)
{
    struct json json;
    size_t begin = content_begin(bytes, size);
    if (begin == size)
        return true;
    json_start(&json, bytes + begin, size - begin);
    return json_take(&json, NULL) == JSON_OBJECT && json_finish(&json);
}

/* ---- finding ----------------------------------------------------------------------------------------- */

/* What an edit needs to know of the outermost object. */
struct outline {
    size_t members;
    size_t first_begin; /* of the first member's key */
    size_t last_end;    /* behind the last member's value; if there is none, behind the brace */
    struct settings_member wanted;
    size_t before_end; /* behind the member before it, or behind the brace */
    size_t next_begin; /* of the key after it; 0: it is the last */
};

static struct outline outline_read(const char *bytes, size_t size, const char *key)
{
    struct outline outline = {0};
    size_t begin = content_begin(bytes, size);
    struct json json;
    struct json_slice name;
    json_start(&json, bytes + begin, size - begin);
    if (!json_enter(&json))
        return outline;
    outline.last_end = (size_t)(json.at - bytes);
    while (json_member(&json, &name)) {
        struct settings_member member = {.found = true, .begin = (size_t)(name.bytes - 1 - bytes)};
        json_peek(&json);
        member.value_begin = (size_t)(json.at - bytes);
        json_take(&json, NULL);
        member.end = (size_t)(json.at - bytes);
        if (!outline.members++)
            outline.first_begin = member.begin;
        if (outline.wanted.found && !outline.next_begin)
            outline.next_begin = member.begin;
        if (json_equals(&name, key)) {
            outline.wanted = member;
            outline.before_end = outline.last_end;
            outline.next_begin = 0;
        }
        outline.last_end = member.end;
    }
    return outline;
}

struct settings_member settings_find(const char *bytes, size_t size, const char *key)
{
    return outline_read(bytes, size, key).wanted;
}

static struct settings_layout layout_of(const char *bytes, const struct outline *outline)
{
    struct settings_layout layout = {.newline = "\n", .indent = "  "};
    if (!outline->members)
        return layout;
    size_t from = outline->first_begin;
    while (from > 0 && (bytes[from - 1] == ' ' || bytes[from - 1] == '\t'))
        from--;
    if (from == 0 || bytes[from - 1] != '\n') {
        layout.newline = "";
        layout.indent[0] = '\0';
        return layout;
    }
    if (from > 1 && bytes[from - 2] == '\r')
        layout.newline = "\r\n";
    snprintf(layout.indent, sizeof layout.indent, "%.*s", (int)(outline->first_begin - from), bytes + from);
    return layout;
}

struct settings_layout settings_layout(const char *bytes, size_t size)
{
    struct outline outline = outline_read(bytes, size, "");
    return layout_of(bytes, &outline);
}

/* ---- changing ---------------------------------------------------------------------------------------- */

static void add_member(struct text *out, const char *indent, const char *key, const struct text *value)
{
    text_add_string(out, indent);
    text_add_json(out, key, strlen(key));
    text_add_string(out, ": ");
    text_add(out, value->bytes, value->size);
}

void settings_set(const char *bytes, size_t size, const char *key, const struct text *value, struct text *out)
{
    struct outline outline = outline_read(bytes, size, key);
    struct settings_layout layout = layout_of(bytes, &outline);
    if (outline.wanted.found) {
        text_add(out, bytes, outline.wanted.value_begin);
        text_add(out, value->bytes, value->size);
        text_add(out, bytes + outline.wanted.end, size - outline.wanted.end);
    } else if (!outline.last_end) { /* nothing but blanks */
        text_addf(out, "{%s", layout.newline);
        add_member(out, layout.indent, key, value);
        text_addf(out, "%s}%s", layout.newline, layout.newline);
    } else {
        text_add(out, bytes, outline.last_end);
        text_addf(out, "%s%s", outline.members ? "," : "", layout.newline);
        if (!layout.newline[0])
            text_add_char(out, ' ');
        add_member(out, layout.indent, key, value);
        size_t rest = outline.last_end;
        if (!outline.members) {
            text_add_string(out, layout.newline);
            while (rest < size && is_blank(bytes[rest]))
                rest++;
        }
        text_add(out, bytes + rest, size - rest);
    }
}

void settings_remove(const char *bytes, size_t size, const char *key, struct text *out)
{
    struct outline outline = outline_read(bytes, size, key);
    size_t from = outline.wanted.begin, to = outline.next_begin;
    if (!outline.wanted.found) {
        text_add(out, bytes, size);
        return;
    }
    if (!to) { /* the last member goes with what separates it from the one before */
        from = outline.before_end;
        to = outline.wanted.end;
    }
    if (outline.members == 1)
        while (to < size && is_blank(bytes[to]))
            to++;
    text_add(out, bytes, from);
    text_add(out, bytes + to, size - to);
}
