/* A batch: copies of API messages on their way to the meter. */
#include "batch.h"

#include "../base/memory.h"
#include "kernels.h"

#include <stdlib.h>
#include <string.h>

#define STRINGS_SEARCHED 64
#define PLACES_SEARCHED  64
#define SCRATCH_KEPT     ((size_t)1 << 20)

void batch_init(struct batch *batch, const char *path)
{
    *batch = (struct batch){.kernels = kernels_chosen()};
    batch_clear(batch, path);
}

void batch_pass_memory(struct batch *from, struct batch *to)
{
    to->scratch = from->scratch;
    to->shape = from->shape;
    to->buffer = from->buffer;
    from->scratch = (struct scratch){0};
    from->shape = NULL;
    from->buffer = NULL;
}

void batch_clear(struct batch *batch, const char *path)
{
    *batch = (struct batch){
        .path = path,
        .path_size = path ? strlen(path) : 0,
        .copies = batch->copies,
        .copy_room = batch->copy_room,
        .tools = batch->tools,
        .tool_room = batch->tool_room,
        .strings = batch->strings,
        .string_room = batch->string_room,
        .bytes = batch->bytes,
        .byte_room = batch->byte_room,
        .places = batch->places,
        .place_room = batch->place_room,
        .costs = batch->costs,
        .cost_room = batch->cost_room,
        .kernels = batch->kernels,
        .scratch = batch->scratch,
        .shape = batch->shape,
        .buffer = batch->buffer,
    };
    batch_string(batch, "", 0);
}

void batch_free(struct batch *batch)
{
    free(batch->copies);
    free(batch->tools);
    free(batch->strings);
    free(batch->bytes);
    free(batch->places);
    free(batch->costs);
    free(batch->scratch.bytes);
    free(batch->shape);
    free(batch->buffer);
    *batch = (struct batch){0};
}

/* ---- lines that are skipped ---------------------------------------------------------------------------- */

void batch_skip_line(struct batch *batch, enum skip_reason reason, uint64_t number, bool tail)
{
    if (batch->skipped.of[reason]++ == 0)
        batch->first_skipped[reason] = number;
    batch->tail_skipped.of[reason] += tail;
}

void skips_add(struct skips *sum, const struct skips *skips)
{
    for (int reason = 0; reason < SKIP_REASONS; reason++)
        sum->of[reason] += skips->of[reason];
}

void skips_subtract(struct skips *sum, const struct skips *skips)
{
    for (int reason = 0; reason < SKIP_REASONS; reason++)
        sum->of[reason] -= skips->of[reason];
}

uint64_t skips_total(const struct skips *skips)
{
    uint64_t total = 0;
    for (int reason = 0; reason < SKIP_REASONS; reason++)
        total += skips->of[reason];
    return total;
}

/* ---- what it holds ------------------------------------------------------------------------------------- */

static uint32_t add_string(struct batch *batch, const char *bytes, size_t size)
{
    if (size > batch->byte_room - batch->byte_count) {
        batch->byte_room = (batch->byte_count + size) * 2;
        batch->bytes = memory_resize(batch->bytes, batch->byte_room);
    }
    if (size > 0)
        memcpy(batch->bytes + batch->byte_count, bytes, size);
    batch->strings =
        memory_grow(batch->strings, batch->string_count, &batch->string_room, sizeof *batch->strings);
    batch->strings[batch->string_count] = (struct batch_string){(uint32_t)batch->byte_count, (uint32_t)size};
    batch->byte_count += size;
    return (uint32_t)batch->string_count++;
}

uint32_t batch_string(struct batch *batch, const char *bytes, size_t size)
{
    if ((size == 0 && batch->string_count > 0) || size > UINT32_MAX - batch->byte_count)
        return 0; /* the second cannot be but by gigabytes of hostile names: they stay nameless */
    size_t oldest = batch->string_count > STRINGS_SEARCHED ? batch->string_count - STRINGS_SEARCHED : 0;
    for (size_t i = batch->string_count; i-- > oldest;)
        if (batch_string_is(batch, i, bytes, size))
            return (uint32_t)i;
    return add_string(batch, bytes, size);
}

void batch_add_copy(struct batch *batch, const struct usage_copy *copy)
{
    if (batch->copy_count == batch->copy_room)
        batch->copies =
            memory_grow(batch->copies, batch->copy_count, &batch->copy_room, sizeof *batch->copies);
    batch->copies[batch->copy_count++] = *copy;
}

void batch_add_cost(struct batch *batch, const struct cost_state *cost)
{
    batch->costs = memory_grow(batch->costs, batch->cost_count, &batch->cost_room, sizeof *batch->costs);
    batch->costs[batch->cost_count++] = *cost;
}

void batch_add_tool(struct batch *batch, uint64_t hash)
{
    batch->tools = memory_grow(batch->tools, batch->tool_count, &batch->tool_room, sizeof *batch->tools);
    batch->tools[batch->tool_count++] = hash;
}

void batch_add_place(struct batch *batch, uint32_t session, uint32_t directory, int64_t when_us)
{
    size_t oldest = batch->place_count > PLACES_SEARCHED ? batch->place_count - PLACES_SEARCHED : 0;
    for (size_t i = batch->place_count; i-- > oldest;) {
        struct session_place *place = &batch->places[i];
        if (place->session != session)
            continue;
        if (place->when_us <= when_us)
            *place = (struct session_place){session, directory, when_us};
        return;
    }
    batch->places = memory_grow(batch->places, batch->place_count, &batch->place_room, sizeof *batch->places);
    batch->places[batch->place_count++] = (struct session_place){session, directory, when_us};
}

void batch_take_back(struct batch *batch, struct batch_mark mark)
{
    batch->copy_count = mark.copies;
    batch->tool_count = mark.tools;
    batch->string_count = mark.strings;
    batch->byte_count = mark.bytes;
    batch->cost_count = mark.costs;
}

/* ---- scratch ------------------------------------------------------------------------------------------- */

void scratch_begin(struct scratch *scratch, size_t size)
{
    scratch->used = 0;
    if (size <= scratch->room)
        return;
    free(scratch->bytes);
    scratch->bytes = memory_take(size);
    scratch->room = size;
}

char *scratch_take(struct scratch *scratch, size_t size)
{
    char *piece = scratch->bytes + scratch->used;
    scratch->used += size;
    return piece;
}

void scratch_end(struct scratch *scratch)
{
    if (scratch->room <= SCRATCH_KEPT)
        return;
    free(scratch->bytes);
    *scratch = (struct scratch){0};
}
