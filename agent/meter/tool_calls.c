/* Tool calls that were counted: see tool_calls.h. */
#include "tool_calls.h"

#include "../base/memory.h"

#include <stdlib.h>

static bool is_same(const struct tool_call *call, struct identity entry, uint64_t tool)
{
    return call->tool == tool && call->entry.low == entry.low && call->entry.high == entry.high;
}

static struct tool_call *place_of(const struct tool_calls *calls, struct identity entry, uint64_t tool)
{
    size_t mask = calls->size - 1;
    size_t at = (size_t)(tool ^ (entry.low + entry.high) * UINT64_C(0x9e3779b97f4a7c15)) & mask;
    while (calls->slots[at].tool && !is_same(&calls->slots[at], entry, tool))
        at = (at + 1) & mask;
    return &calls->slots[at];
}

static void resize(struct tool_calls *calls, size_t size)
{
    struct tool_calls next = {.size = size, .count = calls->count};
    next.slots = memory_zeroed(size, sizeof *next.slots);
    for (size_t i = 0; i < calls->size; i++)
        if (calls->slots[i].tool)
            *place_of(&next, calls->slots[i].entry, calls->slots[i].tool) = calls->slots[i];
    free(calls->slots);
    *calls = next;
}

bool tool_calls_add(struct tool_calls *calls, struct identity entry, uint64_t tool)
{
    if (!tool)
        tool = 1; /* 0 means free; two ids in 2^64 share a place */
    if (calls->count * 4 >= calls->size * 3)
        resize(calls, calls->size ? calls->size * 2 : 256);
    struct tool_call *place = place_of(calls, entry, tool);
    if (place->tool)
        return false;
    *place = (struct tool_call){entry, tool};
    calls->count++;
    return true;
}

void tool_calls_keep(struct tool_calls *calls, bool (*is_kept)(const void *data, struct identity entry),
                     const void *data)
{
    struct tool_calls kept = {0};
    for (size_t i = 0; i < calls->size; i++)
        if (calls->slots[i].tool && is_kept(data, calls->slots[i].entry))
            tool_calls_add(&kept, calls->slots[i].entry, calls->slots[i].tool);
    free(calls->slots);
    *calls = kept;
}

void tool_calls_free(struct tool_calls *calls)
{
    free(calls->slots);
    *calls = (struct tool_calls){0};
}
