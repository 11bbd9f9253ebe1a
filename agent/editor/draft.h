/*
 * The configuration as it is being edited: its text, and what of it the editor shows. Every change is one of
 * the text, in which all that the editor does not know stays as it is.
 */
#ifndef TACHO_EDITOR_DRAFT_H
#define TACHO_EDITOR_DRAFT_H

#include "../commands/file.h"
#include "../render/layout.h"

enum draft_field { FIELD_PRESET, FIELD_THEME, FIELD_STYLE, FIELD_CHARSET, FIELD_COUNT };

struct draft_row {
    char **words; /* "git.branch+git.sync": a section each */
    size_t count, room;
};

struct draft {
    struct file file;    /* as it was loaded */
    struct text config;  /* as it is now */
    struct text *before; /* as it was before each change, the latest last */
    size_t before_count, before_room;
    char *values[FIELD_COUNT]; /* "": not said */
    struct draft_row rows[LAYOUT_ROWS_MAX];
    size_t row_count;
};

/* Reads the person's configuration. Returns 0, or -1 after saying why: it cannot be edited. */
int draft_load(struct draft *draft);
void draft_free(struct draft *draft);

bool draft_is_changed(const struct draft *draft);

/* Saves it, with a copy of the file as it was beside it. Returns 0, or -1 after saying why. */
int draft_save(struct draft *draft);

/* What a field is called, and its choices by index; NULL past the end. */
const char *draft_field_name(enum draft_field field);
const char *draft_choice(enum draft_field field, size_t index);

/* The next choice, or with `by` -1 the one before. */
void draft_choose(struct draft *draft, enum draft_field field, int by);

/* Rows and words are named by their index. What is not there is passed over. */
void draft_insert(struct draft *draft, size_t row, size_t at, const char *word);
void draft_insert_row(struct draft *draft, size_t row, const char *word);
void draft_remove(struct draft *draft, size_t row, size_t at);

/* Swaps a word with the next, or with `by` -1 the one before. Returns where it is then. */
size_t draft_move(struct draft *draft, size_t row, size_t at, int by);

/* Joins a word to the one before; one that is made of several is taken apart. Returns where it is then. */
size_t draft_join(struct draft *draft, size_t row, size_t at);

/* Takes the last change back; false: there was none. */
bool draft_undo(struct draft *draft);

#endif
