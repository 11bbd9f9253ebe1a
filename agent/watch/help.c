/* The page of keys. */
#include "watch.h"

#include <ncurses.h>

static const struct {
    const char *keys, *action;
} rules[] = {
    {"up, down, k, j", "select a session"},
    {"PgUp, PgDn, g, G", "by a screen; the first, the last"},
    {"Enter", "all that is known of the session; Esc: back"},
    {"s", "sort by activity, cost, rate, context, name"},
    {"r", "the other way round"},
    {"/", "only sessions with this in name, id, model, directory, branch or state"},
    {"a", "also sessions that have been quiet for a day"},
    {"m", "whether clicks select a session, or text as usual"},
    {"Ctrl-L", "draw the screen anew"},
    {"q, Ctrl-C", "quit"},
};

static const char *const notes[] = {
    "$/h: what the last ten minutes would cost in an hour.",
    "Behind the arrow: what it comes to at the end, if it goes on like this.",
    "Cost is that of 'tacho daily' and 'tacho blocks'; a day ends at your midnight.",
};

void help_paint(struct watch *watch)
{
    int y = 0;
    struct strip strip = watch_row(watch, y++);
    paint_whole(&strip, ROLE_ROOT, "Keys");
    for (size_t i = 0; i < sizeof rules / sizeof *rules && y < LINES; i++) {
        strip = watch_row(watch, y++);
        paint_whole(&strip, ROLE_COST, "%-18s", rules[i].keys);
        paint_text(&strip, ROLE_TEXT, text_of(rules[i].action));
    }
    y++;
    for (size_t i = 0; i < sizeof notes / sizeof *notes && y < LINES; i++) {
        strip = watch_row(watch, y++);
        paint_text(&strip, ROLE_DIM, text_of(notes[i]));
    }
    if (y < LINES) {
        strip = watch_row(watch, LINES - 1);
        paint_whole(&strip, ROLE_DIM, "any key: back");
    }
}
