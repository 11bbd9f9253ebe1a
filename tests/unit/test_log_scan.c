/*
 * The direct scan: whatever the number of threads, and wherever large files are cut, it comes to the same,
 * line by line. What a file read in one go gives is the yardstick.
 */
#include "log_world.h"

#define LOG   "claude/projects/-work/0001.jsonl"
#define OTHER "claude/projects/-work/0002.jsonl"

static unsigned random_state = 1;

static unsigned pick(unsigned below)
{
    random_state = random_state * 1664525 + 1013904223;
    return (random_state >> 8) % below;
}

/* Lines with and without usage, blank ones too, about as long as they are in life. */
static void write_lines(const char *path, size_t bytes, size_t longest)
{
    char *line = memory_take(longest + 64);
    append(path, "");
    FILE *file = fopen(path, "a");
    ck_assert_ptr_nonnull(file);
    for (size_t done = 0; done < bytes;) {
        int kind = (int)pick(4);
        size_t size = pick((unsigned)longest);
        if (kind < 2)
            snprintf(line, longest + 64, "%s", usage_line());
        else if (kind == 2)
            snprintf(line, longest + 64, "{\"type\":\"user\",\"text\":\"%0*d\"}\n", (int)size, 0);
        else
            snprintf(line, longest + 64, "\n");
        done += strlen(line);
        fputs(line, file);
    }
    fclose(file);
    free(line);
}

static void read_in_one_go(struct records *records, const char *name)
{
    char path[256];
    struct log_place place;
    struct log_position position = {0};
    struct batch batch;
    snprintf(path, sizeof path, "%s/%s", world.place, name);
    claude_log_place(&place, path, strlen(world.place) + strlen("/claude/projects/"));
    batch_init(&batch, path);
    ck_assert_int_eq(log_file_read(path, &place, &position, &batch, 0), LOG_READ);
    record_new_batch(records, &batch);
    batch_free(&batch);
}

static void check_equal(struct records *a, struct records *b)
{
    records_sort(a);
    records_sort(b);
    ck_assert_uint_eq(a->count, b->count);
    for (size_t i = 0; i < a->count; i++) {
        ck_assert_str_eq(a->all[i].key, b->all[i].key);
        ck_assert_str_eq(a->all[i].rest, b->all[i].rest);
        ck_assert_int_eq(a->all[i].provisional, b->all[i].provisional);
    }
}

static int scan_all(struct records *records, const struct log_scan_order *wanted,
                    struct log_tree_counts *counts)
{
    struct log_scan_order order = *wanted;
    order.take = record_new_batch;
    order.data = records;
    return log_tree_scan(world.directories, &order, counts);
}

static void check_on_any_number_of_threads(void)
{
    struct records whole = {0};
    struct log_tree_counts first, counts;
    read_in_one_go(&whole, LOG);
    for (unsigned threads = 1; threads <= 5; threads++) {
        struct records scanned = {0};
        ck_assert_int_eq(scan_all(&scanned, &(struct log_scan_order){.threads = threads}, &counts), 0);
        check_equal(&scanned, &whole);
        if (threads == 1)
            first = counts;
        ck_assert_mem_eq(&counts, &first, sizeof counts);
        ck_assert_uint_eq(counts.bytes, counts.bytes_total);
        ck_assert_uint_eq(counts.copies, whole.count);
        records_free(&scanned);
    }
    records_free(&whole);
}

START_TEST(large_files_are_cut_at_lines)
{
    world_begin();
    write_lines(LOG, 13 << 20, 60000);
    check_on_any_number_of_threads();
    const char *line = usage_line(); /* and an unterminated line */
    char part[512];
    snprintf(part, sizeof part, "%.*s", (int)strlen(line) - 1, line);
    append(LOG, part);
    check_on_any_number_of_threads();
    world_end();
}
END_TEST

static void take_slowly(void *data, const struct batch *batch)
{
    *(uint64_t *)data += batch->copy_count;
    usleep(300);
}

/* While one thread takes, the others may have filled every batch before the last of them starts. */
START_TEST(threads_that_start_late_find_no_empty_batch)
{
    struct records whole = {0};
    world_begin();
    write_lines(LOG, 26 << 20, 60000);
    read_in_one_go(&whole, LOG);
    for (int round = 0; round < 40; round++) {
        uint64_t copies = 0;
        struct log_tree_counts counts;
        const struct log_scan_order order = {.take = take_slowly, .data = &copies, .threads = 4};
        ck_assert_int_eq(log_tree_scan(world.directories, &order, &counts), 0);
        ck_assert_uint_eq(copies, whole.count);
    }
    records_free(&whole);
    world_end();
}
END_TEST

START_TEST(lines_longer_than_a_chunk)
{
    world_begin();
    write_lines(LOG, 24 << 20, 9 << 20);
    check_on_any_number_of_threads();
    world_end();
}
END_TEST

START_TEST(a_large_file_without_a_newline)
{
    world_begin();
    append(LOG, "{\"type\":\"user\",\"text\":\"");
    ck_assert_int_eq(truncate(LOG, 9 << 20), 0);
    check_on_any_number_of_threads();
    append(LOG, "\n");
    append_usage(LOG, 2);
    check_on_any_number_of_threads();
    world_end();
}
END_TEST

START_TEST(large_files_end_at_a_border)
{
    world_begin();
    append(LOG, usage_line());
    struct stat is;
    ck_assert_int_eq(stat(LOG, &is), 0);
    const size_t border = 6 << 20, left = border - (size_t)is.st_size;
    char *blanks = memory_take(left + 1);
    memset(blanks, '\n', left);
    blanks[left] = '\0';
    append(LOG, blanks);
    free(blanks);
    check_on_any_number_of_threads();
    append_usage(LOG, 1);
    check_on_any_number_of_threads();
    world_end();
}
END_TEST

/* ---- what is known from before ------------------------------------------------------------------------ */

START_TEST(what_is_remembered_is_not_read)
{
    world_begin();
    write_lines(LOG, 5 << 20, 30000);
    append_usage(OTHER, 3);
    world_grow();
    catch_up();
    world_stop();
    records_free(&world.records);
    struct log_tree_counts counts, all;
    struct records scanned = {0};
    const struct log_tree_memory memory = {recall, &world};
    ck_assert_int_eq(scan_all(&scanned, &(struct log_scan_order){0}, &all), 0);
    records_free(&scanned);
    ck_assert_int_eq(scan_all(&scanned, &(struct log_scan_order){.memory = &memory}, &counts), 0);
    ck_assert_uint_eq(scanned.count, 0);
    ck_assert_mem_eq(&counts, &all, sizeof counts);
    append_usage(LOG, 2);
    rewrite(OTHER, "");
    append_usage(OTHER, 9);
    ck_assert_int_eq(scan_all(&scanned, &(struct log_scan_order){.memory = &memory}, &counts), 0);
    ck_assert_uint_eq(scanned.count, 11);
    records_free(&scanned);
    ck_assert_int_eq(scan_all(&scanned, &(struct log_scan_order){0}, &all), 0);
    records_free(&scanned);
    ck_assert_mem_eq(&counts, &all, sizeof counts);
    world_end();
}
END_TEST

/* ---- progress and its end ----------------------------------------------------------------------------- */

static struct {
    struct records records;
    uint64_t read, total;
    atomic_bool cancelled;
} shown;

static void show(void *data, uint64_t read, uint64_t total)
{
    ck_assert_ptr_eq(data, &shown.records);
    ck_assert_uint_ge(read, shown.read);
    ck_assert_uint_le(read, total);
    shown.read = read;
    shown.total = total;
    if (shown.cancelled)
        return;
    atomic_store(&shown.cancelled, true);
}

START_TEST(progress_is_shown_and_a_scan_can_be_cancelled)
{
    struct log_tree_counts counts;
    world_begin();
    for (int i = 0; i < 50; i++) {
        char path[64];
        snprintf(path, sizeof path, "claude/projects/-w%d/%04d.jsonl", i % 7, i);
        append_usage(path, 1);
    }
    struct log_scan_order order = {.progress = show, .threads = 1};
    ck_assert_int_eq(scan_all(&shown.records, &order, &counts), 0);
    ck_assert_uint_eq(shown.read, shown.total);
    ck_assert_uint_eq(shown.records.count, 50);
    records_free(&shown.records);
    shown.read = 0;
    atomic_store(&shown.cancelled, false);
    order.cancelled = &shown.cancelled;
    ck_assert_int_eq(scan_all(&shown.records, &order, &counts), 0);
    ck_assert_uint_eq(shown.records.count, 1);
    records_free(&shown.records);
    world_end();
}
END_TEST

SUITE_MAIN("log_scan", large_files_are_cut_at_lines, threads_that_start_late_find_no_empty_batch,
           lines_longer_than_a_chunk, a_large_file_without_a_newline, large_files_end_at_a_border,
           what_is_remembered_is_not_read, progress_is_shown_and_a_scan_can_be_cancelled)
