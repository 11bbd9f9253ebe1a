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
#include "mounts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define QUICK_PATHS_MAX 16
#define QUICK_ROUNDS    3
#define WATCHES_AT_ONCE 128 /* added in one turn of the loop: a millisecond or two */
#define ROUNDS_MAX      8
#define LONG_LOOK_US    100000

/* Where its looks are taken. */
static struct worker *worker_of(const struct repository *repository)
{
    const struct git_room *room = repository->room;
    return repository->is_remote && room->slow ? room->slow : room->worker;
}

static void forget_look(struct repository *repository)
{
    struct survey_result *last = &repository->last;
    memset(last, 0, sizeof *last);
    last->staged = last->unstaged = last->untracked = last->conflicted = -1;
    last->ahead = last->behind = last->push_ahead = last->push_behind = -1;
}

/* Another branch's distances and tag are not this one's. */
static void take_head(struct repository *repository, const struct head *head)
{
    bool is_other = strcmp(head->ref, repository->head.ref) != 0;
    repository->head = *head;
    if (!is_other)
        return;
    struct survey_result *last = &repository->last;
    memset(last->upstream, 0, sizeof last->upstream);
    memset(last->tag, 0, sizeof last->tag);
    last->ahead = last->behind = last->push_ahead = last->push_behind = -1;
}

/* What is read from plain files, here and now: HEAD, its ref, the action, the stashes. */
static void read_files(struct repository *repository)
{
    struct head head;
    const struct place *place = &repository->seen.place;
    refs_read_head(&head, place);
    take_head(repository, &head);
    action_read(&repository->action, place);
    repository->stashes = refs_count_stashes(place);
}

/* ---- making
 * -------------------------------------------------------------------------------------------------------- */

/* Takes up a place: everything that follows from it, nothing looked at yet. */
static void settle(struct repository *repository, const struct sighting *seen)
{
    repository->seen = *seen;
    sighting_configure(&repository->seen);
    const char *top =
        *repository->seen.place.root ? repository->seen.place.root : repository->seen.place.git_dir;
    repository->watches = watch_tree_make(repository->room->watcher, repository->seen.place.root,
                                          &repository->room->watches_left);
    repository->survey = survey_make(&repository->seen.place, 0);
    repository->is_remote = mounts_is_remote(repository->room->mounts, top);
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

struct repository *repository_make(struct git_room *room, const struct sighting *seen)
{
    struct repository *repository = memory_zeroed(1, sizeof *repository);
    repository->room = room;
    settle(repository, seen);
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

void repository_check(struct repository *repository, const struct sighting *seen)
{
    const struct sighting *before = &repository->seen;
    if (repository->is_busy || !seen->inode)
        return;
    bool same = seen->device == before->device && seen->inode == before->inode &&
                (!*seen->found_root || strcmp(seen->found_root, before->found_root) == 0);
    if (same && !before->refusal == !seen->refusal)
        return;
    unsettle(repository);
    settle(repository, seen);
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
    order->worker = worker_of(repository);
    repository->marked_us = clock_now_us();
    repository->look_began_us = clock_monotonic_us();
}

/* What an order that was not carried out asked for is due again. */
static void mark_again(struct repository *repository, const struct survey_order *order)
{
    unsigned marks = order->marks & ~(unsigned)MARK_PATHS;
    watch_tree_mark(repository->watches, marks | (order->paths.count ? MARK_ALL : 0));
}

/* Whether its own configuration is another one than it was; for where no watch is on it. */
static bool has_other_configuration(struct repository *repository)
{
    static const char *const names[] = {"config", "config.worktree"};
    char path[PATH_MAX];
    bool is_other = false;
    for (int i = 0; i < 2; i++) {
        struct file_stamp stamp = {0};
        if (!(i ? place_git_path : place_common_path)(&repository->seen.place, path, names[i]))
            continue;
        file_stamp_take(&stamp, path);
        is_other |= !file_stamp_same(&stamp, &repository->configuration[i]);
        repository->configuration[i] = stamp;
    }
    return is_other;
}

/* Nothing on the loop looks at the files of a repository that is looked at in this way. */
static void read_files_too(struct look_job *look)
{
    const struct place *place = &look->repository->seen.place;
    refs_read_head(&look->order.head, place);
    action_read(&look->action, place);
    look->stashes = refs_count_stashes(place);
    if (has_other_configuration(look->repository))
        look->order.marks |= MARK_SETTINGS;
}

static void run_job(struct job *job)
{
    struct look_job *look = (struct look_job *)job;
    if (look->repository->is_remote)
        read_files_too(look);
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
    worker_submit(worker_of(repository), &repository->job.job, true);
}

/* After a look: watch what was found, look again where that took a while, and at last tell that it is over.
 */
static void settle_down(struct repository *repository)
{
    struct git_room *room = repository->room;
    bool is_stopping = worker_is_stopping(worker_of(repository));
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
    if (!is_stopping)
        room->changed(room->data, repository);
}

static void take_files(struct repository *repository, const struct look_job *look)
{
    take_head(repository, &look->order.head);
    repository->action = look->action;
    repository->stashes = look->stashes;
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
    if (look->is_complete && repository->is_remote)
        take_files(repository, look);
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
    if (!repository->is_remote && (watch_tree_marks(repository->watches)->marks & (MARK_GIT | MARK_ALL)))
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
    worker_submit(worker_of(repository), &look->job, true);
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
    if (!repository->is_remote)
        read_files(repository);
    if (!repository->is_remote && has_other_configuration(repository))
        watch_tree_mark(repository->watches, MARK_SETTINGS);
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
    if (repository->seen.refusal) {
        repository_compose(repository, now_us);
        return GIT_BROKEN;
    }
    check_outside(repository);
    if (worker_is_stopping(worker_of(repository))) {
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
