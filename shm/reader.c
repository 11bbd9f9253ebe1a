/*
 * The segment's reader: tacho.h says what each function promises. Freestanding: no C library, no
 * allocation, no locks, no loop without a bound. Nothing in the file is trusted: every offset and count
 * is checked against the sizes that were checked when the file was opened.
 *
 * There is one way to get at the bytes, segment_fetch(), which copies whole words from the mapping if there
 * is one and else by pread. Both the writer's stores and these loads may interleave in any way; what tells a
 * snapshot from a mixture is its checksum.
 */
#include "reader.h"
#include "checksum.h"
#include "system.h"
#include "words.h"

#define LOOKS           16   /* tries before a slot that keeps changing is reported busy */
#define FIRST_READ      4096 /* bytes of a copy to read before its size is known, without advice */
#define ENTRIES_AT_ONCE 1024 /* bytes of the directory to read at once */
#define ENTRY_SIZE_MAX  256
#define WINDOW_MAX      1024

/* ---- getting at the bytes --------------------------------------------------------------------------- */

static int read_file(int descriptor, uint64_t offset, void *out, size_t size)
{
    for (int looks = 0; looks < LOOKS; looks++) {
        long got = system_pread(descriptor, out, size, offset);
        if (got != -SYSTEM_EINTR)
            return got >= 0 && (size_t)got == size ? TACHO_OK : TACHO_CORRUPT;
    }
    return TACHO_CORRUPT;
}

int segment_fetch(const struct tacho_segment *segment, uint64_t offset, void *out, size_t size)
{
    if (offset > segment->header.file_size || size > segment->header.file_size - offset)
        return TACHO_CORRUPT;
    if (!segment->map)
        return read_file(segment->descriptor, offset, out, size);
    word_in_buffer *words = out;
    for (size_t i = 0; i < size / 8; i++)
        words[i] = word_load(segment->map + offset + i * 8);
    return TACHO_OK;
}

/* ---- opening ---------------------------------------------------------------------------------------- */

/* Whether a file is nobody's but ours. No link at all: replaced since it was opened. Sets *size. */
static int file_is_safe(int descriptor, uint64_t *size)
{
    struct stat status;
    if (system_fstat(descriptor, &status) < 0 || status.st_size < 0)
        return 0;
    *size = (uint64_t)status.st_size;
    return (status.st_mode & SYSTEM_FILE_TYPE) == SYSTEM_REGULAR && status.st_uid == system_geteuid() &&
           (status.st_mode & SYSTEM_OTHERS_WRITE) == 0 && status.st_nlink <= 1;
}

/* Whether `count` elements of `size` (at least `least`) bytes at `offset` are in the file, on whole words. */
static int table_is_sound(const struct tacho_header *header, uint32_t offset, uint64_t count, uint32_t size,
                          size_t least)
{
    return count > 0 && size >= least && size % 8 == 0 && offset % 8 == 0 && offset >= header->header_size &&
           offset + count * size <= header->file_size;
}

static int is_power_of_two(uint32_t n)
{
    return n > 0 && (n & (n - 1)) == 0;
}

static int directory_is_sound(const struct tacho_header *header)
{
    return is_power_of_two(header->directory_count) && header->directory_window > 0 &&
           header->directory_window <= WINDOW_MAX && header->directory_size <= ENTRY_SIZE_MAX &&
           table_is_sound(header, header->directory_offset,
                          (uint64_t)header->directory_count + header->directory_window,
                          header->directory_size, sizeof(struct tacho_directory_entry));
}

static int slots_are_sound(const struct tacho_header *header)
{
    return header->copy_size >= sizeof(struct tacho_copy) && header->copy_size <= TACHO_COPY_MAX &&
           header->copy_size % 8 == 0 && header->back_offset >= header->copy_size &&
           header->back_offset % 8 == 0 &&
           (uint64_t)header->back_offset + header->copy_size <= header->slot_size &&
           header->slot_count <= INT32_MAX &&
           table_is_sound(header, header->slot_offset, header->slot_count, header->slot_size,
                          sizeof(struct tacho_copy));
}

static int header_is_sound(const struct tacho_header *header, uint64_t size)
{
    return header->magic == TACHO_MAGIC && header->major == TACHO_MAJOR &&
           header->header_size >= TACHO_HEADER_SIZE && header->file_size <= size &&
           table_is_sound(header, header->metric_offset, header->metric_count, header->metric_size,
                          sizeof(struct tacho_metric)) &&
           directory_is_sound(header) && slots_are_sound(header) && is_power_of_two(header->ring_count) &&
           table_is_sound(header, header->ring_offset, header->ring_count, header->ring_size,
                          sizeof(struct tacho_event));
}

int tacho_adopt(struct tacho_segment *segment, int descriptor)
{
    uint64_t size;
    segment->descriptor = descriptor;
    segment->map = NULL;
    if (descriptor >= 0 && file_is_safe(descriptor, &size) &&
        read_file(descriptor, 0, &segment->header, sizeof segment->header) == TACHO_OK &&
        header_is_sound(&segment->header, size))
        return TACHO_OK;
    tacho_close(segment);
    return TACHO_NO_SEGMENT;
}

int tacho_open(struct tacho_segment *segment, const char *path)
{
    /* O_NONBLOCK: opening a FIFO that somebody put there must not wait. */
    return tacho_adopt(segment, system_open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK));
}

void tacho_close(struct tacho_segment *segment)
{
    if (segment->map)
        system_unmap(segment->map, segment->header.file_size);
    if (segment->descriptor >= 0)
        system_close(segment->descriptor);
    segment->map = NULL;
    segment->descriptor = -1;
}

int tacho_map(struct tacho_segment *segment)
{
    if (!segment->map)
        segment->map = system_map(segment->descriptor, segment->header.file_size);
    return segment->map ? TACHO_OK : TACHO_NO_SEGMENT;
}

int tacho_is_retired(const struct tacho_segment *segment)
{
    uint64_t word;
    if (segment_fetch_header(segment, offsetof(struct tacho_header, retired), &word) != TACHO_OK)
        return 1;
    return (uint32_t)word != 0;
}

/* ---- the directory ---------------------------------------------------------------------------------- */

/* FNV-1a, 64 bits (draft-eastlake-fnv), over one byte of kind and the key. */
uint64_t tacho_hash(enum tacho_kind kind, const char *key, size_t size)
{
    const uint64_t prime = UINT64_C(0x100000001b3);
    uint64_t hash = (UINT64_C(0xcbf29ce484222325) ^ (uint8_t)kind) * prime;
    for (size_t i = 0; i < size; i++)
        hash = (hash ^ (uint8_t)key[i]) * prime;
    return hash;
}

/*
 * Looks for `hash` in its window from the *position-th entry on, and leaves *position after the entry found.
 * Returns its slot, TACHO_NOT_FOUND or TACHO_CORRUPT.
 */
static int64_t directory_search(const struct tacho_segment *segment, uint64_t hash, uint32_t *position)
{
    const struct tacho_header *header = &segment->header;
    uint32_t size = header->directory_size;
    uint64_t home = header->directory_offset + (hash & (header->directory_count - 1)) * size;
    _Alignas(8) uint8_t entries[ENTRIES_AT_ONCE];
    while (*position < header->directory_window) {
        uint32_t left = header->directory_window - *position;
        uint32_t count = left < sizeof entries / size ? left : (uint32_t)sizeof entries / size;
        if (segment_fetch(segment, home + (uint64_t)*position * size, entries, (size_t)count * size) !=
            TACHO_OK)
            return TACHO_CORRUPT;
        for (uint32_t i = 0; i < count; i++) {
            const struct tacho_directory_entry *entry = (const void *)(entries + (size_t)i * size);
            ++*position;
            if (entry->slot != 0 && entry->hash == hash)
                return entry->slot <= header->slot_count ? (int64_t)entry->slot - 1 : TACHO_CORRUPT;
        }
    }
    return TACHO_NOT_FOUND;
}

int64_t tacho_find(const struct tacho_segment *segment, enum tacho_kind kind, const char *key, size_t size)
{
    uint32_t position = 0;
    return directory_search(segment, tacho_hash(kind, key, size), &position);
}

/* ---- one copy: whether it is sound ------------------------------------------------------------------ */

/* Whether `size` bytes at `offset` lie within what the copy uses. */
static int is_within(const struct tacho_copy *copy, uint32_t offset, uint64_t size)
{
    return offset <= copy->used && size <= copy->used - offset;
}

/* Whether a text of `size` bytes at `offset` lies within the copy and ends in a NUL there. */
static int text_is_sound(const struct tacho_copy *copy, uint32_t offset, uint32_t size)
{
    return is_within(copy, offset, (uint64_t)size + 1) && ((const char *)copy)[(size_t)offset + size] == '\0';
}

static int block_is_sound(const struct tacho_copy *copy, const struct tacho_block *block)
{
    if (block->piece_count > TACHO_PIECES_MAX || block->piece_offset % _Alignof(struct tacho_piece) != 0 ||
        !is_within(copy, block->piece_offset, block->piece_count * sizeof(struct tacho_piece)) ||
        !is_within(copy, block->text_offset, block->text_size))
        return 0;
    const struct tacho_piece *pieces = block_pieces(copy, block);
    uint64_t end = 0;
    for (uint32_t i = 0; i < block->piece_count; i++) {
        uint64_t piece_end = (uint64_t)pieces[i].offset + pieces[i].lead_bytes + pieces[i].body_bytes;
        end = piece_end > end ? piece_end : end;
    }
    return end <= block->text_size;
}

static int blocks_are_within(const struct tacho_copy *copy)
{
    return copy->block_offset % _Alignof(struct tacho_block) == 0 &&
           is_within(copy, copy->block_offset, copy->block_count * sizeof(struct tacho_block));
}

const struct tacho_block *tacho_block_at(const struct tacho_copy *copy, uint32_t index)
{
    if (index >= copy->block_count || !blocks_are_within(copy))
        return NULL;
    const struct tacho_block *block = (const void *)((const uint8_t *)copy + copy->block_offset);
    return block_is_sound(copy, block + index) ? block + index : NULL;
}

/*
 * Whether what the copy's head points at lies in its first `used` bytes. Blocks are looked at one by one, by
 * tacho_block_at(): most readers want one of many.
 */
static int copy_is_sound(const struct tacho_copy *copy)
{
    if (copy->key_size > TACHO_KEY_MAX || !text_is_sound(copy, copy->key_offset, copy->key_size) ||
        copy->word_count > TACHO_WORDS_MAX || copy->word_offset % 8 != 0 ||
        !is_within(copy, copy->word_offset, copy->word_count * sizeof(uint64_t)))
        return 0;
    return blocks_are_within(copy);
}

/* ---- one copy: taking it ---------------------------------------------------------------------------- */

/* Fetches the copy at `offset`, of which the first `have` bytes are in the buffer, as far as it is used. */
static int fetch_rest(const struct tacho_segment *segment, uint64_t offset, void *buffer, size_t have,
                      size_t room)
{
    const struct tacho_copy *copy = buffer;
    if (copy->used < sizeof *copy || copy->used > segment->header.copy_size || copy->used % 8 != 0)
        return TACHO_CORRUPT;
    if (copy->used > room)
        return TACHO_TOO_SMALL;
    if (copy->used <= have)
        return TACHO_OK;
    return segment_fetch(segment, offset + have, (uint8_t *)buffer + have, copy->used - have);
}

/*
 * How much of a copy to fetch before its size is known. A second system call costs as much as some pages, and
 * a page more than was needed a third of one (on the machine where it was measured).
 */
static size_t first_read(const struct tacho_segment *segment)
{
    size_t advised = (size_t)segment->header.read_size / 8 * 8;
    if (segment->map)
        return sizeof(struct tacho_copy);
    return advised >= sizeof(struct tacho_copy) ? advised : FIRST_READ;
}

/* Tries once to take the current copy of the slot at `offset`. TACHO_BUSY: what was there was no snapshot. */
static int look(const struct tacho_segment *segment, uint64_t offset, void *buffer, size_t room,
                uint64_t *version)
{
    const struct tacho_copy *copy = buffer;
    size_t first = first_read(segment);
    if (first > room)
        first = room;
    if (segment_fetch(segment, offset, buffer, first) != TACHO_OK)
        return TACHO_CORRUPT;
    *version = copy->version;
    if (*version == 0)
        return TACHO_NOT_FOUND;
    if (*version & 1) {
        offset += segment->header.back_offset;
        if (segment_fetch(segment, offset, buffer, first) != TACHO_OK)
            return TACHO_CORRUPT;
    }
    int result = fetch_rest(segment, offset, buffer, first, room);
    if (result != TACHO_OK)
        return result;
    if (copy->version != *version || copy->checksum != checksum_whole(checksum_content(copy), *version))
        return TACHO_BUSY;
    return copy_is_sound(copy) ? TACHO_OK : TACHO_CORRUPT;
}

int tacho_read(const struct tacho_segment *segment, uint32_t index, void *buffer, size_t size)
{
    const struct tacho_header *header = &segment->header;
    uint64_t offset = header->slot_offset + (uint64_t)index * header->slot_size;
    uint64_t version, first_version = 0;
    if (index >= header->slot_count)
        return TACHO_NOT_FOUND;
    if (size < sizeof(struct tacho_copy) || (uintptr_t)buffer % 8 != 0)
        return TACHO_TOO_SMALL;
    size_t room = size < header->copy_size ? size / 8 * 8 : header->copy_size;
    for (int looks = 0; looks < LOOKS; looks++) {
        int result = look(segment, offset, buffer, room, &version);
        if (result != TACHO_BUSY)
            return result;
        if (looks == 0)
            first_version = version;
    }
    /* A copy that stays broken although nobody writes to it is not a busy one. */
    return version == first_version ? TACHO_CORRUPT : TACHO_BUSY;
}

static int copy_has_key(const struct tacho_copy *copy, enum tacho_kind kind, const char *key, size_t size)
{
    if (copy->kind != (unsigned)kind || copy->key_size != size)
        return 0;
    const char *its = tacho_key(copy);
    for (size_t i = 0; i < size; i++)
        if (its[i] != key[i])
            return 0;
    return 1;
}

int tacho_read_key(const struct tacho_segment *segment, enum tacho_kind kind, const char *key,
                   size_t key_size, void *buffer, size_t size)
{
    uint64_t hash = tacho_hash(kind, key, key_size);
    uint32_t position = 0;
    /* More than one look only if two keys have the same hash, or if the slot has just changed hands. */
    for (int looks = 0; looks < LOOKS; looks++) {
        int64_t slot = directory_search(segment, hash, &position);
        if (slot < 0)
            return (int)slot;
        int result = tacho_read(segment, (uint32_t)slot, buffer, size);
        if (result != TACHO_OK && result != TACHO_NOT_FOUND)
            return result;
        if (result == TACHO_OK && copy_has_key(buffer, kind, key, key_size))
            return TACHO_OK;
    }
    return TACHO_NOT_FOUND;
}

/* ---- one copy: what is in it ------------------------------------------------------------------------ */

int tacho_word(const struct tacho_copy *copy, uint32_t word, uint64_t *value)
{
    if (word >= TACHO_WORDS_MAX || word >= copy->word_count || !(copy->present[word / 64] >> word % 64 & 1) ||
        copy->word_offset % 8 != 0 || !is_within(copy, copy->word_offset, ((uint64_t)word + 1) * 8))
        return 0;
    *value = *(const word_in_buffer *)((const uint8_t *)copy + copy->word_offset + (size_t)word * 8);
    return 1;
}

const char *tacho_text(const struct tacho_copy *copy, uint32_t word, size_t *size)
{
    uint64_t value;
    if (!tacho_word(copy, word, &value) || !text_is_sound(copy, (uint32_t)(value >> 32), (uint32_t)value))
        return NULL;
    *size = (uint32_t)value;
    return (const char *)copy + (value >> 32);
}

const char *tacho_key(const struct tacho_copy *copy)
{
    return text_is_sound(copy, copy->key_offset, copy->key_size) ? (const char *)copy + copy->key_offset : "";
}

int tacho_metric_at(const struct tacho_segment *segment, uint32_t index, struct tacho_metric *metric)
{
    const struct tacho_header *header = &segment->header;
    if (index >= header->metric_count)
        return TACHO_NOT_FOUND;
    uint64_t offset = header->metric_offset + (uint64_t)index * header->metric_size;
    _Alignas(8) struct tacho_metric entry;
    if (segment_fetch(segment, offset, &entry, sizeof entry) != TACHO_OK || entry.word >= TACHO_WORDS_MAX)
        return TACHO_CORRUPT;
    bytes_put((char *)metric, (const char *)&entry, sizeof entry);
    metric->name[sizeof metric->name - 1] = '\0';
    metric->unit[sizeof metric->unit - 1] = '\0';
    metric->help[sizeof metric->help - 1] = '\0';
    return TACHO_OK;
}
