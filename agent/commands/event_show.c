/* Lines and objects that tell of a change: see event_show.h. */
#include "event_show.h"

#include "command.h"

#include "../base/clock.h"
#include "../render/table.h"

#include <string.h>
#include <time.h>

enum { SHORT_ID = 8, WHOSE_COLUMNS = 8, METRIC_COLUMNS = 24 };

static const char *const kinds[] = {NULL, "global", "session", "directory"};

static const struct tacho_metric *metric_of(const struct event_stream *stream,
                                            const struct tacho_event *event)
{
    static const struct tacho_metric unknown = {.name = "unknown"};
    if (event->word >= TACHO_WORDS_MAX || !stream->table[event->word].name[0])
        return &unknown;
    return &stream->table[event->word];
}

/* Events that tell what was missed have no time of their own. */
static int64_t time_of(const struct tacho_event *event)
{
    return event->wall_ns ? event->wall_ns : clock_now_us() * 1000;
}

/* ---- for people ---------------------------------------------------------------------------------------- */

static void add_local_time(struct text *out, int64_t ns, const char *format)
{
    time_t seconds = (time_t)(ns / 1000000000);
    struct tm local;
    char name[40];
    if (localtime_r(&seconds, &local) && strftime(name, sizeof name, format, &local))
        text_add_string(out, name);
}

static void add_dollars(struct text *out, uint64_t pusd)
{
    const uint64_t smallest = 100000000; /* of four decimals */
    uint64_t shown = pusd / smallest + (pusd % smallest >= smallest / 2);
    text_addf(out, "$%llu.%04llu", (unsigned long long)shown / 10000, (unsigned long long)shown % 10000);
}

static void add_number(struct text *out, const struct tacho_metric *metric, uint64_t value)
{
    char buffer[32];
    if (strcmp(metric->unit, "pusd") == 0)
        add_dollars(out, value);
    else if (strcmp(metric->unit, "percent_e2") == 0)
        text_addf(out, "%llu.%02llu %%", (unsigned long long)value / 100, (unsigned long long)value % 100);
    else if (strcmp(metric->unit, "unix_ns") == 0)
        add_local_time(out, (int64_t)value, "%Y-%m-%d %H:%M:%S");
    else if (strcmp(metric->unit, "bytes") == 0)
        text_add_string(out, show_bytes(buffer, value));
    else if (metric->type == TACHO_SIGNED)
        text_addf(out, "%lld", (long long)value);
    else
        text_add_string(out, show_count(buffer, value));
}

static void add_before(struct text *out, const struct tacho_metric *metric, const struct tacho_event *event)
{
    if (metric->type == TACHO_TEXT)
        return; /* an event has no texts, and what is no more is nowhere */
    if (event->flags & TACHO_EVENT_BEFORE)
        add_number(out, metric, event->before);
    else
        text_add_string(out, event->flags & TACHO_EVENT_NEWEST ? "…" : "–");
    text_add_char(out, ' ');
}

static void add_after(struct text *out, struct event_stream *stream, const struct tacho_metric *metric,
                      const struct tacho_event *event)
{
    size_t size;
    const char *text;
    if (!(event->flags & TACHO_EVENT_AFTER))
        text_add_string(out, "–");
    else if (metric->type != TACHO_TEXT)
        add_number(out, metric, event->after);
    else if ((text = event_stream_text(stream, event, &size)))
        text_add_harmless(out, text, size);
    else
        text_add_string(out, "…"); /* it is another one by now */
}

/* A session by the first part of its id, a directory by its path. */
static void add_whose(struct text *out, struct event_stream *stream, const struct tacho_event *event)
{
    const struct tacho_copy *copy = event_stream_copy(stream, event);
    unsigned columns = 0;
    if (!copy)
        text_addf(out, "#%07x", (unsigned)(event->key_hash & 0xfffffff));
    else if (copy->kind == TACHO_GLOBAL)
        columns = text_add_harmless(out, "all", 3);
    else if (copy->kind == TACHO_SESSION)
        columns =
            text_add_harmless(out, tacho_key(copy), copy->key_size < SHORT_ID ? copy->key_size : SHORT_ID);
    else
        columns = text_add_harmless(out, tacho_key(copy), copy->key_size);
    if (copy && columns < WHOSE_COLUMNS)
        text_addf(out, "%*s", (int)(WHOSE_COLUMNS - columns), "");
}

void event_show_line(struct text *out, struct event_stream *stream, const struct tacho_event *event)
{
    const struct tacho_metric *metric = metric_of(stream, event);
    char count[32];
    int64_t ns = time_of(event);
    add_local_time(out, ns, "%H:%M:%S");
    text_addf(out, ".%03d  ", (int)(ns / 1000000 % 1000));
    if (event->flags & TACHO_EVENT_MISSED) {
        text_addf(out, "missed %s events; the newest values follow\n", show_count(count, event->after));
        return;
    }
    add_whose(out, stream, event);
    text_addf(out, "  %-*s  ", METRIC_COLUMNS, metric->name);
    add_before(out, metric, event);
    text_add_string(out, "→ ");
    add_after(out, stream, metric, event);
    text_add_char(out, '\n');
}

/* ---- for programs -------------------------------------------------------------------------------------- */

static void add_utc(struct text *out, int64_t ns)
{
    time_t seconds = (time_t)(ns / 1000000000);
    struct tm utc;
    char name[40];
    if (!gmtime_r(&seconds, &utc) || !strftime(name, sizeof name, "%Y-%m-%dT%H:%M:%S", &utc))
        name[0] = '\0';
    text_addf(out, "{\"time\":\"%s.%06dZ\",", name, (int)(ns / 1000 % 1000000));
}

static void add_json_number(struct text *out, const struct tacho_metric *metric, bool known, uint64_t value)
{
    if (!known || metric->type == TACHO_TEXT)
        text_add_string(out, "null");
    else if (metric->type == TACHO_SIGNED)
        text_addf(out, "%lld", (long long)value);
    else
        text_addf(out, "%llu", (unsigned long long)value);
}

static void add_json_after(struct text *out, struct event_stream *stream, const struct tacho_metric *metric,
                           const struct tacho_event *event)
{
    bool known = event->flags & TACHO_EVENT_AFTER;
    size_t size;
    const char *text;
    if (known && metric->type == TACHO_TEXT && (text = event_stream_text(stream, event, &size)))
        text_add_json(out, text, size);
    else
        add_json_number(out, metric, known, event->after);
}

static void add_json_whose(struct text *out, struct event_stream *stream, const struct tacho_event *event)
{
    const struct tacho_copy *copy = event_stream_copy(stream, event);
    bool is_known = event->kind < sizeof kinds / sizeof *kinds && kinds[event->kind];
    text_addf(out, "\"kind\":\"%s\",\"key\":", is_known ? kinds[event->kind] : "unknown");
    if (copy)
        text_add_json(out, tacho_key(copy), copy->key_size);
    else
        text_add_string(out, "null");
}

void event_show_json(struct text *out, struct event_stream *stream, const struct tacho_event *event)
{
    const struct tacho_metric *metric = metric_of(stream, event);
    add_utc(out, time_of(event));
    if (event->flags & TACHO_EVENT_MISSED) {
        text_addf(out, "\"missed\":%llu}\n", (unsigned long long)event->after);
        return;
    }
    text_addf(out, "\"wall_ns\":%lld,", (long long)event->wall_ns);
    if (event->sequence)
        text_addf(out, "\"monotonic_ns\":%lld,\"sequence\":%llu,", (long long)event->monotonic_ns,
                  (unsigned long long)event->sequence);
    add_json_whose(out, stream, event);
    text_add_string(out, ",\"metric\":");
    text_add_json(out, metric->name, strlen(metric->name));
    text_add_string(out, ",\"unit\":");
    text_add_json(out, metric->unit, strlen(metric->unit));
    text_add_string(out, ",\"before\":");
    add_json_number(out, metric, event->flags & TACHO_EVENT_BEFORE, event->before);
    text_add_string(out, ",\"after\":");
    add_json_after(out, stream, metric, event);
    text_addf(out, ",\"priority\":%u,\"newest\":%s}\n", event->priority,
              event->flags & TACHO_EVENT_NEWEST ? "true" : "false");
}
