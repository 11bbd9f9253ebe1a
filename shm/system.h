/*
 * The few Linux system calls that the reader makes, without a C library: a shell module must not disturb
 * errno, and a hook may have no libc at all. Results are the kernel's own: a negative errno on failure.
 * The kernel's headers clash with the C library's, so only reader.c and freestanding programs include this.
 */
#ifndef TACHO_SYSTEM_H
#define TACHO_SYSTEM_H

#include <asm/stat.h>
#include <asm/unistd.h>
#include <linux/fcntl.h>
#include <linux/futex.h>
#include <linux/mman.h>
#include <linux/time_types.h>
#include <stddef.h>
#include <stdint.h>

/* Of inode(7) and errno(3); the kernel's headers hide or spread them. The same on every architecture here. */
#define SYSTEM_FILE_TYPE    0170000
#define SYSTEM_REGULAR      0100000
#define SYSTEM_OTHERS_WRITE 0000022 /* group and others */
#define SYSTEM_EINTR        4
#define SYSTEM_EAGAIN       11
#define SYSTEM_ETIMEDOUT    110

/* Argument and result registers: syscall(2), "Architecture calling conventions". */
#if defined(__x86_64__) && defined(__LP64__)
static inline long system_call(long number, long a, long b, long c, long d, long e, long f)
{
    register long r10 __asm__("r10") = d;
    register long r8 __asm__("r8") = e;
    register long r9 __asm__("r9") = f;
    long result;
    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                     : "rcx", "r11", "memory");
    return result;
}
#elif defined(__aarch64__) && defined(__LP64__)
static inline long system_call(long number, long a, long b, long c, long d, long e, long f)
{
    register long x8 __asm__("x8") = number;
    register long x0 __asm__("x0") = a;
    register long x1 __asm__("x1") = b;
    register long x2 __asm__("x2") = c;
    register long x3 __asm__("x3") = d;
    register long x4 __asm__("x4") = e;
    register long x5 __asm__("x5") = f;
    __asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5) : "memory");
    return x0;
}
#else
#error "Tacho's reader knows the system calls of x86-64 and AArch64 Linux only"
#endif

static inline int system_open(const char *path, int flags)
{
    return (int)system_call(__NR_openat, AT_FDCWD, (long)path, flags, 0, 0, 0);
}

static inline int system_close(int descriptor)
{
    return (int)system_call(__NR_close, descriptor, 0, 0, 0, 0, 0);
}

static inline int system_fstat(int descriptor, struct stat *status)
{
    return (int)system_call(__NR_fstat, descriptor, (long)status, 0, 0, 0, 0);
}

static inline long system_pread(int descriptor, void *buffer, size_t size, uint64_t offset)
{
    return system_call(__NR_pread64, descriptor, (long)buffer, (long)size, (long)offset, 0, 0);
}

static inline unsigned system_geteuid(void)
{
    return (unsigned)system_call(__NR_geteuid, 0, 0, 0, 0, 0, 0);
}

/* Maps a file shared and read-only. Returns NULL on failure. */
static inline void *system_map(int descriptor, size_t size)
{
    long result = system_call(__NR_mmap, 0, (long)size, PROT_READ, MAP_SHARED, descriptor, 0);
    return result < 0 && result > -4096 ? NULL : (void *)result;
}

static inline void system_unmap(const volatile void *address, size_t size)
{
    system_call(__NR_munmap, (long)address, (long)size, 0, 0, 0, 0);
}

/* Sleeps while a word of a shared mapping is `expected`; a mapping that may only be read will do: futex(2).
 */
static inline long system_futex_wait(const volatile void *word, uint32_t expected, int timeout_ms)
{
    struct __kernel_timespec timeout = {timeout_ms / 1000, timeout_ms % 1000 * 1000000};
    return system_call(__NR_futex, (long)word, FUTEX_WAIT, expected, timeout_ms < 0 ? 0 : (long)&timeout, 0,
                       0);
}

#endif
