/* A slot's block to standard output: see hook.h. */
#include "hook.h"

#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { PAGE = 4096 };

/*
 * One copy and one line. In .bss only what is used is ever touched. Most copies fit a page, and are put on
 * one; an aligned object would do that, too, but begin all of .bss on another page than .data.
 */
HOOK_LARGE static char room[PAGE + TACHO_COPY_MAX + HOOK_LINE_MAX];

static struct tacho_copy *slot_room(void)
{
    return (struct tacho_copy *)(((uintptr_t)room + PAGE - 1) & ~(uintptr_t)(PAGE - 1));
}

static char *line_room(void)
{
    return (char *)slot_room() + TACHO_COPY_MAX;
}

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
    char *line = line_room();
    int64_t size =
        tacho_format(slot_room(), show->surface, show->depth, show->columns, stale, line, HOOK_LINE_MAX - 1);
    if (size <= 0)
        return false;
    if (show->newline)
        line[size++] = '\n';
    show_bytes(line, (size_t)size);
    return true;
}

bool show_reply(struct runtime *runtime, const struct tacho_reply *reply, const struct show *show)
{
    struct tacho_segment segment;
    if (reply->status == TACHO_REPLY_NOTHING ||
        tacho_open(&segment, runtime_path(runtime, TACHO_SEGMENT_NAME)) != TACHO_OK)
        return false;
    /* Another epoch: an agent came and another went between the reply and now; the next draw will be right.
     */
    if (segment.header.epoch != reply->epoch ||
        tacho_read(&segment, reply->slot, slot_room(), TACHO_COPY_MAX) != TACHO_OK)
        return false;
    struct show whole = *show;
    if (reply->status == TACHO_REPLY_WHOLE)
        whole.columns = 0;
    return show_copy(false, &whole);
}

static bool is_past_its_time(void)
{
    /* The system call itself: to find the faster way, by the vDSO, costs a short-lived program three page
     * faults. */
    struct timespec now;
    if (syscall(SYS_clock_gettime, CLOCK_REALTIME, &now) < 0)
        return true;
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec >= slot_room()->valid_until_ns;
}

bool show_key(struct runtime *runtime, enum tacho_kind kind, const char *key, size_t key_size, bool late,
              const struct show *show)
{
    struct tacho_segment segment;
    if (!key_size || tacho_open(&segment, runtime_path(runtime, TACHO_SEGMENT_NAME)) != TACHO_OK ||
        tacho_read_key(&segment, kind, key, key_size, slot_room(), TACHO_COPY_MAX) != TACHO_OK)
        return false;
    return show_copy(late || is_past_its_time(), show);
}
