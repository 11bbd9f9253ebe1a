/*
 * Programs of a person's own, whose first line of output a segment shows (`command`). They run in the
 * background, one after the other, on a thread of their own: at most every so often, only while somebody
 * looks at a line, and each only for so long. Meanwhile, and if one takes too long, what it printed before
 * stays. No shell, no input, the agent's environment and directory.
 */
#ifndef TACHO_PROGRAMS_H
#define TACHO_PROGRAMS_H

#include "../render/layout.h"

struct ev_loop;
struct programs;

/* `changed` is called on the loop thread when one of the texts has become another. */
struct programs *programs_new(struct ev_loop *loop, void (*changed)(void *data), void *data);

/* Ends those that run. NULL is fine. */
void programs_free(struct programs *programs);

/* Takes a layout's commands (NULL: none); what the same ones printed before is kept. */
void programs_set(struct programs *programs, const struct layout *layout);

/* Somebody looks: starts what is due. */
void programs_look(struct programs *programs);

/* What they printed last, in the layout's order; lasts until the next call that may change it. */
struct fact_commands programs_texts(const struct programs *programs);

#endif
