/*
 * What the lines of a log have in common. From the end of one value to the beginning of the next they read
 * the same, line after line: a comma, a key, a colon, brackets. Such a piece is learned once, with what is to
 * be done with the value that follows it; where it stands again, one comparison takes the place of reading
 * it.
 *
 * The pieces make a tree: each follows the one before it, so all that is passed from a root on is the same
 * text, but for the values, and means the same. A shape is but a memory: whoever forgets it, or never learns,
 * reads the same from a line. It holds SHAPE_ROOM pieces; a line that begins when it is full finds it empty
 * again.
 */
#ifndef TACHO_SHAPE_H
#define TACHO_SHAPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum {
    SHAPE_ROOTS = 4,
    SHAPE_ROOM = 512,
    SHAPE_TEXT = 32, /* bytes of a piece, at most */
    SHAPE_AHEAD = 8  /* that are known to be there behind a piece that was found */
};

/* What a piece leads to, as the reader put it. The members' meaning is the reader's alone. */
struct shape_step {
    uint8_t action;
    uint8_t object;
    uint16_t offset;
};

/* Two words that are compared at once. */
typedef uint64_t shape_words __attribute__((vector_size(16)));

struct shape_piece {
    shape_words text[2];           /* SHAPE_TEXT bytes */
    shape_words mask[2];           /* which of them are compared */
    struct shape_piece *followers; /* the first of those that may follow it; NULL: none is known */
    struct shape_piece *other;     /* the next one that may stand here instead; likewise */
    struct shape_step step;
    uint32_t size; /* of the text */
};

struct shape {
    size_t count;
    bool is_full;
    struct shape_piece pieces[SHAPE_ROOM]; /* first the roots */
};

/* Forgets everything. */
void shape_clear(struct shape *shape);

/* Where a text of that kind begins: 0 to SHAPE_ROOTS - 1. */
static inline struct shape_piece *shape_root(struct shape *shape, unsigned kind)
{
    return &shape->pieces[kind];
}

/*
 * Learns that `text`, in what ends at `end`, may follow a piece, and leads to a step. Returns the new piece,
 * or NULL: the text is too long, or too near the end to be found again, or the shape is full.
 */
struct shape_piece *shape_learn(struct shape *shape, struct shape_piece *before, const char *text,
                                size_t size, const char *end, struct shape_step step);

/* The piece behind `before` that stands at `at`, in what ends at `end`; NULL: none, or too near the end. */
static inline struct shape_piece *shape_next(const struct shape_piece *before, const char *at,
                                             const char *end)
{
    shape_words low, high;
    if (__builtin_expect(end - at < SHAPE_TEXT + SHAPE_AHEAD, 0))
        return NULL;
    memcpy(&low, at, sizeof low);
    memcpy(&high, at + sizeof low, sizeof high);
    for (struct shape_piece *piece = before->followers; piece; piece = piece->other) {
        const shape_words others =
            ((low ^ piece->text[0]) & piece->mask[0]) | ((high ^ piece->text[1]) & piece->mask[1]);
        if (__builtin_expect((others[0] | others[1]) == 0, 1))
            return piece;
    }
    return NULL;
}

#endif
