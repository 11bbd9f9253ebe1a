/*
 * From the write of a log line until its message is in the segment. Appends usage lines and watches the
 * global slot through a mapping; each time runs from before write() to the first look that shows one entry
 * more. Pauses of random length in between let the agent go to sleep. Between looks the core is given away:
 * on a busy machine the agent may be woken on it.
 *
 *     append_visible SEGMENT LOG COUNT             one line at a time
 *     append_visible SEGMENT LOG COUNT burst N     N lines in one write
 *     append_visible SEGMENT LOG COUNT sessions N  a line to each of N logs, LOG with a number, all at once
 */
#include "../shm/metrics.h"
#include "../shm/tacho.h"
#include "figures.h"

#include <fcntl.h>
#include <sched.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#define PATIENCE_NS   INT64_C(5000000000)
#define LINE_MAX_SIZE 2048
#define MANY_MAX      10000

static uint64_t buffer[TACHO_COPY_MAX / sizeof(uint64_t)];

/* Entries counted, as the global slot says; -1: it says nothing. */
static int64_t entries_seen(const struct tacho_segment *segment)
{
    uint64_t value;
    if (tacho_read_key(segment, TACHO_GLOBAL, "", 0, buffer, sizeof buffer) ||
        !tacho_word((const struct tacho_copy *)buffer, TACHO_WORD_ENTRIES, &value))
        return -1;
    return (int64_t)value;
}

static size_t make_line(char *line, size_t size, size_t number)
{
    struct timespec now;
    struct tm utc;
    char stamp[32];
    clock_gettime(CLOCK_REALTIME, &now);
    gmtime_r(&now.tv_sec, &utc);
    strftime(stamp, sizeof stamp, "%Y-%m-%dT%H:%M:%S", &utc);
    int used = snprintf(
        line, size,
        "{\"parentUuid\":null,\"isSidechain\":false,\"cwd\":\"/"
        "tmp\",\"version\":\"2.1.328\",\"message\":{\"id\":\"msg_01Bench%016zu%08x\","
        "\"type\":\"message\",\"role\":\"assistant\",\"model\":\"claude-sonnet-4-5-20250929\",\"content\":[{"
        "\"type\":\"text\",\"text\":\"%0600d\"}],"
        "\"usage\":{\"input_tokens\":3,\"cache_creation_input_tokens\":100,\"cache_read_input_tokens\":40000,"
        "\"output_tokens\":250}},"
        "\"requestId\":\"req_%zu\",\"type\":\"assistant\",\"uuid\":\"u-%zu\",\"timestamp\":\"%s.%03ldZ\"}\n",
        number, (unsigned)getpid(), 0, number, number, stamp, now.tv_nsec / 1000000);
    return (size_t)used;
}

/* What a round appends, and how long each line of it took. */
struct round {
    const struct tacho_segment *segment;
    int *logs;
    size_t lines; /* one a log, or all to the first */
    int64_t *starts, *times;
    char *bytes;
};

static int append(int log, const char *bytes, size_t size)
{
    return write(log, bytes, size) == (ssize_t)size ? 0 : -1;
}

/* Notes the time of every line that shows by now. `seen`: how many did before; returns how many do. */
static size_t look(const struct round *round, int64_t before, size_t seen, size_t written)
{
    const int64_t entries = entries_seen(round->segment) - before, now = clock_ns();
    for (; seen < written && (int64_t)seen < entries; seen++)
        round->times[seen] = now - round->starts[seen];
    return seen;
}

static int wait_for_all(const struct round *round, int64_t before, size_t seen)
{
    const int64_t start = clock_ns();
    while ((seen = look(round, before, seen, round->lines)) < round->lines) {
        if (clock_ns() - start > PATIENCE_NS)
            return -1;
        sched_yield();
    }
    return 0;
}

/* All lines in one write to the first log. */
static int append_burst(const struct round *round, size_t number)
{
    size_t size = 0;
    for (size_t i = 0; i < round->lines; i++)
        size += make_line(round->bytes + size, LINE_MAX_SIZE, number + i);
    const int64_t before = entries_seen(round->segment), start = clock_ns();
    for (size_t i = 0; i < round->lines; i++)
        round->starts[i] = start;
    return append(round->logs[0], round->bytes, size) || wait_for_all(round, before, 0);
}

/* A line to each log. */
static int append_to_each(const struct round *round, size_t number)
{
    const int64_t before = entries_seen(round->segment);
    size_t seen = 0;
    for (size_t i = 0; i < round->lines; i++) {
        const size_t size = make_line(round->bytes, LINE_MAX_SIZE, number + i);
        round->starts[i] = clock_ns();
        if (append(round->logs[i], round->bytes, size))
            return -1;
        seen = look(round, before, seen, i + 1);
    }
    return wait_for_all(round, before, seen);
}

static int open_log(const char *path)
{
    return open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
}

static int open_logs(struct round *round, const char *path, bool each)
{
    char numbered[4096];
    for (size_t i = 0; i < (each ? round->lines : 1); i++) {
        snprintf(numbered, sizeof numbered, each ? "%.*s-%04zu.jsonl" : "%.*s.jsonl",
                 (int)(strlen(path) - strlen(".jsonl")), path, i);
        round->logs[i] = open_log(numbered);
        if (round->logs[i] < 0)
            return -1;
    }
    return 0;
}

static void pause_a_little(void)
{
    nanosleep(&(struct timespec){.tv_nsec = 2000000 + random() % 18000000}, NULL);
}

static int measure(struct round *round, size_t count, bool each)
{
    for (size_t i = 0; i < count; i++) {
        int64_t *times = round->times;
        if (each ? append_to_each(round, i * round->lines) : append_burst(round, i * round->lines)) {
            fprintf(stderr, "append_visible: round %zu did not show within 5 s\n", i);
            return -1;
        }
        round->times = times + round->lines;
        pause_a_little();
    }
    return 0;
}

int main(int argc, char **argv)
{
    struct tacho_segment segment;
    const size_t count = argc >= 4 ? strtoul(argv[3], NULL, 10) : 0;
    const bool each = argc == 6 && !strcmp(argv[4], "sessions");
    const bool burst = argc == 6 && !strcmp(argv[4], "burst");
    const size_t lines = each || burst ? strtoul(argv[5], NULL, 10) : 1;
    if (!count || !lines || lines > MANY_MAX || (argc != 4 && !each && !burst) ||
        strlen(argv[2]) <= strlen(".jsonl")) {
        fputs("usage: append_visible SEGMENT LOG.jsonl COUNT [burst N | sessions N]\n", stderr);
        return 2;
    }
    int64_t *times = calloc(count * lines, sizeof *times);
    struct round round = {
        .segment = &segment,
        .logs = calloc(lines, sizeof(int)),
        .lines = lines,
        .starts = calloc(lines, sizeof(int64_t)),
        .times = times,
        .bytes = malloc(lines * LINE_MAX_SIZE),
    };
    if (!times || !round.logs || !round.starts || !round.bytes || open_logs(&round, argv[2], each) ||
        tacho_open(&segment, argv[1]) || tacho_map(&segment)) {
        fprintf(stderr, "append_visible: cannot open %s or %s\n", argv[1], argv[2]);
        return 1;
    }
    if (measure(&round, count, each))
        return 1;
    print_times("append to visible", times, count * lines);
    tacho_close(&segment);
    return 0;
}
