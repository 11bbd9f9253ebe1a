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
#include "claude_objects.h"
#include "json_walk.h"

#define XXH_INLINE_ALL
#include <string.h>
#include <xxhash.h>

struct walk {
    struct json *json;
    struct batch *batch;
    struct shape *shape;
};

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
    const struct shape_step found = claude_object_step(step->object, &key);
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
        step->object = (uint8_t)claude_objects[step->object].parent;
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
            claude_objects[each->step.object].begin(value, true);
        else if (each->step.offset != 0)
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
    claude_objects[root].begin(fields, true);
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
        json->depth = outside + claude_objects[here->step.object].depth;
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
        claude_objects[step.object].begin(fields + step.offset, true);
        return at;
    }
    at = json_blanks_end(at, walk->json->end); /* where it was learned there were none */
    switch (step.action) {
    case READ_CONTENT:
        return read_content((struct message_fields *)(fields + step.offset), walk, at);
    case READ_ITERATIONS:
        return read_iterations((struct usage_fields *)(fields + step.offset), walk, at);
    case BLANK:
        claude_objects[step.offset].begin(fields + claude_objects[step.offset].fields, false);
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
    string_marks_begin(&json.marks);
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
