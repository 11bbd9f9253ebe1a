/* The client's document: see hook.h. Some clients leave the pipe open, so its end is looked for in the bytes.
 */
#include "hook.h"

#include <poll.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* Follows the brackets of a JSON document far enough to see that its first object is closed. */
struct outline {
    int depth;
    bool in_string, escaped, closed;
};

static void outline_follow(struct outline *outline, const char *bytes, size_t size)
{
    for (size_t i = 0; i < size && !outline->closed; i++) {
        char c = bytes[i];
        if (outline->escaped)
            outline->escaped = false;
        else if (outline->in_string && c == '\\')
            outline->escaped = true;
        else if (c == '"')
            outline->in_string = outline->depth > 0 && !outline->in_string;
        else if (outline->in_string)
            continue;
        else if (c == '{' || c == '[')
            outline->depth++;
        else if ((c == '}' || c == ']') && outline->depth > 0)
            outline->closed = --outline->depth == 0;
    }
}

static int64_t clock_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

size_t input_read(char *buffer, size_t size, int wait_ms)
{
    struct outline outline = {0};
    size_t used = 0;
    int64_t deadline = 0;
    int left = wait_ms;
    while (used < size && !outline.closed && left >= 0) {
        struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
        if (poll(&input, 1, left) <= 0)
            break;
        ssize_t got = read(STDIN_FILENO, buffer + used, size - used);
        if (got <= 0)
            break;
        outline_follow(&outline, buffer + used, (size_t)got);
        used += (size_t)got;
        if (outline.closed)
            break;
        /* Only a document that comes in parts needs the clock. */
        if (!deadline)
            deadline = clock_ms() + wait_ms;
        left = (int)(deadline - clock_ms());
    }
    return used;
}

void input_drain(int wait_ms)
{
    char bytes[1024];
    struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
    while (poll(&input, 1, wait_ms) > 0 && read(STDIN_FILENO, bytes, sizeof bytes) > 0)
        ;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

size_t input_find(const char *buffer, size_t size, const char *key, const char **value)
{
    const char *end = buffer + size;
    size_t key_size = strlen(key);
    for (const char *at = buffer; (at = memchr(at, '"', (size_t)(end - at))) != NULL; at++) {
        if ((size_t)(end - at) < key_size + 2 || memcmp(at + 1, key, key_size) != 0 ||
            at[key_size + 1] != '"')
            continue;
        const char *text = at + key_size + 2;
        while (text < end && is_blank(*text))
            text++;
        if (text == end || *text++ != ':')
            continue;
        while (text < end && is_blank(*text))
            text++;
        if (text == end || *text++ != '"')
            continue;
        const char *stop = memchr(text, '"', (size_t)(end - text));
        if (!stop)
            return 0;
        *value = text;
        return (size_t)(stop - text);
    }
    return 0;
}
