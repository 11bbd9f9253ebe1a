/* The editor's screen, by ncurses: see screen.h. */
#include "screen.h"

#include "../render/segments.h"

#include <ncurses.h>
#include <stdlib.h>
#include <string.h>

enum { LABEL_COLUMNS = 10, MARGIN = 2, PREVIEW_TOP = 2 };

uint32_t screen_preview_columns(void)
{
    return COLS > 8 ? (uint32_t)COLS - 2 * MARGIN : 4;
}

/*
 * Everything is drawn anew: ncurses would else move lines on the terminal, and with them what stands there
 * past it. A line half typed is no reason to stop half-way.
 */
static void refresh_all(void)
{
    typeahead(-1);
    clearok(curscr, TRUE);
    refresh();
}

/* ---- the preview --------------------------------------------------------------------------------------- */

static int count_rows(const char *line)
{
    int rows = 1;
    for (; line && *line; line++)
        rows += *line == '\n';
    return rows;
}

/*
 * The line goes to the terminal as the hook would print it, past ncurses, which holds that part of the screen
 * for blank: so it is seen in the colours that it will have.
 */
static void print_preview(const char *line, int top)
{
    printf("\0337");
    for (int y = top; line && *line && y < LINES - 1; y++) {
        int size = (int)strcspn(line, "\n");
        printf("\033[%d;1H\033[K\033[%d;%dH%.*s\033[0m", y + 1, y + 1, MARGIN + 1, size, line);
        line += size + (line[size] == '\n');
    }
    printf("\0338\033[0m");
    fflush(stdout);
}

/* ---- fields and rows ----------------------------------------------------------------------------------- */

/* Behind the last of their lines. */
static int bottom(void)
{
    return LINES - 3;
}

/* Returns the line on the screen, or -1: it is out of sight. */
static int put_text(const struct screen *screen, int y, int x, const char *text)
{
    const int line = y - screen->shift;
    if (line < screen->first || line >= bottom())
        return -1;
    mvaddnstr(line, x, text, COLS - x - 1);
    return line;
}

static void put_item(struct screen *screen, struct place place, struct place at, int y, int x,
                     const char *text)
{
    bool is_here = place.line == at.line && place.word == at.word;
    if (is_here) {
        screen->cursor = y;
        attron(A_REVERSE);
    }
    const int line = put_text(screen, y, x, text);
    if (is_here)
        attroff(A_REVERSE);
    if (line >= 0 && screen->hit_count < SCREEN_HITS_MAX)
        screen->hits[screen->hit_count++] = (struct screen_hit){line, x, (int)strlen(text), place};
}

static int put_fields(struct screen *screen, const struct draft *draft, struct place at, int y)
{
    for (size_t field = 0; field < FIELD_COUNT; field++, y++) {
        char value[80];
        const char *said = draft->values[field];
        put_text(screen, y, MARGIN, draft_field_name((enum draft_field)field));
        snprintf(value, sizeof value, "< %s >", *said ? said : "as it comes");
        put_item(screen, (struct place){field, 0}, at, y, MARGIN + LABEL_COLUMNS, value);
    }
    return y;
}

static int put_row(struct screen *screen, const struct draft *draft, size_t row, struct place at, int y)
{
    int x = MARGIN + LABEL_COLUMNS;
    char label[32];
    snprintf(label, sizeof label, "Line %zu", row + 1);
    put_text(screen, y, MARGIN, label);
    for (size_t i = 0; i < draft->rows[row].count; i++) {
        const char *word = draft->rows[row].words[i];
        int size = (int)strlen(word);
        if (x + size >= COLS && x > MARGIN + LABEL_COLUMNS) {
            x = MARGIN + LABEL_COLUMNS;
            y++;
        }
        put_item(screen, (struct place){FIELD_COUNT + row, i}, at, y, x, word);
        x += size + 2;
    }
    return y + 1;
}

/* The same with ever fewer words. */
static const char *const field_help[] = {"arrows: move, choose   u undo   s save   q quit",
                                         "arrows  u undo  s save  q quit", "u undo s save q quit"};
static const char *const word_help[] = {
    "arrows: move   a add   d delete   < > shift   j join/part   n new line   u undo   s save   q quit",
    "arrows  a add  d delete  < > shift  j join  n line  u undo  s save  q quit",
    "a d < > j n  u undo  s save  q quit"};

static const char *help_that_fits(const char *const *forms, size_t count)
{
    size_t i = 0;
    while (i + 1 < count && (int)strlen(forms[i]) > COLS - MARGIN - 1)
        i++;
    return forms[i];
}

static void put_help(struct place at, const char *message)
{
    const char *help = at.line < FIELD_COUNT
                           ? help_that_fits(field_help, sizeof field_help / sizeof *field_help)
                           : help_that_fits(word_help, sizeof word_help / sizeof *word_help);
    move(bottom(), 0);
    for (int x = 0; x < COLS; x++)
        addstr("─");
    mvaddnstr(LINES - 2, MARGIN, help, COLS - MARGIN - 1);
    if (message && *message) {
        attron(A_BOLD);
        mvaddnstr(LINES - 1, MARGIN, message, COLS - MARGIN - 1);
        attroff(A_BOLD);
    }
}

/* Of a path that is too long the end tells more. */
static void put_title(const struct draft *draft)
{
    static const char name[] = " Tacho", unsaved[] = "  (not saved)";
    const bool is_changed = draft_is_changed(draft);
    const int size = (int)strlen(draft->file.path);
    const int room = COLS - (int)sizeof name - 2 - (is_changed ? (int)sizeof unsaved : 0);
    attron(A_BOLD);
    mvaddnstr(0, 0, name, COLS - 1);
    attroff(A_BOLD);
    if (size <= room)
        printw("  %s", draft->file.path);
    else if (room > 1)
        printw("  …%s", draft->file.path + size - room + 1);
    addnstr(is_changed ? unsaved : "", COLS - getcurx(stdscr) - 1);
}

static void put_content(struct screen *screen, const struct draft *draft, struct place at)
{
    screen->hit_count = 0;
    int y = put_fields(screen, draft, at, screen->first) + 1;
    for (size_t row = 0; row < draft->row_count; row++)
        y = put_row(screen, draft, row, at, y);
}

void screen_show(struct screen *screen, const struct draft *draft, const struct preview *preview,
                 struct place at, const char *message)
{
    screen->first = PREVIEW_TOP + count_rows(preview->line.bytes) + 1;
    screen->shift = 0;
    erase();
    put_content(screen, draft, at);
    if (screen->cursor >= bottom()) {
        screen->shift = screen->cursor - bottom() + 1;
        erase();
        put_content(screen, draft, at);
    }
    put_title(draft);
    mvaddnstr(1, MARGIN, preview->is_own ? "your session:" : "an imagined session:", COLS - MARGIN - 1);
    put_help(at, message);
    refresh_all();
    print_preview(preview->line.bytes, PREVIEW_TOP);
}

bool screen_find(const struct screen *screen, int y, int x, struct place *at)
{
    for (size_t i = 0; i < screen->hit_count; i++) {
        const struct screen_hit *hit = &screen->hits[i];
        if (y == hit->y && x >= hit->x && x < hit->x + hit->columns) {
            *at = hit->place;
            return true;
        }
    }
    return false;
}

/* ---- picking a segment --------------------------------------------------------------------------------- */

struct choice {
    const char *name, *shows;
};

/* Groups, the flexible room, then all segments. */
static struct choice choice_at(size_t index)
{
    size_t groups = 0;
    while (segment_group_at(groups))
        groups++;
    if (index < groups)
        return (struct choice){segment_group_at(index)->name, segment_group_at(index)->row};
    if (index == groups)
        return (struct choice){"flex", "the room that is left over"};
    const struct segment *segment = segment_at(index - groups - 1);
    return segment ? (struct choice){segment->name, segment->shows} : (struct choice){NULL, NULL};
}

/* The match of that index, or what has no name. */
static struct choice match_at(const char *filter, size_t wanted)
{
    struct choice choice = {NULL, NULL};
    for (size_t i = 0; (choice = choice_at(i)).name; i++)
        if ((strstr(choice.name, filter) || strcasestr(choice.shows, filter)) && wanted-- == 0)
            break;
    return choice;
}

static void show_choices(const char *filter, size_t at)
{
    size_t room = LINES > 6 ? (size_t)LINES - 5 : 1, top = at >= room ? at - room + 1 : 0;
    erase();
    mvprintw(0, MARGIN, "Which segment? Type to search: %s_", filter);
    for (size_t i = top; i < top + room; i++) {
        struct choice choice = match_at(filter, i);
        if (!choice.name)
            break;
        if (i == at)
            attron(A_REVERSE);
        mvprintw((int)(i - top) + 2, MARGIN, "%-22s", choice.name);
        if (i == at)
            attroff(A_REVERSE);
        printw("  %.*s", COLS > 30 ? COLS - 28 : 0, choice.shows);
    }
    mvaddstr(LINES - 1, MARGIN, "arrows: move   Enter: take it   Esc: back");
    refresh_all();
}

const char *screen_pick(void)
{
    char filter[32] = "";
    size_t at = 0, size = 0;
    for (;;) {
        show_choices(filter, at);
        int key = getch();
        if (key == 27 || key == ERR)
            return NULL;
        if ((key == '\n' || key == KEY_ENTER) && match_at(filter, at).name)
            return match_at(filter, at).name;
        if (key == KEY_DOWN)
            at += match_at(filter, at + 1).name != NULL;
        else if (key == KEY_UP)
            at -= at > 0;
        else if ((key == KEY_BACKSPACE || key == 127) && size)
            filter[--size] = '\0';
        else if (key >= ' ' && key < 127 && size < sizeof filter - 1)
            filter[size++] = (char)key, filter[size] = '\0';
        if (key != KEY_DOWN && key != KEY_UP)
            at = 0;
    }
}
