/*
 * Words as shells write them, for commands that are put into files of theirs.
 */
#ifndef TACHO_COMMAND_QUOTE_H
#define TACHO_COMMAND_QUOTE_H

#include "../base/text.h"

/* How bash, zsh and sh quote. */
void quote_posix(struct text *out, const char *string);

void quote_fish(struct text *out, const char *string);

#endif
