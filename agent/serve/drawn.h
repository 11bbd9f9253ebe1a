/*
 * Which lines of a slot are drawn: those that somebody reads.
 *
 * Whoever asks says the surface and the depth that it shows (shm/request.h), and from then on they are drawn,
 * of every slot of that kind; with a prompt's left side go the others. Beside them stand always a session's
 * line without colours, which is the plain one, and a directory's plain one, for readers that only look into
 * the segment. Such sets are words: a bit for each surface and depth.
 */
#ifndef TACHO_DRAWN_H
#define TACHO_DRAWN_H

#include "../render/render.h"

#include "../../shm/writer.h"

/* What is drawn of every slot of a kind. */
uint64_t drawn_always(enum tacho_kind kind);

/* What somebody shows who asks for this; surface 0: whoever asks does not say, and may show anything. */
uint64_t drawn_for(enum tacho_kind kind, unsigned surface, unsigned depth);

/* What was drawn in a slot that an earlier agent published. */
uint64_t drawn_in(const struct tacho_copy *copy);

/*
 * Draws that of a slot into its draft, one block after the other in `rendering`. Returns when one of them
 * would look different by the clock alone. A line with nothing to say is an empty block: it is known to be
 * so.
 */
int64_t drawn_draft(struct segment_draft *draft, struct rendering *rendering, uint64_t drawn,
                    const struct facts *facts, const struct look *look);

bool drawn_has(uint64_t drawn, enum tacho_surface surface, enum tacho_depth depth);

#endif
