/* `tacho demo`: every preset in every theme, drawn from the facts of an imagined session. */
#include "demo.h"

#include "command.h"

#include "../render/fitted.h"
#include "../render/look_build.h"
#include "../render/segments.h"

#include "../../shm/terminal.h"

#include <stdlib.h>
#include <string.h>

static const char usage[] =
    "usage: tacho demo [--preset NAME] [--theme NAME] [--charset unicode|nerd|ascii] [--columns N] "
    "[--color]\n"
    "\n"
    "Draws every preset in every theme with the facts of an imagined session. `tacho config preset NAME` "
    "and\n"
    "`tacho config theme NAME` choose; `tacho segments` lists what a line can be made of.\n"
    "\n"
    "  --preset NAME   only that one\n"
    "  --theme NAME    only that one\n"
    "  --charset SET   nerd draws arrows, caps and icons, for a terminal with a Nerd Font\n"
    "  --columns N     as wide as that\n"
    "  --color         in true colours, also where the output is no terminal\n"
    "\n"
    "examples:\n"
    "  tacho demo --theme nord --charset nerd\n"
    "  tacho demo --preset three-line | less -R\n";

enum { USUAL_COLUMNS = 120 };

struct demo {
    const char *preset, *theme, *charset, *width;
    bool colour;
    enum tacho_depth depth;
    uint32_t columns;
};

/* Mistakes cannot be: names are those of the tables. */
static void ignore(void *data, const struct look_setting *setting, const char *why)
{
    (void)data;
    (void)setting;
    (void)why;
}

static void print_line(const struct look *look, enum tacho_depth depth, uint32_t columns)
{
    static struct rendering rendering;
    static char fitted[FITTED_MAX];
    render_status_line(&rendering, segment_sample_facts(), look, TACHO_CLAUDE, depth);
    rendering_fitted(&rendering, columns, false, fitted);
    puts(fitted);
}

static void draw(const struct demo *demo, const char *preset, const char *theme)
{
    const struct look_setting settings[] = {
        {.name = "line.preset", .value = preset},
        {.name = "line.theme", .value = theme},
        {.name = "line.charset", .value = demo->charset},
    };
    struct look look = look_build(settings, sizeof settings / sizeof *settings, ignore, NULL);
    printf("%s, %s\n", preset, theme);
    print_line(&look, demo->depth, demo->columns);
    putchar('\n');
    look_free(&look);
}

enum tacho_depth demo_depth(bool always)
{
    if (always)
        return TACHO_TRUE_COLOUR;
    if (!terminal_colour(stdout, COLOUR_AUTO))
        return TACHO_NO_COLOUR;
    return terminal_depth(getenv("NO_COLOR"), getenv("COLORTERM"), getenv("TERM"));
}

static uint32_t usual_columns(void)
{
    const uint32_t columns = terminal_columns();
    return columns ? columns : USUAL_COLUMNS;
}

void demo_line(const struct look *look)
{
    print_line(look, demo_depth(false), usual_columns());
}

/* Says what is wrong with the options; STATUS_DONE: nothing. */
static int check(struct demo *demo, const struct options *options)
{
    static const char *const charsets[] = {"unicode", "nerd", "ascii"};
    bool known = false;
    for (size_t i = 0; i < sizeof charsets / sizeof *charsets; i++)
        known |= strcmp(charsets[i], demo->charset) == 0;
    char *end = NULL;
    unsigned long columns = demo->width ? strtoul(demo->width, &end, 10) : 0;
    if (demo->preset && !look_preset_find(demo->preset))
        return option_bad(options, "preset", demo->preset, "a name of `tacho segments --presets`");
    if (demo->theme && !render_theme(demo->theme))
        return option_bad(options, "theme", demo->theme, "a name of `tacho segments --themes`");
    if (!known)
        return option_bad(options, "charset", demo->charset, "unicode, nerd or ascii");
    if (demo->width && (*end || columns < 4 || columns > 1000))
        return option_bad(options, "columns", demo->width, "4 to 1000");
    demo->columns = columns ? (uint32_t)columns : usual_columns();
    return STATUS_DONE;
}

int command_demo(int argc, char **argv)
{
    struct demo demo = {.charset = "unicode"};
    const struct option_rule rules[] = {
        {"preset", 0, OPTION_TEXT, &demo.preset},   {"theme", 0, OPTION_TEXT, &demo.theme},
        {"charset", 0, OPTION_TEXT, &demo.charset}, {"columns", 0, OPTION_TEXT, &demo.width},
        {"color", 0, OPTION_FLAG, &demo.colour},
    };
    const struct options options = {"demo", usage, rules, sizeof rules / sizeof *rules, 0};
    int status;
    if (!options_read(argc, argv, &options, &status))
        return status;
    if ((status = check(&demo, &options)) != STATUS_DONE)
        return status;
    demo.depth = demo_depth(demo.colour);
    for (size_t i = 0; look_preset_at(i); i++)
        for (size_t j = 0; render_theme_at(j); j++)
            if ((!demo.preset || strcmp(demo.preset, look_preset_at(i)->name) == 0) &&
                (!demo.theme || strcmp(demo.theme, render_theme_at(j)) == 0))
                draw(&demo, look_preset_at(i)->name, render_theme_at(j));
    return STATUS_DONE;
}
