/* A slot's line to standard output: see hook.h. */
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

static struct line_room line_room(void)
{
    char *page = (char *)(((uintptr_t)room + PAGE - 1) & ~(uintptr_t)(PAGE - 1));
    return (struct line_room){(struct tacho_copy *)(void *)page, page + TACHO_COPY_MAX};
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

static bool show_line(const struct tacho_segment *segment, const struct show *show,
                      const struct line_room *made, int64_t size)
{
    if (size <= 0)
        return false;
    if (show->write)
        show->write(segment, made, (size_t)size);
    else
        show_bytes(made->line, (size_t)size);
    return true;
}

bool show_reply(struct runtime *runtime, const struct tacho_reply *reply, const struct show *show)
{
    struct tacho_segment segment;
    struct line_room made = line_room();
    if (reply->status == TACHO_REPLY_NOTHING ||
        tacho_open(&segment, runtime_path(runtime, TACHO_SEGMENT_NAME)) != TACHO_OK)
        return false;
    return show_line(&segment, show, &made, line_of_reply(&segment, reply, show, &made));
}

/* Past every slot's time if there is no telling. */
static int64_t clock_now_ns(void)
{
    /* The system call itself: to find the faster way, by the vDSO, costs a short-lived program three page
     * faults. */
    struct timespec now;
    if (syscall(SYS_clock_gettime, CLOCK_REALTIME, &now) < 0)
        return INT64_MAX;
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

bool show_key(struct runtime *runtime, enum tacho_kind kind, const char *key, size_t key_size, bool late,
              const struct show *show, bool *lacks)
{
    struct tacho_segment segment;
    struct line_room made = line_room();
    *lacks = false;
    if (!key_size || tacho_open(&segment, runtime_path(runtime, TACHO_SEGMENT_NAME)) != TACHO_OK ||
        tacho_read_key(&segment, kind, key, key_size, made.copy, TACHO_COPY_MAX) != TACHO_OK)
        return false;
    *lacks = !line_is_drawn(made.copy, show);
    return show_line(&segment, show, &made, line_of_copy(late, clock_now_ns(), show, &made));
}
