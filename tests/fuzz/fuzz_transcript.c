/*
 * libFuzzer: whatever a line of a log says, what is followed of it stays within its bounds, and bytes are
 * told by class as the plain count tells them. The same bytes are also read as what a hook was given.
 *
 *     clang -fsanitize=fuzzer,address fuzz_transcript.c rooms.a
 */
#include "../../agent/ingest/event.h"
#include "../../agent/ingest/transcript_line.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_slice(const struct json_slice *slice, const char *bytes, size_t size)
{
    if (slice->size && (slice->bytes < bytes || slice->bytes + slice->size > bytes + size))
        abort();
}

static void check_line(const struct transcript_line *line, const char *bytes, size_t size)
{
    const struct json_slice *slices[] = {&line->subtype,    &line->cwd,   &line->mode,
                                         &line->message_id, &line->model, &line->first_text};
    for (size_t i = 0; i < sizeof slices / sizeof *slices; i++)
        check_slice(slices[i], bytes, size);
    if (line->call_count > TRANSCRIPT_CALLS_MAX || line->result_count > TRANSCRIPT_CALLS_MAX)
        abort();
    for (size_t i = 0; i < line->call_count; i++)
        check_slice(&line->calls[i].name, bytes, size);
    if (line->input < 0 || line->after_compaction < -1 || line->todo_done > line->todo_total)
        abort();
}

static void check_classes(const char *bytes, size_t size)
{
    struct byte_classes fast = {0}, plain = {0};
    byte_classes_add(&fast, bytes, size);
    byte_classes_add_plainly(&plain, bytes, size);
    if (memcmp(&fast, &plain, sizeof fast) != 0)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct transcript_line line;
    static struct event event;
    const char *bytes = (const char *)data;
    transcript_line_read(&line, bytes, size);
    check_line(&line, bytes, size);
    check_classes(bytes, size);
    event_read(&event, bytes, size);
    if (memchr(event.session, 0, sizeof event.session) == NULL ||
        memchr(event.directory, 0, sizeof event.directory) == NULL)
        abort();
    return 0;
}
