/* A slot's block, fitted: see hook.h. */
#include "hook.h"

#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static int64_t line_fit(bool stale, const struct show *show, const struct line_room *room)
{
    int64_t size = tacho_format(room->copy, show->surface, show->depth, show->columns, stale, room->line,
                                HOOK_LINE_MAX - 1);
    if (size > 0 && show->newline)
        room->line[size++] = '\n';
    return size;
}

int64_t line_of_reply(const struct tacho_segment *segment, const struct tacho_reply *reply,
                      const struct show *show, const struct line_room *room)
{
    /* Another epoch: an agent came and another went between the reply and now; the next draw will be right.
     */
    if (reply->status == TACHO_REPLY_NOTHING || segment->header.epoch != reply->epoch ||
        tacho_read(segment, reply->slot, room->copy, TACHO_COPY_MAX) != TACHO_OK)
        return TACHO_NOT_FOUND;
    struct show whole = *show;
    if (reply->status == TACHO_REPLY_WHOLE)
        whole.columns = 0;
    return line_fit(false, &whole, room);
}

static bool is_past_its_time(const struct tacho_copy *copy)
{
    /* The system call itself: to find the faster way, by the vDSO, costs a short-lived program three page
     * faults. */
    struct timespec now;
    if (syscall(SYS_clock_gettime, CLOCK_REALTIME, &now) < 0)
        return true;
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec >= copy->valid_until_ns;
}

int64_t line_of_key(const struct tacho_segment *segment, enum tacho_kind kind, const char *key,
                    size_t key_size, bool late, const struct show *show, const struct line_room *room)
{
    if (!key_size || tacho_read_key(segment, kind, key, key_size, room->copy, TACHO_COPY_MAX) != TACHO_OK)
        return TACHO_NOT_FOUND;
    return line_fit(late || is_past_its_time(room->copy), show, room);
}
