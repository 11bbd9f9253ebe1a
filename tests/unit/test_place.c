/*
 * Where the runtime and state directories are, by the environment.
 */
#include "../../shm/place.h"
#include "suite.h"

#include <string.h>

#define ENVIRONMENT(...) ((const char *const[]){__VA_ARGS__, NULL})

static const char *runtime(const char *const *environment, const char *name)
{
    static char out[256];
    int length = place_runtime(out, sizeof out, environment, name);
    if (length < 0)
        return NULL;
    ck_assert_uint_eq((size_t)length, strlen(out));
    return out;
}

static const char *state(const char *const *environment, const char *name)
{
    static char out[256];
    int length = place_state(out, sizeof out, environment, name);
    if (length < 0)
        return NULL;
    ck_assert_uint_eq((size_t)length, strlen(out));
    return out;
}

START_TEST(variables_are_found_by_their_whole_name)
{
    const char *const *environment =
        ENVIRONMENT("HOMER=/wrong", "HOM=/wrong", "HOME", "HOME=/right", "HOME=/late");
    ck_assert_str_eq(place_variable(environment, "HOME"), "/right");
    ck_assert_str_eq(place_variable(ENVIRONMENT("A="), "A"), "");
    ck_assert_ptr_null(place_variable(environment, "PATH"));
    ck_assert_ptr_null(place_variable(NULL, "PATH"));
}
END_TEST

START_TEST(the_most_particular_variable_decides)
{
    const char *all[] = {"TACHO_RUNTIME_DIR=/a",
                         "XDG_RUNTIME_DIR=/b",
                         "TACHO_STATE_DIR=/c",
                         "XDG_STATE_HOME=/d",
                         "HOME=/e",
                         NULL};
    const char *const runtimes[] = {"/a/x", "/b/tacho/x", "/c/run/x", "/d/tacho/run/x",
                                    "/e/.local/state/tacho/run/x"};
    const char *const states[] = {"/c/x", "/c/x", "/c/x", "/d/tacho/x", "/e/.local/state/tacho/x"};
    for (int i = 0; i < 5; i++) {
        ck_assert_str_eq(runtime((const char *const *)all + i, "x"), runtimes[i]);
        ck_assert_str_eq(state((const char *const *)all + i, "x"), states[i]);
    }
    ck_assert_ptr_null(runtime((const char *const *)all + 5, "x"));
    ck_assert_ptr_null(state((const char *const *)all + 5, "x"));
}
END_TEST

START_TEST(no_name_is_the_directory_itself)
{
    ck_assert_str_eq(runtime(ENVIRONMENT("TACHO_RUNTIME_DIR=/a"), ""), "/a");
    ck_assert_str_eq(runtime(ENVIRONMENT("XDG_RUNTIME_DIR=/b"), ""), "/b/tacho");
    ck_assert_str_eq(runtime(ENVIRONMENT("HOME=/e"), ""), "/e/.local/state/tacho/run");
    ck_assert_str_eq(state(ENVIRONMENT("HOME=/e"), ""), "/e/.local/state/tacho");
}
END_TEST

/* XDG Base Directory Specification 0.8: relative paths are invalid, empty is unset. */
START_TEST(empty_and_relative_paths_count_as_unset)
{
    ck_assert_str_eq(runtime(ENVIRONMENT("TACHO_RUNTIME_DIR=", "XDG_RUNTIME_DIR=run", "HOME=/e"), "x"),
                     "/e/.local/state/tacho/run/x");
    ck_assert_str_eq(state(ENVIRONMENT("TACHO_STATE_DIR=state", "XDG_STATE_HOME=", "HOME=/e"), "x"),
                     "/e/.local/state/tacho/x");
    ck_assert_ptr_null(state(ENVIRONMENT("HOME=e"), "x"));
}
END_TEST

START_TEST(what_does_not_fit_is_refused)
{
    const char *const *environment = ENVIRONMENT("HOME=/home/somebody");
    const char *whole = "/home/somebody/.local/state/tacho/run/segment";
    for (size_t size = 0; size <= strlen(whole) + 1; size++) {
        char *out = malloc(size + 1);
        out[size] = '#';
        int length = place_runtime(out, size, environment, "segment");
        ck_assert_int_eq(length, size > strlen(whole) ? (int)strlen(whole) : -1);
        ck_assert_int_eq(out[size], '#');
        ck_assert(length < 0 || strcmp(out, whole) == 0);
        free(out);
    }
}
END_TEST

START_TEST(the_configuration_is_a_file_with_neighbours)
{
    const char *all[] = {"TACHO_CONFIG=/a/mine", "XDG_CONFIG_HOME=/b", "HOME=/c", NULL};
    const char *const files[] = {"/a/mine", "/b/tacho/config", "/c/.config/tacho/config"};
    const char *const neighbours[] = {"/a/x.json", "/b/tacho/x.json", "/c/.config/tacho/x.json"};
    char out[64];
    for (int i = 0; i < 3; i++) {
        ck_assert_int_eq(place_config(out, sizeof out, (const char *const *)all + i, ""),
                         (int)strlen(files[i]));
        ck_assert_str_eq(out, files[i]);
        ck_assert_int_eq(place_config(out, sizeof out, (const char *const *)all + i, "x.json"),
                         (int)strlen(neighbours[i]));
        ck_assert_str_eq(out, neighbours[i]);
    }
    ck_assert_int_eq(place_config(out, sizeof out, (const char *const *)all + 3, ""), -1);
    ck_assert_int_eq(place_config(out, 10, ENVIRONMENT("TACHO_CONFIG=/a/mine"), "x.json"), 9);
    ck_assert_int_eq(place_config(out, 9, ENVIRONMENT("TACHO_CONFIG=/a/mine"), "x.json"), -1);
}
END_TEST

SUITE_MAIN("place", variables_are_found_by_their_whole_name, the_most_particular_variable_decides,
           no_name_is_the_directory_itself, empty_and_relative_paths_count_as_unset,
           what_does_not_fit_is_refused, the_configuration_is_a_file_with_neighbours)
