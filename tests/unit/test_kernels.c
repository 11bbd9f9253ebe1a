/* The kernels: every instruction set gives what the scalar loops give, at every alignment and length. */
#include "suite.h"

#include "../../agent/ingest/kernels.h"

#include <stdlib.h>
#include <string.h>

#define LENGTH_MAX 150
#define ALIGNMENTS 33

static const char *const names[] = {"scalar", "sse2", "avx2"};

/* As ck_assert(), which writes to a file each time it is passed: too slow for millions of looks. */
static void must(bool holds, const struct kernels *kernels, const char *what, size_t size)
{
    if (!holds)
        ck_abort_msg("%s: %s, of %zu bytes", kernels->name, what, size);
}

/* Compares one kernel with scalar on [at, at + size); bytes outside must not matter. */
static void compare(const struct kernels *kernels, const char *at, size_t size)
{
    bool expected = false, found = false;
    const char *end = at + size;
    const char *line_end = kernels_scalar.line_end(at, end, &expected);
    must(kernels->line_end(at, end, &found) == line_end, kernels, "another line end", size);
    must(found == expected, kernels, "another needle", size);
    const char *stop = kernels_scalar.string_stop(at, end);
    must(kernels->string_stop(at, end) == stop, kernels, "another stop", size);
}

/* Compares the inline look at the first 64 bytes with scalar, byte for byte. */
static void compare_inline(const char *at)
{
    const uint64_t stops = string_stops_64(at);
    for (int i = 0; i < 64; i++) {
        bool is_stop = kernels_scalar.string_stop(at + i, at + i + 1) == at + i;
        must((stops >> i & 1) == is_stop, &kernels_scalar, "another stop inline", 64);
    }
}

/* Runs `check` for every kernel there is, at every alignment and length, over a buffer of exact size. */
static void everywhere(void (*check)(const struct kernels *, char *, size_t))
{
    for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
        const struct kernels *kernels = kernels_named(names[k]);
        if (!kernels)
            continue;
        for (size_t alignment = 0; alignment < ALIGNMENTS; alignment++)
            for (size_t size = 0; size <= LENGTH_MAX; size++) {
                char *buffer = malloc(alignment + size + 1);
                memset(buffer, 'x', alignment + size + 1);
                buffer[alignment + size] = '\n'; /* lies outside */
                check(kernels, buffer + alignment, size);
                free(buffer);
            }
    }
}

static void check_stops(const struct kernels *kernels, char *at, size_t size)
{
    static const unsigned char stops[] = {'\n', '"', '\\', 0, 0x1f, 0x20, 0x7f, 0x80, 0xff};
    compare(kernels, at, size);
    for (size_t i = 0; i < size; i++) {
        at[i] = (char)stops[(i + size) % sizeof stops];
        compare(kernels, at, size);
        at[i] = 'x';
    }
}

START_TEST(stops_are_found)
{
    everywhere(check_stops);
}
END_TEST

static void check_needles(const struct kernels *kernels, char *at, size_t size)
{
    const size_t needle = sizeof USAGE_NEEDLE - 1;
    for (size_t i = 0; i + needle <= size; i++) {
        bool found = false;
        memcpy(at + i, USAGE_NEEDLE, needle);
        must(kernels->line_end(at, at + size, &found) == at + size, kernels, "a line end", size);
        must(found, kernels, "no needle", size);
        compare(kernels, at, size - 1); /* perhaps cut in two */
        at[i + needle / 2] = '\n';
        compare(kernels, at, size);
        memset(at + i, 'x', needle);
    }
}

START_TEST(needles_are_found)
{
    everywhere(check_needles);
}
END_TEST

START_TEST(a_needle_behind_the_newline_is_another_lines)
{
    static const char text[] = "{\"a\":1}                                      \n{\"usage\":1}"
                               "                                                      ";
    for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
        const struct kernels *kernels = kernels_named(names[k]);
        bool found = false;
        if (!kernels)
            continue;
        ck_assert_int_eq(*kernels->line_end(text, text + sizeof text - 1, &found), '\n');
        ck_assert(!found);
    }
}
END_TEST

START_TEST(what_was_found_stays_found)
{
    for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
        const struct kernels *kernels = kernels_named(names[k]);
        bool found = true;
        if (!kernels)
            continue;
        static const char line[] = "x\n";
        kernels->line_end(line, line + 2, &found);
        ck_assert(found);
    }
}
END_TEST

START_TEST(random_bytes_are_read_alike)
{
    static const char alphabet[] = "\"\"usageusage\"\n\\x\x80\x01";
    char text[512];
    srand(1);
    for (int round = 0; round < 20000; round++) {
        size_t size = (size_t)rand() % sizeof text;
        for (size_t i = 0; i < size; i++)
            text[i] = rand() % 4 ? 'y' : alphabet[(size_t)rand() % (sizeof alphabet - 1)];
        if (size > 40)
            memcpy(text + (size_t)rand() % (size - 7), USAGE_NEEDLE, 7);
        for (size_t k = 0; k < sizeof names / sizeof *names; k++)
            if (kernels_named(names[k]))
                compare(kernels_named(names[k]), text, size);
        if (size >= 64)
            compare_inline(text + size - 64);
    }
}
END_TEST

START_TEST(every_byte_is_read_alike)
{
    for (int byte = 0; byte < 256; byte++)
        for (size_t i = 0; i < 64; i++) {
            char text[64];
            memset(text, 'x', sizeof text);
            text[i] = (char)byte;
            compare_inline(text);
            for (size_t k = 0; k < sizeof names / sizeof *names; k++)
                if (kernels_named(names[k]))
                    compare(kernels_named(names[k]), text, sizeof text);
        }
}
END_TEST

START_TEST(names_are_known)
{
    ck_assert_ptr_nonnull(kernels_named("scalar"));
    ck_assert_ptr_null(kernels_named("abacus"));
    ck_assert_ptr_null(kernels_named(""));
    ck_assert_ptr_eq(kernels_chosen(), kernels_chosen());
}
END_TEST

START_TEST(the_environment_chooses)
{
    setenv("TACHO_SIMD", "scalar", 1);
    ck_assert_str_eq(kernels_chosen()->name, "scalar");
}
END_TEST

SUITE_MAIN("kernels", stops_are_found, needles_are_found, a_needle_behind_the_newline_is_another_lines,
           what_was_found_stays_found, random_bytes_are_read_alike, every_byte_is_read_alike, names_are_known,
           the_environment_chooses)
