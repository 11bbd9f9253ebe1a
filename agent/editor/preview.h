/*
 * The line as the configuration being edited would have it: the person's own session, drawn by the agent, or,
 * where there is none, an imagined one.
 */
#ifndef TACHO_EDITOR_PREVIEW_H
#define TACHO_EDITOR_PREVIEW_H

#include "../base/text.h"

#include <stdbool.h>
#include <stdint.h>

struct preview {
    struct text line; /* rows joined by '\n', with their colours */
    bool is_own;      /* of the person's own session */
};

/* Draws it anew, `columns` wide. */
void preview_draw(struct preview *preview, const struct text *config, uint32_t columns);
void preview_free(struct preview *preview);

#endif
