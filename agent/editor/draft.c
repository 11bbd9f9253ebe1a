/* The configuration being edited: see draft.h. */
#include "draft.h"

#include "../base/memory.h"
#include "../base/say.h"
#include "../commands/config.h"
#include "../commands/config_text.h"
#include "../render/look_build.h"

#include <stdlib.h>
#include <string.h>

static const char *const charsets[] = {"unicode", "nerd", "ascii", NULL};

static const struct {
    const char *label, *name;
} fields[FIELD_COUNT] = {
    {"Preset", "line.preset"},
    {"Theme", "line.theme"},
    {"Style", "line.style"},
    {"Charset", "line.charset"},
};

const char *draft_field_name(enum draft_field field)
{
    return fields[field].label;
}

const char *draft_choice(enum draft_field field, size_t index)
{
    const struct look_preset *preset = field == FIELD_PRESET ? look_preset_at(index) : NULL;
    switch (field) {
    case FIELD_PRESET:
        return preset ? preset->name : NULL;
    case FIELD_THEME:
        return render_theme_at(index);
    case FIELD_STYLE:
        return look_style_at(index);
    default:
        return index < sizeof charsets / sizeof *charsets ? charsets[index] : NULL;
    }
}

/* ---- reading the text ---------------------------------------------------------------------------------- */

static void row_add(struct draft_row *row, size_t at, const char *word, size_t size)
{
    row->words = memory_grow(row->words, row->count, &row->room, sizeof *row->words);
    memmove(row->words + at + 1, row->words + at, (row->count - at) * sizeof *row->words);
    row->words[at] = memory_string(word, size);
    row->count++;
}

static void row_remove(struct draft_row *row, size_t at)
{
    free(row->words[at]);
    row->count--;
    memmove(row->words + at, row->words + at + 1, (row->count - at) * sizeof *row->words);
}

static void forget_view(struct draft *draft)
{
    for (size_t i = 0; i < LAYOUT_ROWS_MAX; i++) {
        while (draft->rows[i].count)
            row_remove(&draft->rows[i], draft->rows[i].count - 1);
        free(draft->rows[i].words);
        draft->rows[i] = (struct draft_row){0};
    }
    draft->row_count = 0;
    for (int field = 0; field < FIELD_COUNT; field++) {
        free(draft->values[field]);
        draft->values[field] = NULL;
    }
}

/* Rows, a line each, into words; a | is only for the eye. */
static void read_rows(struct draft *draft, const char *rows)
{
    for (const char *at = rows; *at && draft->row_count < LAYOUT_ROWS_MAX; at += *at == '\n') {
        struct draft_row *row = &draft->rows[draft->row_count];
        while (*at && *at != '\n') {
            size_t size = strcspn(at, " \t\n");
            if (size && !(size == 1 && *at == '|'))
                row_add(row, row->count, at, size);
            at += size + strspn(at + size, " \t");
        }
        draft->row_count += row->count > 0;
    }
}

/* The last of a field's values. */
static char *read_value(const struct draft *draft, enum draft_field field)
{
    struct text values = TEXT_EMPTY;
    text_add_string(&values, "");
    if (config_text_get(&draft->config, fields[field].name, &values))
        values.bytes[--values.size] = '\0';
    const char *last = strrchr(values.bytes, '\n');
    last = last ? last + 1 : values.bytes;
    char *value = memory_string(last, strlen(last));
    text_free(&values);
    return value;
}

static void read_view(struct draft *draft)
{
    struct text rows = TEXT_EMPTY;
    forget_view(draft);
    for (int field = 0; field < FIELD_COUNT; field++)
        draft->values[field] = read_value(draft, (enum draft_field)field);
    const struct look_preset *preset = look_preset_find(draft->values[FIELD_PRESET]);
    config_text_get(&draft->config, "line.row", &rows);
    if (rows.size)
        read_rows(draft, rows.bytes);
    if (!draft->row_count)
        read_rows(draft, (preset ? preset : look_preset_at(0))->rows);
    text_free(&rows);
}

/* ---- changing it ------------------------------------------------------------------------------------- */

/* The text is another from now on; the one before can be had back. */
static void take_text(struct draft *draft, struct text *config)
{
    draft->before =
        memory_grow(draft->before, draft->before_count, &draft->before_room, sizeof *draft->before);
    draft->before[draft->before_count++] = draft->config;
    draft->config = *config;
    read_view(draft);
}

static void write_rows(struct draft *draft)
{
    struct text rows[LAYOUT_ROWS_MAX] = {{NULL, 0, 0}}, config = TEXT_EMPTY;
    const char *values[LAYOUT_ROWS_MAX];
    size_t count = 0;
    for (size_t i = 0; i < draft->row_count; i++) {
        for (size_t j = 0; j < draft->rows[i].count; j++)
            text_addf(&rows[i], "%s%s", j ? " " : "", draft->rows[i].words[j]);
        if (rows[i].size)
            values[count++] = rows[i].bytes;
    }
    config_text_set(&draft->config, "line.row", values, count, &config);
    take_text(draft, &config);
    for (size_t i = 0; i < LAYOUT_ROWS_MAX; i++)
        text_free(&rows[i]);
}

void draft_choose(struct draft *draft, enum draft_field field, int by)
{
    size_t count = 0, at = 0;
    bool is_known = false;
    struct text config = TEXT_EMPTY;
    for (; draft_choice(field, count); count++)
        if (strcmp(draft_choice(field, count), draft->values[field]) == 0) {
            at = count;
            is_known = true;
        }
    at = is_known || by < 0 ? (at + count + (size_t)by) % count : 0;
    const char *value = draft_choice(field, at);
    if (field == FIELD_PRESET)
        config_set_preset(&draft->config, value, &config);
    else
        config_text_set(&draft->config, fields[field].name, &value, 1, &config);
    take_text(draft, &config);
}

void draft_insert(struct draft *draft, size_t row, size_t at, const char *word)
{
    if (row >= draft->row_count || at > draft->rows[row].count)
        return;
    row_add(&draft->rows[row], at, word, strlen(word));
    write_rows(draft);
}

void draft_insert_row(struct draft *draft, size_t row, const char *word)
{
    if (row > draft->row_count || draft->row_count == LAYOUT_ROWS_MAX)
        return;
    memmove(draft->rows + row + 1, draft->rows + row, (draft->row_count - row) * sizeof *draft->rows);
    draft->rows[row] = (struct draft_row){0};
    draft->row_count++;
    row_add(&draft->rows[row], 0, word, strlen(word));
    write_rows(draft);
}

void draft_remove(struct draft *draft, size_t row, size_t at)
{
    if (row >= draft->row_count || at >= draft->rows[row].count)
        return;
    row_remove(&draft->rows[row], at);
    write_rows(draft);
}

size_t draft_move(struct draft *draft, size_t row, size_t at, int by)
{
    size_t to = at + (size_t)by;
    if (row >= draft->row_count || at >= draft->rows[row].count || to >= draft->rows[row].count)
        return at;
    char **words = draft->rows[row].words, *word = words[at];
    words[at] = words[to];
    words[to] = word;
    write_rows(draft);
    return to;
}

size_t draft_join(struct draft *draft, size_t row, size_t at)
{
    struct draft_row *words = &draft->rows[row];
    if (row >= draft->row_count || at >= words->count)
        return at;
    char *word = words->words[at], *last = strrchr(word, '+');
    if (last) {
        row_add(words, at + 1, last + 1, strlen(last + 1));
        *last = '\0';
    } else if (at > 0 && strcmp(word, "flex") != 0 && strcmp(words->words[at - 1], "flex") != 0) {
        struct text joined = TEXT_EMPTY;
        text_addf(&joined, "%s+%s", words->words[at - 1], word);
        row_remove(words, at);
        free(words->words[--at]);
        words->words[at] = joined.bytes;
    } else {
        return at;
    }
    write_rows(draft);
    return at;
}

bool draft_undo(struct draft *draft)
{
    if (!draft->before_count)
        return false;
    text_free(&draft->config);
    draft->config = draft->before[--draft->before_count];
    read_view(draft);
    return true;
}

/* ---- the file ------------------------------------------------------------------------------------------ */

static void copy_content(struct draft *draft)
{
    const struct text *content = &draft->file.content;
    text_clear(&draft->config);
    text_add(&draft->config, content->size ? content->bytes : "", content->size);
}

int draft_load(struct draft *draft)
{
    struct text why = TEXT_EMPTY;
    *draft = (struct draft){0};
    if (config_load(&draft->file) < 0)
        return -1;
    bool whole = config_text_check(&draft->file.content, &why);
    if (!whole)
        say("config: %s: %s: mend it first", draft->file.path, why.bytes);
    text_free(&why);
    copy_content(draft);
    read_view(draft);
    return whole ? 0 : -1;
}

void draft_free(struct draft *draft)
{
    forget_view(draft);
    for (size_t i = 0; i < draft->before_count; i++)
        text_free(&draft->before[i]);
    free(draft->before);
    text_free(&draft->config);
    file_free(&draft->file);
}

bool draft_is_changed(const struct draft *draft)
{
    const struct text *content = &draft->file.content;
    return content->size != draft->config.size ||
           (content->size && memcmp(content->bytes, draft->config.bytes, content->size) != 0);
}

int draft_save(struct draft *draft)
{
    char *backup;
    if (config_save(&draft->file, &draft->config, true, &backup) < 0)
        return -1;
    free(backup);
    file_free(&draft->file);
    return config_load(&draft->file);
}
