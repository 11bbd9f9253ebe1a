/* Webhooks: see webhook.h. Sockets do not block; what is left of the time is kept by the clock. */
#include "webhook.h"

#include "../base/clock.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { ANSWER_MAX = 256, PORT_MAX = 65535 };

/* ---- addresses ------------------------------------------------------------------------------------- */

static bool copy(char *to, size_t room, const char *from, size_t size)
{
    if (size >= room)
        return false;
    memcpy(to, from, size);
    to[size] = '\0';
    return true;
}

static bool is_printable(const char *text)
{
    while (*text > ' ' && *text <= '~')
        text++;
    return !*text;
}

static bool read_port(struct webhook *webhook, const char *text, size_t size)
{
    char *end;
    if (size == 0 || !copy(webhook->port, sizeof webhook->port, text, size))
        return false;
    long port = strtol(webhook->port, &end, 10);
    return webhook->port[0] >= '0' && webhook->port[0] <= '9' && !*end && port > 0 && port <= PORT_MAX;
}

/* HOST, HOST:PORT or [ADDRESS]:PORT. */
static bool read_authority(struct webhook *webhook, const char *text, size_t size)
{
    const char *end = text + size, *host = text, *after;
    if (*text == '[') {
        host = text + 1;
        after = memchr(host, ']', (size_t)(end - host));
    } else {
        after = memchr(host, ':', size);
        after = after ? after : end;
    }
    if (!after || after == host || !copy(webhook->host, sizeof webhook->host, host, (size_t)(after - host)))
        return false;
    after += *text == '[';
    if (after == end)
        return read_port(webhook, "80", 2);
    return *after == ':' && read_port(webhook, after + 1, (size_t)(end - after - 1));
}

int webhook_read(struct webhook *webhook, const char *url, struct text *why)
{
    static const char http[] = "http://", https[] = "https://";
    const char *authority = url + sizeof http - 1;
    if (strncmp(url, https, sizeof https - 1) == 0) {
        text_add_string(why, "the agent speaks no TLS: use http:// to a relay on this machine, or a command "
                             "as curl");
        return -1;
    }
    size_t size = strncmp(url, http, sizeof http - 1) == 0 ? strcspn(authority, "/?#") : 0;
    const char *path = size ? authority + size : "";
    if (size == 0 || !is_printable(url) || memchr(authority, '@', size) || strchr(url, '#') ||
        !read_authority(webhook, authority, size) ||
        !copy(webhook->path, sizeof webhook->path, *path == '/' ? path : "/",
              *path == '/' ? strlen(path) : 1) ||
        *path == '?') {
        text_add_string(why, "use an address as http://127.0.0.1:8080/path");
        return -1;
    }
    return 0;
}

/* ---- the conversation ------------------------------------------------------------------------------ */

/* Waits until the socket is ready; false, with errno, if the time is over. */
static bool wait_for(int descriptor, short events, int64_t until_us)
{
    struct pollfd ready = {.fd = descriptor, .events = events};
    int64_t left_us = until_us - clock_monotonic_us();
    errno = ETIMEDOUT;
    return left_us > 0 && poll(&ready, 1, (int)(left_us / 1000 + 1)) > 0;
}

static int connect_to(const struct addrinfo *address, int64_t until_us)
{
    int error = 0;
    socklen_t size = sizeof error;
    int descriptor = socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (descriptor < 0)
        return -1;
    if (connect(descriptor, address->ai_addr, address->ai_addrlen) == 0)
        return descriptor;
    error = errno;
    if (error == EINPROGRESS) {
        if (!wait_for(descriptor, POLLOUT, until_us))
            error = errno;
        else if (getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &size) == 0 && error == 0)
            return descriptor;
    }
    close(descriptor);
    errno = error;
    return -1;
}

/* localhost is this machine, whatever a name server says. */
static struct addrinfo *find_addresses(const struct webhook *webhook, struct text *result)
{
    const bool is_local = strcmp(webhook->host, "localhost") == 0;
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM,
                                   .ai_flags = AI_NUMERICSERV | (is_local ? AI_NUMERICHOST : 0)};
    struct addrinfo *found = NULL;
    int error = getaddrinfo(is_local ? "127.0.0.1" : webhook->host, webhook->port, &hints, &found);
    if (error)
        text_addf(result, "%s: %s", webhook->host, gai_strerror(error));
    return error ? NULL : found;
}

static int connect_any(const struct webhook *webhook, int64_t until_us, struct text *result)
{
    struct addrinfo *found = find_addresses(webhook, result);
    int descriptor = -1;
    for (const struct addrinfo *address = found; address && descriptor < 0; address = address->ai_next)
        descriptor = connect_to(address, until_us);
    if (descriptor < 0 && found)
        text_addf(result, "%s port %s: %s", webhook->host, webhook->port, strerror(errno));
    if (found)
        freeaddrinfo(found);
    return descriptor;
}

static bool send_all(int descriptor, const struct text *request, int64_t until_us)
{
    size_t sent = 0;
    while (sent < request->size) {
        ssize_t size = send(descriptor, request->bytes + sent, request->size - sent, MSG_NOSIGNAL);
        if (size > 0)
            sent += (size_t)size;
        else if ((errno != EAGAIN && errno != EINTR) || !wait_for(descriptor, POLLOUT, until_us))
            return false;
    }
    return true;
}

/* The first line of the answer; false, with errno, if none comes. */
static bool receive_line(int descriptor, char line[ANSWER_MAX], int64_t until_us)
{
    size_t size = 0;
    while (size + 1 < ANSWER_MAX) {
        ssize_t got = recv(descriptor, line + size, ANSWER_MAX - 1 - size, 0);
        if (got < 0 && (errno == EAGAIN || errno == EINTR)) {
            if (!wait_for(descriptor, POLLIN, until_us))
                return false;
            continue;
        }
        if (got <= 0)
            break;
        size += (size_t)got;
        line[size] = '\0';
        if (memchr(line, '\n', size))
            break;
    }
    line[size] = '\0';
    line[strcspn(line, "\r\n")] = '\0';
    errno = EPROTO;
    return size > 0;
}

static void write_request(const struct webhook *webhook, const struct text *document, struct text *request)
{
    const bool is_address = strchr(webhook->host, ':');
    text_addf(request, "POST %s HTTP/1.1\r\nHost: %s%s%s:%s\r\n", webhook->path, is_address ? "[" : "",
              webhook->host, is_address ? "]" : "", webhook->port);
    text_addf(request, "Content-Type: application/json\r\nContent-Length: %zu\r\n", document->size);
    text_add_string(request, "User-Agent: tacho\r\nConnection: close\r\n\r\n");
    text_add(request, document->bytes, document->size);
}

/* HTTP-version SP status-code (RFC 9112, 4). */
static int judge_answer(const char *line, struct text *result)
{
    const bool is_http = strncmp(line, "HTTP/1.", 7) == 0 && strlen(line) >= 12 && line[8] == ' ';
    text_addf(result, "answered: %.60s", is_http ? line + 9 : line);
    return is_http && line[9] == '2' ? 0 : -1;
}

int webhook_send(const struct webhook *webhook, const struct text *document, int64_t timeout_us,
                 struct text *result)
{
    const int64_t until_us = clock_monotonic_us() + timeout_us;
    char line[ANSWER_MAX] = "";
    struct text request = TEXT_EMPTY;
    int descriptor = connect_any(webhook, until_us, result), outcome = -1;
    if (descriptor < 0)
        return -1;
    write_request(webhook, document, &request);
    if (!send_all(descriptor, &request, until_us) || !receive_line(descriptor, line, until_us))
        text_addf(result, "no answer: %s", strerror(errno));
    else
        outcome = judge_answer(line, result);
    text_free(&request);
    close(descriptor);
    return outcome;
}
