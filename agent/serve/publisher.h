/*
 * Numbers → lines → the segment: what is live, and what its slots say.
 *
 * A session or directory is live once somebody asked for it, or, for a session, once its log grew while the
 * agent ran. The publisher keeps what the client last said about each live session, puts that together with
 * the meter's numbers and git's state into facts (render/facts.h), has every line drawn and publishes the
 * slot. Only what somebody shows is drawn (drawn.h), and what has not changed is not drawn again. The number
 * of live keys is bounded; the one asked for least recently makes room.
 */
#ifndef TACHO_PUBLISHER_H
#define TACHO_PUBLISHER_H

#include "subscribers.h"

#include "../git/git.h"
#include "../ingest/event.h"
#include "../ingest/payload.h"
#include "../render/render.h"
#include "../store/history.h"

#include "../../shm/writer.h"

struct publisher;
struct alerts;
struct programs;

/* What the agent has to say about itself in the global slot. */
struct publisher_agent {
    uint64_t wakeups;
    struct subscribers_count subscribers;
};

/* All pointers must outlive the publisher; `home` may be NULL. */
struct publisher *publisher_new(struct segment_writer *writer, struct history *history, struct git *git,
                                struct alerts *alerts, const char *home);
void publisher_free(struct publisher *publisher);

/* Where segments get what a person's programs print; must outlive the publisher. */
void publisher_set_programs(struct publisher *publisher, struct programs *programs);

/* The look is the publisher's from now on. */
void publisher_set_look(struct publisher *publisher, struct look look);

/*
 * Takes over what an earlier agent's segment says of live sessions and limits, so that a restart leaves no
 * gap: what the client told that agent is not in any log.
 */
void publisher_adopt(struct publisher *publisher, const struct tacho_segment *segment);

/* Remembers what the client says about a session. Returns whether it was news of the account's limits. */
bool publisher_take_payload(struct publisher *publisher, const char *id, size_t size,
                            const struct payload *payload);

/* Something happened in a session, as its client's hooks tell: its slot says so at once. */
void publisher_take_event(struct publisher *publisher, const struct event *event);

/* The same of a client that says what state it is in (activity.h). */
void publisher_take_state(struct publisher *publisher, const char *session, enum session_state state,
                          bool is_remote);

/* Whether the client has said anything about a session yet. */
bool publisher_knows(struct publisher *publisher, const char *id, size_t size);

/* The directory that a session works in, as far as known; NULL. Valid until the publisher is next called. */
const char *publisher_session_directory(struct publisher *publisher, const char *id, size_t size);

/* The repository that a session or directory lies in, if any, and whether its state is older than now. */
struct publisher_git {
    struct repository *repository;
    bool stale;
};

/* The line that somebody who asks will show: enum tacho_surface (0: not said) and tacho_depth. */
struct publisher_asker {
    uint8_t surface, depth;
};

/* Publishes the slot of a session or directory as of now. Returns the slot's index, or -1. */
int64_t publisher_session(struct publisher *publisher, const char *id, size_t size,
                          const struct publisher_git *git, struct publisher_asker asker);
int64_t publisher_directory(struct publisher *publisher, const char *path, size_t size,
                            const struct publisher_git *git, struct publisher_asker asker);

/* Whether a slot is published, but without what the asker shows. */
bool publisher_lacks(struct publisher *publisher, enum tacho_kind kind, const char *key, size_t size,
                     struct publisher_asker asker);

/* How often a slot's lines were drawn, and how often there was nothing new to draw. */
struct publisher_draws {
    uint64_t changed, unchanged;
};

struct publisher_draws publisher_draws(const struct publisher *publisher);

/* Draws the session asked for last as another look would. False: no client has said anything of one yet. */
bool publisher_preview(struct publisher *publisher, const struct look *look, enum tacho_depth depth,
                       struct rendering *rendering);

/* The rows of a subagent panel (`subagentStatusLine`): a slot whose claude block has one JSON line a task. */
int64_t publisher_tasks(struct publisher *publisher, const char *id, size_t size,
                        const struct payload *payload, struct publisher_asker asker);

/*
 * The meter changed: publishes the sessions that did and that somebody asked for in the last `seconds`, and
 * the global slot. The other sessions are left to publisher_others().
 */
void publisher_meter_changed(struct publisher *publisher, struct publisher_agent agent, int seconds);

/* Whether somebody asked for anything in the last `seconds`. */
bool publisher_is_watched(const struct publisher *publisher, int seconds);

/*
 * To be called a moment after changes. Publishes what somebody asked for in the last `seconds` and has
 * changed meanwhile: other sessions' lines show today's cost, too.
 */
void publisher_others(struct publisher *publisher, int seconds);

/* The same of sessions whose own logs grew, by lines that need not count for anything. */
void publisher_logs(struct publisher *publisher, int seconds);

/* To be called later still: publishes some of what grew unseen. Returns whether there is more of that. */
bool publisher_unseen(struct publisher *publisher);

/* Publishes everything live, and the global slot: after a new pass, a new day or theme, or a change in git.
 */
void publisher_everything(struct publisher *publisher, struct publisher_agent agent);

#endif
