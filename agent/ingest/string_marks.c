/* Marking a text piece by piece: what the kernels find, less what a backslash escapes. */
#include "string_marks.h"

#include <string.h>

/* The blocks of one text that are marked at once. Of the look, the backslashes end as the escapes. */
struct piece {
    const char *at;
    const char *end; /* of what may be read */
    size_t count;    /* of blocks */
    struct line_look look;
};

/* Room before a copy of bytes for those that stand before them in the text. */
enum { LOOK_BEHIND = 16 };

/* ---- escapes ------------------------------------------------------------------------------------------- */

/*
 * Which of a block's backslashes begin an escape, and which bytes follow one. Every other backslash of a run
 * begins one, from its first on, or from its second if the first is escaped. A sum finds the runs' ends: a
 * run that begins at an even bit carries out to the bit behind it, and so do, apart, those that begin at an
 * odd one.
 */
static inline uint64_t escapes_begun(uint64_t backslashes, uint64_t *first_escaped, uint64_t *followers)
{
    const uint64_t even = UINT64_C(0x5555555555555555);
    const uint64_t runs = backslashes & ~*first_escaped;
    const uint64_t beginnings = runs & ~(runs << 1);
    const uint64_t even_runs =
        runs & ~(runs + (beginnings & even)); /* backslashes of runs begun at even bits */
    const uint64_t begun = (even_runs & even) | (runs & ~even_runs & ~even);
    *followers = begun << 1 | *first_escaped;
    *first_escaped = begun >> 63;
    return begun;
}

static bool is_hex(char c)
{
    const char lower = (char)(c | 0x20);
    return (c >= '0' && c <= '9') || (lower >= 'a' && lower <= 'f');
}

static bool has_four_digits(const char *at, const char *end)
{
    return end - at >= 4 && is_hex(at[0]) && is_hex(at[1]) && is_hex(at[2]) && is_hex(at[3]);
}

/* Of some `u`s, those that no four digits follow. */
static uint64_t cut_short(const char *block, const char *end, uint64_t us)
{
    uint64_t found = 0;
    for (; us; us &= us - 1)
        if (!has_four_digits(block + __builtin_ctzll(us) + 1, end))
            found |= us & -us;
    return found;
}

/* Turns quotes and backslashes into string ends and escapes, where a block has backslashes. */
static void mark_escapes(struct string_marks *marks, const struct piece *piece)
{
    struct escapable escapable[BLOCKS_MAX];
    uint64_t *const stops = piece->look.stops, *const escapes = piece->look.backslashes;
    const uint64_t all = piece->count < 64 ? (UINT64_C(1) << piece->count) - 1 : ~UINT64_C(0);
    uint64_t first_escaped = marks->is_escaped, followers;
    uint64_t slashed = piece->look.slashed;
    slashed |= (slashed << 1 | first_escaped) & all;
    marks->kernels->escapable(piece->at, slashed, escapable);
    for (; slashed; slashed &= slashed - 1) {
        const size_t i = (size_t)__builtin_ctzll(slashed);
        const uint64_t begun = escapes_begun(escapes[i], &first_escaped, &followers);
        const uint64_t us = followers & escapable[i].u;
        stops[i] = (stops[i] & ~followers) | begun | (followers & ~escapable[i].all);
        escapes[i] = begun;
        if (__builtin_expect(us != 0, 0))
            stops[i] |= cut_short(piece->at + i * BLOCK_SIZE, piece->end, us);
    }
    marks->is_escaped = first_escaped;
}

/* ---- UTF-8 --------------------------------------------------------------------------------------------- */

/* A block and what is before it; before the text's first byte there are zeros. */
struct block_copy {
    char bytes[LOOK_BEHIND + BLOCK_SIZE];
};

static void copy_block(struct block_copy *copy, const char *at, size_t behind)
{
    if (behind > LOOK_BEHIND)
        behind = LOOK_BEHIND;
    memset(copy->bytes, 0, LOOK_BEHIND);
    memcpy(copy->bytes + LOOK_BEHIND - behind, at - behind, behind + BLOCK_SIZE);
}

/* The blocks with a byte that is not UTF-8 where it stands; before the text's first block nothing is read. */
static uint64_t misplaced(const struct string_marks *marks, const struct piece *piece, uint64_t blocks)
{
    struct block_copy first;
    if (!(blocks & 1) || piece->at != marks->begin)
        return marks->kernels->misplaced(piece->at, blocks);
    copy_block(&first, piece->at, 0);
    return marks->kernels->misplaced(first.bytes + LOOK_BEHIND, 1) |
           marks->kernels->misplaced(piece->at, blocks & ~UINT64_C(1));
}

/* Takes back all marks from a block's first misplaced byte on: no string that it is in has an end. */
static void break_off(struct string_marks *marks, const struct piece *piece, size_t block)
{
    struct block_copy copy;
    size_t good = 0;
    const bool is_first = block == 0 && piece->at == marks->begin;
    copy_block(&copy, piece->at + block * BLOCK_SIZE, is_first ? 0 : LOOK_BEHIND);
    while (!is_misplaced(copy.bytes + LOOK_BEHIND + good))
        good++;
    piece->look.stops[block] &= (UINT64_C(1) << good) - 1;
    for (size_t i = block + 1; i < piece->count; i++)
        piece->look.stops[i] = 0;
    marks->is_broken = true;
}

static void mark_misplaced(struct string_marks *marks, const struct piece *piece)
{
    const uint64_t wide = piece->look.wide;
    const uint64_t last = UINT64_C(1) << (piece->count - 1);
    /* What is cut off at a block's end is noticed in the next. */
    const uint64_t blocks = (wide | wide << 1 | marks->is_wide) & (last | (last - 1));
    marks->is_wide = (wide & last) != 0;
    const uint64_t found = blocks && !marks->any_bytes ? misplaced(marks, piece, blocks) : 0;
    if (found)
        break_off(marks, piece, (size_t)__builtin_ctzll(found));
}

/* ---- pieces -------------------------------------------------------------------------------------------- */

static void mark_piece(struct string_marks *marks, struct piece *piece)
{
    marks->kernels->look(piece->at, piece->count, &piece->look);
    if (piece->look.slashed || marks->is_escaped)
        mark_escapes(marks, piece);
    if (piece->look.wide || marks->is_wide)
        mark_misplaced(marks, piece);
}

/* Copies 16 bytes or more: compilers are slow with sizes that vary a little. */
static inline void copy_some(char *to, const char *from, size_t size)
{
    for (size_t done = 0; done < size - 16; done += 16)
        memcpy(to + done, from + done, 16);
    memcpy(to + size - 16, from + size - 16, 16);
}

/* Marks the text's last bytes, fewer than a block, from a copy that blanks fill up. */
static void mark_rest(struct string_marks *marks, size_t block, const char *at, size_t size)
{
    struct block_copy copy;
    const size_t before = (size_t)(at - marks->begin), behind = before < LOOK_BEHIND ? before : LOOK_BEHIND;
    memset(copy.bytes + LOOK_BEHIND, ' ', BLOCK_SIZE);
    if (behind == LOOK_BEHIND) {
        copy_some(copy.bytes, at - LOOK_BEHIND, LOOK_BEHIND + size);
    } else {
        memset(copy.bytes, 0, LOOK_BEHIND);
        memcpy(copy.bytes + LOOK_BEHIND - behind, at - behind, behind + size);
    }
    struct piece piece = {copy.bytes + LOOK_BEHIND,
                          copy.bytes + sizeof copy.bytes,
                          1,
                          {marks->stops + block, marks->escapes + block, 0, 0}};
    mark_piece(marks, &piece);
    marks->stops[block] &= (UINT64_C(1) << size) - 1; /* a blank that a last backslash escapes is no text */
}

/* Marks the piece that follows; false at the end of the text, or of what is UTF-8. */
static bool mark_next(struct string_marks *marks)
{
    const char *at = marks->from + marks->size;
    const size_t left = (size_t)(marks->end - at);
    const size_t count = left / BLOCK_SIZE < BLOCKS_MAX ? left / BLOCK_SIZE : BLOCKS_MAX;
    size_t rest = count < BLOCKS_MAX ? left % BLOCK_SIZE : 0;
    if (marks->is_broken || left == 0)
        return false;
    struct piece piece = {at, marks->end, count, {marks->stops, marks->escapes, 0, 0}};
    if (count > 0)
        mark_piece(marks, &piece);
    if (marks->is_broken)
        rest = 0;
    if (rest > 0)
        mark_rest(marks, count, at + count * BLOCK_SIZE, rest);
    const size_t blocks = count + (rest > 0);
    marks->stops[blocks] = marks->escapes[blocks] = 0;
    marks->from = at;
    marks->size = count * BLOCK_SIZE + rest;
    return true;
}

void string_marks_begin(struct string_marks *marks)
{
    mark_next(marks);
}

/* The first stop from `at` on within the piece that is no escape, or NULL. */
static const char *stop_in_piece(const struct string_marks *marks, const char *at, bool *has_escapes)
{
    const size_t offset = (size_t)(at - marks->from), words = (marks->size + BLOCK_SIZE - 1) / BLOCK_SIZE;
    uint64_t unseen = ~UINT64_C(0) << offset % 64;
    for (size_t i = offset / 64; i < words; i++, unseen = ~UINT64_C(0)) {
        const uint64_t stops = marks->stops[i] & ~marks->escapes[i] & unseen;
        const uint64_t before = stops ? (stops & -stops) - 1 : ~UINT64_C(0);
        *has_escapes = *has_escapes || (marks->escapes[i] & unseen & before);
        if (stops)
            return marks->from + i * BLOCK_SIZE + __builtin_ctzll(stops);
    }
    return NULL;
}

const char *string_end(struct string_marks *marks, const char *at, bool *has_escapes)
{
    *has_escapes = false;
    for (;;) {
        if ((size_t)(at - marks->from) < marks->size) {
            const char *stop = stop_in_piece(marks, at, has_escapes);
            if (stop)
                return *stop == '"' ? stop : NULL;
            at = marks->from + marks->size;
        }
        if (!mark_next(marks))
            return NULL;
    }
}
