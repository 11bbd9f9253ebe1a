/*
 * Follows what Tacho's sessions cost and how far the limits are used, in some sixty lines:
 *
 *     cc events.c -o events $(pkg-config --cflags --libs tacho)
 *     ./events "$XDG_RUNTIME_DIR/tacho/segment"
 *
 * It sleeps until something changes, and goes on when a new agent has taken over. Costs are 10^-12 dollars,
 * limits hundredths of a percent: `tacho dump` shows every metric with its unit.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <tacho.h>
#include <unistd.h>

enum { AT_ONCE = 64 };

static void print_event(const struct tacho_segment *segment, const struct tacho_event *event)
{
    struct tacho_metric metric;
    if (event->flags & TACHO_EVENT_MISSED)
        printf("missed %" PRIu64 " events; the newest values follow\n", event->after);
    else if (tacho_metric_at(segment, event->word, &metric) == TACHO_OK && event->flags & TACHO_EVENT_AFTER)
        printf("%016" PRIx64 " %s %" PRIu64 " %s\n", event->key_hash, metric.name, event->after, metric.unit);
    fflush(stdout);
}

/* Prints changes until the segment is retired; 0, or an error of tacho.h. */
static int follow(const struct tacho_segment *segment, struct tacho_subscriber *subscriber, void *buffer)
{
    struct tacho_event events[AT_ONCE];
    int64_t count;
    int result = 0;
    while (result >= 0) {
        while ((count = tacho_take(segment, subscriber, events, AT_ONCE, buffer, segment->header.copy_size)) >
               0)
            for (int64_t i = 0; i < count; i++)
                print_event(segment, &events[i]);
        result = count < 0 ? (int)count : tacho_wait(segment, &subscriber->cursor, -1);
    }
    return result == TACHO_NO_SEGMENT ? 0 : result;
}

/* Opens the segment and follows it from its present values on. */
static int follow_segment(const char *path)
{
    struct tacho_segment segment;
    struct tacho_subscriber subscriber = {0};
    int result = tacho_open(&segment, path);
    if (result != TACHO_OK)
        return result;
    tacho_map(&segment); /* reads cost no system call then; all works without, too */
    void *bits = malloc(tacho_subscriber_size(&segment)), *buffer = malloc(segment.header.copy_size);
    subscriber.filter.kinds = 1 << TACHO_SESSION;
    tacho_filter_metric(&segment, &subscriber.filter, "cost");
    tacho_filter_metric(&segment, &subscriber.filter, "limit"); /* limit.five_hour.used and the like */
    if (bits && buffer)
        result = tacho_attach(&segment, &subscriber, bits, TACHO_FROM_VALUES);
    if (bits && buffer && result == TACHO_OK)
        result = follow(&segment, &subscriber, buffer);
    free(bits);
    free(buffer);
    tacho_close(&segment);
    return result;
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fputs("usage: events SEGMENT\n", stderr);
        return 2;
    }
    while (follow_segment(argv[1]) == TACHO_OK)
        usleep(10000); /* a new agent takes the name at once */
    fprintf(stderr, "events: %s: no segment, or a damaged one: 'tacho start' makes one\n", argv[1]);
    return 1;
}
