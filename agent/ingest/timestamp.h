/*
 * RFC 3339 timestamps as the logs write them → Unix time in microseconds.
 */
#ifndef TACHO_TIMESTAMP_H
#define TACHO_TIMESTAMP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Reads YYYY-MM-DDTHH:MM:SS, perhaps a fraction, and Z or an offset of less than a day. The year as written
 * is 1970 to 2999; further digits of the fraction are cut off, not rounded. With an offset east of Greenwich
 * the first hours of 1970 are before 0.
 */
bool timestamp_read(const char *bytes, size_t size, int64_t *when_us);

#endif
