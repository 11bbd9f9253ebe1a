/*
 * Conditions on segments (`when`), of segments and of alerts: whether one shows something, the number that it
 * shows, or the text.
 */
#ifndef TACHO_CONDITION_H
#define TACHO_CONDITION_H

#include "layout.h"

#define CONDITION_SHOWN_MAX 64

bool condition_holds(const struct condition *condition, const struct facts *facts, const struct look *look);

struct condition_result {
    bool holds;
    bool has_number;
    double number;                   /* that the segment shows */
    int64_t changes_us;              /* when that changes by the clock alone; INT64_MAX: it does not */
    char shown[CONDITION_SHOWN_MAX]; /* what the segment shows, without colours; cut if it is long */
};

/*
 * The same, with what it was judged by. `slack` moves the bound of a number by that share of it to where the
 * condition holds longer: so a value that lies about the bound does not make and break it all the time.
 */
struct condition_result condition_judge(const struct condition *condition, const struct facts *facts,
                                        const struct look *look, double slack);

/*
 * Reads "git.branch", "!git.branch", "context.used >= 80", "cost.today > 12.5", "session.state = busy".
 * Returns 0, or -1 with what is wrong in *why.
 */
int condition_read(struct condition *condition, const char *text, struct text *why);

/*
 * The first number in a text, as people read it: 84k is 84000, 2h 13m is 133 (minutes), $1,234.56 is 1234.56.
 * Returns whether there is one.
 */
bool condition_number(const char *text, size_t size, double *number);

#endif
