/* The line of last resort: see hook.h. */
#include "hook.h"

#include <string.h>

enum { FALLBACK_MAX = 120, NAME_MAX_BYTES = 32 };

struct fallback {
    char text[FALLBACK_MAX];
    size_t used, room;
};

/* Adds what is printable ASCII; everything else, escapes included, becomes a question mark. */
static void fallback_add(struct fallback *fallback, const char *text, size_t size)
{
    for (size_t i = 0; i < size && fallback->used < fallback->room; i++) {
        bool plain = text[i] >= 0x20 && text[i] < 0x7f && text[i] != '\\';
        fallback->text[fallback->used++] = plain ? text[i] : '?';
    }
}

/* The last component of a path as it stands in the document; backslashes there come in pairs. */
static size_t path_end(const char **path, size_t size)
{
    size_t start = size;
    while (start > 0 && (*path)[start - 1] != '/' && (*path)[start - 1] != '\\')
        start--;
    *path += start;
    return size - start;
}

void fallback_line(const char *document, size_t size, uint32_t columns)
{
    struct fallback fallback = {.room = columns && columns < FALLBACK_MAX ? columns : FALLBACK_MAX};
    const char *value = NULL;
    size_t length = input_find(document, size, "display_name", &value);
    if (length) {
        fallback_add(&fallback, value, length < NAME_MAX_BYTES ? length : NAME_MAX_BYTES);
        fallback_add(&fallback, " | ", 3);
    }
    length = input_find(document, size, "current_dir", &value);
    if (!length)
        length = input_find(document, size, "cwd", &value);
    if (length)
        length = path_end(&value, length);
    if (length) {
        fallback_add(&fallback, value, length < NAME_MAX_BYTES ? length : NAME_MAX_BYTES);
        fallback_add(&fallback, " | ", 3);
    }
    static const char rest[] = "tacho is starting";
    fallback_add(&fallback, rest, sizeof rest - 1);
    show_bytes(fallback.text, fallback.used);
}
