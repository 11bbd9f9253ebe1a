/*
 * Segments for tests: a place to put them, and a payload that proves itself. Every word, text and line of a
 * payload follows from one number, so that a reader can tell a whole copy from a mixture of two.
 */
#ifndef TACHO_SUPPORT_SEGMENT_H
#define TACHO_SUPPORT_SEGMENT_H

#include "../../shm/writer.h"
#include <limits.h>
#include <stdbool.h>

#ifndef __has_feature
#define __has_feature(feature) 0
#endif

/* TSan sees threads only, and cannot follow a fork. */
#if defined(__SANITIZE_THREAD__) || __has_feature(thread_sanitizer)
#define THREADS_ONLY 1
#else
#define THREADS_ONLY 0
#endif

/* Whether a sanitizer slows this build down: then tests that count do less. */
#if THREADS_ONLY || defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer)
#define SANITIZED 1
#else
#define SANITIZED 0
#endif

/* A new directory of its own, on tmpfs if there is one, and the path of a segment in it. */
struct segment_place {
    char directory[PATH_MAX];
    char path[PATH_MAX + 16];
};

void place_make(struct segment_place *place);

/* Removes the directory and the files in it. */
void place_remove(const struct segment_place *place);

/* Small enough that files are made quickly: 32 slots. */
struct segment_sizes sizes_small(void);

/* A buffer that any copy fits into. */
union copy_buffer {
    struct tacho_copy copy;
    uint8_t bytes[TACHO_COPY_MAX];
};

/* The name of test key `index`; returns its length. */
size_t key_name(char name[32], uint32_t index);

/* Publishes payload `number`, with about `bulk` bytes of text, under test key `index`. Returns the slot. */
int64_t payload_publish(struct segment_writer *writer, uint32_t index, uint64_t number, size_t bulk);

/* Whether a copy is one payload from end to end. Sets *number. */
bool payload_is_whole(const struct tacho_copy *copy, uint64_t *number);

/* A random number generator whose sequence is the seed's: xorshift64*. */
uint64_t random_next(uint64_t *state);

#endif
