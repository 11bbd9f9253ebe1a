/*
 * A program that has the whole terminal, by ncurses: what those of libexec/ share of taking it and of giving
 * it back as it was, whatever ends them.
 */
#ifndef TACHO_FULL_SCREEN_H
#define TACHO_FULL_SCREEN_H

#include <stdbool.h>

/* Why there can be no screen here; NULL: there can (terminal_fit.c). */
const char *full_screen_refusal(void);

/*
 * Takes the terminal: keys come one by one, arrows in every form that terminals send, the mouse's first
 * button too. A crash from now on gives it back first.
 */
void full_screen_open(void);

/* Gives the terminal back; full_screen_again() takes it once more and has everything drawn. */
void full_screen_close(void);
void full_screen_again(void);

/* Whether mouse events come to the program rather than to the terminal's own selection. */
void full_screen_mouse(bool wanted);

#endif
