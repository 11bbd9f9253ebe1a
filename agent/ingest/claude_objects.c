/* What is walked of a log line, and where its values go: see claude_objects.h. */
#include "claude_objects.h"

#include <string.h>

/* ---- members ------------------------------------------------------------------------------------------- */

struct member {
    const char *key;
    size_t size; /* of the key */
    enum action action;
    size_t offset; /* in the object's fields */
};

#define VALUE(key, fields, place)                                                                            \
    {                                                                                                        \
        (key), sizeof(key) - 1, TAKE, offsetof(struct fields, place)                                         \
    }

static const struct member line_members[] = {
    VALUE("cwd", line_fields, cwd),
    VALUE("type", line_fields, outer.type),
    VALUE("uuid", line_fields, outer.uuid),
    VALUE("costUSD", line_fields, outer.cost),
    VALUE("sessionId", line_fields, session_id),
    VALUE("timestamp", line_fields, outer.timestamp),
    VALUE("requestId", line_fields, outer.request_id),
    VALUE("forkedFrom", line_fields, forked_from),
    VALUE("isSidechain", line_fields, is_sidechain),
    {0},
};

static const struct member record_members[] = {
    VALUE("type", record_fields, type),
    VALUE("uuid", record_fields, uuid),
    VALUE("costUSD", record_fields, cost),
    VALUE("timestamp", record_fields, timestamp),
    VALUE("requestId", record_fields, request_id),
    {0},
};

static const struct member message_members[] = {
    VALUE("id", message_fields, id),
    VALUE("model", message_fields, model),
    {"content", 7, READ_CONTENT, 0},
    {0},
};

static const struct member usage_members[] = {
    VALUE("type", usage_fields, type),
    VALUE("speed", usage_fields, speed),
    VALUE("model", usage_fields, model),
    VALUE("input_tokens", usage_fields, input),
    VALUE("output_tokens", usage_fields, output),
    VALUE("cache_read_input_tokens", usage_fields, cache_read),
    VALUE("cache_creation_input_tokens", usage_fields, cache_write),
    {"iterations", 10, READ_ITERATIONS, 0},
    {0},
};

static const struct member creation_members[] = {
    VALUE("ephemeral_5m_input_tokens", usage_fields, creation_5m),
    VALUE("ephemeral_1h_input_tokens", usage_fields, creation_1h),
    {0},
};

static const struct member item_members[] = {
    VALUE("type", item_fields, type),
    VALUE("id", item_fields, id),
    {0},
};

static const struct member no_members[] = {{0}};

/* ---- beginning: a value that is absent has no slice, which need not be written ------------------------- */

static inline void clear_value(struct value *value)
{
    value->type = JSON_BAD;
}

static void begin_creation(void *fields, bool is_present)
{
    struct usage_fields *usage = fields;
    (void)is_present;
    clear_value(&usage->creation_5m);
    clear_value(&usage->creation_1h);
}

static void begin_usage(void *fields, bool is_present)
{
    struct usage_fields *usage = fields;
    struct value *const values[] = {
        &usage->input, &usage->output, &usage->cache_write, &usage->cache_read,  &usage->speed,
        &usage->type,  &usage->model,  &usage->iterations,  &usage->creation_5m, &usage->creation_1h};
    usage->present = is_present;
    usage->may_advise = false;
    for (size_t i = 0; i < sizeof values / sizeof *values; i++)
        clear_value(values[i]);
}

static void begin_message(void *fields, bool is_present)
{
    struct message_fields *message = fields;
    message->present = is_present;
    message->usage.present = false;
    message->tools = message->tool_count = 0;
    clear_value(&message->id);
    clear_value(&message->model);
}

static void begin_record(void *fields, bool is_present)
{
    struct record_fields *record = fields;
    record->present = is_present;
    clear_value(&record->type);
    clear_value(&record->timestamp);
    clear_value(&record->cost);
    clear_value(&record->request_id);
    clear_value(&record->uuid);
    begin_message(&record->message, false);
}

/* What a progress line wraps is in its data's message. */
static void begin_data(void *fields, bool is_present)
{
    (void)is_present;
    begin_record(fields, false);
}

static void begin_line(void *fields, bool is_present)
{
    struct line_fields *line = fields;
    line->inner.present = false;
    clear_value(&line->session_id);
    clear_value(&line->forked_from);
    clear_value(&line->is_sidechain);
    clear_value(&line->cwd);
    begin_record(&line->outer, is_present);
}

static void begin_item(void *fields, bool is_present)
{
    struct item_fields *item = fields;
    (void)is_present;
    clear_value(&item->type);
    clear_value(&item->id);
}

/* ---- the objects --------------------------------------------------------------------------------------- */

#define AT(place) offsetof(struct line_fields, place)

const struct object_form claude_objects[OBJECTS] = {
    [LINE] = {NULL, LINE, 1, 0, line_members, begin_line},
    [ITEM] = {NULL, ITEM, 1, 0, item_members, begin_item},
    [ITERATION] = {NULL, ITERATION, 1, 0, item_members, begin_item},
    [STEP] = {NULL, STEP, 1, 0, usage_members, begin_usage},
    [MESSAGE] = {"message", LINE, 2, AT(outer.message), message_members, begin_message},
    [USAGE] = {"usage", MESSAGE, 3, AT(outer.message.usage), usage_members, begin_usage},
    [CREATION] = {"cache_creation", USAGE, 4, AT(outer.message.usage), creation_members, begin_creation},
    [DATA] = {"data", LINE, 2, AT(inner), no_members, begin_data},
    [INNER] = {"message", DATA, 3, AT(inner), record_members, begin_record},
    [INNER_MESSAGE] = {"message", INNER, 4, AT(inner.message), message_members, begin_message},
    [INNER_USAGE] = {"usage", INNER_MESSAGE, 5, AT(inner.message.usage), usage_members, begin_usage},
    [INNER_CREATION] = {"cache_creation", INNER_USAGE, 6, AT(inner.message.usage), creation_members,
                        begin_creation},
    [STEP_CREATION] = {"cache_creation", STEP, 2, 0, creation_members, begin_creation},
};

struct shape_step claude_object_step(enum object object, const struct json_slice *key)
{
    const struct object_form *form = &claude_objects[object];
    for (const struct member *member = form->members; member->key; member++)
        if (member->size == key->size && memcmp(member->key, key->bytes, key->size) == 0)
            return (struct shape_step){(uint8_t)member->action, (uint8_t)object,
                                       (uint16_t)(form->fields + member->offset)};
    for (unsigned child = SHAPE_ROOTS; child < OBJECTS; child++)
        if (claude_objects[child].parent == object && strlen(claude_objects[child].key) == key->size &&
            memcmp(claude_objects[child].key, key->bytes, key->size) == 0)
            return (struct shape_step){ENTER, (uint8_t)child, (uint16_t)claude_objects[child].fields};
    return (struct shape_step){TAKE, (uint8_t)object, 0};
}
