/* A change shown as a diff: documents that differ in one place, which is all that `tacho setup` makes. */
#include "diff.h"

#include <string.h>

enum { CONTEXT_LINES = 3 };

static size_t line_size(const char *bytes, size_t size)
{
    const char *end = memchr(bytes, '\n', size);
    return end ? (size_t)(end - bytes) + 1 : size;
}

static size_t count_lines(const char *bytes, size_t size)
{
    size_t count = 0;
    for (size_t at = 0; at < size; at += line_size(bytes + at, size - at))
        count++;
    return count;
}

/* Bytes of whole lines that both begin with. */
static size_t common_head(const char *a, size_t a_size, const char *b, size_t b_size)
{
    size_t at = 0;
    while (at < a_size && at < b_size) {
        size_t size = line_size(a + at, a_size - at);
        if (size != line_size(b + at, b_size - at) || memcmp(a + at, b + at, size) != 0)
            break;
        at += size;
    }
    return at;
}

static size_t last_line_size(const char *bytes, size_t size)
{
    size_t at = size - 1;
    while (at > 0 && bytes[at - 1] != '\n')
        at--;
    return size - at;
}

/* Bytes of whole lines that both end with. */
static size_t common_tail(const char *a, size_t a_size, const char *b, size_t b_size)
{
    size_t same = 0;
    while (same < a_size && same < b_size) {
        size_t size = last_line_size(a, a_size - same);
        if (size != last_line_size(b, b_size - same) ||
            memcmp(a + a_size - same - size, b + b_size - same - size, size) != 0)
            break;
        same += size;
    }
    return same;
}

static void add_lines(struct text *out, const char *mark, const char *colour, const char *bytes, size_t size)
{
    for (size_t at = 0; at < size;) {
        size_t whole = line_size(bytes + at, size - at), shown = whole;
        while (shown && (bytes[at + shown - 1] == '\n' || bytes[at + shown - 1] == '\r'))
            shown--;
        text_addf(out, "%s%s", colour, mark);
        for (size_t i = 0; i < shown;
             i++) { /* what is in the file must not reach the terminal as an escape */
            unsigned char c = (unsigned char)bytes[at + i];
            text_add_char(out, (c < 0x20 && c != '\t') || c == 0x7f ? '?' : (char)c);
        }
        text_addf(out, "%s\n", *colour ? "\033[0m" : "");
        at += whole;
    }
}

void diff_write(struct text *out, const char *before, size_t before_size, const char *after,
                size_t after_size, bool colour)
{
    size_t head = common_head(before, before_size, after, after_size);
    size_t tail = common_tail(before + head, before_size - head, after + head, after_size - head);
    size_t context = head;
    for (int i = 0; i < CONTEXT_LINES && context > 0; i++)
        for (context--; context > 0 && before[context - 1] != '\n';)
            context--;
    size_t below = before_size - tail, end = below;
    for (int i = 0; i < CONTEXT_LINES && end < before_size; i++)
        end += line_size(before + end, before_size - end);
    text_addf(out, "@@ line %zu @@\n", count_lines(before, context) + 1);
    add_lines(out, "  ", "", before + context, head - context);
    add_lines(out, "- ", colour ? "\033[31m" : "", before + head, below - head);
    add_lines(out, "+ ", colour ? "\033[32m" : "", after + head, after_size - tail - head);
    add_lines(out, "  ", "", before + below, end - below);
}
