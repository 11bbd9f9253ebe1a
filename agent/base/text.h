/*
 * A growing string. `bytes` is never NULL once anything was added and always ends in a NUL that `size`
 * does not count. Memory: the C allocator's (mimalloc in the agent). Running out of memory ends the
 * program with a message: nothing sensible can be done about it, and a restart loses nothing.
 */
#ifndef TACHO_TEXT_H
#define TACHO_TEXT_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

struct text {
    char *bytes;
    size_t size;
    size_t room; /* bytes allocated */
};

#define TEXT_EMPTY                                                                                           \
    {                                                                                                        \
        NULL, 0, 0                                                                                           \
    }

void text_add(struct text *text, const char *bytes, size_t size);
void text_add_string(struct text *text, const char *string);
void text_add_char(struct text *text, char c);
void text_addf(struct text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Adds `string` as a JSON string, quotes included; bytes that are not UTF-8 become U+FFFD. */
void text_add_json(struct text *text, const char *string, size_t size);

/* How many bytes from the first on are ASCII that JSON writes as it is. */
size_t text_plain_run(const char *string, size_t size);

/* Adds a picodollar amount in dollars, exactly, as the shortest JSON number with a fraction: 2.4872724, 0.0. */
void text_add_dollars(struct text *text, unsigned __int128 pusd);

/* Adds an unsigned 128-bit integer in decimal. */
void text_add_wide(struct text *text, unsigned __int128 value);

/* Makes room for so many bytes more, and their NUL. */
void text_reserve(struct text *text, size_t more);

/* Empties it, keeping the memory. */
void text_clear(struct text *text);

/* Frees the memory and makes it empty. */
void text_free(struct text *text);

#endif
