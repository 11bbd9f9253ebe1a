/*
 * Split indexes: the index proper holds only what differs from a shared base file (gitformat-index(5),
 * "Split index"; bitmaps as in gitformat-bitmap(5), appendix A, EWAH).
 */
#include "index_format.h"

#include "../base/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char corrupt[] = "the split index is corrupt or its shared base is missing";

/* ---- EWAH bitmaps -------------------------------------------------------------------------------------- */

struct bits {
    unsigned char *set; /* one byte a bit: there is one of them a base entry */
    size_t count;
    size_t at; /* where the next bits go while reading */
};

static bool add_run(struct bits *bits, bool value, uint64_t words)
{
    for (; words && bits->at < bits->count; words--)
        for (int i = 0; i < 64 && bits->at < bits->count; i++)
            bits->set[bits->at++] = value;
    return !value || !words; /* ones beyond the last entry mean nothing that could be done */
}

static bool add_word(struct bits *bits, uint64_t word)
{
    for (int i = 0; i < 64; i++) {
        bool value = word >> i & 1;
        if (bits->at >= bits->count && value)
            return false;
        if (bits->at < bits->count)
            bits->set[bits->at++] = value;
    }
    return true;
}

/*
 * Size in bits, number of words, words, and the position of the last marker. A marker says: bit 0 the
 * value of a run, bits 1 to 32 its length in words, bits 33 to 63 how many literal words follow.
 */
static bool read_bits(struct index_cursor *cursor, struct bits *bits)
{
    cursor_u32(cursor);
    uint32_t words = cursor_u32(cursor);
    while (words && !cursor->failed) {
        uint64_t marker = cursor_u64(cursor), literals = marker >> 33;
        words--;
        if (!add_run(bits, marker & 1, marker >> 1 & 0xffffffff) || literals > words)
            return false;
        for (words -= (uint32_t)literals; literals && !cursor->failed; literals--)
            if (!add_word(bits, cursor_u64(cursor)))
                return false;
    }
    cursor_u32(cursor);
    return !cursor->failed;
}

/* ---- joining ------------------------------------------------------------------------------------------- */

static bool read_base(struct index *base, const char *git_dir, const unsigned char *oid)
{
    char name[16 + 2 * OID_MAX] = "sharedindex.", path[PATH_MAX];
    struct index_split none = {0};
    for (size_t i = 0; i < base->oid_size; i++)
        snprintf(name + 12 + 2 * i, 3, "%02x", oid[i]);
    return path_join(path, git_dir, name) && path_exists(git_dir, name) &&
           index_read_file(base, path, &none) == NULL && !none.present;
}

/*
 * The first entries, without a path, replace those of the base that the second bitmap marks, in order, and
 * take over their paths; the others are additions.
 */
static bool replace(struct index *index, struct index *base, const struct bits *replaced, size_t *used)
{
    for (size_t i = 0; i < base->count; i++) {
        if (!replaced->set[i])
            continue;
        if (*used >= index->count)
            return false;
        struct index_entry *entry = &index->entries[*used];
        if (entry->path_size)
            return false;
        entry->path = base->entries[i].path;
        entry->path_size = base->entries[i].path_size;
        base->entries[i] = *entry;
        ++*used;
    }
    return true;
}

static void merge(struct index *index, const struct index *base, const struct bits *deleted, size_t used)
{
    struct index_entry *added = index->entries + used, *end = index->entries + index->count,
                       *old = index->entries;
    index->entries = NULL;
    index->count = index->room = 0;
    for (size_t i = 0; i < base->count; i++) {
        if (deleted->set[i])
            continue;
        while (added < end && index_compare(added, &base->entries[i]) < 0)
            *index_add(index) = *added++;
        *index_add(index) = base->entries[i];
    }
    while (added < end)
        *index_add(index) = *added++;
    free(old);
}

/* What the base's entries point into lives on as the index's. */
static void adopt_blocks(struct index *index, struct index *base)
{
    struct index_block **end = &index->blocks;
    while (*end)
        end = &(*end)->next;
    *end = base->blocks;
    base->blocks = NULL;
}

const char *index_join(struct index *index, const char *git_dir, const struct index_split *split)
{
    static const unsigned char no_base[OID_MAX];
    if (memcmp(split->base, no_base, index->oid_size) == 0)
        return NULL;
    struct index *base = memory_zeroed(1, sizeof *base);
    struct bits deleted = {0}, replaced = {0};
    struct index_cursor cursor = {split->bitmaps, split->bitmaps + split->bitmaps_size, false};
    const char *why = corrupt;
    size_t used = 0;
    base->oid_size = index->oid_size;
    if (!read_base(base, git_dir, split->base))
        goto out;
    deleted = (struct bits){memory_zeroed(base->count, 1), base->count, 0};
    replaced = (struct bits){memory_zeroed(base->count, 1), base->count, 0};
    if (split->bitmaps_size && (!read_bits(&cursor, &deleted) || !read_bits(&cursor, &replaced)))
        goto out;
    if (!replace(index, base, &replaced, &used))
        goto out;
    merge(index, base, &deleted, used);
    index->is_sparse |= base->is_sparse;
    adopt_blocks(index, base);
    why = NULL;
out:
    free(deleted.set);
    free(replaced.set);
    index_free(base);
    return why;
}
