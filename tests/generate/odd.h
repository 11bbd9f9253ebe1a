/*
 * Odd lines: everything that occurs in the wild or that somebody could do to a log, each kind with a
 * name. A kind takes an ordinary record and makes it odd; some replace the whole line.
 */
#ifndef GENERATE_ODD_H
#define GENERATE_ODD_H

#include "prose.h"
#include "random.h"
#include "record.h"

/* What the records of one tree have in common: small pools, so that identities and times meet. */
struct odd {
    struct random random;
    struct prose prose;
    const char *const *sessions; /* session ids of the tree */
    size_t session_count;
    const char *session; /* of the file being written */
    struct text raw;     /* if a kind fills this, it is written in place of the record */
};

struct odd_kind {
    const char *name;
    void (*make)(struct odd *odd, struct record *record); /* or, where NULL: */
    enum field first, last;                               /* one of these members... */
    const char *const *values;                            /* ...gets one of these values */
};

extern const struct odd_kind odd_kinds[];
extern const size_t odd_kind_count;

/* An ordinary record of this tree. */
void odd_ordinary(struct odd *odd, struct record *record);

/* What differs between copies of one message: tokens, time, model, cost, place. */
void odd_vary(struct odd *odd, struct record *record);

/* Makes it odd in this way. */
void odd_apply(struct odd *odd, const struct odd_kind *kind, struct record *record);

/* The kind of that name, or NULL. */
const struct odd_kind *odd_kind_find(const char *name);

/* Writes a whole tree below `folder`; `kind`: only this one, NULL: all. */
void odd_tree_write(const char *folder, uint64_t seed, const struct odd_kind *kind);

#endif
