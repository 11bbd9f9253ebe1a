/*
 * JSON numbers as exact integers: the text of a number, times a power of ten. No floating point.
 */
#ifndef TACHO_DECIMAL_H
#define TACHO_DECIMAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum decimal_rest { REST_NONE, REST_BELOW_HALF, REST_HALF, REST_ABOVE_HALF };

struct decimal {
    bool negative;          /* was written with a minus; -0 is */
    bool nonzero;           /* however small */
    bool too_large;         /* for `value` */
    uint64_t value;         /* of the magnitude, rounded down */
    enum decimal_rest rest; /* what rounding down left out */
};

/* Reads a well-formed JSON number and multiplies it by 10^scale. */
struct decimal decimal_read(const char *bytes, size_t size, int scale);

/* Its magnitude rounded to the nearest integer, half to even. */
uint64_t decimal_nearest(const struct decimal *decimal);

#endif
