/* The walk over one line of a Claude Code log. */
#include "claude_fields.h"

#define XXH_INLINE_ALL
#include <string.h>
#include <xxhash.h>

struct walk {
    struct json json;
    struct batch *batch;
};

/* A wanted key, and where its value goes in the structure of its object. */
struct field {
    const char *key;
    size_t size;
    size_t offset;
};

#define FIELD(structure, key, member)                                                                        \
    {                                                                                                        \
        (key), sizeof(key) - 1, offsetof(struct structure, member)                                           \
    }
#define COUNT(array) (sizeof(array) / sizeof *(array))

static bool key_is(const struct json_slice *key, const char *name, size_t size)
{
    if (key->escaped)
        return json_equals(key, name);
    /* The first byte tells most keys of one size apart without a call. */
    return key->size == size && *key->bytes == *name && memcmp(key->bytes, name, size) == 0;
}

#define KEY_IS(key, name) key_is((key), (name), sizeof(name) - 1)

static void take_value(struct json *json, struct value *value)
{
    value->type = json_take(json, &value->slice);
}

/* Takes the value at hand to where the table says, or to nowhere. */
static void take_field(struct json *json, const struct json_slice *key, const struct field *fields,
                       size_t count, void *structure)
{
    for (size_t i = 0; i < count; i++)
        if (key_is(key, fields[i].key, fields[i].size)) {
            take_value(json, (struct value *)((char *)structure + fields[i].offset));
            return;
        }
    json_take(json, NULL);
}

/* Enters the value at hand if it is an object, else takes it. */
static bool enter_object(struct json *json)
{
    if (json_peek(json) == JSON_OBJECT)
        return json_enter(json);
    json_take(json, NULL);
    return false;
}

/* ---- usage --------------------------------------------------------------------------------------------- */

static void read_creation(struct usage_fields *usage, struct json *json)
{
    static const struct field fields[] = {
        FIELD(usage_fields, "ephemeral_5m_input_tokens", creation_5m),
        FIELD(usage_fields, "ephemeral_1h_input_tokens", creation_1h),
    };
    struct json_slice key;
    usage->creation_5m = usage->creation_1h = (struct value){0};
    if (enter_object(json))
        while (json_member(json, &key))
            take_field(json, &key, fields, COUNT(fields), usage);
}

void usage_fields_read(struct usage_fields *usage, struct json *json)
{
    static const struct field fields[] = {
        FIELD(usage_fields, "input_tokens", input),
        FIELD(usage_fields, "output_tokens", output),
        FIELD(usage_fields, "cache_creation_input_tokens", cache_write),
        FIELD(usage_fields, "cache_read_input_tokens", cache_read),
        FIELD(usage_fields, "speed", speed),
        FIELD(usage_fields, "iterations", iterations),
        FIELD(usage_fields, "type", type),
        FIELD(usage_fields, "model", model),
    };
    struct json_slice key;
    *usage = (struct usage_fields){0};
    if (!enter_object(json))
        return;
    usage->present = true;
    while (json_member(json, &key))
        if (KEY_IS(&key, "cache_creation"))
            read_creation(usage, json);
        else
            take_field(json, &key, fields, COUNT(fields), usage);
}

/* ---- message ------------------------------------------------------------------------------------------- */

struct content_fields {
    struct value type, id;
};

static void add_tool(struct walk *walk, const struct json_slice *id)
{
    if (!id->escaped) {
        batch_add_tool(walk->batch, XXH3_64bits(id->bytes, id->size));
        return;
    }
    char *decoded = scratch_take(&walk->batch->scratch, id->size);
    batch_add_tool(walk->batch, XXH3_64bits(decoded, json_decode(id, decoded, id->size)));
}

static void read_content(struct message_fields *message, struct walk *walk)
{
    static const struct field fields[] = {
        FIELD(content_fields, "type", type),
        FIELD(content_fields, "id", id),
    };
    struct json *json = &walk->json;
    struct json_slice key;
    message->tools = walk->batch->tool_count;
    message->tool_count = 0;
    if (json_peek(json) != JSON_ARRAY) {
        json_take(json, NULL);
        return;
    }
    json_enter(json);
    while (json_element(json)) {
        struct content_fields content = {0};
        if (!enter_object(json))
            continue;
        while (json_member(json, &key))
            take_field(json, &key, fields, COUNT(fields), &content);
        if (content.type.type == JSON_STRING && KEY_IS(&content.type.slice, "tool_use") &&
            content.id.type == JSON_STRING)
            add_tool(walk, &content.id.slice);
    }
    message->tool_count = walk->batch->tool_count - message->tools;
}

static void read_message(struct message_fields *message, struct walk *walk)
{
    static const struct field fields[] = {
        FIELD(message_fields, "id", id),
        FIELD(message_fields, "model", model),
    };
    struct json_slice key;
    *message = (struct message_fields){0};
    if (!enter_object(&walk->json))
        return;
    message->present = true;
    while (json_member(&walk->json, &key))
        if (KEY_IS(&key, "usage"))
            usage_fields_read(&message->usage, &walk->json);
        else if (KEY_IS(&key, "content"))
            read_content(message, walk);
        else
            take_field(&walk->json, &key, fields, COUNT(fields), message);
}

/* ---- the line ------------------------------------------------------------------------------------------ */

static const struct field record_table[] = {
    FIELD(record_fields, "type", type),    FIELD(record_fields, "timestamp", timestamp),
    FIELD(record_fields, "costUSD", cost), FIELD(record_fields, "requestId", request_id),
    FIELD(record_fields, "uuid", uuid),
};

/* The object in `data.message` of the data object at hand. */
static void read_data(struct record_fields *inner, struct walk *walk)
{
    struct json_slice key;
    *inner = (struct record_fields){0};
    if (!enter_object(&walk->json))
        return;
    while (json_member(&walk->json, &key)) {
        if (!KEY_IS(&key, "message")) {
            json_take(&walk->json, NULL);
            continue;
        }
        *inner = (struct record_fields){0};
        if (!enter_object(&walk->json))
            continue;
        inner->present = true;
        while (json_member(&walk->json, &key))
            if (KEY_IS(&key, "message"))
                read_message(&inner->message, walk);
            else
                take_field(&walk->json, &key, record_table, COUNT(record_table), inner);
    }
}

static void take_line_field(struct line_fields *fields, struct walk *walk, const struct json_slice *key)
{
    static const struct field own[] = {
        FIELD(line_fields, "sessionId", session_id),     FIELD(line_fields, "forkedFrom", forked_from),
        FIELD(line_fields, "isSidechain", is_sidechain), FIELD(line_fields, "cwd", cwd),
        FIELD(line_fields, "type", outer.type),          FIELD(line_fields, "timestamp", outer.timestamp),
        FIELD(line_fields, "costUSD", outer.cost),       FIELD(line_fields, "requestId", outer.request_id),
        FIELD(line_fields, "uuid", outer.uuid),
    };
    take_field(&walk->json, key, own, COUNT(own), fields);
}

bool claude_fields_read(struct line_fields *fields, struct batch *batch, const char *line, size_t size)
{
    struct walk walk;
    struct json_slice key;
    *fields = (struct line_fields){0};
    walk.batch = batch;
    json_start(&walk.json, line, size);
    walk.json.kernels = batch->kernels;
    if (!enter_object(&walk.json))
        return false;
    fields->outer.present = true;
    while (json_member(&walk.json, &key))
        if (KEY_IS(&key, "message"))
            read_message(&fields->outer.message, &walk);
        else if (KEY_IS(&key, "data"))
            read_data(&fields->inner, &walk);
        else
            take_line_field(fields, &walk, &key);
    return json_finish(&walk.json);
}
