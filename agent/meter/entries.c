/* Entries, their identities, and how copies merge: see entries.h. */
#include "entries.h"

#include "../base/memory.h"

#include <stdlib.h>
#include <string.h>

#define CHUNK 1024u

/* ---- merging ------------------------------------------------------------------------------------------- */

static int compare(uint64_t a, uint64_t b)
{
    return (a > b) - (a < b);
}

static uint64_t token_sum(const struct entry *entry)
{
    uint64_t sum = 0;
    for (int kind = 0; kind < TOKEN_KINDS; kind++)
        sum += entry->tokens[kind];
    return sum;
}

/* Which copy is the message's own: the earlier one; then not a fork, at home in its file, smaller path and
 * line. */
static bool is_before(const struct entry *a, const struct entry *b, const struct interned *paths)
{
    if (a->when_us != b->when_us)
        return a->when_us < b->when_us;
    int order = a->forked - b->forked;
    if (!order)
        order = a->foreign - b->foreign;
    if (!order)
        order = interned_compare(paths, a->path, b->path);
    if (!order)
        order = compare(a->line, b->line);
    return order < 0;
}

/* Which copy tells the most: more tokens, by sum and then by kind; then the one that states or costs more. */
static bool is_larger(const struct entry *a, const struct entry *b, const struct interned *models)
{
    static const enum token_kind kinds[] = {TOKENS_OUTPUT, TOKENS_INPUT, TOKENS_CACHE_READ,
                                            TOKENS_CACHE_WRITE_1H};
    int order = compare(token_sum(a), token_sum(b));
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds && !order; i++)
        order = compare(a->tokens[kinds[i]], b->tokens[kinds[i]]);
    if (!order)
        order = a->has_usd - b->has_usd;
    if (!order)
        order = compare(a->usd_pusd, b->usd_pusd);
    if (!order)
        order = a->fast - b->fast;
    if (!order)
        order = interned_compare(models, a->model, b->model);
    return order > 0;
}

void entry_merge(struct entry *entry, const struct entry *copy, const struct interned *paths,
                 const struct interned *models)
{
    if (is_before(copy, entry, paths)) {
        entry->when_us = copy->when_us;
        entry->line = copy->line;
        entry->path = copy->path;
        entry->session = copy->session;
        entry->forked = copy->forked;
        entry->foreign = copy->foreign;
    }
    if (is_larger(copy, entry, models)) {
        memcpy(entry->tokens, copy->tokens, sizeof entry->tokens);
        entry->model = copy->model;
        entry->usd_pusd = copy->usd_pusd;
        entry->has_usd = copy->has_usd;
        entry->fast = copy->fast;
    }
}

bool entry_equal(const struct entry *a, const struct entry *b)
{
    return a->when_us == b->when_us && a->line == b->line && a->path == b->path && a->session == b->session &&
           a->forked == b->forked && a->foreign == b->foreign && a->model == b->model &&
           a->usd_pusd == b->usd_pusd && a->has_usd == b->has_usd && a->fast == b->fast &&
           !memcmp(a->tokens, b->tokens, sizeof a->tokens);
}

/* ---- the table ----------------------------------------------------------------------------------------- */

struct entry *entries_at(const struct entries *entries, uint32_t number)
{
    return &entries->chunks[number / CHUNK][number % CHUNK];
}

/* The place of an identity in the index: where it is, or the free one where it would be. */
static size_t place_of(const struct entries *entries, struct identity identity)
{
    const uint32_t low = (uint32_t)identity.low;
    const size_t mask = entries->index_size - 1;
    size_t at = low & mask;
    for (; entries->index[at].after; at = (at + 1) & mask) {
        if (entries->index[at].low != low)
            continue;
        struct identity here = entries_at(entries, entries->index[at].after - 1)->identity;
        if (here.low == identity.low && here.high == identity.high)
            break;
    }
    return at;
}

/* Makes an entry be found. */
static void index_put(struct entries *entries, struct identity identity, uint32_t number)
{
    entries->index[place_of(entries, identity)] =
        (struct entry_place){.after = number + 1, .low = (uint32_t)identity.low};
}

static void index_grow(struct entries *entries)
{
    struct entry_place *old = entries->index;
    const size_t old_size = entries->index_size;
    entries->index_size = old_size ? old_size * 2 : 1024;
    entries->index = memory_zeroed(entries->index_size, sizeof *entries->index);
    for (size_t i = 0; i < old_size; i++) {
        size_t at = old[i].low & (entries->index_size - 1);
        if (!old[i].after)
            continue;
        while (entries->index[at].after)
            at = (at + 1) & (entries->index_size - 1);
        entries->index[at] = old[i];
    }
    free(old);
}

uint32_t entries_find(const struct entries *entries, struct identity identity)
{
    if (!entries->index_size)
        return ENTRY_NONE;
    uint32_t after = entries->index[place_of(entries, identity)].after;
    return after ? after - 1 : ENTRY_NONE;
}

uint32_t entries_add(struct entries *entries, const struct entry *entry)
{
    if ((uint64_t)entries->count * 5 >= (uint64_t)entries->index_size * 4)
        index_grow(entries);
    if (entries->count == entries->chunk_count * CHUNK) {
        entries->chunks =
            memory_grow(entries->chunks, entries->chunk_count, &entries->chunk_room, sizeof *entries->chunks);
        entries->chunks[entries->chunk_count++] = memory_take(CHUNK * sizeof(struct entry));
    }
    index_put(entries, entry->identity, entries->count);
    *entries_at(entries, entries->count) = *entry;
    return entries->count++;
}

/* Frees a place of the index and moves up what was put further on because this one was taken (Knuth,
 * TAOCP 6.4 R). */
static void index_remove(struct entries *entries, size_t hole)
{
    size_t mask = entries->index_size - 1;
    for (size_t at = (hole + 1) & mask; entries->index[at].after; at = (at + 1) & mask) {
        size_t home = entries->index[at].low & mask;
        if (((at - home) & mask) >= ((at - hole) & mask)) {
            entries->index[hole] = entries->index[at];
            hole = at;
        }
    }
    entries->index[hole] = (struct entry_place){0};
}

void entries_remove(struct entries *entries, uint32_t number)
{
    uint32_t last = entries->count - 1;
    index_remove(entries, place_of(entries, entries_at(entries, number)->identity));
    if (number != last) {
        index_put(entries, entries_at(entries, last)->identity, number);
        *entries_at(entries, number) = *entries_at(entries, last);
    }
    entries->count = last;
}

void entries_free(struct entries *entries)
{
    for (size_t i = 0; i < entries->chunk_count; i++)
        free(entries->chunks[i]);
    free(entries->chunks);
    free(entries->index);
    *entries = (struct entries){0};
}
