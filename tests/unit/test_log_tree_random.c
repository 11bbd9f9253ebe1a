/*
 * The log tree against the direct scan, after operations in any order: appends, whole and in parts, renames,
 * links, truncations, replacements, removals, of files and of folders, at any point of the tree's work.
 */
#include "log_world.h"

static unsigned random_state;

static unsigned pick(unsigned below)
{
    random_state = random_state * 1664525 + 1013904223;
    return (random_state >> 8) % below;
}

/* One of few paths, so that operations meet. */
static const char *random_path(char path[96])
{
    static const char *const folders[] = {"-a", "-b", "-b/0001/subagents", "-c/0002/deep", "-c/x.jsonl", "."};
    const char *config = pick(4) ? "claude" : "other/.claude";
    snprintf(path, 96, "%s/projects/%s/%04u.jsonl", config, folders[pick(6)], pick(4));
    return path;
}

static const char *random_folder(char path[96])
{
    static const char *const folders[] = {"/projects/-a", "/projects/-b/0001", "/projects/-c", "/projects",
                                          ""};
    snprintf(path, 96, "%s%s", pick(3) ? "claude" : "other/.claude", folders[pick(5)]);
    return path;
}

static void random_part(const char *path)
{
    static char left[512]; /* the rest of a line that was begun */
    static char owner[96];
    if (*left && pick(2)) {
        append(owner, left);
        *left = '\0';
        return;
    }
    if (*left)
        return;
    const char *line = usage_line();
    size_t cut = 1 + pick((unsigned)strlen(line) - 1);
    char part[512];
    snprintf(part, sizeof part, "%.*s", (int)cut, line);
    snprintf(left, sizeof left, "%s", line + cut);
    snprintf(owner, sizeof owner, "%s", path);
    append(path, part);
}

static void ignore(int result)
{
    (void)result;
}

/* Operations may fail where there is nothing to do them to: that is one more case. */
static void random_operation(void)
{
    char path[96], other[96];
    random_path(path);
    random_path(other);
    switch (pick(24)) {
    case 0:
        ignore(truncate(path, 0));
        break;
    case 1:
        ignore(truncate(path, (off_t)pick(300)));
        break;
    case 2:
        ignore(rename(path, other));
        break;
    case 3:
        unlink(path);
        break;
    case 4:
        ignore(link(path, other));
        break;
    case 5: /* replaced by a file made beside it */
        append_usage("claude/beside", 1 + (int)pick(3));
        ignore(rename("claude/beside", path));
        break;
    case 6:
        ignore(rename(random_folder(path), random_folder(other)));
        break;
    case 7:
        nftw(random_folder(path), remove_one, 16, FTW_DEPTH | FTW_PHYS);
        break;
    case 8:
        append(path, "{\"type\":\"user\"}\nnot json\n\n");
        break;
    case 9:
    case 10:
    case 11:
        random_part(path);
        break;
    default:
        append_usage(path, 1 + (int)pick(3));
    }
}

/* The tree sees part of what happens, at some point of its work. */
static void random_step(void)
{
    switch (pick(6)) {
    case 0:
        watcher_drain(world.watcher);
        break;
    case 1:
        log_tree_catch_up(world.tree);
        break;
    case 2:
        ev_run(world.loop, EVRUN_NOWAIT);
        break;
    default:
        random_operation();
    }
}

/* The agent ends, is gone for a while, and starts again. */
static void random_restart(void)
{
    world_stop();
    for (unsigned i = pick(4); i > 0; i--)
        random_operation();
    world_grow();
    catch_up();
}

static void random_sequence(unsigned seed)
{
    random_state = seed * 7919 + 1;
    world_begin();
    for (unsigned i = pick(12); i > 0; i--)
        random_operation();
    world_grow();
    for (int round = 0; round < 6; round++) {
        for (unsigned i = 1 + pick(10); i > 0; i--)
            random_step();
        catch_up();
        check_same();
        check_idle();
        if (pick(3) == 0) {
            random_restart();
            check_same();
        }
    }
    world_end();
}

START_TEST(any_sequence_of_operations)
{
    const char *one = getenv("TACHO_TEST_SEED");
    for (unsigned seed = 0; seed < 100 && !one; seed++)
        random_sequence(seed);
    if (one)
        random_sequence((unsigned)strtoul(one, NULL, 10));
}
END_TEST

SUITE_MAIN("log_tree_random", any_sequence_of_operations)
