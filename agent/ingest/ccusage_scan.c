/*
 * Files are cut into chunks of about CHUNK bytes, which threads take in order. A line belongs to the chunk
 * that its first byte is in. Who finishes the chunk that is next in order hands over all that are ready.
 */
#include "ccusage_scan.h"

#include "../base/cores.h"
#include "../base/memory.h"
#include "kernels.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#define CHUNK      (UINT64_C(512) * 1024) /* fits beside the rest in a core's cache */
#define READ_AHEAD (64 * 1024)            /* what is read at a time to find the end of a chunk's last line */

struct ccusage_key ccusage_key_of(const char *bytes, size_t size)
{
    XXH128_hash_t hash = XXH3_128bits(bytes, size);
    return (struct ccusage_key){hash.low64, hash.high64};
}

/* ---- what is read of a line ---------------------------------------------------------------------------- */

static uint32_t text_keep(struct ccusage_batch *batch, const char *bytes, size_t size)
{
    if (batch->text_room - batch->text_size < size) {
        batch->text_room = (batch->text_room + size) * 2;
        batch->texts = memory_resize(batch->texts, batch->text_room);
    }
    memcpy(batch->texts + batch->text_size, bytes, size);
    batch->text_size += size;
    return (uint32_t)(batch->text_size - size);
}

static struct ccusage_record *record_add(struct ccusage_batch *batch)
{
    batch->records = memory_grow(batch->records, batch->count, &batch->room, sizeof *batch->records);
    return &batch->records[batch->count++];
}

/* Sets the model; most are the one before's. */
static void set_model(struct ccusage_batch *batch, struct ccusage_record *record, struct ccusage_text model)
{
    const struct ccusage_record *before = batch->count > 1 ? record - 1 : record;
    record->has_model = model.bytes != NULL;
    if (!record->has_model)
        return;
    record->model_size = (uint32_t)model.size;
    if (before->has_model && before->model_size == model.size &&
        memcmp(batch->texts + before->model, model.bytes, model.size) == 0 && before != record)
        record->model = before->model;
    else
        record->model = text_keep(batch, model.bytes, model.size);
}

static void add_line(struct ccusage_batch *batch, const struct ccusage_line *line)
{
    struct ccusage_record *record = record_add(batch);
    const char *session = batch->file->session;
    *record = (struct ccusage_record){
        .usage = line->usage,
        .when_ms = line->when_ms,
        .limit_reset_ms = line->limit_reset_ms,
        .cost = line->cost,
        .has_cost = line->has_cost,
        .is_sidechain = line->is_sidechain,
        .has_message = line->message_id.bytes != NULL,
        .has_request = line->request_id.bytes != NULL,
        .message = ccusage_key_of(line->message_id.bytes, line->message_id.size),
        .request = ccusage_key_of(line->request_id.bytes, line->request_id.size),
        .session = line->session_id.bytes ? ccusage_key_of(line->session_id.bytes, line->session_id.size)
                                          : ccusage_key_of(session, strlen(session)),
        .timestamp = text_keep(batch, line->timestamp.bytes, line->timestamp.size),
        .timestamp_size = (uint8_t)line->timestamp.size,
    };
    set_model(batch, record, line->model);
}

/* The identity of the advisor's entry with this number: ccusage calls it "<id>:advisor:<number>". */
static struct ccusage_key advisor_key(struct ccusage_text id, size_t number)
{
    char mark[40];
    size_t size = (size_t)snprintf(mark, sizeof mark, ":advisor:%zu", number);
    char *whole = memory_take(id.size + size);
    memcpy(whole, id.bytes, id.size);
    memcpy(whole + id.size, mark, size);
    struct ccusage_key key = ccusage_key_of(whole, id.size + size);
    free(whole);
    return key;
}

/* Adds the entries of a line's advisors: like the line's own, but for what they used. */
static void add_advisors(struct ccusage_batch *batch, const struct ccusage_reader *reader,
                         const struct ccusage_line *line)
{
    for (size_t i = 0; i < reader->advisor_count; i++) {
        const struct ccusage_advisor *advisor = &reader->advisors[i];
        struct ccusage_record *record = record_add(batch);
        *record = record[-1];
        record->usage = advisor->usage;
        record->has_cost = false;
        record->is_advisor = true;
        if (record->has_message)
            record->message = advisor_key(line->message_id, i);
        set_model(batch, record, advisor->model);
    }
}

void ccusage_batch_read_line(struct ccusage_batch *batch, struct ccusage_reader *reader,
                             enum ccusage_reading reading, const char *bytes, size_t size)
{
    struct ccusage_line line;
    if (!ccusage_line_read(reader, reading, bytes, size, &line))
        return;
    add_line(batch, &line);
    add_advisors(batch, reader, &line);
}

void ccusage_batch_free(struct ccusage_batch *batch)
{
    free(batch->records);
    free(batch->texts);
}

/* ---- chunks -------------------------------------------------------------------------------------------- */

struct chunk {
    const struct ccusage_file *file;
    uint64_t offset;
    bool is_last; /* of its file: reads on to its end, which may have moved */
    bool is_read;
    struct ccusage_batch batch;
};

struct scan {
    enum ccusage_reading reading;
    void (*take)(void *data, const struct ccusage_batch *batch);
    void *data;
    struct chunk *chunks;
    size_t count;
    size_t next_read, next_taken; /* under `lock`, as is `is_read` and the taking */
    pthread_mutex_t lock;
};

struct buffer {
    char *bytes;
    size_t size, room;
};

/* Reads up to `most` more bytes at `offset` + what the buffer has; false at the end, or where reading fails.
 */
static bool buffer_read(struct buffer *buffer, int descriptor, uint64_t offset, size_t most)
{
    if (buffer->room - buffer->size < most) {
        buffer->room = buffer->size + most;
        buffer->bytes = memory_resize(buffer->bytes, buffer->room);
    }
    ssize_t got;
    do
        got = pread(descriptor, buffer->bytes + buffer->size, most, (off_t)(offset + buffer->size));
    while (got < 0 && errno == EINTR);
    if (got <= 0)
        return false;
    buffer->size += (size_t)got;
    return true;
}

/*
 * Where in the buffer, which begins with the byte before the chunk (unless that is the file's first), the
 * first line of the chunk begins; its size if none does.
 */
static size_t first_line(const struct chunk *chunk, const struct buffer *buffer, size_t wanted)
{
    if (!chunk->offset)
        return 0;
    const char *newline = memchr(buffer->bytes, '\n', buffer->size);
    size_t begin = newline ? (size_t)(newline - buffer->bytes) + 1 : buffer->size;
    return begin < wanted || chunk->is_last ? begin : buffer->size;
}

/* Reads on to the end of the line that the byte before `wanted` is in, and cuts the buffer there. */
static void load_line_end(int descriptor, uint64_t from, struct buffer *buffer, size_t wanted)
{
    size_t searched = wanted - 1;
    while (buffer->size > searched || buffer_read(buffer, descriptor, from, READ_AHEAD)) {
        const char *end =
            buffer->size > searched ? memchr(buffer->bytes + searched, '\n', buffer->size - searched) : NULL;
        if (end) {
            buffer->size = (size_t)(end - buffer->bytes);
            return;
        }
        searched = buffer->size;
    }
}

/* Fills the buffer so that it holds the chunk's lines whole. Returns where they begin: at its end if there
 * are none. */
static size_t chunk_load(const struct chunk *chunk, int descriptor, struct buffer *buffer)
{
    uint64_t from = chunk->offset - (chunk->offset > 0);
    size_t wanted = (size_t)(chunk->offset + CHUNK - from);
    bool more = true;
    buffer->size = 0;
    while (more && (buffer->size < wanted || chunk->is_last))
        more =
            buffer_read(buffer, descriptor, from, buffer->size < wanted ? wanted - buffer->size : READ_AHEAD);
    size_t begin = first_line(chunk, buffer, wanted);
    if (begin < buffer->size && !chunk->is_last)
        load_line_end(descriptor, from, buffer, wanted);
    return begin;
}

static void read_lines(struct chunk *chunk, struct ccusage_reader *reader, enum ccusage_reading reading,
                       const char *at, const char *end)
{
    const struct kernels *kernels = kernels_chosen();
    while (at < end) {
        unsigned needles = 0;
        const char *line_end = kernels->line_end(at, end, &needles);
        if (needles & NEEDLE_USAGE)
            ccusage_batch_read_line(&chunk->batch, reader, reading, at, (size_t)(line_end - at));
        at = line_end + 1;
    }
}

static void chunk_read(struct scan *scan, struct chunk *chunk, struct ccusage_reader *reader,
                       struct buffer *buffer)
{
    int descriptor = open(chunk->file->path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (descriptor < 0)
        return;
    size_t begin = chunk_load(chunk, descriptor, buffer);
    if (begin < buffer->size)
        read_lines(chunk, reader, scan->reading, buffer->bytes + begin, buffer->bytes + buffer->size);
    close(descriptor);
}

static void chunk_hand_over(struct scan *scan, struct chunk *chunk)
{
    if (chunk->batch.count)
        scan->take(scan->data, &chunk->batch);
    ccusage_batch_free(&chunk->batch);
}

static void *scan_run(void *data)
{
    struct scan *scan = data;
    struct ccusage_reader reader = {0};
    struct buffer buffer = {0};
    pthread_mutex_lock(&scan->lock);
    while (scan->next_read < scan->count) {
        struct chunk *chunk = &scan->chunks[scan->next_read++];
        pthread_mutex_unlock(&scan->lock);
        chunk_read(scan, chunk, &reader, &buffer);
        pthread_mutex_lock(&scan->lock);
        chunk->is_read = true;
        while (scan->next_taken < scan->next_read && scan->chunks[scan->next_taken].is_read)
            chunk_hand_over(scan, &scan->chunks[scan->next_taken++]);
    }
    pthread_mutex_unlock(&scan->lock);
    ccusage_reader_free(&reader);
    free(buffer.bytes);
    return NULL;
}

/* Cuts the files into chunks. */
static void scan_plan(struct scan *scan, const struct ccusage_files *files)
{
    size_t room = 0;
    for (size_t i = 0; i < files->count; i++) {
        uint64_t offset = 0;
        do {
            scan->chunks = memory_grow(scan->chunks, scan->count, &room, sizeof *scan->chunks);
            scan->chunks[scan->count++] = (struct chunk){
                .file = &files->list[i],
                .offset = offset,
                .is_last = offset + CHUNK >= files->list[i].size,
                .batch = {.file = &files->list[i], .file_index = i},
            };
            offset += CHUNK;
        } while (offset < files->list[i].size);
    }
}

#define THREADS_MAX 16

void ccusage_scan(const struct ccusage_files *files, enum ccusage_reading reading, unsigned threads,
                  void (*take)(void *data, const struct ccusage_batch *batch), void *data)
{
    struct scan scan = {.reading = reading, .take = take, .data = data, .lock = PTHREAD_MUTEX_INITIALIZER};
    pthread_t started[THREADS_MAX];
    unsigned count = 0;
    scan_plan(&scan, files);
    kernels_chosen();
    threads = threads ? threads : cores_to_use();
    while (count + 1 < threads && count < THREADS_MAX && count + 1 < scan.count &&
           pthread_create(&started[count], NULL, scan_run, &scan) == 0)
        count++;
    scan_run(&scan);
    while (count)
        pthread_join(started[--count], NULL);
    free(scan.chunks);
}
