/* The scalar kernels, and the choice among instruction sets. */
#include "kernels.h"

#include "../base/say.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

/* ---- scalar -------------------------------------------------------------------------------------------- */

const char *line_end_rest(const char *line, const char *at, const char *end, unsigned *needles)
{
    for (; at < end && *at != '\n'; at++)
        if (*at == '"')
            *needles |= needles_ending(line, at);
    return at;
}

static const char *line_end_scalar(const char *at, const char *end, unsigned *needles)
{
    return line_end_rest(at, at, end, needles);
}

static void look_scalar(const char *at, size_t count, struct line_look *look)
{
    look->slashed = look->wide = 0;
    for (size_t block = 0; block < count; block++) {
        uint64_t stops = 0, backslashes = 0, wide = 0;
        for (size_t i = 0; i < BLOCK_SIZE; i++, at++) {
            const unsigned char byte = (unsigned char)*at;
            stops |= (uint64_t)(byte == '"' || byte < 0x20) << i;
            backslashes |= (uint64_t)(byte == '\\') << i;
            wide |= byte >> 7;
        }
        look->stops[block] = stops;
        look->backslashes[block] = backslashes;
        look->slashed |= (uint64_t)(backslashes != 0) << block;
        look->wide |= wide << block;
    }
}

static void escapable_scalar(const char *at, uint64_t blocks, struct escapable *masks)
{
    static const bool may_follow[256] = {
        ['"'] = true, ['\\'] = true, ['/'] = true, ['b'] = true, ['f'] = true,
        ['n'] = true, ['r'] = true,  ['t'] = true, ['u'] = true};
    for (; blocks; blocks &= blocks - 1) {
        const size_t block = (size_t)__builtin_ctzll(blocks);
        const unsigned char *bytes = (const unsigned char *)at + block * BLOCK_SIZE;
        struct escapable found = {0};
        for (size_t i = 0; i < BLOCK_SIZE; i++) {
            found.all |= (uint64_t)may_follow[bytes[i]] << i;
            found.u |= (uint64_t)(bytes[i] == 'u') << i;
        }
        masks[block] = found;
    }
}

/* Whether a continuation cannot follow the byte that begins a character: Unicode 15, table 3-7. */
static bool is_wrong_second(unsigned char lead, unsigned char byte)
{
    switch (lead) {
    case 0xe0:
        return byte < 0xa0;
    case 0xed:
        return byte > 0x9f;
    case 0xf0:
        return byte < 0x90;
    case 0xf4:
        return byte > 0x8f;
    default:
        return lead == 0xc0 || lead == 0xc1 || lead > 0xf4;
    }
}

bool is_misplaced(const char *at)
{
    const unsigned char *byte = (const unsigned char *)at;
    const bool is_due = byte[-1] >= 0xc0 || byte[-2] >= 0xe0 || byte[-3] >= 0xf0;
    const bool is_continuation = (*byte & 0xc0) == 0x80;
    return is_due != is_continuation || (is_due && is_wrong_second(byte[-1], *byte));
}

static uint64_t misplaced_scalar(const char *at, uint64_t blocks)
{
    uint64_t found = 0;
    for (; blocks; blocks &= blocks - 1) {
        const size_t block = (size_t)__builtin_ctzll(blocks);
        for (size_t i = 0; i < BLOCK_SIZE; i++)
            found |= (uint64_t)is_misplaced(at + block * BLOCK_SIZE + i) << block;
    }
    return found;
}

const struct kernels kernels_scalar = {"scalar", line_end_scalar, look_scalar, escapable_scalar,
                                       misplaced_scalar};

/* ---- the choice ---------------------------------------------------------------------------------------- */

#if !defined __x86_64__ && !defined __aarch64__
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
