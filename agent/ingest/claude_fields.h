/*
 * What one line of a Claude Code log says, as written: the wanted values, picked at their right nesting in
 * one pass that validates the line whole. What they mean is judged afterwards (claude_log.c), because
 * keys come in any order, and of duplicate keys the last counts, with all that is in it.
 */
#ifndef TACHO_CLAUDE_FIELDS_H
#define TACHO_CLAUDE_FIELDS_H

#include "batch.h"
#include "json.h"

/* A value of any type. JSON_BAD, which is 0, stands for a key that is absent. */
struct value {
    enum json_type type;
    struct json_slice slice;
};

/* `usage`, or an element of its `iterations`, which looks the same and has `type` and `model` too. */
struct usage_fields {
    struct value ignored; /* where values go that nobody wants */
    bool present;         /* as an object; likewise below */
    struct value input, output, cache_write, cache_read, speed, iterations, type, model;
    struct value creation_5m, creation_1h;
    bool may_advise; /* an iteration may be an advisor's */
};

struct message_fields {
    bool present;
    struct value id, model;
    struct usage_fields usage;
    size_t tools, tool_count; /* its tool calls, in batch->tools */
};

/* A line's object, or the `data.message` of a progress line, which is one within the other. */
struct record_fields {
    bool present;
    struct value type, timestamp, cost, request_id, uuid;
    struct message_fields message;
};

struct line_fields {
    struct value ignored; /* likewise */
    struct record_fields outer, inner;
    struct value session_id, forked_from, is_sidechain, cwd;
};

/* Reads a line; false if it is not one well-formed JSON object. Tool calls are added to the batch. */
bool claude_fields_read(struct line_fields *fields, struct batch *batch, const char *line, size_t size);

/* Reads the usage object at hand; if it is something else, it is taken and `present` stays false. */
void usage_fields_read(struct usage_fields *usage, struct batch *batch, struct json *json);

#endif
