/* Tables for programs and pages: CSV (RFC 4180) and Markdown (GitHub's tables). See table.h. */
#include "table.h"

#include <ctype.h>
#include <string.h>

/* A project's folder begins with '-', and programs want its name as it is: words and dashes call nothing. */
static bool is_words(const char *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (!isalnum((unsigned char)bytes[i]) && !strchr("-_. ", bytes[i]))
            return false;
    return true;
}

/* Spreadsheets obey a cell that begins like a formula: an apostrophe before it keeps it text (OWASP, CSV
 * Injection). */
static bool is_formula(const char *bytes, size_t size)
{
    return size > 0 && bytes[0] &&
           (strchr("=+@\t\r", bytes[0]) || (bytes[0] == '-' && !is_words(bytes, size)));
}

static void csv_cell(struct text *out, const char *bytes, size_t size, bool is_number)
{
    bool guard = !is_number && is_formula(bytes, size);
    bool quote = guard || memchr(bytes, '"', size) || memchr(bytes, ',', size) || memchr(bytes, '\n', size);
    if (!quote) {
        text_add(out, bytes, size);
        return;
    }
    text_add_string(out, guard ? "\"'" : "\"");
    for (size_t i = 0; i < size; i++) {
        if (bytes[i] == '"')
            text_add_char(out, '"');
        text_add_char(out, bytes[i]);
    }
    text_add_char(out, '"');
}

void table_write_csv(const struct table *table, struct text *out)
{
    for (unsigned c = 0; c < table->column_count; c++) {
        text_add_string(out, c ? "," : "");
        csv_cell(out, table->columns[c].title, strlen(table->columns[c].title), false);
    }
    text_add_string(out, "\r\n");
    for (size_t r = 0; r < table->row_count; r++) {
        for (unsigned c = 0; c < table->column_count; c++) {
            const struct table_cell *cell = &table->cells[table->rows[r].first + c];
            text_add_string(out, c ? "," : "");
            csv_cell(out, table->text.bytes + cell->offset, cell->size, table->columns[c].right);
        }
        text_add_string(out, "\r\n");
    }
}

/* What Markdown or HTML would take for more than text is escaped. */
static void markdown_cell(struct text *out, const char *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (strchr("\\`*_{}[]()<>#|~!&", bytes[i]))
            text_add_char(out, '\\');
        text_add_char(out, bytes[i]);
    }
}

void table_write_markdown(const struct table *table, struct text *out)
{
    for (unsigned c = 0; c < table->column_count; c++)
        text_addf(out, "| %s ", table->columns[c].title);
    text_add_string(out, "|\n");
    for (unsigned c = 0; c < table->column_count; c++)
        text_add_string(out, table->columns[c].right ? "| ---: " : "| --- ");
    text_add_string(out, "|\n");
    for (size_t r = 0; r < table->row_count; r++) {
        const char *mark = table->rows[r].style == TABLE_STRONG ? "**" : "";
        for (unsigned c = 0; c < table->column_count; c++) {
            const struct table_cell *cell = &table->cells[table->rows[r].first + c];
            text_addf(out, "| %s", cell->size ? mark : "");
            markdown_cell(out, table->text.bytes + cell->offset, cell->size);
            text_addf(out, "%s ", cell->size ? mark : "");
        }
        text_add_string(out, "|\n");
    }
}
