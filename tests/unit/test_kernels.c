/* The kernels: every instruction set that the machine has gives what the scalar loops give. */
#include "suite.h"

#include "support_kernels.h"

#include <stdlib.h>
#include <string.h>

static const char *const names[] = {"scalar", "sse2", "avx2", "avx512", "neon"};

#define FOR_EACH_KERNELS(kernels)                                                                            \
    for (size_t each = 0; each < sizeof names / sizeof *names; each++)                                       \
        for (const struct kernels *kernels = kernels_named(names[each]); kernels; kernels = NULL)

START_TEST(stops_are_found)
{
    FOR_EACH_KERNELS(kernels)
    check_stops_are_found(kernels);
}
END_TEST

START_TEST(needles_are_found)
{
    FOR_EACH_KERNELS(kernels)
    check_needles_are_found(kernels);
}
END_TEST

START_TEST(a_needle_behind_the_newline_is_another_lines)
{
    static const char text[] = "{\"a\":1}                                      \n{\"usage\":1}"
                               "                                                      ";
    FOR_EACH_KERNELS(kernels)
    {
        unsigned found = 0;
        ck_assert_int_eq(*kernels->line_end(text, text + sizeof text - 1, &found), '\n');
        ck_assert_uint_eq(found, 0);
    }
}
END_TEST

START_TEST(what_was_found_stays_found)
{
    FOR_EACH_KERNELS(kernels)
    {
        unsigned found = NEEDLE_USAGE;
        static const char line[] = "\"modelUsage\"\n";
        kernels->line_end(line, line + sizeof line - 1, &found);
        ck_assert_uint_eq(found, NEEDLE_USAGE | NEEDLE_COSTS);
    }
}
END_TEST

START_TEST(random_bytes_are_read_alike)
{
    FOR_EACH_KERNELS(kernels)
    check_random_bytes(kernels, 20000);
}
END_TEST

START_TEST(every_pair_of_bytes_is_read_alike)
{
    FOR_EACH_KERNELS(kernels)
    check_every_pair_of_bytes(kernels);
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
           what_was_found_stays_found, random_bytes_are_read_alike, every_pair_of_bytes_is_read_alike,
           names_are_known, the_environment_chooses)
