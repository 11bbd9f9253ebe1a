/* The registry: see segments.h. */
#include "../base/memory.h"
#include "../base/suggest.h"
#include "segments_draw.h"
#include <stdlib.h>
#include <string.h>

const struct segment segment_table[SEGMENT_COUNT] = {
#define SEGMENT(function, name, family, priority, icon, shows)                                               \
    {name, shows, icon, segment_##function, FAMILY_##family, priority},
#include "segments.def"
#undef SEGMENT
};

/* Longer than it is in itself, a group is what people mean by its name. */
static const struct segment_group groups[] = {
    {"git", "git.branch+git.sync+git.action+git.changes+git.stashes"},
    {"context", "context.used+context.bar+context.tokens"},
    {"cost", "cost.session,cost.today"},
    {"limits", "limit.five_hour,limit.seven_day"},
    {"tokens", "tokens.input,tokens.output,tokens.cached"},
    {"budget", "budget.session,budget.today,budget.week,budget.month,budget.block"},
    {"cache", "cache.hit,cache.expiry"},
    {"activity", "activity.tool activity.todos activity.agents activity.error"},
    {"session", "session.name,session.clock"},
    {"burn", "cost.rate,cost.projected"},
};

#define COUNT(array) (sizeof(array) / sizeof *(array))

static bool is_named(const char *name, const char *wanted, size_t size)
{
    return strlen(name) == size && memcmp(name, wanted, size) == 0;
}

const struct segment *segment_at(size_t index)
{
    return index < SEGMENT_COUNT ? &segment_table[index] : NULL;
}

const struct segment *segment_find(const char *name, size_t size)
{
    for (size_t i = 0; i < SEGMENT_COUNT; i++)
        if (is_named(segment_table[i].name, name, size))
            return &segment_table[i];
    return NULL;
}

enum segment_scope segment_scope(const struct segment *segment)
{
    static const unsigned of_all[] = {
        SEGMENT_cost_today,   SEGMENT_cost_spent,   SEGMENT_cost_week,      SEGMENT_cost_month,
        SEGMENT_cost_block,   SEGMENT_cost_rate,    SEGMENT_cost_projected, SEGMENT_budget_today,
        SEGMENT_budget_week,  SEGMENT_budget_month, SEGMENT_budget_block,   SEGMENT_tokens_today,
        SEGMENT_tokens_block, SEGMENT_block,        SEGMENT_block_left,     SEGMENT_block_timer,
        SEGMENT_block_bar,
    };
    for (size_t i = 0; i < COUNT(of_all); i++)
        if (segment == &segment_table[of_all[i]])
            return SEGMENT_OF_ALL;
    if (segment->family == FAMILY_LIMIT)
        return SEGMENT_OF_ACCOUNT;
    return segment->family == FAMILY_MACHINE ? SEGMENT_OF_ALL : SEGMENT_OF_SESSION;
}

const struct segment_group *segment_group_at(size_t index)
{
    return index < COUNT(groups) ? &groups[index] : NULL;
}

const struct segment_group *segment_group_find(const char *name, size_t size)
{
    for (size_t i = 0; i < COUNT(groups); i++)
        if (is_named(groups[i].name, name, size))
            return &groups[i];
    return NULL;
}

/* Those of segments, then those of groups. */
static const char *name_at(size_t index)
{
    if (index < SEGMENT_COUNT)
        return segment_table[index].name;
    const struct segment_group *group = segment_group_at(index - SEGMENT_COUNT);
    return group ? group->name : NULL;
}

void segment_say_unknown(struct text *why, const char *name, size_t size)
{
    char *word = memory_string(name, size);
    const char *nearest = suggest_nearest(word, name_at);
    text_addf(why, "no segment is called '%s'", word);
    if (nearest)
        text_addf(why, ": did you mean '%s'? ", nearest);
    text_add_string(why, nearest ? "`tacho segments` lists them" : "; `tacho segments` lists them");
    free(word);
}

static const struct segment_peer peers[] = {
#define PEER(peer, theirs, ours, note) {peer, theirs, ours, note},
#include "segments_peers.def"
#undef PEER
};

const struct segment_peer *segment_peer_at(size_t index)
{
    return index < COUNT(peers) ? &peers[index] : NULL;
}
