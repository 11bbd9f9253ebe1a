/* A copy (shm/tacho.h) with one block, made out of a rendering: see fitted.h. */
#include "fitted.h"

#include <string.h>

struct fitting_copy {
    struct tacho_copy copy;
    struct tacho_block block;
    struct tacho_piece pieces[TACHO_PIECES_MAX];
    char text[RENDER_TEXT_MAX];
};

size_t rendering_fitted(const struct rendering *rendering, uint32_t columns, bool stale, char *out)
{
    struct fitting_copy made = {
        .copy = {.used = sizeof made, .block_count = 1, .block_offset = offsetof(struct fitting_copy, block)},
        .block = {.surface = TACHO_CLAUDE,
                  .piece_count = (uint16_t)rendering->piece_count,
                  .piece_offset = offsetof(struct fitting_copy, pieces),
                  .text_offset = offsetof(struct fitting_copy, text),
                  .text_size = rendering->text_size},
    };
    memcpy(made.pieces, rendering->pieces, sizeof made.pieces);
    memcpy(made.text, rendering->text, rendering->text_size);
    int64_t size =
        tacho_format(&made.copy, TACHO_CLAUDE, TACHO_NO_COLOUR, columns, stale, out, FITTED_MAX - 1);
    out[size > 0 ? size : 0] = '\0';
    return size > 0 ? (size_t)size : 0;
}
