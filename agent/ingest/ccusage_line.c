/* What ccusage accepts of a line, and reads from it: see ccusage_line.h. */
#include "ccusage_fields.h"

#include "../base/memory.h"

#include <stdlib.h>

#define MARKER "\"usage\":{"

/* ---- structures ---------------------------------------------------------------------------------------- */

static const char advisor[] = "\"advisor_message\"";

/* Passes iterations, and notes whether an advisor may be among them, which must be so written in the line. */
static void pass_iterations(struct ccusage_walk *walk)
{
    const char *begin = walk->json.at;
    ccusage_pass(walk);
    size_t size = (size_t)(walk->json.at - begin);
    if (memchr(begin, '\\', size) || memmem(begin, size, advisor, sizeof advisor - 1))
        walk->reader->may_have_advisors = true;
}

static void read_usage(struct ccusage_walk *walk, struct ccusage_usage *usage, bool *bad)
{
    struct json_slice key;
    uint32_t seen = 0;
    *usage = (struct ccusage_usage){0};
    if (!ccusage_enter_object(walk, bad))
        return;
    while (ccusage_next_member(walk, &key))
        if (KEY_IS(&key, "iterations"))
            pass_iterations(walk);
        else if (!ccusage_read_usage_member(walk, &key, usage, &seen, bad))
            ccusage_pass(walk);
    *bad |= !ccusage_usage_is_complete(seen);
}

/* A line, or the message within a progress line that looks like one. */
struct record {
    uint32_t seen;
    bool bad;
    bool is_error; /* the client made the message up for an error */
    struct ccusage_text version;
    struct ccusage_line line;
};

static void read_message(struct ccusage_walk *walk, struct record *record)
{
    struct json_slice key;
    uint32_t seen = 0;
    if (!ccusage_enter_object(walk, &record->bad))
        return;
    while (ccusage_next_member(walk, &key))
        if (KEY_IS(&key, "usage")) {
            record->bad |= ccusage_is_again(&seen, WANTED_USAGE);
            read_usage(walk, &record->line.usage, &record->bad);
        } else if (KEY_IS(&key, "model")) {
            record->bad |= ccusage_is_again(&seen, WANTED_MODEL);
            ccusage_read_string(walk, &record->line.model, &record->bad);
        } else if (KEY_IS(&key, "id")) {
            record->bad |= ccusage_is_again(&seen, WANTED_ID);
            ccusage_read_string(walk, &record->line.message_id, &record->bad);
        } else {
            ccusage_pass(walk);
        }
    record->bad |= !SEEN(seen, WANTED_USAGE);
}

/* Reads the value of a member of a record, if it is one that is wanted. */
static bool read_record_member(struct ccusage_walk *walk, const struct json_slice *key, struct record *record)
{
    if (KEY_IS(key, "timestamp")) {
        record->bad |= ccusage_is_again(&record->seen, WANTED_TIMESTAMP);
        ccusage_read_string(walk, &record->line.timestamp, &record->bad);
    } else if (KEY_IS(key, "message")) {
        record->bad |= ccusage_is_again(&record->seen, WANTED_MESSAGE);
        read_message(walk, record);
    } else if (KEY_IS(key, "costUSD")) {
        record->bad |= ccusage_is_again(&record->seen, WANTED_COST);
        ccusage_read_cost(walk, &record->line.cost, &record->line.has_cost, &record->bad);
    } else if (KEY_IS(key, "requestId")) {
        record->bad |= ccusage_is_again(&record->seen, WANTED_REQUEST);
        ccusage_read_string(walk, &record->line.request_id, &record->bad);
    } else if (KEY_IS(key, "isSidechain")) {
        record->bad |= ccusage_is_again(&record->seen, WANTED_SIDECHAIN);
        ccusage_read_flag(walk, &record->line.is_sidechain, &record->bad);
    } else {
        return false;
    }
    return true;
}

static bool record_is_complete(const struct record *record)
{
    return !record->bad && record->line.timestamp.bytes && SEEN(record->seen, WANTED_MESSAGE);
}

/* `data` of a progress line, and in it the message of a subagent. */
static void read_data(struct ccusage_walk *walk, struct record *progress)
{
    struct json_slice key;
    bool has_message = false;
    if (!ccusage_enter_object(walk, &progress->bad))
        return;
    while (ccusage_next_member(walk, &key)) {
        if (!KEY_IS(&key, "message")) {
            ccusage_pass(walk);
            continue;
        }
        progress->bad |= has_message;
        has_message = true;
        if (!ccusage_enter_object(walk, &progress->bad))
            continue;
        while (ccusage_next_member(walk, &key))
            if (!read_record_member(walk, &key, progress))
                ccusage_pass(walk);
    }
}

/* What only the line itself has. */
static bool read_outer_member(struct ccusage_walk *walk, const struct json_slice *key, struct record *outer,
                              struct record *progress)
{
    if (KEY_IS(key, "version")) {
        outer->bad |= ccusage_is_again(&outer->seen, WANTED_VERSION);
        ccusage_read_string(walk, &outer->version, &outer->bad);
    } else if (KEY_IS(key, "sessionId")) {
        bool bad = ccusage_is_again(&outer->seen, WANTED_SESSION);
        ccusage_read_string(walk, &outer->line.session_id, &bad);
        outer->bad |= bad;
        progress->bad |= bad;
    } else if (KEY_IS(key, "isApiErrorMessage") && walk->reading == CCUSAGE_ENTRIES) {
        outer->bad |= ccusage_is_again(&outer->seen, WANTED_ERROR);
        ccusage_read_flag(walk, &outer->is_error, &outer->bad);
    } else if (KEY_IS(key, "data") && walk->reading == CCUSAGE_DAILY) {
        progress->bad |= ccusage_is_again(&outer->seen, WANTED_DATA);
        read_data(walk, progress);
    } else {
        return false;
    }
    return true;
}

/* ---- judging a line ------------------------------------------------------------------------------------ */

/* As the regular expression ^\d+\.\d+\.\d. */
static bool is_version(const struct ccusage_text *text)
{
    const char *at = text->bytes, *end = at + text->size;
    for (int dots = 0; dots < 2; dots++) {
        const char *digits = at;
        while (at < end && *at >= '0' && *at <= '9')
            at++;
        if (at == digits || at == end || *at++ != '.')
            return false;
    }
    return at < end && *at >= '0' && *at <= '9';
}

static bool is_empty(const struct ccusage_text *text)
{
    return text->bytes && text->size == 0;
}

static enum ccusage_refusal record_refusal(struct record *record)
{
    struct ccusage_line *line = &record->line;
    if (!ccusage_timestamp_read(line->timestamp.bytes, line->timestamp.size, &line->when_ms))
        return CCUSAGE_BAD_TIMESTAMP;
    if (record->version.bytes && !is_version(&record->version))
        return CCUSAGE_BAD_VERSION;
    if (is_empty(&line->session_id) || is_empty(&line->request_id) || is_empty(&line->message_id) ||
        is_empty(&line->model))
        return CCUSAGE_EMPTY_NAME;
    return CCUSAGE_ACCEPTED;
}

/* When a limit ends, as the message that says it is reached tells: "…|<seconds since 1970>". */
static int64_t limit_reset(const char *bytes, size_t size)
{
    static const char reached[] = "Claude AI usage limit reached";
    const char *end = bytes + size, *at = memmem(bytes, size, reached, sizeof reached - 1);
    int64_t seconds = 0, milliseconds;
    if (!at || !(at = memchr(at, '|', (size_t)(end - at))))
        return 0;
    for (at++; at < end && *at >= '0' && *at <= '9'; at++)
        if (__builtin_mul_overflow(seconds, 10, &seconds) ||
            __builtin_add_overflow(seconds, *at - '0', &seconds))
            return 0;
    return __builtin_mul_overflow(seconds, 1000, &milliseconds) ? 0 : milliseconds;
}

/* ---- a line -------------------------------------------------------------------------------------------- */

static void make_room(struct ccusage_reader *reader, size_t size)
{
    reader->used = 0;
    reader->advisor_count = 0;
    reader->may_have_advisors = false;
    if (reader->room >= size)
        return;
    free(reader->decoded);
    reader->room = size + size / 2;
    reader->decoded = memory_take(reader->room);
}

/* Reads a line but for its advisors. */
static enum ccusage_refusal read_line(struct ccusage_reader *reader, enum ccusage_reading reading,
                                      const char *bytes, size_t size, struct ccusage_line *line)
{
    struct ccusage_walk walk = {.reader = reader, .reading = reading};
    struct record outer = {0}, progress = {0};
    struct json_slice key;
    enum ccusage_refusal refusal = ccusage_nulls_refusal(reader, bytes, size, &walk.is_fine);
    if (refusal != CCUSAGE_ACCEPTED)
        return refusal;
    make_room(reader, 2 * size); /* advisors are decoded in a reading of their own */
    json_start(&walk.json, bytes, size);
    walk.json.lenient = reading == CCUSAGE_ENTRIES || walk.is_fine;
    if (!ccusage_enter_object(&walk, &outer.bad))
        return CCUSAGE_BAD_JSON;
    while (ccusage_next_member(&walk, &key))
        if (!read_record_member(&walk, &key, &outer) && !read_outer_member(&walk, &key, &outer, &progress))
            ccusage_pass(&walk);
    if (!json_finish(&walk.json))
        return CCUSAGE_BAD_JSON;
    progress.line.session_id = outer.line.session_id;
    struct record *record = record_is_complete(&outer) ? &outer : &progress;
    if (!record_is_complete(record))
        return SEEN(outer.seen, WANTED_MESSAGE) || SEEN(progress.seen, WANTED_MESSAGE) ? CCUSAGE_BAD_MEMBER
                                                                                       : CCUSAGE_NO_MESSAGE;
    refusal = record_refusal(record);
    *line = record->line;
    if (record->is_error)
        line->limit_reset_ms = limit_reset(bytes, size);
    return refusal;
}

bool ccusage_line_read(struct ccusage_reader *reader, enum ccusage_reading reading, const char *bytes,
                       size_t size, struct ccusage_line *line)
{
    reader->refusal = memmem(bytes, size, MARKER, sizeof MARKER - 1)
                          ? read_line(reader, reading, bytes, size, line)
                          : CCUSAGE_NO_MARKER;
    if (reader->refusal != CCUSAGE_ACCEPTED)
        return false;
    if (reader->may_have_advisors && memmem(bytes, size, advisor, sizeof advisor - 1))
        ccusage_read_advisors(reader, bytes, size);
    return true;
}

void ccusage_reader_free(struct ccusage_reader *reader)
{
    free(reader->decoded);
    free(reader->advisors);
    free(reader->keys);
    *reader = (struct ccusage_reader){0};
}
