/*
 * What time it is, and how much of it went by.
 */
#ifndef TACHO_CLOCK_H
#define TACHO_CLOCK_H

#include <stdint.h>

/* Unix time in µs. */
int64_t clock_now_us(void);

/* Time since some instant of the past, µs or ms, that never jumps: to measure how long something takes. */
int64_t clock_monotonic_us(void);
int64_t clock_monotonic_ms(void);

#endif
