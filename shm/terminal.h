/*
 * How many colours a terminal has, for hooks, shells and commands alike.
 */
#ifndef TACHO_SHM_TERMINAL_H
#define TACHO_SHM_TERMINAL_H

#include "tacho.h"

/* By the values of NO_COLOR, COLORTERM and TERM; NULL: not set. */
enum tacho_depth terminal_depth(const char *no_color, const char *colours, const char *terminal);

#endif
