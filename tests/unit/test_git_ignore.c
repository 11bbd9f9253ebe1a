/* Ignore rules: the pattern matcher by its manual, and against `git check-ignore` on random patterns. */
#include "suite.h"
#include "support_git.h"

#include "../../agent/base/text.h"
#include "../../agent/git/glob.h"
#include "../../agent/git/ignore.h"

#include <string.h>

static bool path_matches(const char *pattern, const char *path)
{
    return glob_path(pattern, strlen(pattern), path, strlen(path));
}

static bool name_matches(const char *pattern, const char *name)
{
    return glob_name(pattern, strlen(pattern), name, strlen(name));
}

START_TEST(names)
{
    ck_assert(name_matches("*.o", "a.o"));
    ck_assert(name_matches("*.o", ".o"));
    ck_assert(!name_matches("*.o", "a.oo"));
    ck_assert(name_matches("a?c", "abc"));
    ck_assert(!name_matches("a?c", "ac"));
    ck_assert(name_matches("[a-c]x", "bx"));
    ck_assert(!name_matches("[!a-c]x", "bx"));
    ck_assert(!name_matches("[^a-c]x", "bx"));
    ck_assert(name_matches("[]]x", "]x"));
    ck_assert(name_matches("[a-]x", "-x"));
    ck_assert(name_matches("[[:digit:][:upper:]]", "7"));
    ck_assert(name_matches("[[:digit:][:upper:]]", "Q"));
    ck_assert(!name_matches("[[:digit:]]", "q"));
    ck_assert(name_matches("[\\]]", "]"));
    ck_assert(name_matches("\\*", "*"));
    ck_assert(!name_matches("\\*", "a"));
    ck_assert(!name_matches("a\\", "a\\"));
    ck_assert(!name_matches("[a", "a"));
    ck_assert(!name_matches("[a", "[a"));
    ck_assert(name_matches("a**b", "axxb"));
    ck_assert(name_matches("*a*b*c*", "xaybzc"));
    ck_assert(name_matches("", ""));
}
END_TEST

START_TEST(paths)
{
    ck_assert(path_matches("a/*", "a/b"));
    ck_assert(!path_matches("a/*", "a/b/c"));
    ck_assert(path_matches("**/b", "b"));
    ck_assert(path_matches("**/b", "a/x/b"));
    ck_assert(!path_matches("**/b", "a/b/c"));
    ck_assert(path_matches("a/**", "a/b/c"));
    ck_assert(!path_matches("a/**", "a"));
    ck_assert(path_matches("a/**/b", "a/b"));
    ck_assert(path_matches("a/**/b", "a/x/y/b"));
    ck_assert(!path_matches("a/**/b", "a/x/y/c"));
    ck_assert(path_matches("a/**/**/b", "a/b"));
    ck_assert(path_matches("**/a/**/b/*", "x/a/a/b/b/c"));
    ck_assert(!path_matches("a**b/c", "a/b/c"));
    ck_assert(path_matches("a**b/c", "axb/c"));
    ck_assert(!path_matches("a[/]b", "a/b"));
    ck_assert(path_matches("a\\/b", "a/b"));
    ck_assert(path_matches("**", "a/b"));
}
END_TEST

/* A pattern that makes a naive matcher try forever. */
START_TEST(bounded)
{
    char pattern[4096] = "", name[4096] = "";
    for (size_t i = 0; i + 3 < sizeof pattern; i += 2)
        memcpy(pattern + i, "*a", 3);
    memset(name, 'a', sizeof name - 2);
    name[sizeof name - 2] = 'b';
    ck_assert(!name_matches(pattern, name));
    for (size_t i = 0; i + 6 < sizeof pattern; i += 5)
        memcpy(pattern + i, "**/a/", 6);
    for (size_t i = 0; i + 3 < sizeof name; i += 2)
        memcpy(name + i, "a/", 3);
    path_matches(pattern, name);
}
END_TEST

START_TEST(files)
{
    const char *text = "\xef\xbb\xbf# comment\n\n*.o\r\n!keep.o\n/top\ndir/\na/b\nspace\\ \ntrail  "
                       "\n\\#hash\n\\!bang\n!\n/\n";
    struct ignore_rules *rules = ignore_parse(text, strlen(text));
    struct ignore_level level = {rules, 0, NULL};
    static const struct {
        const char *path;
        bool is_directory, ignored;
    } cases[] = {{"x.o", false, true},     {"d/x.o", false, true},  {"keep.o", false, false},
                 {"top", false, true},     {"d/top", false, false}, {"dir", true, true},
                 {"dir", false, false},    {"x/dir", true, true},   {"a/b", false, true},
                 {"x/a/b", false, false},  {"space ", false, true}, {"space", false, false},
                 {"trail", false, true},   {"#hash", false, true},  {"!bang", false, true},
                 {"comment", false, false}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        ck_assert_msg(ignore_match(&level, cases[i].path, strlen(cases[i].path), cases[i].is_directory) ==
                          cases[i].ignored,
                      "%s", cases[i].path);
    ignore_free(rules);
    ck_assert_ptr_null(ignore_parse("# nothing\n\n", 11));
}
END_TEST

static uint32_t next_random(uint32_t *state)
{
    *state = *state * 1664525 + 1013904223;
    return *state >> 10;
}

/* Random patterns over a small alphabet, files likewise: the number of untracked paths must be git's. */
START_TEST(random_rules)
{
    static const char *const parts[] = {"a",  "b",    "ab",   "*",   "**", "?",
                                        "a*", "[ab]", "[!a]", "\\a", "b.", "*b"};
    uint32_t random = 7;
    struct lab lab;
    lab_open(&lab);
    lab_init(&lab, "");
    lab_run(&lab, "for x in a b ab b.; do for y in a b aab; do mkdir -p $x/$y; for z in a b ba; do echo 1 "
                  ">$x/$y/$z; done; done; done;"
                  "git config status.showUntrackedFiles all; mkdir -p t/a; echo 1 >t/a/f; git add -f t/a/f");
    for (int round = 0; round < 40; round++) {
        struct text rules = TEXT_EMPTY;
        for (uint32_t lines = 1 + next_random(&random) % 4; lines; lines--) {
            text_add_string(&rules, next_random(&random) % 4 ? "" : "!");
            text_add_string(&rules, next_random(&random) % 4 ? "" : "/");
            for (uint32_t count = 1 + next_random(&random) % 3; count; count--) {
                text_add_string(&rules, parts[next_random(&random) % (sizeof parts / sizeof *parts)]);
                text_add_string(&rules, count > 1 ? "/" : "");
            }
            text_add_string(&rules, next_random(&random) % 4 ? "\n" : "/\n");
        }
        const char *where = next_random(&random) % 3 ? ".gitignore" : "a/.gitignore";
        lab_run(&lab, "cat >%s <<'E'\n%sE\n", where, rules.bytes);
        lab_compare(&lab, rules.bytes);
        text_free(&rules);
    }
    lab_close(&lab);
}
END_TEST

SUITE_MAIN("git_ignore", names, paths, bounded, files, random_rules)
