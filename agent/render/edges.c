/* Separators and edges: see edges.h. The glyphs of Nerd Fonts are those of Powerline: U+E0B0 and on. */
#include "edges.h"

#include <string.h>

/* Without colours there are no backgrounds, and what would be their edges are separators. */
void edges_begin(struct edges *edges, const struct line *line, const struct layout *layout)
{
    bool fills = layout->style == STYLE_POWERLINE || layout->style == STYLE_CAPSULE;
    *edges = (struct edges){.layout = layout, .fills = fills && line_is_coloured(line)};
}

static const char *arrow(const struct edges *edges, const struct line *line)
{
    return !line->look->nerd ? "" : edges->right ? "\uE0B2" : "\uE0B0";
}

/* ASCII has nothing for the ends of a capsule but the background itself. */
static const char *cap_left(const struct line *line)
{
    return line->look->nerd ? "\uE0B6" : line->look->ascii ? "" : "▐";
}

static const char *cap_right(const struct line *line)
{
    return line->look->nerd ? "\uE0B4" : line->look->ascii ? "" : "▌";
}

static void separator(const struct edges *edges, struct line *line)
{
    const char *own = edges->layout->separator;
    if (own && own[strspn(own, " ")] == '\0')
        piece_raw(line, own);
    else if (own)
        piece_text(line, ROLE_DIM, own);
    else if (edges->layout->style == STYLE_MINIMAL)
        piece_text(line, ROLE_DIM, "  ");
    else if (edges->layout->style == STYLE_POWERLINE && line->look->nerd)
        piece_text(line, ROLE_DIM, " \uE0B1 ");
    else
        piece_symbol(line, ROLE_DIM, " │ ", " | ");
    line_end_part(line);
}

/* The cap in the pen's colour, or, where there is none, a column of the background. */
static void close_capsule(struct line *line)
{
    const char *cap = cap_right(line);
    if (!*cap)
        piece_raw(line, " ");
    line_ground(line, NULL);
    piece_raw(line, cap);
    line_plain(line);
}

static void lead_arrow(const struct edges *edges, struct line *line)
{
    if (edges->after_flex) {
        line_ink(line, &line->ground->colour);
        piece_raw(line, arrow(edges, line));
        return;
    }
    piece_raw(line, " ");
    if (edges->right)
        line_ink(line, &line->ground->colour);
    else
        line_ground(line, &line->ground->colour);
    piece_raw(line, arrow(edges, line));
}

void edges_lead(const struct edges *edges, struct line *line)
{
    if (!edges->fills) {
        if (!edges->after_flex)
            separator(edges, line);
    } else if (edges->layout->style == STYLE_POWERLINE) {
        lead_arrow(edges, line);
    } else if (!edges->after_flex) {
        close_capsule(line);
        piece_raw(line, " ");
    }
}

void edges_body(const struct edges *edges, struct line *line)
{
    if (!edges->fills)
        return;
    const char *cap = edges->layout->style == STYLE_CAPSULE ? cap_left(line) : "";
    line_plain(line);
    if (*cap) {
        line_ink(line, &line->ground->colour);
        piece_raw(line, cap);
    }
    line_ground(line, &line->ground->colour);
    if (!*cap)
        piece_raw(line, " ");
}

void edges_join(struct line *line, enum join join)
{
    if (join == JOIN_DOT)
        piece_symbol(line, ROLE_DIM, " · ", " . ");
    else
        piece_raw(line, " ");
    line_end_part(line);
}

void edges_close(const struct edges *edges, struct line *line)
{
    if (!edges->fills || !edges->has_before)
        return;
    if (edges->layout->style == STYLE_CAPSULE) {
        close_capsule(line);
        return;
    }
    piece_raw(line, " ");
    line_ground(line, NULL);
    if (!edges->right)
        piece_raw(line, arrow(edges, line));
    line_plain(line);
}
