/* The scalar kernels, and the choice among instruction sets. */
#include "kernels.h"

#include "../base/say.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

static const char *line_end_scalar(const char *at, const char *end, bool *needle)
{
    const size_t size = sizeof USAGE_NEEDLE - 1;
    for (; at < end && *at != '\n'; at++)
        if (*at == '"' && (size_t)(end - at) >= size && memcmp(at, USAGE_NEEDLE, size) == 0)
            *needle = true;
    return at;
}

static const char *string_stop_scalar(const char *at, const char *end)
{
    while (at < end && *at != '"' && *at != '\\' && (unsigned char)*at >= 0x20 && (unsigned char)*at < 0x80)
        at++;
    return at;
}

const struct kernels kernels_scalar = {"scalar", line_end_scalar, string_stop_scalar};

#ifndef __x86_64__
const struct kernels *const *kernels_of_processor(void)
{
    static const struct kernels *const none[] = {NULL};
    return none;
}
#endif

const struct kernels *kernels_named(const char *name)
{
    for (const struct kernels *const *each = kernels_of_processor(); *each; each++)
        if (strcmp((*each)->name, name) == 0)
            return *each;
    return strcmp(name, kernels_scalar.name) == 0 ? &kernels_scalar : NULL;
}

static const struct kernels *choose(void)
{
    const struct kernels *best = kernels_of_processor()[0];
    if (!best)
        best = &kernels_scalar;
    const char *wanted = getenv("TACHO_SIMD");
    if (!wanted || !*wanted)
        return best;
    const struct kernels *named = kernels_named(wanted);
    if (!named)
        say("TACHO_SIMD: this machine has no '%s': using %s", wanted, best->name);
    return named ? named : best;
}

const struct kernels *kernels_chosen(void)
{
    static _Atomic(const struct kernels *) chosen;
    const struct kernels *kernels = atomic_load_explicit(&chosen, memory_order_relaxed);
    if (!kernels) {
        kernels = choose();
        atomic_store_explicit(&chosen, kernels, memory_order_relaxed);
    }
    return kernels;
}
