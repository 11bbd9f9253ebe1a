/* Cutting a log into chunks: see log_chunk.h. */
#include "log_chunk.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define LOOK_BACK ((size_t)8 * 1024) /* at a time: most lines are shorter */

/* Reads all of a range; false with errno set if it is not there. */
static bool read_range(int file, char *bytes, size_t size, uint64_t offset)
{
    for (size_t done = 0; done < size;) {
        ssize_t got = pread(file, bytes + done, size - done, (off_t)(offset + done));
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0) {
            errno = got ? errno : ENODATA; /* it was cut short */
            return false;
        }
        done += (size_t)got;
    }
    return true;
}

/* *after becomes the offset after the last newline in a range; the range's start if there is none. */
static bool last_line_end(int file, uint64_t from, uint64_t to, uint64_t *after)
{
    char bytes[LOOK_BACK];
    for (*after = to; *after > from;) {
        const size_t size = *after - from < LOOK_BACK ? (size_t)(*after - from) : LOOK_BACK;
        if (!read_range(file, bytes, size, *after - size))
            return false;
        const char *newline = memrchr(bytes, '\n', size);
        if (newline) {
            *after -= size - (size_t)(newline - bytes) - 1;
            return true;
        }
        *after -= size;
    }
    return true;
}

static bool find(int file, uint64_t from, uint64_t to, struct log_chunk *chunk)
{
    chunk->start = chunk->end = from;
    if (to == UINT64_MAX)
        chunk->end = to;
    else if (!last_line_end(file, from, to, &chunk->end))
        return false;
    return chunk->end == from || last_line_end(file, 0, from, &chunk->start);
}

bool log_chunk_find(const char *path, uint64_t from, uint64_t to, struct log_chunk *chunk)
{
    int file = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
    if (file < 0)
        return false;
    bool found = find(file, from, to, chunk);
    int error = errno;
    close(file);
    errno = error;
    return found;
}
