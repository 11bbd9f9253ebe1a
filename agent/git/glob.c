/*
 * Pattern matching by the rules of gitignore(5) and the bracket expressions of POSIX.1-2017 XCU 2.13.1.
 *
 * Both levels, characters in a part and parts in a path, use the same method: match until the first
 * wildcard, and on a mismatch go back only to the last wildcard met. Earlier ones need never be tried
 * again: whatever they could take, the last one can take as well.
 */
#include "glob.h"

#include <ctype.h>
#include <string.h>

struct piece {
    const char *at, *end;
};

static bool in_class(const char *name, size_t size, unsigned char c)
{
    static const struct {
        const char *name;
        int (*holds)(int);
    } classes[] = {{"alnum", isalnum}, {"alpha", isalpha}, {"blank", isblank}, {"cntrl", iscntrl},
                   {"digit", isdigit}, {"graph", isgraph}, {"lower", islower}, {"print", isprint},
                   {"punct", ispunct}, {"space", isspace}, {"upper", isupper}, {"xdigit", isxdigit}};
    for (size_t i = 0; i < sizeof classes / sizeof *classes; i++)
        if (strlen(classes[i].name) == size && memcmp(classes[i].name, name, size) == 0)
            return c < 0x80 && classes[i].holds(c);
    return false;
}

/* One member of a bracket expression, perhaps escaped. Returns false at the pattern's end. */
static bool take_member(struct piece *pattern, unsigned char *member)
{
    if (pattern->at < pattern->end && *pattern->at == '\\')
        pattern->at++;
    if (pattern->at >= pattern->end)
        return false;
    *member = (unsigned char)*pattern->at++;
    return true;
}

/* `[:name:]`: whether there is one here; if so moves behind it. */
static bool take_class(struct piece *pattern, unsigned char c, bool *holds)
{
    if (pattern->end - pattern->at < 2 || pattern->at[0] != '[' || pattern->at[1] != ':')
        return false;
    const char *name = pattern->at + 2, *close = memchr(name, ']', (size_t)(pattern->end - name));
    if (!close || close == name || close[-1] != ':')
        return false;
    *holds |= in_class(name, (size_t)(close - 1 - name), c);
    pattern->at = close + 1;
    return true;
}

/* A bracket expression, `pattern` behind its `[`. Returns false for no match or an expression without an end.
 */
static bool match_bracket(struct piece *pattern, unsigned char c)
{
    bool holds = false, negated = pattern->at < pattern->end && (*pattern->at == '!' || *pattern->at == '^');
    pattern->at += negated;
    for (bool first = true;; first = false) {
        unsigned char low, high;
        if (pattern->at >= pattern->end)
            return false;
        if (*pattern->at == ']' && !first)
            break;
        if (take_class(pattern, c, &holds))
            continue;
        if (!take_member(pattern, &low))
            return false;
        high = low;
        if (pattern->end - pattern->at >= 2 && pattern->at[0] == '-' && pattern->at[1] != ']') {
            pattern->at++;
            if (!take_member(pattern, &high))
                return false;
        }
        holds |= low <= c && c <= high;
    }
    pattern->at++;
    return holds != negated;
}

/* Matches one character by one element of the pattern that is not `*`; moves the pattern on. */
static bool match_one(struct piece *pattern, unsigned char c)
{
    if (pattern->at >= pattern->end)
        return false;
    unsigned char element = (unsigned char)*pattern->at++;
    if (element == '?')
        return true;
    if (element == '[')
        return match_bracket(pattern, c);
    if (element == '\\') {
        if (pattern->at >= pattern->end)
            return false;
        element = (unsigned char)*pattern->at++;
    }
    return element == c;
}

bool glob_name(const char *pattern, size_t pattern_size, const char *name, size_t name_size)
{
    struct piece rest = {pattern, pattern + pattern_size}, after_star = {0};
    const char *at = name, *end = name + name_size, *star_at = NULL;
    for (;;) {
        if (rest.at < rest.end && *rest.at == '*') {
            rest.at++;
            after_star = rest;
            star_at = at;
        } else if (at < end && match_one(&rest, (unsigned char)*at)) {
            at++;
        } else if (at == end && rest.at == rest.end) {
            return true;
        } else if (star_at && star_at < end) {
            rest = after_star;
            at = ++star_at;
        } else {
            return false;
        }
    }
}

/* Takes the next part off, up to a slash. */
static struct piece take_part(struct piece *path)
{
    const char *slash = memchr(path->at, '/', (size_t)(path->end - path->at));
    struct piece part = {path->at, slash ? slash : path->end};
    path->at = slash ? slash + 1 : path->end + 1; /* one past the end: nothing is left */
    return part;
}

/* An escaped slash is a slash: it ends the part, and the backslash is not of it. */
static struct piece take_pattern_part(struct piece *pattern)
{
    struct piece part = take_part(pattern);
    size_t backslashes = 0;
    while (part.end - backslashes > part.at && part.end[-1 - (ptrdiff_t)backslashes] == '\\')
        backslashes++;
    if (backslashes % 2 && pattern->at <= pattern->end)
        part.end--;
    return part;
}

static bool is_any_parts(struct piece part)
{
    return part.end - part.at == 2 && memcmp(part.at, "**", 2) == 0;
}

static bool is_left(const struct piece *path)
{
    return path->at <= path->end;
}

bool glob_path(const char *pattern, size_t pattern_size, const char *path, size_t path_size)
{
    struct piece rest = {pattern, pattern + pattern_size}, after_stars = {0};
    struct piece at = {path, path + path_size}, stars_at = {0};
    bool starred = false;
    for (;;) {
        struct piece next = rest, part = is_left(&rest) ? take_pattern_part(&next) : rest;
        if (is_left(&rest) && is_any_parts(part)) {
            if (!is_left(&next))
                return is_left(&at); /* at the end `**` stands for one part or more */
            rest = after_stars = next;
            stars_at = at;
            starred = true;
            continue;
        }
        struct piece at_next = at, name = is_left(&at) ? take_part(&at_next) : at;
        if (is_left(&at) && is_left(&rest) &&
            glob_name(part.at, (size_t)(part.end - part.at), name.at, (size_t)(name.end - name.at))) {
            at = at_next;
            rest = next;
        } else if (!is_left(&at) && !is_left(&rest)) {
            return true;
        } else if (starred && is_left(&stars_at)) {
            take_part(&stars_at);
            at = stars_at;
            rest = after_stars;
        } else {
            return false;
        }
    }
}
