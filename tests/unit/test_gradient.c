/* Gradients: their shades, and what they colour: a segment's own text, column by column, and its bars. */
#include "../../agent/base/text.h"
#include "../../agent/render/gradient.h"
#include "../../agent/render/ground.h"
#include "../../agent/render/look_build.h"
#include "../../agent/render/segments.h"
#include "suite.h"
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

static struct rendering rendering;

static uint32_t shade(const struct gradient *gradient, uint32_t column, uint32_t columns)
{
    return colour_rgb(gradient_at(gradient, column, columns));
}

START_TEST(the_ends_are_the_stops)
{
    struct gradient gradient;
    struct text why = TEXT_EMPTY;
    const struct theme *theme = render_theme("dark");
    ck_assert_int_eq(gradient_read(&gradient, "ff0000 00ff00", theme, &why), 0);
    for (uint32_t columns = 2; columns < 200; columns++) {
        ck_assert_uint_eq(shade(&gradient, 0, columns), 0xFF0000);
        ck_assert_uint_eq(shade(&gradient, columns - 1, columns), 0x00FF00);
        ck_assert_uint_eq(shade(&gradient, columns + 9, columns), 0x00FF00);
    }
    ck_assert_uint_eq(shade(&gradient, 0, 1), 0xFF0000);
    /* In the middle of red and green OKLab has an olive that is brighter than half of each. */
    uint32_t middle = shade(&gradient, 50, 100);
    ck_assert_uint_gt(middle >> 16, 0xA0);
    ck_assert_uint_gt(middle >> 8 & 0xFF, 0x90);
    ck_assert_uint_lt(middle & 0xFF, 0x20);
    ck_assert_int_eq(gradient_read(&gradient, "  warn   #0000ff  red ", theme, &why), 0);
    ck_assert_uint_eq(shade(&gradient, 0, 9), colour_rgb(&theme->colours[ROLE_WARN]));
    ck_assert_int_eq(gradient_read(&gradient, "vice", theme, &why), 0);
    ck_assert_uint_eq(shade(&gradient, 0, 9), 0x5EE7DF);
    ck_assert_uint_eq(shade(&gradient, 8, 9), 0xB490CA);
    ck_assert_uint_eq(why.size, 0);
}
END_TEST

START_TEST(what_is_none_is_told)
{
    static const char *const wrong[] = {"",
                                        " ",
                                        "red",
                                        "red beige",
                                        "vices",
                                        "red #12345678901234567890123456789012345678901234567890",
                                        "1 2 3 4 5 6 7 8 9 10 11 12 13"};
    struct gradient gradient;
    for (size_t i = 0; i < COUNT(wrong); i++) {
        struct text why = TEXT_EMPTY;
        ck_assert_msg(gradient_read(&gradient, wrong[i], render_theme("dark"), &why) < 0, "%s", wrong[i]);
        ck_assert_uint_gt(why.size, 0);
        text_free(&why);
    }
}
END_TEST

static void no_mistake(void *data, const struct look_setting *setting, const char *why)
{
    (void)data;
    ck_abort_msg("%s: %s", setting->name, why);
}

/* The sample session's line in colours. */
static const char *draw(const struct look_setting *settings, size_t count, enum tacho_surface surface,
                        enum tacho_depth depth)
{
    struct look look = look_build(settings, count, no_mistake, NULL);
    render_status_line(&rendering, segment_sample_facts(), &look, surface, depth);
    rendering.text[rendering.text_size] = '\0';
    look_free(&look);
    return rendering.text;
}

START_TEST(every_column_has_its_shade)
{
    const struct look_setting settings[] = {{"line.row", "session.vim"},
                                            {"segment.session.vim.icon", ">"},
                                            {"segment.session.vim.gradient", "000000 ffffff"},
                                            {"segment.session.vim.max", "4"}};
    const char *line = draw(settings, COUNT(settings), TACHO_CLAUDE, TACHO_TRUE_COLOUR);
    ck_assert_ptr_nonnull(strstr(line, "\033[38;2;0;0;0mI\033[38;2;"));
    ck_assert_ptr_nonnull(strstr(line, "38;2;255;255;255m…"));
    ck_assert_ptr_nonnull(
        strstr(draw(settings, COUNT(settings), TACHO_CLAUDE, TACHO_256_COLOURS), "38;5;16mI\033[38;5;"));
    ck_assert_ptr_nonnull(strstr(draw(settings, COUNT(settings), TACHO_CLAUDE, TACHO_16_COLOURS), "30mINS"));
    ck_assert_ptr_nonnull(strstr(draw(settings, COUNT(settings), TACHO_CLAUDE, TACHO_NO_COLOUR), "> INS…"));
}
END_TEST

START_TEST(what_warns_stays_as_it_is)
{
    const struct look_setting settings[] = {{"line.row", "context.used"},
                                            {"segment.context.used.gradient", "000000 ffffff"}};
    ck_assert_ptr_null(
        strstr(draw(settings, COUNT(settings), TACHO_CLAUDE, TACHO_TRUE_COLOUR), "38;2;0;0;0"));
}
END_TEST

START_TEST(bars_are_shaded_by_their_whole_length)
{
    const struct look_setting settings[] = {{"line.row", "context.bar"},
                                            {"line.style", "powerline"},
                                            {"segment.context.bar.width", "20"},
                                            {"segment.context.bar.gradient", "000000 ffffff"}};
    const char *line = draw(settings, COUNT(settings), TACHO_CLAUDE, TACHO_TRUE_COLOUR);
    int cells = 0;
    for (const char *at = line; (at = strstr(at, "▰")); at++)
        cells++;
    ck_assert_int_eq(cells, 12); /* 62.5 % of 20 */
    ck_assert_ptr_nonnull(strstr(line, "38;2;0;0;0m▰"));
    ck_assert_ptr_null(strstr(line, "255;255;255m▰")); /* it is not full */
}
END_TEST

SUITE_MAIN("gradient", the_ends_are_the_stops, what_is_none_is_told, every_column_has_its_shade,
           what_warns_stays_as_it_is, bars_are_shaded_by_their_whole_length)
