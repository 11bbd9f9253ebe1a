/*
 * Layouts: which segments, in which order, on which lines, and how they are set apart.
 *
 * A row is written as words: `model directory git | flex | context cost`. A space begins a new section, which
 * the style sets apart; `a+b` puts b into a's section behind a space, `a,b` behind a dot; `flex` takes the
 * room that is left over; `|` stands for nothing, for the eye. A word is a segment's or group's name;
 * `name@label` is one more instance of a segment, with options of its own.
 */
#ifndef TACHO_LAYOUT_H
#define TACHO_LAYOUT_H

#include "gradient.h"
#include "segments.h"

#include "../base/text.h"

#define LAYOUT_ITEMS_MAX    56 /* so that with their ends no row needs more pieces than a block has */
#define LAYOUT_ROWS_MAX     8
#define LAYOUT_NAME_MAX     64
#define LAYOUT_COMMANDS_MAX 8
#define COMMAND_WORDS_MAX   32

enum style { STYLE_PLAIN, STYLE_MINIMAL, STYLE_POWERLINE, STYLE_CAPSULE, STYLE_COUNT };

enum join {
    JOIN_SECTION, /* begins a section */
    JOIN_SPACE,
    JOIN_DOT,
    JOIN_FLEX, /* no segment, but the room that is left over */
};

enum comparison {
    COMPARE_SHOWN,
    COMPARE_HIDDEN,
    COMPARE_LESS,
    COMPARE_LEAST,
    COMPARE_MORE,
    COMPARE_MOST,
    COMPARE_EQUAL,
    COMPARE_TEXT
};

/* A segment is drawn only when another one shows something, shows a number that compares so, or just a text.
 */
struct condition {
    const struct segment *segment; /* NULL: always */
    enum comparison comparison;
    double number;
    char text[LAYOUT_NAME_MAX];
};

/* What a person set for a segment; all zero: nothing. Texts last as long as the layout. */
struct segment_options {
    char name[LAYOUT_NAME_MAX]; /* of the segment, or name@label */
    const char *icon;           /* NULL: the charset's own */
    const char *before, *after; /* around the segment's text */
    const char *text;           /* what `text`, `link` and `clock` show */
    const char *url;
    const struct bar_style *bar;
    const struct ground *ground;     /* a background of its own */
    const struct gradient *gradient; /* of its text; NULL: none */
    struct colour colour;
    bool has_colour;
    uint16_t cells;   /* of a bar; 0: the usual */
    uint16_t most;    /* columns; 0: the segment's own */
    uint8_t priority; /* 0: the segment's own */
    uint8_t command;  /* of those the layout runs: index + 1; 0: none */
    struct condition when;
};

struct layout_item {
    const struct segment *segment; /* NULL: flex */
    const struct segment_options *options;
    enum join join;
    uint8_t row;
};

/* A program whose output a segment shows; the agent runs it in the background. */
struct layout_command {
    const char *argv[COMMAND_WORDS_MAX + 1]; /* ends in NULL */
    int64_t every_us, timeout_us;
};

enum budget { BUDGET_SESSION, BUDGET_TODAY, BUDGET_WEEK, BUDGET_MONTH, BUDGET_BLOCK, BUDGET_COUNT };

struct layout {
    enum style style;
    bool icons;            /* draw Nerd Font icons */
    const char *separator; /* NULL: the style's own */
    struct layout_item items[LAYOUT_ITEMS_MAX];
    size_t count;
    struct layout_command commands[LAYOUT_COMMANDS_MAX];
    size_t command_count;
    bool shows_machine;                     /* needs facts of the machine */
    bool shows_durations;                   /* needs how long the session has lasted */
    bool shows_client_files;                /* needs what client_files.h has */
    struct ground grounds[FAMILY_COUNT][2]; /* two shades, in styles that have backgrounds */
    int64_t budget_pusd[BUDGET_COUNT];      /* by enum budget; 0: none */
};

/* The layout that a person has who chose none; and that of a side of the prompt, NULL: nothing is there. */
const struct layout *layout_default(void);
const struct layout *layout_default_prompt(enum prompt_side side);

/* Draws a layout; nothing at all where there is nothing to say. */
void render_layout(struct rendering *rendering, const struct facts *facts, const struct look *look,
                   const struct layout *layout, enum tacho_surface surface, enum tacho_depth depth);

#endif
