/* Writing a JSON document: see json_writer.h. */
#include "json_writer.h"

#include "numbers.h"

#include <string.h>

uint32_t code_point_next(const char **at, const char *end)
{
    static const uint32_t smallest[] = {0, 0x80, 0x800, 0x10000};
    const unsigned char *bytes = (const unsigned char *)*at;
    unsigned more = bytes[0] < 0xc2 ? 0 : bytes[0] < 0xe0 ? 1 : bytes[0] < 0xf0 ? 2 : bytes[0] < 0xf5 ? 3 : 0;
    uint32_t point = more ? bytes[0] & (0x3fu >> more) : bytes[0];
    for (unsigned i = 1; i <= more; i++) {
        if (*at + i >= end || (bytes[i] & 0xc0) != 0x80) {
            more = 0;
            break;
        }
        point = point << 6 | (bytes[i] & 0x3f);
    }
    if (point < smallest[more] || point > 0x10ffff)
        more = 0;
    *at += more + 1;
    return more ? point : bytes[0] < 0x80 ? bytes[0] : 0xdc00u + bytes[0];
}

int code_points_compare(const char *a, size_t a_size, const char *b, size_t b_size)
{
    const char *a_end = a + a_size, *b_end = b + b_size;
    while (a < a_end && b < b_end) {
        uint32_t x = code_point_next(&a, a_end), y = code_point_next(&b, b_end);
        if (x != y)
            return x < y ? -1 : 1;
    }
    return (a < a_end) - (b < b_end);
}

/* A code point of a string in ASCII, as Python's json.dumps escapes it. */
static void add_ascii(struct text *out, uint32_t point)
{
    static const char letters[] = "\"\"\\\\\nn\rr\tt\ff\bb";
    for (size_t i = 0; i < sizeof letters - 1; i += 2)
        if (point == (uint32_t)letters[i]) {
            text_addf(out, "\\%c", letters[i + 1]);
            return;
        }
    if (point >= ' ' && point <= '~')
        text_add_char(out, (char)point);
    else if (point < 0x10000)
        text_addf(out, "\\u%04x", (unsigned)point);
    else
        text_addf(out, "\\u%04x\\u%04x", 0xd800u + ((point - 0x10000) >> 10), 0xdc00u + (point & 0x3ff));
}

static void add_string(struct json_writer *writer, const char *string, size_t size)
{
    if (!writer->ascii) {
        text_add_json(writer->out, string, size);
        return;
    }
    const char *const end = string + size;
    text_add_char(writer->out, '"');
    for (const char *at = string; at < end;) {
        const size_t plain = text_plain_run(at, (size_t)(end - at));
        text_add(writer->out, at, plain);
        at += plain;
        if (at < end)
            add_ascii(writer->out, code_point_next(&at, end));
    }
    text_add_char(writer->out, '"');
}

static void new_line(struct json_writer *writer)
{
    static const char spaces[] = "\n                                        ";
    size_t size = writer->depth * writer->indent;
    text_add(writer->out, spaces, 1 + (size < sizeof spaces - 2 ? size : sizeof spaces - 2));
}

/* Whatever comes next goes to its place: after its key, or on a line of its own. */
static void begin_item(struct json_writer *writer)
{
    if (!writer->is_value && writer->has_items)
        text_add_char(writer->out, ',');
    if (!writer->is_value && writer->depth)
        new_line(writer);
    writer->is_value = false;
    writer->has_items = true;
}

void json_open(struct json_writer *writer, char bracket)
{
    begin_item(writer);
    text_add_char(writer->out, bracket);
    writer->depth++;
    writer->has_items = false;
}

void json_close(struct json_writer *writer, char bracket)
{
    writer->depth--;
    if (writer->has_items)
        new_line(writer);
    text_add_char(writer->out, bracket);
    writer->has_items = true;
}

void json_key_sized(struct json_writer *writer, const char *key, size_t size)
{
    begin_item(writer);
    add_string(writer, key, size);
    text_add_string(writer->out, ": ");
    writer->is_value = true;
}

void json_key(struct json_writer *writer, const char *key)
{
    json_key_sized(writer, key, strlen(key));
}

void json_text(struct json_writer *writer, const char *string, size_t size)
{
    begin_item(writer);
    add_string(writer, string, size);
}

void json_number(struct json_writer *writer, unsigned __int128 number)
{
    begin_item(writer);
    text_add_wide(writer->out, number);
}

void json_dollars(struct json_writer *writer, unsigned __int128 pusd)
{
    begin_item(writer);
    text_add_dollars(writer->out, pusd);
}

void json_double(struct json_writer *writer, double value)
{
    char number[NUMBER_MAX];
    number_double(number, value);
    json_word(writer, number);
}

void json_word(struct json_writer *writer, const char *word)
{
    begin_item(writer);
    text_add_string(writer->out, word);
}
