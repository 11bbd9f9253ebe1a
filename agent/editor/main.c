/* tacho-editor: the full-screen editor of the configuration, which `tacho config edit` runs. */
#include "draft.h"
#include "preview.h"
#include "screen.h"

#include "../base/say.h"
#include "../screen/full_screen.h"

#include <ncurses.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct editor {
    struct draft draft;
    struct preview preview;
    struct screen screen;
    struct place at;
    const char *message;
    bool is_stale;            /* the preview is of another text or width */
    bool is_done, is_leaving; /* leaving: asked once whether to lose what is not saved */
};

/* Keeps the cursor on something. */
static void settle(struct editor *editor)
{
    struct place *at = &editor->at;
    if (at->line >= FIELD_COUNT + editor->draft.row_count)
        at->line = FIELD_COUNT + editor->draft.row_count - 1;
    size_t words = at->line < FIELD_COUNT ? 1 : editor->draft.rows[at->line - FIELD_COUNT].count;
    if (at->word >= words)
        at->word = words ? words - 1 : 0;
}

static void save(struct editor *editor)
{
    def_prog_mode();
    full_screen_close(); /* what is wrong is said as commands say it */
    if (draft_save(&editor->draft) == 0) {
        editor->message = "Saved. The agent shows it at once.";
    } else {
        fputs("Enter: back to the editor", stderr);
        for (int c = getchar(); c != '\n' && c != EOF;)
            c = getchar();
        editor->message = "Not saved.";
    }
    reset_prog_mode();
}

static void quit(struct editor *editor)
{
    editor->is_done = editor->is_leaving || !draft_is_changed(&editor->draft);
    if (!editor->is_done)
        editor->message = "Not saved: s saves, q again leaves all the same.";
    editor->is_leaving = true;
}

static void add(struct editor *editor, bool to_new_row)
{
    size_t row = editor->at.line < FIELD_COUNT ? 0 : editor->at.line - FIELD_COUNT;
    const char *word = screen_pick();
    if (!word)
        return;
    if (to_new_row) {
        draft_insert_row(&editor->draft, row + 1, word);
        editor->at = (struct place){FIELD_COUNT + row + 1, 0};
    } else {
        draft_insert(&editor->draft, row, ++editor->at.word, word);
    }
}

/* Keys that work on a row's word. */
static void act_on_word(struct editor *editor, int key)
{
    struct place *at = &editor->at;
    size_t row = at->line - FIELD_COUNT;
    if (key == KEY_LEFT)
        at->word -= at->word > 0;
    else if (key == KEY_RIGHT)
        at->word++;
    else if (key == 'd' || key == KEY_DC)
        draft_remove(&editor->draft, row, at->word);
    else if (key == '<')
        at->word = draft_move(&editor->draft, row, at->word, -1);
    else if (key == '>')
        at->word = draft_move(&editor->draft, row, at->word, 1);
    else if (key == 'j')
        at->word = draft_join(&editor->draft, row, at->word);
    else if (key == 'a' || key == 'n')
        add(editor, key == 'n');
    editor->is_stale |= key != KEY_LEFT && key != KEY_RIGHT;
}

static void act_on_field(struct editor *editor, int key)
{
    if (key == KEY_LEFT || key == KEY_RIGHT || key == '\n') {
        draft_choose(&editor->draft, (enum draft_field)editor->at.line, key == KEY_LEFT ? -1 : 1);
        editor->is_stale = true;
    }
}

static void click(struct editor *editor)
{
    MEVENT event;
    if (getmouse(&event) == OK)
        screen_find(&editor->screen, event.y, event.x, &editor->at);
}

static void act(struct editor *editor, int key)
{
    editor->message = "";
    if (key == 'q' || key == ERR) {
        quit(editor);
        return;
    }
    editor->is_leaving = false;
    if (key == KEY_UP)
        editor->at.line -= editor->at.line > 0;
    else if (key == KEY_DOWN)
        editor->at.line++;
    else if (key == KEY_MOUSE)
        click(editor);
    else if (key == 's')
        save(editor);
    else if (key == 'u')
        editor->message = draft_undo(&editor->draft) ? "" : "There is nothing to undo.";
    else if (editor->at.line < FIELD_COUNT)
        act_on_field(editor, key);
    else
        act_on_word(editor, key);
    editor->is_stale |= key == 'u' || key == KEY_RESIZE;
}

int main(void)
{
    struct editor editor = {.message = "", .is_stale = true};
    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
        say("config edit: needs a terminal; `tacho config set` does without");
        return EXIT_FAILURE;
    }
    const char *refusal = full_screen_refusal();
    if (refusal) {
        say("config edit: %s; `tacho config set` does without", refusal);
        return EXIT_FAILURE;
    }
    if (draft_load(&editor.draft) < 0) {
        draft_free(&editor.draft);
        return EXIT_FAILURE;
    }
    full_screen_open();
    while (!editor.is_done) {
        settle(&editor);
        if (editor.is_stale)
            preview_draw(&editor.preview, &editor.draft.config, screen_preview_columns());
        editor.is_stale = false;
        screen_show(&editor.screen, &editor.draft, &editor.preview, editor.at, editor.message);
        act(&editor, getch());
    }
    full_screen_close();
    draft_free(&editor.draft);
    preview_free(&editor.preview);
    return EXIT_SUCCESS;
}
