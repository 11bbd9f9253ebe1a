/*
 * Sessions: the sums of their entries, the newest message of their main chain (which fills the context
 * window), where they work, and which of them changed since somebody asked.
 */
#ifndef TACHO_SESSIONS_H
#define TACHO_SESSIONS_H

#include "entries.h"
#include "meter.h"

/* A copy that may be the newest of its session: by time, then line, then file. */
struct newest {
    struct identity identity; /* of its entry */
    int64_t when_us;
    uint64_t line;
    uint32_t path;
    bool is_known;
};

struct session {
    struct sums sums;
    uint64_t tools;
    int64_t first_us, last_us; /* of its entries, unless is_span_stale */
    int64_t directory_us;
    struct newest newest; /* of copies that are final */
    uint32_t directory;   /* number among the directories, or INTERNED_NONE */
    bool is_span_stale;   /* an entry at either end went away: look at all of them again */
    bool is_changed;
};

/* All zero: none. */
struct sessions {
    struct interned names; /* a session's number is its name's */
    struct session *list;
    size_t count, room;
    size_t used;       /* how many have entries */
    uint32_t *changed; /* numbers of those that changed, each once, the longest waiting first */
    size_t changed_count, changed_room;
};

/* The session's number; it is added if need be. */
uint32_t sessions_take(struct sessions *sessions, const char *id, size_t size);

/* Adds an entry's sums, or takes them away. */
void sessions_add(struct sessions *sessions, const struct entry *entry, const struct sums *sums);
void sessions_subtract(struct sessions *sessions, const struct entry *entry, const struct sums *sums);

/* Offers a copy as the newest. */
void sessions_offer(struct sessions *sessions, const struct entry *copy, const struct interned *paths);

/* The later of two. */
struct newest newest_of(struct newest a, const struct entry *copy, const struct interned *paths);

/* Where a session was seen to work; the newest counts, of two at one time the greater by bytes. */
void sessions_place(struct sessions *sessions, uint32_t number, int64_t when_us, uint32_t directory,
                    const struct interned *directories);

void sessions_mark(struct sessions *sessions, uint32_t number);
size_t sessions_take_changed(struct sessions *sessions, uint32_t *out, size_t room);

/* Works out first_us and last_us where that has to be done from all entries. */
void sessions_settle_span(struct session *session, uint32_t number, const struct entries *entries);

void sessions_free(struct sessions *sessions);

#endif
