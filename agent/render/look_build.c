/*
 * Looks out of settings: see look_build.h. What settings depend on is read first: themes, the theme, options
 * of segments, and at last the rows, which refer to all of them.
 */
#include "look_build.h"
#include "../base/memory.h"
#include "ground.h"
#include "look_parts.h"
#include "segments_draw.h"
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* What a look that was built refers to. */
struct built {
    struct layout layout; /* first: a look's layout is this */
    struct layout prompts[PROMPT_SIDES];
    struct theme theme;
    struct colour colours[ROLE_COUNT];
    struct options_list options;
    struct string_store strings;
};

struct building {
    struct built *built;
    struct look look;
    const struct look_setting *settings;
    size_t count;
    look_complain *complain;
    void *data;
};

static void mistake(const struct building *building, const struct look_setting *setting, const char *why)
{
    building->complain(building->data, setting, why);
}

/* ---- names ----------------------------------------------------------------------------------------- */

static const struct look_preset presets[] = {
#define PRESET(name, about, style, rows) {name, about, STYLE_##style, rows},
#include "presets.def"
#undef PRESET
};

static const char *const styles[STYLE_COUNT] = {"plain", "minimal", "powerline", "capsule"};

const struct look_preset *look_preset_at(size_t index)
{
    return index < COUNT(presets) ? &presets[index] : NULL;
}

const struct look_preset *look_preset_find(const char *name)
{
    for (size_t i = 0; i < COUNT(presets); i++)
        if (strcmp(presets[i].name, name) == 0)
            return &presets[i];
    return NULL;
}

const char *look_style_at(size_t index)
{
    return index < STYLE_COUNT ? styles[index] : NULL;
}

/* The part of a name behind its section, or NULL: another section's. */
static const char *within(const char *name, const char *section)
{
    size_t size = strlen(section);
    return strncmp(name, section, size) == 0 && name[size] == '.' ? name + size + 1 : NULL;
}

bool look_takes(const char *name)
{
    return within(name, "line") || within(name, "prompt") || within(name, "segment") ||
           within(name, "theme") || within(name, "budget");
}

static const char *value_of(const struct look_setting *setting)
{
    return setting->value ? setting->value : "true";
}

static int read_flag(const char *value)
{
    static const char *const yes[] = {"true", "yes", "on", "1"}, *const no[] = {"false", "no", "off", "0",
                                                                                ""};
    for (size_t i = 0; i < COUNT(yes); i++)
        if (strcasecmp(value, yes[i]) == 0)
            return 1;
    for (size_t i = 0; i < COUNT(no); i++)
        if (strcasecmp(value, no[i]) == 0)
            return 0;
    return -1;
}

/* ---- the theme ------------------------------------------------------------------------------------- */

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

static void set_theme_base(struct building *building, const struct look_setting *setting)
{
    const struct theme *base = render_theme(value_of(setting));
    if (base)
        start_theme(building->built, base);
    else
        mistake(building, setting, "no such theme; `tacho segments --themes` lists them");
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
        mistake(building, setting, "not a role of themes; `tacho segments --themes` lists them");
    } else if (colour_read(&colour, value_of(setting), &building->built->theme, &why) < 0) {
        mistake(building, setting, why.bytes);
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
            const char *rest = within(setting->name, "theme"), *key = rest ? theme_key(rest, name) : NULL;
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

static void set_theme(struct building *building, const struct look_setting *setting)
{
    bool is_auto = strcmp(value_of(setting), "auto") == 0;
    const struct theme *theme = is_auto ? theme_of_terminal() : render_theme(value_of(setting));
    if (theme)
        building->look.theme = theme;
    else if (build_theme(building, value_of(setting)))
        building->look.theme = &building->built->theme;
    else
        mistake(building, setting, "no such theme; `tacho segments --themes` lists them");
}

/* ---- the line -------------------------------------------------------------------------------------- */

static void read_style(struct building *building, struct layout *layout, const struct look_setting *setting)
{
    for (int style = 0; style < STYLE_COUNT; style++) {
        if (strcmp(styles[style], value_of(setting)) == 0) {
            layout->style = (enum style)style;
            return;
        }
    }
    mistake(building, setting, "no such style; there are plain, minimal, powerline and capsule");
}

static void set_style(struct building *building, const struct look_setting *setting)
{
    read_style(building, &building->built->layout, setting);
}

static void set_charset(struct building *building, const struct look_setting *setting)
{
    const char *value = value_of(setting);
    bool ascii = strcmp(value, "ascii") == 0, nerd = strcmp(value, "nerd") == 0;
    if (!ascii && !nerd && strcmp(value, "unicode") != 0) {
        mistake(building, setting, "no such charset; there are unicode, nerd and ascii");
        return;
    }
    building->look.ascii = ascii;
    building->look.nerd = nerd;
}

static void set_ascii(struct building *building, const struct look_setting *setting)
{
    int flag = read_flag(value_of(setting));
    if (flag < 0)
        mistake(building, setting, "use true or false");
    else
        building->look.ascii = flag;
}

static void set_icons(struct building *building, const struct look_setting *setting)
{
    int flag = read_flag(value_of(setting));
    if (flag < 0)
        mistake(building, setting, "use true or false");
    else
        building->built->layout.icons = flag;
}

static void set_separator(struct building *building, const struct look_setting *setting)
{
    const char *value = value_of(setting);
    building->built->layout.separator = string_keep(&building->built->strings, value, strlen(value));
}

/* Rows, presets and alignment come later: build_rows(). */
static void set_later(struct building *building, const struct look_setting *setting)
{
    (void)building;
    (void)setting;
}

static void build_line(struct building *building)
{
    static const struct {
        const char *key;
        void (*set)(struct building *building, const struct look_setting *setting);
    } keys[] = {
        {"theme", set_theme},  {"style", set_style}, {"charset", set_charset},
        {"ascii", set_ascii},  {"icons", set_icons}, {"row", set_later},
        {"preset", set_later}, {"align", set_later}, {"separator", set_separator},
    };
    for (size_t i = 0; i < building->count; i++) {
        const char *key = within(building->settings[i].name, "line");
        size_t k = 0;
        while (key && k < COUNT(keys) && strcmp(keys[k].key, key) != 0)
            k++;
        if (key && k < COUNT(keys))
            keys[k].set(building, &building->settings[i]);
        else if (key)
            mistake(building, &building->settings[i], "not a setting that this version knows");
    }
}

/* ---- segments and budgets -------------------------------------------------------------------------- */

const struct segment_options *options_find(const struct options_list *options, const char *name, size_t size)
{
    for (size_t i = 0; i < options->count; i++)
        if (strlen(options->list[i].name) == size && memcmp(options->list[i].name, name, size) == 0)
            return &options->list[i];
    return NULL;
}

static struct segment_options *take_options(struct options_list *options, const char *name, size_t size)
{
    for (size_t i = 0; i < options->count; i++)
        if (options_find(options, name, size) == &options->list[i])
            return &options->list[i];
    if (options->count == OPTIONS_MAX || size >= LAYOUT_NAME_MAX)
        return NULL;
    struct segment_options *made = &options->list[options->count++];
    memcpy(made->name, name, size);
    return made;
}

static void build_option(struct building *building, const struct look_setting *setting, const char *rest)
{
    struct built *built = building->built;
    struct text why = TEXT_EMPTY;
    const char *dot = strrchr(rest, '.');
    size_t size = dot ? (size_t)(dot - rest) : 0, label = 0;
    while (label < size && rest[label] != '@')
        label++;
    struct segment_options *options = NULL;
    if (!dot || !segment_find(rest, label))
        mistake(building, setting, "no such segment; `tacho segments` lists them");
    else if (!(options = take_options(&built->options, rest, size)))
        mistake(building, setting, "too many segments with options, or too long a name");
    else if (options_set(options, &built->layout, building->look.theme, &built->strings, dot + 1,
                         value_of(setting), &why) < 0)
        mistake(building, setting, why.bytes);
    text_free(&why);
}

static void build_budget(struct building *building, const struct look_setting *setting, const char *key)
{
    static const char *const names[BUDGET_COUNT] = {"session", "today", "week", "month"};
    struct text why = TEXT_EMPTY;
    size_t i = 0;
    while (i < BUDGET_COUNT && strcmp(names[i], key) != 0)
        i++;
    if (i == BUDGET_COUNT)
        mistake(building, setting, "no such budget; there are session, today, week and month");
    else if (amount_read(&building->built->layout.budget_pusd[i], value_of(setting), &why) < 0)
        mistake(building, setting, why.bytes);
    text_free(&why);
}

static void build_segments(struct building *building)
{
    for (size_t i = 0; i < building->count; i++) {
        const struct look_setting *setting = &building->settings[i];
        const char *segment = within(setting->name, "segment"), *budget = within(setting->name, "budget");
        if (segment)
            build_option(building, setting, segment);
        else if (budget)
            build_budget(building, setting, budget);
    }
}

/* ---- rows ------------------------------------------------------------------------------------------ */

/* The last setting of a key of the line; NULL: none. */
static const struct look_setting *last_of(const struct building *building, const char *key)
{
    const struct look_setting *last = NULL;
    for (size_t i = 0; i < building->count; i++) {
        const char *its = within(building->settings[i].name, "line");
        if (its && strcmp(its, key) == 0)
            last = &building->settings[i];
    }
    return last;
}

enum align { ALIGN_LEFT, ALIGN_CENTRE, ALIGN_RIGHT };

static enum align read_align(const struct building *building)
{
    const struct look_setting *setting = last_of(building, "align");
    const char *value = setting ? value_of(setting) : "left";
    if (strcmp(value, "right") == 0)
        return ALIGN_RIGHT;
    if (strcmp(value, "center") == 0 || strcmp(value, "centre") == 0)
        return ALIGN_CENTRE;
    if (strcmp(value, "left") != 0)
        mistake(building, setting, "use left, center or right");
    return ALIGN_LEFT;
}

static void build_row(struct building *building, uint8_t row, const char *words,
                      const struct look_setting *setting)
{
    struct built *built = building->built;
    struct text why = TEXT_EMPTY;
    enum align align = read_align(building);
    if (align != ALIGN_LEFT)
        layout_add_row(&built->layout, row, "flex", &built->options, &why);
    if (layout_add_row(&built->layout, row, words, &built->options, &why) < 0 && setting)
        mistake(building, setting, why.bytes);
    if (align == ALIGN_CENTRE)
        layout_add_row(&built->layout, row, "flex", &built->options, &why);
    text_free(&why);
}

static void build_preset(struct building *building, const struct look_preset *preset)
{
    char words[1024];
    uint8_t row = 0;
    for (const char *at = preset->rows; *at; row++) {
        size_t size = strcspn(at, "\n");
        if (size < sizeof words) {
            memcpy(words, at, size);
            words[size] = '\0';
            build_row(building, row, words, NULL);
        }
        at += size + (at[size] != '\0');
    }
}

/* A preset's style is only proposed. */
static const struct look_preset *read_preset(struct building *building)
{
    const struct look_setting *setting = last_of(building, "preset");
    const struct look_preset *preset = setting ? look_preset_find(value_of(setting)) : NULL;
    if (setting && !preset)
        mistake(building, setting, "no such preset; `tacho segments --presets` lists them");
    if (!preset)
        preset = &presets[0];
    building->built->layout.style = preset->style;
    return preset;
}

static void build_rows(struct building *building, const struct look_preset *preset)
{
    uint8_t row = 0;
    for (size_t i = 0; i < building->count; i++) {
        const char *key = within(building->settings[i].name, "line");
        if (!key || strcmp(key, "row") != 0)
            continue;
        if (row == LAYOUT_ROWS_MAX)
            mistake(building, &building->settings[i], "there can be eight rows");
        else
            build_row(building, row++, value_of(&building->settings[i]), &building->settings[i]);
    }
    if (building->built->layout.count == 0)
        build_preset(building, preset);
    layout_add_stale(&building->built->layout);
}

/* ---- prompts --------------------------------------------------------------------------------------- */

/* A side's rows: `row` of the left one, `right`, `transient`. Returns the side, or PROMPT_SIDES: another key.
 */
static enum prompt_side prompt_side(const char *key)
{
    static const char *const keys[PROMPT_SIDES] = {"row", "right", "transient"};
    int side = 0;
    while (side < PROMPT_SIDES && strcmp(keys[side], key) != 0)
        side++;
    return (enum prompt_side)side;
}

static void set_prompt_row(struct building *building, const struct look_setting *setting,
                           struct layout *layout, uint8_t *rows)
{
    struct text why = TEXT_EMPTY;
    if (*rows == LAYOUT_ROWS_MAX)
        mistake(building, setting, "there can be eight rows");
    else if (layout_add_row(layout, (*rows)++, value_of(setting), &building->built->options, &why) < 0)
        mistake(building, setting, why.bytes);
    text_free(&why);
}

static void set_prompt(struct building *building, const struct look_setting *setting, const char *key)
{
    struct layout *prompts = building->built->prompts;
    const char *value = value_of(setting);
    if (strcmp(key, "separator") == 0) {
        const char *separator = string_keep(&building->built->strings, value, strlen(value));
        for (int side = 0; side < PROMPT_SIDES; side++)
            prompts[side].separator = separator;
    } else if (strcmp(key, "style") == 0) {
        read_style(building, &prompts[0], setting);
        for (int side = 1; side < PROMPT_SIDES; side++)
            prompts[side].style = prompts[0].style;
    } else if (prompt_side(key) == PROMPT_SIDES && strcmp(key, "shell") != 0) {
        mistake(building, setting, "not a setting that this version knows");
    }
}

static void build_prompt(struct building *building, enum prompt_side side)
{
    struct layout *layout = &building->built->prompts[side];
    const struct layout *usual = layout_default_prompt(side);
    uint8_t rows = 0;
    for (size_t i = 0; i < building->count; i++) {
        const char *key = within(building->settings[i].name, "prompt");
        if (key && prompt_side(key) == side)
            set_prompt_row(building, &building->settings[i], layout, &rows);
    }
    if (!rows && usual) {
        memcpy(layout->items, usual->items, sizeof layout->items);
        layout->count = usual->count;
    }
    if (layout->count && side != PROMPT_TRANSIENT)
        layout_add_stale(layout);
    /* An empty row is nothing, and not the usual one. */
    building->look.prompts[side] = layout;
}

static void build_prompts(struct building *building)
{
    struct layout *prompts = building->built->prompts;
    for (int side = 0; side < PROMPT_SIDES; side++) {
        prompts[side].separator = layout_default_prompt(PROMPT_LEFT)->separator;
        prompts[side].icons = true;
    }
    for (size_t i = 0; i < building->count; i++) {
        const char *key = within(building->settings[i].name, "prompt");
        if (key)
            set_prompt(building, &building->settings[i], key);
    }
    for (int side = 0; side < PROMPT_SIDES; side++)
        build_prompt(building, (enum prompt_side)side);
}

/* ---- the whole ------------------------------------------------------------------------------------- */

static void build_grounds(const struct building *building, struct layout *layout)
{
    if (layout->style != STYLE_POWERLINE && layout->style != STYLE_CAPSULE)
        return;
    for (int family = 0; family < FAMILY_COUNT; family++)
        for (int shade = 0; shade < 2; shade++)
            ground_of_family(&layout->grounds[family][shade], building->look.theme, (enum family)family,
                             shade);
}

/* What a segment needs that is not gathered for every draw. */
static void note_segment(struct layout *layout, const struct segment *segment)
{
    static const unsigned of_durations[] = {SEGMENT_session_clock, SEGMENT_session_api, SEGMENT_tokens_rate,
                                            SEGMENT_tokens_rate_input, SEGMENT_tokens_rate_output};
    if (!segment)
        return;
    layout->shows_machine |= segment->family == FAMILY_MACHINE;
    for (size_t i = 0; i < sizeof of_durations / sizeof *of_durations; i++)
        layout->shows_durations |= segment == &segment_table[of_durations[i]];
}

/* A `when` looks at a segment, too. */
static void note_needs(struct layout *layout)
{
    for (size_t i = 0; i < layout->count; i++) {
        const struct layout_item *item = &layout->items[i];
        note_segment(layout, item->segment);
        note_segment(layout, item->options ? item->options->when.segment : NULL);
    }
}

struct look look_build(const struct look_setting *settings, size_t count, look_complain *complain, void *data)
{
    struct built *built = memory_zeroed(1, sizeof *built);
    struct building building = {built, render_look_default(), settings, count, complain, data};
    built->layout.icons = true;
    building.look.layout = &built->layout;
    const struct look_preset *preset = read_preset(&building);
    build_line(&building);
    build_segments(&building);
    build_rows(&building, preset);
    build_prompts(&building);
    build_grounds(&building, &built->layout);
    note_needs(&built->layout);
    for (int side = 0; side < PROMPT_SIDES; side++) {
        build_grounds(&building, &built->prompts[side]);
        note_needs(&built->prompts[side]);
    }
    return building.look;
}

void look_free(struct look *look)
{
    struct built *built = (struct built *)(uintptr_t)look->layout;
    while (built && built->strings.first) {
        struct kept_string *kept = built->strings.first;
        built->strings.first = kept->next;
        free(kept);
    }
    free(built);
    look->layout = NULL;
}
