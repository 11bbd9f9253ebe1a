/* Ignore rules: gitignore(5), "Pattern format". */
#include "ignore.h"

#include "../base/memory.h"
#include "file.h"
#include "glob.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#define IGNORE_LIMIT (16u << 20)

struct pattern {
    const char *bytes;
    size_t size;
    bool negated;
    bool only_directories;
    bool is_name; /* no slash in it: matches the last part of a path, at any depth */
};

struct ignore_rules {
    char *bytes; /* the file; patterns point into it */
    struct pattern *patterns;
    size_t count, room;
};

/* Blanks at the end do not count unless a backslash is before them. */
static size_t without_blanks(const char *line, size_t size)
{
    size_t end = 0;
    for (size_t i = 0; i < size; i++) {
        if (line[i] == '\\' && i + 1 < size)
            end = ++i + 1;
        else if (line[i] != ' ')
            end = i + 1;
    }
    return end;
}

static void add_line(struct ignore_rules *rules, const char *line, size_t size)
{
    struct pattern pattern = {0};
    if (size && line[size - 1] == '\r')
        size--;
    if (!size || line[0] == '#')
        return;
    size = without_blanks(line, size);
    if (size && line[0] == '!') {
        pattern.negated = true;
        line++;
        size--;
    }
    if (size && line[size - 1] == '/') {
        pattern.only_directories = true;
        size--;
    }
    pattern.is_name = !memchr(line, '/', size);
    if (size && line[0] == '/') {
        line++;
        size--;
    }
    if (!size)
        return;
    pattern.bytes = line;
    pattern.size = size;
    rules->patterns = memory_grow(rules->patterns, rules->count, &rules->room, sizeof pattern);
    rules->patterns[rules->count++] = pattern;
}

struct ignore_rules *ignore_parse(const char *bytes, size_t size)
{
    struct ignore_rules *rules = memory_zeroed(1, sizeof *rules);
    rules->bytes = memory_string(bytes, size);
    const char *at = rules->bytes, *end = at + size;
    if (size >= 3 && memcmp(at, "\xef\xbb\xbf", 3) == 0)
        at += 3;
    while (at < end) {
        const char *newline = memchr(at, '\n', (size_t)(end - at)), *line_end = newline ? newline : end;
        add_line(rules, at, strnlen(at, (size_t)(line_end - at)));
        at = line_end + 1;
    }
    if (rules->count)
        return rules;
    ignore_free(rules);
    return NULL;
}

struct ignore_rules *ignore_load(int at, const char *path, int flags)
{
    struct text text = TEXT_EMPTY;
    struct ignore_rules *rules = NULL;
    if (file_read(at, path, flags, IGNORE_LIMIT, &text, NULL) == 0)
        rules = ignore_parse(text.bytes, text.size);
    text_free(&text);
    return rules;
}

void ignore_free(struct ignore_rules *rules)
{
    if (!rules)
        return;
    free(rules->patterns);
    free(rules->bytes);
    free(rules);
}

static bool matches(const struct pattern *pattern, const char *path, size_t size)
{
    if (!pattern->is_name)
        return glob_path(pattern->bytes, pattern->size, path, size);
    const char *slash = memrchr(path, '/', size), *name = slash ? slash + 1 : path;
    return glob_name(pattern->bytes, pattern->size, name, size - (size_t)(name - path));
}

bool ignore_match(const struct ignore_level *level, const char *path, size_t size, bool is_directory)
{
    for (; level; level = level->up) {
        for (size_t i = level->rules ? level->rules->count : 0; i-- > 0;) {
            const struct pattern *pattern = &level->rules->patterns[i];
            if (pattern->only_directories && !is_directory)
                continue;
            if (matches(pattern, path + level->base_size, size - level->base_size))
                return !pattern->negated;
        }
    }
    return false;
}
