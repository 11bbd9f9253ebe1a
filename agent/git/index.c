/* The index reader: gitformat-index(5). Split indexes are joined in index_split.c. */
#include "index_format.h"

#include "../base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#define INDEX_LIMIT    (1u << 30)
#define BLOCK_SIZE     (256u * 1024)
#define STATUS_SIZE    40 /* ten 32-bit fields before the object id */
#define PATH_SIZE_MAX  4096
#define TREE_DEPTH_MAX 2048

static const char truncated[] = "the index is cut off or corrupt; `git fsck` tells more";
static const char unknown_version[] = "the index is of a version that is not known here";
static const char unknown_extension[] = "the index needs an extension that is not known here";
static const char disordered[] = "the index is corrupt: its entries are not in order";

/* ---- memory -------------------------------------------------------------------------------------------- */

void *index_take(struct index *index, size_t size)
{
    struct index_block *block = index->blocks;
    if (!block || block->size - block->used < size) {
        size_t room = size > BLOCK_SIZE ? size : BLOCK_SIZE;
        block = memory_take(sizeof *block + room);
        *block = (struct index_block){.next = index->blocks, .size = room};
        index->blocks = block;
    }
    void *memory = block->bytes + block->used;
    block->used += size;
    return memory;
}

struct index_entry *index_add(struct index *index)
{
    index->entries = memory_grow(index->entries, index->count, &index->room, sizeof *index->entries);
    struct index_entry *entry = &index->entries[index->count++];
    *entry = (struct index_entry){0};
    return entry;
}

void index_free(struct index *index)
{
    if (!index)
        return;
    for (struct index_block *block = index->blocks, *next; block; block = next) {
        next = block->next;
        free(block);
    }
    free(index->entries);
    free(index->trees);
    free(index);
}

/* ---- reading numbers ----------------------------------------------------------------------------------- */

static uint32_t u32_at(const unsigned char *bytes)
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

const unsigned char *cursor_take(struct index_cursor *cursor, size_t size)
{
    if (cursor->failed || (size_t)(cursor->end - cursor->at) < size) {
        cursor->failed = true;
        return NULL;
    }
    const unsigned char *bytes = cursor->at;
    cursor->at += size;
    return bytes;
}

uint32_t cursor_u32(struct index_cursor *cursor)
{
    const unsigned char *bytes = cursor_take(cursor, 4);
    return bytes ? u32_at(bytes) : 0;
}

uint64_t cursor_u64(struct index_cursor *cursor)
{
    uint64_t high = cursor_u32(cursor);
    return high << 32 | cursor_u32(cursor);
}

/* The variable-length number of version 4: base 128, each continuation adding one (as in pack offsets). */
static size_t cursor_varint(struct index_cursor *cursor)
{
    size_t value = 0;
    for (int i = 0; i < 5; i++) {
        const unsigned char *byte = cursor_take(cursor, 1);
        if (!byte)
            return 0;
        value = (value << 7) | (*byte & 0x7f);
        if (!(*byte & 0x80))
            return value;
        value++;
    }
    cursor->failed = true;
    return 0;
}

/* ---- entries ------------------------------------------------------------------------------------------- */

struct index_status index_status(const struct index_entry *entry)
{
    const unsigned char *raw = entry->raw;
    return (struct index_status){u32_at(raw),      u32_at(raw + 4),  u32_at(raw + 8),  u32_at(raw + 12),
                                 u32_at(raw + 16), u32_at(raw + 20), u32_at(raw + 24), u32_at(raw + 28),
                                 u32_at(raw + 32), u32_at(raw + 36)};
}

uint32_t index_mode(const struct index_entry *entry)
{
    return u32_at(entry->raw + 24);
}

const unsigned char *index_oid(const struct index_entry *entry)
{
    return entry->raw + STATUS_SIZE;
}

int index_compare(const struct index_entry *a, const struct index_entry *b)
{
    size_t shorter = a->path_size < b->path_size ? a->path_size : b->path_size;
    int order = memcmp(a->path, b->path, shorter);
    if (order)
        return order;
    if (a->path_size != b->path_size)
        return a->path_size < b->path_size ? -1 : 1;
    return a->stage - b->stage;
}

/* Versions 2 and 3: the path and one to eight NULs, so that the entry's size is a multiple of eight. */
static void read_plain_path(struct index_cursor *cursor, struct index_entry *entry)
{
    size_t left = (size_t)(cursor->end - cursor->at);
    const unsigned char *end = cursor->failed ? NULL : memchr(cursor->at, '\0', left);
    if (!end) {
        cursor->failed = true;
        return;
    }
    entry->path = (const char *)cursor->at;
    entry->path_size = (uint32_t)(end - cursor->at);
    size_t size = (size_t)(end - entry->raw);
    cursor_take(cursor, (size_t)entry->path_size + 8 - size % 8);
}

/* Version 4: how many bytes of the last path to drop, and a NUL-terminated rest. */
static void read_packed_path(struct index *index, struct index_cursor *cursor, struct index_entry *entry,
                             const struct index_entry *last)
{
    size_t drop = cursor_varint(cursor), left = (size_t)(cursor->end - cursor->at);
    const unsigned char *end = cursor->failed ? NULL : memchr(cursor->at, '\0', left);
    size_t last_size = last ? last->path_size : 0;
    if (!end || drop > last_size) {
        cursor->failed = true;
        return;
    }
    size_t keep = last_size - drop, rest = (size_t)(end - cursor->at);
    if (keep + rest > PATH_SIZE_MAX) {
        cursor->failed = true;
        return;
    }
    char *path = index_take(index, keep + rest);
    if (keep)
        memcpy(path, last->path, keep);
    memcpy(path + keep, cursor->at, rest);
    entry->path = path;
    entry->path_size = (uint32_t)(keep + rest);
    cursor_take(cursor, rest + 1);
}

static void read_entry(struct index *index, struct index_cursor *cursor, uint32_t version)
{
    struct index_entry *entry = index_add(index);
    const struct index_entry *last = index->count > 1 ? entry - 1 : NULL;
    entry->raw = cursor_take(cursor, STATUS_SIZE + index->oid_size + 2);
    if (!entry->raw)
        return;
    const unsigned char *flags = entry->raw + STATUS_SIZE + index->oid_size;
    bool extended = version >= 3 && (flags[0] & 0x40);
    const unsigned char *more = extended ? cursor_take(cursor, 2) : NULL;
    if (extended && !more)
        return;
    unsigned high = more ? more[0] : 0;
    entry->stage = (flags[0] >> 4) & 3;
    entry->flags =
        (uint16_t)((flags[0] & 0x80 ? INDEX_ASSUME_UNCHANGED : 0) | (high & 0x40 ? INDEX_SKIP_WORKTREE : 0) |
                   (high & 0x20 ? INDEX_INTENT_TO_ADD : 0));
    if (version == 4)
        read_packed_path(index, cursor, entry, last);
    else
        read_plain_path(cursor, entry);
    if (entry->path_size > PATH_SIZE_MAX)
        cursor->failed = true;
}

/* ---- extensions ---------------------------------------------------------------------------------------- */

static bool read_decimal(struct index_cursor *cursor, char end, long *value)
{
    bool negative = cursor->at < cursor->end && *cursor->at == '-';
    cursor_take(cursor, negative);
    *value = 0;
    for (int digits = 0; digits < 10; digits++) {
        const unsigned char *byte = cursor_take(cursor, 1);
        if (!byte || (*byte == end && digits))
            break;
        if (*byte < '0' || *byte > '9')
            cursor->failed = true;
        *value = *value * 10 + *byte - '0';
    }
    if (negative)
        *value = -*value;
    if (!cursor->failed && cursor->at[-1] != (unsigned char)end)
        cursor->failed = true;
    return !cursor->failed;
}

/* Name NUL, entries SP, subtrees LF, and an id unless the entries are -1; then the subtrees. */
static void read_tree(struct index *index, struct index_cursor *cursor, int depth)
{
    long entries, children;
    const unsigned char *name = cursor->at, *end = memchr(name, '\0', (size_t)(cursor->end - name));
    if (!end || depth > TREE_DEPTH_MAX) {
        cursor->failed = true;
        return;
    }
    cursor_take(cursor, (size_t)(end - name) + 1);
    if (!read_decimal(cursor, ' ', &entries) || !read_decimal(cursor, '\n', &children))
        return;
    const unsigned char *oid = entries >= 0 ? cursor_take(cursor, index->oid_size) : NULL;
    index->trees = memory_grow(index->trees, index->tree_count, &index->tree_room, sizeof *index->trees);
    size_t at = index->tree_count++;
    index->trees[at] =
        (struct index_tree){.name = (const char *)name,
                            .name_size = (uint32_t)(end - name),
                            .entries = entries < 0 || entries > INT32_MAX ? -1 : (int32_t)entries,
                            .children = (uint32_t)(children < 0 ? 0 : children),
                            .oid = oid};
    for (long i = 0; i < children && !cursor->failed; i++)
        read_tree(index, cursor, depth + 1);
    index->trees[at].after = (uint32_t)index->tree_count;
}

/* The cache tree only saves work: one that is malformed is done without. */
static void read_trees(struct index *index, const unsigned char *bytes, size_t size)
{
    struct index_cursor cursor = {bytes, bytes + size, false};
    index->tree_count = 0;
    if (size)
        read_tree(index, &cursor, 0);
    if (cursor.failed)
        index->tree_count = 0;
}

static const char *read_extension(struct index *index, const unsigned char *name, const unsigned char *bytes,
                                  size_t size, struct index_split *split)
{
    if (memcmp(name, "TREE", 4) == 0) {
        read_trees(index, bytes, size);
    } else if (memcmp(name, "sdir", 4) == 0) {
        index->is_sparse = true;
    } else if (memcmp(name, "link", 4) == 0) {
        if (size < index->oid_size)
            return truncated;
        *split = (struct index_split){true, bytes, bytes + index->oid_size, size - index->oid_size};
    } else if (name[0] < 'A' || name[0] > 'Z') {
        return unknown_extension;
    }
    return NULL;
}

static const char *read_extensions(struct index *index, struct index_cursor *cursor,
                                   struct index_split *split)
{
    while (cursor->at < cursor->end) {
        const unsigned char *name = cursor_take(cursor, 4);
        uint32_t size = cursor_u32(cursor);
        const unsigned char *bytes = cursor_take(cursor, size);
        if (cursor->failed)
            return truncated;
        const char *why = read_extension(index, name, bytes, size, split);
        if (why)
            return why;
    }
    return NULL;
}

/* ---- files --------------------------------------------------------------------------------------------- */

static const char *read_bytes(struct index *index, const char *path, struct index_cursor *cursor)
{
    struct text text = TEXT_EMPTY;
    const char *why = NULL;
    *cursor = (struct index_cursor){0};
    if (file_read(AT_FDCWD, path, 0, INDEX_LIMIT, &text, &index->stamp) != 0) {
        if (errno != ENOENT)
            why = errno == EFBIG ? "the index is larger than 1 GiB" : "the index cannot be read";
    } else if (text.size < 12 + index->oid_size) {
        why = truncated;
    } else {
        unsigned char *bytes = index_take(index, text.size);
        memcpy(bytes, text.bytes, text.size);
        *cursor = (struct index_cursor){bytes, bytes + text.size - index->oid_size, false};
    }
    text_free(&text);
    return why;
}

const char *index_read_file(struct index *index, const char *path, struct index_split *split)
{
    struct index_cursor cursor;
    const char *why = read_bytes(index, path, &cursor);
    if (why || !cursor.at)
        return why;
    const unsigned char *magic = cursor_take(&cursor, 4);
    uint32_t version = cursor_u32(&cursor), count = cursor_u32(&cursor);
    if (memcmp(magic, "DIRC", 4) != 0)
        return truncated;
    if (version < 2 || version > 4)
        return unknown_version;
    for (uint32_t i = 0; i < count && !cursor.failed; i++)
        read_entry(index, &cursor, version);
    if (cursor.failed)
        return truncated;
    return read_extensions(index, &cursor, split);
}

static bool is_attributes(const struct index_entry *entry)
{
    static const char name[] = ".gitattributes";
    size_t size = sizeof name - 1, at = entry->path_size - size;
    return entry->path_size >= size && memcmp(entry->path + at, name, size) == 0 &&
           (!at || entry->path[at - 1] == '/');
}

/* Checks the order, which everything relies on, and notes what kinds of entries there are. */
static const char *survey_entries(struct index *index)
{
    for (size_t i = 0; i < index->count; i++) {
        const struct index_entry *entry = &index->entries[i];
        uint32_t type = index_mode(entry) & INDEX_MODE_TYPE;
        if (!entry->path_size || (i && index_compare(entry - 1, entry) >= 0))
            return disordered;
        if (type == INDEX_MODE_DIRECTORY && (!index->is_sparse || entry->path[entry->path_size - 1] != '/'))
            return truncated;
        index->has_gitlinks |= type == INDEX_MODE_GITLINK;
        index->has_attributes = index->has_attributes || is_attributes(entry);
        index->has_intent |= (entry->flags & INDEX_INTENT_TO_ADD) != 0;
    }
    return NULL;
}

struct index *index_read(const char *git_dir, size_t oid_size, const char **why, bool *is_unknown)
{
    char path[PATH_MAX];
    struct index *index = memory_zeroed(1, sizeof *index);
    struct index_split split = {0};
    index->oid_size = oid_size;
    *why = path_join(path, git_dir, "index") ? index_read_file(index, path, &split) : truncated;
    if (!*why && split.present)
        *why = index_join(index, git_dir, &split);
    if (!*why)
        *why = survey_entries(index);
    *is_unknown = *why == unknown_version || *why == unknown_extension;
    if (!*why)
        return index;
    index_free(index);
    return NULL;
}
