/*
 * How good the estimate of the context window is: follows every log named on the command line as the agent
 * follows a session, and compares what it said the next request would hold with what that held.
 *
 * Prints the errors in percent: of the context (what a line shows), of what was appended (what was
 * estimated), and of that where it was a thousand tokens or more. And how fast texts are weighed: bytes of
 * the same logs by the CPU's time.
 */
#include "../agent/base/memory.h"
#include "../agent/base/text.h"
#include "../agent/ingest/token_estimate.h"
#include "../agent/ingest/transcript.h"

#include "figures.h"

#include <math.h>

enum { TEXT_SIZE = 8 << 20, RUNS = 7 };

struct errors {
    double *list;
    size_t count, room;
};

struct trials {
    struct errors context, appended, large;
};

static void add(struct errors *errors, int64_t off, int64_t of)
{
    if (of <= 0)
        return;
    errors->list = memory_grow(errors->list, errors->count, &errors->room, sizeof *errors->list);
    errors->list[errors->count++] = 100.0 * fabs((double)off) / (double)of;
}

static void tried(void *data, const struct transcript_trial *trial)
{
    struct trials *trials = data;
    const int64_t off = trial->predicted - trial->actual, appended = trial->actual - trial->before;
    add(&trials->context, off, trial->actual);
    add(&trials->appended, off, appended);
    if (appended >= 1000)
        add(&trials->large, off, appended);
}

static int compare(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void print(const char *name, struct errors *errors)
{
    const size_t count = errors->count;
    if (count)
        qsort(errors->list, count, sizeof *errors->list, compare);
    printf("{\"name\":\"%s\",\"count\":%zu,\"p50_percent\":%.3f,\"p90_percent\":%.3f}\n", name, count,
           count ? errors->list[count / 2] : 0, count ? errors->list[count * 9 / 10] : 0);
    free(errors->list);
}

static size_t read_text(char *text, char *const *paths)
{
    size_t size = 0;
    for (; *paths && size < TEXT_SIZE; paths++) {
        FILE *file = fopen(*paths, "rb");
        if (!file)
            continue;
        size += fread(text + size, 1, TEXT_SIZE - size, file);
        fclose(file);
    }
    return size;
}

static double cpu_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void measure_speed(char *const *paths)
{
    char *text = memory_take(TEXT_SIZE);
    const size_t size = read_text(text, paths);
    double best = INFINITY;
    uint64_t tokens = 0;
    for (int run = 0; run < RUNS; run++) {
        struct byte_classes classes = {0};
        const double before = cpu_seconds();
        byte_classes_add(&classes, text, size);
        tokens = token_estimate(&classes);
        best = fmin(best, cpu_seconds() - before);
    }
    printf("{\"name\":\"speed\",\"bytes\":%zu,\"tokens\":%llu,\"gb_per_s\":%.2f}\n", size,
           (unsigned long long)tokens, (double)size / best / 1e9);
    free(text);
}

int main(int count, char **paths)
{
    struct trials trials = {0};
    struct text buffer = TEXT_EMPTY;
    for (int i = 1; i < count; i++) {
        struct transcript *transcript = transcript_new();
        transcript_on_trial(transcript, tried, &trials);
        transcript_follow(transcript, paths[i], &buffer);
        transcript_free(transcript);
    }
    text_free(&buffer);
    print("context", &trials.context);
    print("appended", &trials.appended);
    print("large", &trials.large);
    measure_speed(paths + 1);
    return 0;
}
