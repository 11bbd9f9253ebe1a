/*
 * Sessions: the sums of their entries, the newest message of their main chain (which fills the context
 * window), where they work, and which of them changed since somebody asked.
 */
#ifndef TACHO_SESSIONS_H
#define TACHO_SESSIONS_H

#include "keep.h"

struct rollups;

struct session {
    struct sums sums;
    uint64_t tools;
    int64_t first_us, last_us; /* of its entries, unless is_span_stale */
    int64_t directory_us;
    struct newest newest; /* of copies that are final */
    uint32_t directory;   /* number among the directories, or INTERNED_NONE */
    bool is_span_stale;   /* an entry at either end went away: look at all rollups again */
    bool is_changed;
    bool is_unsaved; /* its record changed since it was last put into a snapshot */
};

/* All zero: none. */
struct sessions {
    struct interned names; /* a session's number is its name's */
    struct session *list;
    size_t count, room;
    size_t used;       /* how many have entries */
    uint32_t *changed; /* numbers of those that changed, each once, the longest waiting first */
    size_t changed_count, changed_room;
    uint32_t *unsaved; /* numbers of those that are */
    size_t unsaved_count, unsaved_room;
};

/* The session's number; it is added if need be. */
uint32_t sessions_take(struct sessions *sessions, const char *id, size_t size);

/* What belongs in the ledger of a session; and puts it back. */
struct session_record sessions_record(const struct sessions *sessions, uint32_t number);
void sessions_restore(struct sessions *sessions, const struct session_record *record);

/* Adds what a rollup from the ledger holds. */
void sessions_add_rollup(struct sessions *sessions, uint32_t number, const struct sums *sums,
                         int64_t first_us, int64_t last_us);

/* Adds an entry's sums, or takes them away; `stays`: at the same instant, it was added again already. */
void sessions_add(struct sessions *sessions, const struct entry *entry, const struct sums *sums);
void sessions_subtract(struct sessions *sessions, const struct entry *entry, const struct sums *sums,
                       bool stays);

/* Offers a copy as the newest. */
void sessions_offer(struct sessions *sessions, const struct entry *copy, const struct interned *paths);

/* The later of two. */
struct newest newest_of(struct newest a, const struct entry *copy, const struct interned *paths);

/* Where a session was seen to work; the newest counts, of two at one time the greater by bytes. */
void sessions_place(struct sessions *sessions, uint32_t number, int64_t when_us, uint32_t directory,
                    const struct interned *directories);

/* Notes that its numbers changed; and, the second, that its record did. */
void sessions_mark(struct sessions *sessions, uint32_t number);
void sessions_mark_unsaved(struct sessions *sessions, uint32_t number);
size_t sessions_take_changed(struct sessions *sessions, uint32_t *out, size_t room);

/* Works out first_us and last_us where that has to be done from all rollups, whose own spans are settled. */
void sessions_settle_span(struct session *session, uint32_t number, const struct rollups *rollups);

void sessions_free(struct sessions *sessions);

#endif
