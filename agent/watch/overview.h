/*
 * The rows of the overview. Each function paints a row, or a list in so many rows; those named `wanted` say
 * how many rows there is something for.
 */
#ifndef TACHO_OVERVIEW_H
#define TACHO_OVERVIEW_H

#include "watch.h"

#include "../render/numbers.h"

enum { LABEL_COLUMNS = 9 };

/* Dollars as picodollars are written. */
void number_of_dollars(char out[NUMBER_MAX], double dollars);

/* A row with its label written, in a column of its own. */
struct strip labelled(const struct watch *watch, int y, const char *label);

/* ---- sums, limits, history (overview_sums.c) ----------------------------------------------------------- */

void paint_today(struct watch *watch, int y);
void paint_block(struct watch *watch, int y);
int five_hour_wanted(const struct watch *watch);
void paint_five_hour(struct watch *watch, int y);
int seven_day_wanted(const struct watch *watch);
void paint_seven_day(struct watch *watch, int y);
void paint_hours(struct watch *watch, int y);
void paint_days(struct watch *watch, int y);

/* ---- lists (overview_lists.c, sessions.c) -------------------------------------------------------------- */

/* A row for each alert that is raised. */
int alert_rows_wanted(const struct watch *watch);
void paint_alert_rows(struct watch *watch, int y, int rows);

/* A title, and a row each for the dearest models and projects of today. */
int shares_wanted(const struct watch *watch);
void paint_shares(struct watch *watch, int y, int rows);

/* A title, and a row for each repository in view: directory, branch, what is dirty. */
int repositories_wanted(const struct watch *watch);
void paint_repositories(struct watch *watch, int y, int rows);

/* A title, a row of headings, and a row for each session; the selected one is always among them. */
void sessions_paint(struct watch *watch, int y, int rows);

#endif
