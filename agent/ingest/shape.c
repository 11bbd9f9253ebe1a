/* Learning the shape of a log's lines: see shape.h. */
#include "shape.h"

void shape_clear(struct shape *shape)
{
    shape->count = SHAPE_ROOTS;
    shape->is_full = false;
    shape->noted_count = 0;
    for (size_t i = 0; i < shape->count; i++)
        shape->pieces[i].followers = NULL;
    shape_begin_file(shape, NULL);
}

void shape_begin_file(struct shape *shape, const char *path)
{
    shape->path = path;
    shape->repeat_count = 1;
    shape->repeats[0].size = 0;
    while (shape->noted_count > 0)
        shape->noted[--shape->noted_count]->repeat = NULL;
}

struct shape_piece *shape_learn(struct shape *shape, struct shape_piece *before, const char *text,
                                size_t size, const char *end, struct shape_step step)
{
    if (size > SHAPE_TEXT || end - text < SHAPE_TEXT + SHAPE_AHEAD || shape->is_full)
        return NULL;
    struct shape_piece *piece = &shape->pieces[shape->count++];
    shape->is_full = shape->count == SHAPE_ROOM;
    *piece = (struct shape_piece){.other = before->followers, .step = step, .size = (uint32_t)size};
    memcpy(piece->text, text, size);
    memset(piece->mask, 0xff, size);
    before->followers = piece;
    return piece;
}

static void note(struct shape *shape, struct shape_piece *place, struct repeat *repeat)
{
    if (!place->repeat)
        shape->noted[shape->noted_count++] = place;
    place->repeat = repeat;
}

struct repeat *repeat_begin(struct shape *shape, struct shape_piece *place, bool is_wanted)
{
    const bool has_one = is_wanted && shape->repeat_count < REPEAT_ROOM;
    struct repeat *repeat = &shape->repeats[has_one ? shape->repeat_count++ : 0];
    repeat->size = repeat->count = 0;
    note(shape, place, repeat);
    return has_one ? repeat : NULL;
}

void repeat_add(struct repeat *repeat, struct shape_piece *place, size_t begin, size_t size, uint8_t type)
{
    repeat->steps[repeat->count++] =
        (struct repeat_step){place, place->step, (uint16_t)begin, (uint16_t)size, type};
}

bool repeat_reach(struct repeat *repeat, struct shape_piece *place, const char *text, size_t size)
{
    if (size > REPEAT_TEXT || repeat->count == REPEAT_STEPS)
        return false;
    memcpy(repeat->text + repeat->size, text + repeat->size, size - repeat->size);
    repeat->size = (uint32_t)size;
    repeat->then = place;
    return true;
}

/* All steps that begin before the difference stay but the last of them, whose value it may be in. */
void repeat_cut(struct shape *shape, struct repeat *repeat, const char *at)
{
    size_t same = 0;
    while (at[same] == repeat->text[same])
        same++;
    while (repeat->steps[repeat->count - 1].begin > same)
        repeat->count--;
    const struct repeat_step *last = &repeat->steps[--repeat->count];
    repeat->size = last->begin;
    repeat->then = last->place;
    note(shape, last->place, &shape->repeats[0]);
}
