/*
 * Looks out of settings: see look_build.h. What settings depend on is read first: themes, the theme, options
 * of segments, and at last the rows, which refer to all of them.
 */
#include "look_build.h"
#include "../base/memory.h"
#include "ground.h"
#include "look_building.h"
#include "segments_draw.h"
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

void look_mistake(const struct building *building, const struct look_setting *setting, const char *why)
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

const char *setting_within(const char *name, const char *section)
{
    size_t size = strlen(section);
    return strncmp(name, section, size) == 0 && name[size] == '.' ? name + size + 1 : NULL;
}

bool look_takes(const char *name)
{
    return setting_within(name, "line") || setting_within(name, "prompt") ||
           setting_within(name, "segment") || setting_within(name, "theme") || setting_within(name, "budget");
}

const char *setting_value(const struct look_setting *setting)
{
    return setting->value ? setting->value : "true";
}

int flag_read(const char *value)
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

/* ---- the line -------------------------------------------------------------------------------------- */

void read_style(struct building *building, struct layout *layout, const struct look_setting *setting)
{
    for (int style = 0; style < STYLE_COUNT; style++) {
        if (strcmp(styles[style], setting_value(setting)) == 0) {
            layout->style = (enum style)style;
            return;
        }
    }
    look_mistake(building, setting, "no such style; there are plain, minimal, powerline and capsule");
}

static void set_style(struct building *building, const struct look_setting *setting)
{
    read_style(building, &building->built->layout, setting);
}

static void set_charset(struct building *building, const struct look_setting *setting)
{
    const char *value = setting_value(setting);
    bool ascii = strcmp(value, "ascii") == 0, nerd = strcmp(value, "nerd") == 0;
    if (!ascii && !nerd && strcmp(value, "unicode") != 0) {
        look_mistake(building, setting, "no such charset; there are unicode, nerd and ascii");
        return;
    }
    building->look.ascii = ascii;
    building->look.nerd = nerd;
}

static void set_ascii(struct building *building, const struct look_setting *setting)
{
    int flag = flag_read(setting_value(setting));
    if (flag < 0)
        look_mistake(building, setting, "use true or false");
    else
        building->look.ascii = flag;
}

static void set_icons(struct building *building, const struct look_setting *setting)
{
    int flag = flag_read(setting_value(setting));
    if (flag < 0)
        look_mistake(building, setting, "use true or false");
    else
        building->built->layout.icons = flag;
}

static void set_separator(struct building *building, const struct look_setting *setting)
{
    const char *value = setting_value(setting);
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
        const char *key = setting_within(building->settings[i].name, "line");
        size_t k = 0;
        while (key && k < COUNT(keys) && strcmp(keys[k].key, key) != 0)
            k++;
        if (key && k < COUNT(keys))
            keys[k].set(building, &building->settings[i]);
        else if (key)
            look_mistake(building, &building->settings[i], "not a setting that this version knows");
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
        segment_say_unknown(&why, rest, label);
    else if (!(options = take_options(&built->options, rest, size)))
        text_add_string(&why, "too many segments with options, or too long a name");
    else
        options_set(options, &built->layout, building->look.theme, &built->strings, dot + 1,
                    setting_value(setting), &why);
    if (why.size)
        look_mistake(building, setting, why.bytes);
    text_free(&why);
}

static void build_budget(struct building *building, const struct look_setting *setting, const char *key)
{
    static const char *const names[BUDGET_COUNT] = {"session", "today", "week", "month", "block"};
    struct text why = TEXT_EMPTY;
    size_t i = 0;
    while (i < BUDGET_COUNT && strcmp(names[i], key) != 0)
        i++;
    if (i == BUDGET_COUNT)
        look_mistake(building, setting, "no such budget; there are session, today, week, month and block");
    else if (amount_read(&building->built->layout.budget_pusd[i], setting_value(setting), &why) < 0)
        look_mistake(building, setting, why.bytes);
    text_free(&why);
}

static void build_segments(struct building *building)
{
    for (size_t i = 0; i < building->count; i++) {
        const struct look_setting *setting = &building->settings[i];
        const char *segment = setting_within(setting->name, "segment"),
                   *budget = setting_within(setting->name, "budget");
        if (segment)
            build_option(building, setting, segment);
        else if (budget)
            build_budget(building, setting, budget);
    }
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

static bool is_one_of(const struct segment *segment, const unsigned *indexes, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (segment == &segment_table[indexes[i]])
            return true;
    return false;
}

/* What a segment needs that is not gathered for every draw. */
static void note_segment(struct layout *layout, const struct segment *segment)
{
    static const unsigned of_durations[] = {SEGMENT_session_clock, SEGMENT_session_api, SEGMENT_tokens_rate,
                                            SEGMENT_tokens_rate_input, SEGMENT_tokens_rate_output};
    static const unsigned of_files[] = {SEGMENT_account_email, SEGMENT_session_sandbox,
                                        SEGMENT_session_voice};
    if (!segment)
        return;
    layout->shows_machine |= segment->family == FAMILY_MACHINE;
    layout->shows_durations |= is_one_of(segment, of_durations, COUNT(of_durations));
    layout->shows_client_files |= is_one_of(segment, of_files, COUNT(of_files));
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

void look_note(struct look *look, const struct segment *segment)
{
    struct built *built = (struct built *)(uintptr_t)look->layout;
    if (built)
        note_segment(&built->layout, segment);
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
