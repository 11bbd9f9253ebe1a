/*
 * The prefilter is safe: whatever a line is, if reading all of it finds usage or a session's account, the
 * look for the needles lets it through; but for keys that are written with escapes, which by the counting
 * rules do not count. Over made lines, over those with a few bytes changed, and over all logs below
 * TACHO_CORPUS, if that is set.
 */
#include "suite.h"

#include "../../agent/ingest/claude_fields.h"
#include "../../agent/ingest/cost_state.h"
#include "../../agent/ingest/kernels.h"

#include <ftw.h>
#include <stdlib.h>
#include <string.h>

static const char *const names[] = {"scalar", "sse2", "avx2", "avx512", "neon"};

static struct batch batch;
static struct log_place place;
static size_t lines_seen, lines_left, lines_with_usage, lines_with_costs;

static void start(void)
{
    static const char path[] = "/c/projects/slug/s.jsonl";
    claude_log_place(&place, path, strlen("/c/projects/"));
    batch_free(&batch);
    batch_init(&batch, path);
    lines_seen = lines_left = lines_with_usage = lines_with_costs = 0;
}

static bool holds(const char *line, size_t size, const char *text)
{
    return memmem(line, size, text, strlen(text)) != NULL;
}

/* Whether the line, read whole, has usage anywhere that counts. */
static bool has_usage(const char *line, size_t size)
{
    struct line_fields fields;
    scratch_begin(&batch.scratch, size);
    bool found =
        claude_fields_read(&fields, &batch, line, size) &&
        (fields.outer.message.usage.present || (fields.inner.present && fields.inner.message.usage.present));
    scratch_end(&batch.scratch);
    return found;
}

static bool has_costs(const char *line, size_t size)
{
    cost_state_read(&batch, &place, line, size);
    return batch.cost_count > 0;
}

static void check_line(const char *line, size_t size)
{
    const unsigned expected = (holds(line, size, "\"usage\"") ? NEEDLE_USAGE : 0) |
                              (holds(line, size, "\"modelUsage\"") ? NEEDLE_COSTS : 0);
    const bool is_escaped = holds(line, size, "\\u");
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        unsigned needles = 0;
        if (kernels_named(names[i]) &&
            (kernels_named(names[i])->line_end(line, line + size, &needles) != line + size ||
             needles != expected))
            ck_abort_msg("%s: needles %u, not %u: %.*s", names[i], needles, expected, (int)size, line);
    }
    batch_clear(&batch, batch.path);
    const bool usage = has_usage(line, size), costs = has_costs(line, size);
    if (usage && !(expected & NEEDLE_USAGE) && !is_escaped)
        ck_abort_msg("usage is left: %.*s", (int)size, line);
    if (costs && !(expected & NEEDLE_COSTS) && !is_escaped)
        ck_abort_msg("an account is left: %.*s", (int)size, line);
    lines_seen++;
    lines_left += expected == 0;
    lines_with_usage += usage;
    lines_with_costs += costs;
}

/* ---- made lines ---------------------------------------------------------------------------------------- */

static const char *const templates[] = {
    "{\"type\":\"assistant\",\"message\":{\"id\":\"m\",\"usage\":{\"input_tokens\":1}}}",
    "{ \"message\" : { \"usage\" : { } , \"content\" : [ { \"usage\" : 1 } ] } }",
    "{\"type\":\"progress\",\"data\":{\"message\":{\"message\":{\"usage\":{\"output_tokens\":2}}}}}",
    "{\"message\":{\"content\":\"{\\\"usage\\\":{}}\"},\"usage\":{}}",
    "{\"message\":{\"\\u0075sage\":{\"input_tokens\":1}}}",
    "{\"type\":\"cost-state\",\"modelUsage\":{\"m\":{\"inputTokens\":3,\"costUSD\":1}},\"sessionId\":\"s\"}",
    "{\"modelUsage\":{\"m\":{}},\"x\":\"usage\",\"type\":\"cost-state\"}",
    "{\"type\":\"user\",\"message\":{\"role\":\"user\",\"content\":\"a page of \\\"usage\\\" and garbage\"}}",
    "",
};

/* Changes a few bytes, some for those of which lines are made. */
static size_t damage(char *line, size_t size, size_t room)
{
    static const char bytes[] = "\"\\{}[]:,usage01 ";
    for (int i = rand() % 4; i > 0 && size > 0; i--) {
        const size_t at = (size_t)rand() % size;
        switch (rand() % 3) {
        case 0:
            line[at] = rand() % 2 ? (char)rand() : bytes[(size_t)rand() % (sizeof bytes - 1)];
            break;
        case 1:
            memmove(line + at, line + at + 1, size - at - 1);
            size--;
            break;
        default:
            if (size == room)
                break;
            memmove(line + at + 1, line + at, size - at);
            line[at] = bytes[(size_t)rand() % (sizeof bytes - 1)];
            size++;
        }
    }
    for (size_t i = 0; i < size; i++)
        if (line[i] == '\n')
            line[i] = ' ';
    return size;
}

START_TEST(made_lines_are_not_lost)
{
    static char room[512];
    start();
    srand(1);
    for (int round = 0; round < 200000; round++) {
        const char *template = templates[(size_t)rand() % (sizeof templates / sizeof *templates)];
        memcpy(room, template, strlen(template));
        const size_t size = damage(room, strlen(template), sizeof room);
        char *line = malloc(size ? size : 1);
        memcpy(line, room, size);
        check_line(line, size);
        free(line);
    }
    ck_assert_uint_gt(lines_left, 1000);
    ck_assert_uint_gt(lines_with_usage, 1000);
    ck_assert_uint_gt(lines_with_costs, 1000);
}
END_TEST

/* ---- logs ---------------------------------------------------------------------------------------------- */

static int check_file(const char *path, const struct stat *status, int type, struct FTW *walk)
{
    (void)walk;
    const size_t length = strlen(path);
    if (type != FTW_F || length < 6 || strcmp(path + length - 6, ".jsonl") != 0 || status->st_size == 0)
        return 0;
    FILE *file = fopen(path, "rb");
    char *line = NULL;
    size_t room = 0;
    for (ssize_t size; file && (size = getline(&line, &room, file)) > 0;)
        check_line(line, (size_t)size - (line[size - 1] == '\n'));
    free(line);
    if (file)
        fclose(file);
    return 0;
}

START_TEST(lines_of_real_logs_are_not_lost)
{
    const char *corpus = getenv("TACHO_CORPUS");
    if (!corpus)
        return;
    start();
    ck_assert_int_eq(nftw(corpus, check_file, 16, FTW_PHYS), 0);
    printf("# prefilter: %zu lines, %zu left, %zu with usage\n", lines_seen, lines_left, lines_with_usage);
    ck_assert_uint_gt(lines_seen, 0);
}
END_TEST

SUITE_MAIN_SECONDS("prefilter", 600, made_lines_are_not_lost, lines_of_real_logs_are_not_lost)
