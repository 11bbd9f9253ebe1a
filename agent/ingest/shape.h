/*
 * What the lines of a log have in common. From the end of one value to the beginning of the next they read
 * the same, line after line: a comma, a key, a colon, brackets. Such a piece is learned once, with what is to
 * be done with the value that follows it; where it stands again, one comparison takes the place of reading
 * it.
 *
 * In the lines of one file values are the same too, many of them in a row: from the beginning of one value to
 * the beginning of another the whole text is that of an earlier line. Such a repeat is passed by one
 * comparison as well.
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

struct repeat;

enum {
    SHAPE_ROOTS = 4,
    SHAPE_ROOM = 512,
    SHAPE_TEXT = 32, /* bytes of a piece, at most */
    SHAPE_AHEAD = 8, /* that are known to be there behind a piece that was found */
    REPEAT_ROOM = 64,
    REPEAT_TEXT = 384,
    REPEAT_STEPS = 24
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
    struct repeat *repeat;         /* what has stood behind it; NULL: not known yet */
    struct shape_step step;
    uint32_t size; /* of the text */
};

/* A value that is repeated, or an object that is entered: then it has no size. */
struct repeat_step {
    struct shape_piece *place; /* behind which it stands */
    struct shape_step step;    /* of the place */
    uint16_t begin, size;      /* in the text */
    uint8_t type;              /* the reader's */
};

/* The values from one place to another, and what is between them. */
struct repeat {
    uint32_t size; /* of the text; 0: nothing is repeated here */
    uint32_t count;
    struct shape_piece *then; /* the place that it leads to */
    struct repeat_step steps[REPEAT_STEPS];
    char text[REPEAT_TEXT];
};

struct shape {
    size_t count;
    bool is_full;
    const char *path;                      /* of the file that the repeats are of */
    size_t noted_count;                    /* of the places where a repeat is noted, or that there is none */
    size_t repeat_count;                   /* the first stands for nothing repeated */
    struct shape_piece pieces[SHAPE_ROOM]; /* first the roots */
    struct repeat repeats[REPEAT_ROOM];
    struct shape_piece *noted[SHAPE_ROOM];
};

/* Forgets everything. */
void shape_clear(struct shape *shape);

/* Forgets what was repeated: the lines that come are another file's. */
void shape_begin_file(struct shape *shape, const char *path);

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

/*
 * Begins to note what stands behind a place, to be called where nothing is known of that. Returns where to
 * note it; NULL, if it is not wanted or there is no room: it then stays so.
 */
struct repeat *repeat_begin(struct shape *shape, struct shape_piece *place, bool is_wanted);

/* Notes a value, whose beginning is so many bytes behind the repeat's own; or, without a size, an entered
 * object. */
void repeat_add(struct repeat *repeat, struct shape_piece *place, size_t begin, size_t size, uint8_t type);

/*
 * Notes that another place was reached, `size` bytes behind the beginning, which is at `text`. False: there
 * is no room, and the repeat ends where it did.
 */
bool repeat_reach(struct repeat *repeat, struct shape_piece *place, const char *text, size_t size);

/* Ends a repeat before what differs from the text at hand. */
void repeat_cut(struct shape *shape, struct repeat *repeat, const char *at);

/* What is repeated behind a place, at `at`, in what ends at `end`; or NULL. */
static inline const struct repeat *repeat_next(struct shape *shape, const struct shape_piece *place,
                                               const char *at, const char *end)
{
    struct repeat *repeat = place->repeat;
    if (repeat->size == 0 || end - at < (ptrdiff_t)(repeat->size + SHAPE_AHEAD))
        return NULL;
    if (__builtin_expect(memcmp(at, repeat->text, repeat->size) != 0, 0))
        repeat_cut(shape, repeat, at);
    return repeat->size ? repeat : NULL;
}

#endif
