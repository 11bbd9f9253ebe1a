/* A look's rows: the status line's, a person's own or a preset's, and those of the prompt's sides. */
#include "look_building.h"
#include <string.h>

/* ---- rows ------------------------------------------------------------------------------------------ */

/* The last setting of a key of the line; NULL: none. */
static const struct look_setting *last_of(const struct building *building, const char *key)
{
    const struct look_setting *last = NULL;
    for (size_t i = 0; i < building->count; i++) {
        const char *its = setting_within(building->settings[i].name, "line");
        if (its && strcmp(its, key) == 0)
            last = &building->settings[i];
    }
    return last;
}

enum align { ALIGN_LEFT, ALIGN_CENTRE, ALIGN_RIGHT };

static enum align read_align(const struct building *building)
{
    const struct look_setting *setting = last_of(building, "align");
    const char *value = setting ? setting_value(setting) : "left";
    if (strcmp(value, "right") == 0)
        return ALIGN_RIGHT;
    if (strcmp(value, "center") == 0 || strcmp(value, "centre") == 0)
        return ALIGN_CENTRE;
    if (strcmp(value, "left") != 0)
        look_mistake(building, setting, "use left, center or right");
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
        look_mistake(building, setting, why.bytes);
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

const struct look_preset *read_preset(struct building *building)
{
    const struct look_setting *setting = last_of(building, "preset");
    const struct look_preset *preset = setting ? look_preset_find(setting_value(setting)) : NULL;
    if (setting && !preset)
        look_mistake(building, setting, "no such preset; `tacho segments --presets` lists them");
    if (!preset)
        preset = look_preset_at(0);
    building->built->layout.style = preset->style;
    return preset;
}

void build_rows(struct building *building, const struct look_preset *preset)
{
    uint8_t row = 0;
    for (size_t i = 0; i < building->count; i++) {
        const char *key = setting_within(building->settings[i].name, "line");
        if (!key || strcmp(key, "row") != 0)
            continue;
        if (row == LAYOUT_ROWS_MAX)
            look_mistake(building, &building->settings[i], "there can be eight rows");
        else
            build_row(building, row++, setting_value(&building->settings[i]), &building->settings[i]);
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
        look_mistake(building, setting, "there can be eight rows");
    else if (layout_add_row(layout, (*rows)++, setting_value(setting), &building->built->options, &why) < 0)
        look_mistake(building, setting, why.bytes);
    text_free(&why);
}

/* What a shell's script may put around the line (shell/around.*). */
static void check_shell(struct building *building, const struct look_setting *setting)
{
    static const char *const words[] = {"host", "environment", "duration", "jobs", "status"};
    for (const char *at = setting_value(setting); *(at += strspn(at, " ")); at += strcspn(at, " ")) {
        const size_t size = strcspn(at, " ");
        size_t i = 0;
        while (i < sizeof words / sizeof *words &&
               (strlen(words[i]) != size || memcmp(words[i], at, size) != 0))
            i++;
        if (i == sizeof words / sizeof *words)
            look_mistake(building, setting, "use some of host, environment, duration, jobs and status");
    }
}

static void set_prompt(struct building *building, const struct look_setting *setting, const char *key)
{
    struct layout *prompts = building->built->prompts;
    const char *value = setting_value(setting);
    if (strcmp(key, "separator") == 0) {
        const char *separator = string_keep(&building->built->strings, value, strlen(value));
        for (int side = 0; side < PROMPT_SIDES; side++)
            prompts[side].separator = separator;
    } else if (strcmp(key, "style") == 0) {
        read_style(building, &prompts[0], setting);
        for (int side = 1; side < PROMPT_SIDES; side++)
            prompts[side].style = prompts[0].style;
    } else if (strcmp(key, "shell") == 0) {
        check_shell(building, setting);
    } else if (prompt_side(key) == PROMPT_SIDES) {
        look_mistake(building, setting, "not a setting that this version knows");
    }
}

static void build_prompt(struct building *building, enum prompt_side side)
{
    struct layout *layout = &building->built->prompts[side];
    const struct layout *usual = layout_default_prompt(side);
    uint8_t rows = 0;
    for (size_t i = 0; i < building->count; i++) {
        const char *key = setting_within(building->settings[i].name, "prompt");
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

void build_prompts(struct building *building)
{
    struct layout *prompts = building->built->prompts;
    for (int side = 0; side < PROMPT_SIDES; side++) {
        prompts[side].separator = layout_default_prompt(PROMPT_LEFT)->separator;
        prompts[side].icons = true;
    }
    for (size_t i = 0; i < building->count; i++) {
        const char *key = setting_within(building->settings[i].name, "prompt");
        if (key)
            set_prompt(building, &building->settings[i], key);
    }
    for (int side = 0; side < PROMPT_SIDES; side++)
        build_prompt(building, (enum prompt_side)side);
}
