/* Requests that hooks make, answered now or later: see answers.h. */
#include "answers.h"

#include "../base/clock.h"
#include "../base/memory.h"
#include "../base/watch.h"

#include <ev.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* The part of a hook's patience that is left to the way back and to its reading the slot. */
static const double WAY_BACK_SECONDS = 0.004;
static const double PATIENCE_MAX_SECONDS = 1.0;

/* A session that no one named: a payload without an id still gets its line. */
static const char NAMELESS[] = "(nameless)";

enum subject { SUBJECT_SESSION, SUBJECT_DIRECTORY };

struct waiting {
    struct waiting *next;
    struct hook_request *request;
    enum subject subject;
    struct publisher_asker asker;
    ev_tstamp deadline;
    int64_t asked_us; /* clock_monotonic_us() */
    size_t key_size;
    char key[];
};

struct answers {
    struct ev_loop *loop;
    struct watcher *watcher;
    struct history *history;
    struct git *git;
    struct publisher *publisher;
    struct segment_writer *writer;
    void (*news)(void *data);
    void *data;
    struct waiting *waitings;
    ev_timer patience; /* runs while somebody waits, until the earliest deadline */
    struct payload payload;
    struct event event;
};

static void answers_patience_ends(struct ev_loop *loop, ev_timer *timer, int events);

struct answers *answers_new(struct ev_loop *loop, struct watcher *watcher, struct history *history,
                            struct git *git, struct publisher *publisher, struct segment_writer *writer,
                            void (*news)(void *data), void *data)
{
    struct answers *answers = memory_zeroed(1, sizeof *answers);
    answers->loop = loop;
    answers->watcher = watcher;
    answers->history = history;
    answers->git = git;
    answers->publisher = publisher;
    answers->writer = writer;
    answers->news = news;
    answers->data = data;
    ev_timer_init(&answers->patience, answers_patience_ends, 0, 0);
    answers->patience.data = answers;
    return answers;
}

void answers_free(struct answers *answers)
{
    if (!answers)
        return;
    ev_timer_stop(answers->loop, &answers->patience);
    while (answers->waitings) {
        struct waiting *waiting = answers->waitings;
        answers->waitings = waiting->next;
        hook_reply(waiting->request, TACHO_REPLY_NOTHING, 0, 0);
        free(waiting);
    }
    free(answers);
}

/* The subject's repository, brought up to date as far as that can be done at once. */
static struct publisher_git subject_git(struct answers *answers, enum subject subject, const char *key,
                                        size_t size, int64_t asked_us)
{
    struct publisher_git git = {NULL, false};
    const char *directory =
        subject == SUBJECT_DIRECTORY ? key : publisher_session_directory(answers->publisher, key, size);
    if (directory && directory[0] == '/')
        git.stale = git_ask(answers->git, directory, asked_us, &git.repository) == GIT_PENDING;
    return git;
}

/* Whether every byte of the logs that was there at the fence is accounted for. */
static bool answers_history_is_fresh(const struct answers *answers)
{
    return history_is_ready(answers->history) && !history_is_behind(answers->history);
}

static struct publisher_asker asker_of(const struct tacho_request *header)
{
    return (struct publisher_asker){header->surface, header->depth};
}

/* Publishes what there is. Sets *fresh to whether it is complete. */
static int64_t publish(struct answers *answers, enum subject subject, const char *key, size_t size,
                       const struct publisher_git *git, struct publisher_asker asker, bool *fresh)
{
    *fresh = !git->stale && answers_history_is_fresh(answers);
    return subject == SUBJECT_SESSION ? publisher_session(answers->publisher, key, size, git, asker)
                                      : publisher_directory(answers->publisher, key, size, git, asker);
}

int64_t answers_directory(struct answers *answers, const char *path, size_t size,
                          struct publisher_asker asker, int64_t asked_us, bool *fresh)
{
    struct publisher_git git = subject_git(answers, SUBJECT_DIRECTORY, path, size, asked_us);
    return publish(answers, SUBJECT_DIRECTORY, path, size, &git, asker, fresh);
}

static void answer(struct answers *answers, struct hook_request *request, enum subject subject,
                   const char *key, size_t size, const struct publisher_git *git,
                   struct publisher_asker asker)
{
    bool fresh;
    int64_t slot = publish(answers, subject, key, size, git, asker, &fresh);
    if (slot < 0)
        hook_reply(request, TACHO_REPLY_NOTHING, 0, 0);
    else
        hook_reply(request, fresh ? TACHO_REPLY_FRESH : TACHO_REPLY_STALE, (uint32_t)slot,
                   segment_epoch(answers->writer));
}

/* ---- waiting ------------------------------------------------------------------------------------- */

static void answers_set_patience(struct answers *answers)
{
    ev_timer_stop(answers->loop, &answers->patience);
    if (!answers->waitings)
        return;
    ev_tstamp earliest = answers->waitings->deadline;
    for (struct waiting *waiting = answers->waitings; waiting; waiting = waiting->next)
        if (waiting->deadline < earliest)
            earliest = waiting->deadline;
    ev_tstamp after = earliest - ev_now(answers->loop);
    ev_timer_set(&answers->patience, after > 0 ? after : 0, 0);
    ev_timer_start(answers->loop, &answers->patience);
}

/* Answers those whose news is complete or whose patience is at its end. */
static void answers_serve(struct answers *answers)
{
    bool ready = answers_history_is_fresh(answers);
    struct waiting **at = &answers->waitings;
    while (*at) {
        struct waiting *waiting = *at;
        struct publisher_git git =
            subject_git(answers, waiting->subject, waiting->key, waiting->key_size, waiting->asked_us);
        if (!(ready && !git.stale) && ev_now(answers->loop) < waiting->deadline) {
            at = &waiting->next;
            continue;
        }
        *at = waiting->next;
        answer(answers, waiting->request, waiting->subject, waiting->key, waiting->key_size, &git,
               waiting->asker);
        free(waiting);
    }
    answers_set_patience(answers);
}

static void answers_patience_ends(struct ev_loop *loop, ev_timer *timer, int events)
{
    (void)loop;
    (void)events;
    answers_serve(timer->data);
}

void answers_look_again(struct answers *answers)
{
    if (answers->waitings)
        answers_serve(answers);
}

static void answers_wait(struct answers *answers, struct hook_request *request, enum subject subject,
                         const char *key, size_t size, const struct tacho_request *header, int64_t asked_us)
{
    struct waiting *waiting = memory_take(sizeof *waiting + size + 1);
    ev_now_update(answers->loop);
    double patience = header->wait_ms / 1000.0 - WAY_BACK_SECONDS;
    patience = patience < 0 ? 0 : patience > PATIENCE_MAX_SECONDS ? PATIENCE_MAX_SECONDS : patience;
    waiting->request = request;
    waiting->subject = subject;
    waiting->asker = asker_of(header);
    waiting->asked_us = asked_us;
    waiting->deadline = ev_now(answers->loop) + patience;
    waiting->key_size = size;
    memcpy(waiting->key, key, size);
    waiting->key[size] = '\0';
    waiting->next = answers->waitings;
    answers->waitings = waiting;
    answers_set_patience(answers);
}

/* ---- asking -------------------------------------------------------------------------------------- */

static void answers_fence(struct answers *answers)
{
    watcher_drain(answers->watcher);
    history_catch_up(answers->history);
}

static void answers_ask(struct answers *answers, struct hook_request *request, enum subject subject,
                        const char *key, size_t size, const struct tacho_request *header)
{
    int64_t asked_us = clock_monotonic_us();
    struct publisher_git git = subject_git(answers, subject, key, size, asked_us);
    if (!git.stale && answers_history_is_fresh(answers)) {
        answer(answers, request, subject, key, size, &git, asker_of(header));
        return;
    }
    /* Should the answer come too late, there is something of that kind to show. */
    bool fresh;
    if (publisher_lacks(answers->publisher, subject == SUBJECT_SESSION ? TACHO_SESSION : TACHO_DIRECTORY, key,
                        size, asker_of(header)))
        publish(answers, subject, key, size, &git, asker_of(header), &fresh);
    answers_wait(answers, request, subject, key, size, header, asked_us);
}

/* While history is being read, the session at hand comes first. */
static void answers_read_log(struct answers *answers, const struct payload_text *path)
{
    char log[PATH_MAX];
    if (history_is_ready(answers->history) || !path->size || path->size >= sizeof log)
        return;
    memcpy(log, path->bytes, path->size);
    log[path->size] = '\0';
    history_read_first(answers->history, log);
}

static void answers_claude(struct answers *answers, struct hook_request *request,
                           const struct tacho_request *header, const char *key, const char *body)
{
    struct payload *payload = &answers->payload;
    bool whole = payload_read(payload, body, header->body_size);
    size_t size = header->key_size;
    /* The document says which session it is of; the hook's guess stands where it does not. */
    if (payload->session_id.size && payload->session_id.size <= TACHO_KEY_MAX) {
        key = payload->session_id.bytes;
        size = payload->session_id.size;
    } else if (!size) {
        key = NAMELESS;
        size = sizeof NAMELESS - 1;
    }
    if (whole && payload->has_tasks) {
        int64_t slot = publisher_tasks(answers->publisher, key, size, payload, asker_of(header));
        hook_reply(request, slot < 0 ? TACHO_REPLY_NOTHING : TACHO_REPLY_WHOLE, slot < 0 ? 0 : (uint32_t)slot,
                   segment_epoch(answers->writer));
        return;
    }
    if (whole && key == payload->session_id.bytes && payload->cost_pusd >= 0)
        history_take_total(answers->history, key, size, (uint64_t)payload->cost_pusd);
    /* A damaged document is no news where there is a whole one; else what stands before the damage must do.
     */
    bool is_better = whole || !publisher_knows(answers->publisher, key, size);
    if (is_better && publisher_take_payload(answers->publisher, key, size, payload))
        answers->news(answers->data);
    answers_read_log(answers, &payload->transcript_path);
    answers_ask(answers, request, SUBJECT_SESSION, key, size, header);
}

void answers_asked(void *data, struct hook_request *request, const struct tacho_request *header,
                   const char *key, const char *body)
{
    struct answers *answers = data;
    answers_fence(answers);
    if (header->kind == TACHO_REQUEST_EVENT) {
        if (event_read(&answers->event, body, header->body_size))
            publisher_take_event(answers->publisher, &answers->event);
        hook_reply(request, TACHO_REPLY_NOTHING, 0, 0);
    } else if (header->kind == TACHO_REQUEST_CLAUDE) {
        answers_claude(answers, request, header, key, body);
    } else if (header->kind == TACHO_REQUEST_FENCE && header->key_size && key[0] == '/') {
        char path[TACHO_KEY_MAX + 1];
        memcpy(path, key, header->key_size);
        path[header->key_size] = '\0';
        answers_ask(answers, request, SUBJECT_DIRECTORY, path, header->key_size, header);
    } else {
        hook_reply(request, TACHO_REPLY_NOTHING, 0, 0);
    }
}
