/* Quoting for shells: see quote.h. */
#include "quote.h"

/* Nothing is special between single quotes but their end. */
void quote_posix(struct text *out, const char *string)
{
    text_add_char(out, '\'');
    for (; *string; string++) {
        if (*string == '\'')
            text_add_string(out, "'\\''");
        else
            text_add_char(out, *string);
    }
    text_add_char(out, '\'');
}

/* Between single quotes the backslash escapes itself and the quote. */
void quote_fish(struct text *out, const char *string)
{
    text_add_char(out, '\'');
    for (; *string; string++) {
        if (*string == '\'' || *string == '\\')
            text_add_char(out, '\\');
        text_add_char(out, *string);
    }
    text_add_char(out, '\'');
}
