/* Arrays in Claude Code's settings.json, changed in their own text: see settings.h. */
#include "settings.h"

#include "../ingest/json.h"

#include <string.h>

enum { ELEMENTS_MAX = 256 };

size_t settings_elements(const char *bytes, size_t size, struct settings_member *elements, size_t max)
{
    struct json json;
    size_t count = 0;
    json_start(&json, bytes, size);
    if (json_peek(&json) != JSON_ARRAY || !json_enter(&json))
        return 0;
    while (json_element(&json)) {
        json_peek(&json);
        size_t begin = (size_t)(json.at - bytes);
        json_take(&json, NULL);
        if (count < max)
            elements[count] = (struct settings_member){true, begin, begin, (size_t)(json.at - bytes)};
        count++;
    }
    return count < max ? count : max;
}

/* The blanks before an element, where it begins a line. */
static size_t indent_begin(const char *bytes, size_t at)
{
    while (at > 0 && (bytes[at - 1] == ' ' || bytes[at - 1] == '\t'))
        at--;
    return at;
}

void settings_append(const char *bytes, size_t size, const struct text *value, struct text *out)
{
    struct settings_member elements[ELEMENTS_MAX];
    size_t count = settings_elements(bytes, size, elements, ELEMENTS_MAX);
    if (!count) {
        text_addf(out, "[%s]", value->bytes);
        return;
    }
    const struct settings_member *last = &elements[count - 1];
    size_t indent = indent_begin(bytes, last->begin);
    bool begins_line = indent > 0 && bytes[indent - 1] == '\n';
    text_add(out, bytes, last->end);
    text_addf(out, ",%s", begins_line ? "\n" : " ");
    if (begins_line)
        text_add(out, bytes + indent, last->begin - indent);
    text_add(out, value->bytes, value->size);
    text_add(out, bytes + last->end, size - last->end);
}

void settings_remove_element(const char *bytes, size_t size, size_t index, struct text *out)
{
    struct settings_member elements[ELEMENTS_MAX];
    size_t count = settings_elements(bytes, size, elements, ELEMENTS_MAX);
    if (index >= count) {
        text_add(out, bytes, size);
        return;
    }
    bool is_last = index + 1 == count;
    size_t from = is_last && index > 0 ? elements[index - 1].end : elements[index].begin;
    size_t to = is_last ? elements[index].end : elements[index + 1].begin;
    if (count == 1) {
        text_add_string(out, "[]");
        return;
    }
    text_add(out, bytes, from);
    text_add(out, bytes + to, size - to);
}
