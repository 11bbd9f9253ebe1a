/*
 * The walk over one line of a Claude Code log.
 *
 * It is the hottest loop of all. What lies between two values is, as a rule, what lay there in an earlier
 * line, and is passed by one comparison (shape.h); where it is not, the walk reads it, and learns it. Each
 * function takes where it stands in the line and returns where it ends, or NULL if the line is not
 * well-formed.
 */
#include "claude_fields.h"

#include "../base/memory.h"
#include "json_walk.h"
#include "shape.h"

#define XXH_INLINE_ALL
#include <string.h>
#include <xxhash.h>

struct walk {
    struct json *json;
    struct batch *batch;
    struct shape *shape;
};

/* What is looked at of a content item, or of an iteration that is passed. */
struct item_fields {
    struct value ignored, type, id;
};

/* ---- what is walked --------------------------------------------------------------------------------------
 */

/* The objects; first those that a walk begins with, which are the roots of the shape. */
enum object {
    LINE,
    ITEM,      /* of a message's content */
    ITERATION, /* of a usage; passed */
    STEP,      /* the same, read */
    MESSAGE,
    USAGE,
    CREATION,
    DATA,
    INNER, /* a progress line's message, and what is beside it */
    INNER_MESSAGE,
    INNER_USAGE,
    INNER_CREATION,
    STEP_CREATION,
    OBJECTS
};

_Static_assert((int)MESSAGE == (int)SHAPE_ROOTS, "each root has its place in the shape");

/* What is done with a member's value. */
enum action {
    TAKE,  /* it goes to the step's offset in the root's fields; at 0, where nobody wants it */
    ENTER, /* it is the step's object, whose bracket is passed already */
    BLANK, /* it is none, where the object that the step's offset names should be; never learned */
    READ_CONTENT,
    READ_ITERATIONS,
    LEAVE /* there is none: the root has ended */
};

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

struct object_form {
    const char *key; /* in the parent; NULL: a root */
    enum object parent;
    unsigned depth; /* containers open within it, from its root on */
    size_t fields;  /* its own, among its root's */
    const struct member *members;
    void (*begin)(void *fields, bool is_present);
};

#define AT(place) offsetof(struct line_fields, place)

static const struct object_form objects[OBJECTS] = {
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

/* What a key leads to, in an object. */
static struct shape_step step_of(enum object object, const struct json_slice *key)
{
    const struct object_form *form = &objects[object];
    for (const struct member *member = form->members; member->key; member++)
        if (member->size == key->size && memcmp(member->key, key->bytes, key->size) == 0)
            return (struct shape_step){(uint8_t)member->action, (uint8_t)object,
                                       (uint16_t)(form->fields + member->offset)};
    for (unsigned child = SHAPE_ROOTS; child < OBJECTS; child++)
        if (objects[child].parent == object && strlen(objects[child].key) == key->size &&
            memcmp(objects[child].key, key->bytes, key->size) == 0)
            return (struct shape_step){ENTER, (uint8_t)child, (uint16_t)objects[child].fields};
    return (struct shape_step){TAKE, (uint8_t)object, 0};
}

/* ---- steps --------------------------------------------------------------------------------------------- */

static inline bool is_at(const struct json *json, const char *at, char wanted)
{
    return at < json->end && *at == wanted;
}

/* From a member's opening quote to its value; *step becomes what is to be done with that. */
static const char *read_member(struct json *json, const char *at, struct shape_step *step)
{
    struct json_slice key;
    char decoded[32]; /* no key that is looked for is as long */
    if (!is_at(json, at, '"') || !(at = json_key_end(json, at + 1, &key)))
        return NULL;
    if (key.escaped)
        key = (struct json_slice){decoded, json_decode(&key, decoded, sizeof decoded), false};
    const struct shape_step found = step_of(step->object, &key);
    const bool is_blank = found.action == ENTER && !is_at(json, at, '{');
    *step = is_blank ? (struct shape_step){BLANK, step->object, found.object} : found;
    return at + (step->action == ENTER);
}

/*
 * From behind a value, or behind the bracket of the object that was entered, past all brackets that close, to
 * the next member's value; or, with LEAVE, behind the root's bracket.
 */
static const char *read_step(struct json *json, enum object root, const char *at, struct shape_step *step)
{
    bool is_first = step->action == ENTER;
    for (at = json_blanks_end(at, json->end); is_at(json, at, '}'); at = json_blanks_end(at, json->end)) {
        at++;
        is_first = false;
        if (step->object == root) {
            step->action = LEAVE;
            return at;
        }
        step->object = (uint8_t)objects[step->object].parent;
    }
    if (!is_first && !is_at(json, at, ','))
        return NULL;
    return read_member(json, is_first ? at : json_blanks_end(at + 1, json->end), step);
}

/* ---- the walk ------------------------------------------------------------------------------------------ */

static const char *act(struct walk *walk, struct shape_step step, char *fields, const char *at);

/*
 * What follows `here` is not known: reads it, and learns it. Returns where the walk then is, which is
 * `unknown` if it could not be learned, and moves *at on to the value.
 */
static struct shape_piece *learn_step(struct walk *walk, enum object root, const char **at,
                                      struct shape_piece *here, struct shape_piece *unknown)
{
    struct shape_step step = here->step;
    struct shape_piece *learned = NULL;
    const char *value = read_step(walk->json, root, *at, &step);
    if (value && step.action != LEAVE && step.action != BLANK && here != unknown)
        learned = shape_learn(walk->shape, here, *at, (size_t)(value - *at), walk->json->end, step);
    unknown->step = step;
    *at = value;
    return learned ? learned : unknown;
}

/* Takes the values of a repeat that begins at `at`. */
static inline void take_repeat(const struct repeat *repeat, char *fields, const char *at)
{
    for (uint32_t i = 0; i < repeat->count; i++) {
        const struct repeat_step *each = &repeat->steps[i];
        struct value *value = (struct value *)(fields + each->step.offset);
        if (each->step.action == ENTER)
            objects[each->step.object].begin(value, true);
        else
            *value = (struct value){each->type,
                                    {at + each->begin + (each->type == JSON_STRING), each->size, false}};
    }
}

/* What an object's walk notes of what may be repeated in a later line. */
struct note {
    struct repeat *repeat; /* NULL: nothing is being noted */
    const char *begin;
};

/* A place was reached of which nothing is being noted. */
static void begin_note(struct note *note, struct shape *shape, struct shape_piece *place, const char *at)
{
    note->begin = at;
    note->repeat = repeat_begin(shape, place, place->step.action == TAKE);
}

/* Another place was reached. */
static void note_place(struct note *note, struct shape_piece *place, const char *at)
{
    if (!repeat_reach(note->repeat, place, note->begin, (size_t)(at - note->begin)))
        note->repeat = NULL;
}

/* What was found there, at `at`: a value that was near, or the inside of an object. */
static void note_value(struct note *note, struct shape_piece *place, const char *at,
                       const struct value *value)
{
    const size_t begin = (size_t)(at - note->begin);
    if (value)
        repeat_add(note->repeat, place, begin, value->slice.size, (uint8_t)value->type);
    else if (place->step.action == ENTER)
        repeat_add(note->repeat, place, begin, 0, 0);
    else
        note->repeat = NULL;
}

/* Reads the object at hand, whose bracket is there, to the fields of that root. */
static const char *read_object(struct walk *walk, enum object root, char *fields, const char *at)
{
    struct json *const json = walk->json;
    const char *const end = json->end;
    const uint32_t outside = json->depth;
    struct shape_piece *here = shape_root(walk->shape, root), unknown;
    struct note note = {NULL, NULL};
    unknown.followers = NULL;
    here->step = (struct shape_step){ENTER, (uint8_t)root, 0};
    objects[root].begin(fields, true);
    for (at++; at;) {
        struct shape_piece *known = shape_next(here, at, end);
        if (JSON_USUAL(known != NULL)) {
            here = known;
            at += known->size;
            if (JSON_RARE(note.repeat != NULL)) {
                note_place(&note, here, at);
            } else if (JSON_RARE(here->repeat == NULL)) {
                begin_note(&note, walk->shape, here, at);
            } else {
                const struct repeat *repeat = repeat_next(walk->shape, here, at, end);
                if (repeat) {
                    take_repeat(repeat, fields, at);
                    here = repeat->then;
                    at += repeat->size;
                }
            }
            struct value *value = (struct value *)(fields + here->step.offset);
            const char *after =
                here->step.action == TAKE ? json_near_value_end(json, at, &value->type, &value->slice) : NULL;
            if (JSON_RARE(note.repeat != NULL))
                note_value(&note, here, at, after ? value : NULL);
            if (JSON_USUAL(after != NULL)) {
                at = after;
                continue;
            }
        } else {
            const char *value = at;
            here = learn_step(walk, root, &value, here, &unknown);
            at = value;
            if (!at || here->step.action == LEAVE)
                break;
            note.repeat = NULL;
        }
        json->depth = outside + objects[here->step.object].depth;
        at = act(walk, here->step, fields, at);
    }
    json->depth = outside;
    return at;
}

/* Past a value that nobody wants. */
static const char *pass_value(struct json *json, const char *at)
{
    struct value ignored;
    return json_value_end(json, at, &ignored.type, &ignored.slice);
}

/* An array's closing bracket is at hand, unless the walk has failed. */
static inline const char *leave_array(struct json *json, const char *at)
{
    json->depth--;
    return at ? at + 1 : NULL;
}

/* ---- iterations ---------------------------------------------------------------------------------------- */

/* Past an iteration; sets *may_advise if it is an advisor's. */
static const char *pass_iteration(struct walk *walk, const char *at, bool *may_advise)
{
    struct item_fields item;
    if (!is_at(walk->json, at, '{'))
        return pass_value(walk->json, at);
    at = read_object(walk, ITERATION, (char *)&item, at);
    if (at && item.type.type == JSON_STRING)
        *may_advise = *may_advise || json_equals(&item.type.slice, "advisor_message");
    return at;
}

static const char *read_iterations(struct usage_fields *usage, struct walk *walk, const char *at)
{
    struct json *json = walk->json;
    const char *begin = at;
    usage->may_advise = false;
    if (!is_at(json, at, '['))
        return json_value_end(json, at, &usage->iterations.type, &usage->iterations.slice);
    json->depth++;
    at = json_first_item(json, at);
    while (at && *at != ']') {
        at = pass_iteration(walk, at, &usage->may_advise);
        at = at ? json_next_item(json, at, ']') : NULL;
    }
    at = leave_array(json, at);
    if (at)
        usage->iterations = (struct value){JSON_ARRAY, {begin, (size_t)(at - begin), false}};
    return at;
}

/* ---- content ------------------------------------------------------------------------------------------- */

static void add_tool(struct walk *walk, const struct json_slice *id)
{
    if (!id->escaped) {
        batch_add_tool(walk->batch, XXH3_64bits(id->bytes, id->size));
        return;
    }
    char *decoded = scratch_take(&walk->batch->scratch, id->size);
    batch_add_tool(walk->batch, XXH3_64bits(decoded, json_decode(id, decoded, id->size)));
}

/* One item of a message's content: a tool call is noted. */
static const char *read_item(struct walk *walk, const char *at)
{
    struct item_fields item;
    if (!is_at(walk->json, at, '{'))
        return pass_value(walk->json, at);
    at = read_object(walk, ITEM, (char *)&item, at);
    if (at && item.type.type == JSON_STRING && item.id.type == JSON_STRING &&
        json_equals(&item.type.slice, "tool_use"))
        add_tool(walk, &item.id.slice);
    return at;
}

static const char *read_content(struct message_fields *message, struct walk *walk, const char *at)
{
    struct json *json = walk->json;
    message->tools = walk->batch->tool_count;
    message->tool_count = 0;
    if (!is_at(json, at, '['))
        return pass_value(json, at);
    json->depth++;
    at = json_first_item(json, at);
    while (at && *at != ']') {
        at = read_item(walk, at);
        at = at ? json_next_item(json, at, ']') : NULL;
    }
    message->tool_count = walk->batch->tool_count - message->tools;
    return leave_array(json, at);
}

/* ---- what a step asks for, but for taking a value ------------------------------------------------------ */

static const char *act(struct walk *walk, struct shape_step step, char *fields, const char *at)
{
    struct value *value = (struct value *)(fields + step.offset);
    if (step.action == ENTER) {
        objects[step.object].begin(fields + step.offset, true);
        return at;
    }
    at = json_blanks_end(at, walk->json->end); /* where it was learned there were none */
    switch (step.action) {
    case READ_CONTENT:
        return read_content((struct message_fields *)(fields + step.offset), walk, at);
    case READ_ITERATIONS:
        return read_iterations((struct usage_fields *)(fields + step.offset), walk, at);
    case BLANK:
        objects[step.offset].begin(fields + objects[step.offset].fields, false);
        return pass_value(walk->json, at);
    default:
        return json_value_end(walk->json, at, &value->type, &value->slice);
    }
}

/* ---- lines --------------------------------------------------------------------------------------------- */

static struct walk begin_walk(struct batch *batch, struct json *json)
{
    if (!batch->shape) {
        batch->shape = memory_take(sizeof *batch->shape);
        shape_clear(batch->shape);
    }
    if (batch->shape->is_full)
        shape_clear(batch->shape);
    if (batch->shape->path != batch->path)
        shape_begin_file(batch->shape, batch->path);
    return (struct walk){json, batch, batch->shape};
}

bool claude_fields_read(struct line_fields *fields, struct batch *batch, const char *line, size_t size)
{
    struct json json;
    json_start_with(&json, batch->kernels, line, size);
    struct walk walk = begin_walk(batch, &json);
    const char *at = json_blanks_end(line, json.end);
    if (!is_at(&json, at, '{'))
        return false;
    at = read_object(&walk, LINE, (char *)fields, at);
    return at && json_blanks_end(at, json.end) == json.end;
}

void usage_fields_read(struct usage_fields *usage, struct batch *batch, struct json *json)
{
    struct walk walk = begin_walk(batch, json);
    usage->present = false;
    const bool is_object = json_peek(json) == JSON_OBJECT; /* skips blanks */
    const char *end =
        is_object ? read_object(&walk, STEP, (char *)usage, json->at) : pass_value(json, json->at);
    json->failed = json->failed || !end;
    json->at = end ? end : json->at;
    json->first = false;
}
