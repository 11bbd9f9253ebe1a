/*
 * libFuzzer: whatever document the client sends, every text of the payload lies in its buffer, every number
 * in its range, and what a document says is the same whatever follows it.
 *
 *     clang -fsanitize=fuzzer,address fuzz_payload.c rooms.a
 */
#include "../../agent/ingest/payload.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_text(const struct payload *payload, const struct payload_text *text)
{
    if (text->size == 0)
        return;
    if (text->bytes < payload->buffer || text->bytes + text->size > payload->buffer + payload->used)
        abort();
}

static void check(const struct payload *payload)
{
    const struct payload_text *texts[] = {
        &payload->session_id,   &payload->session_name, &payload->cwd,     &payload->current_dir,
        &payload->project_dir,  &payload->model_id,     &payload->version, &payload->transcript_path,
        &payload->output_style, &payload->model_name,   &payload->effort,  &payload->agent,
        &payload->vim_mode,     &payload->worktree,     &payload->pr_url,  &payload->pr_state,
        &payload->pr_kind,      &payload->git_worktree,
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        check_text(payload, texts[i]);
    if (payload->used > sizeof payload->buffer || payload->task_count > PAYLOAD_TASKS_MAX)
        abort();
    for (size_t i = 0; i < payload->task_count; i++) {
        const struct payload_task *task = &payload->tasks[i];
        check_text(payload, &task->id);
        check_text(payload, &task->description);
        if (task->tokens < -1 || task->start_ms < -1)
            abort();
    }
    if (payload->cost_pusd < -1 || payload->context_used_e2 < -1 || payload->duration_ms < -1 ||
        payload->five_hour.resets_us < 0 || payload->pr_number < 0)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct payload payload, again;
    bool whole = payload_read(&payload, (const char *)data, size);
    check(&payload);
    if (!whole)
        return 0;
    char *longer = malloc(size + 2);
    memcpy(longer, data, size);
    memcpy(longer + size, " {", 2);
    if (!payload_read(&again, longer, size + 2) || again.used != payload.used ||
        memcmp(again.buffer, payload.buffer, payload.used) != 0 || again.cost_pusd != payload.cost_pusd)
        abort();
    free(longer);
    return 0;
}
