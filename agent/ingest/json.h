/*
 * A strict JSON reader that picks values in place and never builds a tree.
 *
 * It accepts exactly what Python's json module accepts of UTF-8 text without NaN and Infinity: RFC 8259,
 * one value, blanks around it, nesting to JSON_DEPTH_MAX; raw control bytes in strings, bad escapes, bad
 * numbers and bad UTF-8 are errors; lone surrogate escapes are not. The caller walks: it asks for the next
 * member of an object it is in, and either enters the value, takes it, or skips it; what is skipped is
 * validated all the same, so that a document is known to be well-formed once its end is reached. Of
 * duplicate keys the last counts: a caller that stores what it meets gets that for free.
 */
#ifndef TACHO_JSON_H
#define TACHO_JSON_H

#include "string_marks.h"

#define JSON_DEPTH_MAX 512

enum json_type {
    JSON_BAD,
    JSON_NULL,
    JSON_FALSE,
    JSON_TRUE,
    JSON_NUMBER,
    JSON_STRING,
    JSON_ARRAY,
    JSON_OBJECT
};

/*
 * A piece of the document. For a string: what is between the quotes, still escaped if `escaped`.
 * For a number: its text. For an array or object, once skipped: its whole text.
 */
struct json_slice {
    const char *bytes;
    size_t size;
    bool escaped;
};

struct json {
    const struct kernels *kernels;
    const char *at;
    const char *end;
    uint32_t depth;                      /* containers open */
    bool failed;                         /* sticky: once set, every call says JSON_BAD or false */
    bool in_object;                      /* of the innermost container */
    bool first;                          /* nothing was taken from it yet */
    bool lenient;                        /* may be set: bytes above 0x7f in strings are taken as they come */
    uint64_t kinds[JSON_DEPTH_MAX / 64]; /* for each open container: 1 = object */
    struct string_marks marks;
};

/* Starts at the beginning of a text, which must stay until the reading is over. */
void json_start(struct json *json, const char *bytes, size_t size);

/* The same, with kernels that are chosen already. */
static inline void json_start_with(struct json *json, const struct kernels *kernels, const char *bytes,
                                   size_t size)
{
    json->kernels = kernels;
    json->at = bytes;
    json->end = bytes + size;
    json->depth = 0;
    json->failed = false;
    json->in_object = false;
    json->first = true;
    json->lenient = false;
    string_marks_start(&json->marks, kernels, bytes, bytes + size);
}

/* The type of the value at hand, blanks skipped; does not move on. */
enum json_type json_peek(struct json *json);

/*
 * Enters the object or array at hand; false (and failed) if it is something else or nested too deep. What
 * json_member() and json_element() then lead to must be taken or entered, each once.
 */
bool json_enter(struct json *json);

/* Enters the object at hand; anything else is taken, and false returned. */
bool json_enter_object(struct json *json);

/* In an object: moves to the next member and gives its key; false at the end, which leaves the object. */
bool json_member(struct json *json, struct json_slice *key);

/* In an array: moves to the next element; false at the end, which leaves the array. */
bool json_element(struct json *json);

/* Takes the value at hand, whatever it is, and validates it; *slice may be NULL. */
enum json_type json_take(struct json *json, struct json_slice *slice);

/* After the outermost value: whether the document is well-formed and nothing follows. */
bool json_finish(struct json *json);

/* json_equals() for a slice that is escaped. */
bool json_escaped_equals(const struct json_slice *slice, const char *text);

/* Whether a string or key slice, decoded, equals `text`. */
static inline bool json_equals(const struct json_slice *slice, const char *text)
{
    const size_t size = strlen(text);
    if (slice->escaped)
        return json_escaped_equals(slice, text);
    return slice->size == size && memcmp(slice->bytes, text, size) == 0;
}

/*
 * Decodes a string slice to `out` (at most `room` bytes, whole characters; decoding never makes it longer
 * than slice->size). Lone surrogates become three bytes each, as UTF-8 would have them (WTF-8). Returns the
 * number of bytes; not NUL-terminated.
 */
size_t json_decode(const struct json_slice *slice, char *out, size_t room);

#endif
