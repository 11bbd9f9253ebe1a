/*
 * ccstatusline's configuration (github.com/sirmalloc/ccstatusline, schema versions 1 to 4; 2.2.30 writes 4):
 * ~/.config/ccstatusline/settings.json. Lines of widgets, each with its colours; separators are widgets of
 * their own, unless one separator or powerline's stands between all.
 */
#include "import.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SCHEMA_NEWEST = 4 };

enum level { LEVEL_NONE, LEVEL_BASIC, LEVEL_INDEXED, LEVEL_TRUE };

struct reader {
    struct import *import;
    const json_t *settings;
    enum level level; /* how many colours the person has them drawn with */
    bool bold, bare;  /* all of them */
    bool themed;      /* by powerline's theme: the widgets' own colours do not count */
    const char *colour, *background;
    bool automatic; /* separators between all widgets; those in the lines do not count */
};

/* ---- colours ----------------------------------------------------------------------------------------- */

/* Its named colours, as it draws them with 256 and with all. */
static const struct named {
    const char *name, *basic;
    uint8_t indexed;
    const char *exact;
} named_colours[] = {
    {"black", "black", 16, "#000000"},
    {"red", "red", 160, "#cc0000"},
    {"green", "green", 70, "#4e9a06"},
    {"yellow", "yellow", 178, "#c4a000"},
    {"blue", "blue", 26, "#3465a4"},
    {"magenta", "magenta", 96, "#75507b"},
    {"cyan", "cyan", 30, "#06989a"},
    {"white", "white", 188, "#d3d7cf"},
    {"brightBlack", "brightblack", 59, "#555753"},
    {"brightRed", "brightred", 203, "#ef2929"},
    {"brightGreen", "brightgreen", 155, "#8ae234"},
    {"brightYellow", "brightyellow", 227, "#fce94f"},
    {"brightBlue", "brightblue", 111, "#729fcf"},
    {"brightMagenta", "brightmagenta", 140, "#ad7fa8"},
    {"brightCyan", "brightcyan", 80, "#34e2e2"},
    {"brightWhite", "brightwhite", 231, "#eeeeec"},
};

static bool is_hex(const char *digits)
{
    size_t size = 0;
    while (isxdigit((unsigned char)digits[size]))
        size++;
    return size == 6;
}

static void say_named(const struct reader *reader, char **colour, const struct named *named)
{
    char written[8];
    snprintf(written, sizeof written, "%u", named->indexed);
    import_say(colour, reader->level <= LEVEL_BASIC     ? named->basic
                       : reader->level == LEVEL_INDEXED ? written
                                                        : named->exact);
}

/* "cyan", "bgCyan", "ansi256:30" or "hex:88C0D0". */
static void read_colour(const struct reader *reader, char **colour, const char *value)
{
    char written[8];
    if (strncmp(value, "ansi256:", 8) == 0) {
        long index = strtol(value + 8, NULL, 10);
        snprintf(written, sizeof written, "%ld", index & 0xff);
        if (index >= 0 && index < 256)
            import_say(colour, written);
        return;
    } else if (strncmp(value, "hex:", 4) == 0) {
        value += 4;
    } else {
        bool is_background = strncmp(value, "bg", 2) == 0;
        for (size_t i = 0; i < sizeof named_colours / sizeof *named_colours; i++)
            if (strcasecmp(value + (is_background ? 2 : 0), named_colours[i].name) == 0)
                say_named(reader, colour, &named_colours[i]);
        return;
    }
    if (is_hex(value)) {
        snprintf(written, sizeof written, "#%.6s", value);
        import_say(colour, written);
    }
}

static const char gradient_prefix[] = "gradient:";

static bool is_gradient(const char *value)
{
    return strncmp(value, gradient_prefix, sizeof gradient_prefix - 1) == 0;
}

/* "gradient:hex:FF0000,hex:00FF00", "gradient:#FF0000-#00FF00" or a name: "gradient:vice". */
static void read_gradient(struct import_item *item, const char *value)
{
    struct text stops = TEXT_EMPTY;
    const char *at = value + sizeof gradient_prefix - 1;
    const char *const between = strchr(at, ',') ? ", " : "- ";
    while (*(at += strspn(at, between))) {
        const size_t size = strcspn(at, between);
        const size_t prefix = *at == '#' ? 1 : strncmp(at, "hex:", 4) == 0 ? 4 : 0;
        text_addf(&stops, "%s%.*s", stops.size ? " " : "", (int)(size - prefix), at + prefix);
        at += size;
    }
    import_say(&item->gradient, stops.bytes);
    text_free(&stops);
}

static void read_background(const struct reader *reader, struct import_item *item, const char *value)
{
    if (is_gradient(value))
        import_note(reader->import, "%s: its background's gradient (%s)", item->name,
                    value + sizeof gradient_prefix - 1);
    else
        read_colour(reader, &item->background, value);
}

static void read_colours(const struct reader *reader, struct import_item *item, const json_t *widget)
{
    const char *colour = reader->colour ? reader->colour : import_string(widget, "color");
    const char *background =
        reader->background ? reader->background : import_string(widget, "backgroundColor");
    if (colour && !reader->themed && is_gradient(colour))
        read_gradient(item, colour);
    else if (colour && !reader->themed)
        read_colour(reader, &item->colour, colour);
    if (background && !reader->themed)
        read_background(reader, item, background);
    item->bold = reader->bold || import_flag(widget, "bold", false);
    if (json_object_get(widget, "dim"))
        import_note(reader->import, "%s: dim text: a segment is dim by its colour", item->name);
}

/* ---- widgets ----------------------------------------------------------------------------------------- */

/* The directory's forms. */
static const char *directory_name(const json_t *metadata)
{
    const char *fish = import_string(metadata, "fishStyle"), *parts = import_string(metadata, "segments");
    if (fish && strcmp(fish, "true") == 0)
        return "current-working-dir.fish";
    return parts && strcmp(parts, "1") == 0   ? "current-working-dir.last"
           : parts && strcmp(parts, "0") != 0 ? "current-working-dir.short"
                                              : "current-working-dir";
}

/* What its bars are drawn with: full and medium ones with blocks, short ones with shades. */
static const char *bar_of(const char *display)
{
    return !display                               ? NULL
           : strncmp(display, "progress", 8) == 0 ? "blocks"
           : strncmp(display, "slider", 6) == 0   ? "bar"
                                                  : NULL;
}

static void read_metadata(const struct reader *reader, struct import_item *item, const json_t *metadata)
{
    static const char *const known[] = {"fishStyle", "segments", "abbreviateHome", "display", "url",
                                        "text",      "hide",     "hideNoGit",      "hideNoJj"};
    const char *key;
    json_t *value;
    import_say(&item->bar, bar_of(import_string(metadata, "display")));
    if (strcmp(item->name, "link") == 0) {
        const char *text = import_string(metadata, "text"), *url = import_string(metadata, "url");
        item->kind = IMPORT_LINK;
        import_say(&item->text, text && *text ? text : url);
        import_say(&item->url, url);
    }
    json_object_foreach((json_t *)metadata, key, value)
    {
        bool is_known = false;
        for (size_t i = 0; i < sizeof known / sizeof *known; i++)
            is_known |= strcmp(key, known[i]) == 0;
        if (!is_known && json_is_string(value))
            import_note(reader->import, "%s: its option %s = %s", item->name, key, json_string_value(value));
    }
}

static void read_widget(const struct reader *reader, struct import_row *row, const json_t *widget,
                        const char *type)
{
    const json_t *metadata = json_object_get(widget, "metadata");
    bool is_directory = strcmp(type, "current-working-dir") == 0;
    struct import_item *item =
        import_add(row, IMPORT_WIDGET,
                   is_directory                  ? directory_name(metadata)
                   : strcmp(type, "git-pr") == 0 ? "git-review" /* its name until version 2.2.20 */
                                                 : type);
    if (strcmp(type, "custom-text") == 0 || strcmp(type, "custom-symbol") == 0) {
        item->kind = IMPORT_TEXT;
        import_say(&item->text, import_string(widget, type[7] == 't' ? "customText" : "customSymbol"));
    } else if (strcmp(type, "custom-command") == 0) {
        item->kind = IMPORT_COMMAND;
        import_say(&item->text, import_string(widget, "commandPath"));
        if (import_flag(widget, "preserveColors", false))
            import_note(reader->import, "custom-command: its output's own colours: they are taken off");
    }
    item->bare = reader->bare || import_flag(widget, "rawValue", false);
    item->max_columns = (uint32_t)import_number(widget, "maxWidth", 0);
    read_colours(reader, item, widget);
    read_metadata(reader, item, metadata);
    if (item->bar && strcmp(type, "context-bar") != 0) {
        struct text name = TEXT_EMPTY;
        text_addf(&name, "%s.bar", item->name);
        import_say(&item->name, name.bytes);
        text_free(&name);
    }
    if (json_object_get(widget, "numberFormat"))
        import_note(reader->import, "%s: its number format", item->name);
}

/* A separator with the blanks that it is drawn with. */
static void say_separator(char **separator, const char *character)
{
    static const char *const padded[][2] = {{"|", " | "}, {"-", " - "}, {",", ", "}};
    for (size_t i = 0; i < sizeof padded / sizeof *padded; i++)
        if (strcmp(character, padded[i][0]) == 0)
            character = padded[i][1];
    import_say(separator, character);
}

static bool is_merged(const json_t *widget)
{
    const json_t *merge = json_object_get(widget, "merge");
    return json_is_true(merge) || json_is_string(merge);
}

static void read_row(const struct reader *reader, const json_t *widgets)
{
    size_t index;
    const json_t *widget, *before = NULL;
    struct import_row *row = import_add_row(reader->import);
    json_array_foreach(widgets, index, widget)
    {
        const char *type = import_string(widget, "type");
        if (!type)
            continue;
        if (strcmp(type, "flex-separator") == 0) {
            import_add(row, IMPORT_FLEX, type);
        } else if (strcmp(type, "separator") == 0) {
            if (reader->automatic)
                continue;
            const char *character = import_string(widget, "character");
            say_separator(&import_add(row, IMPORT_SEPARATOR, type)->text, character ? character : "|");
        } else {
            read_widget(reader, row, widget, type);
            row->items[row->count - 1].joined = before && (!reader->automatic || is_merged(before));
        }
        before = strstr(type, "separator") ? NULL : widget;
    }
    if (!row->count)
        reader->import->row_count--;
}

/* ---- settings ---------------------------------------------------------------------------------------- */

/* The character that a string of "E0B0", "U+E0B0" or the character itself says. */
static bool is_round(const char *cap)
{
    return strcmp(cap, "\xee\x82\xb6") == 0 || strcasecmp(cap, "E0B6") == 0 || strcasecmp(cap, "U+E0B6") == 0;
}

static void read_powerline(struct reader *reader, const json_t *powerline)
{
    const char *theme = import_string(powerline, "theme");
    const char *cap = json_string_value(json_array_get(json_object_get(powerline, "startCaps"), 0));
    bool is_on = import_flag(powerline, "enabled", false);
    import_say(&reader->import->style, !is_on ? "plain" : cap && is_round(cap) ? "capsule" : "powerline");
    import_say(&reader->import->charset, is_on ? "nerd" : "unicode");
    if (!is_on)
        return;
    reader->automatic = true;
    reader->themed = theme && strcmp(theme, "custom") != 0;
    if (reader->themed)
        import_say(&reader->import->theme, theme);
    if (import_flag(powerline, "autoAlign", false))
        import_note(reader->import, "powerline.autoAlign: columns are not lined up between rows");
}

/* A colour for all widgets; NULL: each has its own. */
static const char *colour_of_all(const json_t *settings, const char *key)
{
    const char *colour = import_string(settings, key);
    return colour && strcmp(colour, "none") != 0 ? colour : NULL;
}

static void read_settings(struct reader *reader)
{
    const json_t *settings = reader->settings;
    const char *separator = import_string(settings, "defaultSeparator"),
               *padding = import_string(settings, "defaultPadding"),
               *flex = import_string(settings, "flexMode");
    reader->level = (enum level)import_number(settings, "colorLevel", LEVEL_INDEXED);
    reader->bold = import_flag(settings, "globalBold", false);
    reader->bare = import_flag(settings, "minimalistMode", false);
    reader->colour = colour_of_all(settings, "overrideForegroundColor");
    reader->background = colour_of_all(settings, "overrideBackgroundColor");
    reader->automatic = separator && *separator;
    if (reader->automatic) {
        struct text drawn = TEXT_EMPTY;
        say_separator(&reader->import->separator, separator);
        text_addf(&drawn, "%s%s%s", padding ? padding : "", reader->import->separator,
                  padding ? padding : "");
        import_say(&reader->import->separator, drawn.bytes);
        text_free(&drawn);
    }
    read_powerline(reader, json_object_get(settings, "powerline"));
    if (reader->level == LEVEL_NONE)
        import_note(reader->import, "colorLevel 0: for no colours set NO_COLOR in Claude Code's environment");
    if (flex && strcmp(flex, "full") != 0)
        import_note(reader->import, "flexMode %s: a line is fitted to the whole width", flex);
    if (json_object_get(settings, "numberFormat"))
        import_note(reader->import, "numberFormat: numbers are written Tacho's way");
}

/* Its own defaults: model, context, branch and changes in one line. */
static const char defaults[] =
    "{\"version\":4,\"lines\":[[{\"type\":\"model\",\"color\":\"cyan\"},{\"type\":\"separator\"},"
    "{\"type\":\"context-length\",\"color\":\"brightBlack\"},{\"type\":\"separator\"},"
    "{\"type\":\"git-branch\",\"color\":\"magenta\"},{\"type\":\"separator\"},"
    "{\"type\":\"git-changes\",\"color\":\"yellow\"}]]}";

static int read_ccstatusline(struct import *import, const json_t *document, struct text *why)
{
    json_t *usual = document ? NULL : json_loads(defaults, 0, NULL);
    struct reader reader = {.import = import, .settings = document ? document : usual};
    const json_t *lines = json_object_get(reader.settings, "lines"), *line;
    size_t index;
    int result = json_is_array(lines) ? 0 : -1;
    if (result < 0) {
        text_add_string(why, "no lines in it");
    } else {
        json_int_t version = import_number(reader.settings, "version", 1);
        if (version > SCHEMA_NEWEST)
            import_note(import, "its schema is version %lld, newer than %d, the newest known here",
                        (long long)version, SCHEMA_NEWEST);
        read_settings(&reader);
        json_array_foreach(lines, index, line) read_row(&reader, line);
    }
    json_decref(usual);
    return result;
}

static char *said_path(const char *command)
{
    return import_option(command, "config", '\0');
}

static const char *const places[] = {"~/.config/ccstatusline/settings.json", NULL};

const struct import_peer import_ccstatusline = {.name = "ccstatusline",
                                                .word = "ccstatusline",
                                                .read = read_ccstatusline,
                                                .said = said_path,
                                                .places = places};
