/* Asking the agent: the client side of serve/control.h. */
#include "command.h"

#include "../base/say.h"
#include "../ingest/log_tree.h"
#include "../store/ledger_place.h"

#include "../../shm/request.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

enum { SILENCE_MS = 10000 }; /* an agent that says nothing for so long is stopped or broken */

/*
 * Connects to the command socket. Through the directory's descriptor, because sun_path has only 108 bytes.
 * Returns the descriptor, or -1: no agent.
 */
int agent_connect(const char *name, int type)
{
    char *place = places_runtime("");
    if (!place)
        return -1;
    int directory = open(place, O_PATH | O_DIRECTORY | O_CLOEXEC);
    free(place);
    if (directory < 0)
        return -1;
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof address.sun_path, "/proc/self/fd/%d/%s", directory, name);
    int descriptor = socket(AF_UNIX, type | SOCK_CLOEXEC, 0);
    if (descriptor >= 0 && connect(descriptor, (struct sockaddr *)&address, sizeof address) < 0) {
        close(descriptor);
        descriptor = -1;
    }
    close(directory);
    return descriptor;
}

/* Who listens: the kernel's word for it. Only our own agent is believed. */
static pid_t agent_peer(int descriptor)
{
    struct ucred peer;
    socklen_t size = sizeof peer;
    if (getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &peer, &size) < 0 || peer.uid != geteuid())
        return 0;
    return peer.pid;
}

pid_t agent_pid(void)
{
    int descriptor = agent_connect(TACHO_CONTROL_NAME, SOCK_STREAM);
    if (descriptor < 0)
        return 0;
    pid_t pid = agent_peer(descriptor);
    close(descriptor);
    return pid;
}

/* ---- one request, one answer ------------------------------------------------------------------------- */

static bool request_send(int descriptor, const char *request)
{
    struct text line = TEXT_EMPTY;
    text_add_string(&line, request);
    text_add_char(&line, '\n');
    size_t sent = 0;
    while (sent < line.size) {
        ssize_t size = send(descriptor, line.bytes + sent, line.size - sent, MSG_NOSIGNAL);
        if (size < 0 && errno == EINTR)
            continue;
        if (size < 0)
            break;
        sent += (size_t)size;
    }
    bool done = sent == line.size;
    text_free(&line);
    return done;
}

/* Waits for more of the answer: what was received, 0 at its end, -1 if nothing comes. */
static ssize_t answer_receive(int descriptor, char *buffer, size_t size)
{
    struct pollfd ready = {.fd = descriptor, .events = POLLIN};
    for (;;) {
        int count = poll(&ready, 1, SILENCE_MS);
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            return -1;
        ssize_t received = recv(descriptor, buffer, size, 0);
        if (received >= 0 || errno != EINTR)
            return received;
    }
}

/* Takes complete progress lines from the front of the answer; the last of them is told. */
static void answer_progress(struct text *answer, void (*progress)(void *, uint64_t, uint64_t), void *data)
{
    unsigned long long read = 0, total = 0;
    size_t taken = 0;
    char *end;
    while (answer->size > taken && strncmp(answer->bytes + taken, "progress ", 9) == 0 &&
           (end = memchr(answer->bytes + taken, '\n', answer->size - taken))) {
        if (sscanf(answer->bytes + taken, "progress %llu %llu", &read, &total) != 2)
            total = 0;
        taken = (size_t)(end - answer->bytes) + 1;
    }
    if (!taken)
        return;
    memmove(answer->bytes, answer->bytes + taken, answer->size - taken + 1);
    answer->size -= taken;
    if (progress)
        progress(data, read, total);
}

/* Judges the whole answer by its first line. */
static enum agent_answer answer_judge(const struct text *answer, struct text *out)
{
    static const char error[] = "error: ", other[] = "other logs\n";
    if (answer->size == sizeof other - 1 && memcmp(answer->bytes, other, sizeof other - 1) == 0)
        return AGENT_ABSENT;
    if (answer->size >= 3 && memcmp(answer->bytes, "ok\n", 3) == 0) {
        text_add(out, answer->bytes + 3, answer->size - 3);
        return AGENT_OK;
    }
    if (answer->size < sizeof error || memcmp(answer->bytes, error, sizeof error - 1) != 0)
        return AGENT_SILENT;
    const char *why = answer->bytes + sizeof error - 1;
    text_add(out, why, strcspn(why, "\n"));
    return AGENT_REFUSED;
}

enum agent_answer agent_ask(const char *request, struct text *out,
                            void (*progress)(void *data, uint64_t read, uint64_t total), void *data)
{
    int descriptor = agent_connect(TACHO_CONTROL_NAME, SOCK_STREAM);
    if (descriptor < 0)
        return AGENT_ABSENT;
    struct text answer = TEXT_EMPTY;
    enum agent_answer result = AGENT_SILENT;
    if (!agent_peer(descriptor) || !request_send(descriptor, request))
        goto out;
    char buffer[16 * 1024];
    ssize_t size;
    while ((size = answer_receive(descriptor, buffer, sizeof buffer)) > 0) {
        text_add(&answer, buffer, (size_t)size);
        answer_progress(&answer, progress, data);
    }
    if (size == 0)
        result = answer_judge(&answer, out);
out:
    text_free(&answer);
    close(descriptor);
    /* It may have been about to end when we came. */
    return result == AGENT_SILENT && !agent_pid() ? AGENT_ABSENT : result;
}

enum agent_answer agent_ask_ours(const char *request, struct text *out,
                                 void (*progress)(void *data, uint64_t read, uint64_t total), void *data)
{
    char mark[LEDGER_MARK_SIZE];
    char **directories = log_tree_directories(places_environment());
    struct text line = TEXT_EMPTY;
    ledger_mark(mark, directories);
    text_addf(&line, "of %s %s", mark, request);
    enum agent_answer answer = agent_ask(line.bytes, out, progress, data);
    text_free(&line);
    log_tree_free_directories(directories);
    return answer;
}

/* ---- what commands do with it ------------------------------------------------------------------------ */

int agent_say_silent(const char *command)
{
    long pid = (long)agent_pid();
    say("%s: the agent (process %ld) does not answer: if it is stopped, kill -CONT %ld wakes it; kill -9 %ld "
        "ends it, "
        "nothing is lost",
        command, pid, pid, pid);
    return STATUS_FAILED;
}

int agent_wait(const char *command)
{
    struct text why = TEXT_EMPTY;
    struct progress progress;
    progress_begin(&progress, "reading logs");
    enum agent_answer answer = agent_ask("wait", &why, progress_show, &progress);
    progress_end(&progress);
    int status = STATUS_FAILED;
    if (answer == AGENT_OK)
        status = STATUS_DONE;
    else if (answer == AGENT_REFUSED)
        say("%s: the agent answered: %s", command, why.bytes);
    else if (answer == AGENT_ABSENT)
        say("%s: no agent runs: 'tacho start' starts it", command);
    else
        agent_say_silent(command);
    text_free(&why);
    return status;
}

/* A descriptor that is readable once the process has ended, zombie or not; -1: none. */
static int process_open(pid_t pid)
{
    return pid > 0 ? (int)syscall(SYS_pidfd_open, pid, 0) : -1;
}

enum agent_answer agent_stop(struct text *why)
{
    int process = process_open(agent_pid());
    enum agent_answer answer = agent_ask("stop", why, NULL, NULL);
    struct pollfd ended = {.fd = process, .events = POLLIN};
    if (answer == AGENT_OK && process >= 0 && poll(&ended, 1, SILENCE_MS) <= 0)
        answer = AGENT_SILENT;
    if (process >= 0)
        close(process);
    return answer;
}
