/*
 * Words of the segment that one process writes while others read them. Every access is a relaxed atomic,
 * so that there is no data race in C11's sense; the order that the protocol needs comes from the fences
 * (Boehm, "Can seqlocks get along with programming language memory models?", MSPC 2012).
 */
#ifndef TACHO_WORDS_H
#define TACHO_WORDS_H

#include <stddef.h>
#include <stdint.h>

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "the segment is little-endian"
#endif

/* gcc's TSan does not model fences and says so; with every word atomic it has no need to. */
#if defined(__GNUC__) && !defined(__clang__) && defined(__SANITIZE_THREAD__)
#pragma GCC diagnostic ignored "-Wtsan"
#endif

/* The caller's buffers have a type of their own. */
typedef uint64_t __attribute__((may_alias)) word_in_buffer;

static inline uint64_t word_load(const volatile void *address)
{
    return __atomic_load_n((const volatile uint64_t *)address, __ATOMIC_RELAXED);
}

static inline void word_store(volatile void *address, uint64_t value)
{
    __atomic_store_n((volatile uint64_t *)address, value, __ATOMIC_RELAXED);
}

/* Stores what makes everything stored before it visible to those who see it. */
static inline void word_publish(volatile void *address, uint64_t value)
{
    __atomic_store_n((volatile uint64_t *)address, value, __ATOMIC_RELEASE);
}

/* What was loaded before is older than what is loaded after. Also for loads that the kernel does for us. */
static inline void loads_in_order(void)
{
    __atomic_thread_fence(__ATOMIC_ACQUIRE);
}

/* What was stored before is seen before what is stored after. */
static inline void stores_in_order(void)
{
    __atomic_thread_fence(__ATOMIC_RELEASE);
}

#endif
