/* Painting by ncurses: see paint.h. */
#include "paint.h"

#include "../render/harmless.h"
#include "../render/segments_draw.h"

#include "../../shm/terminal.h"

#include <ncurses.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT_MAX = 512 };

/* ---- colours ------------------------------------------------------------------------------------------- */

/* A terminal described as of direct colour takes red, green and blue for the number of a colour. */
static int colour_number(const struct colour *colour, enum tacho_depth depth)
{
    if (depth == TACHO_TRUE_COLOUR && COLORS >= 1 << 24)
        return colour->red << 16 | colour->green << 8 | colour->blue;
    if (depth >= TACHO_256_COLOURS && COLORS >= 256)
        return colour->indexed;
    return COLORS >= 16 ? colour->basic : colour->basic % 8;
}

void paint_begin(const struct look *look)
{
    enum tacho_depth depth = terminal_depth(getenv("NO_COLOR"), getenv("COLORTERM"), getenv("TERM"));
    bool has_colours = depth != TACHO_NO_COLOUR && has_colors();
    if (has_colours) {
        start_color();
        use_default_colors();
    }
    for (int role = 0; role < ROLE_COUNT; role++) {
        const struct colour *colour = &look->theme->colours[role];
        if (has_colours)
            init_extended_pair(role + 1, colour_number(colour, depth), -1);
    }
}

/* What is marked is all of one colour: many of them, reversed, could not be read. */
static void set_role(const struct strip *strip, int role)
{
    bool is_bold = role < ROLE_COUNT && strip->look->theme->colours[role].bold;
    int pair = role < ROLE_COUNT && !strip->is_marked ? role + 1 : 0;
    attr_set((is_bold ? A_BOLD : 0) | (strip->is_marked ? A_REVERSE : 0), 0, &pair);
}

/* ---- text ---------------------------------------------------------------------------------------------- */

struct fact_text text_of(const char *string)
{
    return (struct fact_text){string, string ? strlen(string) : 0};
}

static void put(struct strip *strip, const char *bytes, size_t size, int columns)
{
    mvaddnstr(strip->y, strip->x, bytes, (int)size);
    strip->x += columns;
}

static int columns_left(const struct strip *strip)
{
    return strip->end > strip->x ? strip->end - strip->x : 0;
}

static void put_cut_mark(struct strip *strip)
{
    if (strip->x < strip->end)
        put(strip, strip->look->ascii ? "~" : "…", strip->look->ascii ? 1 : strlen("…"), 1);
}

static void put_graphemes(struct strip *strip, struct fact_text text, int end)
{
    struct grapheme grapheme;
    while (harmless_next(&grapheme, text.bytes, text.size, strip->look->ascii) &&
           strip->x + (int)grapheme.columns <= end) {
        put(strip, grapheme.bytes, grapheme.size, (int)grapheme.columns);
        text.bytes += grapheme.taken;
        text.size -= grapheme.taken;
    }
}

void paint_text(struct strip *strip, int role, struct fact_text text)
{
    if (!text.bytes)
        return;
    bool is_cut = harmless_columns(text.bytes, text.size, strip->look->ascii) > (uint32_t)columns_left(strip);
    set_role(strip, role);
    put_graphemes(strip, text, is_cut ? strip->end - 1 : strip->end);
    if (is_cut)
        put_cut_mark(strip);
}

void paint_tail(struct strip *strip, int role, struct fact_text text)
{
    struct grapheme grapheme;
    if (!text.bytes)
        return;
    set_role(strip, role);
    uint32_t columns = harmless_columns(text.bytes, text.size, strip->look->ascii);
    if (columns > (uint32_t)columns_left(strip))
        put_cut_mark(strip);
    while (columns > (uint32_t)columns_left(strip) &&
           harmless_next(&grapheme, text.bytes, text.size, strip->look->ascii)) {
        columns -= grapheme.columns;
        text.bytes += grapheme.taken;
        text.size -= grapheme.taken;
    }
    put_graphemes(strip, text, strip->end);
}

/* Our own text has no grapheme of more than one code point, and none that is wide. */
static int columns_of(const char *text)
{
    int columns = 0;
    for (; *text; text++)
        columns += ((unsigned char)*text & 0xC0) != 0x80;
    return columns;
}

bool paint_whole(struct strip *strip, int role, const char *format, ...)
{
    char text[TEXT_MAX];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    int columns = columns_of(text);
    if (strip->x + columns > strip->end)
        return false;
    set_role(strip, role);
    put(strip, text, strlen(text), columns);
    return true;
}

bool paint_pair(struct strip *strip, const char *label, int role, const char *value)
{
    int between = *label && *value ? 1 : 0;
    return strip->x + 2 + columns_of(label) + between + columns_of(value) <= strip->end &&
           paint_whole(strip, ROLE_DIM, "  %s%s", label, between ? " " : "") &&
           paint_whole(strip, role, "%s", value);
}

void paint_up_to(struct strip *strip, int x)
{
    set_role(strip, ROLE_TEXT);
    while (strip->x < x && strip->x < strip->end)
        put(strip, " ", 1, 1);
}

/* ---- bars ---------------------------------------------------------------------------------------------- */

void paint_bar(struct strip *strip, int role, int columns, int64_t used_e2)
{
    int64_t full = used_e2 * columns / PERCENT_FULL_E2;
    for (int i = 0; i < columns && strip->x < strip->end; i++) {
        bool is_full = i < full;
        set_role(strip, is_full ? role : ROLE_DIM);
        if (strip->look->ascii)
            put(strip, is_full ? "#" : "-", 1, 1);
        else
            put(strip, is_full ? "▰" : "▱", strlen("▰"), 1);
    }
}

/* Anything above nothing shows. */
void paint_sparkline(struct strip *strip, int role, int columns, const double *values, size_t count)
{
    static const char *const heights[] = {" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    static const char *const ascii[] = {" ", "_", ".", ":", "-", "=", "+", "*", "#"};
    double most = 0;
    size_t first = count > (size_t)columns ? count - (size_t)columns : 0;
    for (size_t i = first; i < count; i++)
        most = values[i] > most ? values[i] : most;
    set_role(strip, role);
    for (size_t i = first; i < count && strip->x < strip->end; i++) {
        int height = values[i] > 0 ? 1 + (int)(values[i] / most * 7) : 0;
        const char *cell = strip->look->ascii ? ascii[height] : heights[height];
        put(strip, cell, strlen(cell), 1);
    }
}
