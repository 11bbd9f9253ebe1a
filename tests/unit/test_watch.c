/* The watcher, on a real inotify descriptor and real directories. */
#include "suite.h"

#include "../../agent/base/watch.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdbool.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

static char place[64];

static int remove_one(const char *path, const struct stat *is, int kind, struct FTW *at)
{
    (void)is, (void)kind, (void)at;
    return remove(path);
}

static void leave_place(void)
{
    nftw(place, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static void enter_place(void)
{
    snprintf(place, sizeof place, "/tmp/tacho-watch-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(place));
    ck_assert_int_eq(chdir(place), 0);
}

static void write_to(const char *name)
{
    int file = open(name, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    ck_assert_int_ge(file, 0);
    ck_assert_int_eq(write(file, "x", 1), 1);
    close(file);
}

/* What a party saw, and what it does when it sees something. */
struct party {
    int calls;
    uint32_t masks;
    char last[64];
    struct watch *watch;
    struct watch **remove;   /* a watch to remove in the first call */
    struct watcher *drain;   /* drained inside the call */
    struct watcher *rewatch; /* watches "." anew in the call */
};

static void party_changed(void *data, struct watch *watch, uint32_t mask, const char *name)
{
    struct party *party = data;
    party->calls++;
    party->masks |= mask;
    snprintf(party->last, sizeof party->last, "%s", name);
    if (party->remove && *party->remove) {
        watch_remove(*party->remove);
        *party->remove = NULL;
    }
    if (party->drain)
        ck_assert_int_eq(watcher_drain(party->drain), 0);
    if (party->rewatch) {
        watch_remove(watch);
        party->watch = watch_add(party->rewatch, ".", IN_CREATE, party_changed, party);
        party->rewatch = NULL;
    }
}

static void count_overflow(void *data)
{
    ++*(int *)data;
}

START_TEST(reports_what_happened_before_the_drain)
{
    enter_place();
    struct watcher *watcher = watcher_open();
    ck_assert_ptr_nonnull(watcher);
    struct party party = {0};
    party.watch = watch_add(watcher, ".", IN_CREATE | IN_MODIFY, party_changed, &party);
    ck_assert_ptr_nonnull(party.watch);
    ck_assert_int_eq(watcher_drain(watcher), 0);
    for (int i = 0; i < 2000; i++) {
        char name[32];
        snprintf(name, sizeof name, "file-%d", i);
        write_to(name);
    }
    ck_assert_int_eq(watcher_drain(watcher), 4000);
    ck_assert_int_eq(party.calls, 4000);
    ck_assert_str_eq(party.last, "file-1999");
    ck_assert_int_eq(watcher_drain(watcher), 0);
    watch_remove(party.watch);
    write_to("unseen");
    watcher_drain(watcher);
    ck_assert_int_eq(party.calls, 4000);
    watcher_close(watcher);
    leave_place();
}
END_TEST

START_TEST(parties_on_one_directory_get_their_own)
{
    enter_place();
    struct watcher *watcher = watcher_open();
    struct party creations = {0}, deletions = {0};
    creations.watch = watch_add(watcher, ".", IN_CREATE, party_changed, &creations);
    deletions.watch = watch_add(watcher, place, IN_DELETE, party_changed, &deletions);
    write_to("a");
    ck_assert_int_eq(unlink("a"), 0);
    watcher_drain(watcher);
    ck_assert_int_eq(creations.calls, 1);
    ck_assert_int_eq(creations.masks, IN_CREATE);
    ck_assert_int_eq(deletions.calls, 1);
    ck_assert_int_eq(deletions.masks, IN_DELETE);
    watch_remove(creations.watch);
    write_to("b");
    ck_assert_int_eq(unlink("b"), 0);
    watcher_drain(watcher);
    ck_assert_int_eq(creations.calls, 1);
    ck_assert_int_eq(deletions.calls, 2);
    watch_remove(deletions.watch);
    watcher_close(watcher);
    leave_place();
}
END_TEST

START_TEST(a_callback_may_remove_any_watch)
{
    enter_place();
    ck_assert_int_eq(mkdir("d", 0700), 0);
    struct watcher *watcher = watcher_open();
    struct party first = {0}, second = {0}, other = {0};
    first.watch = watch_add(watcher, ".", IN_CREATE, party_changed, &first);
    second.watch = watch_add(watcher, ".", IN_CREATE, party_changed, &second);
    other.watch = watch_add(watcher, "d", IN_CREATE, party_changed, &other);
    /* Whichever of the two is called first removes the other before its call; one also removes d's. */
    first.remove = &second.watch;
    second.remove = &first.watch;
    write_to("a");
    write_to("d/a");
    watcher_drain(watcher);
    ck_assert_int_eq(first.calls + second.calls, 1);
    ck_assert_int_eq(other.calls, 1);
    struct party *left = first.calls ? &first : &second;
    left->remove = &other.watch;
    write_to("b");
    write_to("d/b");
    watcher_drain(watcher);
    ck_assert_int_eq(left->calls, 2);
    ck_assert_int_eq(other.calls, 1);
    left->remove = &left->watch; /* itself */
    write_to("c");
    write_to("e");
    watcher_drain(watcher);
    ck_assert_int_eq(left->calls, 3);
    watcher_close(watcher);
    leave_place();
}
END_TEST

START_TEST(a_callback_may_watch_anew_and_cannot_recurse)
{
    enter_place();
    struct watcher *watcher = watcher_open();
    struct party party = {.drain = watcher, .rewatch = watcher};
    party.watch = watch_add(watcher, ".", IN_CREATE, party_changed, &party);
    write_to("a");
    ck_assert_int_ge(watcher_drain(watcher), 1);
    ck_assert_int_eq(party.calls, 1);
    ck_assert_ptr_nonnull(party.watch);
    write_to("b");
    watcher_drain(watcher);
    ck_assert_int_eq(party.calls, 2);
    ck_assert_str_eq(party.last, "b");
    watch_remove(party.watch);
    watcher_close(watcher);
    leave_place();
}
END_TEST

START_TEST(a_watch_that_died_says_so)
{
    enter_place();
    ck_assert_int_eq(mkdir("d", 0700), 0);
    struct watcher *watcher = watcher_open();
    struct party kept = {0}, removing = {0};
    kept.watch = watch_add(watcher, "d", IN_CREATE, party_changed, &kept);
    removing.watch = watch_add(watcher, "d", IN_CREATE, party_changed, &removing);
    removing.remove = &removing.watch;
    ck_assert_int_eq(rmdir("d"), 0);
    watcher_drain(watcher);
    ck_assert_int_eq(kept.masks, IN_IGNORED);
    ck_assert_int_eq(removing.masks, IN_IGNORED);
    /* A directory of the same name is another: the dead handle hears nothing of it. */
    ck_assert_int_eq(mkdir("d", 0700), 0);
    struct party fresh = {0};
    fresh.watch = watch_add(watcher, "d", IN_CREATE, party_changed, &fresh);
    write_to("d/a");
    watcher_drain(watcher);
    ck_assert_int_eq(kept.calls, 1);
    ck_assert_int_eq(fresh.calls, 1);
    watch_remove(kept.watch);
    watch_remove(fresh.watch);
    watcher_close(watcher);
    leave_place();
}
END_TEST

START_TEST(many_watches)
{
    enter_place();
    enum { MANY = 500 };
    static struct party parties[MANY];
    struct watcher *watcher = watcher_open();
    char name[32];
    for (int i = 0; i < MANY; i++) {
        snprintf(name, sizeof name, "d%d", i);
        ck_assert_int_eq(mkdir(name, 0700), 0);
        parties[i].watch = watch_add(watcher, name, IN_CREATE, party_changed, &parties[i]);
        ck_assert_ptr_nonnull(parties[i].watch);
    }
    for (int i = 0; i < MANY; i += 2)
        watch_remove(parties[i].watch);
    for (int i = 0; i < MANY; i++) {
        snprintf(name, sizeof name, "d%d/a", i);
        write_to(name);
    }
    watcher_drain(watcher);
    for (int i = 0; i < MANY; i++)
        ck_assert_int_eq(parties[i].calls, i % 2);
    watcher_close(watcher);
    leave_place();
}
END_TEST

START_TEST(overflow_is_told_to_all_who_asked)
{
    enter_place();
    struct watcher *watcher = watcher_open();
    int told = 0, not_told = 0;
    watcher_on_overflow(watcher, count_overflow, &told);
    watcher_on_overflow(watcher, count_overflow, &not_told);
    watcher_off_overflow(watcher, count_overflow, &not_told);
    struct party party = {0};
    party.watch = watch_add(watcher, ".", IN_CREATE, party_changed, &party);
    write_to("lost");
    watcher_pretend_overflow(watcher);
    watcher_drain(watcher);
    ck_assert_int_eq(told, 1);
    ck_assert_int_eq(party.calls, 0);
    write_to("seen");
    watcher_drain(watcher);
    ck_assert_int_eq(told, 1);
    ck_assert_int_eq(party.calls, 1);
    ck_assert_int_eq(not_told, 0);
    watcher_close(watcher);
    leave_place();
}
END_TEST

START_TEST(a_real_overflow)
{
    enter_place();
    int limit = 0;
    FILE *file = fopen("/proc/sys/fs/inotify/max_queued_events", "r");
    if (!file || fscanf(file, "%d", &limit) != 1)
        limit = 1 << 20;
    if (file)
        fclose(file);
    struct watcher *watcher = watcher_open();
    int told = 0;
    watcher_on_overflow(watcher, count_overflow, &told);
    struct party party = {0};
    party.watch = watch_add(watcher, ".", IN_CREATE | IN_DELETE, party_changed, &party);
    const int pairs = limit <= 100000 ? limit / 2 + 100 : 0;
    for (int i = 0; i < pairs; i++) {
        write_to("a");
        unlink("a");
    }
    watcher_drain(watcher);
    ck_assert_int_eq(told, pairs > 0);
    ck_assert_int_eq(party.calls, pairs > 0 ? limit : 0);
    watcher_close(watcher);
    leave_place();
}
END_TEST

START_TEST(what_cannot_be_watched)
{
    struct watcher *watcher = watcher_open();
    struct party party = {0};
    ck_assert_ptr_null(watch_add(watcher, "/nonexistent/folder", IN_CREATE, party_changed, &party));
    ck_assert_int_eq(errno, ENOENT);
    ck_assert_ptr_null(watch_add(watcher, "/dev/null", IN_CREATE | IN_ONLYDIR, party_changed, &party));
    ck_assert_int_eq(errno, ENOTDIR);
    watcher_close(watcher);
}
END_TEST

SUITE_MAIN("watch", reports_what_happened_before_the_drain, parties_on_one_directory_get_their_own,
           a_callback_may_remove_any_watch, a_callback_may_watch_anew_and_cannot_recurse,
           a_watch_that_died_says_so, many_watches, overflow_is_told_to_all_who_asked, a_real_overflow,
           what_cannot_be_watched)
