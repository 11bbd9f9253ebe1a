/*
 * The status line's document: what is read of it, of every shape that was seen, and of damaged ones. The
 * samples are in $TACHO_SHARED/stdin, by default ../shared/stdin; where they are not, the tests do without.
 */
#include "suite.h"

#include "../../agent/ingest/payload.h"

#include <stdlib.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

static struct payload payload;

/* Reads a document from memory of exactly its size. */
static bool read_bytes(const char *bytes, size_t size)
{
    char *copy = malloc(size ? size : 1);
    memcpy(copy, bytes, size);
    memset(&payload, 0xa5, sizeof payload);
    bool whole = payload_read(&payload, copy, size);
    free(copy);
    return whole;
}

static bool read_text(const char *text)
{
    return read_bytes(text, strlen(text));
}

static bool text_is(struct payload_text text, const char *expected)
{
    return text.size == strlen(expected) && (text.size == 0 || memcmp(text.bytes, expected, text.size) == 0);
}

static void check_nothing_known(void)
{
    ck_assert_uint_eq(
        payload.session_id.size + payload.cwd.size + payload.model_id.size + payload.effort.size, 0);
    ck_assert_uint_eq(payload.session_name.size + payload.worktree.size + payload.pr_url.size, 0);
    ck_assert_int_eq(payload.pr_number, 0);
    ck_assert_int_eq(payload.cost_pusd, -1);
    ck_assert_int_eq(payload.duration_ms, -1);
    ck_assert_int_eq(payload.lines_added, -1);
    ck_assert_int_eq(payload.context_tokens, -1);
    ck_assert_int_eq(payload.context_used_e2, -1);
    ck_assert_int_eq(payload.current_input, -1);
    ck_assert(!payload.five_hour.known && !payload.seven_day.known);
    ck_assert(!payload.fast_mode && !payload.exceeds_200k && !payload.has_tasks);
    ck_assert_int_eq(payload.columns, -1);
}

START_TEST(a_full_document_is_read)
{
    ck_assert(read_text(
        "{\"session_id\":\"s\",\"session_name\":\"n\",\"transcript_path\":\"/t\",\"cwd\":\"/c\","
        "\"model\":{\"id\":\"m\",\"display_name\":\"M\"},\"workspace\":{\"current_dir\":\"/"
        "d\",\"project_dir\":\"/p\","
        "\"added_dirs\":[\"/"
        "x\"],\"git_worktree\":\"g\"},\"version\":\"2.1\",\"output_style\":{\"name\":\"o\"},"
        "\"cost\":{\"total_cost_usd\":0.4187325,\"total_duration_ms\":912345,\"total_api_duration_ms\":"
        "201877,"
        "\"total_lines_added\":156,\"total_lines_removed\":23},\"context_window\":{\"total_input_tokens\":"
        "15500,"
        "\"total_output_tokens\":1200,\"context_window_size\":200000,\"used_percentage\":7.750000000000001,"
        "\"current_usage\":{\"input_tokens\":8500,\"output_tokens\":1201,\"cache_creation_input_tokens\":"
        "5000,"
        "\"cache_read_input_tokens\":2000}},\"exceeds_200k_tokens\":true,\"fast_mode\":true,"
        "\"effort\":{\"level\":\"high\"},\"thinking\":{\"enabled\":true},\"rate_limits\":{\"five_hour\":"
        "{\"used_percentage\":23.5,\"resets_at\":1795600800},\"seven_day\":{\"used_percentage\":99.87,"
        "\"resets_at\":1796083200.9}},\"vim\":{\"mode\":\"NORMAL\"},\"agent\":{\"name\":\"a\"},\"pr\":{"
        "\"number\":12,"
        "\"url\":\"u\",\"review_state\":\"pending\",\"kind\":\"mr\"},\"worktree\":{\"name\":\"w\"}}\n"));
    ck_assert(text_is(payload.session_id, "s") && text_is(payload.session_name, "n"));
    ck_assert(text_is(payload.transcript_path, "/t") && text_is(payload.cwd, "/c"));
    ck_assert(text_is(payload.model_id, "m") && text_is(payload.model_name, "M"));
    ck_assert(text_is(payload.current_dir, "/d") && text_is(payload.project_dir, "/p"));
    ck_assert(text_is(payload.version, "2.1") && text_is(payload.output_style, "o"));
    ck_assert(text_is(payload.effort, "high") && text_is(payload.vim_mode, "NORMAL") &&
              text_is(payload.agent, "a"));
    ck_assert(text_is(payload.pr_url, "u") && text_is(payload.pr_state, "pending") &&
              text_is(payload.pr_kind, "mr"));
    ck_assert(text_is(payload.worktree, "w") && text_is(payload.git_worktree, "g"));
    ck_assert_int_eq(payload.pr_number, 12);
    ck_assert_int_eq(payload.cost_pusd, INT64_C(418732500000));
    ck_assert_int_eq(payload.duration_ms, 912345);
    ck_assert_int_eq(payload.api_duration_ms, 201877);
    ck_assert_int_eq(payload.lines_added, 156);
    ck_assert_int_eq(payload.lines_removed, 23);
    ck_assert_int_eq(payload.context_tokens, 15500);
    ck_assert_int_eq(payload.context_output, 1200);
    ck_assert_int_eq(payload.context_size, 200000);
    ck_assert_int_eq(payload.context_used_e2, 775);
    ck_assert_int_eq(payload.current_input, 8500);
    ck_assert_int_eq(payload.current_output, 1201);
    ck_assert_int_eq(payload.current_cache_write, 5000);
    ck_assert_int_eq(payload.current_cache_read, 2000);
    ck_assert(payload.exceeds_200k && payload.fast_mode && payload.thinking && !payload.has_tasks);
    ck_assert(payload.five_hour.known && payload.seven_day.known);
    ck_assert_int_eq(payload.five_hour.used_e2, 2350);
    ck_assert_int_eq(payload.five_hour.resets_us, INT64_C(1795600800000000));
    ck_assert_int_eq(payload.seven_day.used_e2, 9987);
    ck_assert_int_eq(payload.seven_day.resets_us, INT64_C(1796083200000000));
}
END_TEST

START_TEST(absent_null_and_wrong_types_are_unknown)
{
    static const char *const documents[] = {
        "{}",
        "{\"session_id\":null,\"cwd\":null,\"model\":null,\"cost\":null,\"context_window\":null,\"pr\":null,"
        "\"rate_limits\":null,\"fast_mode\":null,\"tasks\":null,\"columns\":null,\"effort\":null}",
        "{\"session_id\":5,\"cwd\":[\"/x\"],\"model\":\"opus\",\"cost\":3,\"context_window\":[],\"pr\":7,"
        "\"rate_limits\":{\"five_hour\":7,\"seven_day\":null},\"fast_mode\":\"yes\",\"tasks\":{},\"columns\":"
        "\"9\"}",
        "{\"cost\":{\"total_cost_usd\":\"1\",\"total_duration_ms\":-1,\"total_lines_added\":1e30},\"pr\":"
        "{\"number\":-2},\"context_window\":{\"used_percentage\":null,\"total_input_tokens\":true,"
        "\"current_usage\":null},\"rate_limits\":{\"five_hour\":{\"used_percentage\":null,\"resets_at\":"
        "1795600800}}}",
        "{\"cost\":{\"total_cost_usd\":-0.01},\"context_window\":{\"used_percentage\":1e9},\"columns\":-3}",
        "{\"cost\":{\"total_cost_usd\":1e300}}",
    };
    for (size_t i = 0; i < COUNT(documents); i++) {
        ck_assert_msg(read_text(documents[i]), "%s", documents[i]);
        check_nothing_known();
        ck_assert_int_eq(payload.five_hour.resets_us, 0);
    }
}
END_TEST

START_TEST(numbers_of_every_form_are_read)
{
    ck_assert(read_text(
        "{\"cost\":{\"total_cost_usd\":4.1e-05,\"total_duration_ms\":1E3,\"total_lines_added\":2.9},"
        "\"context_window\":{\"used_percentage\":99.999999,\"total_input_tokens\":-0}}"));
    ck_assert_int_eq(payload.cost_pusd, 41000000);
    ck_assert_int_eq(payload.duration_ms, 1000);
    ck_assert_int_eq(payload.lines_added, 2);
    ck_assert_int_eq(payload.context_used_e2, 9999);
    ck_assert_int_eq(payload.context_tokens, 0);
    ck_assert(read_text("{\"cost\":{\"total_cost_usd\":187.93412249999997}}"));
    ck_assert_int_eq(payload.cost_pusd, INT64_C(187934122500000));
}
END_TEST

START_TEST(gits_worktree_stands_in_for_the_clients)
{
    ck_assert(read_text("{\"workspace\":{\"git_worktree\":\"g\"}}"));
    ck_assert(text_is(payload.worktree, "g"));
}
END_TEST

START_TEST(only_the_first_document_counts)
{
    ck_assert(read_text("\xef\xbb\xbf {\"cwd\":\"/a\"}{\"cwd\":\"/b\"}"));
    ck_assert(text_is(payload.cwd, "/a"));
    ck_assert(read_text("{\"cwd\":\"/a\"} garbage"));
    ck_assert(!read_text("\"cwd\""));
    ck_assert(!read_text("[{\"cwd\":\"/a\"}]"));
    check_nothing_known();
    ck_assert(!read_text(""));
    check_nothing_known();
    ck_assert(!read_text("\xef\xbb\xbf"));
}
END_TEST

START_TEST(what_stood_before_the_damage_is_kept)
{
    ck_assert(!read_text("{\"session_id\":\"s\",\"model\":{\"id\":\"m\"},\"cwd\":\"/half"));
    ck_assert(text_is(payload.session_id, "s") && text_is(payload.model_id, "m"));
    ck_assert_uint_eq(payload.cwd.size, 0);
    ck_assert(!read_text("{\"columns\":80,\"cost\":{\"total_duration_ms\":5,\"total_cost_usd\":0.41"));
    ck_assert_int_eq(payload.columns, 80);
    ck_assert_int_eq(payload.duration_ms, 5);
    ck_assert_int_eq(payload.cost_pusd, -1); /* it may have had more digits */
    ck_assert(!read_text("{\"columns\":80,\"cwd\":oops,\"fast_mode\":true}"));
    ck_assert(payload.columns == 80 && !payload.fast_mode);
}
END_TEST

START_TEST(text_is_decoded)
{
    ck_assert(read_text("{\"cwd\":\"C:\\\\a\\u001b[2J\\u0000\\ud83c\\udf50\\ud800\xff\"}"));
    ck_assert_uint_eq(payload.cwd.size, 17);
    ck_assert_mem_eq(payload.cwd.bytes, "C:\\a\x1b[2J\0\xf0\x9f\x8d\x90\xed\xa0\x80\xff", 17);
}
END_TEST

/* A document whose session has a name of `count` pears (U+1F350). */
static size_t document_with_pears(char *document, size_t count)
{
    static const char head[] = "{\"session_name\":\"", tail[] = "\",\"cwd\":\"/home/me\"}";
    char *at = document;
    memcpy(at, head, sizeof head - 1);
    at += sizeof head - 1;
    for (size_t i = 0; i < count; i++, at += 4)
        memcpy(at, "\xf0\x9f\x8d\x90", 4);
    memcpy(at, tail, sizeof tail - 1);
    return (size_t)(at - document) + sizeof tail - 1;
}

/* Long text is cut between characters, and a hostile name leaves room for the paths. */
START_TEST(long_text_is_cut)
{
    enum { PEARS = 6000 };
    char *document = malloc(64 + PEARS * 4);
    size_t size = document_with_pears(document, PEARS);
    ck_assert(read_bytes(document, size));
    ck_assert_uint_gt(payload.session_name.size, 500);
    ck_assert_uint_eq(payload.session_name.size % 4, 0);
    ck_assert(text_is(payload.cwd, "/home/me"));
    free(document);
}
END_TEST

START_TEST(the_buffer_is_never_overrun)
{
    char document[32 * 1024], *at = document;
    at += snprintf(at, 64, "{\"tasks\":[");
    for (int i = 0; i < 100; i++) {
        at += snprintf(at, 300, "%s{\"id\":\"%0200d\",\"name\":\"\\u00e9\"}", i ? "," : "", i);
    }
    at += snprintf(at, 64, "],\"cwd\":\"/after\"}");
    ck_assert(read_bytes(document, (size_t)(at - document)));
    ck_assert_uint_eq(payload.task_count, PAYLOAD_TASKS_MAX);
    ck_assert_uint_le(payload.used, sizeof payload.buffer);
    ck_assert(text_is(payload.cwd, "/after"));
    ck_assert_uint_eq(payload.tasks[PAYLOAD_TASKS_MAX - 1].id.size, 200);
}
END_TEST

START_TEST(tasks_are_read)
{
    ck_assert(read_text(
        "{\"columns\":118,\"tasks\":[{\"id\":\"a\",\"name\":\"n\",\"label\":\"l\",\"status\":\"running\","
        "\"description\":\"d\",\"model\":\"m\",\"effort\":32000,\"tokenCount\":48211,"
        "\"contextWindowSize\":200000,\"startTime\":1795597200123,\"tokenSamples\":[1,2]},7,"
        "{\"id\":\"b\"}]}"));
    ck_assert(payload.has_tasks);
    ck_assert_int_eq(payload.columns, 118);
    ck_assert_uint_eq(payload.task_count, 2);
    ck_assert(text_is(payload.tasks[0].id, "a") && text_is(payload.tasks[0].name, "n"));
    ck_assert(text_is(payload.tasks[0].label, "l") && text_is(payload.tasks[0].status, "running"));
    ck_assert(text_is(payload.tasks[0].description, "d") && text_is(payload.tasks[0].model, "m"));
    ck_assert_int_eq(payload.tasks[0].tokens, 48211);
    ck_assert_int_eq(payload.tasks[0].context_size, 200000);
    ck_assert_int_eq(payload.tasks[0].start_ms, INT64_C(1795597200123));
    ck_assert(text_is(payload.tasks[1].id, "b") && payload.tasks[1].model.size == 0);
    ck_assert_int_eq(payload.tasks[1].tokens, -1);
    ck_assert(read_text("{\"tasks\":[]}"));
    ck_assert(payload.has_tasks && payload.task_count == 0);
}
END_TEST

/* ---- the samples --------------------------------------------------------------------------------------- */

static char sample_bytes[256 * 1024];
static size_t sample_size;

/* Loads a sample; false if there is none here. */
static bool load_sample(const char *name)
{
    char path[4096];
    const char *shared = getenv("TACHO_SHARED");
    snprintf(path, sizeof path, "%s/stdin/%s", shared ? shared : "../shared", name);
    FILE *file = fopen(path, "rb");
    if (!file)
        return false;
    sample_size = fread(sample_bytes, 1, sizeof sample_bytes, file);
    fclose(file);
    return true;
}

static bool read_sample(const char *name, bool *whole)
{
    if (!load_sample(name))
        return false;
    *whole = read_bytes(sample_bytes, sample_size);
    return true;
}

static const struct sample {
    const char *name;
    bool whole;
    const char *model, *effort, *vim_mode, *pr_state;
    int64_t cost_pusd;
    int32_t context_used_e2, five_hour_e2, seven_day_e2;
} samples[] = {
#define USUAL INT64_C(418732500000)
    {"01-every-documented-field.json", true, "Opus", "high", "NORMAL", "pending", USUAL, 800, 2350, 4120},
    {"02-pre-first-message-nulls.json", true, "Opus", "medium", "", "", 0, -1, -1, -1},
    {"03-oldest-minimal-1.0.71.json", true, "Opus 4.1", "", "", "", -1, -1, -1, -1},
    {"04-api-key-haiku-gitlab-mr-no-rate-limits.json", true, "Haiku 4.5", "", "", "approved", USUAL, 800, -1,
     -1},
    {"05-1m-window-nearly-full-only-five-hour.json", true, "Sonnet (1M context)", "max", "", "",
     INT64_C(187934122500000), 9700, 10000, -1},
    {"06-after-compact-current-usage-null-only-seven-day.json", true, "Opus", "", "", "", USUAL, 0, -1, 9987},
    {"07-worktree-hook-based-no-branch.json", true, "Opus", "", "", "", USUAL, 800, -1, -1},
    {"08-worktree-cwd-in-subdir-vim-visual-line.json", true, "Opus", "", "VISUAL LINE", "", USUAL, 800, -1,
     -1},
    {"12-future-fields-unknown-enum-values.json", true, "Nimbus 9", "hyper", "REPLACE", "", USUAL, 800, 1200,
     0},
    {"13-hostile-explicit-nulls.json", true, "Opus", "", "", "", USUAL, -1, -1, -1},
    {"14-cwd-outside-project-fast-mode-agent.json", true, "Opus", "xhigh", "VISUAL", "draft", USUAL, 800, -1,
     -1},
    {"15-pr-without-review-state-exponent-floats.json", true, "Opus", "", "INSERT", "", 41000000, 775, -1,
     -1},
    {"16-resumed-zero-cost-stale-and-null-windows.json", true, "Opus", "", "", "changes_requested", 0, 800,
     -1, 6400},
    {"17-bedrock-arn-model-name.json", true,
     "arn:aws:bedrock:eu-west-1:000000000000:application-inference-profile/abcde12345", "", "", "", USUAL,
     800, -1, -1},
    {"18-windows-backslash-paths.json", true, "Opus", "", "", "", USUAL, 800, -1, -1},
    {"19-hostile-control-characters.json", true, "Opus", "", "", "", USUAL, 800, -1, -1},
    {"20-truncated-mid-string.json", false, "Opus", "", "", "", -1, -1, -1, -1},
    {"21-empty.json", false, "", "", "", "", -1, -1, -1, -1},
    {"22-two-documents-and-bom.json", true, "Opus", "", "", "", USUAL, 800, -1, -1},
    {"23-subagent-statusline-tasks.json", true, "", "", "", "", -1, -1, -1, -1},
};

START_TEST(samples_are_read)
{
    for (size_t i = 0; i < COUNT(samples); i++) {
        const struct sample *sample = &samples[i];
        bool whole;
        if (!read_sample(sample->name, &whole))
            continue;
        ck_assert_msg(whole == sample->whole, "%s", sample->name);
        ck_assert_msg(text_is(payload.model_name, sample->model), "%s: model", sample->name);
        ck_assert_msg(text_is(payload.effort, sample->effort), "%s: effort", sample->name);
        ck_assert_msg(text_is(payload.vim_mode, sample->vim_mode), "%s: vim", sample->name);
        ck_assert_msg(text_is(payload.pr_state, sample->pr_state), "%s: pr", sample->name);
        ck_assert_msg(payload.cost_pusd == sample->cost_pusd, "%s: cost %ld", sample->name,
                      (long)payload.cost_pusd);
        ck_assert_msg(payload.context_used_e2 == sample->context_used_e2, "%s: context %d", sample->name,
                      payload.context_used_e2);
        int five = payload.five_hour.known ? payload.five_hour.used_e2 : -1;
        int seven = payload.seven_day.known ? payload.seven_day.used_e2 : -1;
        ck_assert_msg(five == sample->five_hour_e2 && seven == sample->seven_day_e2, "%s: limits %d %d",
                      sample->name, five, seven);
    }
}
END_TEST

START_TEST(escaped_and_raw_text_are_one)
{
    bool whole;
    if (!read_sample("09-unicode-raw-utf8.json", &whole))
        return;
    struct payload *raw = malloc(sizeof *raw);
    ck_assert(whole);
    memcpy(raw, &payload, sizeof *raw);
    ck_assert(read_sample("10-unicode-ascii-escapes-surrogate-pairs.json", &whole) && whole);
    ck_assert_uint_eq(payload.used, raw->used);
    ck_assert_mem_eq(payload.buffer, raw->buffer, raw->used);
    free(raw);
}
END_TEST

START_TEST(a_huge_sample_is_read_to_its_end)
{
    bool whole;
    if (!read_sample("11-huge-140k-unknown-blocks.json", &whole))
        return;
    ck_assert(whole);
    ck_assert_uint_gt(payload.session_id.size, 0);
    ck_assert_uint_gt(payload.session_name.size, 0);
    ck_assert_int_eq(payload.cost_pusd, USUAL);
    ck_assert_int_eq(payload.context_used_e2, 800);
}
END_TEST

/* Of a sample cut off anywhere, what is read is what the whole says. */
START_TEST(cut_samples_do_no_harm)
{
    for (size_t i = 0; i < COUNT(samples); i++) {
        if (!load_sample(samples[i].name))
            continue;
        for (size_t cut = 0; cut < sample_size; cut += 3) {
            read_bytes(sample_bytes, cut);
            ck_assert(payload.cost_pusd == -1 || payload.cost_pusd == samples[i].cost_pusd);
            ck_assert(payload.context_used_e2 == -1 || payload.context_used_e2 == samples[i].context_used_e2);
            ck_assert_msg(payload.model_name.size == 0 || text_is(payload.model_name, samples[i].model), "%s",
                          samples[i].name);
        }
    }
}
END_TEST

SUITE_MAIN("payload", a_full_document_is_read, absent_null_and_wrong_types_are_unknown,
           numbers_of_every_form_are_read, gits_worktree_stands_in_for_the_clients,
           only_the_first_document_counts, what_stood_before_the_damage_is_kept, text_is_decoded,
           long_text_is_cut, the_buffer_is_never_overrun, tasks_are_read, samples_are_read,
           escaped_and_raw_text_are_one, a_huge_sample_is_read_to_its_end, cut_samples_do_no_harm)
