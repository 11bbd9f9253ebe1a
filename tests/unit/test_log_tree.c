/*
 * The log tree against the direct scan: whatever happens to the files, once the tree has caught up it has
 * handed out what a scan of the disk finds, and its counts are those of the scan.
 */
#include "log_world.h"


#define PROJECTS "claude/projects/"
#define SESSION  PROJECTS "-work/0001.jsonl"
#define OTHER    PROJECTS "-work/0002.jsonl"
#define SUBAGENT PROJECTS "-work/0001/subagents/agent-a1.jsonl"

static void grow_on_one_session(void)
{
    append_usage(SESSION, 3);
    world_grow();
    catch_up();
    ck_assert_uint_eq(check_same(), 3);
}

/* ---- the cold scan ------------------------------------------------------------------------------------ */

START_TEST(finds_what_is_a_log_and_nothing_else)
{
    world_begin();
    append_usage(SESSION, 2);
    append(SESSION, "{\"type\":\"user\"}\n\nnot json\n{\"usage\": broken}\n");
    append_usage(SUBAGENT, 1);
    append_usage(PROJECTS "-work/agent-b2.jsonl", 1);
    append_usage("other/.claude/projects/-other/0003.jsonl", 1);
    append_usage(PROJECTS "odd.jsonl/.jsonl", 1); /* a folder named like a log */
    append_usage(PROJECTS "-work/notes.txt", 1);
    append_usage("elsewhere/0004.jsonl", 1);
    ck_assert_int_eq(symlink("../../../elsewhere", PROJECTS "-linked"), 0);
    ck_assert_int_eq(symlink("../../../elsewhere/0004.jsonl", PROJECTS "-work/0004.jsonl"), 0);
    ck_assert_int_eq(mkfifo(PROJECTS "-work/0005.jsonl", 0600), 0);
    world_grow();
    catch_up();
    ck_assert_uint_eq(world.records.count, 6);
    struct log_tree_counts counts = log_tree_counts(world.tree);
    ck_assert_uint_eq(counts.files, 5);
    ck_assert_uint_eq(skips_total(&counts.skipped), 1);
    ck_assert_uint_eq(counts.lines, 9);
    check_same();
    check_idle();
    world_end();
}
END_TEST

START_TEST(an_empty_world_is_ready)
{
    world_begin();
    world_grow();
    catch_up();
    ck_assert_uint_eq(log_tree_counts(world.tree).files, 0);
    check_idle();
    world_end();
}
END_TEST

START_TEST(of_hard_links_the_smallest_path_counts)
{
    world_begin();
    append_usage(OTHER, 2);
    ck_assert_int_eq(link(OTHER, SESSION), 0);
    ck_assert_int_eq(link(OTHER, PROJECTS "-work/0003.jsonl"), 0);
    world_grow();
    catch_up();
    ck_assert_uint_eq(world.records.count, 2);
    ck_assert_ptr_nonnull(strstr(world.records.all[0].key, "0001.jsonl"));
    check_same();
    append_usage(PROJECTS "-work/0003.jsonl", 1); /* by another name, the same file */
    ck_assert_int_eq(unlink(OTHER), 0);
    ck_assert_int_eq(link(SESSION, PROJECTS "-x.jsonl"), 0);
    catch_up();
    ck_assert_uint_eq(check_same(), 3);
    ck_assert_int_eq(link(SESSION, PROJECTS "-a.jsonl"), 0); /* smaller than all */
    catch_up();
    check_same();
    ck_assert_int_eq(unlink(PROJECTS "-a.jsonl"), 0);
    catch_up();
    check_same();
    world_end();
}
END_TEST

START_TEST(two_ways_to_one_directory)
{
    world_begin();
    append_usage(SESSION, 2);
    make_folders("other");
    ck_assert_int_eq(symlink("../claude", "other/.claude"), 0);
    world_grow();
    catch_up();
    ck_assert_uint_eq(world.records.count, 2);
    append_usage(SESSION, 1);
    append_usage("other/.claude/projects/-new/0009.jsonl", 1);
    catch_up();
    check_same();
    world_end();
}
END_TEST

static void gate_run(struct job *job)
{
    (void)job;
    while (sem_wait(&world.gate))
        continue;
}

static void gate_done(struct job *job)
{
    (void)job;
}

START_TEST(what_happens_during_the_cold_scan_is_seen)
{
    world_begin();
    char path[64];
    for (int i = 0; i < 40; i++) {
        snprintf(path, sizeof path, PROJECTS "-work/%04d.jsonl", i);
        append_usage(path, 2);
    }
    /* The worker is held up before the listing, and then again and again between its jobs. */
    enum { GATES = 8 };
    struct job gates[GATES];
    for (int i = 0; i < GATES; i++)
        gates[i] = (struct job){gate_run, gate_done, NULL};
    worker_submit(world.worker, &gates[0], true);
    world_grow();
    for (int i = 1; i < GATES; i++) {
        append_usage(PROJECTS "-work/0039.jsonl", 1);
        append_usage(PROJECTS "-work/0000.jsonl", 1);
        append_usage(PROJECTS "-new/0100.jsonl", 1);
        snprintf(path, sizeof path, PROJECTS "-work/%04d.jsonl", i);
        ck_assert_int_eq(unlink(path), 0);
        append_usage(path, 1);
        worker_submit(world.worker, &gates[i], true);
        sem_post(&world.gate);
        watcher_drain(world.watcher);
        log_tree_catch_up(world.tree);
        ev_run(world.loop, EVRUN_NOWAIT);
    }
    sem_post(&world.gate);
    catch_up();
    catch_up();
    check_same();
    world_end();
}
END_TEST

/* What a listing says may have passed by the time that it is taken in. */
START_TEST(a_log_that_is_renamed_during_a_listing_is_read)
{
    world_begin();
    append_usage(OTHER, 1);
    append_usage(PROJECTS "b.jsonl", 2);
    struct job gate = {gate_run, gate_done, NULL};
    world_grow(); /* the root is watched, and its listing is the worker's */
    worker_submit(world.worker, &gate, false);
    sem_post(&world.gate);
    nanosleep(&(struct timespec){.tv_nsec = 100000000}, NULL);
    ck_assert_int_eq(rename(PROJECTS "b.jsonl", PROJECTS "c.jsonl"), 0);
    watcher_drain(world.watcher);
    log_tree_catch_up(world.tree);
    catch_up();
    ck_assert_uint_eq(check_same(), 3);
    append_usage(PROJECTS "c.jsonl", 1);
    catch_up();
    ck_assert_uint_eq(check_same(), 4);
    world_end();
}
END_TEST

START_TEST(a_tree_may_fall_at_any_time)
{
    world_begin();
    char path[64];
    for (int i = 0; i < 100; i++) {
        snprintf(path, sizeof path, PROJECTS "-w%d/%04d.jsonl", i % 7, i);
        append_usage(path, 1);
    }
    for (int turns = 0; turns < 8; turns++) {
        world_grow();
        for (int i = 0; i < turns && log_tree_is_behind(world.tree); i++)
            ev_run(world.loop, EVRUN_ONCE);
        world_fell();
    }
    world_grow();
    catch_up();
    check_same();
    world_fell();
    world_grow();
    worker_stop(world.worker); /* before the tree falls */
    world_fell();
    world.worker = worker_start(world.loop, 0);
    world_end();
}
END_TEST

/* ---- growth ------------------------------------------------------------------------------------------- */

START_TEST(appended_lines_are_read)
{
    world_begin();
    grow_on_one_session();
    append_usage(SESSION, 2);
    catch_up();
    ck_assert_uint_eq(world.records.count, 5);
    const char *line = usage_line();
    char part[512];
    snprintf(part, sizeof part, "%.*s", 60, line);
    append(SESSION, part);
    catch_up();
    ck_assert_uint_eq(check_same(), 5);
    snprintf(part, sizeof part, "%.*s", (int)strlen(line) - 61, line + 60);
    append(SESSION, part); /* whole now, but for its newline */
    catch_up();
    ck_assert_uint_eq(check_same(), 6);
    append(SESSION, "\n");
    catch_up();
    ck_assert_uint_eq(world.records.count, 6);
    ck_assert_uint_eq(log_tree_counts(world.tree).lines, 6);
    check_same();
    check_idle();
    world_end();
}
END_TEST

START_TEST(a_whole_last_line_may_turn_out_not_to_be)
{
    world_begin();
    grow_on_one_session();
    char part[512];
    snprintf(part, sizeof part, "%s", usage_line());
    part[strlen(part) - 1] = '\0';
    append(SESSION, part);
    catch_up();
    ck_assert_uint_eq(world.records.count, 4);
    append(SESSION, " {}\n");
    catch_up();
    ck_assert_uint_eq(check_same(), 3);
    world_end();
}
END_TEST

START_TEST(new_files_and_folders_are_read)
{
    world_begin();
    grow_on_one_session();
    append_usage(OTHER, 1);
    append_usage(SUBAGENT, 2);
    append_usage(PROJECTS "-new/0003/subagents/workflows/wf_1/agent-c3.jsonl", 1);
    catch_up();
    ck_assert_uint_eq(world.records.count, 7);
    append_usage(PROJECTS "-new/0003/subagents/workflows/wf_1/agent-c4.jsonl", 1);
    append_usage("elsewhere/a/b/0004.jsonl", 2);
    ck_assert_int_eq(rename("elsewhere", PROJECTS "-moved"), 0);
    append_usage("elsewhere/0005.jsonl", 1);
    ck_assert_int_eq(rename("elsewhere/0005.jsonl", PROJECTS "-moved/0005.jsonl"), 0);
    catch_up();
    ck_assert_uint_eq(check_same(), 11);
    check_idle();
    world_end();
}
END_TEST

START_TEST(many_new_files_go_to_the_worker)
{
    world_begin();
    grow_on_one_session();
    char path[64];
    for (int i = 0; i < 600; i++) {
        snprintf(path, sizeof path, PROJECTS "-w%d/%04d.jsonl", i % 150, i);
        append_usage(path, 1);
    }
    watcher_drain(world.watcher);
    log_tree_catch_up(world.tree);
    ck_assert(log_tree_is_behind(world.tree));
    catch_up();
    ck_assert_uint_eq(check_same(), 603);
    world_end();
}
END_TEST

START_TEST(a_large_file_goes_to_the_worker)
{
    world_begin();
    grow_on_one_session();
    FILE *file = fopen(OTHER, "w");
    ck_assert_ptr_nonnull(file);
    for (int i = 0; i < 12; i++) {
        for (int j = 0; j < 1000; j++)
            fprintf(file, "{\"type\":\"user\",\"text\":\"%01000d\"}\n", j);
        fputs(usage_line(), file);
    }
    fclose(file);
    watcher_drain(world.watcher);
    log_tree_catch_up(world.tree);
    ck_assert(log_tree_is_behind(world.tree));
    append_usage(OTHER, 1);
    append_usage(SESSION, 1);
    catch_up();
    ck_assert_uint_eq(check_same(), 17);
    world_end();
}
END_TEST

/* ---- directories that come and go --------------------------------------------------------------------- */

START_TEST(directories_that_appear_later)
{
    world_begin();
    world_grow();
    catch_up();
    append_usage("other/.claude/projects/-late/0001.jsonl", 1); /* all of the way at once */
    catch_up();
    ck_assert_uint_eq(world.records.count, 1);
    ck_assert_int_eq(mkdir("claude", 0700), 0); /* step by step */
    catch_up();
    append("claude/settings.json", "{}");
    catch_up();
    ck_assert_int_eq(mkdir("claude/projects", 0700), 0);
    catch_up();
    append_usage(SESSION, 1);
    catch_up();
    ck_assert_uint_eq(check_same(), 2);
    check_idle();
    world_end();
}
END_TEST

START_TEST(directories_that_are_moved_into_place)
{
    world_begin();
    world_grow();
    catch_up();
    append_usage("backup/projects/-work/0001.jsonl", 2);
    ck_assert_int_eq(rename("backup", "claude"), 0);
    catch_up();
    ck_assert_uint_eq(world.records.count, 2);
    ck_assert_int_eq(rename("claude", "backup"), 0); /* and away: the folder's own watch does not tell */
    catch_up();
    ck_assert_uint_eq(check_same(), 0);
    ck_assert_int_eq(rename("backup", "claude"), 0);
    catch_up();
    check_same();
    ck_assert_int_eq(rename(PROJECTS, "claude/old"), 0);
    append_usage(SESSION, 1);
    catch_up();
    ck_assert_uint_eq(check_same(), 1);
    world_end();
}
END_TEST

START_TEST(symlinked_directories)
{
    world_begin();
    append_usage("one/projects/-work/0001.jsonl", 1);
    append_usage("two/projects/-work/0001.jsonl", 2);
    ck_assert_int_eq(symlink("one", "claude"), 0);
    make_folders("other/.claude");
    ck_assert_int_eq(symlink("../../three", "other/.claude/projects"), 0); /* dangling */
    world_grow();
    catch_up();
    ck_assert_uint_eq(world.records.count, 1);
    append_usage("one/projects/-work/0001.jsonl", 1);
    catch_up();
    ck_assert_uint_eq(world.records.count, 2);
    ck_assert_int_eq(symlink("two", "fresh"), 0);
    ck_assert_int_eq(rename("fresh", "claude"), 0); /* pointed elsewhere, in one step */
    catch_up();
    ck_assert_uint_eq(check_same(), 2);
    make_folders("three/-x");
    append_usage("three/-x/0007.jsonl", 1);
    ck_assert_int_eq(unlink("other/.claude/projects"), 0);
    ck_assert_int_eq(symlink("../../three", "other/.claude/projects"), 0);
    catch_up();
    ck_assert_uint_eq(check_same(), 3);
    world_end();
}
END_TEST

START_TEST(everything_is_removed_and_comes_back)
{
    world_begin();
    grow_on_one_session();
    append_usage(SUBAGENT, 1);
    catch_up();
    nftw("claude", remove_one, 16, FTW_DEPTH | FTW_PHYS);
    append_usage(SUBAGENT, 2);
    catch_up();
    ck_assert_uint_eq(check_same(), 2);
    nftw("claude", remove_one, 16, FTW_DEPTH | FTW_PHYS);
    catch_up();
    ck_assert_uint_eq(check_same(), 0);
    append_usage(SESSION, 1);
    catch_up();
    ck_assert_uint_eq(check_same(), 1);
    world_end();
}
END_TEST

/* ---- what logs do beside growing ------------------------------------------------------------ */

START_TEST(rewritten_files_are_read_again)
{
    world_begin();
    grow_on_one_session();
    rewrite(SESSION, ""); /* truncated */
    catch_up();
    check_same();
    append_usage(SESSION, 2);
    catch_up();
    rewrite(SESSION, usage_line()); /* cut, and grown again before anybody looks */
    catch_up();
    check_same();
    append_usage("claude/new", 4); /* replaced */
    ck_assert_int_eq(rename("claude/new", SESSION), 0);
    catch_up();
    ck_assert_uint_eq(check_same(), 4);
    ck_assert_int_eq(unlink(SESSION), 0); /* removed and made anew */
    append_usage(SESSION, 5);
    catch_up();
    ck_assert_uint_eq(check_same(), 5);
    world_end();
}
END_TEST

START_TEST(renamed_and_deleted_files)
{
    world_begin();
    grow_on_one_session();
    ck_assert_int_eq(rename(SESSION, OTHER), 0);
    catch_up();
    ck_assert_int_eq(world.gone, 1);
    ck_assert_uint_eq(log_tree_counts(world.tree).copies, 3); /* the file is still there */
    ck_assert_uint_eq(check_same(), 3);
    ck_assert_int_eq(rename(PROJECTS "-work", PROJECTS "-home"), 0);
    catch_up();
    check_same();
    append_usage(PROJECTS "-home/0009.jsonl", 1);
    catch_up();
    check_same();
    ck_assert_int_eq(rename(PROJECTS "-home", "gone"), 0);
    catch_up();
    ck_assert_uint_eq(check_same(), 0);
    append_usage(SESSION, 1);
    catch_up();
    ck_assert_int_eq(unlink(SESSION), 0);
    catch_up();
    ck_assert_uint_eq(check_same(), 0);
    world_end();
}
END_TEST

START_TEST(what_is_gone_is_told_once_and_its_copies_count)
{
    world_begin();
    grow_on_one_session();
    char part[512];
    snprintf(part, sizeof part, "%s", usage_line());
    part[strlen(part) - 1] = '\0';
    append(SESSION, part);
    append_usage(OTHER, 1);
    catch_up();
    ck_assert_uint_eq(check_same(), 5);
    ck_assert_uint_eq(log_tree_counts(world.tree).copies, 5);
    ck_assert_int_eq(unlink(SESSION), 0);
    watcher_pretend_overflow(world.watcher);
    catch_up();
    ck_assert_int_eq(world.gone, 1);
    ck_assert_uint_eq(log_tree_counts(world.tree).copies, 4);
    ck_assert_uint_eq(check_same(), 1);
    ck_assert_uint_eq(world.records.count, 4); /* the unterminated line is superseded */
    world_end();
}
END_TEST

START_TEST(files_without_usage)
{
    world_begin();
    grow_on_one_session();
    append(OTHER, "{\"type\":\"user\"}\n{\"usage\":\n");
    catch_up();
    ck_assert_uint_eq(log_tree_counts(world.tree).skipped.of[SKIP_SYNTAX], 1);
    rewrite(OTHER, "{\"type\":\"summary\"}\n");
    catch_up();
    check_same();
    ck_assert_int_eq(rename(OTHER, PROJECTS "-work/0000.jsonl"), 0);
    catch_up();
    check_same();
    append("claude/new", "{\"type\":\"user\"}\n\n{}\n");
    ck_assert_int_eq(rename("claude/new", PROJECTS "-work/0000.jsonl"), 0);
    append(SUBAGENT, "{}\n");
    catch_up();
    check_same();
    ck_assert_int_eq(unlink(PROJECTS "-work/0000.jsonl"), 0);
    ck_assert_int_eq(rename(PROJECTS "-work/0001", "gone"), 0);
    catch_up();
    ck_assert_uint_eq(log_tree_counts(world.tree).files, 1);
    check_same();
    world_end();
}
END_TEST

START_TEST(lost_events_end_in_a_look_at_everything)
{
    world_begin();
    grow_on_one_session();
    append_usage(SESSION, 1);
    append_usage(SUBAGENT, 1);
    watcher_pretend_overflow(world.watcher);
    catch_up();
    ck_assert_uint_eq(check_same(), 5);
    append_usage(SUBAGENT, 1);
    catch_up();
    check_same();
    /* A folder that was made anew under the same name, of whose watch nobody was told that it had ended. */
    nftw(PROJECTS "-work", remove_one, 16, FTW_DEPTH | FTW_PHYS);
    append_usage(SESSION, 1);
    watcher_pretend_overflow(world.watcher);
    catch_up();
    ck_assert_uint_eq(check_same(), 1);
    append_usage(SESSION, 1);
    append_usage(SUBAGENT, 1);
    catch_up();
    ck_assert_uint_eq(check_same(), 3);
    check_idle();
    world_end();
}
END_TEST

START_TEST(other_kinds_in_a_logs_place)
{
    world_begin();
    grow_on_one_session();
    ck_assert_int_eq(unlink(SESSION), 0);
    ck_assert_int_eq(mkdir(SESSION, 0700), 0);
    append_usage(SESSION "/0004.jsonl", 2);
    catch_up();
    ck_assert_uint_eq(check_same(), 2);
    append_usage("elsewhere/0005.jsonl", 1);
    ck_assert_int_eq(symlink("../../../elsewhere/0005.jsonl", OTHER), 0);
    ck_assert_int_eq(mkfifo(PROJECTS "-work/0006.jsonl", 0600), 0);
    catch_up();
    check_same();
    ck_assert_int_eq(unlink(OTHER), 0);
    append_usage(OTHER, 1);
    catch_up();
    ck_assert_uint_eq(check_same(), 3);
    world_end();
}
END_TEST

SUITE_MAIN("log_tree", finds_what_is_a_log_and_nothing_else, an_empty_world_is_ready,
           of_hard_links_the_smallest_path_counts, two_ways_to_one_directory,
           what_happens_during_the_cold_scan_is_seen, a_log_that_is_renamed_during_a_listing_is_read,
           a_tree_may_fall_at_any_time, appended_lines_are_read, a_whole_last_line_may_turn_out_not_to_be,
           new_files_and_folders_are_read, many_new_files_go_to_the_worker, a_large_file_goes_to_the_worker,
           directories_that_appear_later, directories_that_are_moved_into_place, symlinked_directories,
           everything_is_removed_and_comes_back, rewritten_files_are_read_again, renamed_and_deleted_files,
           what_is_gone_is_told_once_and_its_copies_count, files_without_usage,
           lost_events_end_in_a_look_at_everything, other_kinds_in_a_logs_place)
