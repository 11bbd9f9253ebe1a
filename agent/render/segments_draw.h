/*
 * The draw functions of the segments, by segments.def, and what several of them need.
 */
#ifndef TACHO_SEGMENTS_DRAW_H
#define TACHO_SEGMENTS_DRAW_H

#include "layout.h"
#include "segments.h"

#include <limits.h>

#define SEGMENT(function, name, family, priority, icon, shows)                                               \
    void segment_##function(struct line *line, const struct facts *facts);
#include "segments.def"
#undef SEGMENT

/* The registry, in the order of segments.def; and a segment's place in it. */
enum segment_index {
#define SEGMENT(function, name, family, priority, icon, shows) SEGMENT_##function,
#include "segments.def"
#undef SEGMENT
    SEGMENT_COUNT
};

extern const struct segment segment_table[SEGMENT_COUNT];

#define PERCENT_FULL_E2 10000
#define LEVEL_WARN_E2   5000
#define LEVEL_ALARM_E2  8000

/* The role of a share that is used up, in hundredths of a percent. */
enum role level_role(int32_t used_e2);

/* Columns that a text from outside may take: the option's, else `usual`. */
uint32_t segment_most(const struct line *line, uint32_t usual);

/* A text from outside, in a segment of its own. */
void draw_text(struct line *line, enum role role, struct fact_text text, uint32_t usual);

/* A percentage; a bar of it; a number of tokens; a span of time ("2h 13m"). */
void draw_percent(struct line *line, int32_t used_e2);
void draw_bar(struct line *line, int32_t used_e2);
void draw_tokens(struct line *line, enum role role, int64_t tokens);
void draw_span(struct line *line, enum role role, int64_t span_us);

/* Time left until an instant; the line is drawn again when the text changes. */
void draw_countdown(struct line *line, enum role role, const struct facts *facts, int64_t until_us);

/* How a bar is drawn: `full` cells up to the share, `empty` ones behind. */
struct bar_style {
    const char *name;
    const char *left, *full, *edge, *empty, *right; /* edge: the last full cell; "": as full */
};

const struct bar_style *bar_style_find(const char *name);
const struct bar_style *bar_style_at(size_t index);

/* ---- limits ---------------------------------------------------------------------------------------- */

/* Whether there is something to show of a limit. */
bool limit_is_shown(const struct fact_limit *limit, int64_t now_us);

#define FIVE_HOURS_US (INT64_C(5) * 3600 * 1000000)
#define SEVEN_DAYS_US (INT64_C(7) * 24 * 3600 * 1000000)

/*
 * What will have been used when the window ends, in hundredths of a percent, if it goes on as in the part of
 * it that is over; -1: unknown, as in its first hundredth, when that says nothing.
 */
int32_t limit_pace(const struct fact_limit *limit, int64_t now_us, int64_t window_us);

/* How long the mark of a limit's age, that one that was not heard of for half an hour bears, stays right. */
int64_t limit_age_lasts_until(int64_t heard_us, int64_t now_us);
bool block_is_shown(const struct facts *facts);

#endif
