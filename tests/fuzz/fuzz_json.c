/*
 * libFuzzer: the JSON reader accepts the same by every kernel, and the same as a plain reading of RFC 8259 a
 * byte at a time; what it decodes, it finds equal.
 *
 *     clang -fsanitize=fuzzer,address fuzz_json.c rooms.a
 */
#include "../../agent/ingest/json.h"
#include "../../agent/ingest/kernels.h"
#include "../unit/plain_json.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* ---- the reader ---------------------------------------------------------------------------------------- */

static bool accepts(const char *kernels, const char *bytes, size_t size)
{
    struct json json;
    json_start(&json, bytes, size);
    if (kernels_named(kernels))
        json.kernels = kernels_named(kernels);
    return json_take(&json, NULL) != JSON_BAD && json_finish(&json);
}

static void check_decoding(const struct json_slice *slice)
{
    char *text = malloc(slice->size + 1);
    size_t size = json_decode(slice, text, slice->size);
    text[size] = '\0';
    if (size > slice->size || (!memchr(text, 0, size) && !json_equals(slice, text)))
        abort();
    free(text);
}

/* Walks a well-formed document member by member, and decodes every string. */
static void walk(const char *bytes, size_t size)
{
    struct json json;
    struct json_slice slice;
    json_start(&json, bytes, size);
    if (json_peek(&json) != JSON_OBJECT && json_peek(&json) != JSON_ARRAY)
        return;
    json_enter(&json);
    while (!json.failed && json.depth > 0) {
        const bool in_object = json.in_object;
        if (!(in_object ? json_member(&json, &slice) : json_element(&json)))
            continue;
        if (in_object)
            check_decoding(&slice);
        if (json_peek(&json) == JSON_OBJECT || json_peek(&json) == JSON_ARRAY)
            json_enter(&json);
        else if (json_take(&json, &slice) == JSON_STRING)
            check_decoding(&slice);
    }
    if (!json_finish(&json))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *bytes = (const char *)data;
    const bool expected = plain_is_json(data, size);
    if (accepts("scalar", bytes, size) != expected || accepts("sse2", bytes, size) != expected ||
        accepts("avx2", bytes, size) != expected)
        abort();
    if (expected)
        walk(bytes, size);
    return 0;
}
