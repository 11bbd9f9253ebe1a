/*
 * A set of 64-bit hashes.
 */
#ifndef TACHO_ID_SET_H
#define TACHO_ID_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* All zero: empty. */
struct id_set {
    uint64_t *slots; /* open addressing; 0: free */
    size_t size, count;
};

/* Adds an id. Returns false if it was there. */
bool id_set_add(struct id_set *set, uint64_t id);
void id_set_free(struct id_set *set);

#endif
