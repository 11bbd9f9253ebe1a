/*
 * Documents: the bytes of each, from a few entries that have every peculiarity; requests and their
 * encoding.
 */
#include "../../agent/base/zone.h"
#include "../../agent/render/document.h"
#include "../../agent/render/json_writer.h"
#include "../../agent/render/table.h"
#include "suite.h"

#include <inttypes.h>
#include <string.h>

#define HOUR (3600 * MICROSECONDS)
#define NOON (INT64_C(1700049600) * MICROSECONDS) /* 2023-11-15T12:00Z */

static const struct log_tree_counts counts = {.files = 3, .lines = 40, .usage_lines = 5, .skipped = {{[SKIP_TIME] = 1}}};

static void add(struct meter *meter, unsigned id, const char *path, const char *session, const char *model,
                size_t model_size, int64_t when, const uint32_t tokens[TOKEN_KINDS], bool fast, uint64_t usd)
{
    struct batch batch;
    batch_init(&batch, path);
    struct usage_copy copy = {
        .identity = {id, id},
        .when_us = when,
        .model = batch_string(&batch, model, model_size),
        .session = batch_string(&batch, session, strlen(session)),
        .fast = fast,
        .has_usd = usd != 0,
        .usd_pusd = usd,
    };
    memcpy(copy.tokens, tokens, sizeof copy.tokens);
    batch_add_copy(&batch, &copy);
    meter_apply(meter, &batch);
    batch_free(&batch);
}

#define ADD(id, path, session, model, when, fast, usd, ...)                                                  \
    add(meter, id, "/c/projects/" path, session, model, sizeof model - 1, when,                              \
        (const uint32_t[TOKEN_KINDS]){__VA_ARGS__}, fast, usd)

static struct meter *new_meter(void)
{
    ck_assert(zone_use("UTC"));
    return meter_new();
}

/* Two projects, two days in UTC and one in Kolkata's evening, four models, one of them without a price. */
static struct meter *example(void)
{
    struct meter *meter = new_meter();
    ADD(1, "-b/s1.jsonl", "s1", "claude-opus-4-6", NOON, true, 0, 1, 2, 3, 4, 5);
    ADD(2, "-b/s1.jsonl", "s1", "zeta-model", NOON - HOUR + 7500, false, 0, 10, 0, 0, 0, 0);
    ADD(3, "-a/s2.jsonl", "s2", "claude-haiku-4-5", NOON + 7 * HOUR, false, 0, 1000000, 0, 0, 0, 0);
    ADD(4, "-a/s2/subagents/agent-x.jsonl", "s2", "claude-opus-4-6", NOON + 20 * HOUR, false, 250000000000, 0,
        1, 0, 0, 0);
    ADD(5, "-a/s2.jsonl", "s2", "<synthetic>", NOON + 20 * HOUR, false, 0, 3, 0, 0, 0, 0);
    return meter;
}

static struct text document(struct meter *meter, struct document_request request)
{
    struct text out = TEXT_EMPTY;
    ck_assert_int_eq(document_write(meter, &counts, &request, &out), 0);
    return out;
}

static void check(struct meter *meter, struct document_request request, const char *expected)
{
    struct text out = document(meter, request);
    ck_assert_str_eq(out.bytes, expected);
    text_free(&out);
    meter_free(meter);
}

static struct document_request json(enum document_kind kind)
{
    struct document_request request = document_request_default(kind);
    request.format = FORMAT_JSON;
    return request;
}

/* ---- totals ---------------------------------------------------------------------------------------------
 */

START_TEST(totals_of_nothing)
{
    check(new_meter(), json(DOCUMENT_TOTALS),
          "{\n \"counts\": {\n  \"duplicates\": 0,\n  \"entries\": 0,\n  \"files\": 3,\n  \"lines\": 40,\n"
          "  \"malformed\": 1,\n  \"usage_lines\": 5\n },\n \"days\": {},\n \"models\": {},\n \"sessions\": "
          "{},\n"
          " \"total\": {},\n \"unpriced\": []\n}\n");
}
END_TEST

struct expected_sums {
    const char *key;
    uint64_t read, write_1h, write_5m, cost, input, output, weighted;
};

/* A section of the totals document, as Python's json writes it. */
static void add_section(struct text *out, const char *key, const struct expected_sums *sums, size_t count)
{
    text_addf(out, " \"%s\": {\n", key);
    for (size_t i = 0; i < count; i++) {
        const struct expected_sums *s = &sums[i];
        text_addf(out, "  \"%s\": {\n   \"cache_read\": %" PRIu64 ",\n   \"cache_write_1h\": %" PRIu64,
                  s->key, s->read, s->write_1h);
        text_addf(out, ",\n   \"cache_write_5m\": %" PRIu64 ",\n   \"cost_pusd\": %" PRIu64, s->write_5m,
                  s->cost);
        text_addf(out, ",\n   \"input\": %" PRIu64 ",\n   \"output\": %" PRIu64, s->input, s->output);
        text_addf(out, ",\n   \"weighted\": %" PRIu64 "\n  }%s\n", s->weighted, i + 1 < count ? "," : "");
    }
    text_add_string(out, " },\n");
}

START_TEST(totals_as_the_oracle_writes_them)
{
    static const struct expected_sums days[] = {
        {"2023-11-15", 5, 4, 3, 697500000, 11, 2, 85},
        {"2023-11-16", 0, 0, 0, 1250000000000, 1000003, 1, 1000008},
    };
    static const struct expected_sums models[] = {
        {"<synthetic>", 0, 0, 0, 0, 3, 0, 3},
        {"claude-haiku-4-5", 0, 0, 0, 1000000000000, 1000000, 0, 1000000},
        {"claude-opus-4-6", 0, 0, 0, 250000000000, 0, 1, 5},
        {"claude-opus-4-6-fast", 5, 4, 3, 697500000, 1, 2, 75},
        {"zeta-model", 0, 0, 0, 0, 10, 0, 10},
    };
    static const struct expected_sums sessions[] = {
        {"s1", 5, 4, 3, 697500000, 11, 2, 85},
        {"s2", 0, 0, 0, 1250000000000, 1000003, 1, 1000008},
    };
    struct document_request request = json(DOCUMENT_TOTALS);
    snprintf(request.zone, sizeof request.zone, "Asia/Kolkata");
    struct text expected = TEXT_EMPTY;
    text_add_string(&expected, "{\n \"counts\": {\n  \"duplicates\": 0,\n  \"entries\": 5,\n  \"files\": 3,\n"
                               "  \"lines\": 40,\n  \"malformed\": 1,\n  \"usage_lines\": 5\n },\n");
    add_section(&expected, "days", days, 2);
    add_section(&expected, "models", models, 5);
    add_section(&expected, "sessions", sessions, 2);
    text_add_string(&expected, " \"total\": {\n  \"cache_read\": 5,\n  \"cache_write_1h\": 4,\n"
                               "  \"cache_write_5m\": 3,\n  \"cost_pusd\": 1250697500000,\n"
                               "  \"input\": 1000014,\n  \"output\": 3,\n  \"weighted\": 1000093\n },\n"
                               " \"unpriced\": [\n  \"<synthetic>\",\n  \"zeta-model\"\n ]\n}\n");
    check(example(), request, expected.bytes);
    text_free(&expected);
}
END_TEST

/* Python's json escapes all but ASCII, and sorts by code points, lone surrogates and odd file names included.
 */
START_TEST(totals_hold_any_name)
{
    struct meter *meter = new_meter();
    struct document_request request = json(DOCUMENT_TOTALS);
    request.mode = COST_DISPLAY;
    ADD(1, "-a/x.jsonl", "\xff", "\xf0\x9f\x98\x80\"\\\n\x7f", NOON, false, 0, 1, 0, 0, 0, 0);
    ADD(2, "-a/x.jsonl", "\xee\x80\x80", "nul\0\xc3\xa9", NOON, false, 0, 1, 0, 0, 0, 0);
    ADD(3, "-a/x.jsonl", "\xed\xa0\x80", "\xef\xbf\xbf", NOON, false, 0, 1, 0, 0, 0, 0);
    struct text out = document(meter, request);
    static const char *const in_order[] = {
        "\"nul\\u0000\\u00e9\": {", "\"\\uffff\": {", "\"\\ud83d\\ude00\\\"\\\\\\n\\u007f\": {",
        "\"\\ud800\": {",           "\"\\udcff\": {", "\"\\ue000\": {"};
    const char *at = out.bytes;
    for (size_t i = 0; i < sizeof in_order / sizeof *in_order; i++) {
        at = strstr(at, in_order[i]);
        ck_assert_msg(at != NULL, "%s is not where it belongs in %s", in_order[i], out.bytes);
    }
    text_free(&out);
    meter_free(meter);
}
END_TEST

/* ---- daily ----------------------------------------------------------------------------------------------
 */

#define DAY_ONE_MODELS                                                                                       \
    "      \"modelBreakdowns\": [\n        {\n          \"cacheCreationTokens\": 0,\n"                       \
    "          \"cacheReadTokens\": 0,\n          \"cost\": 1.0,\n          \"inputTokens\": 1000000,\n"     \
    "          \"modelName\": \"claude-haiku-4-5\",\n          \"outputTokens\": 0\n        },\n"            \
    "        {\n          \"cacheCreationTokens\": 7,\n          \"cacheReadTokens\": 5,\n"                  \
    "          \"cost\": 0.0006975,\n          \"inputTokens\": 1,\n"                                        \
    "          \"modelName\": \"claude-opus-4-6-fast\",\n          \"outputTokens\": 2\n        },\n"        \
    "        {\n          \"cacheCreationTokens\": 0,\n          \"cacheReadTokens\": 0,\n"                  \
    "          \"cost\": 0.0,\n          \"inputTokens\": 10,\n          \"missingPricing\": true,\n"        \
    "          \"modelName\": \"zeta-model\",\n          \"outputTokens\": 0\n        }\n      ],\n"

#define DAY_TWO_MODELS                                                                                       \
    "      \"modelBreakdowns\": [\n        {\n          \"cacheCreationTokens\": 0,\n"                       \
    "          \"cacheReadTokens\": 0,\n          \"cost\": 0.25,\n          \"inputTokens\": 0,\n"          \
    "          \"modelName\": \"claude-opus-4-6\",\n          \"outputTokens\": 1\n        }\n      ],\n"    \
    "      \"modelsUsed\": [\n        \"claude-opus-4-6\"\n      ],\n      \"outputTokens\": 1,\n"

#define TOTALS                                                                                               \
    "  \"totals\": {\n    \"cacheCreationTokens\": 7,\n    \"cacheReadTokens\": 5,\n"                        \
    "    \"inputTokens\": 1000014,\n    \"outputTokens\": 3,\n    \"totalCost\": 1.2506975,\n"               \
    "    \"totalTokens\": 1000029,\n    \"unpricedModels\": [\n      \"zeta-model\"\n    ]\n  }\n"

START_TEST(daily_in_the_shape_of_ccusage_claude_daily)
{
    struct document_request request = json(DOCUMENT_DAILY);
    request.claude = true;
    check(example(), request,
          "{\n  \"daily\": [\n    {\n      \"cacheCreationTokens\": 7,\n      \"cacheReadTokens\": 5,\n"
          "      \"date\": \"2023-11-15\",\n      \"inputTokens\": 1000011,\n" DAY_ONE_MODELS
          "      \"modelsUsed\": [\n        \"zeta-model\",\n        \"claude-opus-4-6-fast\",\n"
          "        \"claude-haiku-4-5\"\n      ],\n      \"outputTokens\": 2,\n      \"totalCost\": "
          "1.0006975,\n"
          "      \"totalTokens\": 1000025\n    },\n    {\n      \"cacheCreationTokens\": 0,\n"
          "      \"cacheReadTokens\": 0,\n      \"date\": \"2023-11-16\",\n      \"inputTokens\": "
          "3,\n" DAY_TWO_MODELS "      \"totalCost\": 0.25,\n      \"totalTokens\": 4\n    }\n  ],\n" TOTALS
          "}\n");
}
END_TEST

START_TEST(daily_in_the_shape_of_ccusage_daily)
{
    struct document_request request = json(DOCUMENT_DAILY);
    request.descending = true;
    check(
        example(), request,
        "{\n  \"daily\": [\n    {\n      \"agent\": \"all\",\n      \"cacheCreationTokens\": 0,\n"
        "      \"cacheReadTokens\": 0,\n      \"inputTokens\": 3,\n      \"metadata\": {\n        "
        "\"agents\": [\n"
        "          \"claude\"\n        ]\n      },\n" DAY_TWO_MODELS "      \"period\": \"2023-11-16\",\n"
        "      \"totalCost\": 0.25,\n      \"totalTokens\": 4\n    },\n"
        "    {\n      \"agent\": \"all\",\n      \"cacheCreationTokens\": 7,\n      \"cacheReadTokens\": 5,\n"
        "      \"inputTokens\": 1000011,\n      \"metadata\": {\n        \"agents\": [\n"
        "          \"claude\"\n        ]\n      },\n" DAY_ONE_MODELS
        "      \"modelsUsed\": [\n        \"claude-haiku-4-5\",\n        \"claude-opus-4-6-fast\",\n"
        "        \"zeta-model\"\n      ],\n      \"outputTokens\": 2,\n      \"period\": \"2023-11-15\",\n"
        "      \"totalCost\": 1.0006975,\n      \"totalTokens\": 1000025\n    }\n  ],\n" TOTALS "}\n");
}
END_TEST

START_TEST(daily_by_project)
{
    struct document_request request = json(DOCUMENT_DAILY);
    request.claude = request.instances = true;
    struct meter *meter = example();
    struct text out = document(meter, request);
    static const char *const in_order[] = {
        "{\n  \"projects\": {\n    \"-a\": [\n      {\n",
        "\"date\": \"2023-11-15\"",
        "\"project\": \"-a\"",
        "\"date\": \"2023-11-16\"",
        "      }\n    ],\n    \"-b\": [\n      {\n",
        "\"date\": \"2023-11-15\"",
        "\"outputTokens\": 2,\n        \"project\": \"-b\",\n        \"totalCost\"",
        "      }\n    ]\n  },\n" TOTALS "}\n"};
    const char *at = out.bytes;
    for (size_t i = 0; i < sizeof in_order / sizeof *in_order; i++) {
        at = strstr(at, in_order[i]);
        ck_assert_msg(at != NULL, "%s is not where it belongs in %s", in_order[i], out.bytes);
    }
    text_free(&out);
    meter_free(meter);
}
END_TEST

#define NO_TOTALS                                                                                            \
    "  \"totals\": {\n    \"cacheCreationTokens\": 0,\n    \"cacheReadTokens\": 0,\n    \"inputTokens\": "   \
    "0,\n"                                                                                                   \
    "    \"outputTokens\": 0,\n    \"totalCost\": 0.0,\n    \"totalTokens\": 0\n  }\n}\n"

START_TEST(reports_of_nothing)
{
    struct document_request session = json(DOCUMENT_SESSION), one = session;
    snprintf(one.id, sizeof one.id, "nobody");
    check(new_meter(), json(DOCUMENT_DAILY), "{\n  \"daily\": [],\n" NO_TOTALS);
    check(new_meter(), session, "{\n  \"session\": [],\n" NO_TOTALS);
    check(example(), one, "null\n");
}
END_TEST

/* ---- sessions -------------------------------------------------------------------------------------------
 */

START_TEST(sessions_in_the_shape_of_ccusage_claude_session)
{
    struct document_request request = json(DOCUMENT_SESSION);
    request.claude = true;
    snprintf(request.project, sizeof request.project, "-b");
    check(example(), request,
          "{\n  \"sessions\": [\n    {\n      \"cacheCreationTokens\": 7,\n      \"cacheReadTokens\": 5,\n"
          "      \"firstActivity\": \"2023-11-15T11:00:00.007Z\",\n      \"inputTokens\": 11,\n"
          "      \"lastActivity\": \"2023-11-15T12:00:00.000Z\",\n      \"modelBreakdowns\": [\n        {\n"
          "          \"cacheCreationTokens\": 7,\n          \"cacheReadTokens\": 5,\n"
          "          \"cost\": 0.0006975,\n          \"inputTokens\": 1,\n"
          "          \"modelName\": \"claude-opus-4-6-fast\",\n          \"outputTokens\": 2\n        },\n"
          "        {\n          \"cacheCreationTokens\": 0,\n          \"cacheReadTokens\": 0,\n"
          "          \"cost\": 0.0,\n          \"inputTokens\": 10,\n          \"missingPricing\": true,\n"
          "          \"modelName\": \"zeta-model\",\n          \"outputTokens\": 0\n        }\n      ],\n"
          "      \"modelsUsed\": [\n        \"zeta-model\",\n        \"claude-opus-4-6-fast\"\n      ],\n"
          "      \"outputTokens\": 2,\n      \"projectPath\": \"-b\",\n      \"sessionId\": \"s1\",\n"
          "      \"totalCost\": 0.0006975,\n      \"totalTokens\": 25\n    }\n  ],\n"
          "  \"totals\": {\n    \"cacheCreationTokens\": 7,\n    \"cacheReadTokens\": 5,\n    "
          "\"inputTokens\": 11,\n"
          "    \"outputTokens\": 2,\n    \"totalCost\": 0.0006975,\n    \"totalTokens\": 25,\n"
          "    \"unpricedModels\": [\n      \"zeta-model\"\n    ]\n  }\n}\n");
}
END_TEST

START_TEST(sessions_in_the_shape_of_ccusage_session)
{
    struct document_request request = json(DOCUMENT_SESSION);
    request.since = 19677; /* 2023-11-16 */
    check(example(), request,
          "{\n  \"session\": [\n    {\n      \"agent\": \"claude\",\n      \"cacheCreationTokens\": 0,\n"
          "      \"cacheReadTokens\": 0,\n      \"inputTokens\": 3,\n      \"metadata\": {\n"
          "        \"lastActivity\": \"2023-11-16T08:00:00.000Z\"\n      },\n" DAY_TWO_MODELS
          "      \"period\": \"s2\",\n      \"totalCost\": 0.25,\n      \"totalTokens\": 4\n    }\n  ],\n"
          "  \"totals\": {\n    \"cacheCreationTokens\": 0,\n    \"cacheReadTokens\": 0,\n    "
          "\"inputTokens\": 3,\n"
          "    \"outputTokens\": 1,\n    \"totalCost\": 0.25,\n    \"totalTokens\": 4\n  }\n}\n");
}
END_TEST

START_TEST(one_session_entry_by_entry)
{
    struct document_request request = json(DOCUMENT_SESSION);
    request.claude = true;
    snprintf(request.id, sizeof request.id, "s1");
    check(example(), request,
          "{\n  \"entries\": [\n    {\n      \"cacheCreationTokens\": 0,\n      \"cacheReadTokens\": 0,\n"
          "      \"costUSD\": 0.0,\n      \"inputTokens\": 10,\n      \"model\": \"zeta-model\",\n"
          "      \"outputTokens\": 0,\n      \"timestamp\": \"2023-11-15T11:00:00.007Z\"\n    },\n"
          "    {\n      \"cacheCreationTokens\": 7,\n      \"cacheReadTokens\": 5,\n"
          "      \"costUSD\": 0.0006975,\n      \"inputTokens\": 1,\n      \"model\": \"claude-opus-4-6\",\n"
          "      \"outputTokens\": 2,\n      \"timestamp\": \"2023-11-15T12:00:00.000Z\"\n    }\n  ],\n"
          "  \"sessionId\": \"s1\",\n  \"totalCost\": 0.0006975,\n  \"totalTokens\": 25\n}\n");
}
END_TEST

/* ---- weeks, months, sections ---------------------------------------------------------------------------- */

static void check_in_order(struct meter *meter, struct document_request request, const char *const *parts)
{
    struct text out = document(meter, request);
    const char *at = out.bytes;
    for (size_t i = 0; parts[i]; i++) {
        at = strstr(at, parts[i]);
        ck_assert_msg(at != NULL, "%s is not where it belongs in %s", parts[i], out.bytes);
        at += strlen(parts[i]);
    }
    text_free(&out);
    meter_free(meter);
}

/* 2023-11-15 is a Wednesday. */
START_TEST(weeks_begin_on_any_day)
{
    static const char *const starts[] = {"2023-11-12", "2023-11-13", "2023-11-14", "2023-11-15",
                                         "2023-11-09", "2023-11-10", "2023-11-11"};
    for (unsigned day = SUNDAY; day <= SATURDAY; day++) {
        struct document_request request = json(DOCUMENT_WEEKLY);
        char week[64];
        request.claude = true;
        request.week_start = (enum document_weekday)day;
        snprintf(week, sizeof week, "\"week\": \"%s\"", starts[day]);
        if (day == THURSDAY)
            check_in_order(example(), request,
                           (const char *[]){"{\n  \"totals\": {", "\"weekly\": [", week,
                                            "\"week\": \"2023-11-16\"\n    }\n  ]\n}\n", NULL});
        else
            check_in_order(example(), request,
                           (const char *[]){"{\n  \"totals\": {", "\"weekly\": [", "\"totalTokens\": 1000029", week,
                                            "\n    }\n  ]\n}\n", NULL});
    }
}
END_TEST

START_TEST(months_have_their_name_among_the_models)
{
    struct document_request request = json(DOCUMENT_MONTHLY);
    request.claude = true;
    check_in_order(example(), request,
                   (const char *[]){"{\n  \"monthly\": [", "\"modelsUsed\": [", "],\n      \"month\": \"2023-11\",\n"
                                    "      \"outputTokens\": 3,", "],\n" TOTALS "}\n", NULL});
}
END_TEST

START_TEST(sections_follow_the_report_asked_for)
{
    struct document_request request = json(DOCUMENT_WEEKLY);
    request.sections = 1u << DOCUMENT_SESSION | 1u << DOCUMENT_DAILY | 1u << DOCUMENT_WEEKLY;
    request.by_agent = true;
    check_in_order(example(), request,
                   (const char *[]){"{\n  \"weekly\": [", "\"agent\": \"all\",\n      \"agents\": [", "\"daily\": [",
                                    "\"session\": [", "\"agent\": \"claude\",\n      \"cacheCreationTokens\"",
                                    "],\n" TOTALS "}\n", NULL});
}
END_TEST

START_TEST(the_last_periods_end_with_the_present_one)
{
    struct document_request request = json(DOCUMENT_DAILY);
    request.claude = true;
    request.now_us = NOON + 24 * HOUR;
    request.last = 1;
    check_in_order(example(), request, (const char *[]){"{\n  \"daily\": [\n", "\"date\": \"2023-11-16\"",
                                                        "\"totalTokens\": 4\n    }\n  ],", NULL});
    request.kind = DOCUMENT_MONTHLY;
    request.now_us = NOON + 24 * 20 * HOUR; /* December */
    check_in_order(example(), request, (const char *[]){"\"monthly\": [],", NULL});
    request.last = 2;
    check_in_order(example(), request, (const char *[]){"\"month\": \"2023-11\"", NULL});
}
END_TEST

START_TEST(money_can_be_left_out)
{
    static const enum document_kind kinds[] = {DOCUMENT_DAILY, DOCUMENT_SESSION, DOCUMENT_BLOCKS};
    for (unsigned format = FORMAT_TABLE; format <= FORMAT_MARKDOWN; format++)
        for (unsigned kind = 0; kind < 3; kind++) {
            struct document_request request = document_request_default(kinds[kind]);
            struct meter *meter = example();
            request.format = (enum document_format)format;
            request.no_cost = true;
            struct text out = document(meter, request);
            ck_assert_ptr_null(strcasestr(out.bytes, "cost"));
            ck_assert_ptr_null(strchr(out.bytes, '$'));
            text_free(&out);
            meter_free(meter);
        }
}
END_TEST

/* ---- blocks --------------------------------------------------------------------------------------------- */

#define NO_TOKENS                                                                                            \
    "      \"tokenCounts\": {\n        \"cacheCreationInputTokens\": 0,\n        \"cacheReadInputTokens\": 0,\n"      \
    "        \"inputTokens\": 0,\n        \"outputTokens\": 0\n      },\n      \"totalTokens\": 0\n    },\n"

/* 11:00, 12:00; 19:00 is 7 hours after 12:00; then 13 hours to the next day. */
START_TEST(blocks_and_gaps)
{
    check_in_order(
        example(), json(DOCUMENT_BLOCKS),
        (const char *[]){
            "{\n  \"blocks\": [\n    {\n      \"actualEndTime\": \"2023-11-15T12:00:00.000Z\",\n"
            "      \"burnRate\": null,\n      \"costUSD\": 0.0006975,\n"
            "      \"endTime\": \"2023-11-15T16:00:00.000Z\",\n      \"entries\": 2,\n"
            "      \"id\": \"2023-11-15T11:00:00.000Z\",\n      \"isActive\": false,\n      \"isGap\": false,\n"
            "      \"models\": [\n        \"zeta-model\",\n        \"claude-opus-4-6-fast\"\n      ],\n"
            "      \"projection\": null,\n      \"startTime\": \"2023-11-15T11:00:00.000Z\",\n",
            "    {\n      \"actualEndTime\": null,\n      \"burnRate\": null,\n      \"costUSD\": 0,\n"
            "      \"endTime\": \"2023-11-15T19:00:00.000Z\",\n      \"entries\": 0,\n"
            "      \"id\": \"gap-2023-11-15T17:00:00.000Z\",\n      \"isActive\": false,\n"
            "      \"isGap\": true,\n      \"models\": [],\n      \"projection\": null,\n"
            "      \"startTime\": \"2023-11-15T17:00:00.000Z\",\n" NO_TOKENS,
            "\"costUSD\": 1,", "\"id\": \"2023-11-15T19:00:00.000Z\"", "\"id\": \"gap-2023-11-16T00:00:00.000Z\"",
            "\"entries\": 2,\n      \"id\": \"2023-11-16T08:00:00.000Z\"", NULL});
}
END_TEST

/* Two entries exactly five hours apart are in one block; a microsecond more, and there is a gap. */
START_TEST(a_block_ends_just_after_its_end)
{
    for (int64_t more = 0; more <= 1; more++) {
        struct meter *meter = new_meter();
        ADD(1, "-a/s.jsonl", "s", "m", NOON, false, 0, 1, 0, 0, 0, 0);
        ADD(2, "-a/s.jsonl", "s", "m", NOON + 5 * HOUR + more, false, 0, 1, 0, 0, 0, 0);
        check_in_order(meter, json(DOCUMENT_BLOCKS),
                       more ? (const char *[]){"\"entries\": 1", "\"id\": \"gap-2023-11-15T17:00:00.000Z\"",
                                               "\"id\": \"2023-11-15T17:00:00.000Z\"", NULL}
                            : (const char *[]){"\"entries\": 2", NULL});
    }
}
END_TEST

/* The rules of blocks, plainly: how many entries each block has, of entries in order of time. */
static void blocks_plainly(const int64_t *times, unsigned count, int64_t length, struct text *out)
{
    int64_t start = 0, last = 0;
    unsigned entries = 0;
    for (unsigned i = 0; i < count; i++) {
        if (entries && (times[i] - start > length || times[i] - last > length)) {
            text_addf(out, "%u ", entries);
            entries = 0;
        }
        if (!entries)
            start = times[i] - times[i] % HOUR;
        last = times[i];
        entries++;
    }
    text_addf(out, "%u ", entries);
}

static void blocks_of_document(const char *json, struct text *out)
{
    static const char key[] = "\"entries\": ";
    for (const char *at = json; (at = strstr(at, key)); at++)
        if (atoi(at + sizeof key - 1))
            text_addf(out, "%d ", atoi(at + sizeof key - 1));
}

/* From rollups (whole quarters) and from entries (any length) alike; many entries lie exactly on quarters. */
START_TEST(blocks_are_those_of_single_entries)
{
    uint64_t state = 7;
    for (unsigned round = 0; round < 60; round++) {
        struct meter *meter = new_meter();
        int64_t when = NOON, times[60];
        for (unsigned i = 0; i < 60; i++) {
            state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
            uint64_t step = state >> 33;
            when += step % 5 == 0 ? 900 * MICROSECONDS - when % (900 * MICROSECONDS)
                                  : (int64_t)(step % 7000) * MICROSECONDS;
            times[i] = when;
            ADD(i + 1, "-a/s.jsonl", step % 3 ? "s" : "t", "m", when, false, 0, i + 1, 0, 0, 0, 0);
        }
        struct document_request request = json(DOCUMENT_BLOCKS);
        request.block_us = (1 + round % 9) * 900 * MICROSECONDS + (round % 2 == 0 ? 0 : round * MICROSECONDS);
        ck_assert_int_eq(document_request_is_light(&request), round % 2 == 0 && round % 9 >= 3);
        struct text out = document(meter, request), ours = TEXT_EMPTY, expected = TEXT_EMPTY;
        blocks_plainly(times, 60, request.block_us, &expected);
        blocks_of_document(out.bytes, &ours);
        ck_assert_str_eq(ours.bytes, expected.bytes);
        text_free(&out);
        text_free(&ours);
        text_free(&expected);
        meter_free(meter);
    }
}
END_TEST

START_TEST(an_active_block_is_projected)
{
    struct document_request request = json(DOCUMENT_BLOCKS);
    struct meter *meter = new_meter();
    ADD(1, "-a/s.jsonl", "s", "m", NOON, false, 1500000000000, 1000, 500, 0, 0, 0);
    ADD(2, "-a/s.jsonl", "s", "m", NOON + 60 * MICROSECONDS, false, 1500000000000, 1000, 500, 0, 0, 0);
    request.now_us = NOON + HOUR;
    request.token_limit = 1000;
    request.active = true;
    check_in_order(meter, request,
                   (const char *[]){"\"burnRate\": {\n        \"costPerHour\": 180.0,\n"
                                    "        \"tokensPerMinute\": 3000.0,\n"
                                    "        \"tokensPerMinuteForIndicator\": 3000.0\n      },\n"
                                    "      \"costUSD\": 3,\n",
                                    "\"isActive\": true",
                                    "\"projection\": {\n        \"remainingMinutes\": 240,\n"
                                    "        \"totalCost\": 723.0,\n        \"totalTokens\": 723000\n      },",
                                    "\"tokenLimitStatus\": {\n        \"limit\": 1000,\n"
                                    "        \"percentUsed\": 72300.0,\n        \"projectedUsage\": 723000,\n"
                                    "        \"status\": \"exceeds\"\n      },\n      \"totalTokens\": 3000", NULL});
}
END_TEST

START_TEST(blocks_are_chosen)
{
    struct document_request request = json(DOCUMENT_BLOCKS);
    request.now_us = NOON + 21 * HOUR; /* an hour after the last entry */
    request.active = true;
    check_in_order(example(), request, (const char *[]){"[\n    {\n      \"actualEndTime\": \"2023-11-16T08", NULL});
    request.now_us = NOON + 25 * HOUR + 1;
    check(example(), request, "{\n  \"blocks\": []\n}\n");
    request.active = false;
    request.recent = true;
    request.now_us = NOON + 85 * HOUR; /* three days before: the last gap had begun, the last block had not */
    check_in_order(example(), request, (const char *[]){"[\n    {\n      \"actualEndTime\": \"2023-11-16T08", NULL});
    request.recent = false;
    request.descending = true;
    check_in_order(example(), request, (const char *[]){"[\n    {\n      \"actualEndTime\": \"2023-11-16T08",
                                                        "\"id\": \"2023-11-15T11", NULL});
}
END_TEST

/* ---- CSV and Markdown ----------------------------------------------------------------------------------- */

START_TEST(csv_is_exact_and_quoted)
{
    struct document_request request = document_request_default(DOCUMENT_DAILY);
    request.format = FORMAT_CSV;
    check(example(), request,
          "Date,Models,Input,Output,Cache write,Cache read,Total tokens,Cost\r\n"
          "2023-11-15,\"zeta-model, claude-opus-4-6-fast, claude-haiku-4-5\",1000011,2,7,5,1000025,1.0006975\r\n"
          "2023-11-16,claude-opus-4-6,3,1,0,0,4,0.25\r\n"
          "Total,,1000014,3,7,5,1000029,1.2506975\r\n");
    struct meter *meter = new_meter();
    ADD(1, "=1+1/s.jsonl", "a\"b,c", "@m", NOON, false, 0, 1, 0, 0, 0, 0);
    request.kind = DOCUMENT_SESSION;
    check_in_order(meter, request, (const char *[]){"\r\n\"a\"\"b,c\",\"'=1+1\",2023-11-15T12:00:00.000Z,\"'@m\",1,", NULL});
    meter = new_meter();
    ADD(1, "-home-me-x/s.jsonl", "-1+1", "m", NOON, false, 0, 1, 0, 0, 0, 0);
    check_in_order(meter, request, (const char *[]){"\r\n\"'-1+1\",-home-me-x,2023-11-15T12:00:00.000Z,m,1,", NULL});
}
END_TEST

START_TEST(markdown_is_escaped)
{
    struct document_request request = document_request_default(DOCUMENT_SESSION);
    struct meter *meter = new_meter();
    request.format = FORMAT_MARKDOWN;
    ADD(1, "-a|b/s.jsonl", "<b>*x*", "m_1", NOON, false, 0, 1000, 0, 0, 0, 0);
    check_in_order(meter, request,
                   (const char *[]){"| Session | Project |", "\n| --- | --- | --- | --- | ---: |",
                                    "\n| \\<b\\>\\*x\\* | -a\\|b | 2023-11-15 12:00 | m\\_1 | 1,000 |",
                                    "\n| **Total** |", NULL});
}
END_TEST

/* ---- the status line's numbers -------------------------------------------------------------------------- */

START_TEST(a_moment_is_told_in_numbers)
{
    struct document_request request = document_request_default(DOCUMENT_STATUSLINE);
    struct meter *meter = example();
    snprintf(request.id, sizeof request.id, "s2");
    request.now_us = NOON + 21 * HOUR;
    struct text out = document(meter, request);
    ck_assert_ptr_nonnull(strstr(out.bytes, "session 1.25\ntoday 0.25\nblock 0.25\nblock_left_us 14400000000\n"));
    text_free(&out);
    snprintf(request.id, sizeof request.id, "nobody");
    request.now_us = NOON + 100 * HOUR;
    out = document(meter, request);
    ck_assert_str_eq(out.bytes, "today 0\n");
    text_free(&out);
    meter_free(meter);
}
END_TEST

/* ---- tables ---------------------------------------------------------------------------------------------
 */

#define RULE_10 "──────────"
#define RULE_40 RULE_10 RULE_10 RULE_10 RULE_10
#define RULE    RULE_40 RULE_40 RULE_40 "───────"

START_TEST(daily_table)
{
    struct document_request request = document_request_default(DOCUMENT_DAILY);
    request.columns = 140;
    check(example(), request,
          "Claude Code usage by day  UTC\n\n"
          "Date        Models                                                  Input  Output  Cache write"
          "  Cache read  Total tokens   Cost\n" RULE "\n"
          "2023-11-15  zeta-model, claude-opus-4-6-fast, claude-haiku-4-5  1,000,011       2            7"
          "           5     1,000,025  $1.00\n"
          "2023-11-16  claude-opus-4-6                                             3       1            0"
          "           0             4  $0.25\n" RULE "\n"
          "Total                                                           1,000,014       3            7"
          "           5     1,000,029  $1.25\n"
          "No price is known for zeta-model: those tokens are counted and cost nothing here\n"
          "Malformed and not counted: 1 of the lines with usage (tacho doctor tells more)\n");
}
END_TEST

/* The columns of the widest line between the rules of a table. */
static unsigned widest_line(const char *table)
{
    unsigned widest = 0;
    for (const char *line = strstr(table, "──"), *last = strrchr(table, '$'); line < last;) {
        const char *stop = strchr(line, '\n');
        struct text shown = TEXT_EMPTY;
        unsigned columns = text_add_harmless(&shown, line, (size_t)(stop - line));
        widest = columns > widest ? columns : widest;
        text_free(&shown);
        line = stop + 1;
    }
    return widest;
}

/* No line is wider than the terminal, and what something cost is always there. */
START_TEST(tables_fit)
{
    static const enum document_kind kinds[] = {DOCUMENT_DAILY, DOCUMENT_SESSION, DOCUMENT_TOTALS};
    struct meter *meter = example();
    for (unsigned width = 40; width < 160; width++)
        for (unsigned variant = 0; variant < 12; variant++) {
            struct document_request request = document_request_default(kinds[variant % 3]);
            request.columns = width;
            request.breakdown = variant / 3 % 2;
            request.instances = variant / 6;
            struct text out = document(meter, request);
            ck_assert_uint_le(widest_line(out.bytes), width);
            ck_assert_ptr_nonnull(strstr(out.bytes, "$1.25"));
            text_free(&out);
        }
    meter_free(meter);
}
END_TEST

START_TEST(colours_are_only_on_request)
{
    struct meter *meter = example();
    struct document_request request = document_request_default(DOCUMENT_DAILY);
    struct text plain = document(meter, request);
    request.colour = true;
    struct text coloured = document(meter, request);
    ck_assert_ptr_null(strchr(plain.bytes, '\033'));
    ck_assert_ptr_nonnull(strstr(coloured.bytes, "\033[1mTotal "));
    text_free(&plain);
    text_free(&coloured);
    meter_free(meter);
}
END_TEST

START_TEST(tables_are_harmless)
{
    struct meter *meter = new_meter();
    struct document_request request = document_request_default(DOCUMENT_SESSION);
    ADD(1, "-a\033]0;x\a/s.jsonl", "s\033[2J\r\n", "evil\033[31m\xe2\x80\xae\xc2\x9b", NOON, false, 0, 1, 0,
        0, 0, 0);
    struct text out = document(meter, request);
    for (size_t i = 0; i < out.size; i++)
        ck_assert(out.bytes[i] == '\n' || ((unsigned char)out.bytes[i] >= ' ' && out.bytes[i] != 0x7f));
    ck_assert_ptr_null(strstr(out.bytes, "\xe2\x80\xae"));
    ck_assert_ptr_null(strstr(out.bytes, "\xc2\x9b"));
    text_free(&out);
    meter_free(meter);
}
END_TEST

START_TEST(nothing_is_said_kindly)
{
    struct meter *meter = new_meter();
    struct log_tree_counts none = {0};
    struct document_request request = document_request_default(DOCUMENT_DAILY);
    struct text out = TEXT_EMPTY;
    setenv("CLAUDE_CONFIG_DIR", "/some/where", 1);
    ck_assert_int_eq(document_write(meter, &none, &request, &out), 0);
    ck_assert_ptr_nonnull(
        strstr(out.bytes, "No usage found: there are no Claude Code logs below /some/where/projects\n"));
    text_free(&out);
    meter_free(meter);
    meter = example();
    request.since = 30000;
    out = document(meter, request);
    ck_assert_str_eq(out.bytes,
                     "No usage found in this selection; without its limits there are 5 messages\n");
    text_free(&out);
    meter_free(meter);
}
END_TEST

START_TEST(unknown_zone_is_reported)
{
    struct meter *meter = new_meter();
    struct document_request request = json(DOCUMENT_DAILY);
    struct text out = TEXT_EMPTY;
    snprintf(request.zone, sizeof request.zone, "Mars/\033Base");
    ck_assert_int_eq(document_write(meter, &counts, &request, &out), -1);
    ck_assert_ptr_nonnull(strstr(out.bytes, "unknown time zone Mars/?Base"));
    ck_assert_str_eq(zone_name(), "UTC");
    text_free(&out);
    snprintf(request.zone, sizeof request.zone, "Asia/Kolkata");
    ck_assert_int_eq(document_write(meter, &counts, &request, &out), 0);
    ck_assert_str_eq(zone_name(), "UTC"); /* the zone before is back */
    text_free(&out);
    meter_free(meter);
}
END_TEST

/* ---- requests -------------------------------------------------------------------------------------------
 */

START_TEST(requests_survive_the_wire)
{
    struct document_request request = {
        .kind = DOCUMENT_SESSION,
        .rules = RULES_CCUSAGE,
        .last = 3,
        .now_us = NOON,
        .sections = 1u << DOCUMENT_WEEKLY,
        .week_start = FRIDAY,
        .token_limit = TOKEN_LIMIT_LARGEST,
        .block_us = HOUR,
        .recent = true,
        .aliases = "a=b,c=d",
        .mode = COST_DISPLAY,
        .zone = "America/Argentina/Buenos_Aires",
        .format = FORMAT_JSON,
        .descending = true,
        .since = INT32_MIN,
        .until = 20000,
        .columns = 120,
        .breakdown = true,
        .project = "-home-u a=b%20\n\xc3\xa9",
        .id = "x",
    };
    struct document_request back;
    struct text line = TEXT_EMPTY;
    document_request_encode(&request, &line);
    ck_assert_ptr_null(strchr(line.bytes, '\n'));
    ck_assert(document_request_decode(&back, line.bytes, line.size));
    ck_assert_int_eq(back.kind, request.kind);
    ck_assert_int_eq(back.mode, request.mode);
    ck_assert_str_eq(back.zone, request.zone);
    ck_assert_str_eq(back.project, request.project);
    ck_assert_str_eq(back.id, request.id);
    ck_assert(back.format == FORMAT_JSON && back.descending && back.breakdown && !back.claude && !back.colour &&
              !back.instances);
    ck_assert_int_eq(back.since, INT32_MIN);
    ck_assert_int_eq(back.until, 20000);
    ck_assert_uint_eq(back.columns, 120);
    ck_assert_int_eq(back.rules, RULES_CCUSAGE);
    ck_assert_uint_eq(back.last, 3);
    ck_assert_int_eq(back.now_us, NOON);
    ck_assert_uint_eq(back.sections, 1u << DOCUMENT_WEEKLY);
    ck_assert_int_eq(back.week_start, FRIDAY);
    ck_assert_uint_eq(back.token_limit, TOKEN_LIMIT_LARGEST);
    ck_assert_int_eq(back.block_us, HOUR);
    ck_assert(back.recent && !back.active);
    ck_assert_str_eq(back.aliases, "a=b,c=d");
    text_free(&line);
}
END_TEST

START_TEST(malformed_requests_are_refused)
{
    static const char *const lines[] = {
        "",
        "format=json",
        "kind=yearly",
        "kind=daily kind=daily",
        "kind=daily  claude=1",
        "kind=daily ",
        " kind=daily",
        "kind=daily claude=2",
        "kind=daily claude=",
        "kind=daily claude",
        "kind=daily nothing=1",
        "kind=daily since=2147483648",
        "kind=daily since=1x",
        "kind=daily since=+1",
        "kind=daily columns=-1",
        "kind=daily columns=4294967296",
        "kind=daily id=%",
        "kind=daily id=%4",
        "kind=daily id=%zz",
        "kind=daily id=%00",
        "kind=daily id=a\nb",
        "kind=daily format=xml",
        "kind=daily rules=",
        "kind=daily last=-1",
        "kind=daily last=100001",
        "kind=blocks block=0",
        "kind=blocks block=-1",
        "kind=blocks token-limit=-1",
        "kind=blocks token-limit=18446744073709551616",
        "kind=blocks now=-5",
        "kind=weekly week-start=funday",
        "kind=daily zone=0123456789012345678901234567890123456789012345678901234567890123",
    };
    struct document_request request;
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        ck_assert_msg(!document_request_decode(&request, lines[i], strlen(lines[i])), "accepted: %s",
                      lines[i]);
    ck_assert(document_request_decode(&request, "kind=daily since=-5", 19));
    ck_assert_int_eq(request.since, -5);
    ck_assert(!document_request_decode(&request, "kind=daily\0claude=1", 19));
}
END_TEST

SUITE_MAIN("document", totals_of_nothing, totals_as_the_oracle_writes_them, totals_hold_any_name,
           daily_in_the_shape_of_ccusage_claude_daily, daily_in_the_shape_of_ccusage_daily, daily_by_project,
           reports_of_nothing, sessions_in_the_shape_of_ccusage_claude_session,
           sessions_in_the_shape_of_ccusage_session, one_session_entry_by_entry, weeks_begin_on_any_day,
           months_have_their_name_among_the_models, sections_follow_the_report_asked_for,
           the_last_periods_end_with_the_present_one, money_can_be_left_out, blocks_and_gaps,
           a_block_ends_just_after_its_end, blocks_are_those_of_single_entries, an_active_block_is_projected,
           blocks_are_chosen, csv_is_exact_and_quoted, markdown_is_escaped, a_moment_is_told_in_numbers, daily_table, tables_fit,
           colours_are_only_on_request, tables_are_harmless, nothing_is_said_kindly, unknown_zone_is_reported,
           requests_survive_the_wire, malformed_requests_are_refused)
