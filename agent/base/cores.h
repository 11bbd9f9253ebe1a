/* How many threads are worth starting for work that keeps them busy. */
#ifndef TACHO_CORES_H
#define TACHO_CORES_H

#define CORES_MOST 4 /* beyond that memory is what they wait for, and other programs want some too */

/* The cores that this process may use, but no more than CORES_MOST; at least 1. */
unsigned cores_to_use(void);

#endif
