/*
 * One log line with usage, member by member, each value as raw JSON text, so that any of them can be made
 * wrong in any way. Written out in the shapes that clients write (transcripts: line types, usage object).
 */
#ifndef GENERATE_RECORD_H
#define GENERATE_RECORD_H

#include "../../agent/base/text.h"
#include "random.h"

enum field {
    FIELD_TYPE,
    FIELD_SIDECHAIN,
    FIELD_CWD,
    FIELD_VERSION,
    FIELD_SESSION_ID,
    FIELD_FORKED_FROM,
    FIELD_REQUEST_ID,
    FIELD_UUID,
    FIELD_TIMESTAMP,
    FIELD_COST_USD,
    FIELD_LINE_EXTRA, /* a whole member, key and all; likewise the other two extras */
    FIELD_MESSAGE,
    FIELD_MESSAGE_ID,
    FIELD_MODEL,
    FIELD_CONTENT,
    FIELD_MESSAGE_EXTRA,
    FIELD_USAGE,
    FIELD_INPUT,
    FIELD_OUTPUT,
    FIELD_CACHE_WRITE,
    FIELD_CACHE_READ,
    FIELD_SPEED,
    FIELD_ITERATIONS,
    FIELD_USAGE_EXTRA,
    FIELD_CREATION,
    FIELD_WRITE_5M,
    FIELD_WRITE_1H,
    FIELD_COUNT
};

/* The value of an object that is composed of its fields. */
#define COMPOSED "#"

struct record {
    struct text values[FIELD_COUNT]; /* empty: the member is left out */
    struct text outer_timestamp;     /* of the progress line around it */
    struct text before, after;       /* raw bytes around the line */
    enum field twice;                /* this member is written twice, first with... */
    struct text twice_value;         /* ...this value, unless that is empty */
    bool twice_last;                 /* or last with it */
    bool progress;                   /* wrapped in a progress line */
    bool spaced;                     /* blanks wherever JSON allows them */
    bool keys_escaped;               /* a character of each key but "usage" written as \u00xx */
    bool usage_escaped;              /* the same for "usage" */
    bool shuffled;                   /* members in another order */
    unsigned copies;                 /* further copies of it follow, varied; see odd_tree.c */
};

void record_free(struct record *record);

/* Sets a member's raw JSON value; "" leaves it out. */
void record_set(struct record *record, enum field field, const char *json);
void record_setf(struct record *record, enum field field, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
bool record_has(const struct record *record, enum field field);

/* Adds the line, without a newline. */
void record_write(struct text *out, const struct record *record, struct random *random);

#endif
