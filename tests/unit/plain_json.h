/*
 * A plain reading of RFC 8259 a byte at a time, for tests: what json.h must accept, written without a line of
 * its code.
 */
#ifndef TACHO_PLAIN_JSON_H
#define TACHO_PLAIN_JSON_H

#include "../../agent/ingest/json.h"

#include <string.h>

struct plain {
    const uint8_t *at;
    const uint8_t *end;
};

/* The next byte, or -1 at the end. */
static inline int look(const struct plain *plain)
{
    return plain->at < plain->end ? *plain->at : -1;
}

static inline bool got(struct plain *plain, int byte)
{
    if (look(plain) != byte)
        return false;
    plain->at++;
    return true;
}

static inline bool got_between(struct plain *plain, int low, int high)
{
    if (look(plain) < low || look(plain) > high)
        return false;
    plain->at++;
    return true;
}

static inline bool got_word(struct plain *plain, const char *word)
{
    while (*word)
        if (!got(plain, *word++))
            return false;
    return true;
}

static inline void pass_blanks(struct plain *plain)
{
    while (got(plain, ' ') || got(plain, '\t') || got(plain, '\r') || got(plain, '\n'))
        ;
}

static inline bool pass_digits(struct plain *plain)
{
    bool any = false;
    while (got_between(plain, '0', '9'))
        any = true;
    return any;
}

static inline bool pass_number(struct plain *plain)
{
    got(plain, '-');
    if (!got(plain, '0') && !pass_digits(plain))
        return false;
    if (got(plain, '.') && !pass_digits(plain))
        return false;
    if (!got(plain, 'e') && !got(plain, 'E'))
        return true;
    if (!got(plain, '+'))
        got(plain, '-');
    return pass_digits(plain);
}

static inline bool pass_escape(struct plain *plain)
{
    if (!got(plain, 'u'))
        return look(plain) > 0 && strchr("\"\\/bfnrt", look(plain)) && plain->at++;
    for (int i = 0; i < 4; i++)
        if (!got_between(plain, '0', '9') && !got_between(plain, 'a', 'f') && !got_between(plain, 'A', 'F'))
            return false;
    return true;
}

/* One character above 0x7f, by its value: the shortest form, no surrogate, at most U+10FFFF. */
static inline bool pass_character(struct plain *plain)
{
    const uint32_t lead = *plain->at++;
    const int more = lead >= 0xf0 && lead < 0xf8 ? 3 : lead >= 0xe0 ? 2 : 1;
    static const uint32_t least[] = {0, 0x80, 0x800, 0x10000};
    if (lead < 0xc0 || lead >= 0xf8)
        return false;
    uint32_t value = lead & (0x3fU >> more);
    for (int i = 0; i < more; i++) {
        if (look(plain) < 0x80 || look(plain) > 0xbf)
            return false;
        value = value << 6 | (*plain->at++ & 0x3f);
    }
    return value >= least[more] && value <= 0x10ffff && (value < 0xd800 || value > 0xdfff);
}

static inline bool pass_string(struct plain *plain)
{
    if (!got(plain, '"'))
        return false;
    while (!got(plain, '"')) {
        bool passed = look(plain) > 0x7f ? pass_character(plain)
                      : got(plain, '\\') ? pass_escape(plain)
                                         : got_between(plain, 0x20, 0x7f);
        if (!passed)
            return false;
    }
    return true;
}

static inline bool pass_value(struct plain *plain, int depth)
{
    pass_blanks(plain);
    const int opening = look(plain);
    if (opening == '"')
        return pass_string(plain);
    if (opening == 't' || opening == 'f' || opening == 'n')
        return got_word(plain, opening == 't' ? "true" : opening == 'f' ? "false" : "null");
    if (opening != '{' && opening != '[')
        return pass_number(plain);
    const int closing = opening == '{' ? '}' : ']';
    plain->at++;
    if (depth == JSON_DEPTH_MAX)
        return false;
    pass_blanks(plain);
    if (got(plain, closing))
        return true;
    do {
        pass_blanks(plain);
        if (opening == '{' && !pass_string(plain))
            return false;
        pass_blanks(plain);
        if ((opening == '{' && !got(plain, ':')) || !pass_value(plain, depth + 1))
            return false;
        pass_blanks(plain);
    } while (got(plain, ','));
    return got(plain, closing);
}

static inline bool plain_is_json(const void *bytes, size_t size)
{
    struct plain plain = {bytes, (const uint8_t *)bytes + size};
    if (!pass_value(&plain, 0))
        return false;
    pass_blanks(&plain);
    return plain.at == plain.end;
}

#endif
