/*
 * Coming from another status line. Its configuration is read (a file for each peer) into one neutral form:
 * rows of what it draws, in the peer's own names, with what the person chose about each. import_write.c says
 * the same in Tacho's configuration, and lists what it could not say.
 */
#ifndef TACHO_COMMAND_IMPORT_H
#define TACHO_COMMAND_IMPORT_H

#include "../base/text.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum import_kind {
    IMPORT_WIDGET,
    IMPORT_TEXT,      /* the person's own words */
    IMPORT_LINK,      /* the person's own link */
    IMPORT_COMMAND,   /* the output of the person's own command */
    IMPORT_SEPARATOR, /* something between two others */
    IMPORT_FLEX,      /* takes what width is left */
};

/* Strings are the item's own; NULL: not said. Colours are as git's configuration writes them: "#88c0d0",
 * "208", "brightred". */
struct import_item {
    enum import_kind kind;
    char *name; /* the peer's name of it; of a part that can be chosen, behind a dot: "git.sha" */
    char *text; /* of a text, link or separator its words, of a command its command line */
    char *url;  /* of a link */
    char *colour, *background;
    char *gradient; /* its name, or colours with blanks between them */
    char *icon;     /* "": none shall be shown */
    char *bar;      /* what a bar is drawn with */
    bool bold;
    bool bare;            /* the value without its label or icon */
    bool joined;          /* nothing sets it apart from the item before */
    uint32_t max_columns; /* 0: not said */
};

struct import_row {
    struct import_item *items;
    size_t count, room;
};

struct import {
    const struct import_peer *peer;
    struct import_row *rows;
    size_t row_count, row_room;
    char *style;     /* plain, minimal, powerline or capsule; or the peer's name of it */
    char *theme;     /* the peer's name of it */
    char *charset;   /* ascii, unicode or nerd */
    char *separator; /* between all items, with the blanks around it */
    double budget_session, budget_today, budget_block; /* dollars; 0: none */
    struct text notes;                                 /* what could not be taken over, a line each */
};

/* ---- the peers --------------------------------------------------------------------------------------- */

struct import_peer {
    const char *name;
    const char *word; /* what a status line's command that runs it has in it */
    /*
     * Reads the configuration: `document` (borrowed; NULL: the person has no file, and gets its defaults).
     * Returns 0, or -1 after writing what is wrong with it to `why`.
     */
    int (*read)(struct import *import, const json_t *document, struct text *why);
    bool is_toml;
    /* The path that the command's options name, to be freed, or NULL; the command may be NULL. */
    char *(*said)(const char *command);
    const char *const
        *places; /* where its file may be, first first: ~/ is the home, ./ the project; ends NULL */
};

extern const struct import_peer import_ccstatusline, import_claude_powerline, import_ccline;

/* The three, by index; NULL past the last. */
const struct import_peer *import_peer_at(size_t index);

/* The peer that a status line's command runs; NULL: none of them. */
const struct import_peer *import_peer_of(const char *command);

/* ---- reading ----------------------------------------------------------------------------------------- */

/*
 * Finds the peer's configuration: by an option in the command (which may be NULL) that runs it, else where
 * the peer itself looks. Returns its path, to be freed, or NULL if there is none.
 */
char *import_find(const struct import_peer *peer, const char *command, const char *project);

/*
 * Reads it: `path` may be NULL. What the command's own options say wins. Returns 0, or -1 after writing to
 * `why`. Release with import_free() in every case.
 */
int import_read(struct import *import, const struct import_peer *peer, const char *path, const char *command,
                struct text *why);

void import_free(struct import *import);

/* The value of --NAME, or of -LETTER, in a command line, to be freed; NULL: it is not there. */
char *import_option(const char *command, const char *name, char letter);

/* ---- for the readers --------------------------------------------------------------------------------- */

struct import_row *import_add_row(struct import *import);
struct import_item *import_add(struct import_row *row, enum import_kind kind, const char *name);

/* Replaces a string of the neutral form; NULL leaves it unsaid. */
void import_say(char **member, const char *value);

/* Notes that something could not be taken over. */
void import_note(struct import *import, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* A member's string, or NULL; a member's number or truth, or what is given. */
const char *import_string(const json_t *object, const char *key);
bool import_flag(const json_t *object, const char *key, bool otherwise);
json_int_t import_number(const json_t *object, const char *key, json_int_t otherwise);

/* ---- writing (import_write.c) ------------------------------------------------------------------------ */

/*
 * Adds the sections of Tacho's configuration that say the same; what could not be said is noted. `path` (may
 * be NULL) is told as where it comes from.
 */
void import_write(struct import *import, const char *path, struct text *out);

#endif
