/* Odd lines by what they say: ordinary records, and members that are unusual together. */
#include "odd_kinds.h"

#include "odd_values.h"

#include <stdio.h>

#define BASE_TIME INT64_C(1772366400) /* 2026-03-01T12:00:00Z */

static size_t values_count(const char *const *values)
{
    size_t count = 0;
    while (values[count])
        count++;
    return count;
}

const char *odd_one_of(struct odd *odd, const char *const *values)
{
    return values[random_below(&odd->random, values_count(values))];
}

/* Often small, so that sums of copies tie and only the finer rules decide between them. */
static int64_t some_tokens(struct odd *odd, int64_t most)
{
    static const int64_t small[] = {0, 0, 1, 2, 3, 5, 10, 100};
    return random_chance(&odd->random, 60) ? random_of(&odd->random, small)
                                           : random_between(&odd->random, 0, most);
}

static void set_time(struct odd *odd, struct record *record)
{
    /* Few different instants over a few days: copies with equal times are told apart by their place. */
    int64_t when = BASE_TIME + random_between(&odd->random, -40, 40) * 3600;
    int64_t milliseconds = random_chance(&odd->random, 30) ? random_between(&odd->random, 0, 999) : 0;
    int64_t day = when / 86400 - 20454; /* since 2026-01-01 */
    int64_t month = day < 31 ? 1 : day < 59 ? 2 : 3;
    day -= month == 1 ? 0 : month == 2 ? 31 : 59;
    record_setf(record, FIELD_TIMESTAMP, "\"2026-%02d-%02dT%02d:%02d:%02d.%03dZ\"", (int)month, (int)day + 1,
                (int)(when % 86400 / 3600), (int)(when % 3600 / 60), (int)(when % 60), (int)milliseconds);
}

static void set_tokens(struct odd *odd, struct record *record)
{
    record_setf(record, FIELD_INPUT, "%lld", (long long)some_tokens(odd, 5000));
    record_setf(record, FIELD_OUTPUT, "%lld", (long long)some_tokens(odd, 20000));
    record_setf(record, FIELD_CACHE_WRITE, "%lld", (long long)some_tokens(odd, 60000));
    record_setf(record, FIELD_CACHE_READ, "%lld", (long long)some_tokens(odd, 150000));
    record_set(record, FIELD_CREATION, "");
    if (random_chance(&odd->random, 40)) {
        record_set(record, FIELD_CREATION, COMPOSED);
        record_setf(record, FIELD_WRITE_5M, "%lld", (long long)some_tokens(odd, 60000));
        record_setf(record, FIELD_WRITE_1H, "%lld", (long long)some_tokens(odd, 60000));
    }
}

static void set_identity(struct odd *odd, struct record *record)
{
    int pick = (int)random_below(&odd->random, 14);
    if (random_chance(&odd->random, 60))
        record_setf(record, FIELD_MESSAGE_ID, "\"msg_01Invented%010d\"", pick);
    else if (random_chance(&odd->random, 70))
        record_setf(record, FIELD_MESSAGE_ID, "\"gen-%d\"", pick / 3);
    else
        record_setf(record, FIELD_MESSAGE_ID, "\"msg_01Fresh%llx\"",
                    (unsigned long long)random_next(&odd->random));
    if (random_chance(&odd->random, 80))
        record_setf(record, FIELD_REQUEST_ID, "\"req_%d\"", (int)random_below(&odd->random, 4));
    record_setf(record, FIELD_UUID, "\"00000000-0000-4000-8000-%012d\"", (int)random_below(&odd->random, 40));
}

void odd_ordinary(struct odd *odd, struct record *record)
{
    *record = (struct record){0};
    record_set(record, FIELD_TYPE, "\"assistant\"");
    record_set(record, FIELD_SIDECHAIN, random_chance(&odd->random, 20) ? "true" : "false");
    record_set(record, FIELD_CWD, "\"/home/ada/größe\"");
    record_set(record, FIELD_VERSION, "\"2.1.150\"");
    record_setf(record, FIELD_SESSION_ID, "\"%s\"",
                random_chance(&odd->random, 75)
                    ? odd->session
                    : odd->sessions[random_below(&odd->random, odd->session_count)]);
    record_set(record, FIELD_MESSAGE, COMPOSED);
    record_set(record, FIELD_USAGE, COMPOSED);
    record_set(record, FIELD_CONTENT, "[{\"type\":\"text\",\"text\":\"fine\"}]");
    record_set(record, FIELD_MODEL, odd_one_of(odd, MODELS_PRICED));
    set_identity(odd, record);
    set_time(odd, record);
    set_tokens(odd, record);
    if (random_chance(&odd->random, 15))
        record_set(record, FIELD_COST_USD, odd_one_of(odd, COSTS));
    if (random_chance(&odd->random, 15))
        record_set(record, FIELD_SPEED, random_chance(&odd->random, 60) ? "\"fast\"" : "\"standard\"");
    if (random_chance(&odd->random, 10))
        record_set(record, FIELD_FORKED_FROM, odd_one_of(odd, FORKS));
    record->progress = random_chance(&odd->random, 8);
    if (record->progress && random_chance(&odd->random, 70))
        record_set(record, FIELD_FORKED_FROM, "");
}

void odd_vary(struct odd *odd, struct record *record)
{
    struct random *random = &odd->random;
    if (random_chance(random, 60))
        record_setf(record, FIELD_OUTPUT, "%lld", (long long)some_tokens(odd, 20000));
    if (random_chance(random, 30))
        record_setf(record, FIELD_CACHE_READ, "%lld", (long long)some_tokens(odd, 20000));
    if (random_chance(random, 40))
        set_time(odd, record);
    if (random_chance(random, 25))
        record_set(record, FIELD_MODEL, odd_one_of(odd, MODELS_PRICED));
    if (random_chance(random, 25))
        record_set(record, FIELD_COST_USD,
                   random_chance(random, 50) ? odd_one_of(odd, COSTS) : odd_one_of(odd, COSTS_TINY));
    if (random_chance(random, 25))
        record_set(record, FIELD_SPEED, random_chance(random, 50) ? "\"fast\"" : "");
    if (random_chance(random, 25))
        record_set(record, FIELD_FORKED_FROM, odd_one_of(odd, FORKS));
    if (random_chance(random, 25))
        make_foreign_session(odd, record);
}

/* ---- tokens ----------------------------------------------------------------------------------------- */

void make_no_tokens(struct odd *odd, struct record *record)
{
    record_set(record, FIELD_INPUT, random_chance(&odd->random, 50) ? "null" : "");
    record_set(record, FIELD_OUTPUT, random_chance(&odd->random, 50) ? "null" : "");
    if (random_chance(&odd->random, 30)) { /* one of the two is enough, whatever it says */
        enum field field = random_chance(&odd->random, 50) ? FIELD_INPUT : FIELD_OUTPUT;
        record_set(record, field, odd_one_of(odd, VALUES("0", "7", "\"7\"", "false")));
    }
}

void make_zero_tokens(struct odd *odd, struct record *record)
{
    for (enum field field = FIELD_INPUT; field <= FIELD_CACHE_READ; field++)
        record_set(record, field, odd_one_of(odd, VALUES("0", "0", "0", "-0")));
    record_set(record, FIELD_CREATION, random_chance(&odd->random, 50) ? "{}" : "");
    record_set(record, FIELD_MODEL,
               random_chance(&odd->random, 50) ? "\"<synthetic>\"" : "\"claude-opus-5\"");
    record_set(record, FIELD_COST_USD,
               odd_one_of(odd, VALUES("", "", "0", "0.0", "-0.0", "0.125", "1e-400", "null")));
}

void make_long_context(struct odd *odd, struct record *record)
{
    static const int64_t edges[] = {199999, 200000, 200001, 272000, 272001, 271999, 900000};
    int64_t total = random_of(&odd->random, edges), input = random_between(&odd->random, 0, 9);
    int64_t written = random_between(&odd->random, 0, total / 2);
    record_setf(record, FIELD_INPUT, "%lld", (long long)input);
    record_setf(record, FIELD_CACHE_WRITE, "%lld", (long long)written);
    record_setf(record, FIELD_CACHE_READ, "%lld", (long long)(total - input - written));
    record_set(record, FIELD_CREATION, "");
    if (random_chance(&odd->random, 50)) {
        record_set(record, FIELD_CREATION, COMPOSED);
        record_setf(record, FIELD_WRITE_5M, "%lld", (long long)random_between(&odd->random, 0, written));
        record_setf(record, FIELD_WRITE_1H, "0");
    }
    record_set(
        record, FIELD_MODEL,
        odd_one_of(odd, VALUES("\"claude-sonnet-4-5\"", "\"claude-sonnet-4\"", "\"claude-opus-4-6@default\"",
                               "\"gpt-5.4\"", "\"gpt-5.5\"", "\"gemini-2.5-pro\"",
                               "\"claude-sonnet-4-6-think\"", "\"claude-sonnet-4.5-1m\"", "\"claude-opus-5\"",
                               "\"claude-sonnet-4-5-20250929[1m]\"")));
    record_set(record, FIELD_COST_USD, "");
}

void make_creation_partial(struct odd *odd, struct record *record)
{
    record_set(record, FIELD_CREATION, COMPOSED);
    record_set(record, FIELD_CACHE_WRITE,
               odd_one_of(odd, VALUES("50", "100", "101", "0", "null", "", "2147483648")));
    record_set(record, FIELD_WRITE_5M, odd_one_of(odd, VALUES("", "null", "40", "0", "100")));
    record_set(record, FIELD_WRITE_1H, odd_one_of(odd, VALUES("", "null", "60", "0", "100")));
}

void make_creation_larger(struct odd *odd, struct record *record)
{
    record_set(record, FIELD_CREATION, COMPOSED);
    record_set(record, FIELD_CACHE_WRITE, odd_one_of(odd, VALUES("10", "2147483648", "0", "")));
    record_set(record, FIELD_WRITE_5M, odd_one_of(odd, VALUES("2147483648", "1000", "0")));
    record_set(record, FIELD_WRITE_1H, odd_one_of(odd, VALUES("2147483648", "1000", "2147483647")));
}

void make_advisor(struct odd *odd, struct record *record)
{
    struct text steps = TEXT_EMPTY;
    text_add_char(&steps, '[');
    for (uint64_t i = 0, count = 1 + random_below(&odd->random, 4); i < count; i++) {
        text_addf(&steps, "%s{\"type\":\"%s\"", i ? "," : "",
                  random_chance(&odd->random, 70) ? "advisor_message" : "message");
        text_addf(&steps, ",\"model\":%s", odd_one_of(odd, MODELS_PRICED));
        text_addf(&steps, ",\"input_tokens\":%lld", (long long)some_tokens(odd, 9000));
        text_addf(&steps, ",\"output_tokens\":%s", odd_one_of(odd, VALUES("1", "0", "250", "null")));
        text_add_string(&steps,
                        odd_one_of(odd, VALUES("", "", ",\"cache_creation_input_tokens\":12",
                                               ",\"cache_creation\":{\"ephemeral_1h_input_tokens\":7}")));
        text_add_string(&steps, odd_one_of(odd, VALUES("", "", ",\"speed\":\"fast\"",
                                                       ",\"cache_read_input_tokens\":300000")));
        text_add_char(&steps, '}');
    }
    text_add_char(&steps, ']');
    record_set(record, FIELD_ITERATIONS, steps.bytes);
    text_free(&steps);
}

/* ---- identity and place ----------------------------------------------------------------------------- */

void make_no_ids(struct odd *odd, struct record *record)
{
    record_set(record, FIELD_MESSAGE_ID, odd_one_of(odd, TEXTS_UNKNOWN));
    if (random_chance(&odd->random, 60))
        record_set(record, FIELD_MESSAGE_ID, "");
    record_set(record, FIELD_UUID, odd_one_of(odd, VALUES("", "null", "\"\"", "0")));
    if (random_chance(&odd->random, 60))
        record_set(record, FIELD_REQUEST_ID, "");
}

void make_uuid_only(struct odd *odd, struct record *record)
{
    record_set(record, FIELD_MESSAGE_ID, odd_one_of(odd, VALUES("", "null", "\"\"")));
    record_setf(record, FIELD_UUID, "\"only-%d\"", (int)random_below(&odd->random, 3));
}

void make_foreign_session(struct odd *odd, struct record *record)
{
    record_setf(record, FIELD_SESSION_ID, "\"%s\"",
                odd->sessions[random_below(&odd->random, odd->session_count)]);
    if (random_chance(&odd->random, 20))
        record_set(record, FIELD_SESSION_ID,
                   odd_one_of(odd, VALUES("\"an\\u006fther\"", "\"\\ud83d\\ude00 caf\\u00e9\"",
                                          "\"a\\u0000b\"", "\"a\\tb\\\"c\\\\\"", "\"elsewhere\"")));
}

/* ---- progress lines --------------------------------------------------------------------------------- */

void make_progress(struct odd *odd, struct record *record)
{
    record->progress = true;
    if (random_chance(&odd->random, 50))
        text_add_string(&record->outer_timestamp, odd_one_of(odd, STAMPS_BORDER));
}

void make_progress_untimed(struct odd *odd, struct record *record)
{
    record->progress = true;
    record_set(record, FIELD_TIMESTAMP,
               odd_one_of(odd, VALUES("", "null", "\"\"", "0", "false", "[]", "{}", "0.0")));
    if (random_chance(&odd->random, 80))
        text_add_string(&record->outer_timestamp,
                        odd_one_of(odd, random_chance(&odd->random, 70) ? STAMPS_ZONED : STAMPS_BAD));
}

void make_progress_times(struct odd *odd, struct record *record)
{
    record->progress = true;
    record_set(record, FIELD_TIMESTAMP,
               odd_one_of(odd, random_chance(&odd->random, 50) ? STAMPS_ZONED : STAMPS_BAD));
    text_add_string(&record->outer_timestamp,
                    odd_one_of(odd, random_chance(&odd->random, 50) ? STAMPS_BORDER : STAMPS_BAD));
}

void make_progress_broken(struct odd *odd, struct record *record)
{
    static const char *const data[] = {
        "\"data\":null",
        "\"data\":[]",
        "\"data\":\"x\"",
        "\"data\":{}",
        "\"data\":{\"message\":null}",
        "\"data\":{\"message\":[{\"message\":{\"usage\":{\"input_tokens\":3}}}]}",
        "\"data\":{\"message\":\"usage\"}",
        "\"data\":{\"message\":{\"message\":{\"usage\":{\"output_tokens\":4}},\"timestamp\":\"2026-03-01T01:"
        "00:00Z\"}}",
        "\"data\":{\"message\":{\"type\":\"user\",\"message\":{\"usage\":{\"output_tokens\":4}}}}",
        "\"data\":{\"message\":{\"type\":\"progress\",\"data\":{\"message\":{\"message\":{\"usage\":{"
        "\"output_tokens\":4}}}}}}",
        "\"data\":{\"message\":{\"message\":{\"usage\":{\"output_tokens\":4}}}},\"data\":7",
    };
    text_add_string(&odd->raw, "{\"type\":");
    text_add_string(&odd->raw, odd_one_of(odd, VALUES("\"progress\"", "\"progress\"", "\"pr\\u006fgress\"",
                                                      "\"assistant\"", "null")));
    text_addf(&odd->raw,
              ",\"timestamp\":\"2026-03-01T02:00:00Z\",\"sessionId\":\"%s\",\"message\":", odd->session);
    text_add_string(&odd->raw, odd_one_of(odd, VALUES("null", "{\"usage\":{\"input_tokens\":8}}",
                                                      "{\"id\":\"gen-1\",\"usage\":{\"input_tokens\":8}}")));
    text_addf(&odd->raw, ",%s}", random_of(&odd->random, data));
    (void)record;
}

void make_copies(struct odd *odd, struct record *record)
{
    record->copies = (unsigned)(1 + random_below(&odd->random, 4));
}

/* ---- lines that must not count, and what looks like usage ------------------------------------------ */

void make_user_line(struct odd *odd, struct record *record)
{
    record_set(record, FIELD_TYPE, odd_one_of(odd, VALUES("\"user\"", "\"system\"", "\"attachment\"")));
}

void make_tool_output(struct odd *odd, struct record *record)
{
    if (random_chance(&odd->random, 50)) { /* a subagent's summary on its parent's user line */
        record_set(record, FIELD_TYPE, "\"user\"");
        record_set(record, FIELD_MESSAGE, "{\"role\":\"user\",\"content\":[]}");
    }
    record_set(
        record, FIELD_LINE_EXTRA,
        odd_one_of(odd, VALUES("\"toolUseResult\":{\"id\":null,\"usage\":{\"input_tokens\":77,\"output_"
                               "tokens\":88},\"totalTokens\":165}",
                               "\"toolUseResult\":{\"message\":{\"id\":\"msg_01Invented0000000003\","
                               "\"usage\":{\"input_tokens\":-7}}}",
                               "\"usage\":{\"input_tokens\":9,\"output_tokens\":9}",
                               "\"model\":\"x\",\"id\":\"y\",\"input_tokens\":\"z\"",
                               "\"toolUseResult\":\"{\\\"usage\\\":{\\\"input_tokens\\\":5}}\",\"data\":{"
                               "\"message\":{\"message\":{\"usage\":{\"input_tokens\":1}}}}")));
}

void make_quoted_transcript(struct odd *odd, struct record *record)
{
    const char *quoted = "\"{\\\"type\\\":\\\"assistant\\\",\\\"message\\\":{\\\"id\\\":\\\"msg_"
                         "01Quoted0000000000\\\",\\\"usage\\\":"
                         "{\\\"input_tokens\\\":123,\\\"output_tokens\\\":456}},\\\"timestamp\\\":\\\"2026-"
                         "03-01T00:00:00Z\\\"}\\n\"";
    record_setf(record, FIELD_CONTENT, "[{\"type\":\"tool_result\",\"content\":%s,\"is_error\":false}]",
                quoted);
    if (random_chance(&odd->random, 50))
        make_user_line(odd, record);
    if (random_chance(&odd->random, 30)) /* nothing but the quotation: the escaped name is no mark */
        record_setf(record, FIELD_MESSAGE, "{\"role\":\"user\",\"content\":%s}", quoted);
}

void make_usage_elsewhere(struct odd *odd, struct record *record)
{
    record_set(
        record, FIELD_MESSAGE_EXTRA,
        odd_one_of(odd, VALUES("\"container\":{\"usage\":{\"input_tokens\":1e9}}",
                               "\"before\":[{\"usage\":[1,2,{\"usage\":null}]}]", "\"x\":\"usage\"",
                               "\"input_tokens\":5,\"output_tokens\":\"six\"",
                               "\"Usage\":{\"input_tokens\":-1}", "\"usage \":{\"input_tokens\":true}")));
    record_set(
        record, FIELD_USAGE_EXTRA,
        odd_one_of(odd, VALUES("\"server_tool_use\":{\"input_tokens\":-5,\"output_tokens\":0.5}",
                               "\"service_tier\":null,\"inference_geo\":\"\"",
                               "\"output_tokens_details\":{\"thinking_tokens\":99,\"output_tokens\":null}",
                               "\"message\":{\"usage\":{\"output_tokens\":\"9\"}}",
                               "\"cache_creation_tokens\":[],\"tokens\":-0.0e-0")));
}

void make_without_usage(struct odd *odd, struct record *record)
{
    text_add_string(
        &odd->raw,
        odd_one_of(odd, VALUES("{\"type\":\"summary\",\"summary\":\"done\",\"leafUuid\":\"1\"}",
                               "{\"type\":\"assistant\",\"message\":{}}", "{not json at all", "}{", "null",
                               "[[[[", "\"just a string\"",
                               "{\"type\":\"user\",\"message\":{\"content\":\"us\\u0061ge\"}}",
                               "{\"type\":\"assistant\",\"message\":{\"Usage\":{}}}", "\xff\xfe\x80",
                               "{\"a\":NaN}", "{\"'usage'\":{}}", "# a comment", "0")));
    (void)record;
}

void make_not_object(struct odd *odd, struct record *record)
{
    text_add_string(
        &odd->raw,
        odd_one_of(
            odd,
            VALUES("[\"usage\"]", "\"usage\"", " \"usage\" ",
                   "[{\"message\":{\"usage\":{\"input_tokens\":1}}}]", "usage",
                   "\"usage\":{\"input_tokens\":1}", "{\"usage\":1}", "{\"usage\":{}}", "[\"usage\",",
                   "{\"usage\"}", "{\"usage\":}", "{\"message\":{\"usage\":{\"input_tokens\":1}}}",
                   "{\"message\":{\"usage\":{\"input_tokens\":1}},\"timestamp\":\"2026-03-01T03:00:00Z\"}")));
    (void)record;
}
