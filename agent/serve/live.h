/*
 * What is live: the sessions and directories that somebody asks for, or, for a session, whose log grew
 * while the agent ran, and what the client last said about each. The list is bounded; the key asked for
 * least recently makes room.
 */
#ifndef TACHO_LIVE_H
#define TACHO_LIVE_H

#include "../ingest/payload.h"
#include "said.h"

#include "../../shm/tacho.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What the client said last about a session; unknown texts are NULL, unknown numbers -1. */
struct client_words {
    char *model_id, *model_name, *session_name, *effort, *directory;
    char *worktree;   /* of the session, where `directory` is that from which it was entered */
    char *transcript; /* the path of the session's log */
    int64_t
        context_tokens; /* what the model was given last; 0: nothing yet, or a compaction has emptied it */
    int64_t context_size, cost_pusd, lines_added, lines_removed;
    int64_t cost_base_pusd; /* what of cost_pusd was another session's, which this one is a fork of */
    int64_t carried_pusd;   /* the session's cost by our own count, as an earlier agent published it */
    int32_t context_used_e2;
    uint64_t generation; /* of the log's facts (transcript.h), when context_tokens was first said */
    struct payload_window five_hour, seven_day; /* as this session last heard of them */
    bool known, fast_mode;
};

struct live {
    struct live *next;
    enum tacho_kind kind;
    char *key;
    size_t key_size;
    struct client_words words;
    struct said said;
    struct transcript *transcript; /* of a session; NULL: nobody has looked at it yet */
    struct activity *activity;     /* likewise: nothing was heard of it */
    int64_t asked_us;              /* by somebody, of this agent; 0: never */
    int64_t asked_before_us;       /* of an earlier agent */
    uint64_t fingerprint;          /* of the facts that are published; 0: none */
    uint64_t lines;                /* that are published: a set of drawn.h */
    bool is_followed;              /* the transcript was read, and not drawn since */
    int64_t valid_until_us;
};

struct live_list {
    struct live *first; /* asked for most recently */
    size_t count;
};

/* The live key, or NULL. Counts as asked for. */
struct live *live_find(struct live_list *list, enum tacho_kind kind, const char *key, size_t size);

/* The same, made live if it was not. */
struct live *live_get(struct live_list *list, enum tacho_kind kind, const char *key, size_t size);

void live_list_free(struct live_list *list);

/* Takes where a payload says that the session's log is. */
void words_take_transcript(struct client_words *words, const struct payload *payload);

/*
 * Takes what a payload says; what it does not say is unknown from now on. `generation`: of the facts of the
 * session's log, as far as that is written by now. `is_logged`: the log has messages of the session.
 * Returns whether the API has answered since the last payload.
 */
bool words_take(struct client_words *words, const struct payload *payload, uint64_t generation,
                bool is_logged);

/* A number of a slot's metrics, or -1. */
int64_t restore_number(const struct tacho_copy *copy, uint32_t word);

/* Takes the words back from a session's slot that an earlier agent published. */
void words_restore(struct client_words *words, const struct tacho_copy *copy);

/*
 * An account's limit is the most that any of its sessions heard in one window. A session repeats what it
 * heard until its next answer from the API: only what differs from what it said before is news, and an older
 * session's, which says less of the same window or something of one that resets sooner, is not. Returns
 * whether it was news.
 */
bool window_hear(struct payload_window *account, struct payload_window *heard,
                 const struct payload_window *said, bool has_answered, int64_t now_us);

/*
 * What a session's line shows: the account's, unless the session heard more, or of another window that still
 * holds: then it is another account's, in the same configuration.
 */
struct payload_window window_of_session(const struct payload_window *account,
                                        const struct payload_window *heard, int64_t now_us);

/* Whether both are of one window, which they are if it resets at one time. */
bool window_is_same(const struct payload_window *a, const struct payload_window *b);

/* Takes a window back from a slot's metrics; `word` is its `used`, its reset the next one; the other is when
 * it was heard. */
void window_restore(struct payload_window *window, const struct tacho_copy *copy, uint32_t word,
                    uint32_t heard_word);

#endif
