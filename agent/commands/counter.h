/*
 * A meter for counting here and now, without the agent: with the person's own prices and weights, and what
 * the ledger knows, if there is one.
 */
#ifndef TACHO_COUNTER_H
#define TACHO_COUNTER_H

#include "../store/restored.h"

struct counter {
    struct price_book *prices;
    struct meter *meter;
    struct ledger *ledger; /* that the meter was filled from, and asks; NULL: none */
    struct restored restored;
};

/*
 * `command` is who says so if there is a ledger that cannot be used. With `logs_only` the ledger only tells
 * what was charged. To be closed in either case.
 */
void counter_open(struct counter *counter, const char *command, bool logs_only);
void counter_close(struct counter *counter);

/* Says what a person should know about logs that were read if the sums may be less than they expect. */
void counter_say_about_logs(const char *command, char *const *directories, bool has_logs,
                            uint64_t unreadable);

#endif
