/*
 * The objects of a log line that hold what is wanted, and what each member of theirs leads to: tables for the
 * walk (claude_fields.c).
 */
#ifndef TACHO_CLAUDE_OBJECTS_H
#define TACHO_CLAUDE_OBJECTS_H

#include "claude_fields.h"
#include "shape.h"

/* What is looked at of a content item, or of an iteration that is passed. */
struct item_fields {
    struct value ignored, type, id;
};

/* The objects; first those that a walk begins with, which are the roots of the shape. */
enum object {
    LINE,
    ITEM,      /* of a message's content */
    ITERATION, /* of a usage; passed */
    STEP,      /* the same, read */
    MESSAGE,
    USAGE,
    CREATION,
    DATA,
    INNER, /* a progress line's message, and what is beside it */
    INNER_MESSAGE,
    INNER_USAGE,
    INNER_CREATION,
    STEP_CREATION,
    OBJECTS
};

_Static_assert((int)MESSAGE == (int)SHAPE_ROOTS, "each root has its place in the shape");

/* What is done with a member's value. */
enum action {
    TAKE,  /* it goes to the step's offset in the root's fields; at 0, where nobody wants it */
    ENTER, /* it is the step's object, whose bracket is passed already */
    BLANK, /* it is none, where the object that the step's offset names should be; never learned */
    READ_CONTENT,
    READ_ITERATIONS,
    LEAVE /* there is none: the root has ended */
};

struct object_form {
    const char *key; /* in the parent; NULL: a root */
    enum object parent;
    unsigned depth; /* containers open within it, from its root on */
    size_t fields;  /* its own, among its root's */
    const struct member *members;
    void (*begin)(void *fields, bool is_present);
};

extern const struct object_form claude_objects[OBJECTS];

/* What a key, decoded, leads to in an object. */
struct shape_step claude_object_step(enum object object, const struct json_slice *key);

#endif
