/*
 * A rendering as a reader shows it: put into a copy as the segment has it, and fitted by tacho_format().
 */
#ifndef TACHO_SUPPORT_FIT_H
#define TACHO_SUPPORT_FIT_H

#include "../../agent/render/render.h"
#include <stdbool.h>

/* The fitted text, NUL-terminated, in a buffer that lasts until the next call. */
const char *support_fit(const struct rendering *rendering, uint32_t columns, bool stale);

#endif
