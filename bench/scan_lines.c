/*
 * What the scanner pays for a line: nanoseconds for one with usage, for one that is left, and for bad ones;
 * and how fast its loops are; by every kernel that the machine has. The least of several runs, one `name
 * value` a line.
 */
#include "../agent/ingest/claude_log.h"
#include "../agent/ingest/json.h"
#include "../agent/ingest/kernels.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { RUNS = 15, LINES = 256, LINE_ROOM = 1100, TEXT_SIZE = 16 * 1024 };

static const char usage_format[] =
    "{\"parentUuid\":\"5e0f1c2a-7b1d-4c53-9a8e-%012d\",\"isSidechain\":false,\"userType\":\"external\","
    "\"cwd\":\"/home/ada/src/garden\",\"sessionId\":\"b668cd0a-b801-439d-97e2-d3899027e277\","
    "\"version\":\"2.1.87\",\"gitBranch\":\"main\",\"message\":{\"model\":\"claude-opus-4-6\","
    "\"id\":\"msg_01cc17WJoWjJ%012d\",\"type\":\"message\",\"role\":\"assistant\",\"content\":[{\"type\":"
    "\"tool_use\",\"id\":\"toolu_01BY%012d\",\"name\":\"Bash\",\"input\":{\"command\":"
    "\"grep -n \\\"seed\\\" src/plan.c\\n\",\"description\":\"Looks for the seed\"}}],\"stop_reason\":"
    "\"tool_use\",\"stop_sequence\":null,\"usage\":{\"input_tokens\":%d,\"cache_creation_input_tokens\":3554,"
    "\"cache_read_input_tokens\":48213,\"cache_creation\":{\"ephemeral_5m_input_tokens\":3554,"
    "\"ephemeral_1h_input_tokens\":0},\"output_tokens\":%d,\"service_tier\":\"standard\"}},"
    "\"requestId\":\"req_011TnYpj%012d\",\"type\":\"assistant\",\"uuid\":"
    "\"30fbad7d-1780-4771-b43b-%012d\",\"timestamp\":\"2026-02-13T05:37:%02d.120Z\"}";

static const char skipped_format[] =
    "{\"type\":\"queue-operation\",\"operation\":\"enqueue\",\"timestamp\":\"2026-02-13T05:37:%02d.120Z\","
    "\"n\":%05d}";

struct lines {
    char bytes[LINES][LINE_ROOM];
    size_t sizes[LINES];
    char text[LINES * LINE_ROOM]; /* all of them, as in a log */
    size_t text_size;
};

static double now_ns(void)
{
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

static void write_usage(struct lines *lines)
{
    for (int i = 0; i < LINES; i++)
        lines->sizes[i] = (size_t)snprintf(lines->bytes[i], LINE_ROOM, usage_format, i, i, i, i * 37 % 1000,
                                           i * 7919 % 30000, i, i, i % 60);
}

static void write_skipped(struct lines *lines)
{
    for (int i = 0; i < LINES; i++)
        lines->sizes[i] = (size_t)snprintf(lines->bytes[i], LINE_ROOM, skipped_format, i % 60, i);
}

/* Lines with usage, each damaged in one byte, so far from its beginning. */
static void write_bad(struct lines *lines, size_t from_end, size_t from_begin, char damage)
{
    write_usage(lines);
    for (int i = 0; i < LINES; i++)
        lines->bytes[i][from_end ? lines->sizes[i] - from_end : from_begin] = damage;
}

static void join(struct lines *lines)
{
    lines->text_size = 0;
    for (size_t i = 0; i < LINES; i++) {
        memcpy(lines->text + lines->text_size, lines->bytes[i], lines->sizes[i]);
        lines->text_size += lines->sizes[i];
        lines->text[lines->text_size++] = '\n';
    }
}

/* As a file's reader takes what it has read. */
static void take_text(struct batch *batch, const struct log_place *place, const struct lines *lines)
{
    const char *at = lines->text, *end = at + lines->text_size;
    for (uint64_t number = 0; at < end; number++) {
        unsigned needles = 0;
        const char *newline = batch->kernels->line_end(at, end, &needles);
        if (needles)
            claude_log_found_line(batch, place, at, (size_t)(newline - at), number, needles, false);
        else
            batch->lines += !claude_log_is_blank(at, (size_t)(newline - at));
        at = newline + 1;
    }
}

static double line_ns(const struct kernels *kernels, struct lines *lines, bool is_good)
{
    static const char path[] = "/c/projects/slug/b668cd0a-b801-439d-97e2-d3899027e277.jsonl";
    struct log_place place;
    struct batch batch;
    double least = 1e18;
    claude_log_place(&place, path, strlen("/c/projects/"));
    batch_init(&batch, path);
    batch.kernels = kernels;
    join(lines);
    for (int run = 0; run < RUNS; run++) {
        double start = now_ns();
        for (int round = 0; round < 64; round++) {
            batch_clear(&batch, path);
            take_text(&batch, &place, lines);
        }
        double each = (now_ns() - start) / (64 * LINES);
        least = each < least ? each : least;
    }
    if ((skips_total(&batch.skipped) == 0) != is_good) {
        fprintf(stderr, "scan_lines: the lines are not what they are meant to be\n");
        exit(EXIT_FAILURE);
    }
    batch_free(&batch);
    return least;
}

static double line_end_rate(const struct kernels *kernels, const char *text)
{
    double least = 1e18;
    unsigned needles = 0;
    for (int run = 0; run < RUNS; run++) {
        double start = now_ns();
        for (int round = 0; round < 256; round++)
            if (kernels->line_end(text, text + TEXT_SIZE, &needles) != text + TEXT_SIZE)
                exit(EXIT_FAILURE);
        double spent = now_ns() - start;
        least = spent < least ? spent : least;
    }
    return 256.0 * TEXT_SIZE / least;
}

/* Of a text that is one string of `pattern`s. */
static double string_rate(const struct kernels *kernels, const char *pattern)
{
    static char text[TEXT_SIZE];
    double least = 1e18;
    const size_t size = strlen(pattern);
    memset(text, ' ', sizeof text);
    text[0] = '"';
    for (size_t at = 1; at + size < sizeof text; at += size)
        memcpy(text + at, pattern, size);
    text[sizeof text - 1] = '"';
    for (int run = 0; run < RUNS; run++) {
        double start = now_ns();
        for (int round = 0; round < 256; round++) {
            struct json json;
            json_start(&json, text, sizeof text);
            json.kernels = kernels;
            if (json_take(&json, NULL) != JSON_STRING)
                exit(EXIT_FAILURE);
        }
        double spent = now_ns() - start;
        least = spent < least ? spent : least;
    }
    return 256.0 * TEXT_SIZE / least;
}

/* Of one that waits for the one before: a cycle, so that times can be compared between machines. */
static double addition_ns(void)
{
    enum { ADDITIONS = 1 << 22 };
    double least = 1e18;
    for (int run = 0; run < RUNS; run++) {
        uint64_t sum = 0;
        double start = now_ns();
        for (int i = 0; i < ADDITIONS; i++) {
            sum++;
            __asm__ volatile("" : "+r"(sum)); /* so that they are not all done at once */
        }
        double each = (now_ns() - start) / ADDITIONS;
        least = each < least ? each : least;
    }
    return least;
}

static void measure(const struct kernels *kernels)
{
    static struct lines lines;
    static char text[TEXT_SIZE];
    const char *name = kernels->name;
    write_usage(&lines);
    printf("usage_line_bytes.%s %zu\n", name, lines.sizes[0]);
    printf("usage_line_ns.%s %.1f\n", name, line_ns(kernels, &lines, true));
    write_bad(&lines, 2, 0, '\n' + 1);
    printf("bad_at_end_line_ns.%s %.1f\n", name, line_ns(kernels, &lines, false));
    write_bad(&lines, 0, 1, 'x');
    printf("bad_at_begin_line_ns.%s %.1f\n", name, line_ns(kernels, &lines, false));
    write_skipped(&lines);
    printf("skipped_line_bytes.%s %zu\n", name, lines.sizes[0]);
    printf("skipped_line_ns.%s %.1f\n", name, line_ns(kernels, &lines, true));
    memset(text, 'x', sizeof text);
    printf("line_end_gb_s.%s %.2f\n", name, line_end_rate(kernels, text));
    printf("plain_string_gb_s.%s %.2f\n", name, string_rate(kernels, "the quick brown fox "));
    printf("escaped_string_gb_s.%s %.2f\n", name, string_rate(kernels, "if (a) {\\n    \\\"quoted\\\" } "));
    printf("wide_string_gb_s.%s %.2f\n", name,
           string_rate(kernels, "gr\xc3\xb6\xc3\x9f"
                                "er \xe6\x97\xa5 then "));
}

int main(void)
{
    static const char *const names[] = {"avx512", "avx2", "sse2", "neon", "scalar"};
    printf("chosen %s\n", kernels_chosen()->name);
    printf("addition_ns %.3f\n", addition_ns());
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (kernels_named(names[i]))
            measure(kernels_named(names[i]));
    return 0;
}
