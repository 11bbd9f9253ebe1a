/* The agent's state as a document: see status.h. */
#include "status.h"

#include "../base/version.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

int64_t status_now_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * INT64_C(1000000) + now.tv_nsec / 1000;
}

void status_clock_start(struct status_clock *clock)
{
    clock->started_us = status_now_us();
}

/* Anonymous and shared-memory pages, not mapped library files: proc(5), /proc/pid/status. */
static uint64_t memory_bytes(void)
{
    FILE *file = fopen("/proc/self/status", "re");
    if (!file)
        return 0;
    char line[128];
    unsigned long long kilobytes, sum = 0;
    while (fgets(line, sizeof line, file))
        if (sscanf(line, "RssAnon: %llu", &kilobytes) == 1 || sscanf(line, "RssShmem: %llu", &kilobytes) == 1)
            sum += kilobytes * 1024;
    fclose(file);
    return sum;
}

void status_write(struct text *out, struct history *history, const struct segment_writer *writer,
                  const struct status_clock *clock)
{
    struct log_tree_counts counts = history_counts(history);
    const struct meter *meter = history_meter(history);
    bool ready = history_is_ready(history);
    int64_t spent = (clock->ready_us ? clock->ready_us : status_now_us()) - clock->started_us;
    text_addf(out, "{\n");
    text_addf(out, "  \"pid\": %ld,\n", (long)getpid());
    text_addf(out, "  \"version\": \"%s\",\n", TACHO_VERSION);
    text_addf(out, "  \"abi\": \"%d.%d\",\n", TACHO_MAJOR, TACHO_MINOR);
    text_addf(out, "  \"state\": \"%s\",\n", ready ? "ready" : "catching-up");
    text_addf(out, "  \"files\": %" PRIu64 ",\n", counts.files);
    text_addf(out, "  \"bytes\": %" PRIu64 ",\n", counts.bytes);
    text_addf(out, "  \"bytes_total\": %" PRIu64 ",\n", counts.bytes_total);
    text_addf(out, "  \"lines\": %" PRIu64 ",\n", counts.lines);
    text_addf(out, "  \"usage_lines\": %" PRIu64 ",\n", counts.usage_lines);
    text_addf(out, "  \"entries\": %" PRIu64 ",\n", meter_entry_count(meter));
    text_addf(out, "  \"duplicates\": %" PRIu64 ",\n", meter_duplicate_count(meter, counts.copies));
    text_addf(out, "  \"malformed\": %" PRIu64 ",\n", skips_total(&counts.skipped));
    text_addf(out, "  \"unreadable\": %" PRIu64 ",\n", counts.unreadable);
    text_addf(out, "  \"sessions\": %zu,\n", meter_session_count(meter));
    text_addf(out, "  \"rss_bytes\": %" PRIu64 ",\n", memory_bytes());
    text_addf(out, "  \"uptime_s\": %" PRId64 ",\n", (status_now_us() - clock->started_us) / 1000000);
    text_addf(out, "  \"wakeups\": %" PRIu64 ",\n", clock->wakeups);
    text_addf(out, "  \"publishes\": %" PRIu64 ",\n", segment_publishes(writer));
    text_addf(out, "  \"ingest_bytes_per_s\": %" PRIu64 "\n",
              spent > 0 ? (uint64_t)((double)counts.bytes * 1e6 / (double)spent) : 0);
    text_addf(out, "}\n");
}
