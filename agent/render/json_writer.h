/*
 * Writing a JSON document, pretty: members on lines of their own, indented, empty containers closed at once.
 */
#ifndef TACHO_JSON_WRITER_H
#define TACHO_JSON_WRITER_H

#include "../base/text.h"

#include <stdbool.h>

struct json_writer {
    struct text *out;
    unsigned indent; /* spaces a level */
    bool ascii;      /* texts in ASCII, as Python's json writes them; else UTF-8 */
    unsigned depth;
    bool has_items; /* the container that is open has some */
    bool is_value;  /* a key was written: its value comes on the same line */
};

/* Opens and closes a container: '{' and '}', or '[' and ']'. */
void json_open(struct json_writer *writer, char bracket);
void json_close(struct json_writer *writer, char bracket);

void json_key(struct json_writer *writer, const char *key);
void json_key_sized(struct json_writer *writer, const char *key, size_t size);
/* No name here may be one of jansson's: its own calls would end here. */
void json_text(struct json_writer *writer, const char *string, size_t size);
void json_number(struct json_writer *writer, unsigned __int128 number);
void json_dollars(struct json_writer *writer, unsigned __int128 pusd);
void json_double(struct json_writer *writer, double value); /* as number_double() writes it */
void json_word(struct json_writer *writer, const char *word); /* true, false, null */

/*
 * The next code point of a text as Python holds it, *at moved past it: UTF-8 in which lone surrogates may
 * stand (JSON can escape them); a byte that is neither is U+DC00 + byte (PEP 383, as in names of files).
 */
uint32_t code_point_next(const char **at, const char *end);

/* Compares two texts by code points: the order in which Python sorts. */
int code_points_compare(const char *a, size_t a_size, const char *b, size_t b_size);

#endif
