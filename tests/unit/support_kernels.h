/* Comparing a set of kernels with the scalar ones, at every alignment and length, on made and on random
 * bytes. */
#ifndef TACHO_SUPPORT_KERNELS_H
#define TACHO_SUPPORT_KERNELS_H

#include "../../agent/ingest/kernels.h"

void check_stops_are_found(const struct kernels *kernels);
void check_needles_are_found(const struct kernels *kernels);
void check_random_bytes(const struct kernels *kernels, int rounds);
void check_every_pair_of_bytes(const struct kernels *kernels);

/* Compares on [at, at + size), from memory of that size, whatever is there. */
void compare_kernels(const struct kernels *kernels, const char *at, size_t size);

#endif
