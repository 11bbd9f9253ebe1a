/*
 * The steps of reading wanted members as ccusage's library does. `bad` is set where a value is not of the
 * type that is wanted: the structure that it is in is then not the one that was looked for, but the line may
 * still be another. Internal to ccusage_*.c.
 */
#ifndef TACHO_CCUSAGE_FIELDS_H
#define TACHO_CCUSAGE_FIELDS_H

#include "ccusage_json.h"
#include "ccusage_line.h"

#include <string.h>

struct ccusage_walk {
    struct json json;
    struct ccusage_reader *reader;
    enum ccusage_reading reading;
    bool is_fine; /* all of the line was looked at before: there is nothing in it to refuse */
};

/* Each wanted key of a structure, to notice one that is there twice. */
enum ccusage_wanted {
    WANTED_TIMESTAMP,
    WANTED_MESSAGE,
    WANTED_COST,
    WANTED_REQUEST,
    WANTED_SIDECHAIN,
    WANTED_VERSION,
    WANTED_SESSION,
    WANTED_ERROR,
    WANTED_DATA,
    WANTED_USAGE,
    WANTED_MODEL,
    WANTED_ID,
    WANTED_INPUT,
    WANTED_OUTPUT,
    WANTED_CACHE_WRITE,
    WANTED_CACHE_READ,
    WANTED_SPEED,
    WANTED_BREAKDOWN,
    WANTED_5M,
    WANTED_1H,
    WANTED_ITERATIONS,
    WANTED_TYPE,
};

static inline bool ccusage_is_again(uint32_t *seen, enum ccusage_wanted wanted)
{
    bool again = *seen >> wanted & 1;
    *seen |= UINT32_C(1) << wanted;
    return again;
}

#define SEEN(seen, wanted) ((seen) >> (wanted)&1)

static inline bool ccusage_key_is(const struct json_slice *key, const char *name, size_t size)
{
    if (key->escaped)
        return json_equals(key, name);
    return key->size == size && memcmp(key->bytes, name, size) == 0;
}

#define KEY_IS(key, name) ccusage_key_is((key), (name), sizeof(name) - 1)

/* Passes the value at hand, as the reading does with what it does not want; or with what is of the wrong
 * type. */
void ccusage_pass(struct ccusage_walk *walk);
void ccusage_pass_wrong(struct ccusage_walk *walk, bool *bad);

/* Enters the object at hand, or passes what is there instead. */
bool ccusage_enter_object(struct ccusage_walk *walk, bool *bad);

/* The next member of a structure whose keys matter, so they must be text. */
bool ccusage_next_member(struct ccusage_walk *walk, struct json_slice *key);

/* A text, a number, or true or false; null leaves them as they are. */
void ccusage_read_string(struct ccusage_walk *walk, struct ccusage_text *text, bool *bad);
void ccusage_read_cost(struct ccusage_walk *walk, double *cost, bool *has_cost, bool *bad);
void ccusage_read_flag(struct ccusage_walk *walk, bool *flag, bool *bad);

/* Reads the value of a member of `usage`, if it is one that is wanted. */
bool ccusage_read_usage_member(struct ccusage_walk *walk, const struct json_slice *key,
                               struct ccusage_usage *usage, uint32_t *seen, bool *bad);
bool ccusage_usage_is_complete(uint32_t seen);

/* message.usage.iterations: the advisors among them, if all are as they should be. */
void ccusage_read_advisors(struct ccusage_reader *reader, const char *bytes, size_t size);

#endif
