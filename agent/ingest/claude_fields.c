/*
 * The walk over one line of a Claude Code log.
 *
 * It is the hottest loop of all: each function takes where it stands in the line and returns where it ends,
 * or NULL if the line is not well-formed. Of an object each begins at the bracket.
 */
#include "claude_fields.h"

#include "json_walk.h"

#define XXH_INLINE_ALL
#include <string.h>
#include <xxhash.h>

struct walk {
    struct json json;
    struct batch *batch;
};

/* No key that is looked for is as long. */
enum { KEY_ROOM = 32 };

/* A key as it reads, its escapes decoded. */
struct key {
    const char *bytes;
    size_t size;
};

/* ---- clearing: a value that is absent has no slice, which need not be written; nor has an object values
 * ---- */

static inline void clear_value(struct value *value)
{
    value->type = JSON_BAD;
}

static void clear_usage(struct usage_fields *usage)
{
    struct value *const values[] = {
        &usage->input,      &usage->output, &usage->cache_write, &usage->cache_read,  &usage->speed,
        &usage->iterations, &usage->type,   &usage->model,       &usage->creation_5m, &usage->creation_1h};
    usage->present = usage->may_advise = false;
    for (size_t i = 0; i < sizeof values / sizeof *values; i++)
        clear_value(values[i]);
}

static void clear_message(struct message_fields *message)
{
    message->present = message->usage.present = false;
    message->tools = message->tool_count = 0;
    clear_value(&message->id);
    clear_value(&message->model);
}

static void clear_record(struct record_fields *record)
{
    record->present = false;
    clear_value(&record->type);
    clear_value(&record->timestamp);
    clear_value(&record->cost);
    clear_value(&record->request_id);
    clear_value(&record->uuid);
    clear_message(&record->message);
}

/* ---- steps --------------------------------------------------------------------------------------------- */

/* Whether the key, whose size is known, is this one: a comparison of a word or two. */
#define KEY_IS(key, name) (memcmp((key)->bytes, (name), sizeof(name) - 1) == 0)

/* What an escaped key, at most KEY_ROOM bytes of it, reads. Not inlined: it is rare. */
static __attribute__((noinline)) size_t decode_key(const char *bytes, size_t size, char *room)
{
    const struct json_slice slice = {bytes, size, true};
    return json_decode(&slice, room, KEY_ROOM);
}

/* From inside a member's key to its value. `room`: where the key is decoded if it must be. */
static inline const char *take_key(struct json *json, const char *at, struct key *key, char *room)
{
    struct json_slice slice;
    at = json_key_end(json, at, &slice);
    if (JSON_RARE(!at))
        return NULL;
    *key = (struct key){slice.bytes, slice.size};
    if (JSON_RARE(slice.escaped))
        *key = (struct key){room, decode_key(slice.bytes, slice.size, room)};
    return at;
}

/* Takes the value at hand to where it is wanted, or, that being NULL, to nowhere. */
static inline const char *take_value(struct json *json, const char *at, struct value *wanted)
{
    struct value ignored;
    struct value *value = wanted ? wanted : &ignored;
    return json_value_end(json, at, &value->type, &value->slice);
}

static inline bool is_at(const struct json *json, const char *at, char bracket)
{
    return at < json->end && *at == bracket;
}

/* An object: what it holds is one deeper. Its walk ends with leave(). */
static inline struct json_turn enter(struct json *json, const char *at)
{
    json->depth++;
    return json_first_key(json, at);
}

static inline const char *leave(struct json *json, struct json_turn turn)
{
    json->depth--;
    return turn.after;
}

/* An array's closing bracket is at hand, unless the walk has failed. */
static inline const char *leave_array(struct json *json, const char *at)
{
    json->depth--;
    return at ? at + 1 : NULL;
}

/* ---- usage --------------------------------------------------------------------------------------------- */

static inline struct value *creation_value(struct usage_fields *usage, const struct key *key)
{
    if (key->size != 25)
        return NULL;
    return KEY_IS(key, "ephemeral_5m_input_tokens")   ? &usage->creation_5m
           : KEY_IS(key, "ephemeral_1h_input_tokens") ? &usage->creation_1h
                                                      : NULL;
}

static const char *read_creation(struct usage_fields *usage, struct json *json, const char *at)
{
    struct key key;
    char room[KEY_ROOM];
    clear_value(&usage->creation_5m);
    clear_value(&usage->creation_1h);
    if (!is_at(json, at, '{'))
        return take_value(json, at, NULL);
    struct json_turn turn = enter(json, at);
    for (; turn.key; turn = json_next_key(json, at)) {
        at = take_key(json, turn.key, &key, room);
        at = at ? take_value(json, at, creation_value(usage, &key)) : NULL;
    }
    return leave(json, turn);
}

/* Past an iteration; sets *may_advise if its type, or one of its types, is an advisor's. */
static const char *pass_iteration(struct json *json, const char *at, bool *may_advise)
{
    struct key key;
    char room[KEY_ROOM];
    struct value value;
    if (!is_at(json, at, '{'))
        return take_value(json, at, NULL);
    struct json_turn turn = enter(json, at);
    for (; turn.key; turn = json_next_key(json, at)) {
        at = take_key(json, turn.key, &key, room);
        at = at ? take_value(json, at, &value) : NULL;
        if (at && key.size == 4 && KEY_IS(&key, "type") && value.type == JSON_STRING)
            *may_advise = *may_advise || json_equals(&value.slice, "advisor_message");
    }
    return leave(json, turn);
}

static const char *read_iterations(struct usage_fields *usage, struct json *json, const char *at)
{
    const char *begin = at;
    usage->may_advise = false;
    if (!is_at(json, at, '['))
        return take_value(json, at, &usage->iterations);
    json->depth++;
    at = json_first_item(json, at);
    while (at && *at != ']') {
        at = pass_iteration(json, at, &usage->may_advise);
        at = at ? json_next_item(json, at, ']') : NULL;
    }
    at = leave_array(json, at);
    if (at)
        usage->iterations = (struct value){JSON_ARRAY, {begin, (size_t)(at - begin), false}};
    return at;
}

static inline struct value *usage_value(struct usage_fields *usage, const struct key *key)
{
    switch (key->size) {
    case 4:
        return KEY_IS(key, "type") ? &usage->type : NULL;
    case 5:
        return KEY_IS(key, "speed") ? &usage->speed : KEY_IS(key, "model") ? &usage->model : NULL;
    case 12:
        return KEY_IS(key, "input_tokens") ? &usage->input : NULL;
    case 13:
        return KEY_IS(key, "output_tokens") ? &usage->output : NULL;
    case 23:
        return KEY_IS(key, "cache_read_input_tokens") ? &usage->cache_read : NULL;
    case 27:
        return KEY_IS(key, "cache_creation_input_tokens") ? &usage->cache_write : NULL;
    default:
        return NULL;
    }
}

static const char *read_usage(struct usage_fields *usage, struct json *json, const char *at)
{
    struct key key;
    char room[KEY_ROOM];
    clear_usage(usage);
    if (!is_at(json, at, '{'))
        return take_value(json, at, NULL);
    usage->present = true;
    struct json_turn turn = enter(json, at);
    for (; turn.key; turn = json_next_key(json, at)) {
        at = take_key(json, turn.key, &key, room);
        if (!at)
            break;
        if (key.size == 14 && KEY_IS(&key, "cache_creation"))
            at = read_creation(usage, json, at);
        else if (key.size == 10 && KEY_IS(&key, "iterations"))
            at = read_iterations(usage, json, at);
        else
            at = take_value(json, at, usage_value(usage, &key));
    }
    return leave(json, turn);
}

void usage_fields_read(struct usage_fields *usage, struct json *json)
{
    json_peek(json); /* skips blanks */
    const char *end = read_usage(usage, json, json->at);
    json->failed = json->failed || !end;
    json->at = end ? end : json->at;
    json->first = false;
}

/* ---- message ------------------------------------------------------------------------------------------- */

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
    struct json *json = &walk->json;
    struct value type = {0}, id = {0};
    struct key key;
    char room[KEY_ROOM];
    if (!is_at(json, at, '{'))
        return take_value(json, at, NULL);
    struct json_turn turn = enter(json, at);
    for (; turn.key; turn = json_next_key(json, at)) {
        at = take_key(json, turn.key, &key, room);
        if (!at)
            break;
        at = take_value(json, at,
                        key.size == 4 && KEY_IS(&key, "type") ? &type
                        : key.size == 2 && KEY_IS(&key, "id") ? &id
                                                              : NULL);
    }
    if (turn.after && type.type == JSON_STRING && id.type == JSON_STRING &&
        json_equals(&type.slice, "tool_use"))
        add_tool(walk, &id.slice);
    return leave(json, turn);
}

static const char *read_content(struct message_fields *message, struct walk *walk, const char *at)
{
    struct json *json = &walk->json;
    message->tools = walk->batch->tool_count;
    message->tool_count = 0;
    if (!is_at(json, at, '['))
        return take_value(json, at, NULL);
    json->depth++;
    at = json_first_item(json, at);
    while (at && *at != ']') {
        at = read_item(walk, at);
        at = at ? json_next_item(json, at, ']') : NULL;
    }
    message->tool_count = walk->batch->tool_count - message->tools;
    return leave_array(json, at);
}

static const char *read_message(struct message_fields *message, struct walk *walk, const char *at)
{
    struct json *json = &walk->json;
    struct key key;
    char room[KEY_ROOM];
    clear_message(message);
    if (!is_at(json, at, '{'))
        return take_value(json, at, NULL);
    message->present = true;
    struct json_turn turn = enter(json, at);
    for (; turn.key; turn = json_next_key(json, at)) {
        at = take_key(json, turn.key, &key, room);
        if (!at)
            break;
        if (key.size == 5 && KEY_IS(&key, "usage"))
            at = read_usage(&message->usage, json, at);
        else if (key.size == 7 && KEY_IS(&key, "content"))
            at = read_content(message, walk, at);
        else
            at = take_value(json, at,
                            key.size == 2 && KEY_IS(&key, "id")      ? &message->id
                            : key.size == 5 && KEY_IS(&key, "model") ? &message->model
                                                                     : NULL);
    }
    return leave(json, turn);
}

/* ---- the line ------------------------------------------------------------------------------------------ */

static inline struct value *record_value(struct record_fields *record, const struct key *key)
{
    switch (key->size) {
    case 4:
        return KEY_IS(key, "type") ? &record->type : KEY_IS(key, "uuid") ? &record->uuid : NULL;
    case 7:
        return KEY_IS(key, "costUSD") ? &record->cost : NULL;
    case 9:
        return KEY_IS(key, "timestamp")   ? &record->timestamp
               : KEY_IS(key, "requestId") ? &record->request_id
                                          : NULL;
    default:
        return NULL;
    }
}

static inline struct value *line_value(struct line_fields *fields, const struct key *key)
{
    switch (key->size) {
    case 3:
        return KEY_IS(key, "cwd") ? &fields->cwd : NULL;
    case 9:
        return KEY_IS(key, "sessionId") ? &fields->session_id : record_value(&fields->outer, key);
    case 10:
        return KEY_IS(key, "forkedFrom") ? &fields->forked_from : NULL;
    case 11:
        return KEY_IS(key, "isSidechain") ? &fields->is_sidechain : NULL;
    default:
        return record_value(&fields->outer, key);
    }
}

/* A progress line's message and what is beside it. */
static const char *read_inner(struct record_fields *inner, struct walk *walk, const char *at)
{
    struct json *json = &walk->json;
    struct key key;
    char room[KEY_ROOM];
    clear_record(inner);
    if (!is_at(json, at, '{'))
        return take_value(json, at, NULL);
    inner->present = true;
    struct json_turn turn = enter(json, at);
    for (; turn.key; turn = json_next_key(json, at)) {
        at = take_key(json, turn.key, &key, room);
        if (!at)
            break;
        at = key.size == 7 && KEY_IS(&key, "message") ? read_message(&inner->message, walk, at)
                                                      : take_value(json, at, record_value(inner, &key));
    }
    return leave(json, turn);
}

/* The object in `data.message` of the data object at hand. */
static const char *read_data(struct record_fields *inner, struct walk *walk, const char *at)
{
    struct json *json = &walk->json;
    struct key key;
    char room[KEY_ROOM];
    clear_record(inner);
    if (!is_at(json, at, '{'))
        return take_value(json, at, NULL);
    struct json_turn turn = enter(json, at);
    for (; turn.key; turn = json_next_key(json, at)) {
        at = take_key(json, turn.key, &key, room);
        if (!at)
            break;
        at = key.size == 7 && KEY_IS(&key, "message") ? read_inner(inner, walk, at)
                                                      : take_value(json, at, NULL);
    }
    return leave(json, turn);
}

static const char *read_line(struct line_fields *fields, struct walk *walk, const char *at)
{
    struct json *json = &walk->json;
    struct key key;
    char room[KEY_ROOM];
    fields->outer.present = true;
    struct json_turn turn = enter(json, at);
    for (; turn.key; turn = json_next_key(json, at)) {
        at = take_key(json, turn.key, &key, room);
        if (!at)
            break;
        if (key.size == 7 && KEY_IS(&key, "message"))
            at = read_message(&fields->outer.message, walk, at);
        else if (key.size == 4 && KEY_IS(&key, "data"))
            at = read_data(&fields->inner, walk, at);
        else
            at = take_value(json, at, line_value(fields, &key));
    }
    return leave(json, turn);
}

bool claude_fields_read(struct line_fields *fields, struct batch *batch, const char *line, size_t size)
{
    struct walk walk;
    const char *end = line + size;
    clear_record(&fields->outer);
    fields->inner.present = false;
    clear_value(&fields->session_id);
    clear_value(&fields->forked_from);
    clear_value(&fields->is_sidechain);
    clear_value(&fields->cwd);
    walk.batch = batch;
    json_start(&walk.json, line, size);
    walk.json.kernels = batch->kernels;
    const char *at = json_blanks_end(line, end);
    if (!is_at(&walk.json, at, '{'))
        return false;
    at = read_line(fields, &walk, at);
    return at && json_blanks_end(at, end) == end;
}
