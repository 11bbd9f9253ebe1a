/* `tacho events`: the changes of the published numbers, as they come or as far back as they are kept. */
#include "command.h"
#include "event_report.h"
#include "event_show.h"

#include "../base/clock.h"
#include "../base/say.h"
#include "../ingest/timestamp.h"
#include "../serve/config.h"
#include "../serve/stream_settings.h"

#include "../../shm/metrics.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char usage[] =
    "usage: tacho events [--follow] [--json] [--session ID] [--kind KIND] [--metric NAMES] [--since WHEN]\n"
    "       tacho events --clients [--json]\n"
    "\n"
    "Every change of a number that Tacho publishes: when, whose (a session's id, a directory, all), which,\n"
    "from what to what. Prints the changes that are kept (some thousands), or with --follow those to come,\n"
    "also past an agent's restart. Following costs the agent nothing; a reader that is too slow gets every\n"
    "change of a limit, and of other numbers the newest value only.\n"
    "\n"
    "  -f, --follow        wait for changes, and print them as they come\n"
    "  -j, --json          a JSON object a line\n"
    "  -s, --session ID    of the session whose id begins so\n"
    "  -k, --kind KIND     of all sessions (session), directories (directory) or this machine (global)\n"
    "  -m, --metric NAMES  of these numbers, with commas between: cost, or limit for all of limit.*\n"
    "      --since WHEN    not before: 30s, 5m, 2h, 1d ago, or an instant such as 2026-08-01T12:00:00Z;\n"
    "                      with --follow, those are printed first\n"
    "  -c, --clients       who follows, and how far behind each is: changes, and the share of what is kept;\n"
    "                      changes a second over the last ten; how many it was given, how many passed over\n"
    "                      for the newest value, how many it missed\n"
    "\n"
    "examples:\n"
    "  tacho events --follow --metric cost,limit\n"
    "  tacho events --since 5m --session 5e551011\n"
    "  tacho events --follow --json --kind session --metric session.state |\n"
    "      jq --unbuffered -r 'select(.after == \"waiting\").key'\n";

struct wishes {
    bool follow, json, clients;
    bool rings; /* the terminal's bell, for alerts that ask for it */
    const char *session, *kind, *metric, *since;
    int64_t since_us;
    uint32_t patience; /* once what is past is printed */
    struct event_report report;
};

/* ---- what is wished ------------------------------------------------------------------------------------ */

static bool read_kind(const char *name, uint32_t *kinds)
{
    static const char *const names[] = {"global", "session", "directory"};
    for (unsigned i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(name, names[i]) == 0) {
            *kinds = 1u << (TACHO_GLOBAL + i);
            return true;
        }
    return false;
}

/* "5m" ago, or an instant. */
static bool read_since(const char *since, int64_t *when_us)
{
    static const char units[] = "smhd";
    static const int64_t seconds[] = {1, 60, 3600, 86400};
    if (timestamp_read(since, strlen(since), when_us))
        return true;
    size_t digits = strspn(since, "0123456789");
    const char *unit = since[digits] ? strchr(units, since[digits]) : NULL;
    if (digits == 0 || digits > 6 || !unit || since[digits + 1])
        return false;
    *when_us = clock_now_us() - atoll(since) * seconds[unit - units] * 1000000;
    return true;
}

static bool read_wishes(struct wishes *wishes, const struct options *options, struct event_stream *stream,
                        int *status)
{
    *status = STATUS_USAGE;
    if (wishes->kind && !read_kind(wishes->kind, &stream->filter.kinds)) {
        option_bad(options, "kind", wishes->kind, "session, directory or global");
        return false;
    }
    if (wishes->since && !read_since(wishes->since, &wishes->since_us)) {
        option_bad(options, "since", wishes->since,
                   "30s, 5m, 2h, 1d or an instant such as 2026-08-01T12:00:00Z");
        return false;
    }
    char path[PATH_MAX];
    bool has_config = config_path(path, sizeof path, places_environment()) == 0;
    wishes->rings = wishes->follow && !wishes->json && isatty(STDOUT_FILENO);
    wishes->patience = stream_settings_read(has_config ? path : "").patience;
    stream->metrics = wishes->metric;
    return true;
}

/* ---- printing ------------------------------------------------------------------------------------------ */

/* Prints what was taken, at once. Returns 1 if whoever read it has gone, -1 after saying what is wrong. */
static int print_out(struct text *out)
{
    for (size_t done = 0; done < out->size;) {
        ssize_t size = write(STDOUT_FILENO, out->bytes + done, out->size - done);
        if (size < 0 && errno == EINTR)
            continue;
        if (size < 0)
            return errno == EPIPE ? 1 : say_failed("events: cannot write the output: %s", strerror(errno));
        done += (size_t)size;
    }
    text_clear(out);
    return 0;
}

static void show(struct text *out, struct event_stream *stream, const struct wishes *wishes, int64_t count)
{
    for (int64_t i = 0; i < count; i++) {
        const struct tacho_event *event = &stream->events[i];
        if (event->wall_ns && event->wall_ns / 1000 < wishes->since_us)
            continue;
        if (wishes->json)
            event_show_json(out, stream, event);
        else
            event_show_line(out, stream, event);
        if (wishes->rings && event->word == TACHO_WORD_ALERT_BELLS)
            text_add_char(out, '\a');
    }
}

/* Prints changes: until event `end` if that is not 0, else for as long as somebody reads. */
static int run(struct event_stream *stream, struct wishes *wishes, uint64_t end)
{
    struct text out = TEXT_EMPTY;
    int result = 0;
    while (result == 0 && (end == 0 || stream->subscriber.cursor.next < end)) {
        int64_t count = event_stream_take(stream);
        show(&out, stream, wishes, count);
        result = count < 0 ? -1 : print_out(&out);
        int again_ms = end == 0 ? event_report_tell(&wishes->report, &stream->subscriber) : 0;
        if (result == 0 && count == 0 && end == 0) {
            stream->subscriber.patience = wishes->patience; /* of the past all is printed */
            result = event_stream_wait(stream, again_ms);
        }
    }
    text_free(&out);
    return result < 0 ? STATUS_FAILED : STATUS_DONE;
}

static int events(struct event_stream *stream, struct wishes *wishes)
{
    struct tacho_cursor end = {0};
    bool from_now = wishes->follow && !wishes->since;
    int status = STATUS_FAILED;
    if (event_stream_open(stream, from_now ? TACHO_FROM_NOW : TACHO_FROM_OLDEST, 0) < 0)
        return STATUS_FAILED;
    if (!wishes->follow)
        tacho_subscribe(&stream->segment, &end);
    if (!wishes->session || event_stream_follow_session(stream, wishes->session) == 0)
        status = run(stream, wishes, end.next);
    event_stream_close(stream);
    return status;
}

int command_events(int argc, char **argv)
{
    static struct event_stream stream; /* too large for a stack */
    struct wishes wishes = {0};
    const struct option_rule rules[] = {
        {"follow", 'f', OPTION_FLAG, &wishes.follow},   {"json", 'j', OPTION_FLAG, &wishes.json},
        {"session", 's', OPTION_TEXT, &wishes.session}, {"kind", 'k', OPTION_TEXT, &wishes.kind},
        {"clients", 'c', OPTION_FLAG, &wishes.clients}, {"metric", 'm', OPTION_TEXT, &wishes.metric},
        {"since", 0, OPTION_TEXT, &wishes.since},
    };
    const struct options options = {"events", usage, rules, sizeof rules / sizeof *rules, 0};
    int status;
    if (!options_read(argc, argv, &options, &status) || !read_wishes(&wishes, &options, &stream, &status))
        return status;
    if (wishes.clients)
        return event_report_list(wishes.json);
    event_report_begin(&wishes.report, argc, argv);
    stream.path = places_runtime(TACHO_SEGMENT_NAME);
    if (!stream.path)
        return STATUS_FAILED;
    status = events(&stream, &wishes);
    event_report_end(&wishes.report);
    free(stream.path);
    return status;
}
