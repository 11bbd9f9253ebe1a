/*
 * Copies that may be taken back.
 *
 * The last line of a file counts although its newline has not come yet; when the file is next read, what
 * that line said before is superseded. A merge cannot be undone, so for as long as an entry has such
 * copies, it is also kept here as its other copies alone make it. There are few of them: one line a file.
 * What came last is looked for first, because a snapshot takes all of them back.
 */
#ifndef TACHO_PROVISIONAL_H
#define TACHO_PROVISIONAL_H

#include "entries.h"

struct provisional_copy {
    struct entry copy;
    bool main_chain; /* may be its session's newest */
    bool superseded;
};

/* An entry without its provisional copies. */
struct settled_entry {
    struct identity identity;
    struct entry entry;
    size_t copies; /* how many it has that may be taken back */
    bool exists;   /* false: it has only provisional copies */
};

/* All zero: none. */
struct provisional {
    struct provisional_copy *copies;
    size_t count, room;
    struct settled_entry *settled;
    size_t settled_count, settled_room;
};

/* Adds a copy of an entry, which is at present `entry` (NULL: new). */
void provisional_add(struct provisional *provisional, const struct entry *copy, bool main_chain,
                     const struct entry *entry);

/* Merges a copy that is final into an entry that has provisional ones. */
void provisional_settle(struct provisional *provisional, const struct entry *copy,
                        const struct interned *paths, const struct interned *models);

/* Marks the copies of a file as superseded; returns whether there are any. */
bool provisional_supersede(struct provisional *provisional, uint32_t path);

/* Takes out one superseded copy. Returns false if there are none left. */
bool provisional_take(struct provisional *provisional, struct provisional_copy *copy);

/*
 * What is left of an entry after a copy of it was taken out. Returns false if nothing is. An entry that has
 * no more provisional copies is forgotten here, and *left says so.
 */
bool provisional_rebuild(struct provisional *provisional, struct identity identity, struct entry *left,
                         const struct interned *paths, const struct interned *models);

void provisional_free(struct provisional *provisional);

#endif
