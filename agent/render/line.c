/*
 * Pieces into a rendering: text is escaped for the surface grapheme by grapheme, colour escapes are
 * written only where the role changes, and every part (lead, body) ends without colour.
 */
#include "line.h"
#include "gradient.h"
#include "harmless.h"
#include "layout.h"
#include "numbers.h"
#include <stdio.h>
#include <string.h>

#define NO_ROLE ROLE_COUNT

static void emit(struct line *line, const char *bytes, size_t size)
{
    struct rendering *rendering = line->rendering;
    if (line->full || size > RENDER_TEXT_MAX - rendering->text_size) {
        line->full = true;
        return;
    }
    memcpy(rendering->text + rendering->text_size, bytes, size);
    rendering->text_size += (uint32_t)size;
}

static void emit_string(struct line *line, const char *string)
{
    emit(line, string, strlen(string));
}

/* ---- colours ---------------------------------------------------------------------------------------- */

bool line_is_coloured(const struct line *line)
{
    return line->depth != TACHO_NO_COLOUR && line->surface != TACHO_PLAIN && line->surface != TACHO_JSON;
}

/* 0 to 255 in decimal; a line has dozens, which printf would take longer for than for all the rest. */
static char *put_number(char *at, uint8_t value)
{
    if (value >= 100)
        *at++ = (char)('0' + value / 100);
    if (value >= 10)
        *at++ = (char)('0' + value / 10 % 10);
    *at++ = (char)('0' + value % 10);
    return at;
}

/* The parameters that choose a colour for text, or, with `ground`, for what is behind it. */
static char *put_colour(const struct line *line, char *at, const struct colour *colour, bool ground)
{
    int first = ground ? 40 : 30;
    if (line->depth == TACHO_TRUE_COLOUR || line->depth == TACHO_256_COLOURS) {
        at = put_number(at, (uint8_t)(first + 8));
        *at++ = ';';
        *at++ = line->depth == TACHO_TRUE_COLOUR ? '2' : '5';
        *at++ = ';';
    }
    if (line->depth == TACHO_TRUE_COLOUR) {
        at = put_number(at, colour->red);
        *at++ = ';';
        at = put_number(at, colour->green);
        *at++ = ';';
        return put_number(at, colour->blue);
    }
    if (line->depth == TACHO_256_COLOURS)
        return put_number(at, colour->indexed);
    return put_number(at, (uint8_t)((colour->basic < 8 ? first : first + 60 - 8) + colour->basic));
}

/*
 * SGR sequences (ECMA-48 8.3.117) go in the marks by which a shell knows that they take no columns. `colour`
 * may be NULL: the parameters in `before` are all.
 */
static void emit_sgr(struct line *line, const char *before, const struct colour *colour, bool ground)
{
    bool bash = line->surface == TACHO_BASH, zsh = line->surface == TACHO_ZSH;
    char text[64], *at = stpcpy(text, bash ? "\001\033[" : zsh ? "%{\033[" : "\033[");
    at = stpcpy(at, before);
    if (colour)
        at = put_colour(line, at, colour, ground);
    at = stpcpy(at, bash ? "m\002" : zsh ? "m%}" : "m");
    emit(line, text, (size_t)(at - text));
}

/* On a ground nothing is reset, for that would take the ground away. */
static void emit_terminal_colour(struct line *line, const struct colour *colour)
{
    char before[8], *at = before;
    *at = '\0';
    if (line->ground)
        at = stpcpy(at, line->bold && !colour->bold ? "22;" : "");
    else
        at = stpcpy(at, line->role == NO_ROLE ? "" : "0;");
    stpcpy(at, colour->bold ? "1;" : "");
    emit_sgr(line, before, colour, false);
    line->bold = colour->bold;
}

static void emit_terminal_reset(struct line *line)
{
    emit_sgr(line, "0", NULL, false);
    line->bold = false;
}

/* tmux(1), STYLES. */
static void emit_tmux_colour(struct line *line, const struct colour *colour)
{
    static const char basic[][8] = {"black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"};
    char style[48];
    const char *end = colour->bold ? ",bold]" : "]", *start = line->role == NO_ROLE ? "" : "default,";
    switch (line->depth) {
    case TACHO_TRUE_COLOUR:
        snprintf(style, sizeof style, "#[%sfg=#%02x%02x%02x%s", start, colour->red, colour->green,
                 colour->blue, end);
        break;
    case TACHO_256_COLOURS:
        snprintf(style, sizeof style, "#[%sfg=colour%u%s", start, colour->indexed, end);
        break;
    default:
        snprintf(style, sizeof style, "#[%sfg=%s%s%s", start, colour->basic < 8 ? "" : "bright",
                 basic[colour->basic % 8], end);
    }
    emit_string(line, style);
}

/* A person's colour for a segment is not for what warns, nor for what is meant to recede. */
static bool role_keeps(enum role role)
{
    return role == ROLE_DIM || role == ROLE_WARN || role == ROLE_ALARM || role == ROLE_CONFLICT;
}

static const struct colour *role_colour(const struct line *line, enum role role)
{
    if (line->options && line->options->has_colour && !role_keeps(role))
        return &line->options->colour;
    return line->ground ? &line->ground->on[role] : &line->look->theme->colours[role];
}

/* The end of a part on a ground: the pen takes the ground's colour, for the edge that may come next. */
static void hide_pen(struct line *line)
{
    line_ink(line, &line->ground->colour);
    line->role = NO_ROLE;
}

static void set_role(struct line *line, enum role role)
{
    if (role == line->role || !line_is_coloured(line))
        return;
    if (role == NO_ROLE && line->ground)
        hide_pen(line);
    else if (role == NO_ROLE && line->surface == TACHO_TMUX)
        emit_string(line, "#[default]");
    else if (role == NO_ROLE)
        emit_terminal_reset(line);
    else if (line->surface == TACHO_TMUX)
        emit_tmux_colour(line, role_colour(line, role));
    else
        emit_terminal_colour(line, role_colour(line, role));
    line->role = role;
    line->shade = NULL;
}

/* The gradient's colour of the column that comes, unless it is on. */
static void set_shade(struct line *line)
{
    if (role_keeps(line->role))
        return;
    const struct colour *shade =
        gradient_at(line->gradient, line->columns - line->shaded_from, line->shaded_columns);
    if (shade == line->shade)
        return;
    if (line->surface == TACHO_TMUX)
        emit_tmux_colour(line, shade);
    else
        emit_sgr(line, "", shade, false);
    line->shade = shade;
}

void line_ground(struct line *line, const struct colour *colour)
{
    if (line_is_coloured(line))
        emit_sgr(line, colour ? "" : "49", colour, true);
}

void line_ink(struct line *line, const struct colour *colour)
{
    if (!line_is_coloured(line))
        return;
    emit_sgr(line, line->bold ? "22;" : "", colour, false);
    line->bold = false;
}

void line_plain(struct line *line)
{
    if (!line_is_coloured(line))
        return;
    emit_terminal_reset(line);
}

/* ---- text ------------------------------------------------------------------------------------------- */

static void emit_grapheme(struct line *line, const struct grapheme *grapheme)
{
    const char *escaped = harmless_escape(line->surface, grapheme->bytes[0], line->look->ascii);
    if (line->gradient)
        set_shade(line);
    if (escaped && grapheme->size == 1)
        emit_string(line, escaped);
    else
        emit(line, grapheme->bytes, grapheme->size);
    line->columns += grapheme->columns;
}

/* Whether the surface takes printable ASCII as it is, with no colours between. */
static bool needs_no_escapes(const struct line *line)
{
    return (line->surface == TACHO_CLAUDE || line->surface == TACHO_PLAIN || line->surface == TACHO_FISH) &&
           !line->gradient;
}

/* How many bytes from the first on are printable ASCII that nothing joins: most of what a line has. */
static size_t simple_run(const char *bytes, size_t size)
{
    size_t run = 0;
    while (run < size && bytes[run] >= ' ' && bytes[run] < 0x7F)
        run++;
    return run > 0 && run < size && (uint8_t)bytes[run] >= 0x80 ? run - 1 : run;
}

static uint32_t room_for(const struct line *line, uint32_t columns)
{
    uint32_t left = line->most - line->columns;
    return columns < left ? columns : left;
}

/* Writes the graphemes that fit `columns`, and the part. */
static void emit_text(struct line *line, const char *bytes, size_t size, uint32_t columns)
{
    struct grapheme grapheme;
    bool runs = needs_no_escapes(line);
    while (size > 0 && columns > 0) {
        size_t run = runs ? simple_run(bytes, size) : 0;
        uint32_t room = room_for(line, columns);
        if (run > 0 && room > 0) {
            run = run < room ? run : room;
            emit(line, bytes, run);
            line->columns += (uint32_t)run;
            grapheme.columns = (uint32_t)run;
            grapheme.taken = run;
        } else if (!harmless_next(&grapheme, bytes, size, line->look->ascii) || grapheme.columns > columns) {
            return;
        } else if (grapheme.columns > room) {
            line->cut = true;
            return;
        } else {
            emit_grapheme(line, &grapheme);
        }
        columns -= grapheme.columns;
        bytes += grapheme.taken;
        size -= grapheme.taken;
    }
}

/* Tacho's own text is harmless, and each of its characters takes one column. */
static void emit_own(struct line *line, const char *text)
{
    size_t size = 0;
    uint32_t columns = 0, room = room_for(line, UINT32_MAX);
    if (!needs_no_escapes(line)) {
        emit_text(line, text, strlen(text), UINT16_MAX);
        return;
    }
    for (; text[size] && (columns < room || (text[size] & 0xC0) == 0x80); size++)
        columns += (text[size] & 0xC0) != 0x80;
    emit(line, text, size);
    line->columns += columns;
    line->cut |= text[size] != '\0';
}

/* A name of spaces shows nothing. */
static bool is_blank(const char *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (bytes[i] != ' ')
            return false;
    return true;
}

void piece_outside(struct line *line, enum role role, const char *bytes, size_t size, uint32_t columns)
{
    const char *ellipsis = line->look->ascii ? ".." : "…";
    uint32_t ellipsis_columns = line->look->ascii ? 2 : 1;
    if (!bytes || line->cut || is_blank(bytes, size))
        return;
    set_role(line, role);
    if (harmless_columns(bytes, size, line->look->ascii) <= columns) {
        emit_text(line, bytes, size, columns);
    } else if (columns > ellipsis_columns) {
        emit_text(line, bytes, size, columns - ellipsis_columns);
        emit_text(line, ellipsis, strlen(ellipsis), ellipsis_columns);
    }
}

void piece_text(struct line *line, enum role role, const char *text)
{
    if (!*text || line->cut)
        return;
    set_role(line, role);
    emit_own(line, text);
}

void piece_given(struct line *line, enum role role, const char *text)
{
    if (!*text || line->cut)
        return;
    set_role(line, role);
    emit_text(line, text, strlen(text), UINT16_MAX);
}

void piece_raw(struct line *line, const char *text)
{
    emit_own(line, text);
}

void line_end_part(struct line *line)
{
    set_role(line, NO_ROLE);
}

void piece_symbol(struct line *line, enum role role, const char *symbol, const char *ascii)
{
    piece_text(line, role, line->look->ascii ? ascii : symbol);
}

void piece_count(struct line *line, enum role role, int64_t count)
{
    char number[NUMBER_MAX];
    number_decimal(number, count, 0);
    piece_text(line, role, number);
}

void piece_number(struct line *line, double number, int64_t until_us)
{
    if (line->has_number)
        return;
    line->has_number = true;
    line->number = number;
    line->number_until_us = until_us;
}

/* ---- links ------------------------------------------------------------------------------------------ */

/* A URI as RFC 3986 allows it, so that nothing in it ends the sequence. */
static bool is_link(const struct line *line, struct fact_text url)
{
    if (!url.bytes || url.size < 8 || url.size > 1024 || line->surface != TACHO_CLAUDE ||
        line->depth == TACHO_NO_COLOUR)
        return false;
    for (size_t i = 0; i < url.size; i++)
        if (url.bytes[i] <= ' ' || url.bytes[i] > '~')
            return false;
    return memcmp(url.bytes, "http://", 7) == 0 || memcmp(url.bytes, "https://", 8) == 0;
}

void piece_link(struct line *line, struct fact_text url)
{
    if (!is_link(line, url))
        return;
    emit_string(line, "\033]8;;");
    emit(line, url.bytes, url.size);
    emit_string(line, "\033\\");
    line->linked = true;
}

void piece_link_end(struct line *line)
{
    if (line->linked)
        emit_string(line, "\033]8;;\033\\");
    line->linked = false;
}

/* ---- pieces ----------------------------------------------------------------------------------------- */

void line_begin(struct line *line, struct rendering *rendering, const struct look *look,
                enum tacho_surface surface, enum tacho_depth depth)
{
    rendering->piece_count = 0;
    rendering->text_size = 0;
    rendering->valid_until_us = INT64_MAX;
    *line = (struct line){
        .rendering = rendering, .look = look, .surface = surface, .depth = depth, .role = NO_ROLE};
}

void piece_valid_until(struct line *line, int64_t when_us)
{
    if (when_us < line->rendering->valid_until_us)
        line->rendering->valid_until_us = when_us;
}

static struct tacho_piece *open_piece(struct line *line)
{
    return &line->rendering->pieces[line->rendering->piece_count];
}

static void part_begin(struct line *line)
{
    line->part_start = line->rendering->text_size;
    line->columns = 0;
    line->most = UINT32_MAX;
    line->cut = false;
}

void piece_body(struct line *line)
{
    struct tacho_piece *piece = open_piece(line);
    if (line->rendering->piece_count == TACHO_PIECES_MAX)
        return;
    piece->lead_bytes = (uint16_t)(line->rendering->text_size - line->part_start);
    piece->lead_columns = (uint16_t)line->columns;
    part_begin(line);
}

void piece_open(struct line *line, uint8_t rank, enum lead lead)
{
    line->full = line->rendering->piece_count == TACHO_PIECES_MAX;
    if (line->full)
        return;
    part_begin(line);
    *open_piece(line) = (struct tacho_piece){.offset = line->part_start, .line = line->row, .rank = rank};
    if (lead == LEAD_OWN)
        return;
    if (lead == LEAD_SPACE)
        piece_text(line, NO_ROLE, " ");
    else if (lead == LEAD_DOT)
        piece_symbol(line, ROLE_DIM, " · ", " . ");
    else
        piece_symbol(line, ROLE_DIM, " │ ", " | ");
    set_role(line, NO_ROLE);
    piece_body(line);
}

void piece_again(struct line *line)
{
    line->rendering->text_size = line->part_start;
    part_begin(line);
    line->role = NO_ROLE;
    line->bold = line->linked = false;
}

void piece_close_flagged(struct line *line, uint8_t flags)
{
    piece_link_end(line);
    set_role(line, NO_ROLE);
    line->role = NO_ROLE;
    if (line->rendering->piece_count == TACHO_PIECES_MAX)
        return;
    struct tacho_piece *piece = open_piece(line);
    if (line->full || (line->columns == 0 && !(flags & TACHO_ENDS))) {
        line->rendering->text_size = piece->offset;
        return;
    }
    piece->body_bytes = (uint16_t)(line->rendering->text_size - line->part_start);
    piece->body_columns = (uint16_t)line->columns;
    piece->flags = flags;
    line->rendering->piece_count++;
}

void piece_close(struct line *line)
{
    piece_close_flagged(line, 0);
}
