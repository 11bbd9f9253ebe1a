/*
 * Inside the index reader: the pieces that index.c and index_split.c share. Nobody else includes this.
 */
#ifndef TACHO_GIT_INDEX_FORMAT_H
#define TACHO_GIT_INDEX_FORMAT_H

#include "index.h"

/* Memory that lives as long as the index. */
struct index_block {
    struct index_block *next;
    size_t size, used;
    unsigned char bytes[];
};

/* The split-index extension: what to do to the base's entries (gitformat-index(5), "Split index"). */
struct index_split {
    bool present;
    const unsigned char *base; /* object id that names sharedindex.<hex> */
    const unsigned char *bitmaps;
    size_t bitmaps_size;
};

/* Where a reader is in a file. `failed` is sticky: once set, everything read is zero. */
struct index_cursor {
    const unsigned char *at, *end;
    bool failed;
};

void *index_take(struct index *index, size_t size);
struct index_entry *index_add(struct index *index);

const unsigned char *cursor_take(struct index_cursor *cursor, size_t size);
uint32_t cursor_u32(struct index_cursor *cursor);
uint64_t cursor_u64(struct index_cursor *cursor);

/* Reads the file into memory of `index` and its header, entries and extensions. Returns NULL or why not. */
const char *index_read_file(struct index *index, const char *path, struct index_split *split);

/* Puts the base's entries under those of the split index, in their place. Returns NULL or why not. */
const char *index_join(struct index *index, const char *git_dir, const struct index_split *split);

#endif
