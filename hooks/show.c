/* A slot's block to standard output: see hook.h. */
#include "hook.h"

#include <string.h>
#include <time.h>
#include <unistd.h>

#include "../shm/place.h"

/* One copy and one line; in .bss, so that only what is used is ever touched. */
static union {
    struct tacho_copy copy;
    uint64_t words[TACHO_COPY_MAX / sizeof(uint64_t)];
} slot;
static char line[HOOK_LINE_MAX + 1];

void show_bytes(const char *bytes, size_t size)
{
    while (size > 0) {
        ssize_t written = write(STDOUT_FILENO, bytes, size);
        if (written <= 0)
            return;
        bytes += written;
        size -= (size_t)written;
    }
}

static bool show_copy(bool stale, const struct show *show)
{
    int64_t size = tacho_format(&slot.copy, show->surface, show->depth, show->columns, stale, line, HOOK_LINE_MAX);
    if (size <= 0)
        return false;
    if (show->newline)
        line[size++] = '\n';
    show_bytes(line, (size_t)size);
    return true;
}

static bool segment_open(struct tacho_segment *segment, const char *runtime)
{
    char path[HOOK_PATH_MAX];
    static const char name[] = "/" TACHO_SEGMENT_NAME;
    size_t size = strlen(runtime);
    if (size + sizeof name > sizeof path)
        return false;
    memcpy(path, runtime, size);
    memcpy(path + size, name, sizeof name);
    return tacho_open(segment, path) == TACHO_OK;
}

bool show_reply(const char *runtime, const struct tacho_reply *reply, const struct show *show)
{
    struct tacho_segment segment;
    if (reply->status == TACHO_REPLY_NOTHING || !segment_open(&segment, runtime))
        return false;
    /* Another epoch: an agent came and another went between the reply and now; the next draw will be right. */
    if (segment.header.epoch != reply->epoch || tacho_read(&segment, reply->slot, &slot, sizeof slot) != TACHO_OK)
        return false;
    struct show whole = *show;
    if (reply->status == TACHO_REPLY_WHOLE)
        whole.columns = 0;
    return show_copy(false, &whole);
}

static bool is_past_its_time(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec >= slot.copy.valid_until_ns;
}

bool show_key(const char *runtime, enum tacho_kind kind, const char *key, size_t key_size, bool late,
              const struct show *show)
{
    struct tacho_segment segment;
    if (!key_size || !segment_open(&segment, runtime) ||
        tacho_read_key(&segment, kind, key, key_size, &slot, sizeof slot) != TACHO_OK)
        return false;
    return show_copy(late || is_past_its_time(), show);
}
