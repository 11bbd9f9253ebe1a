/* One value out of a configuration file: our reader must say what libgit2, with which the agent reads, says.
 */
#include "../../agent/base/setting.h"
#include "suite.h"

#include <git2.h>
#include <string.h>
#include <unistd.h>

static const char *const files[] = {
    "",
    "[tokens]\n\tweights = opus=5 fable=3\n",
    "[tokens]\nweights=opus=5\n",
    "[tokens] weights = same line\n",
    "\xef\xbb\xbf[tokens]\nweights = mark\n",
    "[Tokens]\nWEIGHTS = case\n",
    "[tokens]\r\nweights = lines of DOS\r\n",
    "[line]\ntheme = dark\n[tokens]\nweights = a\nweights = b\n",
    "[tokens]\nweights = a\n[line]\nweights = c\n",
    "[tokens \"x\"]\nweights = subsection\n",
    "[tokens \"we\\\"i\"]\nweights = subsection\n",
    "[tokens]\nweights = opus=5 # comment\n",
    "[tokens]\nweights = opus=5;comment\n",
    "[tokens] # comment\n; comment\n# comment\n\nweights = a\n",
    "[tokens]\nweights = \"quoted # value ; \" \n",
    "[tokens]\nweights = a \"  b  \" c   \n",
    "[tokens]\nweights = one \\\n   two\n",
    "[tokens]\nweights = tab\\tnewline\\nback\\\\quote\\\"\n",
    "[tokens]\nweights = wrong \\x escape\n",
    "[tokens]\nweights = a\n[broken\nweights = b\n",
    "[tokens]\nweights =\n",
    "[tokens]\nweights = \"\"\n",
    "[tokens]\nweights = at the end",
    "[tokens]\n  weights   =   blanks   \n",
    "[tokens]\nweightsx = a\n",
    "[tokens]\nweight-s = a\n",
    "weights = no section\n",
};

/* What libgit2 says: NULL if there is no such value. To be freed. */
static char *by_libgit2(const char *content)
{
    char path[] = "/tmp/tacho-setting-XXXXXX";
    int file = mkstemp(path);
    ck_assert_int_ge(file, 0);
    ck_assert_int_eq(write(file, content, strlen(content)), (ssize_t)strlen(content));
    close(file);
    git_config *config = NULL;
    git_buf value = {0};
    char *found = NULL;
    if (git_config_open_ondisk(&config, path) == 0 &&
        git_config_get_string_buf(&value, config, "tokens.weights") == 0)
        found = strdup(value.ptr);
    git_buf_dispose(&value);
    git_config_free(config);
    unlink(path);
    return found;
}

START_TEST(says_what_libgit2_says)
{
    git_libgit2_init();
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        struct text value = TEXT_EMPTY;
        char *expected = by_libgit2(files[i]);
        bool is_found = setting_find(files[i], strlen(files[i]), "tokens.weights", &value);
        bool is_broken = strstr(files[i], "[broken") || strstr(files[i], "\\x");
        if (!is_broken) { /* libgit2 refuses those whole; what stands before the mistake applies here */
            ck_assert_msg(is_found == (expected != NULL), "found in %s", files[i]);
            if (expected)
                ck_assert_str_eq(value.bytes, expected);
        }
        text_free(&value);
        free(expected);
    }
    git_libgit2_shutdown();
}
END_TEST

START_TEST(what_stands_before_a_mistake_applies)
{
    static const char broken[] = "[tokens]\nweights = a\n[broken\nweights = b\n";
    static const char bare[] = "[tokens]\nweights\n";
    struct text value = TEXT_EMPTY;
    ck_assert(setting_find(broken, sizeof broken - 1, "tokens.weights", &value));
    ck_assert_str_eq(value.bytes, "a");
    text_clear(&value);
    ck_assert(setting_find(bare, sizeof bare - 1, "tokens.weights", &value));
    ck_assert_str_eq(value.bytes, "true");
    text_free(&value);
}
END_TEST

START_TEST(any_cut_is_harmless)
{
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        for (size_t size = 0; size <= strlen(files[i]); size++) {
            char *cut = malloc(size + !size); /* so that reading past the end is seen */
            struct text value = TEXT_EMPTY;
            memcpy(cut, files[i], size);
            setting_find(cut, size, "tokens.weights", &value);
            text_free(&value);
            free(cut);
        }
    }
}
END_TEST

START_TEST(no_file_is_no_value)
{
    struct text value = TEXT_EMPTY;
    ck_assert(!setting_read("/nonexistent/config", "tokens.weights", &value));
    text_free(&value);
}
END_TEST

SUITE_MAIN("setting", says_what_libgit2_says, what_stands_before_a_mistake_applies, any_cut_is_harmless,
           no_file_is_no_value)
