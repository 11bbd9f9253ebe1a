/*
 * What `tacho watch` knows and shows. main.c waits and acts, segment_view.h and reports.h know, choice.h says
 * which sessions are shown, and the pages (overview.c, details.c, help.c) paint.
 */
#ifndef TACHO_WATCH_H
#define TACHO_WATCH_H

#include "paint.h"
#include "reports.h"
#include "segment_view.h"

#include "../render/render.h"

enum page { PAGE_OVERVIEW, PAGE_DETAILS, PAGE_HELP };

enum sort_key { SORT_ACTIVITY, SORT_COST, SORT_RATE, SORT_CONTEXT, SORT_NAME, SORT_KEYS };

/* A session that is shown; `slot` is the segment's copy. */
struct session_row {
    const struct tacho_copy *slot;
    int64_t rate_pusd; /* an hour */
    int64_t active_us; /* its last message, or when somebody last asked for its line */
};

enum { FILTER_MAX = 64, SELECTED_MAX = 256 };

struct watch {
    struct look look;
    struct segment_view segment;
    struct reports reports;
    int64_t now_us;
    int64_t until_us; /* when something that is shown changes by the clock alone */

    struct session_row *rows; /* in the order shown: choice.h */
    size_t row_count, row_room;
    size_t session_count; /* of all, shown or not */
    enum sort_key sort;
    bool is_reversed, shows_all; /* all: also those of before yesterday */
    char filter[FILTER_MAX];
    bool is_filtering;           /* keys go to the filter */
    char selected[SELECTED_MAX]; /* a session's id; "": none */

    enum page page;
    size_t top;              /* first row of the page's list that is shown */
    bool shows_alerts;       /* in rows of their own */
    int table_y, table_rows; /* where the sessions stand, for the mouse */
};

/* Something that is shown changes at this instant. */
void watch_until(struct watch *watch, int64_t when_us);

/* The whole of a row. */
struct strip watch_row(const struct watch *watch, int y);

/* "2h 13m" left until an instant. */
void watch_countdown(struct watch *watch, char out[48], int64_t until_us);

/* How long ago: "now", "5m", "3h", "2d"; "" for 0. */
void watch_age(struct watch *watch, char out[48], int64_t when_us);

/* The pages, each on an empty screen; and what each says about its keys, on the last row. */
void overview_paint(struct watch *watch);
void details_paint(struct watch *watch);
void help_paint(struct watch *watch);

#endif
