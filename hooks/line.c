/* A slot's block, fitted: see hook.h. */
#include "hook.h"

#include <string.h>

bool surface_named(const char *name, enum tacho_surface *surface)
{
    static const struct {
        const char *name;
        enum tacho_surface surface;
    } surfaces[] = {
        {"bash", TACHO_BASH},
        {"zsh", TACHO_ZSH},
        {"fish", TACHO_FISH},
        {"tmux", TACHO_TMUX},
        {"plain", TACHO_PLAIN},
        {"json", TACHO_JSON},
        {"bash-right", TACHO_BASH_RIGHT},
        {"zsh-right", TACHO_ZSH_RIGHT},
        {"fish-right", TACHO_FISH_RIGHT},
        {"plain-right", TACHO_PLAIN_RIGHT},
        {"bash-transient", TACHO_BASH_TRANSIENT},
        {"zsh-transient", TACHO_ZSH_TRANSIENT},
        {"fish-transient", TACHO_FISH_TRANSIENT},
        {"plain-transient", TACHO_PLAIN_TRANSIENT},
    };
    for (size_t i = 0; i < sizeof surfaces / sizeof *surfaces; i++)
        if (strcmp(name, surfaces[i].name) == 0) {
            *surface = surfaces[i].surface;
            return true;
        }
    return false;
}

static enum tacho_depth depth_of(const struct show *show)
{
    switch (show->surface) {
    case TACHO_PLAIN:
    case TACHO_JSON:
    case TACHO_PLAIN_RIGHT:
    case TACHO_PLAIN_TRANSIENT:
        return TACHO_NO_COLOUR;
    default:
        return show->depth;
    }
}

bool line_is_drawn(const struct tacho_copy *copy, const struct show *show)
{
    const unsigned depth = depth_of(show);
    for (uint32_t i = 0; i < copy->block_count; i++) {
        const struct tacho_block *block = tacho_block_at(copy, i);
        if (block && block->surface == (unsigned)show->surface && block->depth == depth)
            return true;
    }
    return false;
}

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

int64_t line_of_copy(bool late, int64_t now_ns, const struct show *show, const struct line_room *room)
{
    return line_fit(late || now_ns >= room->copy->valid_until_ns, show, room);
}
