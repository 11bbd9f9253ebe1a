/*
 * Puts a copy together: head, words, then key, texts and blocks as they come, each on a whole word, and the
 * block table at the end. The bytes between are zero, so that equal drafts are equal byte by byte.
 */
#include "draft.h"

#include <stdbool.h>
#include <string.h>

static uint8_t *draft_bytes(struct segment_draft *draft)
{
    return (uint8_t *)draft->copy;
}

static uint32_t whole_words(uint32_t size)
{
    return (size + 7) / 8 * 8;
}

/*
 * Takes `size` bytes from the next whole word on, as long as room is left for the block table with one more
 * block. Returns their offset, or 0: no room.
 */
static uint32_t take(struct segment_draft *draft, size_t size)
{
    struct tacho_copy *copy = draft->copy;
    uint32_t start = whole_words(copy->used);
    uint32_t table = (copy->block_count + 1U) * (uint32_t)sizeof(struct tacho_block) + 7;
    if (size > draft->room || start + size + table > draft->room)
        return 0;
    memset(draft_bytes(draft) + copy->used, 0, start - copy->used);
    copy->used = start + (uint32_t)size;
    return start;
}

static void put(struct segment_draft *draft, uint32_t offset, const void *bytes, size_t size)
{
    if (size > 0)
        memcpy(draft_bytes(draft) + offset, bytes, size);
}

/* Adds a text and its NUL. Returns its offset, or 0: no room. */
static uint32_t add_text(struct segment_draft *draft, const char *text, size_t size)
{
    uint32_t offset = size < draft->room ? take(draft, size + 1) : 0;
    if (offset == 0)
        return 0;
    put(draft, offset, text, size);
    put(draft, offset + (uint32_t)size, "", 1);
    return offset;
}

int draft_start(struct segment_draft *draft, enum tacho_kind kind, const char *key, size_t key_size)
{
    struct tacho_copy *copy = draft->copy;
    if (key_size > TACHO_KEY_MAX)
        return -1;
    memset(copy, 0, DRAFT_WORDS_END);
    copy->used = DRAFT_WORDS_END;
    copy->kind = (uint16_t)kind;
    copy->word_offset = DRAFT_WORDS_AT;
    copy->word_count = TACHO_WORD_COUNT;
    copy->key_size = (uint32_t)key_size;
    copy->key_offset = add_text(draft, key, key_size);
    draft->hash = tacho_hash(kind, key, key_size);
    return copy->key_offset ? 0 : -1;
}

void draft_times(struct segment_draft *draft, int64_t as_of_ns, int64_t valid_until_ns)
{
    draft->copy->as_of_ns = as_of_ns;
    draft->copy->valid_until_ns = valid_until_ns;
}

void draft_number(struct segment_draft *draft, enum tacho_metric_word word, uint64_t value)
{
    if ((unsigned)word >= TACHO_WORD_COUNT)
        return;
    put(draft, DRAFT_WORDS_AT + (uint32_t)word * (uint32_t)sizeof value, &value, sizeof value);
    draft->copy->present[word / 64] |= UINT64_C(1) << word % 64;
}

void draft_text(struct segment_draft *draft, enum tacho_metric_word word, const char *text, size_t size)
{
    uint32_t offset = add_text(draft, text, size);
    if (offset)
        draft_number(draft, word, (uint64_t)offset << 32 | size);
}

/* Whether every piece lies within the text, as readers will demand. */
static bool pieces_are_sound(const struct tacho_piece *pieces, uint32_t count, uint32_t text_size)
{
    for (uint32_t i = 0; i < count; i++)
        if ((uint64_t)pieces[i].offset + pieces[i].lead_bytes + pieces[i].body_bytes > text_size)
            return false;
    return true;
}

/*
 * Where these bytes already are, of the piece tables or texts of the draft's blocks, or 0: nowhere. Surfaces
 * that need no escapes draw the same line, and a copy of one page is read fastest.
 */
static uint32_t find_pieces(struct segment_draft *draft, const struct tacho_piece *pieces, uint32_t count)
{
    for (uint32_t i = 0; count > 0 && i < draft->copy->block_count; i++) {
        const struct tacho_block *block = &draft->blocks[i];
        if (block->piece_count == count &&
            memcmp(draft_bytes(draft) + block->piece_offset, pieces, count * sizeof *pieces) == 0)
            return block->piece_offset;
    }
    return 0;
}

static uint32_t find_block_text(struct segment_draft *draft, const char *text, uint32_t size)
{
    for (uint32_t i = 0; size > 0 && i < draft->copy->block_count; i++) {
        const struct tacho_block *block = &draft->blocks[i];
        if (block->text_size == size && memcmp(draft_bytes(draft) + block->text_offset, text, size) == 0)
            return block->text_offset;
    }
    return 0;
}

/* Adds bytes. Returns their offset, or 0: no room. */
static uint32_t add_bytes(struct segment_draft *draft, const void *bytes, size_t size)
{
    uint32_t offset = take(draft, size);
    if (offset)
        put(draft, offset, bytes, size);
    return offset;
}

int draft_block(struct segment_draft *draft, enum tacho_surface surface, enum tacho_depth depth,
                const struct tacho_piece *pieces, uint32_t piece_count, const char *text, uint32_t text_size)
{
    struct tacho_copy *copy = draft->copy;
    uint32_t used = copy->used;
    if (piece_count > TACHO_PIECES_MAX || !pieces_are_sound(pieces, piece_count, text_size) ||
        copy->block_count == DRAFT_BLOCKS_MAX)
        return -1;
    uint32_t table = find_pieces(draft, pieces, piece_count);
    if (!table)
        table = add_bytes(draft, pieces, piece_count * sizeof *pieces);
    uint32_t text_offset = find_block_text(draft, text, text_size);
    if (!text_offset)
        text_offset = add_bytes(draft, text, text_size);
    if (!table || !text_offset || !take(draft, 0)) {
        copy->used = used; /* all of the block, or nothing */
        return -1;
    }
    draft->blocks[copy->block_count++] = (struct tacho_block){
        .surface = (uint8_t)surface,
        .depth = (uint8_t)depth,
        .piece_count = (uint16_t)piece_count,
        .piece_offset = table,
        .text_offset = text_offset,
        .text_size = text_size,
    };
    return 0;
}

void draft_finish(struct segment_draft *draft)
{
    struct tacho_copy *copy = draft->copy;
    uint32_t start = whole_words(copy->used);
    uint32_t size = copy->block_count * (uint32_t)sizeof *draft->blocks;
    memset(draft_bytes(draft) + copy->used, 0, start - copy->used);
    put(draft, start, draft->blocks, size);
    copy->block_offset = start;
    copy->used = start + size;
}
