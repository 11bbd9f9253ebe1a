/*
 * CCometixLine's configuration (github.com/Haleclipse/CCometixLine, 1.1.2): ~/.claude/ccline/config.toml, and
 * a file of the same form for each theme. A segment has two icons, colours for its icon, text and background,
 * and a few options.
 */
#include "import.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The segments that are shown without a configuration. */
static const char *const usual[] = {"model", "directory", "git", "context_window"};

/* A colour is one of {c16 = 0…15}, {c256 = 0…255} and {r, g, b}. */
static void read_colour(char **colour, const json_t *value)
{
    static const char *const names[] = {"black",       "red",           "green",       "yellow",
                                        "blue",        "magenta",       "cyan",        "white",
                                        "brightblack", "brightred",     "brightgreen", "brightyellow",
                                        "brightblue",  "brightmagenta", "brightcyan",  "brightwhite"};
    char written[16];
    json_int_t basic = import_number(value, "c16", -1), indexed = import_number(value, "c256", -1);
    json_int_t red = import_number(value, "r", -1), green = import_number(value, "g", -1),
               blue = import_number(value, "b", -1);
    if (basic >= 0 && basic < 16) {
        import_say(colour, names[basic]);
    } else if (indexed >= 0 && indexed < 256) {
        snprintf(written, sizeof written, "%d", (int)indexed);
        import_say(colour, written);
    } else if (red >= 0 && red < 256 && green >= 0 && green < 256 && blue >= 0 && blue < 256) {
        snprintf(written, sizeof written, "#%02x%02x%02x", (unsigned)red, (unsigned)green, (unsigned)blue);
        import_say(colour, written);
    }
}

static void read_segment(struct import *import, struct import_row *row, const json_t *segment,
                         const char *icons)
{
    const char *id = import_string(segment, "id");
    const json_t *colours = json_object_get(segment, "colors"),
                 *options = json_object_get(segment, "options");
    if (!id || !import_flag(segment, "enabled", true))
        return;
    struct import_item *item = import_add(row, IMPORT_WIDGET, id);
    import_say(&item->icon, import_string(json_object_get(segment, "icon"), icons));
    read_colour(&item->colour, json_object_get(colours, "text"));
    read_colour(&item->background, json_object_get(colours, "background"));
    item->bold = import_flag(json_object_get(segment, "styles"), "text_bold", false);
    char *icon_colour = NULL;
    read_colour(&icon_colour, json_object_get(colours, "icon"));
    if (icon_colour && item->colour && strcmp(icon_colour, item->colour) != 0)
        import_note(import, "%s: the icon's own colour %s: an icon has its segment's", id, icon_colour);
    free(icon_colour);
    if (strcmp(id, "git") == 0 && import_flag(options, "show_sha", false))
        import_add(row, IMPORT_WIDGET, "git.show_sha")->joined = true;
}

static void read_style(struct import *import, const json_t *style)
{
    static const char arrow[] = "\xee\x82\xb0"; /* U+E0B0, powerline's */
    const char *mode = import_string(style, "mode"), *separator = import_string(style, "separator");
    bool is_powerline = (mode && strcmp(mode, "powerline") == 0) || (separator && strstr(separator, arrow));
    bool has_icons = is_powerline || (mode && strcmp(mode, "nerd_font") == 0);
    import_say(&import->style, is_powerline ? "powerline" : "plain");
    import_say(&import->charset, has_icons ? "nerd" : "unicode");
    if (separator && !is_powerline)
        import_say(&import->separator, separator);
}

static int read_ccline(struct import *import, const json_t *document, struct text *why)
{
    struct import_row *row = import_add_row(import);
    const json_t *segments = json_object_get(document, "segments"), *segment;
    size_t index;
    if (document && !json_is_array(segments)) {
        text_add_string(why, "no [[segments]] in it");
        return -1;
    }
    for (size_t i = 0; !document && i < sizeof usual / sizeof *usual; i++)
        import_add(row, IMPORT_WIDGET, usual[i]);
    import_say(&import->theme, import_string(document, "theme"));
    read_style(import, json_object_get(document, "style"));
    json_array_foreach(segments, index, segment)
        read_segment(import, row, segment, strcmp(import->charset, "nerd") == 0 ? "nerd_font" : "plain");
    return 0;
}

/* A theme of the command's is a file of its own, in place of the configuration. */
static char *said_path(const char *command)
{
    char *theme = import_option(command, "theme", 't');
    struct text path = TEXT_EMPTY;
    if (theme)
        text_addf(&path, "~/.claude/ccline/themes/%s.toml", theme);
    free(theme);
    return path.bytes;
}

static const char *const places[] = {"~/.claude/ccline/config.toml", NULL};

const struct import_peer import_ccline = {.name = "CCometixLine",
                                          .word = "ccline",
                                          .read = read_ccline,
                                          .is_toml = true,
                                          .said = said_path,
                                          .places = places};
