/*
 * From the write of a log line until its message is in the segment. Appends usage lines to a log one by one
 * and watches the global slot through a mapping; each time runs from before write() to the first look that
 * shows one entry more. Pauses of random length in between let the agent go to sleep.
 *
 *     append_visible SEGMENT LOG COUNT
 */
#include "../shm/metrics.h"
#include "../shm/tacho.h"
#include "figures.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define PATIENCE_NS INT64_C(5000000000)

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

/* One line's time, or -1 if it never showed. */
static int64_t append_one(const struct tacho_segment *segment, int log, size_t number)
{
    char line[2048];
    size_t size = make_line(line, sizeof line, number);
    int64_t before = entries_seen(segment), start = clock_ns(), now;
    if (before < 0 || write(log, line, size) != (ssize_t)size)
        return -1;
    do {
        now = clock_ns();
        if (entries_seen(segment) > before)
            return clock_ns() - start;
    } while (now - start < PATIENCE_NS);
    return -1;
}

int main(int argc, char **argv)
{
    struct tacho_segment segment;
    size_t count = argc == 4 ? strtoul(argv[3], NULL, 10) : 0;
    if (!count) {
        fputs("usage: append_visible SEGMENT LOG COUNT\n", stderr);
        return 2;
    }
    int log = open(argv[2], O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    int64_t *times = calloc(count, sizeof *times);
    if (log < 0 || !times || tacho_open(&segment, argv[1]) || tacho_map(&segment)) {
        fprintf(stderr, "append_visible: cannot open %s or %s\n", argv[1], argv[2]);
        return 1;
    }
    for (size_t i = 0; i < count; i++) {
        times[i] = append_one(&segment, log, i);
        if (times[i] < 0) {
            fprintf(stderr, "append_visible: line %zu did not show within 5 s\n", i);
            return 1;
        }
        nanosleep(&(struct timespec){.tv_nsec = 2000000 + random() % 18000000}, NULL);
    }
    print_times("append to visible", times, count);
    tacho_close(&segment);
    return 0;
}
