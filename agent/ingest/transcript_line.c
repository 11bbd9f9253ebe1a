/*
 * One line of a session's log, walked once. Members come in any order, so texts are weighed as they are met
 * and judged by the line's type afterwards.
 */
#include "transcript_line.h"

#include "decimal.h"

#include <string.h>

enum { CONTENT_DEPTH_MAX = 8 };

struct walk {
    struct json json;
    struct transcript_line *line;
};

/* ---- values -------------------------------------------------------------------------------------------- */

static void take_string(struct json *json, struct json_slice *into)
{
    struct json_slice slice;
    const bool is_string = json_take(json, &slice) == JSON_STRING;
    *into = is_string ? slice : (struct json_slice){NULL, 0, false};
}

static int64_t take_count(struct json *json, int64_t unknown)
{
    struct json_slice slice;
    if (json_take(json, &slice) != JSON_NUMBER)
        return unknown;
    const struct decimal number = decimal_read(slice.bytes, slice.size, 0);
    return number.negative || number.too_large || number.value > INT32_MAX ? unknown : (int64_t)number.value;
}

static bool take_flag(struct json *json)
{
    return json_take(json, NULL) == JSON_TRUE;
}

/* Weighs a string that is given to the model. */
static void take_said(struct walk *walk)
{
    struct json_slice slice;
    if (json_take(&walk->json, &slice) != JSON_STRING)
        return;
    byte_classes_add(&walk->line->said, slice.bytes, slice.size);
    if (!walk->line->first_text.size)
        walk->line->first_text = slice;
}

/* ---- content ------------------------------------------------------------------------------------------- */

static void read_content(struct walk *walk, int depth);

/* TodoWrite's input: the whole list, every time. */
static void read_todos(struct walk *walk)
{
    struct json_slice key, status;
    int64_t done = 0, total = 0;
    if (json_peek(&walk->json) != JSON_ARRAY) {
        json_take(&walk->json, NULL);
        return;
    }
    json_enter(&walk->json);
    while (json_element(&walk->json)) {
        bool is_done = false;
        if (!json_enter_object(&walk->json))
            continue;
        while (json_member(&walk->json, &key)) {
            const bool is_status = json_equals(&key, "status");
            take_string(&walk->json, &status);
            if (is_status)
                is_done = json_equals(&status, "completed");
        }
        total++;
        done += is_done;
    }
    walk->line->todo_done = done;
    walk->line->todo_total = total;
}

/* A tool call's input is given back to the model as it stands. */
static void read_input(struct walk *walk, struct transcript_call *call)
{
    struct json_slice key;
    const char *begin = walk->json.at;
    if (!json_enter_object(&walk->json))
        return;
    while (json_member(&walk->json, &key)) {
        if (json_equals(&key, "todos"))
            read_todos(walk);
        else if (json_equals(&key, "skill"))
            take_string(&walk->json, &call->skill);
        else if (json_equals(&key, "taskId"))
            take_string(&walk->json, &call->task);
        else if (json_equals(&key, "status"))
            take_string(&walk->json, &call->status);
        else
            json_take(&walk->json, NULL);
    }
    if (!walk->json.failed)
        byte_classes_add(&walk->line->said, begin, (size_t)(walk->json.at - begin));
}

static void add_call(struct transcript_line *line, const struct transcript_call *call)
{
    if (call->id.size && call->name.size && line->call_count < TRANSCRIPT_CALLS_MAX)
        line->calls[line->call_count++] = *call;
}

static void add_result(struct transcript_line *line, const struct json_slice *id)
{
    line->has_results = true;
    if (line->result_count < TRANSCRIPT_CALLS_MAX)
        line->results[line->result_count++] = *id;
}

/* A text, a thought, a tool call, a tool's result or an image: told apart by their members. */
static void read_item(struct walk *walk, int depth)
{
    struct transcript_call call = {.id = {NULL, 0, false}};
    struct json_slice key, result = {NULL, 0, false};
    if (!json_enter_object(&walk->json))
        return;
    while (json_member(&walk->json, &key)) {
        if (json_equals(&key, "text") || json_equals(&key, "thinking"))
            take_said(walk);
        else if (json_equals(&key, "content"))
            read_content(walk, depth + 1);
        else if (json_equals(&key, "input"))
            read_input(walk, &call);
        else if (json_equals(&key, "id"))
            take_string(&walk->json, &call.id);
        else if (json_equals(&key, "name"))
            take_string(&walk->json, &call.name);
        else if (json_equals(&key, "tool_use_id"))
            take_string(&walk->json, &result);
        else if (json_equals(&key, "source"))
            walk->line->images += json_take(&walk->json, NULL) == JSON_OBJECT;
        else
            json_take(&walk->json, NULL);
    }
    add_call(walk->line, &call);
    if (result.size)
        add_result(walk->line, &result);
}

static void read_content(struct walk *walk, int depth)
{
    const enum json_type type = json_peek(&walk->json);
    if (type == JSON_STRING) {
        take_said(walk);
        walk->line->items += depth == 0;
    } else if (type == JSON_ARRAY && depth < CONTENT_DEPTH_MAX) {
        json_enter(&walk->json);
        for (; json_element(&walk->json); walk->line->items += depth == 0)
            read_item(walk, depth);
    } else {
        json_take(&walk->json, NULL);
    }
}

/* ---- the line ------------------------------------------------------------------------------------------ */

static void read_usage(struct walk *walk)
{
    struct transcript_line *line = walk->line;
    struct json_slice key;
    if (!json_enter_object(&walk->json))
        return;
    line->has_usage = true;
    while (json_member(&walk->json, &key)) {
        if (json_equals(&key, "input_tokens"))
            line->input = take_count(&walk->json, 0);
        else if (json_equals(&key, "cache_creation_input_tokens"))
            line->cache_write = take_count(&walk->json, 0);
        else if (json_equals(&key, "cache_read_input_tokens"))
            line->cache_read = take_count(&walk->json, 0);
        else if (json_equals(&key, "output_tokens"))
            line->output = take_count(&walk->json, 0);
        else
            json_take(&walk->json, NULL);
    }
}

static void read_message(struct walk *walk)
{
    struct transcript_line *line = walk->line;
    struct json_slice key;
    if (!json_enter_object(&walk->json))
        return;
    while (json_member(&walk->json, &key)) {
        if (json_equals(&key, "id"))
            take_string(&walk->json, &line->message_id);
        else if (json_equals(&key, "model"))
            take_string(&walk->json, &line->model);
        else if (json_equals(&key, "usage"))
            read_usage(walk);
        else if (json_equals(&key, "content"))
            read_content(walk, 0);
        else
            json_take(&walk->json, NULL);
    }
}

/* compactMetadata and microcompactMetadata. */
static void read_compaction(struct walk *walk)
{
    struct json_slice key;
    if (!json_enter_object(&walk->json))
        return;
    while (json_member(&walk->json, &key)) {
        if (json_equals(&key, "postTokens"))
            walk->line->after_compaction = take_count(&walk->json, -1);
        else if (json_equals(&key, "tokensSaved"))
            walk->line->saved = take_count(&walk->json, -1);
        else
            json_take(&walk->json, NULL);
    }
}

/* The id of the object that is there. */
static void read_task(struct walk *walk)
{
    struct json_slice key;
    if (!json_enter_object(&walk->json))
        return;
    while (json_member(&walk->json, &key)) {
        if (json_equals(&key, "id"))
            take_string(&walk->json, &walk->line->task);
        else
            json_take(&walk->json, NULL);
    }
}

/* What a tool's result is for the client itself. */
static void read_tool_result(struct walk *walk)
{
    struct json_slice key;
    if (!json_enter_object(&walk->json))
        return;
    while (json_member(&walk->json, &key)) {
        if (json_equals(&key, "task"))
            read_task(walk);
        else
            json_take(&walk->json, NULL);
    }
}

static void read_attachment(struct walk *walk)
{
    struct json_slice slice;
    const enum json_type type = json_take(&walk->json, &slice);
    if (type == JSON_OBJECT || type == JSON_STRING)
        byte_classes_add(&walk->line->attached, slice.bytes, slice.size);
}

static enum transcript_kind kind_of(const struct json_slice *type)
{
    return json_equals(type, "assistant")         ? TRANSCRIPT_ASSISTANT
           : json_equals(type, "user")            ? TRANSCRIPT_USER
           : json_equals(type, "system")          ? TRANSCRIPT_SYSTEM
           : json_equals(type, "attachment")      ? TRANSCRIPT_ATTACHMENT
           : json_equals(type, "permission-mode") ? TRANSCRIPT_MODE
                                                  : TRANSCRIPT_OTHER;
}

static void read_flag(struct walk *walk, const struct json_slice *key)
{
    struct transcript_line *line = walk->line;
    bool *flag = json_equals(key, "isSidechain")                 ? &line->is_sidechain
                 : json_equals(key, "isCompactSummary")          ? &line->is_summary
                 : json_equals(key, "isVisibleInTranscriptOnly") ? &line->is_only_shown
                 : json_equals(key, "isApiErrorMessage")         ? &line->is_api_error
                                                                 : NULL;
    const bool value = take_flag(&walk->json);
    if (flag)
        *flag = value;
}

static void read_member(struct walk *walk, const struct json_slice *key)
{
    struct transcript_line *line = walk->line;
    struct json_slice type;
    if (json_equals(key, "type")) {
        take_string(&walk->json, &type);
        line->kind = kind_of(&type);
    } else if (json_equals(key, "message")) {
        read_message(walk);
    } else if (json_equals(key, "toolUseResult")) {
        read_tool_result(walk);
    } else if (json_equals(key, "attachment")) {
        read_attachment(walk);
    } else if (json_equals(key, "compactMetadata") || json_equals(key, "microcompactMetadata")) {
        read_compaction(walk);
    } else if (json_equals(key, "subtype")) {
        take_string(&walk->json, &line->subtype);
    } else if (json_equals(key, "cwd")) {
        take_string(&walk->json, &line->cwd);
    } else if (json_equals(key, "permissionMode")) {
        take_string(&walk->json, &line->mode);
    } else if (json_equals(key, "retryAttempt")) {
        line->retry = take_count(&walk->json, -1);
    } else {
        read_flag(walk, key);
    }
}

bool transcript_line_read(struct transcript_line *line, const char *bytes, size_t size)
{
    struct walk walk;
    struct json_slice key;
    /* All but the lists, which their counts bound. */
    memset(line, 0, offsetof(struct transcript_line, calls));
    line->call_count = line->result_count = 0;
    line->after_compaction = line->saved = line->retry = line->todo_done = line->todo_total = -1;
    walk.line = line;
    json_start(&walk.json, bytes, size);
    walk.json.lenient = true;
    if (!json_enter_object(&walk.json))
        return false;
    while (json_member(&walk.json, &key))
        read_member(&walk, &key);
    return json_finish(&walk.json);
}
