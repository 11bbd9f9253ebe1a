/*
 * Memory: allocation that does not fail. In the agent it is mimalloc's, which is linked in and takes the
 * place of malloc; in `tacho` and in sanitizer builds the C library's.
 */
#ifndef TACHO_MEMORY_H
#define TACHO_MEMORY_H

#include <stddef.h>
#include <stdint.h>

/* Like malloc, realloc, calloc and strdup; out of memory ends the program with a message. */
void *memory_take(size_t size) __attribute__((malloc, returns_nonnull));
void *memory_resize(void *block, size_t size) __attribute__((returns_nonnull));
void *memory_zeroed(size_t count, size_t size) __attribute__((malloc, returns_nonnull));
char *memory_string(const char *bytes, size_t size) __attribute__((malloc, returns_nonnull));

/*
 * Makes room for one more element of `size` bytes in a growing array: returns `array`, moved if it had to
 * grow; *room counts elements.
 */
void *memory_grow(void *array, size_t count, size_t *room, size_t size);

/* Has what is freed given back to the system at once, for a program that lives long. Call first thing. */
void memory_be_thrifty(void);

/* Gives back what is free all the same; worth it after something large. */
void memory_trim(void);

/* Bytes that the process takes: anonymous and shared-memory pages, not mapped library files. 0: unknown. */
uint64_t memory_in_use(void);

#endif
