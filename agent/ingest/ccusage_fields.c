/* Wanted members, one by one: see ccusage_fields.h. */
#include "ccusage_fields.h"

/* ---- wanted values ------------------------------------------------------------------------------------- */

void ccusage_pass(struct ccusage_walk *walk)
{
    if (walk->reading == CCUSAGE_DAILY && !walk->is_fine)
        ccusage_keep(&walk->json);
    else
        ccusage_ignore(&walk->json);
}

void ccusage_pass_wrong(struct ccusage_walk *walk, bool *bad)
{
    *bad = true;
    ccusage_pass(walk);
}

bool ccusage_enter_object(struct ccusage_walk *walk, bool *bad)
{
    if (json_peek(&walk->json) == JSON_OBJECT)
        return json_enter(&walk->json);
    ccusage_pass_wrong(walk, bad);
    return false;
}

bool ccusage_next_member(struct ccusage_walk *walk, struct json_slice *key)
{
    if (!json_member(&walk->json, key))
        return false;
    if (!walk->is_fine)
        walk->json.failed |= !ccusage_is_text(key);
    return true;
}

static struct ccusage_text decode(struct ccusage_reader *reader, const struct json_slice *slice)
{
    if (!slice->escaped)
        return (struct ccusage_text){slice->bytes, slice->size};
    char *out = reader->decoded + reader->used;
    size_t size = json_decode(slice, out, slice->size);
    reader->used += size;
    return (struct ccusage_text){out, size};
}

void ccusage_read_string(struct ccusage_walk *walk, struct ccusage_text *text, bool *bad)
{
    struct json_slice slice;
    if (json_peek(&walk->json) != JSON_STRING) {
        if (json_peek(&walk->json) == JSON_NULL)
            json_take(&walk->json, NULL);
        else
            ccusage_pass_wrong(walk, bad);
        return;
    }
    if (json_take(&walk->json, &slice) != JSON_STRING)
        return;
    if (walk->is_fine || ccusage_is_text(&slice))
        *text = decode(walk->reader, &slice);
    else
        walk->json.failed = true;
}

/* A count of tokens: digits, in 64 bits; not null. */
static void read_count(struct ccusage_walk *walk, uint64_t *count, bool *bad)
{
    struct json_slice slice;
    uint64_t value = 0;
    if (json_peek(&walk->json) != JSON_NUMBER) {
        ccusage_pass_wrong(walk, bad);
        return;
    }
    if (json_take(&walk->json, &slice) != JSON_NUMBER)
        return;
    for (size_t i = 0; i < slice.size; i++) {
        unsigned digit = (unsigned)slice.bytes[i] - '0';
        if (digit > 9 || __builtin_mul_overflow(value, 10, &value) ||
            __builtin_add_overflow(value, digit, &value)) {
            double number;
            walk->json.failed |= !ccusage_number_read(slice.bytes, slice.size, &number);
            *bad = true;
            return;
        }
    }
    *count = value;
}

void ccusage_read_cost(struct ccusage_walk *walk, double *cost, bool *has_cost, bool *bad)
{
    struct json_slice slice;
    enum json_type type = json_peek(&walk->json);
    if (type != JSON_NUMBER && type != JSON_NULL) {
        ccusage_pass_wrong(walk, bad);
    } else if (json_take(&walk->json, &slice) == JSON_NUMBER) {
        *has_cost = true;
        walk->json.failed |= !ccusage_number_read(slice.bytes, slice.size, cost);
    }
}

void ccusage_read_flag(struct ccusage_walk *walk, bool *flag, bool *bad)
{
    enum json_type type = json_peek(&walk->json);
    if (type != JSON_TRUE && type != JSON_FALSE && type != JSON_NULL) {
        ccusage_pass_wrong(walk, bad);
        return;
    }
    *flag = json_take(&walk->json, NULL) == JSON_TRUE;
}

/* ---- usage --------------------------------------------------------------------------------------------- */

/* The breakdown of cache writes; serde takes an array of the same members as well. */
static void read_breakdown(struct ccusage_walk *walk, struct ccusage_usage *usage, bool *bad)
{
    uint64_t *const counts[] = {&usage->write_5m, &usage->write_1h};
    struct json_slice key;
    uint32_t seen = 0;
    enum json_type type = json_peek(&walk->json);
    usage->has_breakdown = type == JSON_OBJECT || type == JSON_ARRAY;
    if (type == JSON_ARRAY) {
        json_enter(&walk->json);
        for (size_t i = 0; json_element(&walk->json); i++)
            if (i < 2)
                read_count(walk, counts[i], bad);
            else
                ccusage_pass_wrong(walk, bad);
    } else if (type == JSON_NULL) {
        json_take(&walk->json, NULL);
    } else if (ccusage_enter_object(walk, bad)) {
        while (ccusage_next_member(walk, &key)) {
            bool is_5m = KEY_IS(&key, "ephemeral_5m_input_tokens");
            if (!is_5m && !KEY_IS(&key, "ephemeral_1h_input_tokens")) {
                ccusage_pass(walk);
                continue;
            }
            *bad |= ccusage_is_again(&seen, is_5m ? WANTED_5M : WANTED_1H);
            read_count(walk, counts[!is_5m], bad);
        }
    }
}

static void read_speed(struct ccusage_walk *walk, enum ccusage_speed *speed, bool *bad)
{
    struct ccusage_text text = {0};
    ccusage_read_string(walk, &text, bad);
    *speed = SPEED_ABSENT;
    if (!text.bytes)
        return;
    if (text.size == 4 && memcmp(text.bytes, "fast", 4) == 0)
        *speed = SPEED_FAST;
    else if (text.size == 8 && memcmp(text.bytes, "standard", 8) == 0)
        *speed = SPEED_STANDARD;
    else
        *bad = true;
}

bool ccusage_read_usage_member(struct ccusage_walk *walk, const struct json_slice *key,
                               struct ccusage_usage *usage, uint32_t *seen, bool *bad)
{
    if (KEY_IS(key, "input_tokens")) {
        *bad |= ccusage_is_again(seen, WANTED_INPUT);
        read_count(walk, &usage->input, bad);
    } else if (KEY_IS(key, "output_tokens")) {
        *bad |= ccusage_is_again(seen, WANTED_OUTPUT);
        read_count(walk, &usage->output, bad);
    } else if (KEY_IS(key, "cache_creation_input_tokens")) {
        *bad |= ccusage_is_again(seen, WANTED_CACHE_WRITE);
        read_count(walk, &usage->cache_write, bad);
    } else if (KEY_IS(key, "cache_read_input_tokens")) {
        *bad |= ccusage_is_again(seen, WANTED_CACHE_READ);
        read_count(walk, &usage->cache_read, bad);
    } else if (KEY_IS(key, "speed")) {
        *bad |= ccusage_is_again(seen, WANTED_SPEED);
        read_speed(walk, &usage->speed, bad);
    } else if (KEY_IS(key, "cache_creation")) {
        *bad |= ccusage_is_again(seen, WANTED_BREAKDOWN);
        read_breakdown(walk, usage, bad);
    } else {
        return false;
    }
    return true;
}

bool ccusage_usage_is_complete(uint32_t seen)
{
    return SEEN(seen, WANTED_INPUT) && SEEN(seen, WANTED_OUTPUT);
}
