/*
 * `tacho setup`: parts that change a person's files, each shown first, agreed to, and taken back by --undo:
 * Claude Code's settings.json (setup_line.c), Tacho's configuration (setup_import.c), the shells' files
 * (setup_shell.c). setup.c asks for them in turn.
 */
#ifndef TACHO_COMMAND_SETUP_H
#define TACHO_COMMAND_SETUP_H

#include "file.h"
#include "setup_record.h"

#include <stdbool.h>

struct setup_wish {
    bool undo, yes, print;
    bool no_import;
    bool events;         /* have the client's own hooks tell of events */
    const char *scope;   /* whose settings.json: user, project or local */
    const char *from;    /* the peer to import from; NULL: the one that is found */
    const char *shell;   /* bash, zsh, fish; NULL: offered on a terminal */
    const char *refresh; /* seconds between draws; "0": only when something happens */
};

/* ---- a file that is to be changed (setup_change.c) ----------------------------------------------------- */

struct setup_change {
    const struct setup_wish *wish;
    struct file file;
    struct setup_record record;
    struct text after; /* what the file shall hold */
};

/* Reads the file, and what is remembered of it. Returns 0, or -1 after saying why. */
int setup_change_load(struct setup_change *change, const struct setup_wish *wish, const char *path);

void setup_change_free(struct setup_change *change);

/* Shows what will be different. */
void setup_change_show(const struct setup_change *change);

/* Whether to go on; if not, *status is what to exit with. The question is one line, "[y/N] " included. */
bool setup_is_agreed(const struct setup_wish *wish, const char *question, int *status);

/* Writes `after`. Returns 0, or -1 after saying why. */
int setup_change_write(const struct setup_change *change);

/* Takes away the file that setup made. Returns 0, or -1 after saying why. */
int setup_change_remove(const struct setup_change *change);

/* Keeps a copy of the file beside it: its path, to be freed, or NULL after saying why there is none. */
char *setup_change_backup(const struct setup_change *change);

/* Remembers the record, or with known false nothing. Returns 0, or -1 after saying why. */
int setup_change_remember(struct setup_change *change);
int setup_change_forget(const struct setup_change *change);

/* ---- the parts: each returns an exit status ------------------------------------------------------------ */

int setup_line(const struct setup_wish *wish);
int setup_import(const struct setup_wish *wish);
int setup_events(const struct setup_wish *wish);
int setup_shell(const struct setup_wish *wish);
bool setup_knows_shell(const char *name);

/* The status line of that name whose configuration can be taken over; NULL: none. */
const struct import_peer *setup_peer_named(const char *name);

/* ---- where settings are (setup_scope.c) ------------------------------------------------------------------
 */

enum setup_scope { SCOPE_USER, SCOPE_PROJECT, SCOPE_LOCAL, SCOPE_COUNT };

/* The scope of that name; SCOPE_COUNT: none. */
enum setup_scope setup_scope_of(const char *name);
const char *setup_scope_name(enum setup_scope scope);

/* The path of its settings file, to be freed; NULL after saying why not. */
char *setup_scope_path(enum setup_scope scope);

/* How the client runs tacho-claude, to be freed; NULL after saying why it cannot. */
char *setup_hook_command(void);

/* The command of a document's status line, to be freed; NULL: it has none. */
char *setup_line_command(const struct text *document);

/*
 * The command of the status line that a scope's settings have, to be freed; NULL: none, or the file cannot be
 * read, which is not said.
 */
char *setup_scope_command(enum setup_scope scope);

/* ---- what drawing costs (setup_cost.c) --------------------------------------------------------------- */

/* Processor time of one draw as the client asks for it, its shell too, in µs; 0: it could not be measured. */
double setup_draw_cost_us(const char *command);

#endif
