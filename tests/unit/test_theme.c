/*
 * Themes: every role has colours that can be read on the background the theme is for, at every depth.
 */
#include "../../agent/render/theme.h"
#include "suite.h"
#include <math.h>
#include <string.h>

struct rgb {
    int red, green, blue;
};

static double linear(int channel)
{
    double c = channel / 255.0;
    return c <= 0.04045 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4);
}

/* Relative luminance (WCAG 2.1). */
static double luminance(struct rgb colour)
{
    return 0.2126 * linear(colour.red) + 0.7152 * linear(colour.green) + 0.0722 * linear(colour.blue);
}

static double contrast(struct rgb a, struct rgb b)
{
    double la = luminance(a), lb = luminance(b);
    return la > lb ? (la + 0.05) / (lb + 0.05) : (lb + 0.05) / (la + 0.05);
}

/* xterm's colour cube and grey ramp, 16 to 255. */
static struct rgb indexed_rgb(int index)
{
    static const int levels[] = {0, 95, 135, 175, 215, 255};
    if (index >= 232)
        return (struct rgb){8 + (index - 232) * 10, 8 + (index - 232) * 10, 8 + (index - 232) * 10};
    index -= 16;
    return (struct rgb){levels[index / 36], levels[index / 6 % 6], levels[index % 6]};
}

/* xterm's default 16. */
static const struct rgb basic_rgb[16] = {
    {0, 0, 0},     {205, 0, 0},     {0, 205, 0},     {205, 205, 0},   {0, 0, 238}, {205, 0, 205},
    {0, 205, 205}, {229, 229, 229}, {127, 127, 127}, {255, 0, 0},     {0, 255, 0}, {255, 255, 0},
    {92, 92, 255}, {255, 0, 255},   {0, 255, 255},   {255, 255, 255},
};

/* Basic colours are the terminal's own: they are for black, or white. */
static struct rgb theme_background(const struct theme *theme)
{
    uint32_t hex = theme->background;
    return (struct rgb){(int)(hex >> 16), (int)(hex >> 8 & 0xff), (int)(hex & 0xff)};
}

static void check_contrast(const char *name)
{
    const struct theme *theme = render_theme(name);
    ck_assert_ptr_nonnull(theme);
    struct rgb background = theme_background(theme);
    bool is_light = luminance(background) > 0.5;
    struct rgb terminal = is_light ? (struct rgb){255, 255, 255} : (struct rgb){0, 0, 0};
    for (int role = 0; role < ROLE_COUNT; role++) {
        const struct colour *colour = &theme->colours[role];
        ck_assert_msg(colour->indexed >= 16, "%s role %d: no indexed colour", name, role);
        ck_assert_msg(colour->basic < 16, "%s role %d: no basic colour", name, role);
        double exact = contrast((struct rgb){colour->red, colour->green, colour->blue}, background);
        double indexed = contrast(indexed_rgb(colour->indexed), background);
        double basic = contrast(basic_rgb[colour->basic], terminal);
        ck_assert_msg(exact >= 4.5, "%s role %d: true colour has contrast %.2f", name, role, exact);
        ck_assert_msg(indexed >= 4.5, "%s role %d: indexed has contrast %.2f", name, role, indexed);
        ck_assert_msg(basic >= 4.5, "%s role %d: basic has contrast %.2f", name, role, basic);
    }
}

START_TEST(every_theme_can_be_read_on_its_background)
{
    for (size_t i = 0; render_theme_at(i); i++)
        check_contrast(render_theme_at(i));
}
END_TEST

START_TEST(levels_differ_at_every_depth)
{
    for (size_t i = 0; render_theme_at(i); i++) {
        const struct colour *colours = render_theme(render_theme_at(i))->colours;
        const struct colour *calm = &colours[ROLE_CALM], *warn = &colours[ROLE_WARN],
                            *alarm = &colours[ROLE_ALARM];
        ck_assert_int_ne(calm->indexed, warn->indexed);
        ck_assert_int_ne(warn->indexed, alarm->indexed);
        ck_assert_int_ne(calm->basic, warn->basic);
        ck_assert_int_ne(warn->basic, alarm->basic);
        ck_assert_int_ne(calm->basic, alarm->basic);
    }
}
END_TEST

START_TEST(themes_are_found_by_name_and_listed)
{
    size_t count = 0;
    for (; render_theme_at(count); count++)
        ck_assert_str_eq(render_theme(render_theme_at(count))->name, render_theme_at(count));
    ck_assert_uint_ge(count, 15);
    ck_assert_ptr_null(render_theme_at(SIZE_MAX));
    ck_assert_ptr_eq(render_theme("powerline-rose-pine"), render_theme("rose-pine"));
    ck_assert_ptr_null(render_theme("mauve"));
    ck_assert_ptr_null(render_theme(""));
    ck_assert_ptr_null(render_theme(NULL));
    ck_assert_ptr_eq(render_look_default().theme, render_theme("dark"));
    ck_assert(!render_look_default().ascii);
}
END_TEST

SUITE_MAIN("theme", every_theme_can_be_read_on_its_background, levels_differ_at_every_depth,
           themes_are_found_by_name_and_listed)
