/*
 * Tables for people on a terminal: columns aligned, fitted to a width, wrapped where a cell is a list.
 * Every cell is made harmless (harmless.h), so nothing from a log reaches the terminal as a command.
 */
#ifndef TACHO_TABLE_H
#define TACHO_TABLE_H

#include "../base/text.h"

#include <stdbool.h>

#define TABLE_COLUMNS_MAX 12

struct table_column {
    const char *title;
    bool right;    /* aligned right: numbers */
    unsigned drop; /* columns are left out for lack of room in order of this, the greatest first; 0: never */
    unsigned narrowest; /* may be narrowed to this many columns, and its lists wrapped at ", "; 0: may not */
};

enum table_style { TABLE_PLAIN, TABLE_STRONG, TABLE_FAINT };

struct table_row {
    size_t first; /* of its cells */
    enum table_style style;
    bool rule;  /* a line is drawn above it */
    bool spans; /* it has one cell, which is drawn over all columns */
};

struct table_cell {
    size_t offset, size; /* in text, harmless */
    unsigned columns;
};

struct table {
    struct table_column columns[TABLE_COLUMNS_MAX];
    unsigned column_count;
    struct table_row *rows;
    size_t row_count, row_room;
    struct table_cell *cells;
    size_t cell_count, cell_room;
    struct text text;
};

/* Starts a row; then its cells, one for every column. */
void table_row(struct table *table, enum table_style style, bool rule);
void table_cell(struct table *table, const char *bytes, size_t size);

/* Starts a row that heads those below it, for table_draw() alone; then its one cell. */
void table_heading(struct table *table, bool rule);
void table_string(struct table *table, const char *string);

/* Draws it. `width` 0: as wide as it is. Returns how many columns of the table had to be left out. */
unsigned table_draw(const struct table *table, unsigned width, bool colour, struct text *out);

/* The same rows as CSV (RFC 4180), and as a Markdown table (escaped). */
void table_write_csv(const struct table *table, struct text *out);
void table_write_markdown(const struct table *table, struct text *out);

void table_free(struct table *table);

/* Begins and ends a style; nothing without colour. */
void style_begin(struct text *out, enum table_style style, bool colour);
void style_end(struct text *out, enum table_style style, bool colour);

/* Adds text that came from outside, made harmless; returns its columns. */
unsigned text_add_harmless(struct text *out, const char *bytes, size_t size);

#endif
