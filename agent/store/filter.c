/* The filter of identities: see filter.h. */
#include "filter.h"

#include "../base/memory.h"

#include <stdlib.h>

#define BITS_EACH  12
#define LOOKS      7
#define WORDS      8 /* a block: one cache line */
#define LAYERS_MAX 40
#define SMALLEST   1024

struct layer {
    uint64_t *words;
    size_t block_count;
    size_t room, count; /* identities: made for, and in it */
};

struct filter {
    struct layer layers[LAYERS_MAX]; /* the last one takes what is added */
    size_t layer_count;
};

static void layer_add(struct filter *filter, size_t expected)
{
    struct layer *layer = &filter->layers[filter->layer_count++];
    layer->room = expected < SMALLEST ? SMALLEST : expected;
    layer->block_count = layer->room * BITS_EACH / (WORDS * 64) + 1;
    layer->words = memory_zeroed(layer->block_count * WORDS, sizeof *layer->words);
}

struct filter *filter_new(size_t expected)
{
    struct filter *filter = memory_zeroed(1, sizeof *filter);
    layer_add(filter, expected);
    return filter;
}

void filter_free(struct filter *filter)
{
    for (size_t i = 0; filter && i < filter->layer_count; i++)
        free(filter->layers[i].words);
    free(filter);
}

/* An identity is a hash: one half chooses the block, nine bits of the other each bit in it. */
static uint64_t *block_of(const struct layer *layer, struct identity identity)
{
    size_t block = (size_t)(((unsigned __int128)identity.low * layer->block_count) >> 64);
    return layer->words + block * WORDS;
}

void filter_add(struct filter *filter, struct identity identity)
{
    struct layer *layer = &filter->layers[filter->layer_count - 1];
    if (layer->count == layer->room && filter->layer_count < LAYERS_MAX) {
        layer_add(filter, layer->room * 2);
        layer++;
    }
    layer->count++;
    uint64_t *block = block_of(layer, identity), bits = identity.high;
    for (int i = 0; i < LOOKS; i++, bits >>= 9)
        block[(bits >> 6) % WORDS] |= UINT64_C(1) << (bits & 63);
}

static bool layer_has(const struct layer *layer, struct identity identity)
{
    const uint64_t *block = block_of(layer, identity);
    uint64_t bits = identity.high;
    for (int i = 0; i < LOOKS; i++, bits >>= 9)
        if (!(block[(bits >> 6) % WORDS] >> (bits & 63) & 1))
            return false;
    return true;
}

bool filter_has(const struct filter *filter, struct identity identity)
{
    for (size_t i = filter->layer_count; i > 0; i--)
        if (layer_has(&filter->layers[i - 1], identity))
            return true;
    return false;
}

size_t filter_bytes(const struct filter *filter)
{
    size_t bytes = sizeof *filter;
    for (size_t i = 0; i < filter->layer_count; i++)
        bytes += filter->layers[i].block_count * WORDS * sizeof(uint64_t);
    return bytes;
}
