/* Conditions: see condition.h. A segment's number is taken from what it draws, as a person would. */
#include "condition.h"
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* A number with commas between its thousands; *at moves behind it. */
static double read_digits(const char *text, size_t size, size_t *at)
{
    double number = 0, place = 1;
    bool fraction = false;
    for (; *at < size; (*at)++) {
        char c = text[*at];
        if (c == '.' && !fraction && *at + 1 < size && is_digit(text[*at + 1])) {
            fraction = true;
        } else if (is_digit(c)) {
            place *= fraction ? 0.1 : 1;
            number = fraction ? number + (c - '0') * place : number * 10 + (c - '0');
        } else if (c != ',' || *at + 1 == size || !is_digit(text[*at + 1])) {
            break;
        }
    }
    return number;
}

/* What the letter behind a number makes of it: thousands and more of tokens, minutes of a span. */
static double unit(char letter, bool *is_span)
{
    *is_span = letter == 'd' || letter == 'h' || letter == 'm';
    switch (letter) {
    case 'k':
        return 1e3;
    case 'M':
        return 1e6;
    case 'B':
        return 1e9;
    case 'd':
        return 24 * 60;
    case 'h':
        return 60;
    default:
        return 1;
    }
}

bool condition_number(const char *text, size_t size, double *number)
{
    size_t at = 0;
    bool found = false, is_span = true;
    *number = 0;
    while (is_span) {
        while (at < size && !is_digit(text[at]))
            at++;
        if (at == size)
            return found;
        bool was_span = found;
        double digits = read_digits(text, size, &at);
        double factor = unit(at < size ? text[at] : ' ', &is_span);
        if (was_span && !is_span)
            return true;
        *number += digits * factor;
        found = true;
    }
    return found;
}

/* Draws the condition's segment; returns whether it shows anything. */
static bool draw_segment(const struct condition *condition, const struct facts *facts, struct line *line)
{
    piece_open(line, 0, LEAD_OWN);
    piece_body(line);
    condition->segment->draw(line, facts);
    return line->columns > 0;
}

static bool compares(enum comparison comparison, double number, double bound)
{
    switch (comparison) {
    case COMPARE_LESS:
        return number < bound;
    case COMPARE_MOST:
        return number <= bound;
    case COMPARE_MORE:
        return number > bound;
    case COMPARE_LEAST:
        return number >= bound;
    default:
        return fabs(number - bound) < 1e-9;
    }
}

static bool is_text(const struct rendering *drawn, const char *text)
{
    size_t size = strlen(text);
    return drawn->text_size == size && memcmp(drawn->text, text, size) == 0;
}

static bool judge(const struct condition *condition, const struct condition_result *result,
                  const struct rendering *drawn, bool shown, double slack)
{
    const enum comparison comparison = condition->comparison;
    const double room = fabs(condition->number) * slack;
    switch (comparison) {
    case COMPARE_SHOWN:
        return shown;
    case COMPARE_HIDDEN:
        return !shown;
    case COMPARE_TEXT:
        return shown && is_text(drawn, condition->text);
    case COMPARE_MORE:
    case COMPARE_LEAST:
        return result->has_number && compares(comparison, result->number, condition->number - room);
    case COMPARE_LESS:
    case COMPARE_MOST:
        return result->has_number && compares(comparison, result->number, condition->number + room);
    default:
        return result->has_number && compares(comparison, result->number, condition->number);
    }
}

struct condition_result condition_judge(const struct condition *condition, const struct facts *facts,
                                        const struct look *look, double slack)
{
    struct condition_result result = {.changes_us = INT64_MAX};
    struct rendering drawn;
    struct line line;
    line_begin(&line, &drawn, look, TACHO_PLAIN, TACHO_NO_COLOUR);
    const bool shown = draw_segment(condition, facts, &line);
    if (line.has_number) {
        result.has_number = true;
        result.number = line.number;
        result.changes_us = line.number_until_us;
    } else {
        result.has_number = shown && condition_number(drawn.text, drawn.text_size, &result.number);
    }
    result.holds = judge(condition, &result, &drawn, shown, slack);
    size_t size = drawn.text_size < sizeof result.shown ? drawn.text_size : sizeof result.shown - 1;
    while (size < drawn.text_size && size > 0 && (drawn.text[size] & 0xC0) == 0x80)
        size--; /* not within a character */
    memcpy(result.shown, drawn.text, size);
    result.shown[size] = '\0';
    return result;
}

bool condition_holds(const struct condition *condition, const struct facts *facts, const struct look *look)
{
    return !condition->segment || condition_judge(condition, facts, look, 0).holds;
}

/* ---- reading --------------------------------------------------------------------------------------- */

static const char *skip_space(const char *text)
{
    while (isspace((unsigned char)*text))
        text++;
    return text;
}

static const char *read_comparison(const char *text, enum comparison *comparison)
{
    static const struct {
        const char *sign;
        enum comparison comparison;
    } signs[] = {{"<=", COMPARE_MOST}, {">=", COMPARE_LEAST}, {"==", COMPARE_EQUAL},
                 {"<", COMPARE_LESS},  {">", COMPARE_MORE},   {"=", COMPARE_EQUAL}};
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
        if (strncmp(text, signs[i].sign, strlen(signs[i].sign)) == 0) {
            *comparison = signs[i].comparison;
            return text + strlen(signs[i].sign);
        }
    }
    return NULL;
}

/* What a number is compared with, or a text that is to be the same. */
static bool read_operand(struct condition *condition, const char *text)
{
    char *end;
    size_t size = strlen(text);
    while (size && isspace((unsigned char)text[size - 1]))
        size--;
    condition->number = strtod(text, &end);
    if (end > text && end == text + size)
        return true;
    if (condition->comparison != COMPARE_EQUAL || size == 0 || size >= sizeof condition->text)
        return false;
    memcpy(condition->text, text, size);
    condition->comparison = COMPARE_TEXT;
    return true;
}

int condition_read(struct condition *condition, const char *text, struct text *why)
{
    struct condition read = {.comparison = COMPARE_SHOWN};
    text = skip_space(text);
    if (*text == '!') {
        read.comparison = COMPARE_HIDDEN;
        text = skip_space(text + 1);
    }
    size_t size = strcspn(text, " \t<>=");
    read.segment = segment_find(text, size);
    if (!read.segment) {
        segment_say_unknown(why, text, size);
        return -1;
    }
    text = skip_space(text + size);
    if (*text) {
        const char *operand =
            read.comparison == COMPARE_SHOWN ? read_comparison(text, &read.comparison) : NULL;
        if (!operand || !read_operand(&read, skip_space(operand))) {
            text_add_string(why, "use a segment's name, !name, name >= number, or name = text");
            return -1;
        }
    }
    *condition = read;
    return 0;
}
