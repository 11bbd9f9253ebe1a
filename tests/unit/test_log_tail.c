/*
 * The live tail costs what is appended, and nothing else: from the written line to the meter's sums nothing
 * is allocated, and no more is read of a file than its new bytes and what tells an append from a rewrite,
 * whatever the size of the file and the number of its neighbours.
 */
#include "log_world.h"

#include "../../agent/meter/meter.h"

#define LOG "claude/projects/-work/5e551011-0000-4000-8000-000000000001.jsonl"

/* ---- counting allocations: not where a sanitizer has its own ------------------------------------------- */

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define COUNTS_ALLOCATIONS 0
#elif defined(__has_feature)
#define COUNTS_ALLOCATIONS (!__has_feature(address_sanitizer) && !__has_feature(thread_sanitizer))
#else
#define COUNTS_ALLOCATIONS 1
#endif

static atomic_ulong allocations;

#if COUNTS_ALLOCATIONS
/* The C library's own, under the names that it exports for replacements like these. */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *block, size_t size);

void *malloc(size_t size)
{
    atomic_fetch_add(&allocations, 1);
    return __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    atomic_fetch_add(&allocations, 1);
    return __libc_calloc(count, size);
}

void *realloc(void *block, size_t size)
{
    atomic_fetch_add(&allocations, 1);
    return __libc_realloc(block, size);
}
#endif

/* ---- the world, with a meter ----------------------------------------------------------------------------
 */

static struct meter *meter;
static uint64_t handed_out;

static void apply(void *data, struct log_tree *tree, const struct batch *batch)
{
    (void)data, (void)tree;
    handed_out += batch->copy_count;
    meter_apply(meter, batch);
}

static void grow(void)
{
    const struct log_tree_events events = {apply, take_ready, take_gone, &world};
    meter = meter_new();
    handed_out = 0;
    world.ready = 0;
    world.tree = log_tree_grow(world.directories, world.watcher, world.worker, events, NULL);
    catch_up();
}

static void end(void)
{
    world_end();
    meter_free(meter);
}

/* One message as it streams in: its tokens grow. */
static void append_growing(int file, unsigned tokens)
{
    char line[512];
    int size =
        snprintf(line, sizeof line,
                 "{\"type\":\"assistant\",\"message\":{\"id\":\"msg_01AAAAAAAAAAAAAAAAAAAA\",\"model\":"
                 "\"claude-opus-4-1\",\"usage\":{\"input_tokens\":7,\"output_tokens\":%u}},\"cwd\":\"/"
                 "work\",\"timestamp\":\"2026-01-02T03:04:05.000Z\",\"uuid\":\"u%u\"}\n",
                 tokens, tokens);
    ck_assert_int_eq(write(file, line, (size_t)size), size);
}

/* Returns what that allocated. Check's assertions allocate too: there are none in between. */
static unsigned long look_once(void)
{
    unsigned long before = atomic_load(&allocations);
    watcher_drain(world.watcher);
    log_tree_catch_up(world.tree);
    unsigned long after = atomic_load(&allocations);
    ck_assert(!log_tree_is_behind(world.tree));
    return after - before;
}

START_TEST(an_appended_line_allocates_nothing)
{
    world_begin();
    append_usage(LOG, 3);
    grow();
    int file = open(LOG, O_WRONLY | O_APPEND | O_CLOEXEC);
    ck_assert_int_ge(file, 0);
    unsigned tokens = 100000; /* in lines of one length */
    for (int i = 0; i < 10; i++) { /* what is kept has its size by then */
        append_growing(file, tokens++);
        look_once();
    }
    unsigned long allocated = 0;
    for (int i = 0; i < 500; i++) {
        append_growing(file, tokens++);
        allocated += look_once();
    }
    ck_assert_uint_eq(allocated, 0);
    ck_assert_uint_eq(handed_out, 3 + 510);
    ck_assert_uint_eq(meter_total(meter).tokens[TOKENS_OUTPUT], 3 * 7 + tokens - 1);
    close(file);
    end();
}
END_TEST

/* ---- what is read -----------------------------------------------------------------------------------------
 */

/* Bytes that this process has read by system calls so far. */
static uint64_t bytes_read(void)
{
    char line[128];
    unsigned long long bytes = 0;
    FILE *file = fopen("/proc/self/io", "r");
    if (!file)
        return 0;
    while (fgets(line, sizeof line, file))
        if (sscanf(line, "rchar: %llu", &bytes) == 1)
            break;
    fclose(file);
    return bytes;
}

static uint64_t bytes_read_for_a_line(int file, unsigned tokens)
{
    append_growing(file, tokens);
    uint64_t before = bytes_read(), asking = bytes_read() - before;
    before = bytes_read();
    look_once();
    return bytes_read() - before - asking;
}

START_TEST(an_appended_line_costs_the_same_in_any_history)
{
    world_begin();
    append_usage(LOG, 40); /* more than is looked at to tell an append from a rewrite */
    grow();
    int file = open(LOG, O_WRONLY | O_APPEND | O_CLOEXEC);
    bytes_read_for_a_line(file, 1000);
    uint64_t small = bytes_read_for_a_line(file, 1001);
    char *filler = memory_take((9 << 20) + 1); /* a file of megabytes, and hundreds of neighbours */
    memset(filler, '\n', 9 << 20);
    filler[9 << 20] = '\0';
    append(LOG, filler);
    free(filler);
    for (int i = 0; i < 300; i++) {
        char path[80];
        snprintf(path, sizeof path, "claude/projects/-w%d/%04d.jsonl", i % 9, i);
        append_usage(path, 2);
    }
    catch_up();
    append_usage(LOG, 40);
    catch_up();
    bytes_read_for_a_line(file, 1002);
    uint64_t large = bytes_read_for_a_line(file, 1003);
    ck_assert_uint_le(large, small + 64); /* a position in digits, an event's name */
    ck_assert_uint_le(small, 16384);
    close(file);
    end();
}
END_TEST

SUITE_MAIN("log_tail", an_appended_line_allocates_nothing, an_appended_line_costs_the_same_in_any_history)
