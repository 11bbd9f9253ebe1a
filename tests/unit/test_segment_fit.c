/*
 * Fitting a line into columns and bytes: by the documented rule, against a slow second implementation, and
 * never past the buffer.
 */
#include "suite.h"
#include "support_segment.h"

#include <string.h>

static struct segment_place place;
static struct segment_writer *writer;
static union copy_buffer buffer;

/* Publishes blocks made by `draw` and reads them back. */
static const struct tacho_copy *round_trip(void (*draw)(struct segment_draft *draft, void *data), void *data)
{
    struct tacho_segment segment;
    place_make(&place);
    writer = segment_create(place.path, sizes_small(), "x");
    ck_assert_ptr_nonnull(writer);
    struct segment_draft *draft = segment_draft(writer, TACHO_GLOBAL, "", 0);
    draw(draft, data);
    ck_assert_int_eq(segment_publish(writer, draft), 0);
    ck_assert_int_eq(tacho_open(&segment, place.path), TACHO_OK);
    ck_assert_int_eq(tacho_read_key(&segment, TACHO_GLOBAL, "", 0, &buffer, sizeof buffer), TACHO_OK);
    tacho_close(&segment);
    segment_close(writer, 0);
    place_remove(&place);
    return &buffer.copy;
}

static const char *fitted(const struct tacho_copy *copy, enum tacho_surface surface, enum tacho_depth depth,
                          uint32_t columns, int stale, size_t size)
{
    static char out[1024];
    memset(out, '#', sizeof out);
    int64_t written = tacho_format(copy, surface, depth, columns, stale, out, size);
    ck_assert_int_ge(written, 0);
    ck_assert_uint_le((size_t)written, size);
    ck_assert_int_eq(out[written], '#');
    out[written] = '\0';
    return out;
}

/* Two lines: " | " is the lead; columns are bytes. */
static void draw_two_lines(struct segment_draft *draft, void *data)
{
    (void)data;
    const char *text = " | model | branch | cost | late | today | block";
    const struct tacho_piece pieces[] = {
        {0, 3, 5, 3, 5, 0, 0, 0, 0},  {8, 3, 6, 3, 6, 0, 2, 0, 0},
        {17, 3, 4, 3, 4, 0, 1, 0, 0}, {24, 3, 4, 3, 4, 0, 3, TACHO_STALE_MARK, 0},
        {31, 3, 5, 3, 5, 1, 5, 0, 0}, {39, 3, 5, 3, 5, 1, 4, 0, 0},
    };
    ck_assert_int_eq(
        draft_block(draft, TACHO_PLAIN, TACHO_NO_COLOUR, pieces, 6, text, (uint32_t)strlen(text)), 0);
}

START_TEST(pieces_are_kept_by_rank)
{
    const struct {
        uint32_t columns;
        int stale;
        size_t size;
        const char *line;
    } cases[] = {
        {0, 0, 900, "model | branch | cost\ntoday | block"},
        {0, 1, 900, "model | branch | cost | late\ntoday | block"},
        {28, 1, 900, "model | branch | cost | late\ntoday | block"},
        {27, 1, 900, "model | branch | cost\ntoday | block"}, /* `late` has the worst rank on its line */
        {21, 0, 900, "model | branch | cost\ntoday | block"},
        {20, 0, 900, "model | cost\ntoday | block"},        /* `cost` outranks `branch` */
        {19, 1, 900, "model | cost | late\ntoday | block"}, /* a smaller piece takes the room left */
        {12, 0, 900, "model | cost\nblock"},
        {11, 0, 900, "model\nblock"},
        {5, 0, 900, "model\nblock"},
        {4, 0, 900, "cost"}, /* a line without a piece is left out, and so is the first's lead */
        {3, 0, 900, ""},
        {0, 0, 35, "model | branch | cost\ntoday | block"},
        {0, 0, 34, "model | branch | cost\nblock"},
        {0, 0, 26, "model | branch | cost"},
        {0, 0, 20, "model | cost\nblock"},
        {0, 0, 5, "model"},
        {0, 0, 0, ""},
    };
    const struct tacho_copy *copy = round_trip(draw_two_lines, NULL);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        ck_assert_str_eq(
            fitted(copy, TACHO_PLAIN, TACHO_TRUE_COLOUR, cases[i].columns, cases[i].stale, cases[i].size),
            cases[i].line);
}
END_TEST

static void draw_depths(struct segment_draft *draft, void *data)
{
    (void)data;
    const struct tacho_piece piece = {.body_bytes = 1, .body_columns = 1};
    draft_block(draft, TACHO_ZSH, TACHO_256_COLOURS, &piece, 1, "2", 1);
    draft_block(draft, TACHO_ZSH, TACHO_NO_COLOUR, &piece, 1, "0", 1);
    draft_block(draft, TACHO_FISH, TACHO_16_COLOURS, &piece, 1, "1", 1);
}

START_TEST(the_nearest_lower_depth_serves)
{
    char out[8];
    const struct tacho_copy *copy = round_trip(draw_depths, NULL);
    ck_assert_str_eq(fitted(copy, TACHO_ZSH, TACHO_TRUE_COLOUR, 0, 0, 9), "2");
    ck_assert_str_eq(fitted(copy, TACHO_ZSH, TACHO_256_COLOURS, 0, 0, 9), "2");
    ck_assert_str_eq(fitted(copy, TACHO_ZSH, TACHO_16_COLOURS, 0, 0, 9), "0");
    ck_assert_str_eq(fitted(copy, TACHO_ZSH, TACHO_NO_COLOUR, 0, 0, 9), "0");
    ck_assert_str_eq(fitted(copy, TACHO_FISH, TACHO_TRUE_COLOUR, 0, 0, 9), "1");
    ck_assert_int_eq(tacho_format(copy, TACHO_FISH, TACHO_NO_COLOUR, 0, 0, out, 8), TACHO_NOT_FOUND);
    ck_assert_int_eq(tacho_format(copy, TACHO_BASH, TACHO_TRUE_COLOUR, 0, 0, out, 8), TACHO_NOT_FOUND);
}
END_TEST

/* ---- against a second implementation ---------------------------------------------------------------- */

#define PIECES 12

struct drawing {
    struct tacho_piece pieces[PIECES];
    uint32_t count;
    char text[PIECES * 16];
    uint32_t text_size;
};

/* `flags`: those that its pieces may have. */
static void drawing_make(struct drawing *drawing, uint64_t *seed, uint8_t flags)
{
    uint8_t line = 0;
    drawing->count = 1 + (uint32_t)(random_next(seed) % PIECES);
    drawing->text_size = drawing->count * 16;
    for (uint32_t i = 0; i < drawing->text_size; i++)
        drawing->text[i] = (char)('a' + i % 26);
    for (uint32_t i = 0; i < drawing->count; i++) {
        uint64_t r = random_next(seed);
        line = (uint8_t)(line + (r % 4 == 0));
        drawing->pieces[i] = (struct tacho_piece){
            .offset = i * 16,
            .lead_bytes = (uint16_t)(r >> 8 & 3),
            .body_bytes = (uint16_t)(r >> 16 & 7),
            .lead_columns = (uint16_t)(r >> 24 & 3),
            .body_columns = (uint16_t)(r >> 32 & 7),
            .line = line,
            .rank = (uint8_t)((i * 7 + (r >> 40)) % 5 * PIECES + i), /* each its own, in no order */
            .flags = r >> 60 ? (uint8_t)(r >> 48 & r >> 53 & flags) : TACHO_STALE_MARK,
        };
    }
}

static void draw_drawing(struct segment_draft *draft, void *data)
{
    struct drawing *drawing = data;
    draft_block(draft, TACHO_TMUX, 0, drawing->pieces, drawing->count, drawing->text, drawing->text_size);
}

/* Columns of the line on which piece `of` is, and how many flexible pieces it has. */
static uint32_t line_columns(const struct drawing *drawing, const bool *kept, uint32_t of, uint32_t *flexible)
{
    uint32_t columns = 0;
    bool first = true;
    *flexible = 0;
    for (uint32_t i = 0; i < drawing->count; i++) {
        const struct tacho_piece *piece = &drawing->pieces[i];
        if (!kept[i] || piece->line != drawing->pieces[of].line)
            continue;
        columns += (uint32_t)piece->body_columns + (first ? 0 : piece->lead_columns);
        *flexible += (piece->flags & TACHO_FLEX) != 0;
        first = false;
    }
    return columns;
}

static bool is_last(const struct drawing *drawing, const bool *kept, uint32_t of)
{
    for (uint32_t i = of + 1; i < drawing->count && drawing->pieces[i].line == drawing->pieces[of].line; i++)
        if (kept[i])
            return false;
    return true;
}

static bool is_first(const struct drawing *drawing, const bool *kept, uint32_t of)
{
    for (uint32_t i = of; i-- > 0 && drawing->pieces[i].line == drawing->pieces[of].line;)
        if (kept[i])
            return false;
    return true;
}

static bool all_fits(const struct drawing *drawing, const bool *kept, uint32_t columns, size_t size)
{
    size_t bytes = 0;
    bool any = false;
    for (uint32_t i = 0; i < drawing->count; i++) {
        const struct tacho_piece *piece = &drawing->pieces[i];
        uint32_t flexible;
        if (!kept[i])
            continue;
        bool first = is_first(drawing, kept, i);
        uint32_t widest = line_columns(drawing, kept, i, &flexible);
        if (columns && widest > columns)
            return false;
        bytes += (size_t)piece->body_bytes + (first ? any : piece->lead_bytes);
        bytes += first && flexible ? columns : 0;
        any = true;
    }
    return bytes <= size;
}

static size_t write_out(const struct drawing *drawing, const bool *kept, uint32_t columns, char *out)
{
    size_t size = 0;
    bool any = false;
    uint32_t spare = 0, flexible = 0, before = 0;
    for (uint32_t i = 0; i < drawing->count; i++) {
        const struct tacho_piece *piece = &drawing->pieces[i];
        const char *text = drawing->text + piece->offset;
        if (!kept[i])
            continue;
        if (is_first(drawing, kept, i)) {
            uint32_t used = line_columns(drawing, kept, i, &flexible);
            spare = columns > used ? columns - used : 0;
            before = 0;
            if (any)
                out[size++] = '\n';
        } else {
            memcpy(out + size, text, piece->lead_bytes);
            size += piece->lead_bytes;
        }
        any = true;
        if (piece->flags & TACHO_FLEX && is_last(drawing, kept, i))
            continue;
        memcpy(out + size, text + piece->lead_bytes, piece->body_bytes);
        size += piece->body_bytes;
        if (piece->flags & TACHO_FLEX) {
            uint32_t spaces = spare / flexible + (before++ < spare % flexible);
            memset(out + size, ' ', spaces);
            size += spaces;
        }
    }
    return size;
}

/* Whether the piece that this one follows is kept. */
static bool head_is_kept(const struct drawing *drawing, const bool *kept, uint32_t of)
{
    uint32_t i = of;
    while (drawing->pieces[i].flags & TACHO_FOLLOWS) {
        if (i == 0 || drawing->pieces[i - 1].line != drawing->pieces[of].line)
            return false;
        i--;
    }
    return i == of || kept[i];
}

static void keep_by_rank(const struct drawing *drawing, const bool *wanted, uint32_t columns, size_t size,
                         bool *kept)
{
    memcpy(kept, wanted, PIECES * sizeof *kept);
    if (all_fits(drawing, kept, columns, size))
        return;
    memset(kept, 0, PIECES * sizeof *kept);
    for (int rank = 0; rank < 256; rank++)
        for (uint32_t i = 0; i < drawing->count; i++)
            if (wanted[i] && drawing->pieces[i].rank == rank && head_is_kept(drawing, kept, i)) {
                kept[i] = true;
                kept[i] = all_fits(drawing, kept, columns, size);
            }
}

/* Lines of nothing but room and ends go. Returns whether anything is left. */
static bool drop_frames(const struct drawing *drawing, bool *kept)
{
    bool any = false, stays[PIECES] = {false};
    for (uint32_t i = 0; i < drawing->count; i++)
        for (uint32_t j = 0; j < drawing->count; j++)
            if (kept[j] && drawing->pieces[j].line == drawing->pieces[i].line &&
                !(drawing->pieces[j].flags & (TACHO_FLEX | TACHO_ENDS)))
                stays[i] = true;
    for (uint32_t i = 0; i < drawing->count; i++) {
        kept[i] = kept[i] && stays[i];
        any |= kept[i];
    }
    return any;
}

static size_t fit_slowly(const struct drawing *drawing, uint32_t columns, int stale, size_t size, char *out)
{
    bool wanted[PIECES] = {false}, instead[PIECES] = {false}, heads[PIECES], kept[PIECES];
    for (uint32_t i = 0; i < drawing->count; i++) {
        instead[i] = drawing->pieces[i].flags & TACHO_INSTEAD;
        wanted[i] = !instead[i] && (stale || !(drawing->pieces[i].flags & TACHO_STALE_MARK));
    }
    memcpy(heads, wanted, sizeof heads);
    for (uint32_t i = 0; i < drawing->count; i++)
        wanted[i] = wanted[i] && head_is_kept(drawing, heads, i);
    keep_by_rank(drawing, wanted, columns, size, kept);
    if (!drop_frames(drawing, kept))
        keep_by_rank(drawing, instead, columns, size, kept);
    return write_out(drawing, kept, columns, out);
}

START_TEST(two_implementations_agree)
{
    uint64_t seed = 7;
    char fast[1024], slow[1024];
    for (int i = 0; i < (SANITIZED ? 100 : 600); i++) {
        struct drawing drawing;
        drawing_make(&drawing, &seed, i % 2 ? 0 : 0x1E);
        const struct tacho_copy *copy = round_trip(draw_drawing, &drawing);
        for (int trial = 0; trial < 50; trial++) {
            uint64_t r = random_next(&seed);
            uint32_t columns = (uint32_t)(r % 60);
            size_t size = r >> 8 & 1 ? sizeof fast : r >> 16 & 127;
            int64_t written = tacho_format(copy, TACHO_TMUX, 0, columns, r >> 32 & 1, fast, size);
            size_t expected = fit_slowly(&drawing, columns, r >> 32 & 1, size, slow);
            ck_assert_int_eq(written, (int64_t)expected);
            ck_assert_mem_eq(fast, slow, expected);
        }
    }
}
END_TEST

SUITE_MAIN("segment_fit", pieces_are_kept_by_rank, the_nearest_lower_depth_serves, two_implementations_agree)
