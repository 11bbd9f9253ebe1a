/*
 * Reading one log file: pread() into the batch's buffer, which is cheaper than a mapping on a first pass and
 * cannot fault when the client cuts the file short.
 *
 * A line that does not fit the buffer is only looked through for its newline and for the needles; if it holds
 * one it is read once more, whole, into memory of its own.
 */
#include "log_file.h"

#include "../base/memory.h"
#include "kernels.h"

#define XXH_INLINE_ALL
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

enum { LOOKS_AT_A_WRITE = 3 };

#define BUFFER_SIZE ((size_t)64 * 1024)
/* What of a long line stays in the buffer: enough for a needle cut in two. */
#define OVERLAP     ((size_t)32)

struct reader {
    int file;
    const struct log_place *place;
    struct log_position *position;
    struct batch *batch;
    char *buffer; /* before it: LOG_BEFORE bytes, or all there are, that stand before its first in the file */
    size_t have;  /* bytes in the buffer */
    uint64_t next; /* offset of the first byte behind them */
    uint64_t size; /* of the file when it was opened: what comes later is another read's */
};

/* ---- bytes --------------------------------------------------------------------------------------------- */

/* Reads up to `size` bytes; fewer only at the file's end. Returns how many, or -1. */
static ssize_t read_at(int file, char *bytes, size_t size, uint64_t offset)
{
    size_t done = 0;
    while (done < size) {
        ssize_t got = pread(file, bytes + done, size - done, (off_t)(offset + done));
        if (got == 0)
            break;
        if (got < 0 && errno != EINTR)
            return -1;
        if (got > 0)
            done += (size_t)got;
    }
    return (ssize_t)done;
}

/*
 * Fills the buffer, or reads `most` bytes, and in the same go `before` bytes in front of them; at what turns
 * out to be the end, the size is set right.
 */
static bool fill(struct reader *reader, size_t before, uint64_t most)
{
    size_t wanted = BUFFER_SIZE - reader->have;
    if (wanted > reader->size - reader->next)
        wanted = (size_t)(reader->size - reader->next);
    if (wanted > most)
        wanted = (size_t)most;
    ssize_t got =
        read_at(reader->file, reader->buffer + reader->have - before, before + wanted, reader->next - before);
    if (got < (ssize_t)before)
        return false;
    got -= (ssize_t)before;
    reader->have += (size_t)got;
    reader->next += (uint64_t)got;
    if ((size_t)got < wanted)
        reader->size = reader->next;
    return true;
}

/* Drops all but the last `keep` bytes of the buffer. */
static void keep_last(struct reader *reader, size_t keep)
{
    const size_t dropped = reader->have - keep;
    if (dropped)
        memmove(reader->buffer - LOG_BEFORE, reader->buffer + dropped - LOG_BEFORE, LOG_BEFORE + keep);
    reader->have = keep;
}

/* ---- the position -------------------------------------------------------------------------------------- */

/* How much of what stands before an offset is looked at, to tell an append from a rewrite. */
static size_t size_before(uint64_t offset)
{
    return offset < LOG_BEFORE ? (size_t)offset : LOG_BEFORE;
}

/* Notes what stands before the position; most often it is still in memory. */
static bool remember_before(struct reader *reader)
{
    struct log_position *position = reader->position;
    const size_t size = size_before(position->offset);
    char *before = reader->buffer - size;
    if (reader->next - reader->have != position->offset &&
        read_at(reader->file, before, size, position->offset - size) != (ssize_t)size)
        return false;
    position->before_hash = XXH3_64bits(before, size);
    return true;
}

static void remember_tail(struct log_position *position, const char *bytes, size_t size)
{
    uint64_t hash = XXH3_64bits(bytes, size);
    position->tail_hash = hash ? hash : 1;
    position->tail_size = size;
}

/* Whether what was taken provisionally still stands at the beginning of the line. */
static bool tail_is_same(int file, const struct log_position *position, char *buffer)
{
    XXH3_state_t state;
    XXH3_64bits_reset(&state);
    for (uint64_t done = 0; done < position->tail_size;) {
        uint64_t left = position->tail_size - done;
        size_t wanted = left < BUFFER_SIZE ? (size_t)left : BUFFER_SIZE;
        if (read_at(file, buffer, wanted, position->offset + done) != (ssize_t)wanted)
            return false;
        XXH3_64bits_update(&state, buffer, wanted);
        done += wanted;
    }
    uint64_t hash = XXH3_64bits_digest(&state);
    return (hash ? hash : 1) == position->tail_hash;
}

static int64_t modified_ns(const struct stat *status)
{
    return status->st_mtim.tv_sec * INT64_C(1000000000) + status->st_mtim.tv_nsec;
}

/*
 * Whether the file was written to and is not longer for it: then its bytes are others. A write that is under
 * way has its time already and not yet its size, so it gets a moment to end.
 */
static bool is_overwritten(int file, const struct stat *status, const struct log_position *position)
{
    struct stat now = *status;
    for (int look = 0; look < LOOKS_AT_A_WRITE; look++) {
        if (!position->modified_ns || (uint64_t)now.st_size != position->seen_size ||
            modified_ns(&now) == position->modified_ns)
            return false;
        sched_yield();
        if (fstat(file, &now) < 0)
            return false;
    }
    return true;
}

/*
 * Whether what stands before the position, and what was taken provisionally behind it, is as it was. What is
 * new, up to `most` bytes, is in the buffer then, if nothing was provisional.
 */
static bool is_append(struct reader *reader, uint64_t most)
{
    const struct log_position *position = reader->position;
    const size_t before = size_before(position->offset);
    if (!fill(reader, before, most) || XXH3_64bits(reader->buffer - before, before) != position->before_hash)
        return false;
    if (position->tail_hash == 0)
        return true;
    reader->have = 0;
    reader->next = position->offset;
    return tail_is_same(reader->file, position, reader->buffer);
}

/* Whether the file is the one that the position is of, and has but grown since. */
static bool is_continuation(struct reader *reader, const struct stat *status, uint64_t most)
{
    const struct log_position *position = reader->position;
    if (position->device == 0 && position->inode == 0)
        return true; /* never read */
    return position->device == status->st_dev && position->inode == status->st_ino &&
           (uint64_t)status->st_size >= position->offset && !is_overwritten(reader->file, status, position) &&
           is_append(reader, most);
}

/* ---- lines --------------------------------------------------------------------------------------------- */

static inline void take_line(struct reader *reader, const char *line, size_t size, unsigned needles)
{
    const uint64_t number = reader->position->line++;
    if (needles)
        claude_log_found_line(reader->batch, reader->place, line, size, number, needles, false);
    else
        reader->batch->lines += !claude_log_is_blank(line, size);
}

/* Takes the whole lines of the buffer; what is left of it is the beginning of another. */
static void take_lines(struct reader *reader)
{
    const char *at = reader->buffer, *end = at + reader->have;
    for (;;) {
        unsigned needles = 0;
        const char *newline = reader->batch->kernels->line_end(at, end, &needles);
        if (newline == end)
            break;
        take_line(reader, at, (size_t)(newline - at), needles);
        at = newline + 1;
    }
    reader->position->offset += (uint64_t)(at - reader->buffer);
    keep_last(reader, (size_t)(end - at));
}

static void take_tail(struct reader *reader, const char *bytes, size_t size)
{
    const uint64_t known = reader->batch->usage_lines;
    claude_log_line(reader->batch, reader->place, bytes, size, reader->position->line, true);
    if (reader->batch->usage_lines > known)
        remember_tail(reader->position, bytes, size);
}

/* ---- lines longer than the buffer ---------------------------------------------------------------------- */

static void count_unread(struct batch *batch, uint64_t number, bool may_count, bool is_tail)
{
    batch->lines++;
    batch->tail_lines += is_tail;
    if (may_count)
        batch_skip_line(batch, SKIP_MEMORY, number, is_tail);
}

/*
 * Reads the line of `size` bytes at the position once more, and takes it. If there is no memory for it, it
 * is skipped. False if it is not there any more.
 */
static bool take_mapped(struct reader *reader, size_t size, unsigned needles, bool is_tail)
{
    char *line = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (line == MAP_FAILED) {
        count_unread(reader->batch, reader->position->line, needles & NEEDLE_USAGE, is_tail);
        return true;
    }
    bool whole = read_at(reader->file, line, size, reader->position->offset) == (ssize_t)size;
    if (whole && is_tail)
        take_tail(reader, line, size);
    else if (whole)
        claude_log_found_line(reader->batch, reader->place, line, size, reader->position->line, needles,
                              false);
    munmap(line, size);
    return whole;
}

/* Takes the long line that ends, or is cut off, `size` bytes from the position. */
static bool take_long(struct reader *reader, size_t size, unsigned needles, bool is_blank, bool is_tail)
{
    if (needles)
        return take_mapped(reader, size, needles, is_tail);
    reader->batch->lines += !is_blank;
    reader->batch->tail_lines += is_tail && !is_blank;
    return true;
}

/* The buffer is full of one line: reads on to its end. Leaves in the buffer what follows it. */
static enum log_read read_long(struct reader *reader)
{
    struct log_position *position = reader->position;
    unsigned needles = 0;
    bool is_blank = true;
    for (;;) {
        const char *end = reader->buffer + reader->have;
        const char *newline = reader->batch->kernels->line_end(reader->buffer, end, &needles);
        const size_t part = (size_t)(newline - reader->buffer);
        const uint64_t line_end = reader->next - reader->have + part;
        is_blank = is_blank && claude_log_is_blank(reader->buffer, part);
        if (newline < end) {
            if (!take_long(reader, (size_t)(line_end - position->offset), needles, is_blank, false))
                return LOG_REWRITTEN;
            position->line++;
            position->offset = line_end + 1;
            keep_last(reader, reader->have - part - 1);
            return LOG_READ;
        }
        if (reader->next == reader->size) {
            reader->have = 0; /* the tail is taken here */
            return take_long(reader, (size_t)(line_end - position->offset), needles, is_blank, true)
                       ? LOG_READ
                       : LOG_REWRITTEN;
        }
        keep_last(reader, OVERLAP);
        if (!fill(reader, 0, UINT64_MAX))
            return LOG_MISSING;
    }
}

/* ---- the file ------------------------------------------------------------------------------------------ */

static enum log_read read_lines(struct reader *reader, uint64_t most)
{
    const uint64_t start = reader->position->offset;
    for (;;) {
        take_lines(reader);
        if (reader->have == BUFFER_SIZE) {
            enum log_read result = read_long(reader);
            if (result != LOG_READ)
                return result;
            take_lines(reader);
        }
        if (reader->next >= reader->size)
            break;
        const uint64_t done = reader->next - start;
        const bool enough = done >= most;
        if (enough && reader->position->offset > start)
            return LOG_MORE;
        if (!fill(reader, 0, enough ? UINT64_MAX : most - done))
            return LOG_MISSING;
    }
    if (reader->have > 0)
        take_tail(reader, reader->buffer, reader->have);
    return LOG_READ;
}

static enum log_read read_file(struct reader *reader, const struct stat *status, uint64_t most)
{
    struct log_position *position = reader->position;
    reader->size = (uint64_t)status->st_size;
    reader->next = position->offset;
    if (!is_continuation(reader, status, most))
        return LOG_REWRITTEN;
    const uint64_t seen = position->seen_size;
    position->device = status->st_dev;
    position->inode = status->st_ino;
    position->tail_hash = position->tail_size = 0;
    enum log_read result = read_lines(reader, most);
    if ((result == LOG_READ || result == LOG_MORE) && !remember_before(reader))
        return LOG_REWRITTEN;
    position->modified_ns = result == LOG_READ ? modified_ns(status) : 0;
    position->seen_size = result == LOG_READ        ? reader->next
                          : position->offset > seen ? position->offset
                                                    : seen;
    if (position->seen_size > seen)
        reader->batch->bytes_read += position->seen_size - seen;
    return result;
}

/*
 * O_NONBLOCK: a fifo that is named like a log must not hold us up. O_NOATIME, which is for the owner only:
 * else every read after an append makes the file system write the inode.
 */
static int open_log(const char *path)
{
    const int flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY;
    int file = open(path, flags | O_NOATIME);
    return file < 0 && errno == EPERM ? open(path, flags) : file;
}

enum log_read log_file_read(const char *path, const struct log_place *place, struct log_position *position,
                            struct batch *batch, uint64_t most)
{
    int file = open_log(path);
    if (file < 0)
        return LOG_MISSING;
    enum log_read result = LOG_MISSING;
    struct stat status;
    int error = 0;
    if (fstat(file, &status) != 0) {
        error = errno;
    } else if (!S_ISREG(status.st_mode)) {
        error = S_ISDIR(status.st_mode) ? EISDIR : EINVAL;
    } else {
        if (!batch->buffer)
            batch->buffer = memory_zeroed(1, LOG_BEFORE + BUFFER_SIZE);
        struct reader reader = {.file = file,
                                .place = place,
                                .position = position,
                                .batch = batch,
                                .buffer = batch->buffer + LOG_BEFORE};
        result = read_file(&reader, &status, most ? most : UINT64_MAX);
        error = errno;
    }
    close(file);
    errno = error;
    return result;
}
