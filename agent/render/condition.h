/*
 * Conditions on segments (`when`): whether another one shows something, or the number or text
 * that it shows.
 */
#ifndef TACHO_CONDITION_H
#define TACHO_CONDITION_H

#include "layout.h"

bool condition_holds(const struct condition *condition, const struct facts *facts, const struct look *look);

/*
 * Reads "git.branch", "!git.branch", "context.used >= 80", "cost.today > 12.5", "git.root = loom". Returns 0,
 * or -1 with what is wrong in *why.
 */
int condition_read(struct condition *condition, const char *text, struct text *why);

/*
 * The first number in a text, as people read it: 84k is 84000, 2h 13m is 133 (minutes), $1,234.56 is 1234.56.
 * Returns whether there is one.
 */
bool condition_number(const char *text, size_t size, double *number);

#endif
