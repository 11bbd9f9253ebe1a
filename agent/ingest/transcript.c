/* One session's log, followed: see transcript.h. What a line says is read by transcript_line.c. */
#include "transcript.h"

#include "../base/memory.h"
#include "../base/text.h"
#include "event.h"
#include "todo_list.h"
#include "transcript_line.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    READ_SIZE = 64 * 1024,
    LINE_MAX_SIZE = 16 * 1024 * 1024, /* a longer line is passed over */
    BEGINNING = 1024 * 1024,          /* of a large file: as far as the first answer, at most so far */
    END = 4 * 1024 * 1024,            /* and its end */
};

/* What the estimate adds to texts: fitted with token_estimate.c's weights, on the same answers. */
enum {
    TOKENS_OF_ITEM = 40, /* for what stands around a piece of content */
    TOKENS_OF_IMAGE = 1500,
    ATTACHED_PERCENT = 70, /* of an attachment's bytes that are given to the model */
};

/* The factor learnt from the session's answers, in 1/1024. */
enum { FACTOR_ONE = 1024, FACTOR_MIN = 512, FACTOR_MAX = 2048, LEARN_FROM = 100, LEARN_WHOLLY = 1000 };

/* A tool that was called and has not returned. */
struct running {
    char id[TRANSCRIPT_TEXT_MAX], name[TRANSCRIPT_TEXT_MAX];
    bool is_agent;
};

struct transcript {
    struct transcript_facts facts;
    dev_t device;
    ino_t inode;
    uint64_t offset, seen; /* whole lines read; bytes there when it was last looked at */
    bool is_met, is_skipping, is_begun;
    struct byte_classes said, attached; /* appended since the last answer, or all that the first was asked */
    uint64_t items, images;
    char message[TRANSCRIPT_TEXT_MAX]; /* the last answer's id; its lines come one by one */
    struct byte_classes answer;        /* its texts */
    int64_t output;
    int64_t overhead; /* what every request begins with: instructions and tools; -1: unknown */
    int64_t factor;
    bool is_settling; /* what follows a compaction is in its own figure */
    struct running running[TRANSCRIPT_CALLS_MAX];
    size_t running_count;
    struct todo_list todos;
    struct transcript_line line;
    void (*tried)(void *data, const struct transcript_trial *trial);
    void *data;
};

static void transcript_forget(struct transcript *transcript)
{
    memset(transcript, 0, offsetof(struct transcript, line));
    transcript->facts.context_tokens = transcript->overhead = -1;
    transcript->facts.error_e2 = -1;
    transcript->factor = FACTOR_ONE;
}

struct transcript *transcript_new(void)
{
    struct transcript *transcript = memory_zeroed(1, sizeof *transcript);
    transcript_forget(transcript);
    return transcript;
}

void transcript_free(struct transcript *transcript)
{
    free(transcript);
}

const struct transcript_facts *transcript_facts(const struct transcript *transcript)
{
    return &transcript->facts;
}

void transcript_on_trial(struct transcript *transcript,
                         void (*tried)(void *data, const struct transcript_trial *trial), void *data)
{
    transcript->tried = tried;
    transcript->data = data;
}

static void keep_text(char *kept, size_t room, const struct json_slice *slice)
{
    kept[slice->size ? json_decode(slice, kept, room - 1) : 0] = '\0';
}

#define KEEP(kept, slice) keep_text((kept), sizeof(kept), (slice))

/* Whether a text that was kept is that of a slice, or of as much of it as is kept. */
static bool is_kept(const char kept[TRANSCRIPT_TEXT_MAX], const struct json_slice *slice)
{
    char text[TRANSCRIPT_TEXT_MAX];
    KEEP(text, slice);
    return strcmp(kept, text) == 0;
}

/* ---- tools --------------------------------------------------------------------------------------------- */

static void tell_running(struct transcript *transcript)
{
    struct transcript_facts *facts = &transcript->facts;
    const size_t count = transcript->running_count;
    facts->agents = 0;
    for (size_t i = 0; i < count; i++)
        facts->agents += transcript->running[i].is_agent;
    memcpy(facts->tool, count ? transcript->running[count - 1].name : "\0", count ? sizeof facts->tool : 1);
}

static void add_running(struct transcript *transcript, const struct transcript_call *call)
{
    if (transcript->running_count == TRANSCRIPT_CALLS_MAX)
        return;
    struct running *running = &transcript->running[transcript->running_count++];
    KEEP(running->id, &call->id);
    KEEP(running->name, &call->name);
    running->is_agent = event_is_of_agent(running->name);
    if (call->skill.size)
        KEEP(transcript->facts.skill, &call->skill);
}

static void end_running(struct transcript *transcript, const struct json_slice *id)
{
    struct running *list = transcript->running;
    for (size_t i = 0; i < transcript->running_count; i++) {
        if (!is_kept(list[i].id, id))
            continue;
        memmove(list + i, list + i + 1, (--transcript->running_count - i) * sizeof *list);
        return;
    }
}

/* ---- to-dos -------------------------------------------------------------------------------------------- */

static void tell_todos(struct transcript *transcript)
{
    transcript->facts.todo_done = todo_list_done(&transcript->todos);
    transcript->facts.todo_total = (int64_t)transcript->todos.count;
}

static void update_todo(struct transcript *transcript, const struct transcript_call *call)
{
    char id[TODO_ID_MAX], status[TODO_ID_MAX];
    if (!json_equals(&call->name, "TaskUpdate") || !call->task.size)
        return;
    KEEP(id, &call->task);
    KEEP(status, &call->status);
    todo_list_update(&transcript->todos, id, status);
    tell_todos(transcript);
}

static void add_todo(struct transcript *transcript, const struct json_slice *task)
{
    char id[TODO_ID_MAX];
    if (!task->size)
        return;
    KEEP(id, task);
    todo_list_add(&transcript->todos, id);
    tell_todos(transcript);
}

/* ---- the estimate -------------------------------------------------------------------------------------- */

static int64_t appended_raw(const struct transcript *transcript)
{
    const uint64_t tokens = token_estimate(&transcript->said) +
                            token_estimate(&transcript->attached) * ATTACHED_PERCENT / 100 +
                            transcript->items * TOKENS_OF_ITEM + transcript->images * TOKENS_OF_IMAGE;
    return tokens < INT32_MAX ? (int64_t)tokens : INT32_MAX;
}

/* The last answer is part of the next request: as long as it is said to be, or, where it was written down
 * before that was known, as its texts are. */
static int64_t answer_tokens(const struct transcript *transcript)
{
    const uint64_t estimate = token_estimate(&transcript->answer);
    return transcript->output > (int64_t)estimate ? transcript->output : (int64_t)estimate;
}

static void tell_appended(struct transcript *transcript)
{
    const int64_t raw = appended_raw(transcript);
    transcript->facts.appended_tokens =
        raw ? answer_tokens(transcript) + raw * transcript->factor / FACTOR_ONE : 0;
}

static void forget_appended(struct transcript *transcript)
{
    memset(&transcript->said, 0, sizeof transcript->said);
    memset(&transcript->attached, 0, sizeof transcript->attached);
    transcript->items = transcript->images = 0;
    transcript->facts.appended_tokens = 0;
}

static int64_t between(int64_t low, int64_t value, int64_t high)
{
    return value < low ? low : value > high ? high : value;
}

/* An answer came: what it was given shows how good the estimate was. */
static void learn(struct transcript *transcript, int64_t actual)
{
    struct transcript_facts *facts = &transcript->facts;
    const int64_t raw = appended_raw(transcript);
    if (facts->context_tokens <= 0 || !raw || facts->is_compacted || actual < facts->context_tokens)
        return;
    tell_appended(transcript);
    const struct transcript_trial trial = {facts->context_tokens,
                                           facts->context_tokens + facts->appended_tokens, actual};
    const int64_t off = llabs(trial.predicted - actual);
    const int32_t error_e2 = (int32_t)between(0, off * 10000 / actual, 10000);
    facts->error_e2 = facts->error_e2 < 0 ? error_e2 : facts->error_e2 + (error_e2 - facts->error_e2) / 8;
    if (transcript->tried)
        transcript->tried(transcript->data, &trial);
    if (raw < LEARN_FROM)
        return;
    const int64_t appended = actual - facts->context_tokens - answer_tokens(transcript);
    const int64_t factor = between(FACTOR_MIN, appended * FACTOR_ONE / raw, FACTOR_MAX);
    const int64_t weight = between(0, raw, LEARN_WHOLLY);
    transcript->factor += (factor - transcript->factor) * weight / LEARN_WHOLLY / 5;
}

/* ---- lines --------------------------------------------------------------------------------------------- */

static void take_answer(struct transcript *transcript, const struct transcript_line *line)
{
    struct transcript_facts *facts = &transcript->facts;
    const int64_t given = line->input + line->cache_write + line->cache_read;
    if (facts->generation == 0 && transcript->is_begun)
        transcript->overhead = between(0, given - appended_raw(transcript), given);
    learn(transcript, given);
    forget_appended(transcript);
    KEEP(transcript->message, &line->message_id);
    memset(&transcript->answer, 0, sizeof transcript->answer);
    transcript->output = 0;
    transcript->running_count = 0;
    KEEP(facts->model, &line->model);
    facts->generation++;
    facts->context_tokens = given;
    facts->is_compacted = transcript->is_settling = false;
    facts->retries = 0;
    facts->error[0] = '\0';
}

static void add_classes(struct byte_classes *sum, const struct byte_classes *classes)
{
    sum->words += classes->words;
    sum->letters += classes->letters;
    sum->digits += classes->digits;
    sum->backslashes += classes->backslashes;
    sum->spaces += classes->spaces;
    sum->wide += classes->wide;
    sum->others += classes->others;
}

/* One block of an answer; the client's own messages (an error of the API) have no usage to speak of. */
static void take_assistant(struct transcript *transcript, const struct transcript_line *line)
{
    if (line->is_api_error) {
        KEEP(transcript->facts.error, &line->first_text);
        transcript->facts.retries = 0;
        transcript->running_count = 0;
        return;
    }
    if (!line->has_usage || line->input + line->cache_write + line->cache_read == 0)
        return;
    if (!line->message_id.size || !is_kept(transcript->message, &line->message_id))
        take_answer(transcript, line);
    if (line->output > transcript->output)
        transcript->output = line->output;
    add_classes(&transcript->answer, &line->said);
    for (size_t i = 0; i < line->call_count; i++) {
        add_running(transcript, &line->calls[i]);
        update_todo(transcript, &line->calls[i]);
    }
    if (line->todo_total >= 0) {
        transcript->facts.todo_done = line->todo_done;
        transcript->facts.todo_total = line->todo_total;
    }
}

static void take_user(struct transcript *transcript, const struct transcript_line *line)
{
    for (size_t i = 0; i < line->result_count; i++)
        end_running(transcript, &line->results[i]);
    add_todo(transcript, &line->task);
    if (line->mode.size)
        KEEP(transcript->facts.mode, &line->mode);
    if (line->is_only_shown || (line->is_summary && transcript->is_settling))
        return;
    transcript->is_settling = false;
    add_classes(&transcript->said, &line->said);
    transcript->items += line->items;
    transcript->images += line->images;
}

/* What is left is the summary and what goes with it, and what every request begins with. */
static void take_compaction(struct transcript *transcript, const struct transcript_line *line)
{
    struct transcript_facts *facts = &transcript->facts;
    forget_appended(transcript);
    const int64_t kept = line->after_compaction;
    facts->context_tokens = (kept > 0 ? kept : 0) + (transcript->overhead > 0 ? transcript->overhead : 0);
    facts->is_compacted = true;
    facts->generation++;
    if (facts->compactions >= 0)
        facts->compactions++;
    transcript->is_settling = kept > 0;
    transcript->output = 0;
    memset(&transcript->answer, 0, sizeof transcript->answer);
    transcript->message[0] = '\0';
}

static void take_system(struct transcript *transcript, const struct transcript_line *line)
{
    struct transcript_facts *facts = &transcript->facts;
    if (json_equals(&line->subtype, "compact_boundary")) {
        take_compaction(transcript, line);
    } else if (json_equals(&line->subtype, "microcompact_boundary") && line->saved > 0) {
        facts->context_tokens = between(0, facts->context_tokens - line->saved, INT32_MAX);
        facts->is_compacted = true;
        facts->generation++;
    } else if (json_equals(&line->subtype, "api_error")) {
        facts->retries = line->retry > 0 ? line->retry : facts->retries + 1;
    }
}

static void take_line(struct transcript *transcript, const char *bytes, size_t size)
{
    struct transcript_line *line = &transcript->line;
    if (!transcript_line_read(line, bytes, size) || line->is_sidechain)
        return;
    if (line->cwd.size)
        KEEP(transcript->facts.directory, &line->cwd);
    switch (line->kind) {
    case TRANSCRIPT_ASSISTANT:
        take_assistant(transcript, line);
        break;
    case TRANSCRIPT_USER:
        take_user(transcript, line);
        break;
    case TRANSCRIPT_SYSTEM:
        take_system(transcript, line);
        break;
    case TRANSCRIPT_ATTACHMENT:
        if (!transcript->is_settling)
            add_classes(&transcript->attached, &line->attached);
        break;
    case TRANSCRIPT_MODE:
        KEEP(transcript->facts.mode, &line->mode);
        break;
    case TRANSCRIPT_OTHER:
        break;
    }
}

/* ---- reading ------------------------------------------------------------------------------------------- */

/* Takes the whole lines of the buffer; what remains of it is the beginning of one. */
static void take_lines(struct transcript *transcript, struct text *buffer)
{
    const char *at = buffer->bytes, *const end = at + buffer->size, *newline;
    while ((newline = memchr(at, '\n', (size_t)(end - at)))) {
        if (!transcript->is_skipping)
            take_line(transcript, at, (size_t)(newline - at));
        transcript->is_skipping = false;
        transcript->offset += (uint64_t)(newline + 1 - at);
        at = newline + 1;
    }
    buffer->size = (size_t)(end - at);
    memmove(buffer->bytes, at, buffer->size);
    if (buffer->size > LINE_MAX_SIZE) {
        transcript->is_skipping = true;
        transcript->offset += buffer->size;
        buffer->size = 0;
    }
}

static void buffer_reserve(struct text *buffer, size_t more)
{
    if (buffer->size + more <= buffer->room)
        return;
    buffer->room = buffer->size + more;
    buffer->bytes = memory_resize(buffer->bytes, buffer->room);
}

/* Reads on, up to `until` bytes of the file or, if it is 0, to its end; or to the first answer. */
static void read_lines(struct transcript *transcript, int file, struct text *buffer, uint64_t until,
                       bool to_first_answer)
{
    ssize_t got;
    buffer->size = 0;
    do {
        buffer_reserve(buffer, READ_SIZE);
        got =
            pread(file, buffer->bytes + buffer->size, READ_SIZE, (off_t)(transcript->offset + buffer->size));
        if (got > 0) {
            buffer->size += (size_t)got;
            take_lines(transcript, buffer);
        }
    } while (got > 0 && (!until || transcript->offset < until) &&
             !(to_first_answer && transcript->facts.generation));
}

/* A large file that is met for the first time: its beginning says what every request begins with. */
static void skip_middle(struct transcript *transcript, int file, struct text *buffer, uint64_t size)
{
    read_lines(transcript, file, buffer, BEGINNING, true);
    if (transcript->offset + END >= size)
        return;
    transcript->offset = size - END;
    transcript->is_skipping = true; /* to the next line */
    transcript->facts.compactions = -1;
    transcript->running_count = 0;
    transcript->facts.context_tokens = -1;
    forget_appended(transcript);
}

/* Whether the file is the one that was read, and at least as long. */
static bool is_the_same(const struct transcript *transcript, const struct stat *status)
{
    return transcript->is_met && status->st_dev == transcript->device &&
           status->st_ino == transcript->inode && (uint64_t)status->st_size >= transcript->seen;
}

static void read_file(struct transcript *transcript, int file, const struct stat *status, struct text *buffer)
{
    const uint64_t size = (uint64_t)status->st_size;
    if (!is_the_same(transcript, status)) {
        transcript_forget(transcript);
        transcript->is_met = transcript->is_begun = true;
        transcript->device = status->st_dev;
        transcript->inode = status->st_ino;
        if (size > BEGINNING + END)
            skip_middle(transcript, file, buffer, size);
    }
    transcript->seen = size;
    read_lines(transcript, file, buffer, 0, false);
    tell_running(transcript);
    tell_appended(transcript);
}

bool transcript_follow(struct transcript *transcript, const char *path, struct text *buffer)
{
    struct stat status;
    if (stat(path, &status) < 0 ||
        (is_the_same(transcript, &status) && (uint64_t)status.st_size == transcript->seen))
        return false;
    const int file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (file < 0)
        return false;
    const bool is_file = fstat(file, &status) == 0 && S_ISREG(status.st_mode);
    if (is_file)
        read_file(transcript, file, &status, buffer);
    close(file);
    return is_file;
}
