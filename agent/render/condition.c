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

bool condition_holds(const struct condition *condition, const struct facts *facts, const struct look *look)
{
    struct rendering scratch;
    struct line line;
    double number;
    if (!condition->segment)
        return true;
    line_begin(&line, &scratch, look, TACHO_PLAIN, TACHO_NO_COLOUR);
    piece_open(&line, 0, LEAD_OWN);
    piece_body(&line);
    condition->segment->draw(&line, facts);
    bool shown = line.columns > 0;
    if (condition->comparison == COMPARE_SHOWN || condition->comparison == COMPARE_HIDDEN)
        return shown == (condition->comparison == COMPARE_SHOWN);
    if (condition->comparison == COMPARE_TEXT)
        return scratch.text_size - line.part_start == strlen(condition->text) &&
               memcmp(scratch.text + line.part_start, condition->text, strlen(condition->text)) == 0;
    if (!shown || !condition_number(scratch.text, scratch.text_size, &number))
        return false;
    switch (condition->comparison) {
    case COMPARE_LESS:
        return number < condition->number;
    case COMPARE_MOST:
        return number <= condition->number;
    case COMPARE_MORE:
        return number > condition->number;
    case COMPARE_LEAST:
        return number >= condition->number;
    default:
        return fabs(number - condition->number) < 1e-9;
    }
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
