/*
 * Fitting a line: which of a block's pieces are shown in so many columns and bytes, and writing them. tacho.h
 * says how pieces are ranked, join, stretch and stand in for others. Freestanding, as reader.c is.
 */
#include "reader.h"

/* What a line is fitted to. */
struct room {
    size_t bytes;
    uint32_t columns; /* 0: unlimited */
};

/* What a set of pieces comes to when written out. */
struct extent {
    size_t bytes;      /* without what flexible pieces stretch by */
    uint32_t columns;  /* of the widest line */
    uint32_t flexible; /* lines that have a flexible piece */
};

/* Sets of pieces are words: bit i is piece i. */
static uint32_t first_of(uint64_t set)
{
    return (uint32_t)__builtin_ctzll(set);
}

static struct extent measure(const struct tacho_piece *pieces, uint64_t set)
{
    struct extent extent;
    uint32_t columns = 0, flags = 0;
    int line = -1;
    extent.bytes = 0; /* an initializer would be a call to memset, unoptimized */
    extent.columns = 0;
    extent.flexible = 0;
    for (; set; set &= set - 1) {
        const struct tacho_piece *piece = &pieces[first_of(set)];
        if (piece->line == line) {
            extent.bytes += piece->lead_bytes;
            columns += piece->lead_columns;
        } else {
            extent.bytes += line >= 0; /* the '\n' between lines */
            columns = 0;
            flags = 0;
            line = piece->line;
        }
        extent.flexible += (piece->flags & ~flags & TACHO_FLEX) != 0;
        flags |= piece->flags;
        extent.bytes += piece->body_bytes;
        columns += piece->body_columns;
        extent.columns = columns > extent.columns ? columns : extent.columns;
    }
    return extent;
}

static int set_fits(const struct tacho_piece *pieces, uint64_t set, const struct room *room)
{
    struct extent extent = measure(pieces, set);
    return extent.bytes + (size_t)extent.flexible * room->columns <= room->bytes &&
           (room->columns == 0 || extent.columns <= room->columns);
}

/* The piece of lowest rank in the set, which is not empty. */
static uint32_t most_important(const struct tacho_piece *pieces, uint64_t set)
{
    uint32_t best = first_of(set);
    for (; set; set &= set - 1)
        if (pieces[first_of(set)].rank < pieces[best].rank)
            best = first_of(set);
    return best;
}

/* Whether the piece is not one that follows, or what it follows is in the set. */
static int may_stand(const struct tacho_piece *pieces, uint64_t set, uint32_t index)
{
    uint32_t head = index;
    while (pieces[head].flags & TACHO_FOLLOWS) {
        if (head == 0 || pieces[head - 1].line != pieces[index].line)
            return 0;
        head--;
    }
    return head == index || (set >> head & 1);
}

/* Takes out of the set what has nothing to close: ends, and flexible room, of lines that have nothing else.
 */
static uint64_t drop_empty_lines(const struct tacho_piece *pieces, uint64_t set)
{
    uint64_t kept = 0, line = 0;
    int has_text = 0;
    while (set) {
        uint32_t index = first_of(set);
        line |= UINT64_C(1) << index;
        has_text |= !(pieces[index].flags & (TACHO_FLEX | TACHO_ENDS));
        set &= set - 1;
        if (set && pieces[first_of(set)].line == pieces[index].line)
            continue;
        kept |= has_text ? line : 0;
        line = 0;
        has_text = 0;
    }
    return kept;
}

/* Of the wanted pieces those to show: by rank, each that still fits beside those already kept. */
static uint64_t choose_fitting(const struct tacho_piece *pieces, uint64_t wanted, const struct room *room)
{
    uint64_t kept = 0;
    if (set_fits(pieces, wanted, room))
        return wanted;
    while (wanted) {
        uint32_t index = most_important(pieces, wanted);
        uint64_t piece = UINT64_C(1) << index;
        wanted &= ~piece;
        if (may_stand(pieces, kept, index) && set_fits(pieces, kept | piece, room))
            kept |= piece;
    }
    return kept;
}

/* Without those that follow what is not in the set. */
static uint64_t drop_orphans(const struct tacho_piece *pieces, uint64_t set)
{
    uint64_t kept = set;
    for (uint64_t rest = set; rest; rest &= rest - 1)
        if (!may_stand(pieces, set, first_of(rest)))
            kept &= ~(rest & -rest);
    return kept;
}

static uint64_t choose(const struct tacho_piece *pieces, uint32_t count, int stale, const struct room *room)
{
    uint64_t wanted = 0, instead = 0;
    uint32_t flags = 0;
    for (uint32_t i = 0; i < count; i++) {
        uint64_t piece = UINT64_C(1) << i;
        if (pieces[i].flags & TACHO_INSTEAD)
            instead |= piece;
        else if (stale || !(pieces[i].flags & TACHO_STALE_MARK))
            wanted |= piece;
        flags |= pieces[i].flags;
    }
    if (flags & TACHO_FOLLOWS)
        wanted = drop_orphans(pieces, wanted);
    uint64_t chosen = choose_fitting(pieces, wanted, room);
    if (flags & (TACHO_FLEX | TACHO_ENDS))
        chosen = drop_empty_lines(pieces, chosen);
    return chosen ? chosen : choose_fitting(pieces, instead, room);
}

/* The set's pieces of one line, which begins it. */
static uint64_t first_line(const struct tacho_piece *pieces, uint64_t set)
{
    uint64_t line = 0;
    for (uint32_t number = pieces[first_of(set)].line; set && pieces[first_of(set)].line == number;
         set &= set - 1)
        line |= set & -set;
    return line;
}

/* How many spaces each of a line's flexible pieces is followed by; `rest` of them by one more. */
static uint32_t share_of_flex(const struct tacho_piece *pieces, uint64_t line, uint32_t columns,
                              uint32_t *rest)
{
    uint32_t used, count = 0;
    for (uint64_t set = line; set; set &= set - 1)
        count += (pieces[first_of(set)].flags & TACHO_FLEX) != 0;
    *rest = 0;
    if (count == 0)
        return 0;
    used = measure(pieces, line).columns;
    if (columns <= used)
        return 0;
    *rest = (columns - used) % count;
    return (columns - used) / count;
}

static char *put_spaces(char *out, uint32_t count)
{
    while (count--)
        *out++ = ' ';
    return out;
}

/* Room at the end of a line is not written. */
static char *put_line(char *out, const char *text, const struct tacho_piece *pieces, uint64_t line,
                      uint32_t columns)
{
    uint32_t rest, share = share_of_flex(pieces, line, columns, &rest);
    for (uint64_t set = line; set; set &= set - 1) {
        const struct tacho_piece *piece = &pieces[first_of(set)];
        int is_first = set == line, is_last = !(set & (set - 1)), is_flex = piece->flags & TACHO_FLEX;
        if (!is_first)
            out = bytes_put(out, text + piece->offset, piece->lead_bytes);
        if (is_flex && is_last)
            continue;
        out = bytes_put(out, text + piece->offset + piece->lead_bytes, piece->body_bytes);
        if (is_flex) {
            out = put_spaces(out, share + (rest > 0));
            rest -= rest > 0;
        }
    }
    return out;
}

static char *put_pieces(char *out, const char *text, const struct tacho_piece *pieces, uint64_t set,
                        uint32_t columns)
{
    while (set) {
        uint64_t line = first_line(pieces, set);
        out = put_line(out, text, pieces, line, columns);
        set &= ~line;
        if (set)
            out = bytes_put(out, "\n", 1);
    }
    return out;
}

/* The surface's block of this depth, or of the nearest lower one. */
static const struct tacho_block *find_block(const struct tacho_copy *copy, enum tacho_surface surface,
                                            enum tacho_depth depth)
{
    const struct tacho_block *best = NULL;
    for (uint32_t i = 0; i < copy->block_count; i++) {
        const struct tacho_block *block = tacho_block_at(copy, i);
        if (block && block->surface == (unsigned)surface && block->depth <= (unsigned)depth &&
            (!best || block->depth > best->depth))
            best = block;
    }
    return best;
}

int64_t tacho_format(const struct tacho_copy *copy, enum tacho_surface surface, enum tacho_depth depth,
                     uint32_t columns, int stale, char *out, size_t size)
{
    const struct tacho_block *block = find_block(copy, surface, depth);
    if (!block)
        return TACHO_NOT_FOUND;
    const struct tacho_piece *pieces = block_pieces(copy, block);
    struct room room;
    room.bytes = size;
    room.columns = columns;
    uint64_t chosen = choose(pieces, block->piece_count, stale, &room);
    return put_pieces(out, (const char *)copy + block->text_offset, pieces, chosen, columns) - out;
}
