/*
 * Names shortened: the part of a model's name or a path that is worth its columns.
 */
#include "../../agent/render/names.h"
#include "suite.h"
#include <string.h>

static struct fact_text text(const char *string)
{
    return (struct fact_text){string, string ? strlen(string) : 0};
}

static char out[8192];

static const char *model(const char *name)
{
    struct fact_text shown = name_of_model(text(name));
    snprintf(out, sizeof out, "%.*s", (int)shown.size, shown.bytes ? shown.bytes : "");
    return out;
}

/* The parts as they are drawn, the project's name in brackets. */
static const char *directory(const char *path, const char *home, const char *top, uint32_t columns)
{
    struct shown_path shown = name_of_directory(text(path), home, top, columns, false);
    snprintf(out, sizeof out, "%s%s%.*s[%.*s]%s%.*s", shown.home ? "~" : "", shown.cut ? "…/" : "",
             (int)shown.before.size, shown.before.bytes, (int)shown.root.size, shown.root.bytes,
             shown.gap ? "/…/" : "", (int)shown.after.size, shown.after.bytes);
    return out;
}

START_TEST(display_names_are_kept)
{
    ck_assert_str_eq(model("Opus 5.5"), "Opus 5.5");
    ck_assert_str_eq(model("Claude Opus 4.1"), "Opus 4.1");
    ck_assert_str_eq(model("Claude "), "Claude ");
    ck_assert_str_eq(model("Sonnet (1M context)"), "Sonnet (1M context)");
    ck_assert_str_eq(model(""), "");
    ck_assert_str_eq(model(NULL), "");
}
END_TEST

START_TEST(ids_lose_vendor_date_and_version)
{
    ck_assert_str_eq(model("claude-opus-4-1-20250805"), "claude-opus-4-1");
    ck_assert_str_eq(model("claude-sonnet-5[1m]"), "claude-sonnet-5[1m]");
    ck_assert_str_eq(model("claude-opus-4@20250514"), "claude-opus-4");
    ck_assert_str_eq(model("us.anthropic.claude-sonnet-4-20250514-v1:0"), "claude-sonnet-4");
    ck_assert_str_eq(model("anthropic.claude-v2:1"), "claude");
    ck_assert_str_eq(model("openrouter/anthropic/claude-opus-5"), "claude-opus-5");
    ck_assert_str_eq(model("arn:aws:bedrock:us-east-1:000000000000:inference-profile/"
                           "us.anthropic.claude-sonnet-4-20250514-v1:0"),
                     "claude-sonnet-4");
    ck_assert_str_eq(model("arn:aws:bedrock:eu-west-1:000000000000:application-inference-profile/abcde12345"),
                     "abcde12345");
    ck_assert_str_eq(model("-20250805"), "-20250805");
    ck_assert_str_eq(model("/"), "/");
}
END_TEST

START_TEST(home_is_a_tilde)
{
    ck_assert_str_eq(directory("/home/dev", "/home/dev", NULL, 40), "~[]");
    ck_assert_str_eq(directory("/home/dev/", "/home/dev/", NULL, 40), "~[]");
    ck_assert_str_eq(directory("/home/dev/src/x", "/home/dev", NULL, 40), "~/src/[x]");
    ck_assert_str_eq(directory("/home/developer/x", "/home/dev", NULL, 40), "/home/developer/[x]");
    ck_assert_str_eq(directory("/srv/x", "/", NULL, 40), "/srv/[x]");
    ck_assert_str_eq(directory("/", "/home/dev", NULL, 40), "/[]");
    ck_assert_str_eq(directory("/srv/x", NULL, NULL, 40), "/srv/[x]");
    ck_assert_str_eq(directory("/srv/x", "", NULL, 40), "/srv/[x]");
}
END_TEST

START_TEST(the_repository_is_the_project)
{
    ck_assert_str_eq(directory("/home/dev/src/tacho/agent", "/home/dev", "/home/dev/src/tacho", 40),
                     "~/src/[tacho]/agent");
    ck_assert_str_eq(directory("/home/dev/src/tacho", "/home/dev", "/home/dev/src/tacho", 40),
                     "~/src/[tacho]");
    ck_assert_str_eq(directory("/home/dev/dotfiles/vim", "/home/dev", "/home/dev", 40), "~/dotfiles/[vim]");
    ck_assert_str_eq(directory("/home/dev/link/x", "/home/dev", "/mnt/real", 40), "~/link/[x]");
    ck_assert_str_eq(directory("/home/dev/x", "/home/dev", "", 40), "~/[x]");
}
END_TEST

START_TEST(long_paths_keep_their_last_components)
{
    ck_assert_str_eq(directory("/srv/one/two/three/four/five", NULL, NULL, 16), "…/four/[five]");
    ck_assert_str_eq(directory("/srv/one/two/three/four/a-very-long-name-indeed", NULL, NULL, 16),
                     "…/[a-very-long-name-indeed]");
    ck_assert_str_eq(directory("/srv/work/tacho/agent/render/deep/inside", NULL, "/srv/work/tacho", 24),
                     "[tacho]/…/deep/inside");
    ck_assert_str_eq(
        directory("/srv/very/long/way/to/work/tacho/a", NULL, "/srv/very/long/way/to/work/tacho", 20),
        "…/to/work/[tacho]/a");
    ck_assert_str_eq(directory("/果樹園/果樹園/果樹園", NULL, NULL, 12), "…/[果樹園]");
}
END_TEST

START_TEST(windows_paths_have_components_too)
{
    ck_assert_str_eq(directory("C:\\Users\\dev\\src\\orchard", NULL, NULL, 40),
                     "C:\\Users\\dev\\src\\[orchard]");
    ck_assert_str_eq(directory("C:\\Users\\dev\\src\\orchard", NULL, NULL, 18), "…/src\\[orchard]");
}
END_TEST

START_TEST(any_path_at_any_width_stays_inside)
{
    static const char *const paths[] = {"/", "//", "///a//",         "a",
                                        "",  "\\", "/a/b/c/d/e/f/g", "/home/dev//x/"};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        for (uint32_t columns = 0; columns < 20; columns++) {
            const char *end = paths[i] + strlen(paths[i]);
            struct shown_path shown = name_of_directory(text(paths[i]), "/home/dev", "/a/b", columns, false);
            ck_assert(shown.before.bytes == NULL || shown.before.bytes + shown.before.size <= end);
            ck_assert(shown.root.bytes == NULL || shown.root.bytes + shown.root.size <= end);
            ck_assert(shown.after.bytes == NULL || shown.after.bytes + shown.after.size <= end);
        }
    }
}
END_TEST

SUITE_MAIN("names", display_names_are_kept, ids_lose_vendor_date_and_version, home_is_a_tilde,
           the_repository_is_the_project, long_paths_keep_their_last_components,
           windows_paths_have_components_too, any_path_at_any_width_stays_inside)
