/* A growing string: see text.h. */
#include "text.h"

#include "memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void text_reserve(struct text *text, size_t more)
{
    size_t needed = text->size + more + 1;
    if (needed <= text->room)
        return;
    size_t room = text->room ? text->room * 2 : 64;
    text->room = room > needed ? room : needed;
    text->bytes = memory_resize(text->bytes, text->room);
}

void text_add(struct text *text, const char *bytes, size_t size)
{
    text_reserve(text, size);
    if (size)
        memcpy(text->bytes + text->size, bytes, size);
    text->size += size;
    text->bytes[text->size] = '\0';
}

void text_add_string(struct text *text, const char *string)
{
    text_add(text, string, strlen(string));
}

void text_add_char(struct text *text, char c)
{
    text_reserve(text, 1);
    text->bytes[text->size++] = c;
    text->bytes[text->size] = '\0';
}

void text_addf(struct text *text, const char *format, ...)
{
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    int size = vsnprintf(NULL, 0, format, arguments);
    if (size > 0) {
        text_reserve(text, (size_t)size);
        vsnprintf(text->bytes + text->size, (size_t)size + 1, format, again);
        text->size += (size_t)size;
    }
    va_end(again);
    va_end(arguments);
}

/* The length of the well-formed UTF-8 character at `bytes`, or 0 (Unicode 15, table 3-7). */
static size_t character_size(const unsigned char *bytes, size_t size)
{
    unsigned char lead = bytes[0];
    if (lead < 0x80)
        return 1;
    size_t length = lead >= 0xc2 && lead < 0xe0   ? 2
                    : lead >= 0xe0 && lead < 0xf0 ? 3
                    : lead >= 0xf0 && lead < 0xf5 ? 4
                                                  : 0;
    if (!length || size < length)
        return 0;
    for (size_t i = 1; i < length; i++)
        if ((bytes[i] & 0xc0) != 0x80)
            return 0;
    if ((lead == 0xe0 && bytes[1] < 0xa0) || (lead == 0xed && bytes[1] >= 0xa0) ||
        (lead == 0xf0 && bytes[1] < 0x90) || (lead == 0xf4 && bytes[1] >= 0x90))
        return 0;
    return length;
}

size_t text_plain_run(const char *string, size_t size)
{
    size_t i = 0;
    while (i < size && string[i] >= ' ' && string[i] <= '~' && string[i] != '"' && string[i] != '\\')
        i++;
    return i;
}

void text_add_json(struct text *text, const char *string, size_t size)
{
    text_add_char(text, '"');
    for (size_t i = 0; i < size;) {
        const size_t plain = text_plain_run(string + i, size - i);
        text_add(text, string + i, plain);
        i += plain;
        if (i == size)
            break;
        unsigned char c = (unsigned char)string[i];
        size_t length = character_size((const unsigned char *)string + i, size - i);
        if (!length) {
            text_add_string(text, "\xef\xbf\xbd");
            i++;
            continue;
        }
        if (c == '"' || c == '\\')
            text_addf(text, "\\%c", c);
        else if (c == '\n')
            text_add_string(text, "\\n");
        else if (c == '\t')
            text_add_string(text, "\\t");
        else if (c < 0x20 || c == 0x7f)
            text_addf(text, "\\u%04x", c);
        else
            text_add(text, string + i, length);
        i += length;
    }
    text_add_char(text, '"');
}

void text_add_wide(struct text *text, unsigned __int128 value)
{
    char digits[40];
    size_t at = sizeof digits;
    for (; value > UINT64_MAX; value /= 10)
        digits[--at] = (char)('0' + (int)(value % 10));
    uint64_t narrow = (uint64_t)value; /* division of wide numbers is slow, and few are wide */
    do {
        digits[--at] = (char)('0' + (int)(narrow % 10));
        narrow /= 10;
    } while (narrow);
    text_add(text, digits + at, sizeof digits - at);
}

void text_add_dollars(struct text *text, unsigned __int128 pusd)
{
    const uint64_t dollar = UINT64_C(1000000000000);
    text_add_wide(text, pusd / dollar);
    char fraction[13] = ".";
    uint64_t rest = (uint64_t)(pusd % dollar);
    for (size_t at = 12; at > 0; at--, rest /= 10)
        fraction[at] = (char)('0' + (int)(rest % 10));
    size_t size = sizeof fraction;
    while (size > 2 && fraction[size - 1] == '0')
        size--;
    text_add(text, fraction, size);
}

void text_clear(struct text *text)
{
    text->size = 0;
    if (text->bytes)
        text->bytes[0] = '\0';
}

void text_free(struct text *text)
{
    free(text->bytes);
    *text = (struct text)TEXT_EMPTY;
}
