/*
 * The status-line document, picked in one pass. Each object has a function of its own; a value of another
 * type than expected is passed over. Nothing here can fail but the document itself.
 */
#include "payload.h"

#include "decimal.h"
#include "json.h"

#include <string.h>

#define PUSD_SCALE    12
#define PERCENT_SCALE 2
#define NAME_MAX_SIZE ((size_t)1024) /* so that no hostile name takes the room of the paths */
#define PATH_MAX_SIZE ((size_t)4096)
#define PERCENT_MAX   UINT64_C(1000000)     /* hundredths: more is nonsense */
#define SECONDS_MAX   UINT64_C(32503680000) /* the year 3000 */
#define COUNT(array)  (sizeof(array) / sizeof *(array))

struct reading {
    struct json json;
    struct payload *payload;
};

/* A key, and the function that takes its value to a place. */
struct field {
    const char *key;
    void (*take)(struct reading *reading, void *into);
    size_t offset;
};

#define FIELD(structure, key, take, member)                                                                  \
    {                                                                                                        \
        (key), (take), offsetof(struct structure, member)                                                    \
    }

/* Takes the members of the object at hand as the table says; any other value is passed over. */
static void take_object(struct reading *reading, const struct field *fields, size_t count, void *structure)
{
    struct json_slice key;
    if (!json_enter_object(&reading->json))
        return;
    while (json_member(&reading->json, &key)) {
        size_t i = 0;
        while (i < count && !json_equals(&key, fields[i].key))
            i++;
        if (i < count)
            fields[i].take(reading, (char *)structure + fields[i].offset);
        else
            json_take(&reading->json, NULL);
    }
}

/* ---- values -------------------------------------------------------------------------------------------- */

static void take_text(struct reading *reading, struct payload_text *text, size_t most)
{
    struct payload *payload = reading->payload;
    struct json_slice slice;
    *text = (struct payload_text){0};
    if (json_take(&reading->json, &slice) != JSON_STRING)
        return;
    size_t room = sizeof payload->buffer - payload->used;
    text->bytes = payload->buffer + payload->used;
    text->size = json_decode(&slice, payload->buffer + payload->used, room < most ? room : most);
    payload->used += text->size;
}

static void take_name(struct reading *reading, void *into)
{
    take_text(reading, into, NAME_MAX_SIZE);
}

static void take_path(struct reading *reading, void *into)
{
    take_text(reading, into, PATH_MAX_SIZE);
}

/* A number times 10^scale, rounded down; false if it is none, negative, or more than `most`. */
static bool take_number(struct reading *reading, int scale, uint64_t most, struct decimal *number)
{
    struct json_slice slice;
    if (json_take(&reading->json, &slice) != JSON_NUMBER)
        return false;
    *number = decimal_read(slice.bytes, slice.size, scale);
    return !(number->negative && number->nonzero) && !number->too_large && number->value <= most;
}

static void take_count(struct reading *reading, void *into)
{
    struct decimal number;
    *(int64_t *)into = take_number(reading, 0, INT64_MAX, &number) ? (int64_t)number.value : -1;
}

static void take_cost(struct reading *reading, void *into)
{
    struct decimal number;
    bool known = take_number(reading, PUSD_SCALE, INT64_MAX - 1, &number);
    *(int64_t *)into = known ? (int64_t)decimal_nearest(&number) : -1;
}

static void take_percent(struct reading *reading, void *into)
{
    struct decimal number;
    *(int32_t *)into = take_number(reading, PERCENT_SCALE, PERCENT_MAX, &number) ? (int32_t)number.value : -1;
}

static void take_flag(struct reading *reading, void *into)
{
    *(bool *)into = json_take(&reading->json, NULL) == JSON_TRUE;
}

/* ---- objects ------------------------------------------------------------------------------------------- */

static void take_model(struct reading *reading, void *into)
{
    static const struct field fields[] = {
        FIELD(payload, "id", take_name, model_id),
        FIELD(payload, "display_name", take_name, model_name),
    };
    take_object(reading, fields, COUNT(fields), into);
}

static void take_repository(struct reading *reading, void *into)
{
    static const struct field fields[] = {
        FIELD(payload, "host", take_name, repo_host),
        FIELD(payload, "owner", take_name, repo_owner),
        FIELD(payload, "name", take_name, repo_name),
    };
    take_object(reading, fields, COUNT(fields), into);
}

/* How many elements an array has. */
static void take_length(struct reading *reading, void *into)
{
    int64_t count = 0;
    if (json_peek(&reading->json) != JSON_ARRAY) {
        json_take(&reading->json, NULL);
    } else {
        json_enter(&reading->json);
        for (; json_element(&reading->json); count++)
            json_take(&reading->json, NULL);
    }
    *(int64_t *)into = count;
}

static void take_workspace(struct reading *reading, void *into)
{
    static const struct field fields[] = {
        FIELD(payload, "current_dir", take_path, current_dir),
        FIELD(payload, "project_dir", take_path, project_dir),
        FIELD(payload, "git_worktree", take_name, git_worktree),
        FIELD(payload, "added_dirs", take_length, added_directories),
        {"repo", take_repository, 0},
    };
    take_object(reading, fields, COUNT(fields), into);
}

static void take_output_style(struct reading *reading, void *into)
{
    static const struct field fields[] = {FIELD(payload, "name", take_name, output_style)};
    take_object(reading, fields, COUNT(fields), into);
}

static void take_money(struct reading *reading, void *into)
{
    static const struct field fields[] = {
        FIELD(payload, "total_cost_usd", take_cost, cost_pusd),
        FIELD(payload, "total_duration_ms", take_count, duration_ms),
        FIELD(payload, "total_api_duration_ms", take_count, api_duration_ms),
        FIELD(payload, "total_lines_added", take_count, lines_added),
        FIELD(payload, "total_lines_removed", take_count, lines_removed),
    };
    take_object(reading, fields, COUNT(fields), into);
}

static void take_current_usage(struct reading *reading, void *into)
{
    static const struct field fields[] = {
        FIELD(payload, "input_tokens", take_count, current_input),
        FIELD(payload, "output_tokens", take_count, current_output),
        FIELD(payload, "cache_creation_input_tokens", take_count, current_cache_write),
        FIELD(payload, "cache_read_input_tokens", take_count, current_cache_read),
    };
    take_object(reading, fields, COUNT(fields), into);
}

static void take_context_window(struct reading *reading, void *into)
{
    static const struct field fields[] = {
        FIELD(payload, "total_input_tokens", take_count, context_tokens),
        FIELD(payload, "total_output_tokens", take_count, context_output),
        FIELD(payload, "context_window_size", take_count, context_size),
        FIELD(payload, "used_percentage", take_percent, context_used_e2),
        {"current_usage", take_current_usage, 0},
    };
    take_object(reading, fields, COUNT(fields), into);
}

static void take_effort(struct reading *reading, void *into)
{
    static const struct field fields[] = {FIELD(payload, "level", take_name, effort)};
    take_object(reading, fields, COUNT(fields), into);
}

static void take_thinking(struct reading *reading, void *into)
{
    static const struct field fields[] = {FIELD(payload, "enabled", take_flag, thinking)};
    take_object(reading, fields, COUNT(fields), into);
}

static void take_vim(struct reading *reading, void *into)
{
    static const struct field fields[] = {FIELD(payload, "mode", take_name, vim_mode)};
    take_object(reading, fields, COUNT(fields), into);
}

static void take_agent(struct reading *reading, void *into)
{
    static const struct field fields[] = {FIELD(payload, "name", take_name, agent)};
    take_object(reading, fields, COUNT(fields), into);
}

static void take_worktree(struct reading *reading, void *into)
{
    static const struct field fields[] = {
        FIELD(payload, "name", take_name, worktree),
        FIELD(payload, "branch", take_name, worktree_branch),
        FIELD(payload, "original_branch", take_name, worktree_original_branch),
        FIELD(payload, "path", take_path, worktree_path),
        FIELD(payload, "original_cwd", take_path, worktree_origin),
    };
    take_object(reading, fields, COUNT(fields), into);
}

static void take_pull_request(struct reading *reading, void *into)
{
    static const struct field fields[] = {
        FIELD(payload, "number", take_count, pr_number),
        FIELD(payload, "url", take_name, pr_url),
        FIELD(payload, "review_state", take_name, pr_state),
        FIELD(payload, "kind", take_name, pr_kind),
    };
    struct payload *payload = into;
    take_object(reading, fields, COUNT(fields), payload);
    if (payload->pr_number < 0)
        payload->pr_number = 0;
}

/* ---- limits -------------------------------------------------------------------------------------------- */

static void take_used(struct reading *reading, void *into)
{
    struct payload_window *window = into;
    take_percent(reading, &window->used_e2);
    window->known = window->used_e2 >= 0;
}

static void take_reset(struct reading *reading, void *into)
{
    struct payload_window *window = into;
    struct decimal seconds;
    bool known = take_number(reading, 0, SECONDS_MAX, &seconds);
    window->resets_us = known ? (int64_t)seconds.value * 1000000 : 0;
}

static void take_window(struct reading *reading, void *into)
{
    static const struct field fields[] = {
        {"used_percentage", take_used, 0},
        {"resets_at", take_reset, 0},
    };
    struct payload_window *window = into;
    *window = (struct payload_window){0};
    take_object(reading, fields, COUNT(fields), window);
    if (!window->known)
        *window = (struct payload_window){0};
}

static void take_rate_limits(struct reading *reading, void *into)
{
    static const struct field fields[] = {
        FIELD(payload, "five_hour", take_window, five_hour),
        FIELD(payload, "seven_day", take_window, seven_day),
    };
    take_object(reading, fields, COUNT(fields), into);
}

/* ---- a subagentStatusLine document's tasks ------------------------------------------------------------- */

static void take_task(struct reading *reading, struct payload_task *task)
{
    static const struct field fields[] = {
        FIELD(payload_task, "id", take_name, id),
        FIELD(payload_task, "name", take_name, name),
        FIELD(payload_task, "label", take_name, label),
        FIELD(payload_task, "status", take_name, status),
        FIELD(payload_task, "description", take_name, description),
        FIELD(payload_task, "model", take_name, model),
        FIELD(payload_task, "tokenCount", take_count, tokens),
        FIELD(payload_task, "contextWindowSize", take_count, context_size),
        FIELD(payload_task, "startTime", take_count, start_ms),
    };
    *task = (struct payload_task){.tokens = -1, .context_size = -1, .start_ms = -1};
    take_object(reading, fields, COUNT(fields), task);
}

static void take_tasks(struct reading *reading, void *into)
{
    struct payload *payload = into;
    payload->task_count = 0;
    payload->has_tasks = json_peek(&reading->json) == JSON_ARRAY;
    if (!payload->has_tasks) {
        json_take(&reading->json, NULL);
        return;
    }
    json_enter(&reading->json);
    while (json_element(&reading->json))
        if (payload->task_count < PAYLOAD_TASKS_MAX && json_peek(&reading->json) == JSON_OBJECT)
            take_task(reading, &payload->tasks[payload->task_count++]);
        else
            json_take(&reading->json, NULL);
}

/* ---- the document -------------------------------------------------------------------------------------- */

static void take_document(struct reading *reading)
{
    static const struct field fields[] = {
        FIELD(payload, "session_id", take_name, session_id),
        FIELD(payload, "session_name", take_name, session_name),
        FIELD(payload, "transcript_path", take_path, transcript_path),
        FIELD(payload, "cwd", take_path, cwd),
        FIELD(payload, "version", take_name, version),
        FIELD(payload, "exceeds_200k_tokens", take_flag, exceeds_200k),
        FIELD(payload, "fast_mode", take_flag, fast_mode),
        FIELD(payload, "columns", take_count, columns),
        {"model", take_model, 0},
        {"workspace", take_workspace, 0},
        {"output_style", take_output_style, 0},
        {"cost", take_money, 0},
        {"context_window", take_context_window, 0},
        {"effort", take_effort, 0},
        {"thinking", take_thinking, 0},
        {"rate_limits", take_rate_limits, 0},
        {"vim", take_vim, 0},
        {"agent", take_agent, 0},
        {"pr", take_pull_request, 0},
        {"worktree", take_worktree, 0},
        {"tasks", take_tasks, 0},
    };
    take_object(reading, fields, COUNT(fields), reading->payload);
}

static void forget(struct payload *payload)
{
    /* Not the buffer: 16 KiB that nobody looks at before they are written. */
    memset(payload, 0, offsetof(struct payload, tasks));
    payload->cost_pusd = payload->duration_ms = payload->api_duration_ms = -1;
    payload->lines_added = payload->lines_removed = -1;
    payload->context_tokens = payload->context_output = payload->context_size = -1;
    payload->context_used_e2 = -1;
    payload->current_input = payload->current_output = -1;
    payload->current_cache_write = payload->current_cache_read = -1;
    payload->columns = -1;
}

bool payload_read(struct payload *payload, const char *bytes, size_t size)
{
    static const char mark[] = "\xef\xbb\xbf";
    struct reading reading = {.payload = payload};
    forget(payload);
    if (size >= 3 && memcmp(bytes, mark, 3) == 0) {
        bytes += 3;
        size -= 3;
    }
    json_start(&reading.json, bytes, size);
    reading.json.lenient = true;
    bool is_object = json_peek(&reading.json) == JSON_OBJECT;
    take_document(&reading);
    if (payload->worktree.size == 0)
        payload->worktree = payload->git_worktree;
    return is_object && !reading.json.failed;
}
