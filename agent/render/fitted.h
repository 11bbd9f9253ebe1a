/*
 * A rendering as a reader of the segment shows it: for what is drawn without one.
 */
#ifndef TACHO_FITTED_H
#define TACHO_FITTED_H

#include "render.h"

/* Room for any rendering, fitted. */
#define FITTED_MAX (RENDER_TEXT_MAX + 2 * 1024)

/*
 * Writes the rendering, fitted to `columns` (0: unlimited) by the reader itself, rows joined by '\n', to
 * `out` (FITTED_MAX bytes), NUL-terminated. `stale`: with the pieces that say so. Returns the number of
 * bytes.
 */
size_t rendering_fitted(const struct rendering *rendering, uint32_t columns, bool stale, char *out);

#endif
