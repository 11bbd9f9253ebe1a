/*
 * The ledger: everything ever counted, in one SQLite database, so that history outlives the logs, the agent
 * and a crash. It is written in WAL mode, a snapshot of the meter at a time: new strings, entries, rollups,
 * sessions and the positions in the files they came from in one transaction, so they always agree.
 *
 * A handle opened to read has one connection; one opened to write has two, so that while a worker thread
 * writes (ledger_write, ledger_backup_step, ledger_scan_identities), the loop thread asks (everything else)
 * and sees the last commit. Two threads never use one function group at once. One process writes at a time: a
 * lock beside the database says which. Tables and encodings: schema.h, pack.h.
 *
 * Functions that return int return LEDGER_OK, or a failure after adding the reason to `why`.
 */
#ifndef TACHO_LEDGER_H
#define TACHO_LEDGER_H

#include "../base/text.h"
#include "../ingest/log_file.h"
#include "../meter/keep.h"
#include "../meter/price_book.h"
#include "../meter/rollups.h"
#include "../meter/unlogged.h"

struct ledger;

enum {
    LEDGER_OK = 0,
    LEDGER_FAILED = -1,  /* disk full, not writable, busy: nothing has changed, try again later */
    LEDGER_CORRUPT = -2, /* the database is damaged: close it and open it anew to have it set aside */
};

/* ---- opening ------------------------------------------------------------------------------------------- */

enum ledger_wish {
    LEDGER_READ,  /* makes, changes and moves nothing */
    LEDGER_WRITE, /* makes it if there is none, migrates it, sets a damaged one aside */
};

enum ledger_outcome {
    LEDGER_OPENED,
    LEDGER_NEW,         /* there was none */
    LEDGER_MIGRATED,    /* was of an older schema */
    LEDGER_RESTORED,    /* was damaged or gone: the last backup is in its place; logs fill in what is newer */
    LEDGER_SET_ASIDE,   /* was damaged, and there is no good backup: an empty one is in its place */
    LEDGER_UNAVAILABLE, /* there is none to be had: see `why` */
};

struct ledger_report {
    enum ledger_outcome outcome;
    bool is_missing; /* unavailable, to a reader, because there is none yet */
    struct text why; /* for people, one line; empty if all is as usual. The caller frees it */
};

/*
 * Opens the ledger at `path`; the lock, the backup and what is set aside lie beside it. NULL if it is
 * unavailable. `report` must be all zero.
 */
struct ledger *ledger_open(const char *path, enum ledger_wish wish, struct ledger_report *report);

/* What the ledger says cannot be: ledger_close() sets it aside. Only for a writer's handle. */
void ledger_condemn(struct ledger *ledger);

/*
 * The last one to close a database that was written moves its WAL into it. A writer's that proved damaged is
 * set aside: what is opened next is the backup, or empty. NULL is fine.
 */
void ledger_close(struct ledger *ledger);

/* ---- loading ------------------------------------------------------------------------------------------- */

/* What is known of a log file, by the number of its path: where reading goes on, and what was read of it. */
struct ledger_file {
    uint32_t path;
    struct log_position position; /* of whole lines: its tail is not kept */
    uint64_t lines, usage_lines, copies;
    struct skips skipped;
};

/* What loading calls; NULL: not wanted. Pointers last for the call. False: what was given cannot be. */
struct ledger_sink {
    enum {
        LEDGER_ALL,
        LEDGER_NUMBERS, /* not the names of paths, nor files */
        LEDGER_FILES,   /* only those */
    } part;
    void (*string)(void *data, enum meter_string kind, const char *bytes,
                   size_t size); /* from 0, by number */
    bool (*session)(void *data, const struct session_record *record);
    bool (*file)(void *data, const struct ledger_file *file);
    bool (*price)(void *data, const struct price_record *record);
    bool (*unlogged)(void *data, const struct unlogged_row *row);
    bool (*rollup)(void *data, const struct rollup *rollup);
    void *data;
};

/*
 * Loads prices, then all strings, then sessions, files, unlogged usage, and the rollups, newest hour first:
 * as they were at one instant, even if another process writes.
 */
int ledger_load(struct ledger *ledger, const struct ledger_sink *sink, struct text *why);

/* ---- asking -------------------------------------------------------------------------------------------- */

/*
 * The entry of an identity as of the last commit; false if there is none. A damaged ledger finds nothing, and
 * ledger_is_damaged() says so; nor does one that cannot be read (a disk's error), and ledger_is_unreadable()
 * says that. What a meter made of such an answer is wrong, and not to be kept.
 */
bool ledger_find(struct ledger *ledger, struct identity identity, struct entry *entry);
bool ledger_is_damaged(const struct ledger *ledger);
bool ledger_is_unreadable(const struct ledger *ledger);

/*
 * Between the two, which do not nest, everything that is loaded, found and visited is as of one commit, and
 * finding costs half: for many questions in a row. Not for long: meanwhile the WAL cannot begin anew.
 */
void ledger_begin_reading(struct ledger *ledger);
void ledger_end_reading(struct ledger *ledger);

/* Calls `each` for every entry, in order of identity; it may call ledger_find(). */
int ledger_visit_entries(struct ledger *ledger, void (*each)(void *data, const struct entry *entry),
                         void *data, struct text *why);

/* The ledger as a meter asks it. `ledger` must outlive the meter. */
struct meter_past ledger_past(struct ledger *ledger);

/*
 * Which identities the ledger may hold, in memory, so that most questions about new ones need not go to the
 * database. On the worker: ledger_scan_identities() makes it. On the loop thread: ledger_use_filter() hands
 * it to the ledger, if no ledger_write() was begun since the scan began; and after each write from then on,
 * ledger_note_written() adds what that brought.
 */
struct filter *ledger_scan_identities(struct ledger *ledger);
void ledger_use_filter(struct ledger *ledger, struct filter *filter);
void ledger_note_written(struct ledger *ledger, const struct meter_snapshot *snapshot);

/* ---- writing (worker) ---------------------------------------------------------------------------------- */

struct ledger_commit {
    const struct meter_snapshot *snapshot; /* NULL: none */
    const struct ledger_file *files;
    size_t file_count;
    const uint32_t *gone_files; /* numbers of their paths; a row stays, with inode 0, for what it held */
    size_t gone_count;
    bool drops_rollups; /* first forgets all rollups: the snapshot brings them anew */
    bool drops_files;   /* likewise all file positions: logs are read again from their start */
    bool drops_prices;
};

/* Writes it all in one transaction, or nothing. Seldom also moves the WAL into the database. */
int ledger_write(struct ledger *ledger, const struct ledger_commit *commit, struct text *why);

/* What writing has cost since the ledger was opened. */
struct ledger_figures {
    uint64_t commits, entries; /* rows of entries written */
    uint64_t row_bytes;        /* of the rows themselves */
    uint64_t wal_bytes;        /* written to the WAL */
    uint64_t checkpoint_bytes; /* moved from there into the database, at most */
    uint64_t checkpoints;
    uint64_t largest_wal_bytes;
};

struct ledger_figures ledger_figures(const struct ledger *ledger);

/* ---- keeping it (worker) ------------------------------------------------------------------------------- */

/* Whether the last backup is a day old, or there is none though there is something to back up. */
bool ledger_backup_is_due(const struct ledger *ledger, int64_t now_us);

/*
 * Backs up, `pages` pages a call, so that writes can come between; the first call begins. Returns 1 if there
 * is more to do, LEDGER_OK once the new backup, checked, has taken the place of the old one, or a failure:
 * the old one is then still there, and the next call begins again.
 */
int ledger_backup_step(struct ledger *ledger, int pages, struct text *why);

/* PRAGMA integrity_check, each finding a line of `findings`: LEDGER_OK if there is none. */
int ledger_check(struct ledger *ledger, struct text *findings);

/* Rebuilds the file without free pages. */
int ledger_vacuum(struct ledger *ledger, struct text *why);

/* ---- for `tacho ledger status` ------------------------------------------------------------------------- */

struct ledger_size {
    int schema;
    uint64_t entries, rollup_hours, sessions, files; /* rows */
    uint64_t bytes, free_bytes; /* of the database with what is in the WAL; of them, in no use */
    uint64_t wal_bytes;         /* of the WAL's file, whose changes are not in the database's yet */
    int64_t backup_us;          /* when the backup was made; 0: there is none */
};

/* How large the database is, with its WAL; costs next to nothing. */
uint64_t ledger_bytes(const struct ledger *ledger);

int ledger_measure(struct ledger *ledger, struct ledger_size *size, struct text *why);

#endif
