/*
 * The log tree where it cannot read or watch, where its directories come from, and when it goes on from what
 * an earlier one remembered.
 */
#include "log_world.h"

#include <sched.h>

#define PROJECTS "claude/projects/"
#define SESSION  PROJECTS "-work/0001.jsonl"
#define OTHER    PROJECTS "-work/0002.jsonl"
#define SUBAGENT PROJECTS "-work/0001/subagents/agent-a1.jsonl"

/* ---- what cannot be read or watched ------------------------------------------------------------------- */

/* Root reads everything: as root, these tests are nobody's for a while. */
static void become_somebody(void)
{
    if (getuid() == 0)
        ck_assert_int_eq(seteuid(65534), 0);
}

static void become_oneself(void)
{
    ck_assert_int_eq(seteuid(getuid()), 0);
}

START_TEST(unreadable_files_and_folders_are_read_once_they_can_be)
{
    become_somebody();
    world_begin();
    append_usage(SESSION, 2);
    append_usage(SUBAGENT, 1);
    append_usage("other/.claude/projects/-x/0003.jsonl", 1);
    ck_assert_int_eq(chmod(SESSION, 0), 0);
    ck_assert_int_eq(chmod(PROJECTS "-work/0001", 0), 0);
    ck_assert_int_eq(chmod("other/.claude/projects", 0), 0);
    world_grow();
    catch_up();
    ck_assert_uint_eq(world.records.count, 0);
    ck_assert_uint_eq(log_tree_counts(world.tree).unreadable, 3);
    ck_assert_int_eq(chmod(SESSION, 0600), 0);
    catch_up();
    ck_assert_uint_eq(world.records.count, 2);
    ck_assert_uint_eq(log_tree_counts(world.tree).unreadable, 2);
    ck_assert_int_eq(chmod(PROJECTS "-work/0001", 0700), 0);
    catch_up();
    ck_assert_uint_eq(world.records.count, 3);
    ck_assert_int_eq(chmod("other/.claude/projects", 0700), 0);
    catch_up();
    ck_assert_uint_eq(world.records.count, 4);
    ck_assert_uint_eq(log_tree_counts(world.tree).unreadable, 0);
    check_same();
    ck_assert_int_eq(chmod(SESSION, 0200), 0); /* written to while it cannot be read */
    append_usage(SESSION, 1);
    catch_up();
    ck_assert_uint_eq(world.records.count, 4);
    ck_assert_int_eq(chmod(SESSION, 0600), 0);
    catch_up();
    ck_assert_uint_eq(check_same(), 5);
    check_idle();
    world_end();
    become_oneself();
}
END_TEST

START_TEST(a_config_directory_that_is_opened_later)
{
    become_somebody();
    world_begin();
    append_usage(SESSION, 2);
    ck_assert_int_eq(chmod("claude", 0), 0);
    world_grow();
    catch_up();
    ck_assert_uint_eq(world.records.count, 0);
    ck_assert_uint_eq(log_tree_counts(world.tree).unreadable, 1);
    ck_assert(!log_tree_counts(world.tree).polled);
    ck_assert_int_eq(chmod("claude", 0700), 0);
    catch_up();
    ck_assert_uint_eq(world.records.count, 2);
    ck_assert_uint_eq(log_tree_counts(world.tree).unreadable, 0);
    check_same();
    world_end();
    become_oneself();
}
END_TEST

START_TEST(without_watches_it_looks_when_asked)
{
    world_begin();
    watcher_close(world.watcher);
    world.watcher = NULL;
    append_usage(SESSION, 2);
    world_grow();
    catch_up();
    ck_assert(log_tree_counts(world.tree).polled);
    ck_assert(log_tree_is_dirty(world.tree));
    ck_assert_uint_eq(world.records.count, 2);
    append_usage(SESSION, 1);
    append_usage(SUBAGENT, 1);
    append_usage("other/.claude/projects/-late/0003.jsonl", 1);
    catch_up();
    ck_assert_uint_eq(check_same(), 5);
    ck_assert_int_eq(unlink(SUBAGENT), 0);
    catch_up();
    check_same();
    rewrite(SESSION, usage_line());
    catch_up();
    check_same();
    ck_assert_int_eq(rename("claude", "gone"), 0);
    catch_up();
    check_same();
    world_end();
}
END_TEST

/* A user namespace has its own limit of watches. Returns false where there are no such namespaces to be had.
 */
static bool limit_watches(const char *limit)
{
    if (unshare(CLONE_NEWUSER))
        return false;
    int file = open("/proc/sys/user/max_inotify_watches", O_WRONLY | O_CLOEXEC);
    bool limited = file >= 0 && write(file, limit, strlen(limit)) > 0;
    if (file >= 0)
        close(file);
    return limited;
}

static void with_few_watches(const char *limit)
{
    if (!limit_watches(limit))
        return;
    world_begin();
    append_usage(SESSION, 2);
    append_usage(SUBAGENT, 1);
    world_grow();
    catch_up();
    ck_assert(log_tree_counts(world.tree).polled);
    check_same();
    append_usage(SESSION, 1);
    append_usage(SUBAGENT, 1);
    append_usage(PROJECTS "-new/0003/subagents/agent-c3.jsonl", 1);
    append_usage("other/.claude/projects/-late/0003.jsonl", 1);
    catch_up();
    ck_assert_uint_eq(check_same(), 7);
    ck_assert_int_eq(rename(PROJECTS "-work", "gone"), 0);
    catch_up();
    check_same();
    /* Asking must not make events of its own: whoever waits for them would ask for ever. */
    watcher_drain(world.watcher);
    log_tree_catch_up(world.tree);
    ck_assert_int_eq(watcher_drain(world.watcher), 0);
    world_end();
}

START_TEST(with_no_watches_left_it_looks_when_asked)
{
    with_few_watches("0");
}
END_TEST

START_TEST(with_no_watches_left_it_notices_what_appears)
{
    if (!limit_watches("0"))
        return;
    world_begin();
    world_grow();
    catch_up();
    ck_assert(log_tree_counts(world.tree).polled);
    append_usage(SESSION, 2);
    catch_up();
    ck_assert_uint_eq(check_same(), 2);
    world_end();
}
END_TEST

START_TEST(with_some_watches_left_it_looks_when_asked)
{
    with_few_watches("5");
}
END_TEST

/* ---- where the logs are ------------------------------------------------------------------------------- */

static void check_directories(const char *const *environment, const char *expected)
{
    char said[256] = "";
    char **directories = log_tree_directories(environment);
    for (size_t i = 0; directories[i]; i++)
        snprintf(said + strlen(said), sizeof said - strlen(said), "%s%s", i ? "|" : "", directories[i]);
    ck_assert_str_eq(said, expected);
    log_tree_free_directories(directories);
}

START_TEST(config_directories)
{
    const char *const plain[] = {"HOME=/home/me", NULL};
    check_directories(plain, "/home/me/.config/claude|/home/me/.claude");
    const char *const xdg[] = {"HOME=/home/me", "XDG_CONFIG_HOME=/cfg", "CLAUDE_CONFIG_DIR=", NULL};
    check_directories(xdg, "/cfg/claude|/home/me/.claude");
    const char *const relative[] = {"HOME=/home/me", "XDG_CONFIG_HOME=cfg", NULL};
    check_directories(relative, "/home/me/.config/claude|/home/me/.claude");
    const char *const given[] = {"HOME=/home/me", "CLAUDE_CONFIG_DIR=/a, ~/b,,~,/a,~c,/d/", NULL};
    check_directories(given, "/a|/home/me/b|/home/me|~c|/d/");
    const char *const blank[] = {"HOME=/home/me", "CLAUDE_CONFIG_DIR= , ", NULL};
    check_directories(blank, "/home/me/.config/claude|/home/me/.claude");
    const char *const nothing[] = {NULL};
    check_directories(nothing, "");
}
END_TEST

START_TEST(a_scan_says_what_it_found)
{
    world_begin();
    struct records scanned = {0};
    struct log_tree_counts counts;
    ck_assert_int_eq(scan_world(&scanned, 1, &counts), -1);
    ck_assert_uint_eq(counts.files, 0);
    append_usage(SESSION, 2);
    ck_assert_int_eq(scan_world(&scanned, 1, &counts), 0);
    ck_assert_uint_eq(counts.files, 1);
    ck_assert_uint_eq(counts.usage_lines, 2);
    ck_assert_uint_eq(counts.bytes, counts.bytes_total);
    ck_assert_uint_eq(scanned.count, 2);
    records_free(&scanned);
    world_end();
}
END_TEST

/* ---- a tree that remembers ---------------------------------------------------------------------------- */

START_TEST(what_is_remembered_is_not_read_again)
{
    become_somebody();
    world_begin();
    append_usage(SESSION, 3);
    append_usage(OTHER, 2);
    append(OTHER, "not json \"usage\"\n");
    append_usage(SUBAGENT, 1);
    world_grow();
    catch_up();
    ck_assert_uint_eq(check_same(), 6);
    world_stop();
    records_free(&world.records);
    append_usage(OTHER, 1);
    ck_assert_int_eq(chmod(SESSION, 0), 0); /* what is not opened cannot be refused */
    world_grow();
    catch_up();
    ck_assert_int_eq(world.recalled, 3);
    ck_assert_uint_eq(world.records.count, 1);
    struct log_tree_counts counts = log_tree_counts(world.tree);
    ck_assert_uint_eq(counts.unreadable, 0);
    ck_assert_uint_eq(counts.lines, 8);
    ck_assert_uint_eq(skips_total(&counts.skipped), 1);
    ck_assert_uint_eq(counts.copies, 7);
    ck_assert_uint_eq(counts.bytes, counts.bytes_total);
    world_end();
    become_oneself();
}
END_TEST

START_TEST(what_was_rewritten_meanwhile_is_read_from_its_start)
{
    world_begin();
    append_usage(SESSION, 3);
    append_usage(OTHER, 3);
    append_usage(SUBAGENT, 3);
    append_usage(PROJECTS "-work/0005.jsonl", 1);
    world_grow();
    catch_up();
    world_stop();
    rewrite(SESSION, usage_line());
    append_usage("claude/new", 2);
    ck_assert_int_eq(rename("claude/new", OTHER), 0);
    rewrite(SUBAGENT, "");
    append_usage(SUBAGENT, 6);
    ck_assert_int_eq(rename(PROJECTS "-work/0005.jsonl", PROJECTS "-work/0000.jsonl"), 0);
    world_grow();
    catch_up();
    ck_assert_uint_eq(check_same(), 10);
    ck_assert_uint_eq(log_tree_counts(world.tree).copies, 10);
    check_idle();
    world_end();
}
END_TEST

START_TEST(an_unterminated_line_is_looked_at_again)
{
    world_begin();
    append_usage(SESSION, 2);
    const char *line = usage_line();
    char part[512];
    snprintf(part, sizeof part, "%.*s", (int)strlen(line) - 1, line);
    append(SESSION, part);
    append(OTHER, "{\"type\":");
    world_grow();
    catch_up();
    ck_assert_uint_eq(check_same(), 3);
    world_stop();
    ck_assert_uint_eq(world.records.count, 2);
    world_grow();
    catch_up();
    ck_assert_uint_eq(check_same(), 3);
    append(SESSION, "\n");
    append(OTHER, "1}\n");
    catch_up();
    ck_assert_uint_eq(check_same(), 3);
    ck_assert_uint_eq(log_tree_counts(world.tree).lines, 4);
    world_end();
}
END_TEST

static void count_note(void *data, const char *path, const struct log_position *position,
                       const struct log_tally *committed)
{
    (void)path, (void)position, (void)committed;
    ++*(int *)data;
}

START_TEST(only_what_moved_is_told)
{
    world_begin();
    append_usage(SESSION, 1);
    append_usage(OTHER, 1);
    world_grow();
    catch_up();
    int moved = 0;
    log_tree_take_moved(world.tree, count_note, &moved);
    ck_assert_int_eq(moved, 2);
    append_usage(OTHER, 1);
    append_usage(OTHER, 1);
    catch_up();
    moved = 0;
    log_tree_take_moved(world.tree, count_note, &moved);
    ck_assert_int_eq(moved, 1);
    log_tree_take_moved(world.tree, count_note, &moved);
    ck_assert_int_eq(moved, 1);
    ck_assert_int_eq(unlink(OTHER), 0);
    catch_up();
    log_tree_take_moved(world.tree, count_note, &moved);
    ck_assert_int_eq(moved, 1);
    world_end();
}
END_TEST

SUITE_MAIN("log_tree_trouble", with_no_watches_left_it_notices_what_appears,
           unreadable_files_and_folders_are_read_once_they_can_be, a_config_directory_that_is_opened_later,
           without_watches_it_looks_when_asked, with_no_watches_left_it_looks_when_asked,
           with_some_watches_left_it_looks_when_asked, config_directories, a_scan_says_what_it_found,
           what_is_remembered_is_not_read_again, what_was_rewritten_meanwhile_is_read_from_its_start,
           an_unterminated_line_is_looked_at_again, only_what_moved_is_told)
