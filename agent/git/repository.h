/*
 * Inside the room: one repository, and the steps that bring it up to date. Only git.c and repository*.c
 * include this, and a test that needs watches to run out.
 */
#ifndef TACHO_GIT_REPOSITORY_H
#define TACHO_GIT_REPOSITORY_H

#include "action.h"
#include "outside.h"
#include "settings.h"
#include "sighting.h"
#include "watch_tree.h"

#include "../base/worker.h"

struct look_job {
    struct job job; /* first: the job is the look */
    struct repository *repository;
    struct survey *survey;
    struct survey_order order;
    struct survey_result result;
    bool is_complete;
    struct action action; /* these, and the order's head, the look's own where is_remote */
    int32_t stashes;
};

/* What every repository of the room shares. */
struct git_room {
    struct watcher *watcher;
    struct worker *worker;
    struct worker *slow; /* for file systems that may not answer; NULL: none was needed yet */
    const struct mounts *mounts;
    void (*changed)(void *data, struct repository *repository);
    void *data;
    struct outside *outside;
    long watches_left;
    /* Drops a repository that nobody asked for in a while, to free its watches. Returns whether there was
     * one. */
    bool (*make_room)(struct git_room *room, const struct repository *needy);
};

struct repository {
    struct repository *next;
    struct git_room *room;
    struct sighting seen; /* where it is, and whether it is read */
    struct git_state state;
    struct watch_tree *watches;
    struct survey *survey; /* NULL while the worker has it */
    struct look_job job;
    struct visits unwatched; /* visited, and still to be watched */
    size_t unwatched_at;
    struct head head;
    struct action action;
    int32_t stashes;
    struct survey_result last;
    uint64_t outside;                     /* what outside_generation() was at the last look */
    struct file_stamp configuration[2];   /* its own, where no watch tells */
    const char *polled;                   /* why changes are not seen; NULL */
    bool is_remote;                       /* because of the file system: nothing is looked at on the loop */
    int64_t look_began_us, look_ended_us; /* the last one, by clock_monotonic_us() */
    int64_t asked_ms;
    int64_t marked_us;            /* when the marks of the job under way were taken */
    int rounds;                   /* looks on end because of new watches */
    bool is_mapped, is_looked_at; /* the directories to watch are known; everything was looked at once */
    bool is_busy;
    bool is_abandoned; /* the room was closed while the worker had it */
};

struct repository *repository_make(struct git_room *room, const struct sighting *seen);

/* Frees it now, or once the worker has given it back. */
void repository_free(struct repository *repository);

/* Starts anew when what was seen is another repository now, or another user's. */
void repository_check(struct repository *repository, const struct sighting *seen);
void repository_forget_everything(struct repository *repository);

/* Puts the state together anew; it is another generation if it says something else than before. */
void repository_compose(struct repository *repository, int64_t as_of_us);

/* See git_refresh(). */
enum git_freshness repository_refresh(struct repository *repository, int64_t since_us);

#endif
