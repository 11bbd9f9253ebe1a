/*
 * Shortening names. Model ids as Anthropic, Amazon Bedrock and Google Vertex write them:
 *     claude-opus-4-1-20250805   claude-sonnet-5[1m]   claude-opus-4@20250514
 *     us.anthropic.claude-sonnet-4-20250514-v1:0
 *     arn:aws:bedrock:REGION:ACCOUNT:inference-profile/us.anthropic.claude-sonnet-4-20250514-v1:0
 */
#include "names.h"
#include "harmless.h"
#include <string.h>

#define GAP_COLUMNS 4 /* of "/…/" in ASCII, "/../" */

static struct fact_text text_from(struct fact_text text, size_t start)
{
    return (struct fact_text){text.bytes + start, text.size - start};
}

static struct fact_text text_part(struct fact_text text, size_t start, size_t end)
{
    return (struct fact_text){text.bytes + start, end - start};
}

static bool begins_with(struct fact_text text, const char *prefix)
{
    size_t size = strlen(prefix);
    return text.size >= size && memcmp(text.bytes, prefix, size) == 0;
}

/* ---- models ----------------------------------------------------------------------------------------- */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Whether a release date (@ or -, eight digits) or a version (-v and a digit) begins here. */
static bool is_release(struct fact_text rest)
{
    size_t digits = 0;
    if (rest.size > 2 && rest.bytes[0] == '-' && rest.bytes[1] == 'v')
        return is_digit(rest.bytes[2]);
    if (rest.size == 0 || (rest.bytes[0] != '-' && rest.bytes[0] != '@'))
        return false;
    while (1 + digits < rest.size && is_digit(rest.bytes[1 + digits]))
        digits++;
    return digits == 8;
}

static struct fact_text without_vendor(struct fact_text name)
{
    const char *slash = memrchr(name.bytes, '/', name.size);
    if (slash && slash + 1 < name.bytes + name.size)
        name = text_from(name, (size_t)(slash - name.bytes) + 1);
    const char *family = memmem(name.bytes, name.size, ".claude", 7);
    return family ? text_from(name, (size_t)(family - name.bytes) + 1) : name;
}

struct fact_text name_of_model(struct fact_text name)
{
    if (!name.bytes || name.size == 0)
        return (struct fact_text){NULL, 0};
    if (memchr(name.bytes, ' ', name.size))
        return begins_with(name, "Claude ") && name.size > 7 ? text_from(name, 7) : name;
    name = without_vendor(name);
    for (size_t i = 1; i < name.size; i++) {
        if (is_release(text_from(name, i)))
            return text_part(name, 0, i);
    }
    return name;
}

/* ---- directories ------------------------------------------------------------------------------------ */

struct path {
    struct fact_text text; /* no separator at its end, unless it is nothing else */
    bool windows;          /* separated by \ too */
};

static bool is_separator(const struct path *path, size_t at)
{
    char c = path->text.bytes[at];
    return c == '/' || (path->windows && c == '\\');
}

static struct path path_of(struct fact_text text)
{
    struct path path = {text, text.size > 0 && text.bytes[0] != '/'};
    while (path.text.size > 1 && is_separator(&path, path.text.size - 1))
        path.text.size--;
    return path;
}

/* How much of the path is `directory` itself, if the path is that or lies in it; else 0. */
static size_t path_within(const struct path *path, const char *directory)
{
    if (!directory)
        return 0;
    struct path outer = path_of((struct fact_text){directory, strlen(directory)});
    size_t size = outer.text.size;
    if (size < 2 || path->text.size < size || memcmp(path->text.bytes, directory, size) != 0)
        return 0;
    return path->text.size == size || is_separator(path, size) ? size : 0;
}

/* Where the component that ends at `end` begins. */
static size_t component_start(const struct path *path, size_t start, size_t end)
{
    while (end > start && !is_separator(path, end - 1))
        end--;
    return end;
}

/* Where the last components of path[start..] begin that fit `columns`; at least one of them is kept. */
static size_t tail_start(const struct path *path, size_t start, uint32_t columns, bool ascii)
{
    size_t kept = path->text.size, end = kept;
    uint32_t used = 0;
    while (end > start) {
        size_t from = component_start(path, start, end);
        used += harmless_columns(path->text.bytes + from, end - from, ascii) + 1;
        if (used > columns + 1 && kept < path->text.size)
            break;
        kept = from;
        end = from > start ? from - 1 : start;
    }
    return kept;
}

struct shown_path name_of_directory(struct fact_text directory, const char *home, const char *top,
                                    uint32_t columns, bool ascii)
{
    struct path path = path_of(directory);
    size_t start = path_within(&path, home), size = path.text.size, top_end = path_within(&path, top);
    struct shown_path shown = {.home = start > 0};
    if (top_end <= start)
        top_end = size;
    size_t root = component_start(&path, start, top_end);
    if (harmless_columns(path.text.bytes + start, size - start, ascii) + shown.home <= columns) {
        shown.before = text_part(path.text, start, root);
        shown.root = text_part(path.text, root, top_end);
        shown.after = text_from(path.text, top_end);
        return shown;
    }
    uint32_t room = columns > GAP_COLUMNS ? columns - GAP_COLUMNS : 0;
    size_t tail = tail_start(&path, start, room, ascii);
    shown.home = false;
    if (tail <= root) {
        shown.cut = true;
        shown.before = text_part(path.text, tail, root);
        shown.root = text_part(path.text, root, top_end);
        shown.after = text_from(path.text, top_end);
        return shown;
    }
    shown.root = text_part(path.text, root, top_end);
    uint32_t used = harmless_columns(shown.root.bytes, shown.root.size, ascii);
    tail = tail_start(&path, top_end + 1, used < room ? room - used : 0, ascii);
    shown.gap = tail > top_end + 1;
    shown.after = text_from(path.text, shown.gap ? tail : top_end);
    return shown;
}
