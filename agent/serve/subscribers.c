/* Who follows the event stream: see subscribers.h. */
#include "subscribers.h"
#include "hook_socket.h"

#include "../base/clock.h"
#include "../base/memory.h"
#include "../base/text.h"
#include "../render/json_writer.h"

#include <errno.h>
#include <ev.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { SUBSCRIBERS_MAX = 64, MOMENTS = 12, RATE_MS = 10000, SILENT_MS = 2000, STALLED_MS = 10000 };

/* How many events it had been given, at some moment. */
struct moment {
    int64_t ms;
    uint64_t given;
};

struct subscriber {
    ev_io io;
    struct subscribers *subscribers; /* NULL: the place is free */
    pid_t pid;
    bool has_told;
    struct tacho_report report; /* what it told last, */
    int64_t told_ms;            /* when, */
    uint64_t lag_then;          /* and how far behind it was */
    struct moment moments[MOMENTS];
    unsigned moment; /* where the newest is */
};

struct subscribers {
    ev_io io;
    struct ev_loop *loop;
    const struct segment_writer *writer;
    uint32_t lag;
    void (*changed)(void *data);
    void *data;
    struct subscribers_count count;
    struct subscriber list[SUBSCRIBERS_MAX];
};

/* ---- how one is doing -----------------------------------------------------------------------------------
 */

static uint64_t lag_of(const struct subscriber *subscriber)
{
    uint64_t next = segment_next_event(subscriber->subscribers->writer);
    return next > subscriber->report.next ? next - subscriber->report.next : 0;
}

static bool is_slow(const struct subscriber *subscriber, int64_t now_ms)
{
    const uint32_t bound = subscriber->subscribers->lag;
    if (!subscriber->has_told)
        return false;
    return subscriber->lag_then >= bound ||
           (now_ms - subscriber->told_ms > SILENT_MS && lag_of(subscriber) >= bound);
}

static const char *state_of(const struct subscriber *subscriber, int64_t now_ms)
{
    if (now_ms - subscriber->told_ms > STALLED_MS && lag_of(subscriber) > 0)
        return "stalled";
    return is_slow(subscriber, now_ms) ? "slow" : "healthy";
}

/* Events a second over the last ten: since the newest moment that is as old as that, or since the first. */
static double rate_of(const struct subscriber *subscriber, int64_t now_ms)
{
    const struct moment *since = NULL;
    for (unsigned i = 0; i < MOMENTS; i++) {
        const struct moment *moment = &subscriber->moments[(subscriber->moment + MOMENTS - i) % MOMENTS];
        if (moment->ms == 0)
            break;
        since = moment;
        if (now_ms - moment->ms >= RATE_MS)
            break;
    }
    if (!since || subscriber->report.given < since->given)
        return 0;
    return (double)(subscriber->report.given - since->given) * 1000 / RATE_MS;
}

static void subscribers_recount(struct subscribers *subscribers)
{
    struct subscribers_count count = {0, 0}, *known = &subscribers->count;
    const int64_t now_ms = clock_monotonic_ms();
    for (unsigned i = 0; i < SUBSCRIBERS_MAX; i++) {
        const struct subscriber *subscriber = &subscribers->list[i];
        count.all += subscriber->subscribers && subscriber->has_told;
        count.slow += subscriber->subscribers && is_slow(subscriber, now_ms);
    }
    if (count.all == known->all && count.slow == known->slow)
        return;
    *known = count;
    subscribers->changed(subscribers->data);
}

/* ---- what is told ---------------------------------------------------------------------------------------
 */

/* What a reader of the list can hold in a signed number. */
static uint64_t sensible(uint64_t number)
{
    return number < INT64_MAX ? number : INT64_MAX;
}

static void subscriber_note(struct subscriber *subscriber, const struct tacho_report *report)
{
    const int64_t now_ms = clock_monotonic_ms();
    struct moment *newest = &subscriber->moments[subscriber->moment];
    subscriber->report = *report;
    subscriber->report.what[sizeof report->what - 1] = '\0';
    subscriber->report.given = sensible(report->given);
    subscriber->report.conflated = sensible(report->conflated);
    subscriber->report.missed = sensible(report->missed);
    subscriber->told_ms = now_ms;
    subscriber->has_told = true;
    subscriber->lag_then = lag_of(subscriber);
    if (newest->ms && now_ms - newest->ms < RATE_MS / 10)
        return;
    subscriber->moment = newest->ms ? (subscriber->moment + 1) % MOMENTS : 0;
    subscriber->moments[subscriber->moment] = (struct moment){now_ms, subscriber->report.given};
}

static void subscriber_write(const struct subscriber *subscriber, struct json_writer *json)
{
    const struct tacho_report *report = &subscriber->report;
    const int64_t now_ms = clock_monotonic_ms();
    const char *state = state_of(subscriber, now_ms);
    const struct {
        const char *key;
        uint64_t number;
    } numbers[] = {
        {"pid", (uint64_t)subscriber->pid}, {"lag", lag_of(subscriber)},
        {"given", report->given},           {"conflated", report->conflated},
        {"missed", report->missed},         {"told_ms_ago", (uint64_t)(now_ms - subscriber->told_ms)}};
    json_open(json, '{');
    for (unsigned i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        json_key(json, numbers[i].key);
        json_number(json, numbers[i].number);
    }
    json_key(json, "ring_used");
    json_double(json, (double)lag_of(subscriber) / segment_ring_size(subscriber->subscribers->writer));
    json_key(json, "events_per_s");
    json_double(json, rate_of(subscriber, now_ms));
    json_key(json, "state");
    json_text(json, state, strlen(state));
    json_key(json, "what");
    json_text(json, report->what, strlen(report->what));
    json_close(json, '}');
}

static void subscribers_write(const struct subscribers *subscribers, struct text *out)
{
    struct json_writer json = {.out = out, .indent = 2};
    json_open(&json, '{');
    json_key(&json, "ring");
    json_number(&json, segment_ring_size(subscribers->writer));
    json_key(&json, "lag_bound");
    json_number(&json, subscribers->lag);
    json_key(&json, "clients");
    json_open(&json, '[');
    for (unsigned i = 0; i < SUBSCRIBERS_MAX; i++)
        if (subscribers->list[i].subscribers && subscribers->list[i].has_told)
            subscriber_write(&subscribers->list[i], &json);
    json_close(&json, ']');
    json_close(&json, '}');
    text_add_char(out, '\n');
}

/* ---- connections ----------------------------------------------------------------------------------------
 */

static void subscriber_close(struct subscriber *subscriber)
{
    struct subscribers *subscribers = subscriber->subscribers;
    ev_io_stop(subscribers->loop, &subscriber->io);
    close(subscriber->io.fd);
    subscriber->subscribers = NULL;
    subscribers_recount(subscribers);
}

/* Answers who asks for the list; somebody who does not take it at once goes without. */
static void subscriber_answer(struct subscriber *subscriber)
{
    struct text out = TEXT_EMPTY;
    subscribers_write(subscriber->subscribers, &out);
    ssize_t sent = send(subscriber->io.fd, out.bytes, out.size, MSG_DONTWAIT | MSG_NOSIGNAL);
    (void)sent;
    text_free(&out);
    subscriber_close(subscriber);
}

static void subscriber_ready(struct ev_loop *loop, ev_io *io, int events)
{
    (void)loop;
    (void)events;
    struct subscriber *subscriber = (struct subscriber *)io;
    union {
        struct tacho_report report;
        char bytes[sizeof(struct tacho_report)];
    } message;
    ssize_t size = recv(io->fd, &message, sizeof message, MSG_DONTWAIT | MSG_TRUNC);
    if (size < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (size == sizeof TACHO_REPORT_LIST - 1 && memcmp(message.bytes, TACHO_REPORT_LIST, (size_t)size) == 0) {
        subscriber_answer(subscriber);
    } else if (size == sizeof message && message.report.magic == TACHO_REPORT_MAGIC &&
               message.report.version == TACHO_REQUEST_VERSION) {
        subscriber_note(subscriber, &message.report);
        subscribers_recount(subscriber->subscribers);
    } else {
        subscriber_close(subscriber);
    }
}

static pid_t peer_pid(int descriptor)
{
    struct ucred peer;
    socklen_t size = sizeof peer;
    return getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 ? peer.pid : 0;
}

static void subscribers_ready(struct ev_loop *loop, ev_io *io, int events)
{
    (void)events;
    struct subscribers *subscribers = (struct subscribers *)io;
    unsigned place = 0;
    int descriptor = accept4(io->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (descriptor < 0)
        return;
    while (place < SUBSCRIBERS_MAX && subscribers->list[place].subscribers)
        place++;
    if (place == SUBSCRIBERS_MAX || !unix_peer_is_us(descriptor)) {
        close(descriptor);
        return;
    }
    struct subscriber *subscriber = &subscribers->list[place];
    *subscriber = (struct subscriber){.subscribers = subscribers, .pid = peer_pid(descriptor)};
    ev_io_init(&subscriber->io, subscriber_ready, descriptor, EV_READ);
    ev_io_start(loop, &subscriber->io);
}

/* ---- the whole ------------------------------------------------------------------------------------------
 */

struct subscribers *subscribers_open(struct ev_loop *loop, const char *path,
                                     const struct segment_writer *writer, uint32_t lag,
                                     void (*changed)(void *data), void *data)
{
    int descriptor = unix_listen(path, SOCK_SEQPACKET);
    if (descriptor < 0)
        return NULL;
    struct subscribers *subscribers = memory_zeroed(1, sizeof *subscribers);
    subscribers->loop = loop;
    subscribers->writer = writer;
    subscribers->lag = lag;
    subscribers->changed = changed;
    subscribers->data = data;
    ev_io_init(&subscribers->io, subscribers_ready, descriptor, EV_READ);
    ev_io_start(loop, &subscribers->io);
    return subscribers;
}

void subscribers_close(struct subscribers *subscribers)
{
    if (!subscribers)
        return;
    for (unsigned i = 0; i < SUBSCRIBERS_MAX; i++)
        if (subscribers->list[i].subscribers) {
            ev_io_stop(subscribers->loop, &subscribers->list[i].io);
            close(subscribers->list[i].io.fd);
        }
    ev_io_stop(subscribers->loop, &subscribers->io);
    close(subscribers->io.fd);
    free(subscribers);
}

void subscribers_look(struct subscribers *subscribers)
{
    if (subscribers && subscribers->count.all > 0)
        subscribers_recount(subscribers);
}

struct subscribers_count subscribers_count(const struct subscribers *subscribers)
{
    return subscribers ? subscribers->count : (struct subscribers_count){0, 0};
}
