/*
 * One repository, brought up to date step by step: plain files here and now, a few touched directories
 * too, and everything else by a job on the worker. A job is followed by another while directories that it
 * came upon must be watched first and then looked at again; `changed` is called when that has come to rest.
 */
#include "repository.h"

#include "../base/clock.h"
#include "../base/memory.h"
#include "../base/watch.h"
#include "library_calls.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#define QUICK_PATHS_MAX 16
#define QUICK_ROUNDS    3
#define WATCHES_AT_ONCE 128 /* added in one turn of the loop: a millisecond or two */
#define ROUNDS_MAX      8
#define LONG_LOOK_US    100000

/* File systems on which others make changes that this kernel is not told of (statfs(2) for the numbers). */
static bool is_remote(const char *path)
{
    static const uint32_t kinds[] = {
        0x6969 /* NFS */,      0x65735546 /* FUSE */, 0x01021997 /* 9P */,   0xff534d42 /* CIFS */,
        0xfe534d42 /* SMB2 */, 0x517b /* SMB */,      0x00c36400 /* CEPH */, 0x5346414f /* AFS */};
    struct statfs status;
    if (statfs(path, &status) != 0)
        return false;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if ((uint32_t)status.f_type == kinds[i])
            return true;
    return false;
}

static void forget_look(struct repository *repository)
{
    struct survey_result *last = &repository->last;
    memset(last, 0, sizeof *last);
    last->staged = last->unstaged = last->untracked = last->conflicted = -1;
    last->ahead = last->behind = last->push_ahead = last->push_behind = -1;
}

/* What is read from plain files, here and now: HEAD, its ref, the action, the stashes. */
static void read_files(struct repository *repository)
{
    char branch[PATH_MAX];
    memcpy(branch, repository->head.ref, PATH_MAX);
    refs_read_head(&repository->head, &repository->place);
    action_read(&repository->action, &repository->place);
    repository->stashes = refs_count_stashes(&repository->place);
    if (strcmp(branch, repository->head.ref) == 0)
        return;
    struct survey_result *last = &repository->last; /* was another branch's */
    memset(last->upstream, 0, sizeof last->upstream);
    memset(last->tag, 0, sizeof last->tag);
    last->ahead = last->behind = last->push_ahead = last->push_behind = -1;
}

/* ---- making
 * -------------------------------------------------------------------------------------------------------- */

static void identify(struct repository *repository)
{
    struct stat status;
    bool exists = stat(repository->place.git_dir, &status) == 0;
    repository->device = exists ? status.st_dev : 0;
    repository->inode = exists ? status.st_ino : 0;
}

/* Takes up a place: everything that follows from it, nothing looked at yet. */
static void settle(struct repository *repository, const struct place *place)
{
    repository->place = *place;
    memcpy(repository->found_root, place->root, PATH_MAX);
    identify(repository);
    repository->refusal = place_refusal(&repository->place);
    if (!repository->refusal)
        place_apply_configuration(&repository->place);
    const char *top = *repository->place.root ? repository->place.root : repository->place.git_dir;
    repository->watches =
        watch_tree_make(repository->room->watcher, repository->place.root, &repository->room->watches_left);
    repository->survey = survey_make(&repository->place, 0);
    repository->is_remote = is_remote(top);
    repository->polled =
        repository->is_remote ? "on a file system whose changes are not seen: looked at when asked" : NULL;
    repository->is_mapped = repository->is_looked_at = false;
    repository->look_began_us = repository->look_ended_us = 0;
    forget_look(repository);
    repository->outside = outside_generation(repository->room->outside);
    watch_tree_mark(repository->watches, MARK_ALL | MARK_GIT);
}

static void unsettle(struct repository *repository)
{
    watch_tree_free(repository->watches);
    survey_free(repository->survey);
    visits_clear(&repository->unwatched);
    repository->unwatched_at = 0;
    repository->survey = NULL;
}

struct repository *repository_make(struct git_room *room, const struct place *place)
{
    struct repository *repository = memory_zeroed(1, sizeof *repository);
    repository->room = room;
    settle(repository, place);
    repository_compose(repository, 0);
    return repository;
}

void repository_free(struct repository *repository)
{
    if (repository->is_busy) {
        watch_tree_clear(repository->watches);
        repository->is_abandoned = true;
        return;
    }
    unsettle(repository);
    free(repository);
}

void repository_forget_everything(struct repository *repository)
{
    watch_tree_clear(repository->watches);
    watch_tree_mark(repository->watches, MARK_ALL | MARK_GIT | MARK_RULES | MARK_SETTINGS);
    repository->is_mapped = false;
}

void repository_check(struct repository *repository, const struct place *place)
{
    struct stat status;
    if (repository->is_busy || stat(place->git_dir, &status) != 0)
        return;
    bool same = status.st_dev == repository->device && status.st_ino == repository->inode &&
                (!*place->root || strcmp(place->root, repository->found_root) == 0);
    if (same && !repository->refusal == !place_refusal(place))
        return;
    unsettle(repository);
    settle(repository, place);
}

/* ---- watching
 * -------------------------------------------------------------------------------------------------------- */

static void stop_watching(struct repository *repository, const char *why)
{
    repository->polled = why;
    watch_tree_clear(repository->watches);
    visits_clear(&repository->unwatched);
    repository->unwatched_at = 0;
}

/* Watches some of what was visited. Returns whether that is all. */
static bool watch_some(struct repository *repository)
{
    struct visits *visits = &repository->unwatched;
    if (repository->polled)
        visits_clear(visits);
    for (size_t added = 0; repository->unwatched_at < visits->count; added++) {
        if (added == WATCHES_AT_ONCE)
            return false;
        const struct visit *visit = &visits->all[repository->unwatched_at++];
        bool is_watched = watch_tree_add(repository->watches, visit) == 0;
        while (!is_watched && repository->room->make_room(repository->room, repository))
            is_watched = watch_tree_add(repository->watches, visit) == 0;
        if (!is_watched) {
            stop_watching(repository,
                          "out of inotify watches (fs.inotify.max_user_watches): looked at when asked");
            break;
        }
    }
    visits_clear(visits);
    repository->unwatched_at = 0;
    return true;
}

/* ---- looking
 * -----------------------------------------------------------------------------------------------------------
 */

static void take_result(struct repository *repository, struct survey_result *result)
{
    visits_clear(&repository->unwatched);
    repository->unwatched = result->visits;
    repository->unwatched_at = 0;
    result->visits = (struct visits){0};
    if (repository->job.order.maps_only)
        return;
    repository->last = *result;
    repository->is_looked_at = true;
}

static void give_order(struct repository *repository, struct survey_order *order)
{
    struct watch_marks marks = watch_tree_take(repository->watches);
    memset(order, 0, sizeof *order);
    order->marks = marks.marks;
    order->paths = marks.paths;
    order->head = repository->head;
    order->by_times = repository->polled != NULL;
    order->worker = repository->room->worker;
    repository->marked_us = clock_now_us();
    repository->look_began_us = clock_monotonic_us();
}

/* What an order that was not carried out asked for is due again. */
static void mark_again(struct repository *repository, const struct survey_order *order)
{
    unsigned marks = order->marks & ~(unsigned)MARK_PATHS;
    watch_tree_mark(repository->watches, marks | (order->paths.count ? MARK_ALL : 0));
}

static void run_job(struct job *job)
{
    struct look_job *look = (struct look_job *)job;
    look->is_complete = survey_look(look->survey, &look->order, &look->result);
}

static void submit(struct repository *repository);

static void run_nothing(struct job *job)
{
    (void)job;
}

static void settle_down(struct repository *repository);

/* Gives the loop a turn between two lots of watches. */
static void turn_done(struct job *job)
{
    struct repository *repository = ((struct look_job *)job)->repository;
    repository->is_busy = false;
    git_libgit2_shutdown();
    if (repository->is_abandoned)
        repository_free(repository);
    else
        settle_down(repository);
}

static void take_turn(struct repository *repository)
{
    repository->is_busy = true;
    repository->job.job = (struct job){run_nothing, turn_done, NULL};
    git_libgit2_init();
    worker_submit(repository->room->worker, &repository->job.job, true);
}

/* After a look: watch what was found, look again where that took a while, and at last tell that it is over.
 */
static void settle_down(struct repository *repository)
{
    struct git_room *room = repository->room;
    bool is_stopping = worker_is_stopping(room->worker);
    if (!watch_some(repository) && !is_stopping) {
        take_turn(repository);
        return;
    }
    bool is_due = watch_tree_is_marked(repository->watches) || !repository->is_looked_at;
    if (is_due && !repository->polled && !is_stopping && repository->rounds++ < ROUNDS_MAX) {
        submit(repository);
        return;
    }
    repository->rounds = 0;
    repository_compose(repository, repository->marked_us);
    room->changed(room->data, repository);
}

static void job_done(struct job *job)
{
    struct look_job *look = (struct look_job *)job;
    struct repository *repository = look->repository;
    repository->is_busy = false;
    repository->survey = look->survey;
    git_libgit2_shutdown();
    if (repository->is_abandoned) {
        visits_clear(&look->result.visits);
        survey_paths_clear(&look->order.paths);
        repository_free(repository);
        return;
    }
    if (look->is_complete)
        take_result(repository, &look->result);
    else
        visits_clear(&look->result.visits);
    if (!look->is_complete || look->order.maps_only)
        mark_again(repository, &look->order);
    survey_paths_clear(&look->order.paths);
    repository->look_ended_us = clock_monotonic_us();
    settle_down(repository);
}

static void submit(struct repository *repository)
{
    struct look_job *look = &repository->job;
    if (watch_tree_marks(repository->watches)->marks & (MARK_GIT | MARK_ALL))
        read_files(repository);
    look->job = (struct job){run_job, job_done, NULL};
    look->repository = repository;
    look->survey = repository->survey;
    repository->survey = NULL;
    give_order(repository, &look->order);
    look->order.maps_only = !repository->is_mapped && !repository->polled;
    look->is_complete = false;
    memset(&look->result, 0, sizeof look->result);
    repository->is_mapped = true;
    repository->is_busy = true;
    git_libgit2_init();
    worker_submit(repository->room->worker, &look->job, true);
}

/* Looks at a few touched files and directories on this thread. Returns whether everything is up to date then.
 */
static bool look_quickly(struct repository *repository)
{
    struct watch_tree *watches = repository->watches;
    for (int round = 0; round < QUICK_ROUNDS && watch_tree_is_marked(watches); round++) {
        const struct watch_marks *marks = watch_tree_marks(watches);
        if (marks->marks != MARK_PATHS || marks->paths.count > QUICK_PATHS_MAX || !repository->is_looked_at)
            return false;
        struct survey_order *order = &repository->job.order;
        struct survey_result *result = &repository->job.result;
        give_order(repository, order);
        order->is_quick = true;
        bool complete = survey_look(repository->survey, order, result);
        if (complete)
            take_result(repository, result);
        else
            visits_clear(&result->visits);
        if (!complete)
            for (size_t i = 0; i < order->paths.count; i++)
                watch_tree_mark_path(watches, &order->paths.all[i]);
        survey_paths_clear(&order->paths);
        if (!complete || !watch_some(repository))
            return false;
    }
    return !watch_tree_is_marked(watches);
}

static void check_outside(struct repository *repository)
{
    uint64_t generation = outside_generation(repository->room->outside);
    if (generation == repository->outside)
        return;
    repository->outside = generation;
    watch_tree_mark(repository->watches, MARK_SETTINGS | MARK_GIT);
}

/* How the state that was put together last is to be taken. */
static enum git_freshness rest_state(const struct repository *repository)
{
    if (repository->head.broken && !repository->last.has_head)
        return GIT_BROKEN;
    return strcmp(repository->state.engine, "none") == 0 ? GIT_BROKEN : GIT_FRESH;
}

static enum git_freshness end_state(struct repository *repository, int64_t now_us)
{
    repository_compose(repository, now_us);
    return rest_state(repository);
}

/* The repository's own, where no watch is on it. */
static void check_configuration(struct repository *repository)
{
    static const char *const names[] = {"config", "config.worktree"};
    char path[PATH_MAX];
    for (int i = 0; i < 2; i++) {
        struct file_stamp stamp = {0};
        if (!(i ? place_git_path : place_common_path)(&repository->place, path, names[i]))
            continue;
        file_stamp_take(&stamp, path);
        if (!file_stamp_same(&stamp, &repository->configuration[i]))
            watch_tree_mark(repository->watches, MARK_SETTINGS);
        repository->configuration[i] = stamp;
    }
}

/* Whether the last look is too old for who asks, and another would not be one after the other. */
static bool polled_is_due(const struct repository *repository, int64_t since_us)
{
    int64_t took_us = repository->look_ended_us - repository->look_began_us;
    if (watch_tree_is_marked(repository->watches))
        return true;
    if (repository->look_began_us >= since_us)
        return false;
    return took_us < LONG_LOOK_US || clock_monotonic_us() - repository->look_ended_us >= took_us;
}

static enum git_freshness refresh_polled(struct repository *repository, int64_t since_us)
{
    read_files(repository);
    check_configuration(repository);
    if (!repository->is_busy && polled_is_due(repository, since_us)) {
        watch_tree_mark(repository->watches, MARK_ALL | MARK_GIT | MARK_MODULES | MARK_RULES);
        submit(repository);
    }
    repository_compose(repository, repository->marked_us);
    if (repository->is_busy)
        return GIT_PENDING;
    return end_state(repository, repository->marked_us) == GIT_BROKEN ? GIT_BROKEN : GIT_POLLED;
}

enum git_freshness repository_refresh(struct repository *repository, int64_t since_us)
{
    int64_t now_us = clock_now_us();
    if (repository->refusal) {
        repository_compose(repository, now_us);
        return GIT_BROKEN;
    }
    check_outside(repository);
    if (worker_is_stopping(repository->room->worker)) {
        repository_compose(repository, repository->state.as_of_us);
        return GIT_PENDING;
    }
    if (repository->polled || repository->last.uses_git)
        return refresh_polled(repository, since_us);
    if (!watch_tree_is_marked(repository->watches) && !repository->is_busy) {
        repository->state.as_of_us = now_us;
        return rest_state(repository);
    }
    if (watch_tree_marks(repository->watches)->marks & (MARK_GIT | MARK_ALL))
        read_files(repository);
    if (!repository->is_busy && look_quickly(repository))
        return end_state(repository, now_us);
    if (!repository->is_busy)
        submit(repository);
    repository_compose(repository, repository->state.as_of_us);
    return GIT_PENDING;
}
