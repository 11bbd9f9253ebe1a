/* Telling the agent who follows its events, and asking it: see event_report.h. */
#include "event_report.h"

#include "command.h"

#include "../base/clock.h"
#include "../base/memory.h"
#include "../base/say.h"
#include "../render/table.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { TELL_MS = 1000, ANSWER_MAX = 128 * 1024, ANSWER_SECONDS = 10 };

/* ---- telling --------------------------------------------------------------------------------------------
 */

void event_report_begin(struct event_report *report, int argc, char **argv)
{
    *report = (struct event_report){.descriptor = -1, .told_ms = -TELL_MS};
    size_t used = 0;
    for (int i = 0; i < argc && used < sizeof report->what; i++)
        used +=
            (size_t)snprintf(report->what + used, sizeof report->what - used, "%s%s", i ? " " : "", argv[i]);
}

void event_report_end(struct event_report *report)
{
    if (report->descriptor >= 0)
        close(report->descriptor);
    report->descriptor = -1;
}

/* An agent that is not there, is older, or has no time is not told. */
static void tell(struct event_report *report, const struct tacho_subscriber *subscriber)
{
    struct tacho_report message = {
        .magic = TACHO_REPORT_MAGIC,
        .version = TACHO_REQUEST_VERSION,
        .next = subscriber->cursor.next,
        .given = subscriber->given,
        .conflated = subscriber->conflated,
        .missed = subscriber->missed,
    };
    memcpy(message.what, report->what, sizeof message.what);
    for (int tries = 0; tries < 2; tries++) { /* the agent that was connected to may have gone */
        if (report->descriptor < 0)
            report->descriptor = agent_connect(TACHO_SUBSCRIBERS_NAME, SOCK_SEQPACKET | SOCK_NONBLOCK);
        if (report->descriptor < 0 || send(report->descriptor, &message, sizeof message, MSG_NOSIGNAL) >= 0)
            return;
        event_report_end(report);
    }
}

int event_report_tell(struct event_report *report, const struct tacho_subscriber *subscriber)
{
    const int64_t now_ms = clock_monotonic_ms();
    if (report->told_next == subscriber->cursor.next)
        return -1;
    if (now_ms - report->told_ms < TELL_MS)
        return (int)(TELL_MS - (now_ms - report->told_ms));
    tell(report, subscriber);
    report->told_ms = now_ms;
    report->told_next = subscriber->cursor.next;
    return -1;
}

/* ---- asking ---------------------------------------------------------------------------------------------
 */

/* Asks for the document. Returns its size; 0: the agent hung up; -1: it says nothing; -2: there is none. */
static ssize_t ask(char answer[ANSWER_MAX])
{
    static const struct timeval patience = {.tv_sec = ANSWER_SECONDS};
    int descriptor = agent_connect(TACHO_SUBSCRIBERS_NAME, SOCK_SEQPACKET);
    ssize_t size = -2;
    if (descriptor < 0)
        return size;
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    if (send(descriptor, TACHO_REPORT_LIST, sizeof TACHO_REPORT_LIST - 1, MSG_NOSIGNAL) > 0)
        size = recv(descriptor, answer, ANSWER_MAX - 1, 0);
    else
        size = 0;
    close(descriptor);
    answer[size > 0 ? size : 0] = '\0';
    return size;
}

static void print_client(const json_t *client)
{
    static const char *const counts[] = {"lag", "given", "conflated", "missed"};
    const char *what = json_string_value(json_object_get(client, "what"));
    struct text line = TEXT_EMPTY;
    char number[32];
    text_addf(&line, "%7lld  %-7s", (long long)json_integer_value(json_object_get(client, "pid")),
              json_string_value(json_object_get(client, "state")));
    text_addf(&line, "  %5.1f %%  %8.1f", json_number_value(json_object_get(client, "ring_used")) * 100,
              json_number_value(json_object_get(client, "events_per_s")));
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
        text_addf(&line, "  %9s",
                  show_count(number, (uint64_t)json_integer_value(json_object_get(client, counts[i]))));
    text_add_string(&line, "  ");
    text_add_harmless(&line, what ? what : "", what ? strlen(what) : 0);
    puts(line.bytes);
    text_free(&line);
}

static int print_clients(const char *answer)
{
    json_t *document = json_loads(answer, 0, NULL);
    const json_t *clients = json_object_get(document, "clients");
    int status = json_is_array(clients) ? STATUS_DONE : STATUS_FAILED;
    size_t index;
    json_t *client;
    if (status != STATUS_DONE)
        say("events: the agent's answer is not understood: it is another version; run 'tacho restart'");
    else if (json_array_size(clients) == 0)
        puts("Nobody follows the event stream: 'tacho events --follow' does.");
    else
        puts("    pid  state    of ring  events/s        lag      given  conflated     missed  what");
    json_array_foreach(clients, index, client) print_client(client);
    json_decref(document);
    return status;
}

int event_report_list(int json)
{
    char *answer = memory_take(ANSWER_MAX);
    ssize_t size = ask(answer);
    int status = STATUS_FAILED;
    if (size == -2)
        say("events: no agent runs: 'tacho start' starts it");
    else if (size < 0)
        agent_say_silent("events");
    else if (size == 0)
        say("events: the agent hung up: it ends, or as many follow as it lists; try again");
    else if (json)
        status = fputs(answer, stdout) < 0 ? STATUS_FAILED : STATUS_DONE;
    else
        status = print_clients(answer);
    free(answer);
    return status;
}
