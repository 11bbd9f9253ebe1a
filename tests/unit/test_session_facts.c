/* What a line says of a session, put together from what its client, its log, its hooks and its account say.
 */
#include "suite.h"

#include "../../agent/serve/activity.h"
#include "../../agent/serve/context.h"
#include "../../agent/serve/limits.h"

#include <string.h>

#define NOW    INT64_C(1700000000000000)
#define MINUTE INT64_C(60000000)

static struct facts facts;
static struct client_words words;
static struct transcript_facts logged;

static void begin(void)
{
    facts = facts_unknown(NOW);
    words = (struct client_words){.known = true, .context_size = 200000, .generation = 5};
    logged = (struct transcript_facts){.generation = 5, .context_tokens = -1, .error_e2 = -1};
}

/* ---- context ------------------------------------------------------------------------------------------- */

static void check_context(int64_t tokens, int32_t used_e2, bool estimated)
{
    facts_add_context(&facts, &words, &logged, NULL);
    ck_assert_int_eq(facts.context_tokens, tokens);
    ck_assert_int_eq(facts.context_used_e2, used_e2);
    ck_assert_int_eq(facts.context_estimated, estimated);
}

START_TEST(the_clients_word_where_there_is_no_log)
{
    begin();
    words.context_tokens = 50500, words.context_used_e2 = 2500;
    facts_add_context(&facts, &words, NULL, NULL);
    ck_assert_int_eq(facts.context_used_e2, 2500);
    check_context(50500, 2500, false); /* a log without an answer is as good as none */
    words.context_used_e2 = 5000;      /* of a window of another size */
    check_context(50500, 2525, false);
    words.context_tokens = words.context_used_e2 = -1;
    facts.context_tokens = 0;
    check_context(0, -1, false);
}
END_TEST

START_TEST(the_log_goes_before_it_when_it_is_newer)
{
    begin();
    words.context_tokens = 50000, words.context_used_e2 = 2500;
    logged.context_tokens = 40000; /* of the answer before: the log lags */
    check_context(50000, 2500, false);
    logged.generation++;
    check_context(40000, 2000, false);
}
END_TEST

START_TEST(what_was_appended_is_an_estimate)
{
    begin();
    words.context_tokens = logged.context_tokens = 50000, words.context_used_e2 = 2500;
    check_context(50000, 2500, false);
    logged.appended_tokens = 30000;
    check_context(80000, 4000, true);
    ck_assert_int_eq(facts.context_appended, 30000);
    logged.appended_tokens = 900000;
    check_context(950000, 10000, true);
}
END_TEST

START_TEST(nothing_said_is_what_the_log_has)
{
    begin();
    logged.context_tokens = 80000;
    words.context_tokens = words.context_used_e2 = 0; /* resumed */
    check_context(80000, 4000, false);
    words.context_tokens = words.context_used_e2 = -1;
    check_context(80000, 4000, false);
    logged.is_compacted = true, logged.context_tokens = 29000;
    check_context(29000, 1450, true);
    words.context_size = -1; /* of a window of unknown size no share is known */
    check_context(29000, -1, true);
}
END_TEST

/* ---- directory ----------------------------------------------------------------------------------------- */

START_TEST(a_session_works_where_it_went)
{
    char here[] = "/r", elsewhere[] = "/w/topic";
    begin();
    ck_assert_ptr_null(session_directory(&words, NULL, NULL));
    words.directory = here;
    ck_assert_str_eq(session_directory(&words, &logged, NULL), "/r");
    strcpy(logged.directory, "/r/.claude/worktrees/topic/src");
    ck_assert_str_eq(session_directory(&words, &logged, NULL), "/r/.claude/worktrees/topic/src");
    strcpy(logged.directory, "/r/src"); /* the client follows a `cd`, and is asked later */
    ck_assert_str_eq(session_directory(&words, &logged, NULL), "/r");
    words.worktree = elsewhere;
    ck_assert_str_eq(session_directory(&words, NULL, NULL), "/w/topic");
    strcpy(logged.directory, "/w/topic/a");
    ck_assert_str_eq(session_directory(&words, &logged, NULL), "/w/topic/a");
    strcpy(logged.directory, "/w/topical");
    ck_assert_str_eq(session_directory(&words, &logged, NULL), "/r");
}
END_TEST

/* ---- limits -------------------------------------------------------------------------------------------- */

static struct payload_window window(int32_t used_e2, int64_t resets_us)
{
    return (struct payload_window){.known = true, .used_e2 = used_e2, .resets_us = resets_us};
}

START_TEST(an_account_has_used_the_most_that_was_heard)
{
    struct payload_window account = {0}, one = {0}, other = {0};
    struct payload_window said = window(2000, NOW + 60 * MINUTE), more = window(5000, NOW + 61 * MINUTE);
    ck_assert(window_hear(&account, &one, &said, true, NOW));
    ck_assert(window_hear(&account, &other, &more, true, NOW + 1));
    ck_assert(!window_hear(&account, &one, &said, true, NOW + 2));
    ck_assert_int_eq(account.used_e2, 5000);
    ck_assert_int_eq(window_of_session(&account, &one, NOW).used_e2, 5000);
    /* One that resets sooner is another account's, or an older window's; later, a new window's. */
    struct payload_window sooner = window(9000, NOW + 20 * MINUTE), later = window(100, NOW + 300 * MINUTE);
    ck_assert(!window_hear(&account, &one, &sooner, true, NOW));
    ck_assert_int_eq(account.used_e2, 5000);
    ck_assert_int_eq(window_of_session(&account, &one, NOW).used_e2, 9000);
    ck_assert_int_eq(window_of_session(&account, &one, NOW + 21 * MINUTE).used_e2, 5000);
    ck_assert(window_hear(&account, &one, &later, true, NOW));
    ck_assert_int_eq(account.used_e2, 100);
    /* What is over, and what is not said, is no news. */
    struct payload_window over = window(9900, NOW - 1), unknown = {0};
    ck_assert(!window_hear(&account, &one, &over, true, NOW));
    ck_assert(!window_hear(&account, &one, &unknown, true, NOW));
    ck_assert_int_eq(account.used_e2, 100);
    ck_assert_int_eq(window_of_session(&account, &one, NOW).used_e2, 100);
}
END_TEST

START_TEST(what_is_repeated_is_as_old_as_it_was)
{
    struct payload_window account = {0}, heard = {0}, said = window(2000, NOW + 60 * MINUTE);
    window_hear(&account, &heard, &said, true, NOW);
    ck_assert(!window_hear(&account, &heard, &said, false, NOW + MINUTE));
    ck_assert_int_eq(heard.heard_us, NOW);
    ck_assert(!window_hear(&account, &heard, &said, true, NOW + MINUTE));
    ck_assert_int_eq(account.heard_us, NOW + MINUTE);
}
END_TEST

/*
 * Sessions that answer at random instants and repeat themselves in between, over many windows: the account's
 * is always what the latest answer of any of them said, for usage only grows in a window.
 */
START_TEST(whoever_speaks_the_mark_is_right)
{
    enum { SESSIONS = 6, STEPS = 60, SEQUENCES = 2000 };
    const int64_t length = 300 * MINUTE;
    srandom(3);
    for (int sequence = 0; sequence < SEQUENCES; sequence++) {
        struct payload_window account = {0}, heard[SESSIONS] = {{0}}, said[SESSIONS] = {{0}}, latest = {0};
        int64_t now = NOW, resets = NOW + length;
        int32_t used = 0;
        for (int step = 0; step < STEPS; step++) {
            const int who = (int)(random() % SESSIONS);
            const bool has_answered = random() % 3 == 0;
            now += random() % (20 * MINUTE);
            for (; now >= resets; used = 0)
                resets += length;
            if (has_answered) {
                used += (int32_t)(random() % 300);
                said[who] = latest = window(used, resets + random() % 2 * 1000000);
            }
            window_hear(&account, &heard[who], &said[who], has_answered, now);
            if (!latest.known || latest.resets_us <= now)
                continue;
            ck_assert_int_eq(account.used_e2, latest.used_e2);
            ck_assert_int_eq(window_of_session(&account, &heard[who], now).used_e2, latest.used_e2);
        }
    }
}
END_TEST

START_TEST(accounts_are_configuration_directories)
{
    struct limits_table table = {0};
    char path[64];
    limits_of(&table, "/a/projects/p/s.jsonl")->five_hour.used_e2 = 1;
    limits_of(&table, "/b/projects/p/s.jsonl")->five_hour.used_e2 = 2;
    limits_of(&table, NULL)->five_hour.used_e2 = 3;
    ck_assert_int_eq(limits_of(&table, "/a/projects/q/t.jsonl")->five_hour.used_e2, 1);
    ck_assert_int_eq(limits_of(&table, "/b/projects/")->five_hour.used_e2, 2);
    ck_assert_int_eq(limits_of(&table, "not a log's")->five_hour.used_e2, 3);
    for (int i = 0; i < 100; i++) {
        snprintf(path, sizeof path, "/%d/projects/x", i);
        ck_assert_int_eq(limits_of(&table, path)->five_hour.used_e2, 0);
        ck_assert_int_eq(limits_of(&table, "/a/projects/q/t.jsonl")->five_hour.used_e2, 1);
    }
    ck_assert_int_eq(limits_of(&table, "/b/projects/")->five_hour.used_e2, 0); /* made room */
    limits_free(&table);
}
END_TEST

/* ---- activity ------------------------------------------------------------------------------------------ */

static struct activity *activity;

static void happens(const char *document)
{
    struct event event;
    ck_assert(event_read(&event, document, strlen(document)));
    activity_take_event(activity, &event);
    activity_facts(activity, &logged, &facts);
}

static void check_tool(const char *name)
{
    ck_assert_uint_eq(facts.activity.tool.size, strlen(name));
    if (*name)
        ck_assert_mem_eq(facts.activity.tool.bytes, name, strlen(name));
}

#define TOOL(event, id, name)                                                                                \
    "{\"session_id\":\"s\",\"hook_event_name\":\"" event "\",\"tool_use_id\":\"" id                          \
    "\",\"tool_name\":\"" name "\"}"

START_TEST(tools_that_run_side_by_side)
{
    begin();
    activity = activity_new();
    strcpy(logged.tool, "Logged");
    activity_facts(activity, &logged, &facts);
    check_tool("Logged");
    happens(TOOL("PreToolUse", "1", "Read"));
    happens(TOOL("PreToolUse", "2", "Read"));
    happens(TOOL("PreToolUse", "3", "Bash"));
    happens(TOOL("PostToolUse", "3", "Bash"));
    check_tool("Read");
    happens(TOOL("PostToolUse", "1", "Read"));
    check_tool("Read");
    happens(TOOL("PostToolUse", "9", "Read")); /* nobody's */
    check_tool("Read");
    happens(TOOL("PostToolUse", "2", "Read"));
    check_tool("");
    for (int i = 0; i < 100; i++)
        happens(TOOL("PreToolUse", "x", "Bash"));
    check_tool("Bash");
    happens("{\"session_id\":\"s\",\"hook_event_name\":\"Stop\"}");
    check_tool("");
    ck_assert_int_eq(facts.state, STATE_IDLE);
    activity_free(activity);
}
END_TEST

START_TEST(a_subagents_tools_are_its_own)
{
    begin();
    activity = activity_new();
    happens(TOOL("PreToolUse", "1", "Task"));
    happens("{\"session_id\":\"s\",\"hook_event_name\":\"PreToolUse\",\"tool_name\":\"Grep\",\"agent_id\":"
            "\"a\"}");
    check_tool("Task");
    ck_assert_int_eq(facts.state, STATE_BUSY);
    activity_free(activity);
}
END_TEST

START_TEST(the_latest_news_counts)
{
    begin();
    activity = activity_new();
    happens("{\"session_id\":\"s\",\"hook_event_name\":\"PermissionRequest\",\"permission_mode\":\"plan\"}");
    ck_assert_int_eq(facts.state, STATE_WAITING);
    ck_assert_mem_eq(facts.mode.bytes, "plan", 4);
    activity_take_state(activity, STATE_IDLE, false);
    activity_facts(activity, &logged, &facts);
    ck_assert_int_eq(facts.state, STATE_IDLE);
    happens("{\"session_id\":\"s\",\"hook_event_name\":\"PreCompact\"}");
    ck_assert(facts.activity.compacting);
    strcpy(logged.tool, "Logged"), logged.agents = 2, logged.retries = 3;
    activity_take_state(activity, STATE_UNKNOWN, false); /* the client has ended */
    activity_facts(activity, &logged, &facts);
    ck_assert_int_eq(facts.state, STATE_UNKNOWN);
    ck_assert(!facts.activity.compacting);
    ck_assert_int_eq(facts.activity.agents + facts.activity.retries, 0);
    check_tool("");
    activity_free(activity);
}
END_TEST

START_TEST(documents_that_are_none_are_no_events)
{
    struct event event;
    static const char *const documents[] = {
        "", "{", "null", "[]", "{}", "{\"session_id\":7}", "{\"session_id\":\"\"}"};
    for (size_t i = 0; i < sizeof documents / sizeof *documents; i++)
        ck_assert(!event_read(&event, documents[i], strlen(documents[i])));
    static const char cut[] =
        "{\"session_id\":\"s\",\"hook_event_name\":\"PreToolUse\",\"tool_name\":\"Write\","
        "\"tool_input\":{\"content\":\"and so on";
    ck_assert(event_read(&event, cut, sizeof cut - 1));
    ck_assert_int_eq(event.kind, EVENT_TOOL_BEGINS);
    ck_assert_str_eq(event.tool, "Write");
}
END_TEST

SUITE_MAIN("session facts", the_clients_word_where_there_is_no_log, the_log_goes_before_it_when_it_is_newer,
           what_was_appended_is_an_estimate, nothing_said_is_what_the_log_has, a_session_works_where_it_went,
           an_account_has_used_the_most_that_was_heard, what_is_repeated_is_as_old_as_it_was,
           whoever_speaks_the_mark_is_right, accounts_are_configuration_directories,
           tools_that_run_side_by_side, a_subagents_tools_are_its_own, the_latest_news_counts,
           documents_that_are_none_are_no_events)
