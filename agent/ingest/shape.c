/* Learning the shape of a log's lines: see shape.h. */
#include "shape.h"

void shape_clear(struct shape *shape)
{
    shape->count = SHAPE_ROOTS;
    shape->is_full = false;
    for (size_t i = 0; i < shape->count; i++)
        shape->pieces[i].followers = NULL;
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
