/* A session's log, followed: context, what was appended, tools, to-dos, errors; and files that change under
 * it. */
#include "suite.h"

#include "../../agent/base/text.h"
#include "../../agent/ingest/transcript.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char path[] = "/tmp/tacho-transcript-XXXXXX";
static struct transcript *transcript;
static struct text buffer;

static void begin(void)
{
    strcpy(path + sizeof path - 7, "XXXXXX");
    close(mkstemp(path));
    transcript = transcript_new();
}

static void end(void)
{
    unlink(path);
    transcript_free(transcript);
    text_free(&buffer);
}

static void write_bytes(const char *mode, const char *bytes, size_t size)
{
    FILE *file = fopen(path, mode);
    ck_assert_uint_eq(fwrite(bytes, 1, size, file), size);
    fclose(file);
}

static void append(const char *line)
{
    write_bytes("a", line, strlen(line));
    write_bytes("a", "\n", 1);
}

static void appendf(const char *format, ...) __attribute__((format(printf, 1, 2)));
static void appendf(const char *format, ...)
{
    char line[16384];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    append(line);
}

static const struct transcript_facts *facts(void)
{
    transcript_follow(transcript, path, &buffer);
    return transcript_facts(transcript);
}

static void answer(const char *id, int read, int output, const char *content)
{
    appendf("{\"type\":\"assistant\",\"isSidechain\":false,\"cwd\":\"/"
            "work\",\"message\":{\"id\":\"%s\",\"model\":"
            "\"m\",\"content\":[%s],\"usage\":{\"input_tokens\":10,\"cache_creation_input_tokens\":90,"
            "\"cache_read_input_tokens\":%d,\"output_tokens\":%d}}}",
            id, content, read, output);
}

static void prompt(const char *text)
{
    appendf("{\"type\":\"user\",\"cwd\":\"/work\",\"message\":{\"role\":\"user\",\"content\":\"%s\"}}", text);
}

static void result(const char *id, const char *text)
{
    appendf("{\"type\":\"user\",\"message\":{\"role\":\"user\",\"content\":[{\"tool_use_id\":\"%s\",\"type\":"
            "\"tool_result\",\"content\":\"%s\"}]},\"toolUseResult\":{\"stdout\":\"%s\"}}",
            id, text, text);
}

START_TEST(nothing_is_known_of_what_is_not_there)
{
    begin();
    unlink(path);
    ck_assert(!transcript_follow(transcript, path, &buffer));
    ck_assert_int_eq(transcript_facts(transcript)->context_tokens, -1);
    ck_assert_uint_eq(transcript_facts(transcript)->generation, 0);
    end();
}
END_TEST

START_TEST(the_context_is_the_last_answers)
{
    begin();
    prompt("Hello");
    answer("msg_1", 20000, 5, "{\"type\":\"text\",\"text\":\"Hi\"}");
    ck_assert_int_eq(facts()->context_tokens, 20100);
    ck_assert_int_eq(facts()->appended_tokens, 0);
    ck_assert_str_eq(facts()->directory, "/work");
    ck_assert_str_eq(facts()->model, "m");
    const uint64_t generation = facts()->generation;
    answer("msg_1", 20000, 5, "{\"type\":\"text\",\"text\":\"another block of it\"}");
    ck_assert_uint_eq(facts()->generation, generation);
    answer("msg_2", 21000, 5, "");
    ck_assert_int_eq(facts()->context_tokens, 21100);
    ck_assert_uint_eq(facts()->generation, generation + 1);
    end();
}
END_TEST

START_TEST(a_huge_result_shows_before_the_next_answer)
{
    char text[2001];
    memset(text, 'x', sizeof text - 1);
    for (size_t i = 4; i < sizeof text - 1; i += 5)
        text[i] = ' ';
    text[sizeof text - 1] = '\0';
    begin();
    answer("msg_1", 20000, 300,
           "{\"type\":\"tool_use\",\"id\":\"t1\",\"name\":\"Bash\",\"input\":{\"command\":\"ls\"}}");
    ck_assert_str_eq(facts()->tool, "Bash");
    ck_assert_int_eq(facts()->appended_tokens, 0);
    result("t1", text);
    /* 400 words of four letters, and the answer's 300 tokens; the client's own copy of the result is not
     * given. */
    ck_assert_int_ge(facts()->appended_tokens, 300 + 400);
    ck_assert_int_le(facts()->appended_tokens, 300 + 800);
    ck_assert_int_eq(facts()->context_tokens, 20100);
    ck_assert_str_eq(facts()->tool, "");
    end();
}
END_TEST

START_TEST(the_estimate_learns_from_the_sessions_answers)
{
    char text[3001];
    memset(text, '.', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    begin();
    answer("msg_0", 10000, 1, "");
    int context = 10000;
    int64_t first = 0;
    for (int i = 1; i <= 20; i++) {
        char id[20];
        prompt(text);
        if (i == 1)
            first = facts()->appended_tokens;
        context += 1000; /* less than the estimate says */
        snprintf(id, sizeof id, "msg_%d", i);
        answer(id, context, 1, "");
    }
    prompt(text);
    ck_assert_int_gt(first, 1500);
    ck_assert_int_lt(llabs(facts()->appended_tokens - 1000), 100);
    ck_assert_int_ge(facts()->error_e2, 0);
    ck_assert_int_lt(facts()->error_e2, 300);
    end();
}
END_TEST

START_TEST(a_compaction_leaves_what_it_says)
{
    begin();
    prompt("Hello");
    answer("msg_1", 20000, 5, "");
    answer("msg_2", 150000, 5, "");
    append("{\"type\":\"system\",\"subtype\":\"compact_boundary\",\"compactMetadata\":{\"trigger\":\"auto\","
           "\"preTokens\":150000,\"postTokens\":8000}}");
    append("{\"type\":\"user\",\"isCompactSummary\":true,\"message\":{\"content\":\"This session goes on "
           "...\"}}");
    ck_assert(facts()->is_compacted);
    ck_assert_int_ge(facts()->context_tokens, 8000 + 20000); /* every request begins with some 20,000 */
    ck_assert_int_le(facts()->context_tokens, 8000 + 20100);
    ck_assert_int_eq(facts()->appended_tokens, 0);
    ck_assert_int_eq(facts()->compactions, 1);
    prompt("Go on with it");
    ck_assert_int_gt(facts()->appended_tokens, 0);
    answer("msg_3", 29000, 5, "");
    ck_assert(!facts()->is_compacted);
    ck_assert_int_eq(facts()->context_tokens, 29100);
    end();
}
END_TEST

START_TEST(subagents_do_not_move_the_context)
{
    begin();
    answer("msg_1", 20000, 5, "{\"type\":\"tool_use\",\"id\":\"t1\",\"name\":\"Task\",\"input\":{}}");
    append(
        "{\"type\":\"assistant\",\"isSidechain\":true,\"message\":{\"id\":\"msg_s\",\"content\":[],\"usage\":"
        "{\"input_tokens\":99,\"cache_read_input_tokens\":90000}}}");
    append("{\"type\":\"user\",\"isSidechain\":true,\"message\":{\"content\":\"many words of another\"}}");
    append(
        "{\"type\":\"progress\",\"data\":{\"message\":{\"type\":\"assistant\",\"message\":{\"id\":\"msg_p\","
        "\"usage\":{\"input_tokens\":99,\"cache_read_input_tokens\":90000}}}}}");
    ck_assert_int_eq(facts()->context_tokens, 20100);
    ck_assert_int_eq(facts()->appended_tokens, 0);
    ck_assert_int_eq(facts()->agents, 1);
    result("t1", "done");
    ck_assert_int_eq(facts()->agents, 0);
    end();
}
END_TEST

START_TEST(tools_todos_modes_and_errors_are_told)
{
    begin();
    append("{\"type\":\"permission-mode\",\"permissionMode\":\"plan\"}");
    ck_assert_str_eq(facts()->mode, "plan");
    answer("msg_1", 1, 1,
           "{\"type\":\"tool_use\",\"id\":\"t1\",\"name\":\"TodoWrite\",\"input\":{\"todos\":[{\"status\":"
           "\"completed\"},{\"status\":\"pending\"},7]}},{\"type\":\"tool_use\",\"id\":\"t2\",\"name\":"
           "\"Skill\","
           "\"input\":{\"skill\":\"pdf\"}}");
    ck_assert_int_eq(facts()->todo_done, 1);
    ck_assert_int_eq(facts()->todo_total, 2);
    ck_assert_str_eq(facts()->tool, "Skill");
    ck_assert_str_eq(facts()->skill, "pdf");
    result("t2", "ok");
    ck_assert_str_eq(facts()->tool, "TodoWrite");
    append("{\"type\":\"system\",\"subtype\":\"api_error\",\"retryAttempt\":3}");
    ck_assert_int_eq(facts()->retries, 3);
    append("{\"type\":\"assistant\",\"isApiErrorMessage\":true,\"message\":{\"id\":\"u\",\"model\":\"<"
           "synthetic>\","
           "\"content\":[{\"type\":\"text\",\"text\":\"API Error: 529 "
           "Overloaded\"}],\"usage\":{\"input_tokens\":0}}}");
    ck_assert_str_eq(facts()->error, "API Error: 529 Overloaded");
    ck_assert_int_eq(facts()->retries, 0);
    ck_assert_int_eq(facts()->context_tokens, 101);
    answer("msg_2", 2, 1, "");
    ck_assert_str_eq(facts()->error, "");
    ck_assert_str_eq(facts()->tool, "");
    end();
}
END_TEST

static void todo_added(const char *id)
{
    appendf("{\"type\":\"user\",\"message\":{\"role\":\"user\",\"content\":[{\"tool_use_id\":\"t\",\"type\":"
            "\"tool_result\",\"content\":\"Task created\"}]},\"toolUseResult\":{\"task\":{\"id\":\"%s\","
            "\"subject\":\"s\"}}}",
            id);
}

static void todo_updated(const char *id, const char *status)
{
    static int answers;
    char message[32], content[256];
    snprintf(message, sizeof message, "msg_todo_%d", answers++);
    snprintf(content, sizeof content,
             "{\"type\":\"tool_use\",\"id\":\"t\",\"name\":\"TaskUpdate\",\"input\":{\"taskId\":\"%s\","
             "\"status\":\"%s\"}}",
             id, status);
    answer(message, 1, 1, content);
}

static void assert_todos(int done, int total)
{
    ck_assert_int_eq(facts()->todo_done, done);
    ck_assert_int_eq(facts()->todo_total, total);
}

START_TEST(todos_are_told_of_one_by_one)
{
    begin();
    todo_added("1");
    todo_added("2");
    assert_todos(0, 2);
    todo_updated("1", "in_progress");
    assert_todos(0, 2);
    todo_updated("1", "completed");
    todo_added("1"); /* it is looked at, not made again */
    assert_todos(1, 2);
    todo_updated("2", "deleted");
    assert_todos(1, 1);
    todo_updated("7", "completed"); /* made in a part of the log that was not read */
    assert_todos(2, 2);
    todo_updated("7", "pending");
    assert_todos(1, 2);
    todo_updated("", "completed");
    append("{\"type\":\"user\",\"message\":{\"content\":[]},\"toolUseResult\":{\"task\":\"no object\"}}");
    append("{\"type\":\"user\",\"message\":{\"content\":[]},\"toolUseResult\":\"no object\"}");
    assert_todos(1, 2);
    for (int i = 0; i < 300; i++) {
        char id[32];
        snprintf(id, sizeof id, "%d", 1000 + i);
        todo_added(id);
    }
    todo_updated("1299", "completed");
    assert_todos(1, 128);
    end();
}
END_TEST

START_TEST(a_line_that_is_not_whole_waits)
{
    begin();
    answer("msg_1", 1000, 1, "");
    static const char half[] = "{\"type\":\"user\",\"message\":{\"content\":\"how do";
    write_bytes("a", half, sizeof half - 1);
    ck_assert_int_eq(facts()->appended_tokens, 0);
    append(" you do\"}}");
    ck_assert_int_gt(facts()->appended_tokens, 0);
    end();
}
END_TEST

START_TEST(a_file_that_was_cut_or_replaced_is_read_anew)
{
    begin();
    answer("msg_1", 1000, 1, "");
    answer("msg_2", 2000, 1, "");
    ck_assert_int_eq(facts()->context_tokens, 2100);
    ck_assert_int_eq(truncate(path, 0), 0);
    answer("msg_3", 3000, 1, "");
    ck_assert_int_eq(facts()->context_tokens, 3100);
    ck_assert_uint_eq(facts()->generation, 1);
    unlink(path);
    ck_assert_int_eq(facts()->context_tokens, 3100);
    answer("msg_4", 4000, 1, "");
    answer("msg_5", 5000, 1, "");
    ck_assert_int_eq(facts()->context_tokens, 5100);
    end();
}
END_TEST

START_TEST(of_a_large_file_the_beginning_and_the_end_are_read)
{
    begin();
    static char filler[1 << 20];
    memset(filler, 'x', sizeof filler - 1);
    filler[sizeof filler - 1] = '\n';
    answer("msg_1", 20000, 1, "");
    for (int i = 0; i < 8; i++)
        write_bytes("a", filler, sizeof filler);
    ck_assert_int_eq(facts()->context_tokens, -1);
    ck_assert_int_eq(facts()->compactions, -1);
    answer("msg_2", 30000, 1, "");
    append("{\"type\":\"system\",\"subtype\":\"compact_boundary\",\"compactMetadata\":{\"postTokens\":500}}");
    ck_assert_int_eq(facts()->context_tokens, 20100 + 500);
    end();
}
END_TEST

START_TEST(damage_is_passed_over)
{
    begin();
    answer("msg_1", 1000, 1, "");
    append("not json");
    append("{\"type\":\"assistant\",\"message\":{\"id\":\"msg_2\",\"usage\":{\"input_tokens\":\"many\"}}}");
    append("{\"type\":\"user\",\"message\":null}");
    append("{\"type\":\"user\",\"message\":{\"content\":{\"a\":[1,{}]}}}");
    append("[1,2]");
    append("{\"type\":\"assistant\",\"message\":{\"content\":[null,7,{\"type\":\"tool_use\",\"id\":5,"
           "\"name\":[]}]}}");
    append("{\"type\":\"system\",\"subtype\":\"compact_boundary\",\"compactMetadata\":\"x\"");
    ck_assert_int_eq(facts()->context_tokens, 1100);
    ck_assert_str_eq(facts()->tool, "");
    end();
}
END_TEST

SUITE_MAIN("transcript", nothing_is_known_of_what_is_not_there, the_context_is_the_last_answers,
           a_huge_result_shows_before_the_next_answer, the_estimate_learns_from_the_sessions_answers,
           a_compaction_leaves_what_it_says, subagents_do_not_move_the_context,
           tools_todos_modes_and_errors_are_told, todos_are_told_of_one_by_one,
           a_line_that_is_not_whole_waits, a_file_that_was_cut_or_replaced_is_read_anew,
           of_a_large_file_the_beginning_and_the_end_are_read, damage_is_passed_over)
