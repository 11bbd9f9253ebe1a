/* Tables for people on a terminal: see table.h. */
#include "table.h"

#include "../base/memory.h"
#include "harmless.h"

#include <stdlib.h>
#include <string.h>

#define GAP 2 /* spaces between columns */

/* How a table is laid out: the width of each column, 0 if it is left out. */
struct layout {
    unsigned widths[TABLE_COLUMNS_MAX];
};

unsigned text_add_harmless(struct text *out, const char *bytes, size_t size)
{
    struct grapheme grapheme;
    unsigned columns = 0;
    while (harmless_next(&grapheme, bytes, size, false)) {
        text_add(out, grapheme.bytes, grapheme.size);
        columns += grapheme.columns;
        bytes += grapheme.taken;
        size -= grapheme.taken;
    }
    return columns;
}

/* ---- filling --------------------------------------------------------------------------------------------
 */

void table_row(struct table *table, enum table_style style, bool rule)
{
    table->rows = memory_grow(table->rows, table->row_count, &table->row_room, sizeof *table->rows);
    table->rows[table->row_count++] = (struct table_row){table->cell_count, style, rule, false};
}

void table_heading(struct table *table, bool rule)
{
    table_row(table, TABLE_STRONG, rule);
    table->rows[table->row_count - 1].spans = true;
}

void table_cell(struct table *table, const char *bytes, size_t size)
{
    table->cells = memory_grow(table->cells, table->cell_count, &table->cell_room, sizeof *table->cells);
    struct table_cell *cell = &table->cells[table->cell_count++];
    cell->offset = table->text.size;
    cell->columns = text_add_harmless(&table->text, bytes, size);
    cell->size = table->text.size - cell->offset;
}

void table_string(struct table *table, const char *string)
{
    table_cell(table, string, strlen(string));
}

void table_free(struct table *table)
{
    free(table->rows);
    free(table->cells);
    text_free(&table->text);
}

/* ---- fitting --------------------------------------------------------------------------------------------
 */

static struct layout natural_layout(const struct table *table, unsigned dropped)
{
    struct layout layout = {{0}};
    for (unsigned c = 0; c < table->column_count; c++) {
        if (table->columns[c].drop && table->columns[c].drop >= dropped)
            continue;
        layout.widths[c] = (unsigned)strlen(table->columns[c].title);
        for (size_t r = 0; r < table->row_count; r++) {
            if (table->rows[r].spans)
                continue;
            unsigned columns = table->cells[table->rows[r].first + c].columns;
            layout.widths[c] = columns > layout.widths[c] ? columns : layout.widths[c];
        }
    }
    return layout;
}

static unsigned layout_width(const struct table *table, const struct layout *layout)
{
    unsigned width = 0;
    for (unsigned c = 0; c < table->column_count; c++)
        if (layout->widths[c])
            width += layout->widths[c] + (width ? GAP : 0);
    return width;
}

/* Narrows the columns that allow it until the table fits, or as far as they allow. */
static void narrow(const struct table *table, struct layout *layout, unsigned width)
{
    for (unsigned c = table->column_count; c-- > 0;) {
        unsigned now = layout_width(table, layout), least = table->columns[c].narrowest;
        if (now <= width || !least || layout->widths[c] <= least)
            continue;
        unsigned spare = layout->widths[c] - least, excess = now - width;
        layout->widths[c] -= excess < spare ? excess : spare;
    }
}

static struct layout fit(const struct table *table, unsigned width, unsigned *left_out)
{
    unsigned dropped = 1;
    for (unsigned c = 0; c < table->column_count; c++)
        if (table->columns[c].drop >= dropped)
            dropped = table->columns[c].drop + 1;
    struct layout layout = natural_layout(table, dropped);
    while (width && layout_width(table, &layout) > width) {
        narrow(table, &layout, width);
        if (layout_width(table, &layout) <= width || dropped == 1)
            break;
        layout = natural_layout(table, --dropped);
    }
    *left_out = 0;
    for (unsigned c = 0; c < table->column_count; c++)
        *left_out += layout.widths[c] == 0;
    return layout;
}

/* ---- drawing --------------------------------------------------------------------------------------------
 */

void style_begin(struct text *out, enum table_style style, bool colour)
{
    if (colour && style != TABLE_PLAIN)
        text_add_string(out, style == TABLE_STRONG ? "\033[1m" : "\033[2m");
}

void style_end(struct text *out, enum table_style style, bool colour)
{
    if (colour && style != TABLE_PLAIN)
        text_add_string(out, "\033[0m");
}

static void add_spaces(struct text *out, unsigned count)
{
    text_addf(out, "%*s", (int)count, "");
}

/* As many graphemes of the text as fit; with a sign that there is more. Returns the columns written. */
static unsigned add_cut(struct text *out, const char *bytes, size_t size, unsigned width)
{
    struct grapheme grapheme;
    unsigned columns = 0;
    while (harmless_next(&grapheme, bytes, size, false) && columns + grapheme.columns < width) {
        text_add(out, grapheme.bytes, grapheme.size);
        columns += grapheme.columns;
        bytes += grapheme.taken;
        size -= grapheme.taken;
    }
    text_add_string(out, "…");
    return columns + 1;
}

/* How much of a list's text goes on one line: up to the last ", " that lets it fit; at least one item. */
static size_t line_size(const char *bytes, size_t size, unsigned width)
{
    size_t best = 0;
    for (size_t at = 0; at <= size; at++) {
        bool ends = at == size || (size - at >= 2 && bytes[at] == ',' && bytes[at + 1] == ' ');
        if (!ends)
            continue;
        size_t item = at == size ? at : at + 1; /* with its comma */
        if (best && harmless_columns(bytes, item, false) > width)
            break;
        best = item;
    }
    return best;
}

static void add_aligned(struct text *out, const char *bytes, size_t size, unsigned width, bool right)
{
    unsigned columns = harmless_columns(bytes, size, false);
    if (columns > width) {
        add_spaces(out, width - add_cut(out, bytes, size, width));
        return;
    }
    if (right)
        add_spaces(out, width - columns);
    text_add(out, bytes, size);
    if (!right)
        add_spaces(out, width - columns);
}

/* What of a cell is still to be written. */
struct rest {
    const char *bytes;
    size_t size;
};

/* Takes from a cell what goes on this line. */
static struct rest take_line(struct rest *rest, bool wraps, unsigned width)
{
    struct rest line = {rest->bytes, wraps ? line_size(rest->bytes, rest->size, width) : rest->size};
    size_t taken = line.size;
    while (taken < rest->size && rest->bytes[taken] == ' ')
        taken++;
    rest->bytes += taken;
    rest->size -= taken;
    return line;
}

/* Writes one line of a row. Returns whether another must follow. */
static bool draw_line(const struct table *table, const struct layout *layout, struct rest *cells,
                      struct text *out)
{
    bool more = false, is_first = true;
    size_t start = out->size;
    for (unsigned c = 0; c < table->column_count; c++) {
        const struct table_column *column = &table->columns[c];
        if (!layout->widths[c])
            continue;
        if (!is_first)
            add_spaces(out, GAP);
        is_first = false;
        struct rest line = take_line(&cells[c], column->narrowest != 0, layout->widths[c]);
        add_aligned(out, line.bytes, line.size, layout->widths[c], column->right);
        more = more || cells[c].size;
    }
    while (out->size > start && out->bytes[out->size - 1] == ' ')
        out->size--; /* the newline that follows ends the text again */
    return more;
}

static void draw_cells(const struct table *table, const struct layout *layout, struct rest *cells,
                       enum table_style style, bool colour, struct text *out)
{
    bool more;
    do {
        style_begin(out, style, colour);
        more = draw_line(table, layout, cells, out);
        style_end(out, style, colour);
        text_add_char(out, '\n');
    } while (more);
}

static void draw_row(const struct table *table, const struct layout *layout, const struct table_row *row,
                     bool colour, struct text *out)
{
    struct rest cells[TABLE_COLUMNS_MAX];
    for (unsigned c = 0; c < table->column_count; c++) {
        const struct table_cell *cell = &table->cells[row->first + c];
        cells[c] = (struct rest){table->text.bytes + cell->offset, cell->size};
    }
    draw_cells(table, layout, cells, row->style, colour, out);
}

/* The cell of a heading, cut only where the terminal ends. */
static void draw_heading(const struct table *table, const struct table_row *row, unsigned width, bool colour,
                         struct text *out)
{
    const struct table_cell *cell = &table->cells[row->first];
    const char *bytes = table->text.bytes + cell->offset;
    style_begin(out, row->style, colour);
    if (width && cell->columns > width)
        add_cut(out, bytes, cell->size, width);
    else
        text_add(out, bytes, cell->size);
    style_end(out, row->style, colour);
    text_add_char(out, '\n');
}

static void draw_titles(const struct table *table, const struct layout *layout, bool colour, struct text *out)
{
    struct rest cells[TABLE_COLUMNS_MAX];
    for (unsigned c = 0; c < table->column_count; c++)
        cells[c] = (struct rest){table->columns[c].title, strlen(table->columns[c].title)};
    draw_cells(table, layout, cells, TABLE_STRONG, colour, out);
}

static void draw_rule(unsigned width, bool colour, struct text *out)
{
    style_begin(out, TABLE_FAINT, colour);
    for (unsigned i = 0; i < width; i++)
        text_add_string(out, "─");
    style_end(out, TABLE_FAINT, colour);
    text_add_char(out, '\n');
}

unsigned table_draw(const struct table *table, unsigned width, bool colour, struct text *out)
{
    unsigned left_out;
    struct layout layout = fit(table, width, &left_out);
    unsigned whole = layout_width(table, &layout);
    draw_titles(table, &layout, colour, out);
    draw_rule(whole, colour, out);
    for (size_t r = 0; r < table->row_count; r++) {
        if (table->rows[r].rule)
            draw_rule(whole, colour, out);
        if (table->rows[r].spans)
            draw_heading(table, &table->rows[r], width, colour, out);
        else
            draw_row(table, &layout, &table->rows[r], colour, out);
    }
    return left_out;
}
