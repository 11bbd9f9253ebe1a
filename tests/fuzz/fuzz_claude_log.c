/*
 * libFuzzer: lines of a log, taken by every kernel, give the same batch; each line is counted once, and
 * what is malformed leaves nothing behind.
 *
 *     clang -fsanitize=fuzzer,address fuzz_claude_log.c rooms.a
 */
#include "../../agent/ingest/claude_log.h"
#include "../../agent/ingest/kernels.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char path[] = "/c/projects/slug/agent-1.jsonl";

/* What one line adds must be sound, and nothing if it was malformed. */
static void check_line(const struct batch *before, const struct batch *after)
{
    uint64_t malformed = skips_total(&after->skipped) - skips_total(&before->skipped);
    if (after->lines - before->lines > 1 || after->usage_lines - before->usage_lines + malformed > 1)
        abort();
    if (malformed &&
        (after->copy_count != before->copy_count || after->tool_count != before->tool_count ||
         (after->string_count != before->string_count && after->cost_count == before->cost_count) ||
         after->place_count != before->place_count))
        abort();
    for (size_t i = before->cost_count; i < after->cost_count; i++)
        if (after->costs[i].model >= after->string_count || after->costs[i].session >= after->string_count)
            abort();
    for (size_t i = before->copy_count; i < after->copy_count; i++) {
        const struct usage_copy *copy = &after->copies[i];
        if (copy->model >= after->string_count || copy->session >= after->string_count ||
            copy->tools + copy->tool_count > after->tool_count)
            abort();
        for (int kind = 0; kind < TOKEN_KINDS; kind++)
            if (copy->tokens[kind] > UINT32_C(1) << 31)
                abort();
    }
}

static void take_lines(struct batch *batch, const char *kernels, const char *bytes, size_t size)
{
    struct log_place place;
    claude_log_place(&place, path, strlen("/c/projects/"));
    batch_init(batch, path);
    if (kernels_named(kernels))
        batch->kernels = kernels_named(kernels);
    const char *end = bytes + size;
    for (uint64_t number = 0; bytes < end; number++) {
        const char *newline = memchr(bytes, '\n', (size_t)(end - bytes));
        const char *stop = newline ? newline : end;
        struct batch before = *batch;
        claude_log_line(batch, &place, bytes, (size_t)(stop - bytes), number, !newline);
        check_line(&before, batch);
        bytes = newline ? newline + 1 : end;
    }
}

static bool copies_are_same(const struct usage_copy *a, const struct usage_copy *b)
{
    return a->identity.low == b->identity.low && a->identity.high == b->identity.high &&
           a->when_us == b->when_us && a->line == b->line && a->usd_pusd == b->usd_pusd &&
           a->model == b->model && a->session == b->session && a->has_usd == b->has_usd &&
           a->forked == b->forked && a->tool_count == b->tool_count &&
           memcmp(a->tokens, b->tokens, sizeof a->tokens) == 0;
}

static void compare(const struct batch *a, const struct batch *b)
{
    if (a->lines != b->lines || a->usage_lines != b->usage_lines ||
        memcmp(&a->skipped, &b->skipped, sizeof a->skipped) != 0 || a->copy_count != b->copy_count ||
        a->tool_count != b->tool_count || a->byte_count != b->byte_count ||
        a->string_count != b->string_count || a->place_count != b->place_count ||
        a->cost_count != b->cost_count)
        abort();
    for (size_t i = 0; i < a->copy_count; i++)
        if (!copies_are_same(&a->copies[i], &b->copies[i]))
            abort();
    for (size_t i = 0; i < a->cost_count; i++)
        if (a->costs[i].cost_pusd != b->costs[i].cost_pusd || a->costs[i].model != b->costs[i].model ||
            memcmp(a->costs[i].tokens, b->costs[i].tokens, sizeof a->costs[i].tokens) != 0)
            abort();
    if (a->byte_count && memcmp(a->bytes, b->bytes, a->byte_count) != 0)
        abort();
    if (a->tool_count && memcmp(a->tools, b->tools, a->tool_count * sizeof *a->tools) != 0)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct batch scalar, sse2, avx2;
    take_lines(&scalar, "scalar", (const char *)data, size);
    take_lines(&sse2, "sse2", (const char *)data, size);
    take_lines(&avx2, "avx2", (const char *)data, size);
    compare(&scalar, &sse2);
    compare(&scalar, &avx2);
    batch_free(&scalar);
    batch_free(&sse2);
    batch_free(&avx2);
    return 0;
}
