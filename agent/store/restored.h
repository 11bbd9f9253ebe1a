/*
 * From the ledger into a new meter, and the memory of how far each log was read that goes with it.
 */
#ifndef TACHO_RESTORED_H
#define TACHO_RESTORED_H

#include "../ingest/log_tree.h"
#include "ledger.h"

/* All zero: nothing. */
struct restored {
    struct meter *meter;
    struct restored_file {
        struct ledger_file file;
        bool is_known;
        bool is_met;  /* the tree knows it */
        bool is_gone; /* it was known: the copies it had are still copies of entries */
    } * files;        /* by number of path */
    size_t count, room;
    uint32_t path; /* the last that something refers to */
    /* Of logs that are gone, less what the tree counts twice because they are back: modulo 2^64, to be added
     * to the tree's. */
    uint64_t copies_unmet;
};

/*
 * Fills a meter, which must be new and outlive *restored, from a ledger. Returns LEDGER_OK or a failure: the
 * meter is then of no use. A book of prices that is in use already stays as it is. To be followed by
 * meter_renew_prices().
 */
int restored_load(struct restored *restored, struct ledger *ledger, struct meter *meter, struct text *why);

/*
 * The same in two steps, for whoever is in a hurry: the numbers, from which everything can be shown; and the
 * log files, before anything is read of a log or written to the ledger. If the second fails, both were in
 * vain.
 */
int restored_load_numbers(struct restored *restored, struct ledger *ledger, struct meter *meter,
                          struct text *why);
int restored_load_files(struct restored *restored, struct ledger *ledger, struct text *why);

/* Only what was charged: for a meter that is to count logs alone, at the prices of the time. */
int restored_load_prices(struct ledger *ledger, struct meter *meter, struct text *why);

/* For log_tree_grow() and log_tree_scan(): recalls what was loaded. */
struct log_tree_memory restored_memory(struct restored *restored);

/* Notes a file as it is now; and that it is gone: returns whether it was known, its copies are then among
 * those gone. */
void restored_note(struct restored *restored, const struct ledger_file *file);
bool restored_forget(struct restored *restored, uint32_t path);

/*
 * Calls `gone` for every file that was loaded and that the tree, by now ready, has not met; each counts as
 * gone from then on.
 */
void restored_find_gone(struct restored *restored, void (*gone)(void *data, uint32_t path), void *data);

void restored_free(struct restored *restored);

#endif
