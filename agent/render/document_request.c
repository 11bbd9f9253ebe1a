/*
 * A request for a document as one line: `key=value` pairs with a space between, each key once, in any order.
 * In values, all but letters, digits and -._~/+: is percent-escaped (RFC 3986, section 2.1).
 */
#include "document.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define VALUE_MAX 256

static const char *const kinds[] = {
    [DOCUMENT_TOTALS] = "totals", [DOCUMENT_DAILY] = "daily", [DOCUMENT_SESSION] = "session"};
static const char *const modes[] = {
    [COST_AUTO] = "auto", [COST_CALCULATE] = "calculate", [COST_DISPLAY] = "display"};

/* Where in the request a key's value is kept, and as what. */
struct field {
    const char *key;
    enum { FIELD_KIND, FIELD_MODE, FIELD_TEXT, FIELD_FLAG, FIELD_DAY, FIELD_COLUMNS } type;
    size_t offset, size;
};

#define FIELD(key, type, member)                                                                             \
    {                                                                                                        \
        key, type, offsetof(struct document_request, member),                                                \
            sizeof((struct document_request *)NULL)->member                                                  \
    }

static const struct field fields[] = {
    FIELD("kind", FIELD_KIND, kind),           FIELD("mode", FIELD_MODE, mode),
    FIELD("zone", FIELD_TEXT, zone),           FIELD("json", FIELD_FLAG, json),
    FIELD("claude", FIELD_FLAG, claude),       FIELD("descending", FIELD_FLAG, descending),
    FIELD("since", FIELD_DAY, since),          FIELD("until", FIELD_DAY, until),
    FIELD("columns", FIELD_COLUMNS, columns),  FIELD("colour", FIELD_FLAG, colour),
    FIELD("breakdown", FIELD_FLAG, breakdown), FIELD("instances", FIELD_FLAG, instances),
    FIELD("project", FIELD_TEXT, project),     FIELD("id", FIELD_TEXT, id),
};

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
    case FIELD_KIND:
        text_add_string(out, kinds[request->kind]);
        break;
    case FIELD_MODE:
        text_add_string(out, modes[request->mode]);
        break;
    case FIELD_TEXT:
        add_escaped(out, value);
        break;
    case FIELD_FLAG:
        text_add_char(out, *(const bool *)value ? '1' : '0');
        break;
    case FIELD_DAY:
        text_addf(out, "%d", *(const int32_t *)value);
        break;
    case FIELD_COLUMNS:
        text_addf(out, "%u", *(const uint32_t *)value);
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

static bool read_word(const char *value, const char *const *words, size_t count, unsigned *found)
{
    for (unsigned i = 0; i < count; i++)
        if (!strcmp(value, words[i])) {
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

static bool read_value(struct document_request *request, const struct field *field, const char *value)
{
    void *place = (char *)request + field->offset;
    unsigned word = 0;
    int64_t number = 0;
    bool is_good = false;
    switch (field->type) {
    case FIELD_KIND:
        is_good = read_word(value, kinds, sizeof kinds / sizeof *kinds, &word);
        request->kind = (enum document_kind)word;
        break;
    case FIELD_MODE:
        is_good = read_word(value, modes, sizeof modes / sizeof *modes, &word);
        request->mode = (enum cost_mode)word;
        break;
    case FIELD_TEXT:
        is_good = strlen(value) < field->size;
        if (is_good)
            memcpy(place, value, strlen(value) + 1);
        break;
    case FIELD_FLAG:
        is_good = !strcmp(value, "0") || !strcmp(value, "1");
        *(bool *)place = value[0] == '1';
        break;
    case FIELD_DAY:
        is_good = read_integer(value, INT32_MIN, INT32_MAX, &number);
        *(int32_t *)place = (int32_t)number;
        break;
    case FIELD_COLUMNS:
        is_good = read_integer(value, 0, UINT32_MAX, &number);
        *(uint32_t *)place = (uint32_t)number;
        break;
    }
    return is_good;
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
    return seen[0]; /* what kind of document must be said */
}
