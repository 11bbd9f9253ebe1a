/* Another status line's configuration, said in Tacho's: see import.h. The syntax is render/look_build.h's. */
#include "import.h"

#include "config_text.h"

#include "../render/look_build.h"
#include "../render/look_parts.h"
#include "../render/segments_draw.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- names ------------------------------------------------------------------------------------------- */

static const struct name {
    const struct import_peer *peer;
    const char *theirs, *ours, *mark;
} names[] = {
#define NAME(peer, theirs, ours, mark) {&import_##peer, theirs, ours, mark},
#include "import_names.def"
#undef NAME
};

static bool is_named(const char *name, const char *wanted, size_t size)
{
    return strlen(name) == size && memcmp(name, wanted, size) == 0;
}

static const struct name *find_name(const struct import_peer *peer, const char *theirs, size_t size)
{
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (names[i].peer == peer && is_named(names[i].theirs, theirs, size))
            return &names[i];
    return NULL;
}

static const struct segment_peer *find_peer(const struct import_peer *peer, const char *theirs, size_t size)
{
    const struct segment_peer *found;
    for (size_t i = 0; (found = segment_peer_at(i)); i++)
        if (strcmp(found->peer, peer->word) == 0 && is_named(found->theirs, theirs, size))
            return found;
    return NULL;
}

static const char *const themes[][2] = {
    {"onedark", "one-dark"},
    {"tokyonight", "tokyo-night"},
    {"default", "dark"}, /* CCometixLine's */
    {"powerline-dark", "dark"},
    {"powerline-light", "light"},
    {"powerline-rose-pine", "rose-pine"},
    {"powerline-tokyo-night", "tokyo-night"},
};

/* The theme's name here; NULL after noting that there is none of that name. */
static const char *theme_of(struct import *import)
{
    const char *theme = import->theme;
    for (size_t i = 0; theme && i < sizeof themes / sizeof *themes; i++)
        if (strcmp(themes[i][0], theme) == 0)
            theme = themes[i][1];
    if (!theme || render_theme(theme))
        return theme;
    import_note(import,
                "theme %s: none is called so here; the colours that segments have of their own are "
                "taken over",
                theme);
    return NULL;
}

/* The style's name here; one that a peer does not know itself is drawn as minimal by it. */
static const char *style_of(struct import *import)
{
    if (strcmp(import->style, "tui") == 0) {
        import_note(import, "style tui: a panel with a frame is not drawn; its lines are");
        return "plain";
    }
    for (size_t i = 0; look_style_at(i); i++)
        if (strcmp(look_style_at(i), import->style) == 0)
            return look_style_at(i);
    return "minimal";
}

/* What bars are drawn with goes by other names here. */
static const char *bar_of(const char *theirs)
{
    return strcmp(theirs, "blocks") == 0 ? "bar" : strcmp(theirs, "geometric") == 0 ? "blocks" : theirs;
}

/* ---- segments ---------------------------------------------------------------------------------------- */

struct writer {
    struct import *import;
    struct text used;     /* the segments that rows have, each between blanks */
    struct text sections; /* their options */
    bool noted_bold;
};

/* How often the segment is in rows already. */
static unsigned times_used(const struct writer *writer, const char *segment, size_t size)
{
    unsigned times = 0;
    for (const char *at = writer->used.bytes; at && (at = strchr(at, ' ')); at++)
        times += strncmp(at + 1, segment, size) == 0 && at[1 + size] == ' ';
    return times;
}

/* The segment's name; a second one in the rows has a label, and options of its own. */
static void add_instance(struct writer *writer, const char *segment, size_t size, struct text *name)
{
    unsigned times = times_used(writer, segment, size);
    text_add(name, segment, size);
    if (times)
        text_addf(name, "@%u", times + 1);
    if (!writer->used.size)
        text_add_char(&writer->used, ' ');
    text_addf(&writer->used, "%.*s ", (int)size, segment);
}

static void add_option(struct text *options, const char *key, const char *value)
{
    if (value)
        config_text_add_value(options, key, value);
}

/* A colour, unless it is one that has no such form here ("transparent", "#abc"). */
static const char *colour_of(struct writer *writer, const struct import_item *item, const char *colour)
{
    struct colour read;
    struct text why = TEXT_EMPTY;
    bool is_colour = colour && colour_read(&read, colour, render_look_default().theme, &why) == 0;
    if (colour && !is_colour)
        import_note(writer->import, "%s: its colour %s", item->name, colour);
    text_free(&why);
    return is_colour ? colour : NULL;
}

static const char *gradient_of(struct writer *writer, const struct import_item *item)
{
    struct gradient read;
    struct text why = TEXT_EMPTY;
    bool is_gradient =
        item->gradient && gradient_read(&read, item->gradient, render_look_default().theme, &why) == 0;
    if (item->gradient && !is_gradient)
        import_note(writer->import, "%s: its gradient %s", item->name, item->gradient);
    text_free(&why);
    return is_gradient ? item->gradient : NULL;
}

static void add_colours(struct writer *writer, const struct import_item *item, struct text *options)
{
    const char *colour = colour_of(writer, item, item->colour);
    struct text bold = TEXT_EMPTY;
    if (colour && item->bold)
        text_addf(&bold, "bold %s", colour);
    add_option(options, "color", bold.bytes ? bold.bytes : colour);
    add_option(options, "gradient", gradient_of(writer, item));
    add_option(options, "background", colour_of(writer, item, item->background));
    if (item->bold && !colour && !writer->noted_bold) {
        import_note(writer->import, "bold: a colour of one's own can be bold (\"bold #88c0d0\"), a theme's "
                                    "are as the theme has them");
        writer->noted_bold = true;
    }
    text_free(&bold);
}

static void add_bar(struct writer *writer, const struct import_item *item, struct text *options)
{
    const char *bar = bar_of(item->bar);
    if (bar_style_find(bar))
        add_option(options, "bar", bar);
    else
        import_note(writer->import, "%s: its bar %s", item->name, item->bar);
}

/* Only addresses of the web are links. */
static void add_link(struct writer *writer, const struct import_item *item, struct text *options)
{
    bool is_web =
        item->url && (strncmp(item->url, "https://", 8) == 0 || strncmp(item->url, "http://", 7) == 0);
    add_option(options, "text", item->text);
    add_option(options, "url", is_web ? item->url : NULL);
    if (item->url && !is_web)
        import_note(writer->import, "%s: its target %s: a link leads to https:// or http://", item->name,
                    item->url);
}

/* A command line as a program and its arguments: what only a shell understands is given to one. */
static void add_command(struct writer *writer, const struct import_item *item, struct text *options)
{
    struct text line = TEXT_EMPTY;
    const char *command = item->text ? item->text : "";
    bool needs_shell = strpbrk(command, "|&;<>()$`\\*?[]#~=%!{}\n") != NULL;
    char quote = strchr(command, '"') ? '\'' : '"';
    if (needs_shell && strchr(command, quote)) {
        import_note(writer->import, "%s: %s: both kinds of quotes in it; put it into a script", item->name,
                    command);
        text_add_string(&line, "true");
    } else if (needs_shell) {
        text_addf(&line, "sh -c %c%s%c", quote, command, quote);
    } else {
        text_add_string(&line, command);
    }
    add_option(options, "command", line.bytes);
    import_note(writer->import,
                "%s: %s: is run every minute in the background, without the session's document", item->name,
                command);
    text_free(&line);
}

/* What the person chose for one segment; of several that stand for an item the first has the icon. */
static void add_options(struct writer *writer, const struct import_item *item, const char *icon,
                        const char *segment, struct text *options)
{
    char most[16];
    bool is_bar = strlen(segment) > 4 && strcmp(segment + strlen(segment) - 4, ".bar") == 0;
    add_colours(writer, item, options);
    add_option(options, "icon", icon);
    if (is_bar && item->bar)
        add_bar(writer, item, options);
    snprintf(most, sizeof most, "%u", item->max_columns < 300 ? item->max_columns : 300);
    add_option(options, "max", item->max_columns ? most : NULL);
    if (item->kind == IMPORT_TEXT)
        add_option(options, "text", item->text);
    if (item->kind == IMPORT_LINK)
        add_link(writer, item, options);
    if (item->kind == IMPORT_COMMAND)
        add_command(writer, item, options);
}

static void add_segment(struct writer *writer, const struct import_item *item, const char *icon,
                        const char *segment, size_t size, struct text *row)
{
    struct text instance = TEXT_EMPTY, options = TEXT_EMPTY, section = TEXT_EMPTY, plain = TEXT_EMPTY;
    text_add(&plain, segment, size);
    add_instance(writer, segment, size, &instance);
    add_options(writer, item, icon, plain.bytes, &options);
    text_add(row, instance.bytes, instance.size);
    if (options.size) {
        text_addf(&section, "segment.%s", instance.bytes);
        config_text_add_section(&writer->sections, section.bytes);
        text_add(&writer->sections, options.bytes, options.size);
    }
    text_free(&instance);
    text_free(&options);
    text_free(&section);
    text_free(&plain);
}

/* ---- rows -------------------------------------------------------------------------------------------- */

/* What a person would have to write, a command or a text, is left to the person. */
static bool is_taken(const struct segment_peer *peer)
{
    return peer->ours[0] && strncmp(peer->ours, "command", 7) != 0 && strcmp(peer->ours, "text") != 0;
}

/*
 * The segments that stand for a widget, "context.bar+context.used"; NULL after noting why there are none. A
 * form that has no name of its own goes by the name without it.
 */
static const char *segments_of_widget(struct writer *writer, const struct import_item *item,
                                      const char **mark)
{
    const char *theirs = item->name, *dot = strrchr(theirs, '.');
    size_t size = strlen(theirs), whole = size;
    const struct name *name = NULL;
    const struct segment_peer *peer = NULL;
    for (;; size = (size_t)(dot - theirs)) {
        name = find_name(writer->import->peer, theirs, size);
        peer = find_peer(writer->import->peer, theirs, size);
        if (name || peer || !dot || size < whole)
            break;
    }
    *mark = name ? name->mark : NULL;
    if (name && name->ours)
        return name->ours;
    if (!peer)
        import_note(writer->import, "%s: not a widget that is known here", theirs);
    else if (!is_taken(peer))
        import_note(writer->import, "%s: %s%s", theirs, peer->ours[0] ? "not taken over; possible is " : "",
                    peer->note);
    else if (peer->note[0] || size < whole)
        import_note(writer->import, "%s: as %s%s%s", theirs, peer->ours, peer->note[0] ? ": " : "",
                    peer->note);
    return peer && is_taken(peer) ? peer->ours : NULL;
}

static const char *segments_of(struct writer *writer, const struct import_item *item, const char **mark)
{
    static const char *const own[] = {
        [IMPORT_TEXT] = "text", [IMPORT_LINK] = "link", [IMPORT_COMMAND] = "command"};
    *mark = NULL;
    return item->kind == IMPORT_WIDGET ? segments_of_widget(writer, item, mark) : own[item->kind];
}

static void add_item(struct writer *writer, const struct import_item *item, bool joins, struct text *row)
{
    const char *mark, *segments = segments_of(writer, item, &mark);
    const struct segment_group *group = segments ? segment_group_find(segments, strlen(segments)) : NULL;
    if (!segments)
        return;
    if (row->size)
        text_add_char(row, joins ? '+' : ' ');
    bool draws_mark = !item->bare && strcmp(writer->import->charset, "ascii") != 0;
    const char *icon = item->icon ? item->icon : draws_mark ? mark : NULL;
    segments = group ? group->row : segments;
    for (const char *at = segments; *at;) {
        size_t size = strcspn(at, "+, ");
        add_segment(writer, item, at == segments ? icon : NULL, at, size, row);
        at += size;
        if (*at)
            text_add_char(row, *at++);
    }
}

/* The row's words. Separators are one for all: a separator that is another than the first is noted. */
static void add_row(struct writer *writer, const struct import_row *items, struct text *row)
{
    struct import *import = writer->import;
    for (size_t i = 0; i < items->count; i++) {
        const struct import_item *item = &items->items[i];
        if (item->kind == IMPORT_FLEX) {
            text_add_string(row, row->size ? " flex" : "flex");
        } else if (item->kind != IMPORT_SEPARATOR) {
            add_item(writer, item, item->joined, row);
        } else if (!import->separator) {
            import_say(&import->separator, item->text);
        } else if (strcmp(import->separator, item->text) != 0) {
            import_note(import, "separator '%s': there is one for all, '%s'", item->text, import->separator);
        }
    }
}

static void add_budget(struct text *out, const char *key, double dollars)
{
    char amount[32];
    snprintf(amount, sizeof amount, "%.2f", dollars);
    if (dollars > 0)
        config_text_add_value(out, key, amount);
}

void import_write(struct import *import, const char *path, struct text *out)
{
    struct writer writer = {.import = import};
    struct text rows = TEXT_EMPTY;
    /* Arrows and caps are the Nerd Fonts' with all of them. */
    const char *style = style_of(import);
    bool has_edges = strcmp(style, "powerline") == 0 || strcmp(style, "capsule") == 0;
    const char *charset = has_edges && strcmp(import->charset, "ascii") != 0 ? "nerd" : import->charset;
    for (size_t i = 0; i < import->row_count; i++) {
        struct text row = TEXT_EMPTY;
        add_row(&writer, &import->rows[i], &row);
        if (row.size)
            config_text_add_value(&rows, "row", row.bytes);
        text_free(&row);
    }
    config_text_add_section(out, "line");
    if (path && !strchr(path, '\n'))
        text_addf(out, "    # from %s\n", path);
    text_add(out, rows.bytes ? rows.bytes : "", rows.size);
    add_option(out, "style", style);
    add_option(out, "theme", theme_of(import));
    add_option(out, "charset", charset);
    if (strcmp(charset, "nerd") == 0) /* they draw the icons that are said, no others */
        config_text_add_value(out, "icons", "false");
    if (import->separator && strcmp(style, "plain") == 0)
        config_text_add_value(out, "separator", import->separator);
    text_add(out, writer.sections.bytes ? writer.sections.bytes : "", writer.sections.size);
    if (import->budget_session > 0 || import->budget_today > 0 || import->budget_block > 0) {
        config_text_add_section(out, "budget");
        add_budget(out, "session", import->budget_session);
        add_budget(out, "today", import->budget_today);
        add_budget(out, "block", import->budget_block);
    }
    text_free(&rows);
    text_free(&writer.used);
    text_free(&writer.sections);
}
