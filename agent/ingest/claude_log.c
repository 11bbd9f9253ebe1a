/*
 * The counting rules for one line of a Claude Code log (DESIGN.md §5, "Counting rules").
 *
 * A message's key is a tuple of strings and numbers, as the rules give it; its copies carry the XXH3-128 of
 * an encoding that no other tuple has.
 */
#include "claude_log.h"

#include "claude_fields.h"
#include "cost_state.h"
#include "decimal.h"
#include "kernels.h"
#include "timestamp.h"

#define XXH_INLINE_ALL
#include <endian.h>
#include <string.h>
#include <xxhash.h>

#define TOKENS_MAX   (UINT64_C(1) << 31)
#define DIGITS_MAX   19 /* that surely fit 64 bits; a longer number is too large, for it begins with no 0 */
#define PUSD_SCALE   12
#define COST_MAX     (UINT64_C(1000000) * UINT64_C(1000000000000)) /* 10^6 dollars */
#define ISSUED_MIN   16 /* characters of an id that follow "msg_" */
#define SCRATCH_ROOM (4 * sizeof(struct log_place) + 256)

/* What becomes of a line; or an enum skip_reason. */
enum { NOT_USAGE = -2, COUNTED = -1 };

/* A string, decoded; size 0: unknown. */
struct name {
    const char *bytes;
    size_t size;
};

/* The line at hand, and what its copies have in common. */
struct line {
    struct batch *batch;
    const struct log_place *place;
    uint64_t number;
    bool provisional;
    struct line_fields *fields;
    const struct record_fields *record; /* the outer one, or a progress line's inner one */
    struct name said;                   /* sessionId */
    struct name session;
    uint32_t session_index; /* of it, in the batch's strings; 0: not asked for yet */
    struct name key;        /* the message's key, encoded */
    struct identity identity;
    int64_t when_us;
};

/* ---- values -------------------------------------------------------------------------------------------- */

static bool is_unknown(const struct value *value)
{
    return value->type == JSON_BAD || value->type == JSON_NULL;
}

static inline bool is_string(const struct value *value, const char *text)
{
    return value->type == JSON_STRING && json_equals(&value->slice, text);
}

static bool is_empty_container(const struct json_slice *slice)
{
    for (size_t i = 1; i + 1 < slice->size; i++)
        if (!memchr(" \t\r\n", slice->bytes[i], 4))
            return false;
    return true;
}

/* As Python's bool(): what is absent, null, false, zero or empty is not. */
static inline bool is_truthy(const struct value *value)
{
    switch (value->type) {
    case JSON_STRING:
        return value->slice.size > 0;
    case JSON_TRUE:
        return true;
    case JSON_NUMBER:
        return decimal_read(value->slice.bytes, value->slice.size, 0).nonzero;
    case JSON_ARRAY:
    case JSON_OBJECT:
        return !is_empty_container(&value->slice);
    default:
        return false;
    }
}

static struct name decode(struct batch *batch, const struct value *value)
{
    if (value->type != JSON_STRING)
        return (struct name){"", 0};
    if (!value->slice.escaped)
        return (struct name){value->slice.bytes, value->slice.size};
    char *bytes = scratch_take(&batch->scratch, value->slice.size);
    return (struct name){bytes, json_decode(&value->slice, bytes, value->slice.size)};
}

static bool name_equals(struct name a, struct name b)
{
    return a.size == b.size && memcmp(a.bytes, b.bytes, a.size) == 0;
}

/* ---- tokens and cost ----------------------------------------------------------------------------------- */

/*
 * A number of 1 to 8 digits, 8 at once; false, if it is none. What stands before it is read with it: there
 * are 8 bytes and more, a key and its colon.
 */
static inline bool read_few_digits(const char *at, size_t size, uint64_t *number)
{
    const unsigned others = 64 - 8 * (unsigned)size; /* bits of what stands before */
    uint64_t digits;
    memcpy(&digits, at + size - sizeof digits, sizeof digits);
    digits = (le64toh(digits) ^ UINT64_C(0x3030303030303030)) >>
             others << others; /* the last one is the highest */
    const bool all_digits =
        ((digits | (digits + UINT64_C(0x0606060606060606))) & UINT64_C(0xf0f0f0f0f0f0f0f0)) == 0;
    digits = (digits * 10 + (digits >> 8)) & UINT64_C(0x00ff00ff00ff00ff);
    digits = (digits * 100 + (digits >> 16)) & UINT64_C(0x0000ffff0000ffff);
    *number = (digits * 10000 + (digits >> 32)) & UINT64_C(0xffffffff);
    return all_digits;
}

/* The same for any number of digits. */
static bool read_digits(const char *at, size_t size, uint64_t *number)
{
    bool all_digits = size <= DIGITS_MAX;
    *number = 0;
    for (size_t i = 0; all_digits && i < size; i++) {
        const unsigned char digit = (unsigned char)(at[i] - '0');
        all_digits = digit <= 9;
        *number = *number * 10 + digit;
    }
    return all_digits;
}

/* A count that is not simply a number of few digits. */
static bool read_other_tokens(const struct value *value, uint64_t *tokens)
{
    const bool negative = *value->slice.bytes == '-';
    return read_digits(value->slice.bytes + negative, value->slice.size - negative, tokens) &&
           *tokens <= (negative ? 0 : TOKENS_MAX);
}

/* A count: an integer, so written; absent and null are 0. */
static inline bool read_tokens(const struct value *value, uint64_t *tokens)
{
    *tokens = 0;
    if (value->type != JSON_NUMBER)
        return is_unknown(value);
    return (value->slice.size <= 8 && read_few_digits(value->slice.bytes, value->slice.size, tokens)) ||
           read_other_tokens(value, tokens);
}

static bool read_usage(const struct usage_fields *usage, struct usage_copy *copy)
{
    uint64_t input, output, written, read, written_5m, written_1h;
    if (!read_tokens(&usage->input, &input) || !read_tokens(&usage->output, &output) ||
        !read_tokens(&usage->cache_write, &written) || !read_tokens(&usage->cache_read, &read) ||
        !read_tokens(&usage->creation_5m, &written_5m) || !read_tokens(&usage->creation_1h, &written_1h))
        return false;
    if (written < written_5m + written_1h)
        written = written_5m + written_1h;
    copy->tokens[TOKENS_INPUT] = (uint32_t)input;
    copy->tokens[TOKENS_OUTPUT] = (uint32_t)output;
    copy->tokens[TOKENS_CACHE_WRITE_5M] = (uint32_t)(written - written_1h);
    copy->tokens[TOKENS_CACHE_WRITE_1H] = (uint32_t)written_1h;
    copy->tokens[TOKENS_CACHE_READ] = (uint32_t)read;
    copy->fast = is_string(&usage->speed, "fast");
    return true;
}

/* costUSD, unless it is no number from 0 to 10^6. Returns whether it is more than nothing, however small. */
static bool read_cost(const struct value *value, struct usage_copy *copy)
{
    if (value->type != JSON_NUMBER)
        return false;
    struct decimal cost = decimal_read(value->slice.bytes, value->slice.size, PUSD_SCALE);
    if ((cost.negative && cost.nonzero) || cost.too_large || cost.value > COST_MAX ||
        (cost.value == COST_MAX && cost.rest != REST_NONE))
        return false;
    copy->has_usd = true;
    copy->usd_pusd = decimal_nearest(&cost);
    return cost.nonzero;
}

static bool has_tokens(const struct usage_copy *copy)
{
    for (int i = 0; i < TOKEN_KINDS; i++)
        if (copy->tokens[i])
            return true;
    return false;
}

/* ---- identity ------------------------------------------------------------------------------------------ */

/* Adds an element to the key that is being written at the scratch's end. */
static void key_add(struct line *line, char kind, const void *bytes, uint64_t size)
{
    char *out = scratch_take(&line->batch->scratch, 1 + sizeof size + size);
    *out = kind;
    memcpy(out + 1, &size, sizeof size);
    memcpy(out + 1 + sizeof size, bytes, size);
    if (!line->key.bytes)
        line->key.bytes = out;
    line->key.size += 1 + sizeof size + size;
}

static void key_add_name(struct line *line, struct name name)
{
    key_add(line, 's', name.bytes, name.size);
}

static void key_add_number(struct line *line, uint64_t number)
{
    key_add(line, 'i', &number, sizeof number);
}

#define NAME(text) ((struct name){(text), sizeof(text) - 1})

/* 16 bytes that are looked at together. */
typedef uint8_t bytes16 __attribute__((vector_size(16)));

/* Which of 16 bytes an id may have behind "msg_": all bits of those are set. */
static inline bytes16 bytes_of_id(const char *at)
{
    bytes16 bytes;
    memcpy(&bytes, at, sizeof bytes);
    return (bytes16)((bytes | 0x20) - 'a' < 26) | (bytes16)(bytes - '0' < 10) | (bytes16)(bytes == '_');
}

/* Whether the API issued an id, which is then unique everywhere: msg_[A-Za-z0-9_]{16,} */
static bool is_issued(struct name id)
{
    uint64_t of_id[2];
    if (id.size < 4 + ISSUED_MIN || memcmp(id.bytes, "msg_", 4) != 0)
        return false;
    bytes16 all = bytes_of_id(id.bytes + id.size - 16);
    for (size_t i = 4; i < id.size - 16; i += 16)
        all &= bytes_of_id(id.bytes + i);
    memcpy(of_id, &all, sizeof of_id);
    return (of_id[0] & of_id[1]) == UINT64_MAX;
}

static void write_key(struct line *line, struct name id, struct name request, struct name uuid)
{
    if (id.size == 0 && uuid.size > 0) {
        key_add_name(line, NAME("uuid"));
        key_add_name(line, uuid);
    } else if (id.size == 0) {
        key_add_name(line, NAME("place"));
        key_add(line, 'p', line->batch->path, line->batch->path_size);
        key_add_number(line, line->number);
    } else {
        key_add_name(line, id);
        if (is_issued(id))
            return;
        key_add_name(line, request);
        if (request.size == 0)
            key_add_name(line, line->said.size ? line->said : line->session);
    }
}

static struct identity message_identity(struct line *line)
{
    /* All is decoded before the key is begun, which must lie in one piece. */
    struct name id = decode(line->batch, &line->record->message.id);
    struct name request = decode(line->batch, &line->record->request_id);
    struct name uuid = decode(line->batch, &line->record->uuid);
    write_key(line, id, request, uuid);
    XXH128_hash_t hash = XXH3_128bits(line->key.bytes, line->key.size);
    return (struct identity){hash.low64, hash.high64};
}

/* An advisor iteration's: made from the message's and its index. */
static struct identity advisor_identity(struct identity message, uint64_t index)
{
    XXH128_hash_t hash = XXH3_128bits_withSeed(&message, sizeof message, index + 1);
    return (struct identity){hash.low64, hash.high64};
}

static uint32_t session_string(struct line *line)
{
    struct batch *batch = line->batch;
    if (!line->session_index)
        line->session_index =
            batch_string_like(batch, line->session.bytes, line->session.size, &batch->last_session);
    return line->session_index;
}

/* ---- copies -------------------------------------------------------------------------------------------- */

/* What read_usage(), read_cost() and add_copy() leave as it is; clearing all of it would cost as much as they
 * do. */
static void start_copy(struct usage_copy *copy, bool is_advisor)
{
    copy->usd_pusd = 0;
    copy->has_usd = false;
    copy->advisor = is_advisor;
    copy->tools = copy->tool_count = 0;
}

static void add_copy(struct line *line, struct usage_copy *copy, struct name model)
{
    struct batch *batch = line->batch;
    copy->when_us = line->when_us;
    copy->line = line->number;
    copy->model = batch_string_like(batch, model.bytes, model.size, &batch->last_model);
    copy->session = session_string(line);
    copy->forked = is_truthy(&line->fields->forked_from);
    copy->foreign = line->said.size > 0 && !name_equals(line->said, line->session);
    copy->sidechain = line->place->is_subagent || line->record == &line->fields->inner ||
                      line->fields->is_sidechain.type == JSON_TRUE;
    copy->provisional = line->provisional;
    batch_add_copy(batch, copy);
}

static bool add_message(struct line *line)
{
    const struct message_fields *message = &line->record->message;
    struct usage_copy copy;
    start_copy(&copy, false);
    copy.tools = (uint32_t)message->tools;
    copy.tool_count = (uint32_t)message->tool_count;
    if (!read_usage(&message->usage, &copy))
        return false;
    bool costs = read_cost(&line->record->cost, &copy);
    struct name model = decode(line->batch, &message->model);
    copy.identity = line->identity;
    if (costs || has_tokens(&copy))
        add_copy(line, &copy, model.size ? model : NAME("unknown"));
    return true;
}

static bool add_advisor(struct line *line, struct json *json, uint64_t index)
{
    struct usage_fields step;
    struct usage_copy copy;
    start_copy(&copy, true);
    usage_fields_read(&step, line->batch, json);
    if (!step.present || !is_string(&step.type, "advisor_message"))
        return true;
    struct name model = decode(line->batch, &step.model);
    if (model.size == 0)
        return true;
    if (!read_usage(&step, &copy))
        return false;
    copy.identity = advisor_identity(line->identity, index);
    if (has_tokens(&copy))
        add_copy(line, &copy, model);
    return true;
}

static bool add_advisors(struct line *line)
{
    const struct value *iterations = &line->record->message.usage.iterations;
    struct json json;
    if (iterations->type != JSON_ARRAY || !line->record->message.usage.may_advise)
        return true;
    json_start_with(&json, line->batch->kernels, iterations->slice.bytes, iterations->slice.size);
    json_enter(&json);
    for (uint64_t index = 0; json_element(&json); index++)
        if (!add_advisor(line, &json, index))
            return false;
    return true;
}

/* Of the tool calls that the walk met, keeps those of the message that counts. */
static void keep_tools(struct line *line, size_t first, size_t copies)
{
    struct batch *batch = line->batch;
    const struct message_fields *message = &line->record->message;
    bool wanted = batch->copy_count > copies && !batch->copies[copies].advisor;
    size_t count = wanted ? message->tool_count : 0;
    if (count && first != message->tools)
        memmove(batch->tools + first, batch->tools + message->tools, count * sizeof *batch->tools);
    batch->tool_count = first + count;
    for (size_t i = copies; i < batch->copy_count; i++)
        batch->copies[i].tools = (uint32_t)first;
}

/* ---- lines --------------------------------------------------------------------------------------------- */

/* What a line is about: a subagent's message that is reported to its parent is wrapped in a progress line. */
static const struct record_fields *record_of(const struct line_fields *fields)
{
    return is_string(&fields->outer.type, "progress") && fields->inner.present ? &fields->inner
                                                                               : &fields->outer;
}

static bool is_usage(const struct record_fields *record)
{
    const struct usage_fields *usage = &record->message.usage;
    return (is_string(&record->type, "assistant") || !is_truthy(&record->type)) && usage->present &&
           !(is_unknown(&usage->input) && is_unknown(&usage->output));
}

static bool read_time(struct line *line)
{
    const struct value *own = &line->record->timestamp;
    const struct value *value = is_truthy(own) ? own : &line->fields->outer.timestamp;
    struct name stamp = decode(line->batch, value);
    return timestamp_read(stamp.bytes, stamp.size, &line->when_us);
}

static void read_session(struct line *line)
{
    line->said = decode(line->batch, &line->fields->session_id);
    if (line->place->is_agent_file && line->said.size > 0)
        line->session = line->said;
    else
        line->session = (struct name){line->place->session, line->place->session_size};
}

static void add_place(struct line *line)
{
    struct batch *batch = line->batch;
    struct name cwd = decode(batch, &line->fields->cwd);
    if (cwd.size > 0)
        batch_add_place(batch, session_string(line),
                        batch_string_like(batch, cwd.bytes, cwd.size, &batch->last_directory), line->when_us);
}

static int take_line(struct line *line, const char *bytes, size_t size, const struct batch_mark *mark)
{
    if (!claude_fields_read(line->fields, line->batch, bytes, size))
        return SKIP_SYNTAX;
    line->record = record_of(line->fields);
    if (!is_usage(line->record))
        return NOT_USAGE;
    read_session(line);
    if (!read_time(line))
        return SKIP_TIME;
    line->identity = message_identity(line);
    if (!add_message(line) || !add_advisors(line))
        return SKIP_TOKENS;
    keep_tools(line, mark->tools, mark->copies);
    add_place(line);
    return COUNTED;
}

static void take_usage_line(struct batch *batch, const struct log_place *place, const char *bytes,
                            size_t size, uint64_t number, bool provisional)
{
    struct line_fields fields;
    struct line line; /* like these filled as it is read: what is large is not to be cleared first */
    line.batch = batch;
    line.place = place;
    line.number = number;
    line.provisional = provisional;
    line.fields = &fields;
    line.session_index = 0;
    line.key = (struct name){NULL, 0};
    const struct batch_mark mark = batch_mark(batch);
    scratch_begin(&batch->scratch, 2 * size + batch->path_size + SCRATCH_ROOM);
    int verdict = take_line(&line, bytes, size, &mark);
    scratch_end(&batch->scratch);
    if (verdict != COUNTED)
        batch_take_back(batch, mark);
    batch->lines++;
    batch->usage_lines += verdict == COUNTED;
    if (verdict >= 0)
        batch_skip_line(batch, (enum skip_reason)verdict, number, provisional);
    batch->tail_lines += provisional;
    batch->tail_usage_lines += provisional && verdict == COUNTED;
}

bool claude_log_is_blank(const char *line, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (line[i] != ' ' && (line[i] < '\t' || line[i] > '\r'))
            return false;
    return true;
}

bool claude_log_may_count(const char *line, size_t size)
{
    unsigned needles = 0;
    kernels_chosen()->line_end(line, line + size, &needles);
    return needles & NEEDLE_USAGE;
}

void claude_log_line(struct batch *batch, const struct log_place *place, const char *line, size_t size,
                     uint64_t number, bool provisional)
{
    unsigned needles = 0;
    if (claude_log_is_blank(line, size))
        return;
    batch->kernels->line_end(line, line + size, &needles);
    claude_log_found_line(batch, place, line, size, number, needles, provisional);
}

void claude_log_found_line(struct batch *batch, const struct log_place *place, const char *line, size_t size,
                           uint64_t number, unsigned needles, bool provisional)
{
    if ((needles & NEEDLE_COSTS) && !provisional)
        cost_state_read(batch, place, line, size);
    if (needles & NEEDLE_USAGE) {
        take_usage_line(batch, place, line, size, number, provisional);
        return;
    }
    batch->lines++;
    batch->tail_lines += provisional;
}

/* ---- places -------------------------------------------------------------------------------------------- */

/* The part of a path that begins at *at; moves *at behind the slash that ends it, or to the end. */
static struct name next_part(const char **at)
{
    const char *begin = *at + strspn(*at, "/");
    const char *end = begin + strcspn(begin, "/");
    *at = end + strspn(end, "/");
    return (struct name){begin, (size_t)(end - begin)};
}

void claude_log_place(struct log_place *place, const char *path, size_t root_size)
{
    const char *at = path + root_size;
    struct name second = {"", 0}, last = {"", 0};
    bool below_subagents = false;
    for (size_t i = 0; *at; i++) {
        last = next_part(&at);
        if (i == 1)
            second = last;
        below_subagents = below_subagents || (i >= 2 && *at && name_equals(last, NAME("subagents")));
    }
    const size_t suffix = sizeof ".jsonl" - 1;
    bool is_agent = last.size >= 6 && memcmp(last.bytes, "agent-", 6) == 0;
    struct name session = below_subagents ? second : last;
    if (!below_subagents && session.size >= suffix)
        session.size -= suffix;
    if (session.size >= sizeof place->session)
        session.size = sizeof place->session - 1;
    *place = (struct log_place){.session_size = session.size,
                                .is_agent_file = is_agent && !below_subagents,
                                .is_subagent = is_agent || below_subagents};
    memcpy(place->session, session.bytes, session.size);
}
