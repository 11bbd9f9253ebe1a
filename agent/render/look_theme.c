/* A look's theme: one that is built in, or a person's own, made of another one and colours for roles. */
#include "../base/suggest.h"
#include "ground.h"
#include "look_building.h"
#include <stdlib.h>
#include <string.h>

static void start_theme(struct built *built, const struct theme *base)
{
    memcpy(built->colours, base->colours, sizeof built->colours);
    built->theme = (struct theme){.name = "own", .colours = built->colours, .background = base->background};
}

/* `name` is "mine.KEY"; whether it is of the theme of that name, and its key. */
static const char *theme_key(const char *name, const char *theme)
{
    const char *dot = strrchr(name, '.');
    bool is_its = dot && (size_t)(dot - name) == strlen(theme) && memcmp(name, theme, strlen(theme)) == 0;
    return is_its ? dot + 1 : NULL;
}

static void no_such_theme(struct building *building, const struct look_setting *setting)
{
    struct text why = TEXT_EMPTY;
    const char *nearest = suggest_nearest(setting_value(setting), render_theme_at);
    text_add_string(&why, "no such theme");
    if (nearest)
        text_addf(&why, ": did you mean '%s'? ", nearest);
    text_add_string(&why, nearest ? "`tacho segments --themes` lists them"
                                  : "; `tacho segments --themes` lists them");
    look_mistake(building, setting, why.bytes);
    text_free(&why);
}

static void set_theme_base(struct building *building, const struct look_setting *setting)
{
    const struct theme *base = render_theme(setting_value(setting));
    if (base)
        start_theme(building->built, base);
    else
        no_such_theme(building, setting);
}

static void set_theme_colour(struct building *building, const struct look_setting *setting, const char *key)
{
    struct text why = TEXT_EMPTY;
    struct colour colour;
    int role = 0;
    while (role < ROLE_COUNT && strcmp(look_role_at((size_t)role), key) != 0)
        role++;
    bool is_background = strcmp(key, "background") == 0;
    if (role == ROLE_COUNT && !is_background) {
        look_mistake(building, setting, "not a role of themes; `tacho segments --themes` lists them");
    } else if (colour_read(&colour, setting_value(setting), &building->built->theme, &why) < 0) {
        look_mistake(building, setting, why.bytes);
    } else if (is_background) {
        building->built->theme.background = colour_rgb(&colour);
    } else {
        colour.bold = building->built->colours[role].bold;
        building->built->colours[role] = colour;
    }
    text_free(&why);
}

/* A theme of the person's own; returns whether there are settings of that name. */
static bool build_theme(struct building *building, const char *name)
{
    bool found = false;
    start_theme(building->built, render_look_default().theme);
    for (int bases = 1; bases >= 0; bases--) {
        for (size_t i = 0; i < building->count; i++) {
            const struct look_setting *setting = &building->settings[i];
            const char *rest = setting_within(setting->name, "theme"),
                       *key = rest ? theme_key(rest, name) : NULL;
            if (!key)
                continue;
            found = true;
            if (bases && strcmp(key, "base") == 0)
                set_theme_base(building, setting);
            else if (!bases && strcmp(key, "base") != 0)
                set_theme_colour(building, setting, key);
        }
    }
    return found;
}

/*
 * "auto": light where COLORFGBG says that the terminal's background is (its last number is 7, or 9 to 15, as
 * rxvt, konsole and others set it); else dark.
 */
static const struct theme *theme_of_terminal(void)
{
    const char *colours = getenv("COLORFGBG"), *last = colours ? strrchr(colours, ';') : NULL;
    long background = last && last[1] ? strtol(last + 1, NULL, 10) : 0;
    return render_theme(background == 7 || (background >= 9 && background <= 15) ? "light" : "dark");
}

void set_theme(struct building *building, const struct look_setting *setting)
{
    bool is_auto = strcmp(setting_value(setting), "auto") == 0;
    const struct theme *theme = is_auto ? theme_of_terminal() : render_theme(setting_value(setting));
    if (theme)
        building->look.theme = theme;
    else if (build_theme(building, setting_value(setting)))
        building->look.theme = &building->built->theme;
    else
        no_such_theme(building, setting);
}
