/* The room: its repositories, found, kept, and dropped when nobody has asked for them in a while. */
#include "git.h"

#include "../base/clock.h"
#include "../base/memory.h"
#include "../base/watch.h"
#include "library_calls.h"
#include "mounts.h"
#include "nowhere.h"
#include "repository.h"
#include "seek.h"
#include "trails.h"
#include "way.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define REPOSITORIES_MAX 32               /* more are kept only while they are in use */
#define UNUSED_MS        (10 * 60 * 1000) /* so long nobody asked: dropped where there are more */
#define FORGOTTEN_MS     (60 * 60 * 1000) /* so long: dropped in any case */
#define IN_USE_MS        (60 * 1000)      /* so long: its watches are not taken away for another */
#define WATCHES_DEFAULT  8192             /* the kernel's limit where it does not say */
#define WATCHES_MAX      200000
#define SLOW_THREADS     4   /* so many looks may hang and others like them still be taken */
#define SLOW_PATIENCE_MS 200 /* with those that are under way when the room is closed */

struct git {
    struct git_room room; /* first: make_room() is given it */
    struct ev_loop *loop;
    struct seeks *seeks;
    struct repository *repositories; /* the one asked for last first */
    size_t count;
    struct mounts *mounts;
    struct trails *trails;
    struct nowhere *nowhere;
    uint64_t settings; /* what outside_generation() was when directories were remembered */
    bool has_started;  /* libgit2 is ready */
};

/* Half of what the user may have: others want to watch too. */
static long watches_allowed(void)
{
    struct text text = TEXT_EMPTY;
    long limit = WATCHES_DEFAULT;
    if (file_read(AT_FDCWD, "/proc/sys/fs/inotify/max_user_watches", 0, 64, &text, NULL) == 0)
        limit = strtol(text.bytes, NULL, 10);
    text_free(&text);
    return limit / 2 < WATCHES_MAX ? limit / 2 : WATCHES_MAX;
}

static void overflowed(void *data)
{
    struct git *git = data;
    trails_forget(git->trails);
    outside_forget(git->room.outside);
    for (struct repository *repository = git->repositories; repository; repository = repository->next)
        repository_forget_everything(repository);
}

bool git_start(struct git *git)
{
    /* Extensions of the repository format that change nothing for what libgit2 is asked here. */
    static const char *extensions[] = {"worktreeconfig", "preciousobjects", "partialclone",
                                       "relativeworktrees"};
    if (git->has_started || libgit2_failure())
        return git->has_started;
    git->has_started = true;
    git_libgit2_init();
    git_libgit2_opts(GIT_OPT_SET_EXTENSIONS, extensions, sizeof extensions / sizeof *extensions);
    git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, 0); /* place_refusal() does it, by git's rule */
    return true;
}

void git_close(struct git *git)
{
    if (!git)
        return;
    watcher_off_overflow(git->room.watcher, overflowed, git);
    if (git->room.slow)
        worker_stop_within(git->room.slow, SLOW_PATIENCE_MS);
    seeks_free(git->seeks);
    for (struct repository *repository = git->repositories, *next; repository; repository = next) {
        next = repository->next;
        repository_free(repository);
    }
    trails_free(git->trails);
    nowhere_free(git->nowhere);
    outside_free(git->room.outside);
    mounts_free(git->mounts);
    if (git->has_started)
        git_libgit2_shutdown();
    free(git);
}

static bool is_unused(const struct repository *repository, int64_t for_ms)
{
    return !repository->is_busy && clock_monotonic_ms() - repository->asked_ms > for_ms;
}

static void drop(struct git *git, struct repository **link)
{
    struct repository *repository = *link;
    *link = repository->next;
    trails_drop(git->trails, repository->seen.place.git_dir);
    repository_free(repository);
    git->count--;
}

/* The list is in the order of asking, so what is to be dropped is at its end. */
static void drop_unused(struct git *git)
{
    size_t at = 0;
    for (struct repository **link = &git->repositories; *link;) {
        if (is_unused(*link, at++ < REPOSITORIES_MAX ? FORGOTTEN_MS : UNUSED_MS))
            drop(git, link);
        else
            link = &(*link)->next;
    }
}

static bool make_room(struct git_room *room, const struct repository *needy)
{
    struct git *git = (struct git *)room;
    struct repository **last = NULL;
    for (struct repository **link = &git->repositories; *link; link = &(*link)->next)
        if (*link != needy && is_unused(*link, IN_USE_MS) && watch_tree_count((*link)->watches))
            last = link;
    if (last)
        drop(git, last);
    return last != NULL;
}

static void sought(void *data)
{
    struct git *git = data;
    git->room.changed(git->room.data, NULL);
}

struct git *git_open(struct ev_loop *loop, struct watcher *watcher, struct worker *worker,
                     void (*changed)(void *data, struct repository *repository), void *data)
{
    struct git *git = memory_zeroed(1, sizeof *git);
    git->loop = loop;
    git->seeks = seeks_make(sought, git);
    git->mounts = mounts_make();
    git->trails = trails_make(watcher, git->mounts);
    git->nowhere = nowhere_make();
    git->room = (struct git_room){.watcher = watcher,
                                  .worker = worker,
                                  .changed = changed,
                                  .data = data,
                                  .mounts = git->mounts,
                                  .outside = outside_make(watcher, git->mounts),
                                  .watches_left = watches_allowed(),
                                  .make_room = make_room};
    watcher_on_overflow(watcher, overflowed, git);
    return git;
}

static struct repository *take_out(struct git *git, const char *git_dir)
{
    for (struct repository **link = &git->repositories; *link; link = &(*link)->next) {
        struct repository *repository = *link;
        if (strcmp(repository->seen.place.git_dir, git_dir) == 0) {
            *link = repository->next;
            return repository;
        }
    }
    return NULL;
}

/* Puts it where those are that were asked for last. */
static struct repository *ask_for(struct git *git, struct repository *repository)
{
    repository->asked_ms = clock_monotonic_ms();
    repository->next = git->repositories;
    git->repositories = repository;
    drop_unused(git);
    return repository;
}

/* The repository that was seen, known or new. */
static struct repository *take_up(struct git *git, const struct sighting *seen)
{
    struct repository *repository = take_out(git, seen->place.git_dir);
    if (repository) {
        repository_check(repository, seen);
    } else {
        repository = repository_make(&git->room, seen);
        git->count++;
    }
    return ask_for(git, repository);
}

/* Looks at the disk for the repository that the directory lies in. */
static struct repository *look_for(struct git *git, const char *directory)
{
    if (nowhere_holds(git->nowhere, directory))
        return NULL;
    struct place *place = memory_zeroed(1, sizeof *place);
    struct sighting *seen = memory_zeroed(1, sizeof *seen);
    struct repository *repository = NULL;
    if (place_find(place, directory)) {
        sighting_take(seen, place);
        repository = take_up(git, seen);
        if (!seen->refusal)
            trails_keep(git->trails, directory, place);
    } else {
        nowhere_keep(git->nowhere, directory);
    }
    free(place);
    free(seen);
    return repository;
}

/* The same where nothing may be looked at here: as a worker found it. */
static struct repository *seek(struct git *git, const char *directory, int64_t since_us, bool *is_pending)
{
    if (!git->room.slow)
        git->room.slow = worker_start(git->loop, SLOW_THREADS);
    if (!git->room.slow)
        return NULL;
    const struct finding *finding = seeks_ask(git->seeks, git->room.slow, directory, since_us, is_pending);
    return finding && finding->is_there ? take_up(git, &finding->sighting) : NULL;
}

/* What counts for every repository: where it leads when mounts change, whether it may be read by settings. */
static void check_around(struct git *git)
{
    bool is_other = mounts_have_changed(git->mounts);
    if (is_other)
        outside_forget(git->room.outside);
    uint64_t settings = outside_generation(git->room.outside);
    if (is_other || settings != git->settings)
        trails_forget(git->trails);
    git->settings = settings;
}

static struct repository *find(struct git *git, const char *directory, int64_t since_us, bool *is_pending)
{
    if (!git_start(git))
        return NULL;
    check_around(git);
    const char *known = trails_recall(git->trails, directory);
    struct repository *repository = known ? take_out(git, known) : NULL;
    if (repository)
        return ask_for(git, repository);
    if (way_is_remote(git->mounts, directory))
        return seek(git, directory, since_us, is_pending);
    return look_for(git, directory);
}

struct repository *git_find(struct git *git, const char *directory)
{
    bool is_pending;
    return find(git, directory, 0, &is_pending);
}

enum git_freshness git_refresh(struct repository *repository, int64_t since_us)
{
    return repository_refresh(repository, since_us);
}

enum git_freshness git_ask(struct git *git, const char *directory, int64_t since_us,
                           struct repository **repository)
{
    bool is_pending = false;
    *repository = find(git, directory, since_us, &is_pending);
    enum git_freshness freshness = *repository ? repository_refresh(*repository, since_us) : GIT_FRESH;
    return is_pending ? GIT_PENDING : freshness;
}

void git_each(struct git *git, void (*tell)(void *data, const struct git_kept *kept), void *data)
{
    struct place *place = memory_take(sizeof *place);
    for (struct repository *repository = git->repositories; repository; repository = repository->next) {
        const char *git_dir = repository->seen.place.git_dir;
        bool is_there =
            repository->is_remote ||
            (place_at(place, *repository->seen.found_root ? repository->seen.found_root : git_dir) &&
             strcmp(place->git_dir, git_dir) == 0);
        if (!is_there)
            continue;
        bool is_pending = repository_refresh(repository, 0) == GIT_PENDING;
        struct git_kept kept = {&repository->state, git_dir, watch_tree_count(repository->watches),
                                is_pending};
        tell(data, &kept);
    }
    free(place);
}

/* What a worker found of a directory at which nothing may be looked here. */
static const char *why_not_found(struct git *git, const char *directory, char where[PATH_MAX])
{
    bool is_pending;
    const struct finding *finding = seeks_ask(git->seeks, git->room.slow, directory, 0, &is_pending);
    if (finding && finding->why)
        memcpy(where, finding->where, PATH_MAX);
    if (finding && !is_pending)
        return finding->why;
    snprintf(where, PATH_MAX, "%s", directory);
    return "is on a file system that has not answered yet";
}

const char *git_why_none(struct git *git, const char *directory, char where[PATH_MAX],
                         enum git_trouble *trouble)
{
    const char *failure = libgit2_failure();
    *trouble = failure ? GIT_TROUBLE_LIBRARY : GIT_TROUBLE_PLACE;
    if (failure)
        snprintf(where, PATH_MAX, "%s", directory);
    if (failure)
        return failure;
    if (git->room.slow && way_is_remote(git->mounts, directory))
        return why_not_found(git, directory, where);
    return place_why_none(directory, where);
}

const struct git_state *git_state(const struct repository *repository)
{
    return &repository->state;
}
