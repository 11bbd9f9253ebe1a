/*
 * What is wrong with a settings.json, in words and with a line number: jansson's. A file of its own, because
 * jansson's names for types are those of ingest/json.h, which settings.c edits with.
 */
#include "settings.h"

#include <jansson.h>
#include <string.h>

static const char byte_order_mark[] = "\xef\xbb\xbf";

bool settings_check(const char *bytes, size_t size, struct text *why)
{
    if (settings_is_object(bytes, size))
        return true;
    size_t mark = size >= 3 && memcmp(bytes, byte_order_mark, 3) == 0 ? 3 : 0;
    json_error_t error = {.line = 1};
    json_t *document = json_loadb(bytes + mark, size - mark, JSON_DECODE_ANY | JSON_ALLOW_NUL, &error);
    if (document && !json_is_object(document))
        text_add_string(why, "not an object");
    else
        text_addf(why, "line %d: %s", document || error.line < 1 ? 1 : error.line,
                  document ? "nested too deep" : error.text);
    json_decref(document);
    return false;
}
