/* The comparison of kernels. The scalar ones are the plain statement of what all must find. */
#include "support_kernels.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define LENGTH_MAX 200
#define ALIGNMENTS 33
#define BEHIND     3 /* bytes that misplaced() reads before a block */

/* As ck_assert(), which writes to a file each time it is passed: too slow for millions of looks. */
static void must(bool holds, const struct kernels *kernels, const char *what, size_t size)
{
    if (!holds)
        ck_abort_msg("%s: %s, of %zu bytes", kernels->name, what, size);
}

static void compare_line_end(const struct kernels *kernels, const char *at, size_t size)
{
    unsigned expected = 0, needles = 0;
    const char *line_end = kernels_scalar.line_end(at, at + size, &expected);
    must(kernels->line_end(at, at + size, &needles) == line_end, kernels, "another line end", size);
    must(needles == expected, kernels, "another needle", size);
}

static void compare_look(const struct kernels *kernels, const char *at, size_t count)
{
    uint64_t expected_masks[2][BLOCKS_MAX], masks[2][BLOCKS_MAX];
    struct line_look expected = {expected_masks[0], expected_masks[1], 0, 0}, look = {masks[0], masks[1], 0, 0};
    kernels_scalar.look(at, count, &expected);
    kernels->look(at, count, &look);
    must(look.slashed == expected.slashed, kernels, "another block with backslashes", count);
    must(look.wide == expected.wide, kernels, "another wide block", count);
    for (size_t i = 0; i < count; i++) {
        must(look.stops[i] == expected.stops[i], kernels, "other stops", count);
        must(look.backslashes[i] == expected.backslashes[i], kernels, "other backslashes", count);
    }
}

static void compare_escapable(const struct kernels *kernels, const char *at, uint64_t blocks)
{
    struct escapable expected[BLOCKS_MAX], masks[BLOCKS_MAX];
    kernels_scalar.escapable(at, blocks, expected);
    kernels->escapable(at, blocks, masks);
    for (; blocks; blocks &= blocks - 1) {
        const size_t i = (size_t)__builtin_ctzll(blocks);
        must(masks[i].all == expected[i].all && masks[i].u == expected[i].u, kernels, "other escapes", i);
    }
}

void compare_kernels(const struct kernels *kernels, const char *at, size_t size)
{
    const size_t count = size / BLOCK_SIZE < BLOCKS_MAX ? size / BLOCK_SIZE : BLOCKS_MAX;
    const uint64_t all = count == 64 ? ~UINT64_C(0) : (UINT64_C(1) << count) - 1;
    compare_line_end(kernels, at, size);
    compare_look(kernels, at, count);
    compare_escapable(kernels, at, all);
    compare_escapable(kernels, at, all & UINT64_C(0x9249249249249249));
    if (size < BEHIND + BLOCK_SIZE)
        return;
    at += BEHIND;
    const size_t behind = (size - BEHIND) / BLOCK_SIZE;
    const uint64_t blocks = (behind >= 64 ? ~UINT64_C(0) : (UINT64_C(1) << behind) - 1);
    must(kernels->misplaced(at, blocks) == kernels_scalar.misplaced(at, blocks), kernels, "other UTF-8",
         size);
    must(kernels->misplaced(at, blocks & ~UINT64_C(1)) == kernels_scalar.misplaced(at, blocks & ~UINT64_C(1)),
         kernels, "other UTF-8 in some", size);
}

/* ---- made bytes ---------------------------------------------------------------------------------------- */

/* Runs `check` at every alignment and length, over a buffer of exact size. */
static void everywhere(const struct kernels *kernels, void (*check)(const struct kernels *, char *, size_t))
{
    for (size_t alignment = 0; alignment < ALIGNMENTS; alignment += 1 + alignment / 4)
        for (size_t size = 0; size <= LENGTH_MAX; size++) {
            char *buffer = malloc(alignment + size + 1);
            memset(buffer, 'x', alignment + size);
            check(kernels, buffer + alignment, size);
            free(buffer);
        }
}

static void place_stops(const struct kernels *kernels, char *at, size_t size)
{
    static const unsigned char stops[] = {'\n', '"', '\\', 0, 0x1f, 0x20, 0x7f, 0x80, 0xff, 'u', '/'};
    compare_kernels(kernels, at, size);
    for (size_t i = 0; i < size; i++) {
        at[i] = (char)stops[(i + size) % sizeof stops];
        compare_kernels(kernels, at, size);
        at[i] = 'x';
    }
}

void check_stops_are_found(const struct kernels *kernels)
{
    everywhere(kernels, place_stops);
}

static void place_needle(const struct kernels *kernels, char *at, size_t size, const char *needle,
                         unsigned bit)
{
    const size_t length = strlen(needle);
    for (size_t i = 0; i + length <= size; i++) {
        unsigned found = 0;
        memcpy(at + i, needle, length);
        must(kernels->line_end(at, at + size, &found) == at + size, kernels, "a line end", size);
        must(found == bit, kernels, "no needle", size);
        compare_line_end(kernels, at, size - 1); /* perhaps cut in two */
        at[i + length / 2] = '\n';
        compare_line_end(kernels, at, size);
        memset(at + i, 'x', length);
    }
}

static void place_needles(const struct kernels *kernels, char *at, size_t size)
{
    place_needle(kernels, at, size, USAGE_NEEDLE, NEEDLE_USAGE);
    place_needle(kernels, at, size, COSTS_NEEDLE, NEEDLE_COSTS);
}

void check_needles_are_found(const struct kernels *kernels)
{
    everywhere(kernels, place_needles);
}

void check_every_pair_of_bytes(const struct kernels *kernels)
{
    char text[BEHIND + 2 * BLOCK_SIZE];
    for (int pair = 0; pair < 65536; pair++) {
        const size_t at = (size_t)pair % (sizeof text - 3);
        memset(text, 'x', sizeof text);
        text[at] = (char)(pair >> 8);
        text[at + 1] = (char)pair;
        compare_kernels(kernels, text, sizeof text);
        text[at + 2] = (char)0x80;
        compare_kernels(kernels, text, sizeof text);
    }
}

/* ---- random bytes -------------------------------------------------------------------------------------- */

static const char *const pieces[] = {
    "\"usage\"",
    "\"modelUsage\"",
    "usage\"",
    "\"",
    "\\",
    "\\\\",
    "\\u00e9",
    "\\uD8",
    "\n",
    "\x01",
    "\x7f",
    "\xc3\xa9",
    "\xe6\x97\xa5",
    "\xed\x95\x9c",
    "\xf0\x9f\x99\x82",
    "\xe0\x80",
    "\xf4\x90",
    "\xc3",
    "\x80",
    "\xff",
    "plain text",
    "a",
    "}",
    "{",
};

void check_random_bytes(const struct kernels *kernels, int rounds)
{
    char text[700];
    srand(1);
    for (int round = 0; round < rounds; round++) {
        const size_t size = (size_t)rand() % sizeof text;
        const int plain = rand() % 8;
        for (size_t at = 0; at < size;) {
            const char *piece =
                rand() % 8 < plain ? "." : pieces[(size_t)rand() % (sizeof pieces / sizeof *pieces)];
            const size_t length = strlen(piece) < size - at ? strlen(piece) : size - at;
            memcpy(text + at, piece, length);
            at += length;
        }
        char *exact = malloc(size ? size : 1);
        memcpy(exact, text, size);
        compare_kernels(kernels, exact, size);
        free(exact);
    }
}
