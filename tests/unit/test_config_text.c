/* Editing a configuration in its own text: libgit2 must read what was set, and all else must stay. */
#include "../../agent/commands/config_text.h"
#include "suite.h"

#include <git2.h>
#include <string.h>
#include <unistd.h>

static struct text text_of(const char *string)
{
    struct text text = TEXT_EMPTY;
    text_add_string(&text, string);
    return text;
}

static void expect(const char *before, const char *name, const char *const *values, size_t count,
                   const char *after)
{
    struct text config = text_of(before), out = TEXT_EMPTY;
    config_text_set(&config, name, values, count, &out);
    ck_assert_str_eq(out.bytes, after);
    text_free(&config);
    text_free(&out);
}

START_TEST(sets_in_place)
{
    static const char *const one[] = {"nord"}, *const two[] = {"a | b", "c"};
    expect("", "line.theme", one, 1, "[line]\n    theme = nord\n");
    expect("# mine\n", "line.theme", one, 1, "# mine\n[line]\n    theme = nord\n");
    expect("[line]\n\ttheme = dark # why\n[x]\n", "line.theme", one, 1, "[line]\n\ttheme = nord\n[x]\n");
    expect("[line]\n\tascii = true\n\n[x]\ny=1\n", "line.theme", one, 1,
           "[line]\n\tascii = true\n\ttheme = nord\n\n[x]\ny=1\n");
    expect("[line]\nrow = x\n# between\nrow = y\nrow = z\n", "line.row", two, 2,
           "[line]\n    row = a | b\n    row = c\n# between\n");
    expect("[line] # look\n[x]\n", "line.theme", one, 1, "[line] # look\n    theme = nord\n[x]\n");
    expect("[line] theme = dark\n[x]\n", "line.theme", one, 1, "[line]\n    theme = nord\n[x]\n");
    expect("[line] ascii = true", "line.theme", one, 1, "[line] ascii = true\n    theme = nord\n");
    expect("[x]\na = 1\n[segment \"context.bar\"]\n\tcolor = red\n", "segment.context.bar.color", one, 1,
           "[x]\na = 1\n[segment \"context.bar\"]\n\tcolor = nord\n");
    expect("[x]", "segment.context.bar.color", one, 1, "[x]\n[segment \"context.bar\"]\n    color = nord\n");
}
END_TEST

START_TEST(takes_out)
{
    expect("[line]\ntheme = dark\nascii = 1\n", "line.theme", NULL, 0, "[line]\nascii = 1\n");
    expect("[line] theme = dark\n[x]\n", "line.theme", NULL, 0, "[line]\n[x]\n");
    expect("[line]\ntheme = a\n[line]\ntheme = b\n", "line.theme", NULL, 0, "[line]\n[line]\n");
    expect("[x]\na = 1\n", "line.theme", NULL, 0, "[x]\na = 1\n");
}
END_TEST

static bool is_look(const char *section)
{
    return strcmp(section, "line") == 0 || strncmp(section, "segment.", 8) == 0;
}

START_TEST(drops_sections)
{
    static const char before[] = "# top\n[line]\n theme = x\n# in it\n[tokens]\n weights = opus=5\n"
                                 "[segment \"a]b\"]\ncolor = red\n[x]\ny = 1\n[Line]\nz = 1";
    struct text config = text_of(before), out = TEXT_EMPTY;
    config_text_drop(&config, is_look, &out);
    ck_assert_str_eq(out.bytes, "# top\n[tokens]\n weights = opus=5\n[x]\ny = 1\n");
    text_free(&config);
    text_free(&out);
}
END_TEST

START_TEST(knows_names)
{
    ck_assert(config_text_is_name("line.theme"));
    ck_assert(config_text_is_name("segment.context.bar.color"));
    ck_assert(config_text_is_name("segment.with blanks and \".max-width"));
    ck_assert(!config_text_is_name("line"));
    ck_assert(!config_text_is_name(".theme"));
    ck_assert(!config_text_is_name("line."));
    ck_assert(!config_text_is_name("line.the me"));
    ck_assert(!config_text_is_name("li ne.theme"));
    ck_assert(!config_text_is_name("a.b\nc.d"));
}
END_TEST

START_TEST(tells_where_it_is_wrong)
{
    struct text config = text_of("[line]\ntheme = x\n\n  nonsense here\n"), why = TEXT_EMPTY;
    ck_assert(!config_text_check(&config, &why));
    ck_assert_ptr_nonnull(strstr(why.bytes, "line 4:"));
    text_free(&config);
    text_free(&why);
}
END_TEST

/* ---- against libgit2 --------------------------------------------------------------------------------- */

static const char *const starts[] = {
    "",
    "[line]\n\ttheme = dark\n\trow = a\n\trow = b\n[tokens]\n\tweights = \"opus=5 # x\"\n",
    "; c\n[segment \"x \\\"y\\\" z\"]\n  color = red\n[line] row = here\n",
    "[line]\nrow = a \\\n  b\n\nrow = c\n[line]\nrow = d\n",
    "[line]\r\nrow = dos\r\n[x]\r\na = 1\r\n",
    "[line]\nrow = a",
};

static const char *const names[] = {"line.row",       "line.theme", "segment.x \"y\" z.color",
                                    "tokens.weights", "new.one",    "new.Sub Section.one"};

static const char *const words[] = {"a",  "",     " blanks ",  "#88c0d0", "a;b",          "say \"x\"",
                                    "\\", "a\nb", "tab\there", "â ⎇",     "true = false", "[x]"};

/* All values of a name, a line each, as libgit2 has them. */
static void by_libgit2(const struct text *config, const char *name, struct text *out)
{
    char path[] = "/tmp/tacho-config-text-XXXXXX";
    int file = mkstemp(path);
    ck_assert_int_eq(write(file, config->bytes, config->size), (ssize_t)config->size);
    close(file);
    git_config *read = NULL;
    git_config_iterator *values = NULL;
    git_config_entry *entry;
    ck_assert_int_eq(git_config_open_ondisk(&read, path), 0);
    ck_assert_int_eq(git_config_multivar_iterator_new(&values, read, name, NULL), 0);
    while (git_config_next(&entry, values) == 0)
        text_addf(out, "%s\n", entry->value ? entry->value : "true");
    git_config_iterator_free(values);
    git_config_free(read);
    unlink(path);
}

static void compare_all(const struct text *config, const char *set, const struct text *expected,
                        const struct text *before)
{
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct text theirs = TEXT_EMPTY, ours = TEXT_EMPTY;
        by_libgit2(config, names[i], &theirs);
        config_text_get(config, names[i], &ours);
        text_add_string(&theirs, "");
        text_add_string(&ours, "");
        ck_assert_str_eq(ours.bytes, theirs.bytes);
        text_clear(&ours);
        if (strcmp(names[i], set) == 0)
            text_add(&ours, expected->bytes, expected->size);
        else
            config_text_get(before, names[i], &ours);
        text_add_string(&ours, "");
        ck_assert_msg(strcmp(ours.bytes, theirs.bytes) == 0, "%s after setting %s in\n%s", names[i], set,
                      config->bytes);
        text_free(&theirs);
        text_free(&ours);
    }
}

START_TEST(libgit2_reads_what_was_set)
{
    uint32_t random = 12345;
    git_libgit2_init();
    for (int round = 0; round < 300; round++) {
        struct text config = text_of(starts[(size_t)round % (sizeof starts / sizeof *starts)]);
        for (int step = 0; step < 4; step++) {
            const char *values[3];
            struct text out = TEXT_EMPTY, expected = TEXT_EMPTY, why = TEXT_EMPTY;
            random = random * 1664525 + 1013904223;
            const char *name = names[(random >> 8) % (sizeof names / sizeof *names)];
            size_t count = (random >> 16) % 4;
            text_add_string(&expected, "");
            for (size_t i = 0; i < count; i++) {
                random = random * 1664525 + 1013904223;
                values[i] = words[(random >> 8) % (sizeof words / sizeof *words)];
                text_addf(&expected, "%s\n", values[i]);
            }
            config_text_set(&config, name, values, count, &out);
            ck_assert(config_text_check(&out, &why));
            compare_all(&out, name, &expected, &config);
            text_free(&config);
            text_free(&expected);
            text_free(&why);
            config = out;
        }
        text_free(&config);
    }
    git_libgit2_shutdown();
}
END_TEST

SUITE_MAIN("config_text", sets_in_place, takes_out, drops_sections, knows_names, tells_where_it_is_wrong,
           libgit2_reads_what_was_set)
