/*
 * One line of a Claude Code log as ccusage 20.0.24 takes it: what it accepts, and what it then reads.
 *
 * ccusage reads logs in two ways that do not agree. Its `daily` reports build a whole value of a line, so
 * everything in it must be well-formed, and also look into the subagent messages of `progress` lines. All
 * other reports pick the wanted members and let be what is not wanted. Both are reproduced here with their
 * quirks, as found by running it and reading its source (rust/adapters/claude): a raw marker must be in the
 * line, a null after certain keys anywhere drops it, a wanted key may not be there twice.
 */
#ifndef TACHO_CCUSAGE_LINE_H
#define TACHO_CCUSAGE_LINE_H

#include "json.h"

enum ccusage_reading { CCUSAGE_DAILY, CCUSAGE_ENTRIES };

/* Why a line is ignored. */
enum ccusage_refusal {
    CCUSAGE_ACCEPTED,
    CCUSAGE_NO_MARKER,  /* it has no `"usage":{`, so written */
    CCUSAGE_NULL,       /* a key that may not be null is, somewhere */
    CCUSAGE_BAD_JSON,   /* not what its JSON library takes */
    CCUSAGE_NO_MESSAGE, /* it has none of its own */
    CCUSAGE_BAD_MEMBER, /* a wanted member lacks, is there twice, or of another type */
    CCUSAGE_BAD_TIMESTAMP,
    CCUSAGE_BAD_VERSION,
    CCUSAGE_EMPTY_NAME, /* an id or the model is "" */
};

enum ccusage_speed { SPEED_ABSENT, SPEED_STANDARD, SPEED_FAST };

struct ccusage_usage {
    uint64_t input, output, cache_write, cache_read;
    uint64_t write_5m, write_1h; /* the breakdown of cache writes, which counts instead if there is one */
    bool has_breakdown;
    enum ccusage_speed speed;
};

/* A decoded text; bytes is NULL where the line has none. */
struct ccusage_text {
    const char *bytes;
    size_t size;
};

struct ccusage_line {
    struct ccusage_text timestamp, message_id, model, request_id, session_id;
    struct ccusage_usage usage;
    int64_t when_ms;
    int64_t limit_reset_ms; /* from a message that the vendor's limit is reached; 0: it is none */
    double cost;
    bool has_cost;
    bool is_sidechain;
};

/* What an advisor used while the message was made: an entry of its own. */
struct ccusage_advisor {
    struct ccusage_text model;
    struct ccusage_usage usage;
};

/* Where texts are decoded to, and advisors kept; all zero to begin with. What was read lives until the next
 * line is. */
struct ccusage_reader {
    char *decoded;
    size_t used, room;
    struct ccusage_advisor *advisors;
    size_t advisor_count, advisor_room;
    uint64_t *keys; /* of a line's open objects: their hashes */
    size_t key_room;
    bool may_have_advisors;
    enum ccusage_refusal refusal; /* of the line read last */
};

/* Reads a line without its newline; false if ccusage ignores it. The reader then has its advisors, too, or
 * knows why it is ignored. */
bool ccusage_line_read(struct ccusage_reader *reader, enum ccusage_reading reading, const char *bytes,
                       size_t size, struct ccusage_line *line);

void ccusage_reader_free(struct ccusage_reader *reader);

/* Its sums of tokens stay at the largest number. */
static inline uint64_t ccusage_add(uint64_t a, uint64_t b)
{
    uint64_t sum;
    return __builtin_add_overflow(a, b, &sum) ? UINT64_MAX : sum;
}

/* Cache writes as they are summed. */
static inline uint64_t ccusage_writes(const struct ccusage_usage *usage)
{
    return usage->has_breakdown ? ccusage_add(usage->write_5m, usage->write_1h) : usage->cache_write;
}

/* All tokens of an entry. */
static inline uint64_t ccusage_total(const struct ccusage_usage *usage)
{
    return ccusage_add(ccusage_add(usage->input, usage->output),
                       ccusage_add(ccusage_writes(usage), usage->cache_read));
}

/* Milliseconds since 1970 of a timestamp in one of the four forms that ccusage knows; false if it is none. */
bool ccusage_timestamp_read(const char *bytes, size_t size, int64_t *when_ms);

/* A JSON number as serde_json reads it without its float_roundtrip feature: at times not the nearest double.
 * False if it is out of range. */
bool ccusage_number_read(const char *bytes, size_t size, double *number);

#endif
