/*
 * What time it is.
 */
#ifndef TACHO_CLOCK_H
#define TACHO_CLOCK_H

#include <stdint.h>

/* Unix time in µs. */
int64_t clock_now_us(void);

#endif
