/*
 * The segment's file: how its tables are laid out, and how a new file takes the place of an old one.
 */
#ifndef TACHO_SEGMENT_FILE_H
#define TACHO_SEGMENT_FILE_H

#include "writer.h"

/* Makes the header of a new segment. Returns -1 with errno set: EINVAL or EFBIG for impossible sizes. */
int layout_make(struct tacho_header *layout, struct segment_sizes sizes, const char *version);

/* Entries of the directory: a home for every hash, and a window beyond the last. */
uint32_t layout_entries(const struct tacho_header *layout);

/*
 * Makes the file under a name of its own (that of `path` and ".new"), maps it, fills in the header and the
 * metric table. Returns the mapping, or NULL with errno set.
 */
void *segment_file_make(const char *path, const struct tacho_header *layout);

/* Wakes those who sleep on the ring_signal of a mapped file, of which the first page will do. */
void segment_wake(const volatile uint8_t *map);

/* Gives it the name `path` and marks the file that had it before retired. Returns 0, or -1 with errno set. */
int segment_file_install(const char *path);

#endif
