/*
 * Numbers for keys: equal keys get one number, from 0, in the order in which they were first met. What
 * interned.h is for strings, for integers.
 */
#ifndef TACHO_REPORT_INDEX_H
#define TACHO_REPORT_INDEX_H

#include <stddef.h>
#include <stdint.h>

/* All zero: empty. */
struct report_index {
    struct report_index_slot {
        uint64_t key;
        uint32_t number; /* + 1; 0: free */
    } *slots;
    size_t size; /* a power of two */
    uint32_t count;
};

/* The key's number, given to it now if it has none: then it is the count before. */
uint32_t report_index_take(struct report_index *index, uint64_t key);

void report_index_free(struct report_index *index);

#endif
