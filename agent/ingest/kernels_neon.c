/*
 * The kernels for 64-bit ARM, which always has NEON. A block is four vectors; TACHO_EMULATED is set by a test
 * that has included what stands in for the intrinsics.
 */
#if defined __aarch64__ || defined TACHO_EMULATED

#include "kernels_vector.h"

#ifndef TACHO_EMULATED
#include <arm_neon.h>
#endif

static inline uint8x16_t load(const char *at)
{
    return vld1q_u8((const uint8_t *)at);
}

/* NEON gives no masks: each byte keeps its bit of eight, and neighbours are added three times. */
static inline uint64_t mask_of(const uint8x16_t quarters[4])
{
    static const uint8_t weights[16] = {1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128};
    const uint8x16_t bits = vld1q_u8(weights);
    const uint8x16_t low = vpaddq_u8(vandq_u8(quarters[0], bits), vandq_u8(quarters[1], bits));
    const uint8x16_t high = vpaddq_u8(vandq_u8(quarters[2], bits), vandq_u8(quarters[3], bits));
    const uint8x16_t sums = vpaddq_u8(low, high);
    return vgetq_lane_u64(vreinterpretq_u64_u8(vpaddq_u8(sums, sums)), 0);
}

static inline uint64_t equal(const char *at, char wanted)
{
    const uint8x16_t all = vdupq_n_u8((uint8_t)wanted);
    const uint8x16_t quarters[4] = {vceqq_u8(load(at), all), vceqq_u8(load(at + 16), all),
                                    vceqq_u8(load(at + 32), all), vceqq_u8(load(at + 48), all)};
    return mask_of(quarters);
}

static const char *line_end_neon(const char *line, const char *end, unsigned *needles)
{
    const uint8x16_t newline = vdupq_n_u8('\n'), g = vdupq_n_u8('g'), quote = vdupq_n_u8('"');
    const char *at = line;
    for (; end - at >= BLOCK_SIZE + NEEDLE_QUOTE; at += BLOCK_SIZE) {
        uint8x16_t ends[4], hits[4], any = vdupq_n_u8(0);
        for (int i = 0; i < 4; i++) {
            ends[i] = vceqq_u8(load(at + 16 * i), newline);
            hits[i] = vandq_u8(vceqq_u8(load(at + 16 * i + NEEDLE_G), g),
                               vceqq_u8(load(at + 16 * i + NEEDLE_QUOTE), quote));
            any = vorrq_u8(any, vorrq_u8(ends[i], hits[i]));
        }
        if (vmaxvq_u8(any) == 0)
            continue;
        const uint64_t lines = mask_of(ends);
        *needles |= needles_at(line, at, mask_of(hits) & bits_before(lines));
        if (lines)
            return at + __builtin_ctzll(lines);
    }
    return line_end_rest(line, at, end, needles);
}

static inline uint64_t stops(const char *at)
{
    uint8x16_t quarters[4];
    for (int i = 0; i < 4; i++)
        quarters[i] = vcleq_u8(veorq_u8(load(at + 16 * i), vdupq_n_u8(QUOTE_BIT)), vdupq_n_u8(0x20));
    return mask_of(quarters);
}

static inline bool is_wide(const char *at)
{
    const uint8x16_t low = vorrq_u8(load(at), load(at + 16)), high = vorrq_u8(load(at + 32), load(at + 48));
    return vmaxvq_u8(vorrq_u8(low, high)) > 0x7f;
}

static void look_neon(const char *at, size_t count, struct line_look *look)
{
    look->slashed = look->wide = 0;
    for (size_t block = 0; block < count; block++, at += BLOCK_SIZE) {
        look->stops[block] = stops(at);
        look->backslashes[block] = equal(at, '\\');
        look->slashed |= (uint64_t)(look->backslashes[block] != 0) << block;
        look->wide |= (uint64_t)is_wide(at) << block;
    }
}

static const uint8_t escapable_by_high[16] = {ESCAPABLE_BY_HIGH}, escapable_by_low[16] = {ESCAPABLE_BY_LOW};
static const uint8_t wrong_by_high_before[16] = {WRONG_BY_HIGH_BEFORE};
static const uint8_t wrong_by_low_before[16] = {WRONG_BY_LOW_BEFORE}, wrong_by_high[16] = {WRONG_BY_HIGH};

/* A table's entries for the low halves of the bytes. */
static inline uint8x16_t low_half(const uint8_t *table, uint8x16_t bytes)
{
    return vqtbl1q_u8(vld1q_u8(table), vandq_u8(bytes, vdupq_n_u8(0x0f)));
}

static inline uint8x16_t high_half(const uint8_t *table, uint8x16_t bytes)
{
    return vqtbl1q_u8(vld1q_u8(table), vshrq_n_u8(bytes, 4));
}

static void escapable_neon(const char *at, uint64_t blocks, struct escapable *masks)
{
    for (; blocks; blocks &= blocks - 1) {
        const size_t block = (size_t)__builtin_ctzll(blocks);
        const char *bytes = at + block * BLOCK_SIZE;
        uint8x16_t quarters[4];
        for (int i = 0; i < 4; i++) {
            const uint8x16_t quarter = load(bytes + 16 * i);
            quarters[i] =
                vtstq_u8(high_half(escapable_by_high, quarter), low_half(escapable_by_low, quarter));
        }
        masks[block].all = mask_of(quarters);
        masks[block].u = equal(bytes, 'u');
    }
}

/* Not zero where a byte is misplaced. */
static inline uint8x16_t misplaced_16(const char *at)
{
    const uint8x16_t bytes = load(at), before = load(at - 1);
    const uint8x16_t due =
        vorrq_u8(vcgeq_u8(before, vdupq_n_u8(0xc0)), vorrq_u8(vcgeq_u8(load(at - 2), vdupq_n_u8(0xe0)),
                                                              vcgeq_u8(load(at - 3), vdupq_n_u8(0xf0))));
    const uint8x16_t continues = vceqq_u8(vandq_u8(bytes, vdupq_n_u8(0xc0)), vdupq_n_u8(0x80));
    const uint8x16_t sets =
        vandq_u8(high_half(wrong_by_high_before, before), low_half(wrong_by_low_before, before));
    return vorrq_u8(veorq_u8(due, continues), vandq_u8(sets, high_half(wrong_by_high, bytes)));
}

static uint64_t misplaced_neon(const char *at, uint64_t blocks)
{
    uint64_t found = 0;
    for (; blocks; blocks &= blocks - 1) {
        const size_t block = (size_t)__builtin_ctzll(blocks);
        const char *bytes = at + block * BLOCK_SIZE;
        const uint8x16_t low = vorrq_u8(misplaced_16(bytes), misplaced_16(bytes + 16));
        const uint8x16_t high = vorrq_u8(misplaced_16(bytes + 32), misplaced_16(bytes + 48));
        found |= (uint64_t)(vmaxvq_u8(vorrq_u8(low, high)) != 0) << block;
    }
    return found;
}

#ifdef TACHO_EMULATED
extern const struct kernels kernels_neon;
const struct kernels kernels_neon = {"neon", line_end_neon, look_neon, escapable_neon, misplaced_neon};
#else
const struct kernels *const *kernels_of_processor(void)
{
    static const struct kernels neon = {"neon", line_end_neon, look_neon, escapable_neon, misplaced_neon};
    static const struct kernels *const all[] = {&neon, NULL};
    return all;
}
#endif

#endif
