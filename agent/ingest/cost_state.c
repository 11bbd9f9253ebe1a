/*
 * Reading a cost-state line. Nobody depends on each of its numbers, so it is read liberally: what is missing,
 * or is no number from 0 to what a session can reach, is 0.
 */
#include "cost_state.h"

#include "decimal.h"
#include "json.h"
#include "timestamp.h"

#include <string.h>

#define TOKENS_MAX (UINT64_C(1) << 50)
#define MODELS_MAX 64 /* in a line; what is beyond is no session's */
#define PUSD_SCALE 12
#define PUSD_MAX   (UINT64_C(1000000) * UINT64_C(1000000000000)) /* 10^6 dollars, as of a line with usage */

/* The line while it is walked: its keys come in any order, and of duplicates the last counts. */
struct reading {
    struct json json;
    struct batch *batch;
    struct batch_mark before;
    bool is_cost_state;
    uint32_t session;
    int64_t when_us;
};

static uint64_t take_number(struct json *json, int scale, uint64_t most)
{
    struct json_slice slice;
    if (json_take(json, &slice) != JSON_NUMBER)
        return 0;
    const struct decimal number = decimal_read(slice.bytes, slice.size, scale);
    if (number.negative || number.too_large || number.value > most)
        return 0;
    return scale ? decimal_nearest(&number) : number.value;
}

/* The string's index in the batch. */
static uint32_t add_string(struct reading *reading, const struct json_slice *slice)
{
    struct scratch *scratch = &reading->batch->scratch;
    scratch->used = 0;
    char *bytes = scratch_take(scratch, slice->size);
    return batch_string(reading->batch, bytes, json_decode(slice, bytes, slice->size));
}

static enum token_kind kind_of(const struct json_slice *key)
{
    return json_equals(key, "inputTokens")                ? TOKENS_INPUT
           : json_equals(key, "outputTokens")             ? TOKENS_OUTPUT
           : json_equals(key, "cacheReadInputTokens")     ? TOKENS_CACHE_READ
           : json_equals(key, "cacheCreationInputTokens") ? TOKENS_CACHE_WRITE_5M
                                                          : TOKEN_KINDS;
}

static void read_model(struct reading *reading, struct cost_state *cost)
{
    struct json *json = &reading->json;
    struct json_slice key;
    if (!json_enter_object(json))
        return;
    while (json_member(json, &key)) {
        const enum token_kind kind = kind_of(&key);
        if (kind < TOKEN_KINDS)
            cost->tokens[kind] = take_number(json, 0, TOKENS_MAX);
        else if (json_equals(&key, "costUSD"))
            cost->cost_pusd = take_number(json, PUSD_SCALE, PUSD_MAX);
        else
            json_take(json, NULL);
    }
}

/* The account of a model in this line: a new one, or, its name met again, the one there is; NULL: too many.
 */
static struct cost_state *cost_of(struct reading *reading, uint32_t model)
{
    struct batch *batch = reading->batch;
    size_t i = reading->before.costs;
    while (i < batch->cost_count && batch->costs[i].model != model)
        i++;
    if (i == reading->before.costs + MODELS_MAX)
        return NULL;
    if (i == batch->cost_count)
        batch_add_cost(batch, &(struct cost_state){0});
    batch->costs[i] = (struct cost_state){.model = model};
    return &batch->costs[i];
}

static void read_models(struct reading *reading)
{
    struct json *json = &reading->json;
    struct json_slice name;
    reading->batch->cost_count = reading->before.costs;
    if (!json_enter_object(json))
        return;
    while (json_member(json, &name)) {
        struct cost_state *cost = cost_of(reading, add_string(reading, &name)), ignored;
        read_model(reading, cost ? cost : &ignored);
    }
}

static void read_member(struct reading *reading, const struct json_slice *key)
{
    struct json_slice value;
    if (json_equals(key, "modelUsage")) {
        read_models(reading);
        return;
    }
    const bool is_string = json_take(&reading->json, &value) == JSON_STRING;
    if (json_equals(key, "type"))
        reading->is_cost_state = is_string && json_equals(&value, "cost-state");
    else if (json_equals(key, "sessionId"))
        reading->session = is_string ? add_string(reading, &value) : 0;
    else if (json_equals(key, "timestamp") &&
             !(is_string && timestamp_read(value.bytes, value.size, &reading->when_us)))
        reading->when_us = 0;
}

static bool read_line(struct reading *reading)
{
    struct json_slice key;
    if (!json_enter_object(&reading->json))
        return false;
    while (json_member(&reading->json, &key))
        read_member(reading, &key);
    return json_finish(&reading->json) && reading->is_cost_state;
}

void cost_state_read(struct batch *batch, const struct log_place *place, const char *line, size_t size)
{
    struct reading reading;
    reading.batch = batch;
    reading.before = batch_mark(batch);
    reading.is_cost_state = false;
    reading.session = 0;
    reading.when_us = 0;
    json_start_with(&reading.json, batch->kernels, line, size);
    scratch_begin(&batch->scratch, size);
    const bool is_one = read_line(&reading);
    scratch_end(&batch->scratch);
    if (!is_one || batch->cost_count == reading.before.costs) {
        batch_take_back(batch, reading.before);
        return;
    }
    if (reading.session == 0)
        reading.session = batch_string(batch, place->session, place->session_size);
    for (size_t i = reading.before.costs; i < batch->cost_count; i++) {
        batch->costs[i].session = reading.session;
        batch->costs[i].when_us = reading.when_us;
    }
}
