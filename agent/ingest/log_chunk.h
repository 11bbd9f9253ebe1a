/*
 * Cutting a large log into chunks that may be read in any order: the lines that end in a range of bytes. Each line
 * is in one chunk, whatever its length; what follows the last newline belongs to the last chunk.
 */
#ifndef TACHO_LOG_CHUNK_H
#define TACHO_LOG_CHUNK_H

#include <stdbool.h>
#include <stdint.h>

struct log_chunk {
    uint64_t start, end; /* of its lines; start == end: none ends there */
};

/*
 * Looks for the lines that end in the bytes from `from` up to `to`; with `to` UINT64_MAX also for what follows the
 * last newline. False with errno set if the file cannot be read.
 */
bool log_chunk_find(const char *path, uint64_t from, uint64_t to, struct log_chunk *chunk);

#endif
