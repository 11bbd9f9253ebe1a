/* The reader inside a shell: see reader.h. */
#include "reader.h"

#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { START_PAUSE_FIRST_MS = 1000, START_PAUSE_LAST_MS = 64000 };

/* So often is an answer that is not complete asked for again. */
enum { ASKED_AGAIN_MAX = 30 };

/* ---- held descriptors ---------------------------------------------------------------------------- */

/* Whether it is still the file that was opened: its number may be the person's by now, and is then let be. */
static bool held_is_ours(struct held *held, struct stat *status)
{
    if (held->descriptor < 0)
        return false;
    if (fstat(held->descriptor, status) == 0 && status->st_ino == held->inode &&
        status->st_dev == held->device)
        return true;
    held->descriptor = -1;
    return false;
}

static bool held_take(struct held *held, const struct reader_host *host, int descriptor)
{
    struct stat status;
    held->descriptor = descriptor < 0 ? -1 : host->keep(descriptor);
    if (held->descriptor < 0)
        return false;
    if (fstat(held->descriptor, &status) < 0) {
        host->release(held->descriptor);
        held->descriptor = -1;
        return false;
    }
    held->device = status.st_dev;
    held->inode = status.st_ino;
    return true;
}

static void held_drop(struct held *held, const struct reader_host *host)
{
    struct stat status;
    if (held_is_ours(held, &status))
        host->release(held->descriptor);
    held->descriptor = -1;
}

/* ---- the segment --------------------------------------------------------------------------------- */

static bool runtime_ready(struct reader *reader)
{
    runtime_find(&reader->runtime, reader->host->environment());
    return reader->runtime.size > 0;
}

/* Opens the segment if it is not; anew if another took its place, which leaves the one held without a name.
 */
static bool segment_ready(struct reader *reader)
{
    struct stat status;
    if (held_is_ours(&reader->file, &status) && status.st_nlink > 0)
        return true;
    held_drop(&reader->file, reader->host);
    if (!runtime_ready(reader) ||
        tacho_open(&reader->segment, runtime_path(&reader->runtime, TACHO_SEGMENT_NAME)) != TACHO_OK ||
        !held_take(&reader->file, reader->host, reader->segment.descriptor))
        return false;
    reader->segment.descriptor = reader->file.descriptor;
    reader->slot = -1;
    return true;
}

/* ---- the conversation ---------------------------------------------------------------------------- */

static void conversation_end(struct reader *reader)
{
    held_drop(&reader->socket, reader->host);
    reader->pending = false;
}

/* Whether a request may be sent on the held connection: it is ours, and no answer is due on it. */
static bool conversation_goes_on(struct reader *reader)
{
    struct stat status;
    struct tacho_reply old;
    if (!held_is_ours(&reader->socket, &status))
        reader->pending = false;
    else if (reader->process != getpid() ||
             (reader->pending && reply_receive(reader->socket.descriptor, 0, &old) != ASK_ANSWERED))
        conversation_end(reader);
    reader->pending = false;
    return reader->socket.descriptor >= 0;
}

static bool conversation_begin(struct reader *reader)
{
    reader->process = getpid();
    return runtime_ready(reader) && held_take(&reader->socket, reader->host, agent_connect(&reader->runtime));
}

/* Sends the question on a connection that is there. */
static bool conversation_send(struct reader *reader, const struct reader_request *request)
{
    struct tacho_request header = {
        .magic = TACHO_REQUEST_MAGIC,
        .version = TACHO_REQUEST_VERSION,
        .kind = TACHO_REQUEST_FENCE,
        .key_size = (uint32_t)strlen(reader->directory),
        .wait_ms = (uint32_t)request->patience_ms,
        .surface = (uint8_t)request->show.surface,
        .depth = (uint8_t)request->show.depth,
    };
    reader->pending = request_send(reader->socket.descriptor, &header, reader->directory, NULL);
    if (!reader->pending)
        conversation_end(reader);
    return reader->pending;
}

/* Waits for what was asked. */
static enum ask_result conversation_hear(struct reader *reader, int wait_ms, struct tacho_reply *reply)
{
    enum ask_result result = reply_receive(reader->socket.descriptor, wait_ms, reply);
    reader->pending = result == ASK_LATE;
    if (result == ASK_NO_AGENT)
        conversation_end(reader);
    return result;
}

static enum ask_result conversation_ask(struct reader *reader, const struct reader_request *request,
                                        struct tacho_reply *reply)
{
    return conversation_send(reader, request) ? conversation_hear(reader, request->wait_ms, reply)
                                              : ASK_NO_AGENT;
}

/* Asks on the held connection, or if its other end is gone on a new one. */
static enum ask_result reader_ask(struct reader *reader, const struct reader_request *request,
                                  struct tacho_reply *reply)
{
    if (conversation_goes_on(reader)) {
        enum ask_result result = conversation_ask(reader, request, reply);
        if (result != ASK_NO_AGENT)
            return result;
    }
    return conversation_begin(reader) ? conversation_ask(reader, request, reply) : ASK_NO_AGENT;
}

/* ---- the line ------------------------------------------------------------------------------------ */

static bool directory_find(struct reader *reader)
{
    /* The system call: for a path that is too long the C library's function would allocate. */
    long size = syscall(SYS_getcwd, reader->directory, sizeof reader->directory);
    return size > 1 && size - 1 <= TACHO_KEY_MAX && reader->directory[0] == '/';
}

static enum reader_news line_set(struct reader *reader, int64_t size, enum reader_news news)
{
    reader->line_size = size > 0 ? (size_t)size : 0;
    reader->line[reader->line_size] = '\0';
    return news;
}

static int64_t clock_ns(clockid_t clock)
{
    struct timespec now = {0, 0};
    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static struct line_room line_room(struct reader *reader)
{
    return (struct line_room){(struct tacho_copy *)(void *)reader->copy, reader->line};
}

/* Reads the directory's slot: where it was the last time, if it is there still. */
static bool slot_read(struct reader *reader)
{
    const struct tacho_copy *copy = (const void *)reader->copy;
    size_t size = strlen(reader->directory);
    if (reader->slot >= 0 &&
        tacho_read(&reader->segment, (uint32_t)reader->slot, reader->copy, TACHO_COPY_MAX) == TACHO_OK &&
        copy->kind == TACHO_DIRECTORY && copy->key_size == size &&
        memcmp(tacho_key(copy), reader->directory, size) == 0)
        return true;
    reader->slot = tacho_find(&reader->segment, TACHO_DIRECTORY, reader->directory, size);
    return tacho_read_key(&reader->segment, TACHO_DIRECTORY, reader->directory, size, reader->copy,
                          TACHO_COPY_MAX) == TACHO_OK;
}

/* The line as it stands in the segment. */
static enum reader_news line_known(struct reader *reader, const struct show *show, enum reader_news news)
{
    struct line_room room = line_room(reader);
    reader->lacks = false;
    if (!segment_ready(reader) || !slot_read(reader))
        return line_set(reader, 0, news);
    reader->lacks = !line_is_drawn(room.copy, show);
    return line_set(reader, line_of_copy(news != READER_CURRENT, clock_ns(CLOCK_REALTIME), show, &room),
                    news);
}

/* The line of an answer. Answered, and nothing to show, is the truth, not a reason to show something old. */
static enum reader_news line_answered(struct reader *reader, const struct show *show,
                                      const struct tacho_reply *reply)
{
    struct line_room room = line_room(reader);
    reader->start_pause_ms = 0;
    if (reply->status == TACHO_REPLY_NOTHING || !segment_ready(reader))
        return line_known(reader, show, READER_LATE);
    int64_t size = line_of_reply(&reader->segment, reply, show, &room);
    if (size < 0 && reply->status != TACHO_REPLY_FRESH)
        return line_known(reader, show, READER_LATE);
    return line_set(reader, size, reply->status == TACHO_REPLY_STALE ? READER_LATE : READER_CURRENT);
}

/* That no agent listens is said at once, and then at growing intervals: it may be that none can be started.
 */
static enum reader_news news_of_no_agent(struct reader *reader)
{
    int64_t now_ms = clock_ns(CLOCK_MONOTONIC) / 1000000;
    if (reader->start_pause_ms && now_ms < reader->start_again_ms)
        return READER_LATE;
    reader->start_pause_ms = !reader->start_pause_ms                         ? START_PAUSE_FIRST_MS
                             : reader->start_pause_ms >= START_PAUSE_LAST_MS ? START_PAUSE_LAST_MS
                                                                             : reader->start_pause_ms * 2;
    reader->start_again_ms = now_ms + reader->start_pause_ms;
    return READER_ALONE;
}

/*
 * The line of an answer; one that is not complete is asked for again, for the agent to answer when it is, or
 * at patience's end.
 */
static enum reader_news line_heard(struct reader *reader, const struct reader_request *request,
                                   const struct tacho_reply *reply)
{
    enum reader_news news = line_answered(reader, &request->show, reply);
    bool is_patient = request->patience_ms > request->wait_ms;
    if (reply->status == TACHO_REPLY_STALE && is_patient && reader->asked_again++ < ASKED_AGAIN_MAX)
        conversation_send(reader, request);
    return news;
}

enum reader_news reader_make_line(struct reader *reader, const struct reader_request *request)
{
    struct tacho_reply reply;
    reader->asked_again = 0;
    if (!directory_find(reader))
        return line_set(reader, 0, READER_CURRENT);
    if (request->cached) {
        enum reader_news news = line_known(reader, &request->show, READER_CURRENT);
        if (!reader->lacks || reader->pending) /* an ask that waits says what is wanted, too */
            return news;
    }
    switch (reader_ask(reader, request, &reply)) {
    case ASK_ANSWERED:
        return line_heard(reader, request, &reply);
    case ASK_LATE:
        return line_known(reader, &request->show, READER_LATE);
    case ASK_NO_AGENT:
        break;
    }
    return line_known(reader, &request->show, news_of_no_agent(reader));
}

int reader_late_descriptor(const struct reader *reader)
{
    return reader->pending ? reader->socket.descriptor : -1;
}

enum reader_news reader_take_late(struct reader *reader, const struct reader_request *request)
{
    struct stat status;
    struct tacho_reply reply;
    if (!reader->pending || !held_is_ours(&reader->socket, &status) || reader->process != getpid() ||
        conversation_hear(reader, 0, &reply) != ASK_ANSWERED)
        return READER_LATE;
    return line_heard(reader, request, &reply);
}

void reader_close(struct reader *reader)
{
    conversation_end(reader);
    held_drop(&reader->file, reader->host);
}
