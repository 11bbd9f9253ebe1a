/*
 * The shape of a unit test program: one file, one suite, one line that sums it up for tests/run.sh.
 *
 *     START_TEST(adds) { ck_assert_int_eq(1 + 1, 2); } END_TEST
 *     SUITE_MAIN("sums", adds)
 */
#ifndef TACHO_SUITE_H
#define TACHO_SUITE_H

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

/* Runs the tests (at most `seconds` each) and returns the exit status. */
static inline int suite_run(const char *name, const TTest *const *tests, size_t count, double seconds)
{
    Suite *suite = suite_create(name);
    TCase *cases = tcase_create(name);
    tcase_set_timeout(cases, seconds);
    for (size_t i = 0; i < count; i++)
        tcase_add_test(cases, tests[i]);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    printf("# %s: %d passed, %d failed\n", name, srunner_ntests_run(runner) - failed, failed);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

#define SUITE_MAIN_SECONDS(name, seconds, ...)                                                               \
    int main(void)                                                                                           \
    {                                                                                                        \
        const TTest *const tests[] = {__VA_ARGS__};                                                          \
        return suite_run(name, tests, sizeof tests / sizeof *tests, seconds);                                \
    }

#define SUITE_MAIN(name, ...) SUITE_MAIN_SECONDS(name, 60, __VA_ARGS__)

#endif
