/* The command socket: see control.h for the protocol. */
#include "control.h"

#include "hook_socket.h"

#include "../base/memory.h"
#include "../base/text.h"

#include <errno.h>
#include <ev.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { LINE_MAX_BYTES = 4096, CLIENTS_MAX = 64 };

struct client {
    ev_io io;
    struct control *control;
    struct client *next, *previous;
    struct text out; /* what is still to be sent, from `sent` on */
    size_t sent;
    size_t line_size;
    bool answered;        /* the answer is complete: close when all is sent */
    bool waiting;         /* for all logs to be accounted for */
    bool flushes;         /* and to be in the ledger */
    const char *document; /* and then for this, in `line`; NULL: for nothing */
    const char *test;     /* for this rule's actions instead, in `line` */
    bool stops;           /* asked `stop`: do it once the answer is out */
    char line[LINE_MAX_BYTES];
};

struct control {
    ev_io io;
    struct ev_loop *loop;
    struct control_calls calls;
    struct client *clients;
    unsigned client_count;
};

static void client_close(struct client *client)
{
    struct control *control = client->control;
    bool stops = client->stops;
    ev_io_stop(control->loop, &client->io);
    close(client->io.fd);
    if (client->next)
        client->next->previous = client->previous;
    if (client->previous)
        client->previous->next = client->next;
    else
        control->clients = client->next;
    control->client_count--;
    text_free(&client->out);
    free(client);
    if (stops)
        control->calls.stop(control->calls.data);
}

static void client_listen_for(struct client *client, int events)
{
    struct ev_loop *loop = client->control->loop;
    if ((client->io.events & (EV_READ | EV_WRITE)) == events)
        return;
    ev_io_stop(loop, &client->io);
    ev_io_set(&client->io, client->io.fd, events);
    ev_io_start(loop, &client->io);
}

/* Sends what can be sent; returns false if the client is gone afterwards. */
static bool client_flush(struct client *client)
{
    while (client->sent < client->out.size) {
        ssize_t size = send(client->io.fd, client->out.bytes + client->sent, client->out.size - client->sent,
                            MSG_DONTWAIT | MSG_NOSIGNAL);
        if (size < 0 && errno == EINTR)
            continue;
        if (size < 0 && errno == EAGAIN) {
            client_listen_for(client, EV_READ | EV_WRITE);
            return true;
        }
        if (size < 0) {
            client_close(client);
            return false;
        }
        client->sent += (size_t)size;
    }
    text_clear(&client->out);
    client->sent = 0;
    if (client->answered) {
        client_close(client);
        return false;
    }
    client_listen_for(client, EV_READ);
    return true;
}

static void client_finish(struct client *client, const char *first_line, const struct text *body)
{
    text_add_string(&client->out, first_line);
    text_add_char(&client->out, '\n');
    if (body && body->size)
        text_add(&client->out, body->bytes, body->size);
    client->answered = true;
    client->waiting = false;
}

static void client_document(struct client *client)
{
    const struct control_calls *calls = &client->control->calls;
    struct text body = TEXT_EMPTY;
    if (calls->document(calls->data, client->document, strlen(client->document), &body) == 0) {
        client_finish(client, "ok", &body);
    } else {
        struct text line = TEXT_EMPTY;
        text_addf(&line, "error: %s", body.size ? body.bytes : "malformed request");
        client_finish(client, line.bytes, NULL);
        text_free(&line);
    }
    text_free(&body);
}

static void client_test(struct client *client, bool is_first)
{
    const struct control_calls *calls = &client->control->calls;
    struct text body = TEXT_EMPTY, line = TEXT_EMPTY;
    int outcome = calls->test_alert(calls->data, client->test, is_first, &body);
    text_addf(&line, "error: %s", body.size ? body.bytes : "");
    client->waiting = outcome > 0;
    if (outcome <= 0)
        client_finish(client, outcome == 0 ? "ok" : line.bytes, outcome == 0 ? &body : NULL);
    text_free(&line);
    text_free(&body);
}

static void client_acknowledge(struct client *client, const char *name)
{
    const struct control_calls *calls = &client->control->calls;
    struct text body = TEXT_EMPTY;
    int count = calls->acknowledge(calls->data, name);
    text_addf(&body, "%d\n", count);
    client_finish(client, count < 0 ? "error: no rule is called so; 'tacho alerts' lists them" : "ok",
                  count < 0 ? NULL : &body);
    text_free(&body);
}

static void client_progress(struct client *client)
{
    if (client->test) {
        client_test(client, false);
        return;
    }
    const struct control_calls *calls = &client->control->calls;
    unsigned long long read = 0, total = 0;
    bool is_ready = calls->is_ready(calls->data, &read, &total);
    if (is_ready && client->document)
        client_document(client);
    else if (is_ready && (!client->flushes || calls->flush(calls->data)))
        client_finish(client, "ok", NULL);
    else if (!client->out.size)
        text_addf(&client->out, "progress %llu %llu\n", read, total);
}

/* Waits until all logs are accounted for; `flushes`: and in the ledger. */
static void client_wait(struct client *client, bool flushes)
{
    client->waiting = true;
    client->flushes = flushes;
    client_progress(client);
}

/* What follows a word and a blank; NULL if the line does not begin with them. */
static const char *after_word(const char *line, const char *word)
{
    size_t size = strlen(word);
    return strncmp(line, word, size) == 0 && line[size] == ' ' ? line + size + 1 : NULL;
}

static void client_answer(struct client *client, const char *line)
{
    static const char unusable[] = "error: the file of prices cannot be used: see agent.log";
    const struct control_calls *calls = &client->control->calls;
    struct text body = TEXT_EMPTY;
    if (strcmp(line, "status") == 0) {
        calls->status(calls->data, &body);
        client_finish(client, "ok", &body);
    } else if (strcmp(line, "repositories") == 0 || after_word(line, "repositories")) {
        const char *directory = after_word(line, "repositories");
        calls->repositories(calls->data, directory ? directory : "", &body);
        client_finish(client, "ok", &body);
    } else if ((client->document = after_word(line, "document")) || strcmp(line, "wait") == 0) {
        client_wait(client, false);
    } else if (strcmp(line, "flush") == 0) {
        client_wait(client, true);
    } else if (after_word(line, "preview")) {
        int drawn = calls->preview(calls->data, after_word(line, "preview"), &body);
        client_finish(client, drawn < 0 ? "error: no session to draw" : "ok", drawn < 0 ? NULL : &body);
    } else if (strcmp(line, "reload") == 0) {
        client_finish(client, calls->reload(calls->data) < 0 ? unusable : "ok", NULL);
    } else if (strcmp(line, "recalculate") == 0) {
        if (calls->recalculate(calls->data) < 0)
            client_finish(client, unusable, NULL);
        else
            client_wait(client, true);
    } else if (strcmp(line, "alerts") == 0) {
        calls->alerts(calls->data, &body);
        client_finish(client, "ok", &body);
    } else if (after_word(line, "alerts ack")) {
        client_acknowledge(client, after_word(line, "alerts ack"));
    } else if ((client->test = after_word(line, "alerts test"))) {
        client_test(client, true);
    } else if (strcmp(line, "stop") == 0) {
        client->stops = true;
        client_finish(client, "ok", NULL);
    } else {
        client_finish(client, "error: unknown request", NULL);
    }
    text_free(&body);
}

/* Answers if the agent reads the logs that are meant. */
static void client_answer_of(struct client *client, const char *line)
{
    const char *logs = after_word(line, "of");
    const char *request = logs ? after_word(logs, client->control->calls.logs) : line;
    if (request)
        client_answer(client, request);
    else
        client_finish(client, "other logs", NULL);
}

/* Reads the request line; once it is answered, whatever else comes is only watched for the hang-up. */
static void client_read(struct client *client)
{
    char ignored[256];
    bool listens = !client->answered && !client->waiting;
    char *into = listens ? client->line + client->line_size : ignored;
    size_t room = listens ? sizeof client->line - client->line_size : sizeof ignored;
    ssize_t size = recv(client->io.fd, into, room, MSG_DONTWAIT);
    if (size < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (size <= 0) {
        if (size == 0 && client->answered && client->sent < client->out.size)
            client_listen_for(client, EV_WRITE); /* it has said all it will say and still listens */
        else
            client_close(client);
        return;
    }
    if (!listens)
        return;
    client->line_size += (size_t)size;
    char *end = memchr(client->line, '\n', client->line_size);
    if (end) {
        *end = '\0';
        if (strlen(client->line) == (size_t)(end - client->line))
            client_answer_of(client, client->line);
        else
            client_finish(client, "error: malformed request", NULL);
        client_flush(client);
    } else if (client->line_size == sizeof client->line) {
        client_finish(client, "error: request too long", NULL);
        client_flush(client);
    }
}

static void client_ready(struct ev_loop *loop, ev_io *io, int events)
{
    (void)loop;
    struct client *client = (struct client *)io;
    if ((events & EV_WRITE) && !client_flush(client))
        return;
    if (events & EV_READ)
        client_read(client);
}

static void control_ready(struct ev_loop *loop, ev_io *io, int events)
{
    (void)events;
    struct control *control = (struct control *)io;
    int descriptor = accept4(io->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (descriptor < 0)
        return;
    if (control->client_count >= CLIENTS_MAX || !unix_peer_is_us(descriptor)) {
        close(descriptor);
        return;
    }
    struct client *client = memory_zeroed(1, sizeof *client);
    client->control = control;
    client->next = control->clients;
    if (client->next)
        client->next->previous = client;
    control->clients = client;
    control->client_count++;
    ev_io_init(&client->io, client_ready, descriptor, EV_READ);
    ev_io_start(loop, &client->io);
}

struct control *control_open(struct ev_loop *loop, const char *path, struct control_calls calls)
{
    int descriptor = unix_listen(path, SOCK_STREAM);
    if (descriptor < 0)
        return NULL;
    struct control *control = memory_zeroed(1, sizeof *control);
    control->loop = loop;
    control->calls = calls;
    ev_io_init(&control->io, control_ready, descriptor, EV_READ);
    ev_io_start(loop, &control->io);
    return control;
}

void control_progress(struct control *control)
{
    struct client *next;
    for (struct client *client = control->clients; client; client = next) {
        next = client->next;
        if (client->waiting) {
            client_progress(client);
            client_flush(client);
        }
    }
}

void control_close(struct control *control)
{
    if (!control)
        return;
    while (control->clients) {
        control->clients->stops = false;
        client_close(control->clients);
    }
    ev_io_stop(control->loop, &control->io);
    close(control->io.fd);
    free(control);
}
