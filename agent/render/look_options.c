/* Options of segments, and the values that settings are written in: see look_parts.h. */
#include "../base/memory.h"
#include "../base/words.h"
#include "../base/zone.h"
#include "condition.h"
#include "ground.h"
#include "look_build.h"
#include "look_parts.h"
#include "segments_draw.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static const int64_t SPAN_MOST_US = 24 * 3600 * MICROSECONDS;

/* ---- values ---------------------------------------------------------------------------------------- */

void *string_room(struct string_store *strings, size_t size)
{
    struct kept_string *kept = memory_take(sizeof *kept + size);
    kept->next = strings->first;
    strings->first = kept;
    return kept->text;
}

const char *string_keep(struct string_store *strings, const char *text, size_t size)
{
    char *kept = string_room(strings, size + 1);
    memcpy(kept, text, size);
    kept[size] = '\0';
    return kept;
}

static const char *const role_names[ROLE_COUNT] = {
    [ROLE_MODEL] = "model",         [ROLE_DETAIL] = "detail",     [ROLE_PATH] = "path",
    [ROLE_ROOT] = "root",           [ROLE_BRANCH] = "branch",     [ROLE_ACTION] = "action",
    [ROLE_SYNC] = "sync",           [ROLE_STAGED] = "staged",     [ROLE_UNSTAGED] = "unstaged",
    [ROLE_UNTRACKED] = "untracked", [ROLE_CONFLICT] = "conflict", [ROLE_STASH] = "stash",
    [ROLE_CALM] = "calm",           [ROLE_WARN] = "warn",         [ROLE_ALARM] = "alarm",
    [ROLE_COST] = "cost",           [ROLE_DIM] = "dim",
};

const char *look_role_at(size_t index)
{
    return index < ROLE_COUNT ? role_names[index] : NULL;
}

/* The terminal's own sixteen: "red", "brightred". */
static int basic_colour(const char *text)
{
    static const char names[][8] = {"black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"};
    int bright = strncmp(text, "bright", 6) == 0 ? 8 : 0;
    text += bright ? 6 : 0;
    for (int i = 0; i < 8; i++)
        if (strcmp(text, names[i]) == 0)
            return bright + i;
    return -1;
}

static bool read_hex(const char *text, uint32_t *rgb)
{
    char *end;
    text += *text == '#';
    if (strspn(text, "0123456789abcdefABCDEF") != 6 || text[6])
        return false;
    *rgb = (uint32_t)strtoul(text, &end, 16);
    return true;
}

static struct colour indexed_colour(int index)
{
    struct colour colour = {.indexed = (uint8_t)index, .basic = (uint8_t)(index & 15)};
    uint32_t rgb = colour_shown(&colour, TACHO_256_COLOURS);
    struct colour made = colour_of(rgb);
    made.indexed = (uint8_t)index;
    if (index < 16)
        made.basic = (uint8_t)index;
    return made;
}

int colour_read(struct colour *colour, const char *text, const struct theme *theme, struct text *why)
{
    uint32_t rgb;
    char *end;
    for (int role = 0; role < ROLE_COUNT; role++) {
        if (strcmp(text, role_names[role]) == 0) {
            *colour = theme->colours[role];
            return 0;
        }
    }
    long index = strtol(text, &end, 10);
    if (basic_colour(text) >= 0)
        *colour = indexed_colour(basic_colour(text));
    else if (read_hex(text, &rgb))
        *colour = colour_of(rgb);
    else if (isdigit((unsigned char)*text) && !*end && index <= 255)
        *colour = indexed_colour((int)index);
    else {
        text_add_string(why, "not a colour; use rrggbb, 0 to 255, a name as red or brightred, or one of the "
                             "theme's, as warn; a # "
                             "is to be in quotes");
        return -1;
    }
    return 0;
}

int amount_read(int64_t *pusd, const char *text, struct text *why)
{
    char *end;
    double dollars = strtod(text + (*text == '$'), &end);
    if (end == text || *end || !(dollars >= 0) || dollars > 1e6) {
        text_add_string(why, "use an amount in dollars, 0 to 1000000");
        return -1;
    }
    *pusd = (int64_t)(dollars * 1e12);
    return 0;
}

int span_read(int64_t *span_us, const char *text, struct text *why)
{
    char *end;
    double number = strtod(text, &end);
    double factor = *end == 'm' && end[1] != 's' ? 60 : *end == 'h' ? 3600 : *end == 'm' ? 0.001 : 1;
    bool has_unit =
        strcmp(end, "s") == 0 || strcmp(end, "m") == 0 || strcmp(end, "h") == 0 || strcmp(end, "ms") == 0;
    double span = number * factor * (double)MICROSECONDS;
    if (end == text || (*end && !has_unit) || !(span > 0) || span > (double)SPAN_MOST_US) {
        text_add_string(why, "use a time up to a day, as 500ms, 30s, 5m or 1h");
        return -1;
    }
    *span_us = (int64_t)span;
    return 0;
}

static int number_read(const char *text, long least, long most, long *number, struct text *why)
{
    char *end;
    *number = strtol(text, &end, 10);
    if (end == text || *end || *number < least || *number > most) {
        text_addf(why, "use a number from %ld to %ld", least, most);
        return -1;
    }
    return 0;
}

/* ---- options --------------------------------------------------------------------------------------- */

struct setting {
    struct segment_options *options;
    struct layout *layout;
    const struct theme *theme;
    struct string_store *strings;
    const char *value;
    struct text *why;
};

static const char *keep_value(const struct setting *setting)
{
    return string_keep(setting->strings, setting->value, strlen(setting->value));
}

static int set_icon(const struct setting *setting)
{
    setting->options->icon = keep_value(setting);
    return 0;
}

static int set_text(const struct setting *setting)
{
    setting->options->text = keep_value(setting);
    return 0;
}

static int set_url(const struct setting *setting)
{
    if (strncmp(setting->value, "http://", 7) != 0 && strncmp(setting->value, "https://", 8) != 0) {
        text_add_string(setting->why, "use an address that begins with https:// or http://");
        return -1;
    }
    setting->options->url = keep_value(setting);
    return 0;
}

/* Around {}, which stands for what the segment shows. */
static int set_format(const struct setting *setting)
{
    const char *place = strstr(setting->value, "{}");
    if (!place) {
        text_add_string(setting->why, "use {} for what the segment shows, as \"ctx {}\"");
        return -1;
    }
    setting->options->before =
        string_keep(setting->strings, setting->value, (size_t)(place - setting->value));
    setting->options->after = string_keep(setting->strings, place + 2, strlen(place + 2));
    return 0;
}

/* "bold" may stand beside the colour. */
static int set_colour(const struct setting *setting)
{
    char name[64];
    bool bold = strncmp(setting->value, "bold ", 5) == 0;
    const char *value = setting->value + (bold ? 5 : 0);
    size_t length = strlen(value) < sizeof name ? strlen(value) : 0;
    memcpy(name, value, length);
    name[length] = '\0';
    struct segment_options *options = setting->options;
    if (colour_read(&options->colour, name, setting->theme, setting->why) < 0)
        return -1;
    options->colour.bold = bold;
    options->has_colour = true;
    return 0;
}

/* Where there are too few colours for it, its first one is the segment's. */
static int set_gradient(const struct setting *setting)
{
    struct segment_options *options = setting->options;
    struct gradient *gradient = string_room(setting->strings, sizeof *gradient);
    if (gradient_read(gradient, setting->value, setting->theme, setting->why) < 0)
        return -1;
    options->gradient = gradient;
    if (!options->has_colour)
        options->colour = gradient->shades[0];
    options->has_colour = true;
    return 0;
}

static int set_background(const struct setting *setting)
{
    struct colour colour;
    if (colour_read(&colour, setting->value, setting->theme, setting->why) < 0)
        return -1;
    struct ground *ground = string_room(setting->strings, sizeof *ground);
    ground_make(ground, setting->theme, colour_rgb(&colour));
    setting->options->ground = ground;
    return 0;
}

static int set_when(const struct setting *setting)
{
    return condition_read(&setting->options->when, setting->value, setting->why);
}

static int set_max(const struct setting *setting)
{
    long number;
    if (number_read(setting->value, 1, 300, &number, setting->why) < 0)
        return -1;
    setting->options->most = (uint16_t)number;
    return 0;
}

static int set_priority(const struct setting *setting)
{
    long number;
    if (number_read(setting->value, 1, 250, &number, setting->why) < 0)
        return -1;
    setting->options->priority = (uint8_t)number;
    return 0;
}

static int set_width(const struct setting *setting)
{
    long number;
    if (number_read(setting->value, 1, 60, &number, setting->why) < 0)
        return -1;
    setting->options->cells = (uint16_t)number;
    return 0;
}

static int set_bar(const struct setting *setting)
{
    setting->options->bar = bar_style_find(setting->value);
    if (setting->options->bar)
        return 0;
    text_add_string(setting->why, "no such bar; there are");
    for (size_t i = 0; bar_style_at(i); i++)
        text_addf(setting->why, " %s", bar_style_at(i)->name);
    return -1;
}

/* ---- commands -------------------------------------------------------------------------------------- */

static struct layout_command *own_command(const struct setting *setting)
{
    struct layout *layout = setting->layout;
    if (!setting->options->command) {
        if (layout->command_count == sizeof layout->commands / sizeof *layout->commands) {
            text_add_string(setting->why, "too many commands");
            return NULL;
        }
        layout->commands[layout->command_count] =
            (struct layout_command){.every_us = 60 * MICROSECONDS, .timeout_us = MICROSECONDS};
        setting->options->command = (uint8_t)++layout->command_count;
    }
    return &layout->commands[setting->options->command - 1];
}

static int set_command(const struct setting *setting)
{
    struct layout_command *command = own_command(setting);
    if (!command)
        return -1;
    size_t count = 0;
    const char *at = setting->value, *word;
    for (size_t size; count < COMMAND_WORDS_MAX && (word = word_next(&at, &size));)
        command->argv[count++] = string_keep(setting->strings, word, size);
    command->argv[count] = NULL;
    if (count > 0)
        return 0;
    text_add_string(setting->why, "name a program and its arguments");
    return -1;
}

static int set_interval(const struct setting *setting)
{
    struct layout_command *command = own_command(setting);
    return command ? span_read(&command->every_us, setting->value, setting->why) : -1;
}

static int set_timeout(const struct setting *setting)
{
    struct layout_command *command = own_command(setting);
    return command ? span_read(&command->timeout_us, setting->value, setting->why) : -1;
}

int options_set(struct segment_options *options, struct layout *layout, const struct theme *theme,
                struct string_store *strings, const char *key, const char *value, struct text *why)
{
    static const struct {
        const char *key;
        int (*set)(const struct setting *setting);
    } keys[] = {
        {"icon", set_icon},       {"color", set_colour},
        {"colour", set_colour},   {"background", set_background},
        {"format", set_format},   {"when", set_when},
        {"max", set_max},         {"priority", set_priority},
        {"bar", set_bar},         {"width", set_width},
        {"text", set_text},       {"url", set_url},
        {"command", set_command}, {"interval", set_interval},
        {"timeout", set_timeout}, {"gradient", set_gradient},
    };
    const struct setting setting = {options, layout, theme, strings, value, why};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (strcmp(keys[i].key, key) == 0)
            return keys[i].set(&setting);
    text_add_string(why, "not an option of segments; there are");
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        text_addf(why, "%s %s", i ? "," : "", keys[i].key);
    return -1;
}
