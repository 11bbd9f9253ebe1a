/*
 * A request for a document as one line: `key=value` pairs with a space between, each key once, in any order.
 * In values, all but letters, digits and -._~/+: is percent-escaped (RFC 3986, section 2.1).
 */
#include "document.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define VALUE_MAX 1280

/* Words for the values of an enum, by number. */
struct words {
    const char *list[8];
    unsigned count;
};

static const struct words kinds = {{"totals", "daily", "weekly", "monthly", "session", "blocks", "statusline"}, 7};
static const struct words formats = {{"table", "json", "csv", "markdown"}, 4};
static const struct words rules = {{"tacho", "ccusage"}, 2};
static const struct words modes = {{"auto", "calculate", "display"}, 3};
static const struct words weekdays = {{"sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"},
                                      7};

_Static_assert(DOCUMENT_KINDS == 7, "every kind of document has its word");

/* Where in the request a key's value is kept, and as what. */
struct field {
    const char *key;
    enum { FIELD_WORD, FIELD_TEXT, FIELD_FLAG, FIELD_INT32, FIELD_UINT32, FIELD_INT64, FIELD_UINT64 } type;
    size_t offset, size;
    const struct words *words;
};

#define PLACE(member) offsetof(struct document_request, member), sizeof((struct document_request *)NULL)->member
#define FIELD(key, type, member) {key, type, PLACE(member), NULL}
#define WORDS(key, member, words) {key, FIELD_WORD, PLACE(member), words}

static const struct field fields[] = {
    WORDS("kind", kind, &kinds),
    WORDS("format", format, &formats),
    WORDS("rules", rules, &rules),
    WORDS("mode", mode, &modes),
    WORDS("week-start", week_start, &weekdays),
    FIELD("zone", FIELD_TEXT, zone),
    FIELD("claude", FIELD_FLAG, claude),
    FIELD("descending", FIELD_FLAG, descending),
    FIELD("since", FIELD_INT32, since),
    FIELD("until", FIELD_INT32, until),
    FIELD("last", FIELD_UINT32, last),
    FIELD("now", FIELD_INT64, now_us),
    FIELD("columns", FIELD_UINT32, columns),
    FIELD("colour", FIELD_FLAG, colour),
    FIELD("compact", FIELD_FLAG, compact),
    FIELD("breakdown", FIELD_FLAG, breakdown),
    FIELD("no-cost", FIELD_FLAG, no_cost),
    FIELD("with-unlogged", FIELD_FLAG, with_unlogged),
    FIELD("instances", FIELD_FLAG, instances),
    FIELD("project", FIELD_TEXT, project),
    FIELD("aliases", FIELD_TEXT, aliases),
    FIELD("id", FIELD_TEXT, id),
    FIELD("sections", FIELD_UINT32, sections),
    FIELD("by-agent", FIELD_FLAG, by_agent),
    FIELD("active", FIELD_FLAG, active),
    FIELD("recent", FIELD_FLAG, recent),
    FIELD("token-limit", FIELD_UINT64, token_limit),
    FIELD("block", FIELD_INT64, block_us),
};

_Static_assert(sizeof(enum document_kind) == sizeof(unsigned), "words are kept as their numbers");

#define FIELD_COUNT (sizeof fields / sizeof *fields)

static bool is_plain(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c && strchr("-._~/+:", c));
}

/* ---- encoding -------------------------------------------------------------------------------------------
 */

static void add_escaped(struct text *out, const char *value)
{
    for (; *value; value++) {
        if (is_plain(*value))
            text_add_char(out, *value);
        else
            text_addf(out, "%%%02X", (unsigned)(unsigned char)*value);
    }
}

static void add_value(struct text *out, const struct document_request *request, const struct field *field)
{
    const void *value = (const char *)request + field->offset;
    switch (field->type) {
    case FIELD_WORD:
        text_add_string(out, field->words->list[*(const unsigned *)value]);
        break;
    case FIELD_TEXT:
        add_escaped(out, value);
        break;
    case FIELD_FLAG:
        text_add_char(out, *(const bool *)value ? '1' : '0');
        break;
    case FIELD_INT32:
        text_addf(out, "%d", *(const int32_t *)value);
        break;
    case FIELD_UINT32:
        text_addf(out, "%u", *(const uint32_t *)value);
        break;
    case FIELD_INT64:
        text_addf(out, "%lld", (long long)*(const int64_t *)value);
        break;
    case FIELD_UINT64:
        text_addf(out, "%llu", (unsigned long long)*(const uint64_t *)value);
        break;
    }
}

void document_request_encode(const struct document_request *request, struct text *out)
{
    for (size_t i = 0; i < FIELD_COUNT; i++) {
        text_addf(out, "%s%s=", i ? " " : "", fields[i].key);
        add_value(out, request, &fields[i]);
    }
}

/* ---- decoding -------------------------------------------------------------------------------------------
 */

static int hex_digit(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
                                  : -1;
}

/* Undoes the escapes; false if they are wrong, hide a NUL, or the value has no room. */
static bool unescape(char *out, size_t room, const char *bytes, size_t size)
{
    size_t used = 0;
    for (size_t i = 0; i < size; i++) {
        int value = (unsigned char)bytes[i];
        if (bytes[i] == '%') {
            if (size - i < 3 || hex_digit(bytes[i + 1]) < 0 || hex_digit(bytes[i + 2]) < 0)
                return false;
            value = hex_digit(bytes[i + 1]) * 16 + hex_digit(bytes[i + 2]);
            i += 2;
        } else if (!is_plain(bytes[i])) {
            return false;
        }
        if (!value || used + 1 >= room)
            return false;
        out[used++] = (char)value;
    }
    out[used] = '\0';
    return true;
}

static bool read_word(const char *value, const struct words *words, unsigned *found)
{
    for (unsigned i = 0; i < words->count; i++)
        if (!strcmp(value, words->list[i])) {
            *found = i;
            return true;
        }
    return false;
}

static bool read_integer(const char *value, int64_t least, int64_t most, int64_t *number)
{
    char *end;
    if (!isdigit((unsigned char)value[0]) && !(value[0] == '-' && isdigit((unsigned char)value[1])))
        return false;
    errno = 0;
    *number = strtoll(value, &end, 10);
    return !errno && !*end && *number >= least && *number <= most;
}

static bool read_large(const char *value, uint64_t *number)
{
    char *end;
    if (!isdigit((unsigned char)value[0]))
        return false;
    errno = 0;
    *number = strtoull(value, &end, 10);
    return !errno && !*end;
}

static bool read_value(struct document_request *request, const struct field *field, const char *value)
{
    void *place = (char *)request + field->offset;
    int64_t number = 0;
    bool is_good = false;
    switch (field->type) {
    case FIELD_WORD:
        return read_word(value, field->words, place);
    case FIELD_TEXT:
        is_good = strlen(value) < field->size;
        if (is_good)
            memcpy(place, value, strlen(value) + 1);
        return is_good;
    case FIELD_FLAG:
        *(bool *)place = value[0] == '1';
        return !strcmp(value, "0") || !strcmp(value, "1");
    case FIELD_INT32:
        is_good = read_integer(value, INT32_MIN, INT32_MAX, &number);
        *(int32_t *)place = (int32_t)number;
        return is_good;
    case FIELD_UINT32:
        is_good = read_integer(value, 0, UINT32_MAX, &number);
        *(uint32_t *)place = (uint32_t)number;
        return is_good;
    case FIELD_INT64:
        return read_integer(value, INT64_MIN, INT64_MAX, place);
    case FIELD_UINT64:
        return read_large(value, place);
    }
    return false;
}

/* What no command asks for and what arithmetic would not bear. */
static bool is_sane(const struct document_request *request)
{
    const int64_t year_us = INT64_C(366) * 86400 * 1000000;
    return request->block_us > 0 && request->block_us <= year_us && request->now_us >= 0 &&
           request->now_us <= 1030 * year_us && request->last <= 100000;
}

static const struct field *field_of(const char *key, size_t size)
{
    for (size_t i = 0; i < FIELD_COUNT; i++)
        if (strlen(fields[i].key) == size && !memcmp(fields[i].key, key, size))
            return &fields[i];
    return NULL;
}

bool document_request_decode(struct document_request *request, const char *line, size_t size)
{
    bool seen[FIELD_COUNT] = {false};
    const char *end = line + size;
    *request = document_request_default(DOCUMENT_TOTALS);
    while (line < end) {
        const char *stop = memchr(line, ' ', (size_t)(end - line));
        stop = stop ? stop : end;
        const char *equals = memchr(line, '=', (size_t)(stop - line));
        const struct field *field = equals ? field_of(line, (size_t)(equals - line)) : NULL;
        char value[VALUE_MAX];
        if (!field || seen[field - fields] ||
            !unescape(value, sizeof value, equals + 1, (size_t)(stop - equals - 1)) ||
            !read_value(request, field, value))
            return false;
        seen[field - fields] = true;
        if (stop < end && stop + 1 == end)
            return false; /* a space with nothing behind it */
        line = stop < end ? stop + 1 : end;
    }
    return seen[0] && is_sane(request); /* what kind of document must be said */
}
