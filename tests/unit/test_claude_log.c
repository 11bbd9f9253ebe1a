/* The counting rules for one line: what counts, what is malformed, and what a copy then says. */
#include "suite.h"

#include "../../agent/ingest/claude_log.h"
#include "../../agent/ingest/kernels.h"

#include <stdlib.h>
#include <string.h>

#define COUNT(array)  (sizeof(array) / sizeof *(array))
#define WHEN          "\"timestamp\":\"2026-01-02T03:04:05Z\""
#define WHEN_US       INT64_C(1767323045000000)
#define ID            "\"id\":\"msg_0123456789abcdef\""
#define USAGE         "\"usage\":{\"input_tokens\":1,\"output_tokens\":2}"
#define MESSAGE       "\"message\":{" ID ",\"model\":\"m\"," USAGE "}"
/* A line with something in front of, or instead of, what a plain one has. */
#define LINE(members) "{" members "," WHEN "," MESSAGE "}"

static struct batch batch;
static struct log_place place;

static void start_at(const char *path)
{
    claude_log_place(&place, path, strlen("/c/projects/"));
    batch_free(&batch); /* of an earlier test, where tests are not forked */
    batch_init(&batch, path);
}

static void start(void)
{
    start_at("/c/projects/slug/home.jsonl");
}

/* Takes a line into an emptied batch, from memory of exactly its size. */
static void take(const char *line, size_t size)
{
    char *copy = malloc(size ? size : 1);
    memcpy(copy, line, size);
    batch_clear(&batch, batch.path);
    claude_log_line(&batch, &place, copy, size, 7, false);
    free(copy);
}

/* The copy of a line that counts and has one. */
static const struct usage_copy *taken(const char *line)
{
    take(line, strlen(line));
    ck_assert_msg(batch.usage_lines == 1 && batch.copy_count == 1, "not taken: %s", line);
    return &batch.copies[0];
}

static bool string_is(uint32_t index, const char *expected)
{
    ck_assert_uint_lt(index, batch.string_count);
    const struct batch_string *string = &batch.strings[index];
    return string->size == strlen(expected) &&
           memcmp(batch.bytes + string->offset, expected, string->size) == 0;
}

static void check_nothing_left(void)
{
    ck_assert_uint_eq(batch.copy_count, 0);
    ck_assert_uint_eq(batch.tool_count, 0);
    ck_assert_uint_eq(batch.string_count, 1);
    ck_assert_uint_eq(batch.place_count, 0);
}

static void check_malformed(const char *line, size_t size)
{
    take(line, size);
    ck_assert_msg(skips_total(&batch.skipped) == 1, "not malformed: %s", line);
    ck_assert_uint_eq(batch.lines, 1);
    ck_assert_uint_eq(batch.usage_lines, 0);
    check_nothing_left();
}

static void check_no_usage(const char *line)
{
    take(line, strlen(line));
    ck_assert_msg(skips_total(&batch.skipped) == 0 && batch.usage_lines == 0, "usage or malformed: %s", line);
    ck_assert_uint_eq(batch.lines, 1);
    check_nothing_left();
}

START_TEST(a_plain_line_counts)
{
    start();
    static const char line[] =
        "{\"type\":\"assistant\",\"uuid\":\"u\",\"requestId\":\"r\",\"cwd\":\"/w\"," WHEN ",\"message\":{" ID
        ",\"model\":\"claude-x\",\"content\":[{\"type\":\"tool_use\",\"id\":\"t1\"},"
        "{\"type\":\"text\",\"id\":\"no\"},{\"id\":\"t\\u0032\",\"type\":\"tool_use\"},{\"type\":\"tool_"
        "use\"},3],"
        "\"usage\":{\"input_tokens\":3,\"output_tokens\":5,\"cache_read_input_tokens\":7,"
        "\"cache_creation_input_tokens\":100,\"cache_creation\":{\"ephemeral_5m_input_tokens\":40,"
        "\"ephemeral_1h_input_tokens\":50},\"speed\":\"fast\"}}}";
    const struct usage_copy *copy = taken(line);
    ck_assert_int_eq(copy->when_us, WHEN_US);
    ck_assert_uint_eq(copy->line, 7);
    ck_assert_uint_eq(copy->tokens[TOKENS_INPUT], 3);
    ck_assert_uint_eq(copy->tokens[TOKENS_OUTPUT], 5);
    ck_assert_uint_eq(copy->tokens[TOKENS_CACHE_WRITE_5M], 50);
    ck_assert_uint_eq(copy->tokens[TOKENS_CACHE_WRITE_1H], 50);
    ck_assert_uint_eq(copy->tokens[TOKENS_CACHE_READ], 7);
    ck_assert(copy->fast && !copy->has_usd && !copy->forked && !copy->foreign && !copy->sidechain);
    ck_assert(!copy->advisor && !copy->provisional);
    ck_assert(string_is(copy->model, "claude-x") && string_is(copy->session, "home"));
    ck_assert_uint_eq(copy->tools, 0);
    ck_assert_uint_eq(copy->tool_count, 2);
    ck_assert_uint_ne(batch.tools[0], batch.tools[1]);
    ck_assert_uint_eq(batch.place_count, 1);
    ck_assert(string_is(batch.places[0].session, "home") && string_is(batch.places[0].directory, "/w"));
    ck_assert_int_eq(batch.places[0].when_us, WHEN_US);
}
END_TEST

START_TEST(blank_lines_are_not_lines)
{
    start();
    take("", 0);
    take(" \t\r\v\f", 5);
    ck_assert_uint_eq(batch.lines, 0);
    take("\0", 1);
    ck_assert_uint_eq(batch.lines, 1);
}
END_TEST

START_TEST(lines_without_the_needle_are_not_looked_at)
{
    start();
    check_no_usage("{\"broken");
    check_no_usage("\xff\xfe");
    check_no_usage("{" WHEN ",\"message\":{" ID ",\"\\u0075sage\":{\"input_tokens\":1}}}");
    check_no_usage("{\"text\":\"\\\"usage\\\":{\"}");
}
END_TEST

START_TEST(other_lines_with_usage_do_not_count)
{
    start();
    check_no_usage(LINE("\"type\":\"user\""));
    check_no_usage(LINE("\"type\":1"));
    check_no_usage(LINE("\"type\":[0]"));
    check_no_usage(LINE("\"type\":true"));
    check_no_usage(LINE("\"type\":\"progress\""));
    check_no_usage("{\"usage\":{\"input_tokens\":1}}");
    check_no_usage("{\"message\":[{\"usage\":{\"input_tokens\":1}}]}");
    check_no_usage("{\"message\":{\"usage\":[1]}}");
    check_no_usage("{\"message\":{\"usage\":null}}");
    check_no_usage("{\"message\":{\"usage\":{}}}");
    check_no_usage("{\"message\":{\"usage\":{\"input_tokens\":null,\"cache_read_input_tokens\":5}}}");
    check_no_usage("{\"x\":{\"message\":{\"usage\":{\"input_tokens\":1}}}}");
    check_no_usage("{\"message\":{\"content\":[{\"usage\":{\"input_tokens\":1}}]}}");
}
END_TEST

START_TEST(a_type_that_says_nothing_is_assistant)
{
    start();
    static const char *const lines[] = {
        LINE("\"type\":null"), LINE("\"type\":false"),
        LINE("\"type\":0"),    LINE("\"type\":-0.0"),
        LINE("\"type\":0e9"),  LINE("\"type\":\"\""),
        LINE("\"type\":[ ]"),  LINE("\"type\":{}"),
        LINE("\"x\":1"),       LINE("\"type\":\"assi\\u0073tant\""),
    };
    for (size_t i = 0; i < COUNT(lines); i++)
        taken(lines[i]);
}
END_TEST

#define CHECK_MALFORMED(line) check_malformed((line), sizeof(line) - 1)

START_TEST(malformed_lines_leave_nothing)
{
    start();
    CHECK_MALFORMED("[\"usage\"]");
    CHECK_MALFORMED("\"usage\"");
    CHECK_MALFORMED(LINE("\"a\":NaN"));
    CHECK_MALFORMED(LINE("\"a\":01"));
    CHECK_MALFORMED(LINE("\"a\":\"\xff\""));
    CHECK_MALFORMED(LINE("\"a\":\"\t\""));
    CHECK_MALFORMED(LINE("\"a\":1,"));
    CHECK_MALFORMED(LINE("\"a\":1") "x");
    CHECK_MALFORMED("\xef\xbb\xbf" LINE("\"a\":1"));
    CHECK_MALFORMED(LINE("\"a\":1") "\0");
    CHECK_MALFORMED("{" WHEN "," MESSAGE);
    /* Cut off in each of the values that are kept while the line is walked. */
    CHECK_MALFORMED("{" MESSAGE ",\"message\":{\"content\":[{\"type\":\"tool_use\",\"id\":\"toolu_");
    CHECK_MALFORMED("{" MESSAGE
                    ",\"message\":{\"usage\":{\"iterations\":[{\"type\":\"advisor_message\",\"x\":\"");
    CHECK_MALFORMED("{" MESSAGE ",\"cwd\":\"/home\\");
    CHECK_MALFORMED("{" MESSAGE "}");
    CHECK_MALFORMED("{\"timestamp\":1," MESSAGE "}");
    CHECK_MALFORMED("{\"timestamp\":\"yesterday\"," MESSAGE "}");
    CHECK_MALFORMED("{\"timestamp\":\"2026-01-02T03:04:05Z\\n\"," MESSAGE "}");
}
END_TEST

/* What is skipped, by reason, with the number of the first line of each. */
START_TEST(what_is_skipped_is_told_by_reason)
{
    static const char *const bad[] = {
        [SKIP_SYNTAX] = LINE("\"a\":01"),
        [SKIP_TIME] = "{\"timestamp\":\"yesterday\"," MESSAGE "}",
        [SKIP_TOKENS] = "{" WHEN ",\"message\":{\"usage\":{\"input_tokens\":-1}}}",
    };
    start();
    for (uint64_t number = 0; number < 9; number++) {
        const char *line = bad[number % COUNT(bad)];
        claude_log_line(&batch, &place, line, strlen(line), number, number == 8);
    }
    for (uint64_t reason = 0; reason < COUNT(bad); reason++) {
        ck_assert_uint_eq(batch.skipped.of[reason], 3);
        ck_assert_uint_eq(batch.first_skipped[reason], reason);
        ck_assert_uint_eq(batch.tail_skipped.of[reason], reason == SKIP_TOKENS);
    }
    ck_assert_uint_eq(batch.skipped.of[SKIP_MEMORY], 0);
    ck_assert_uint_eq(batch.copy_count, 0);
}
END_TEST

#define TOKENS(value)                                                                                        \
    "{" WHEN ",\"message\":{" ID ",\"usage\":{\"input_tokens\":" value ",\"output_tokens\":1}}}"

START_TEST(token_counts_are_integers_in_range)
{
    start();
    CHECK_MALFORMED(TOKENS("-1"));
    CHECK_MALFORMED(TOKENS("1.0"));
    CHECK_MALFORMED(TOKENS("1e2"));
    CHECK_MALFORMED(TOKENS("true"));
    CHECK_MALFORMED(TOKENS("\"1\""));
    CHECK_MALFORMED(TOKENS("[]"));
    CHECK_MALFORMED(TOKENS("2147483649"));
    CHECK_MALFORMED(TOKENS("99999999999999999999999999999999999999"));
    ck_assert_uint_eq(taken(TOKENS("2147483648"))->tokens[TOKENS_INPUT], UINT32_C(2147483648));
    ck_assert_uint_eq(taken(TOKENS("-0"))->tokens[TOKENS_INPUT], 0);
    ck_assert_uint_eq(taken(TOKENS("null"))->tokens[TOKENS_INPUT], 0);
    ck_assert_uint_eq(taken(TOKENS("12,\"cache_creation\":[5]"))->tokens[TOKENS_INPUT], 12);
    CHECK_MALFORMED(TOKENS("1,\"cache_creation\":{\"ephemeral_1h_input_tokens\":-1}"));
}
END_TEST

START_TEST(a_breakdown_that_says_more_wins)
{
    start();
    const struct usage_copy *copy =
        taken(TOKENS("0,\"cache_creation_input_tokens\":10,\"cache_creation\":{"
                     "\"ephemeral_5m_input_tokens\":2147483648,\"ephemeral_1h_input_tokens\":2147483648}"));
    ck_assert_uint_eq(copy->tokens[TOKENS_CACHE_WRITE_5M], UINT32_C(2147483648));
    ck_assert_uint_eq(copy->tokens[TOKENS_CACHE_WRITE_1H], UINT32_C(2147483648));
}
END_TEST

START_TEST(of_duplicate_keys_the_last_counts)
{
    start();
    check_no_usage("{" WHEN ",\"message\":{" ID "," USAGE ",\"usage\":null}}");
    check_no_usage("{" WHEN "," MESSAGE ",\"message\":{}}");
    check_no_usage("{" WHEN "," MESSAGE ",\"message\":1}");
    CHECK_MALFORMED("{" WHEN ",\"timestamp\":null," MESSAGE "}");
    ck_assert_uint_eq(taken(TOKENS("-1,\"input_tokens\":4"))->tokens[TOKENS_INPUT], 4);
    ck_assert(string_is(taken("{" WHEN ",\"message\":{\"model\":\"a\"},\"message\":{" USAGE "}}")->model,
                        "unknown"));
    ck_assert_uint_eq(
        taken(TOKENS("1,\"cache_creation\":{\"ephemeral_1h_input_tokens\":9},\"cache_creation\":{}"))
            ->tokens[TOKENS_CACHE_WRITE_1H],
        0);
    taken(LINE("\"type\":\"user\",\"type\":\"assistant\""));
    const struct usage_copy *copy =
        taken("{" WHEN ",\"message\":{\"content\":[{\"type\":\"tool_use\",\"id\":\"a\"}],\"content\":[],"
              "\"content\":[{\"type\":\"tool_use\",\"id\":\"b\"}]," USAGE "}}");
    ck_assert_uint_eq(copy->tool_count, 1);
    ck_assert_uint_eq(batch.tool_count, 1);
    uint64_t last = batch.tools[0];
    taken("{" WHEN ",\"message\":{\"content\":[{\"type\":\"tool_use\",\"id\":\"b\"}]," USAGE "}}");
    ck_assert_uint_eq(batch.tools[0], last);
}
END_TEST

START_TEST(keys_and_values_may_be_escaped)
{
    start();
    const struct usage_copy *copy = taken(
        "{\"x\":\"usage\",\"timest\\u0061mp\":\"2026\\u002d01-02T03:04:05Z\",\"message\":{\"mod\\u0065l\":"
        "\"m\\\"\\u00e9\",\"usage\":{\"output_token\\u0073\":9,\"sp\\u0065ed\":\"f\\u0061st\"}}}");
    ck_assert_uint_eq(copy->tokens[TOKENS_OUTPUT], 9);
    ck_assert(copy->fast && string_is(copy->model, "m\"\xc3\xa9"));
    ck_assert_int_eq(copy->when_us, WHEN_US);
}
END_TEST

#define PROGRESS(members) "{\"type\":\"progress\",\"sessionId\":\"home\",\"uuid\":\"outer\"," members "}"

START_TEST(progress_lines_are_unwrapped)
{
    start();
    const struct usage_copy *copy =
        taken(PROGRESS(WHEN ",\"data\":{\"message\":{\"timestamp\":\"2026-01-02T03:04:06Z\"," MESSAGE "}}"));
    ck_assert_int_eq(copy->when_us, WHEN_US + 1000000);
    ck_assert(copy->sidechain && !copy->foreign);
    ck_assert_int_eq(
        taken(PROGRESS(WHEN ",\"data\":{\"message\":{\"timestamp\":\"\"," MESSAGE "}}"))->when_us, WHEN_US);
    CHECK_MALFORMED(PROGRESS(WHEN ",\"data\":{\"message\":{\"timestamp\":5," MESSAGE "}}"));
    check_no_usage(PROGRESS(WHEN ",\"data\":{\"message\":{\"type\":\"progress\"," MESSAGE "}}"));
    check_no_usage(PROGRESS(WHEN ",\"data\":{\"message\":{" MESSAGE "},\"message\":{}}"));
    check_no_usage(PROGRESS(WHEN ",\"data\":{\"message\":{" MESSAGE "}},\"data\":{}"));
    check_no_usage(PROGRESS(WHEN ",\"data\":{\"message\":{\"data\":{\"message\":{" MESSAGE "}}}}"));
    check_no_usage("{\"type\":\"user\"," WHEN ",\"data\":{\"message\":{" MESSAGE "}}}");
    ck_assert_uint_eq(
        taken("{" WHEN ",\"data\":{\"message\":{\"message\":{\"usage\":{\"input_tokens\":-1}}}}," MESSAGE "}")
            ->tokens[TOKENS_INPUT],
        1);
}
END_TEST

START_TEST(tools_of_the_message_that_counts_are_kept)
{
    start();
#define TOOL(id) "\"content\":[{\"type\":\"tool_use\",\"id\":\"" id "\"}]"
    taken("{" WHEN ",\"message\":{" TOOL("in") "," USAGE "}}");
    uint64_t inner = batch.tools[0];
    const struct usage_copy *copy = taken(PROGRESS("\"message\":{" TOOL(
        "out") "}," WHEN ",\"data\":{\"message\":{\"message\":{" TOOL("in") "," USAGE "}}}"));
    ck_assert_uint_eq(copy->tools, 0);
    ck_assert_uint_eq(copy->tool_count, 1);
    ck_assert_uint_eq(batch.tool_count, 1);
    ck_assert_uint_eq(batch.tools[0], inner);
}
END_TEST

#define COST(value) LINE("\"costUSD\":" value)

static void check_cost(const char *line, bool known, uint64_t pusd)
{
    const struct usage_copy *copy = taken(line);
    ck_assert_msg(copy->has_usd == known && copy->usd_pusd == pusd, "%s: %d %lu", line, copy->has_usd,
                  (unsigned long)copy->usd_pusd);
}

START_TEST(costs_are_exact)
{
    start();
    check_cost(COST("0"), true, 0);
    check_cost(COST("-0.0"), true, 0);
    check_cost(COST("0.25"), true, UINT64_C(250000000000));
    check_cost(COST("1e-12"), true, 1);
    check_cost(COST("0.0000000000005"), true, 0);
    check_cost(COST("0.0000000000015"), true, 2);
    check_cost(COST("0.0000000000025"), true, 2);
    check_cost(COST("2.50000000000000000000000001e-12"), true, 3);
    check_cost(COST("1000000"), true, UINT64_C(1000000000000000000));
    check_cost(COST("10000000e-1"), true, UINT64_C(1000000000000000000));
    check_cost(COST("999999.9999999999996"), true, UINT64_C(1000000000000000000));
    check_cost(COST("1000000.0000000000001"), false, 0);
    check_cost(COST("1e7"), false, 0);
    check_cost(COST("-0.1"), false, 0);
    check_cost(COST("-1e-30"), false, 0);
    check_cost(COST("true"), false, 0);
    check_cost(COST("\"1\""), false, 0);
    check_cost(COST("null"), false, 0);
}
END_TEST

START_TEST(entries_without_tokens_need_a_cost)
{
    start();
#define EMPTY "\"message\":{\"usage\":{\"input_tokens\":0}}}"
    static const char free_of_charge[] = "{\"cwd\":\"/x\",\"costUSD\":0.0," WHEN "," EMPTY;
    take(free_of_charge, sizeof free_of_charge - 1);
    ck_assert_uint_eq(batch.usage_lines, 1);
    ck_assert_uint_eq(batch.copy_count, 0);
    ck_assert_uint_eq(batch.place_count, 1);
    const struct usage_copy *copy = taken("{\"costUSD\":1e-30," WHEN "," EMPTY);
    ck_assert(copy->has_usd && copy->usd_pusd == 0);
}
END_TEST

static struct identity identity_of(const char *line)
{
    return taken(line)->identity;
}

static bool same(const char *one, const char *other)
{
    struct identity a = identity_of(one), b = identity_of(other);
    return a.low == b.low && a.high == b.high;
}

#define MESSAGE_OF(id)    "\"message\":{\"id\":\"" id "\"," USAGE "}"
#define SAID(members, id) "{" members "," WHEN "," MESSAGE_OF(id) "}"

START_TEST(identities_follow_the_rules)
{
    start();
    /* Issued by the API: unique whatever else is said. */
    ck_assert(same(SAID("\"requestId\":\"a\"", "msg_0123456789abcdef"),
                   SAID("\"requestId\":\"b\",\"sessionId\":\"s\"", "msg_0123456789abcd\\u0065f")));
    /* Too short, or with another character: id and request. */
    ck_assert(!same(SAID("\"requestId\":\"a\"", "msg_0123456789abcde"),
                    SAID("\"requestId\":\"b\"", "msg_0123456789abcde")));
    ck_assert(!same(SAID("\"requestId\":\"a\"", "msg_0123456789abcdef-"),
                    SAID("\"requestId\":\"b\"", "msg_0123456789abcdef-")));
    ck_assert(same(SAID("\"requestId\":\"a\",\"sessionId\":\"s\"", "x"), SAID("\"requestId\":\"a\"", "x")));
    /* No request: id and session, as said or as the file's. */
    ck_assert(same(SAID("\"requestId\":\"\",\"sessionId\":\"home\"", "x"), SAID("\"requestId\":5", "x")));
    ck_assert(!same(SAID("\"sessionId\":\"s\"", "x"), SAID("\"sessionId\":\"t\"", "x")));
    ck_assert(!same(SAID("\"requestId\":\"s\"", "x"), SAID("\"sessionId\":\"s\"", "x")));
    /* No id: the line's uuid; none: its place. */
    ck_assert(same(SAID("\"uuid\":\"u\",\"requestId\":\"a\"", ""), SAID("\"uuid\":\"u\"", "")));
    ck_assert(!same(SAID("\"uuid\":\"u\"", ""), SAID("\"uuid\":\"v\"", "")));
    ck_assert(same(SAID("\"uuid\":\"\",\"requestId\":\"a\"", ""), SAID("\"requestId\":\"b\"", "")));
    /* Lone surrogates are characters of their own; pairs are one. */
    ck_assert(!same(SAID("\"requestId\":\"\\ud800\"", "x"), SAID("\"requestId\":\"\\ud801\"", "x")));
    ck_assert(
        same(SAID("\"requestId\":\"\\ud83d\\ude00\"", "x"), SAID("\"requestId\":\"\xf0\x9f\x98\x80\"", "x")));
}
END_TEST

START_TEST(advisors_are_entries_of_their_own)
{
    start();
    static const char line[] =
        "{\"costUSD\":2," WHEN ",\"message\":{" ID
        ",\"model\":\"m\",\"content\":[{\"type\":\"tool_use\",\"id\":\"t\"}],"
        "\"usage\":{\"input_tokens\":1,\"iterations\":[{\"type\":\"message\",\"input_tokens\":-5},"
        "{\"type\":\"advisor_message\",\"model\":\"a\\u0064v\",\"input_tokens\":11,\"speed\":\"fast\"},null,"
        "{\"type\":\"advisor_message\",\"input_tokens\":12},{\"type\":\"advisor_message\",\"model\":\"adv\"},"
        "{\"type\":\"advisor_message\",\"model\":\"adv\",\"output_tokens\":13}]}}}";
    take(line, sizeof line - 1);
    ck_assert_uint_eq(batch.copy_count, 3);
    const struct usage_copy *own = &batch.copies[0], *first = &batch.copies[1], *second = &batch.copies[2];
    ck_assert(!own->advisor && own->tool_count == 1 && own->has_usd);
    ck_assert(first->advisor && first->tool_count == 0 && !first->has_usd && first->fast);
    ck_assert(string_is(first->model, "adv") && first->model == second->model);
    ck_assert_uint_eq(first->tokens[TOKENS_INPUT], 11);
    ck_assert_uint_eq(second->tokens[TOKENS_OUTPUT], 13);
    ck_assert(!second->fast);
    ck_assert_uint_ne(first->identity.low, second->identity.low);
    ck_assert_uint_ne(first->identity.low, own->identity.low);
    CHECK_MALFORMED("{" WHEN ",\"message\":{" ID ",\"usage\":{\"input_tokens\":1,\"iterations\":["
                    "{\"type\":\"advisor_message\",\"model\":\"a\",\"input_tokens\":1},"
                    "{\"type\":\"advisor_message\",\"model\":\"a\",\"input_tokens\":-1}]}}}");
}
END_TEST

START_TEST(homes_are_told)
{
    start();
    ck_assert(taken(LINE("\"forkedFrom\":{\"sessionId\":\"x\"}"))->forked);
    ck_assert(taken(LINE("\"forkedFrom\":\"x\""))->forked);
    ck_assert(taken(LINE("\"forkedFrom\":1e-400"))->forked);
    ck_assert(taken(LINE("\"forkedFrom\":true"))->forked);
    ck_assert(!taken(LINE("\"forkedFrom\":{ \t}"))->forked);
    ck_assert(!taken(LINE("\"forkedFrom\":[]"))->forked);
    ck_assert(!taken(LINE("\"forkedFrom\":0.0"))->forked);
    ck_assert(!taken(LINE("\"forkedFrom\":null"))->forked);
    ck_assert(taken(LINE("\"sessionId\":\"other\""))->foreign);
    ck_assert(!taken(LINE("\"sessionId\":\"home\""))->foreign);
    ck_assert(!taken(LINE("\"sessionId\":\"\""))->foreign);
    ck_assert(!taken(LINE("\"sessionId\":7"))->foreign);
    ck_assert(taken(LINE("\"isSidechain\":true"))->sidechain);
    ck_assert(!taken(LINE("\"isSidechain\":1"))->sidechain);
}
END_TEST

static void check_place(const char *path, const char *session, bool is_agent_file, bool is_subagent)
{
    struct log_place found;
    claude_log_place(&found, path, strlen("/c/projects/"));
    ck_assert_str_eq(found.session, session);
    ck_assert_msg(found.is_agent_file == is_agent_file && found.is_subagent == is_subagent, "%s", path);
}

START_TEST(places_follow_the_layout)
{
    check_place("/c/projects/slug/abc.jsonl", "abc", false, false);
    check_place("/c/projects/abc.jsonl", "abc", false, false);
    check_place("/c/projects/slug/agent-1.jsonl", "agent-1", true, true);
    check_place("/c/projects/slug/abc/subagents/agent-1.jsonl", "abc", false, true);
    check_place("/c/projects/slug/abc/subagents/journal.jsonl", "abc", false, true);
    check_place("/c/projects/slug/abc/subagents/workflows/wf_1/agent-1.jsonl", "abc", false, true);
    check_place("/c/projects/slug/abc/x/subagents/y.jsonl", "abc", false, true);
    check_place("/c/projects/slug/subagents/agent-1.jsonl", "agent-1", true, true);
    check_place("/c/projects/slug/abc/subagents.jsonl", "subagents", false, false);
    check_place("/c/projects/slug/a/b/c.jsonl", "c", false, false);
    check_place("/c/projects/slug/.jsonl", "", false, false);
}
END_TEST

START_TEST(agent_files_take_their_session_from_the_line)
{
    start_at("/c/projects/slug/agent-1.jsonl");
    const struct usage_copy *copy = taken(LINE("\"sessionId\":\"parent\",\"cwd\":\"/p\""));
    ck_assert(string_is(copy->session, "parent") && !copy->foreign && copy->sidechain);
    ck_assert(string_is(batch.places[0].session, "parent"));
    ck_assert(string_is(taken(LINE("\"sessionId\":null"))->session, "agent-1"));
}
END_TEST

START_TEST(the_newest_directory_of_a_session_is_kept)
{
    start();
    static const char early[] = LINE("\"cwd\":\"/early\""), none[] = LINE("\"cwd\":\"\"");
    static const char late[] = "{\"cwd\":\"/late\",\"timestamp\":\"2026-01-02T03:04:06Z\"," MESSAGE "}";
    claude_log_line(&batch, &place, late, sizeof late - 1, 0, false);
    claude_log_line(&batch, &place, early, sizeof early - 1, 1, false);
    claude_log_line(&batch, &place, none, sizeof none - 1, 2, false);
    ck_assert_uint_eq(batch.place_count, 1);
    ck_assert(string_is(batch.places[0].directory, "/late"));
}
END_TEST

START_TEST(a_provisional_line_has_its_share)
{
    start();
    static const char good[] = LINE("\"a\":1"), bad[] = "{\"usage\"", other[] = "{}";
    claude_log_line(&batch, &place, good, sizeof good - 1, 3, true);
    ck_assert(batch.copies[0].provisional);
    ck_assert(batch.lines == 1 && batch.usage_lines == 1 && skips_total(&batch.skipped) == 0);
    ck_assert(batch.tail_lines == 1 && batch.tail_usage_lines == 1 && skips_total(&batch.tail_skipped) == 0);
    batch_clear(&batch, batch.path);
    claude_log_line(&batch, &place, bad, sizeof bad - 1, 3, true);
    ck_assert(batch.tail_lines == 1 && batch.tail_usage_lines == 0 && skips_total(&batch.tail_skipped) == 1);
    batch_clear(&batch, batch.path);
    claude_log_line(&batch, &place, other, sizeof other - 1, 3, true);
    ck_assert(batch.tail_lines == 1 && batch.tail_usage_lines == 0 && skips_total(&batch.tail_skipped) == 0);
}
END_TEST

/* A bad line between good ones harms neither; strings that it named are forgotten. */
START_TEST(neighbours_are_unharmed)
{
    start();
    static const char good[] = LINE("\"a\":1");
    static const char bad[] = "{" WHEN ",\"cwd\":\"/bad\",\"message\":{\"model\":\"bad\",\"content\":["
                              "{\"type\":\"tool_use\",\"id\":\"t\"}]," USAGE "}}x";
    claude_log_line(&batch, &place, good, sizeof good - 1, 0, false);
    size_t strings = batch.string_count;
    claude_log_line(&batch, &place, bad, sizeof bad - 1, 1, false);
    ck_assert_uint_eq(batch.string_count, strings);
    ck_assert_uint_eq(batch.tool_count, 0);
    claude_log_line(&batch, &place, good, sizeof good - 1, 2, false);
    ck_assert_uint_eq(batch.copy_count, 2);
    ck_assert_uint_eq(skips_total(&batch.skipped), 1);
    ck_assert_uint_eq(batch.copies[0].identity.low, batch.copies[1].identity.low);
}
END_TEST

/* Names that fill many strings still give the right ones, though perhaps more than once. */
START_TEST(many_names_are_kept_apart)
{
    start();
    char line[256];
    for (int i = 0; i < 1000; i++) {
        int size =
            snprintf(line, sizeof line, "{" WHEN ",\"message\":{\"model\":\"m%d\"," USAGE "}}", i % 200);
        claude_log_line(&batch, &place, line, (size_t)size, (uint64_t)i, false);
    }
    for (int i = 0; i < 1000; i++) {
        snprintf(line, sizeof line, "m%d", i % 200);
        ck_assert(string_is(batch.copies[i].model, line));
    }
}
END_TEST

/* An escaped name of a size that no buffer foresees. */
START_TEST(huge_names_are_taken_whole)
{
    start();
    enum { SIZE = 3 << 20 };
    static const char head[] = "{" WHEN ",\"message\":{\"usage\":{\"input_tokens\":1},\"model\":\"\\u006d";
    char *line = malloc(sizeof head + SIZE + 8);
    memcpy(line, head, sizeof head - 1);
    memset(line + sizeof head - 1, 'm', SIZE);
    memcpy(line + sizeof head - 1 + SIZE, "\"}}", 4);
    const struct usage_copy *copy = taken(line);
    ck_assert_uint_eq(batch.strings[copy->model].size, SIZE + 1);
    free(line);
}
END_TEST

/* ---- the client's accounts ----------------------------------------------------------------------------- */

#define ACCOUNT                                                                                              \
    "\"modelUsage\":{\"opus\":{\"inputTokens\":3,\"outputTokens\":5,\"cacheReadInputTokens\":7,"             \
    "\"cacheCreationInputTokens\":11,\"webSearchRequests\":0,\"costUSD\":0.4873925}}"
#define STATE "\"type\":\"cost-state\""

static const struct cost_state *account(const char *line)
{
    take(line, strlen(line));
    ck_assert_uint_eq(batch.lines, 1);
    ck_assert_uint_eq(skips_total(&batch.skipped) + batch.usage_lines + batch.copy_count, 0);
    ck_assert_msg(batch.cost_count == 1, "%zu accounts: %s", batch.cost_count, line);
    return batch.costs;
}

START_TEST(an_account_is_read_in_any_order)
{
    static const char *const lines[] = {
        "{" STATE ",\"sessionId\":\"\\u0073aid\",\"totalCostUSD\":0.48," WHEN "," ACCOUNT "}",
        "{" ACCOUNT "," WHEN ",\"sessionId\":\"said\"," STATE "}",
        "{\"modelUsage\":{\"x\":{},\"y\":{\"costUSD\":1}},\"sessionId\":\"said\",\"type\":1," WHEN "," STATE
        "," ACCOUNT "}",
        "{" STATE ",\"sessionId\":\"said\"," WHEN ",\"modelUsage\":{\"opus\":{\"inputTokens\":9}, \"opus\":{"
        "\"inputTokens\":3,\"outputTokens\":5,\"cacheReadInputTokens\":7,\"cacheCreationInputTokens\":11,"
        "\"costUSD\":4873925e-7}}}",
    };
    start();
    for (size_t i = 0; i < COUNT(lines); i++) {
        const struct cost_state *cost = account(lines[i]);
        ck_assert(string_is(cost->session, "said") && string_is(cost->model, "opus"));
        ck_assert_uint_eq(cost->tokens[TOKENS_INPUT], 3);
        ck_assert_uint_eq(cost->tokens[TOKENS_OUTPUT], 5);
        ck_assert_uint_eq(cost->tokens[TOKENS_CACHE_READ], 7);
        ck_assert_uint_eq(cost->tokens[TOKENS_CACHE_WRITE_5M], 11);
        ck_assert_uint_eq(cost->cost_pusd, UINT64_C(487392500000));
        ck_assert_int_eq(cost->when_us, WHEN_US);
    }
}
END_TEST

START_TEST(what_an_account_lacks_is_nothing)
{
    start();
    const struct cost_state *cost =
        account("{" STATE ",\"modelUsage\":{\"m\":{\"inputTokens\":-1,\"outputTokens\":\"9\","
                "\"cacheReadInputTokens\":1e300,\"costUSD\":1e9}},\"timestamp\":\"now\"}");
    ck_assert(string_is(cost->session, "home") && string_is(cost->model, "m"));
    for (int kind = 0; kind < TOKEN_KINDS; kind++)
        ck_assert_uint_eq(cost->tokens[kind], 0);
    ck_assert_uint_eq(cost->cost_pusd, 0);
    ck_assert_int_eq(cost->when_us, 0);
    ck_assert_uint_eq(account("{" STATE ",\"modelUsage\":{\"m\":7}}")->cost_pusd, 0);
}
END_TEST

START_TEST(other_lines_have_no_account)
{
    static const char *const lines[] = {
        "{\"type\":\"user\"," ACCOUNT "}",
        "{" ACCOUNT "}",
        "{" STATE "," ACCOUNT,
        "{" STATE ",\"modelUsage\":{}}",
        "{" STATE ",\"modelUsage\":[1]}",
        "{" STATE "," ACCOUNT ",\"modelUsage\":null}",
        "[\"modelUsage\"]",
    };
    start();
    for (size_t i = 0; i < COUNT(lines); i++) {
        take(lines[i], strlen(lines[i]));
        ck_assert_uint_eq(batch.lines, 1);
        ck_assert_uint_eq(skips_total(&batch.skipped), 0);
        ck_assert_msg(batch.cost_count == 0 && batch.string_count == 1, "an account: %s", lines[i]);
    }
}
END_TEST

START_TEST(an_account_has_so_many_models)
{
    static char line[8192];
    start();
    size_t size = (size_t)snprintf(line, sizeof line, "{" STATE ",\"modelUsage\":{");
    for (int i = 0; i < 200; i++)
        size += (size_t)snprintf(line + size, sizeof line - size, "%s\"m%d\":{\"inputTokens\":%d}",
                                 i ? "," : "", i, i);
    memcpy(line + size, "}}", 3);
    take(line, strlen(line));
    ck_assert_uint_eq(batch.cost_count, 64);
    ck_assert_uint_eq(batch.costs[63].tokens[TOKENS_INPUT], 63);
}
END_TEST

/* It may be told twice, and may stand beside usage; an unterminated line may be told again, so it waits. */
START_TEST(accounts_add_up_beside_usage)
{
    static const char line[] = LINE(STATE "," ACCOUNT ",\"type\":\"assistant\"");
    static const char state[] = "{" STATE "," ACCOUNT "}";
    start();
    claude_log_line(&batch, &place, line, sizeof line - 1, 0, false);
    ck_assert_uint_eq(batch.usage_lines, 1);
    ck_assert_uint_eq(batch.cost_count, 0);
    claude_log_line(&batch, &place, state, sizeof state - 1, 1, false);
    claude_log_line(&batch, &place, state, sizeof state - 1, 2, false);
    claude_log_line(&batch, &place, state, sizeof state - 1, 3, true);
    ck_assert_uint_eq(batch.cost_count, 2);
    ck_assert_uint_eq(batch.lines, 4);
    ck_assert_uint_eq(batch.tail_lines, 1);
    ck_assert_uint_eq(batch.usage_lines, 1);
}
END_TEST

START_TEST(the_needle_is_asked_for)
{
    ck_assert(claude_log_may_count("{\"usage\":1}", 11));
    ck_assert(!claude_log_may_count("{\"usage\\\":1}", 12));
    ck_assert(!claude_log_may_count("\"usage", 6));
    ck_assert(!claude_log_may_count("", 0));
}
END_TEST

SUITE_MAIN("claude_log", a_plain_line_counts, blank_lines_are_not_lines,
           lines_without_the_needle_are_not_looked_at, other_lines_with_usage_do_not_count,
           a_type_that_says_nothing_is_assistant, malformed_lines_leave_nothing,
           what_is_skipped_is_told_by_reason, token_counts_are_integers_in_range,
           a_breakdown_that_says_more_wins, of_duplicate_keys_the_last_counts, keys_and_values_may_be_escaped,
           progress_lines_are_unwrapped, tools_of_the_message_that_counts_are_kept, costs_are_exact,
           entries_without_tokens_need_a_cost, identities_follow_the_rules, advisors_are_entries_of_their_own,
           homes_are_told, places_follow_the_layout, agent_files_take_their_session_from_the_line,
           the_newest_directory_of_a_session_is_kept, a_provisional_line_has_its_share,
           neighbours_are_unharmed, many_names_are_kept_apart, huge_names_are_taken_whole,
           an_account_is_read_in_any_order, what_an_account_lacks_is_nothing, other_lines_have_no_account,
           an_account_has_so_many_models, accounts_add_up_beside_usage, the_needle_is_asked_for)
