/*
 * Drawing an imagined session, for a person to look at.
 */
#ifndef TACHO_DEMO_H
#define TACHO_DEMO_H

#include "../render/render.h"

/* The depth of colours of stdout, as a hook would choose it; `always`: also where it is no terminal. */
enum tacho_depth demo_depth(bool always);

/* Prints the line of a session that has something to show in every segment, as wide as stdout's terminal is.
 */
void demo_line(const struct look *look);

#endif
