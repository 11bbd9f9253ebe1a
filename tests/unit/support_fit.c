/*
 * Makes a copy (shm/tacho.h) with one block out of a rendering.
 */
#include "support_fit.h"
#include <string.h>

struct fitting_copy {
    struct tacho_copy copy;
    struct tacho_block block;
    struct tacho_piece pieces[TACHO_PIECES_MAX];
    char text[RENDER_TEXT_MAX];
};

const char *support_fit(const struct rendering *rendering, uint32_t columns, bool stale)
{
    static struct fitting_copy made;
    static char out[RENDER_TEXT_MAX + 1];
    made.copy = (struct tacho_copy){
        .used = sizeof made,
        .block_count = 1,
        .block_offset = offsetof(struct fitting_copy, block),
    };
    made.block = (struct tacho_block){
        .surface = TACHO_CLAUDE,
        .piece_count = (uint16_t)rendering->piece_count,
        .piece_offset = offsetof(struct fitting_copy, pieces),
        .text_offset = offsetof(struct fitting_copy, text),
        .text_size = rendering->text_size,
    };
    memcpy(made.pieces, rendering->pieces, sizeof made.pieces);
    memcpy(made.text, rendering->text, rendering->text_size);
    int64_t size =
        tacho_format(&made.copy, TACHO_CLAUDE, TACHO_NO_COLOUR, columns, stale, out, sizeof out - 1);
    out[size > 0 ? size : 0] = '\0';
    return out;
}
