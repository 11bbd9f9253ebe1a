/* Allocation that does not fail: see memory.h. */
#include "memory.h"

#include "say.h"

#include <mimalloc.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* There where mimalloc is linked in, that is, in the agent. */
#pragma weak mi_collect
#pragma weak mi_option_set

static _Noreturn void memory_exhausted(size_t size)
{
    say("out of memory: %zu bytes were refused; free some and start again, nothing is lost", size);
    abort();
}

void *memory_take(size_t size)
{
    void *block = malloc(size ? size : 1);
    if (!block)
        memory_exhausted(size);
    return block;
}

void *memory_resize(void *block, size_t size)
{
    block = realloc(block, size ? size : 1);
    if (!block)
        memory_exhausted(size);
    return block;
}

void *memory_zeroed(size_t count, size_t size)
{
    void *block = calloc(count ? count : 1, size ? size : 1);
    if (!block)
        memory_exhausted(count * size);
    return block;
}

char *memory_string(const char *bytes, size_t size)
{
    char *string = memory_take(size + 1);
    if (size)
        memcpy(string, bytes, size);
    string[size] = '\0';
    return string;
}

void *memory_grow(void *array, size_t count, size_t *room, size_t size)
{
    if (count < *room)
        return array;
    size_t wanted = *room ? *room + *room / 2 + 1 : 8;
    if (wanted > SIZE_MAX / size)
        memory_exhausted(SIZE_MAX);
    array = memory_resize(array, wanted * size);
    *room = wanted;
    return array;
}

/* mimalloc keeps what is freed in case it is needed soon; the agent's need is over once history is read. */
void memory_be_thrifty(void)
{
    if (mi_option_set)
        mi_option_set(mi_option_decommit_delay, 0);
}

void memory_trim(void)
{
    if (mi_collect)
        mi_collect(true);
}

/* proc(5), /proc/pid/status. */
uint64_t memory_in_use(void)
{
    FILE *file = fopen("/proc/self/status", "re");
    if (!file)
        return 0;
    char line[128];
    unsigned long long kilobytes, sum = 0;
    while (fgets(line, sizeof line, file))
        if (sscanf(line, "RssAnon: %llu", &kilobytes) == 1 || sscanf(line, "RssShmem: %llu", &kilobytes) == 1)
            sum += kilobytes * 1024;
    fclose(file);
    return sum;
}
