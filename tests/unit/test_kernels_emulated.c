/*
 * The kernels of instruction sets that this machine may lack, emulated by SIMDe (libsimde-dev): the same
 * source, with its functions in the place of the processor's.
 */
#include "suite.h"

#if __has_include(<simde/x86/avx512.h>) && __has_include(<simde/arm/neon.h>)

#include "support_kernels.h"

#define SIMDE_ENABLE_NATIVE_ALIASES
#pragma GCC diagnostic ignored "-Wpsabi" /* no vector leaves this file */
#ifdef __clang__
#pragma clang diagnostic ignored "-Wpass-failed" /* SIMDe asks for more than clang can do */
#endif
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wundef"
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wshadow"
#include <simde/arm/neon.h>
#include <simde/x86/avx512.h>
#pragma GCC diagnostic pop

#define TACHO_EMULATED

/* Each file's functions have the same names. */
#define load           load_avx512
#define equal          equal_avx512
#define low_half       low_half_avx512
#define high_half      high_half_avx512
#define kernels_avx512 emulated_avx512
#include "../../agent/ingest/kernels_avx512.c"
#undef load
#undef equal
#undef low_half
#undef high_half
#include "../../agent/ingest/kernels_neon.c"

static const struct kernels *const emulated[] = {&emulated_avx512, &kernels_neon};

#define FOR_EACH_KERNELS(kernels)                                                                            \
    for (size_t each = 0; each < sizeof emulated / sizeof *emulated; each++)                                 \
        for (const struct kernels *kernels = emulated[each]; kernels; kernels = NULL)

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

START_TEST(random_bytes_are_read_alike)
{
    FOR_EACH_KERNELS(kernels)
    check_random_bytes(kernels, 5000);
}
END_TEST

START_TEST(every_pair_of_bytes_is_read_alike)
{
    FOR_EACH_KERNELS(kernels)
    check_every_pair_of_bytes(kernels);
}
END_TEST

SUITE_MAIN("kernels_emulated", stops_are_found, needles_are_found, random_bytes_are_read_alike,
           every_pair_of_bytes_is_read_alike)

#else

int main(void)
{
    printf("# kernels_emulated: skipped: libsimde-dev is not installed\n");
    return EXIT_SUCCESS;
}

#endif
